import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after, test } from 'node:test';
import { AnswerRefused } from '#core/answer-body.ts';
import { httpWitnesses } from '#functions/aws/http/witnesses.ts';
import { onLoopback } from '../witness-server.ts';

const stops: (() => void)[] = [];
after(() => {
  for (const stop of stops) stop();
});

async function serve(listener: RequestListener): Promise<string> {
  const { url, stop } = await onLoopback(listener);
  stops.push(stop);
  return url;
}

test('a checkpoint is posted below the witness’s address, as it is, and the answer is handed on as it came', async () => {
  const seen: unknown[] = [];
  const url = await serve(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const { method, url, headers } = request;
    seen.push([method, url, headers['content-type'], Buffer.concat(parts).toString()]);
    response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('12\n');
  });
  const body = 'old 0\n\nlog.example\n1\nAAAA\n\n— log.example AAAAAAAA\n';
  for (const address of [`${url}/a`, `${url}/a/`]) {
    const { status, body: answered } = await httpWitnesses().submit(address, body);
    assert.deepEqual([status, Buffer.from(answered).toString()], [409, '12\n']);
  }
  const expected = ['POST', '/a/add-checkpoint', 'text/plain; charset=utf-8', body];
  assert.deepEqual(seen, [expected, expected]);
});

test('nothing that a witness redirects to is asked', async () => {
  let asked = 0;
  const inner = await serve((_, response) => {
    asked++;
    response.end('secret');
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const url = await serve((_, response) => response.writeHead(status, { location: inner }).end());
    await assert.rejects(httpWitnesses().submit(url, ''), new AnswerRefused('redirect'));
  }
  assert.equal(asked, 0);
});

test('an answer without end is not read to its end, whether it says how long it is or not', async () => {
  const long = await serve((_, response) =>
    response.writeHead(200, { 'content-length': 10 ** 12 }).write('x'),
  );
  await assert.rejects(httpWitnesses().submit(long, ''), new AnswerRefused('too-large'));
  const endless = await serve((_, response) => {
    const write = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', write).on('error', () => {});
    write();
  });
  await assert.rejects(httpWitnesses().submit(endless, ''), new AnswerRefused('too-large'));
});

test('a witness that answers nothing, or half, is given up after its time', async () => {
  const silent = await serve(() => {});
  await assert.rejects(httpWitnesses(50).submit(silent, ''), { name: 'TimeoutError' });
  const half = await serve((_, response) => response.writeHead(200).write('— half'));
  await assert.rejects(httpWitnesses(50).submit(half, ''), { name: 'TimeoutError' });
});

test('where nobody listens there is no answer', async () => {
  const { url, stop } = await onLoopback(() => {});
  stop();
  await assert.rejects(httpWitnesses().submit(url, ''), TypeError);
});
