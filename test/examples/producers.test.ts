/**
 * Each producer against an endpoint of our own that takes PutRecords as Kinesis does: what it puts are events that `seal`
 * would take, under keys that name nobody, and what the stream refused at first is sent again.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { toHex } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { parseIdentityEvent } from '#core/events/identity.ts';
import { produce, producers } from './producers.ts';

/** Amazon Kinesis Data Streams API Reference, `PutRecords`. */
const call = z.object({
  StreamName: z.string(),
  Records: z.array(z.object({ Data: z.base64(), PartitionKey: z.string().max(256) })).max(500),
});

/** Takes what it is sent, but for every third record of the first call. */
async function kinesis() {
  const taken: { event: string; key: string }[] = [];
  const problems: string[] = [];
  let calls = 0;
  const server = createServer(async (request, response) => {
    try {
      assert.equal(request.headers['x-amz-target'], 'Kinesis_20131202.PutRecords');
      assert.match(String(request.headers.authorization), /^AWS4-HMAC-SHA256 /);
      const { StreamName, Records } = call.parse(await json(request));
      assert.equal(StreamName, 'the-stream');
      calls += 1;
      const answers = Records.map(({ Data, PartitionKey }, i) => {
        if (calls === 1 && i % 3 === 0) return { ErrorCode: 'ProvisionedThroughputExceededException' };
        taken.push({ event: Buffer.from(Data, 'base64').toString(), key: PartitionKey });
        return { SequenceNumber: String(taken.length), ShardId: 'shardId-000000000000' };
      });
      const FailedRecordCount = answers.filter((answer) => 'ErrorCode' in answer).length;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedRecordCount, Records: answers }));
    } catch (error) {
      problems.push(String(error));
      response.statusCode = 400;
      response.end('{"__type":"InvalidArgumentException"}');
    }
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    taken,
    problems,
    calls: () => calls,
    close: () => server.close(),
  };
}

const odd = ['Smith, "Al"', 'C:\\users\\al', 'ёж', '👩‍👩‍👧', 'a\u2028b', ' 0101'];
const accounts = [...odd, ...Array.from({ length: 495 }, (_, i) => `account-${i}`)];
const lines = accounts
  .map((account, i) => `${account}\t2026-11-20T09:00:00Z\t192.0.2.1\t${40_000 + i}\n`)
  .join('');
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

describe('a producer', { concurrency: 2 }, () => {
  for (const producer of producers) {
    test(`in ${producer.name} puts each event once that was taken, and again what was not`, {
      skip: producer.skip,
    }, async (t) => {
      const command = await producer.build();
      if ('missing' in command) return t.skip(command.missing);
      const stream = await kinesis();
      try {
        const where = { endpoint: stream.endpoint, region: 'eu-central-1', credentials };
        const { code, stderr } = await produce(command, 'the-stream', lines, where);
        assert.deepEqual(stream.problems, [], stderr);
        assert.equal(code, 0, stderr);
        assert.equal(stream.calls(), 3);
        const events = stream.taken.map(({ event, key }) => {
          const parsed = parseIdentityEvent(event);
          assert.equal(key, toHex(sha256(parsed.account)));
          return parsed;
        });
        const byPort = events.toSorted((a, b) =>
          a.kind === 'access' && b.kind === 'access' ? a.port - b.port : 0,
        );
        assert.deepEqual(
          byPort,
          accounts.map((account, i) => ({
            kind: 'access',
            account,
            at: '2026-11-20T09:00:00.000Z',
            ip: '192.0.2.1',
            port: 40_000 + i,
          })),
        );
      } finally {
        stream.close();
      }
    });
  }
});
