import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { submitRequest } from '#client/agency.ts';
import { openSession, type Prepared, prepare } from '#client/exchange.ts';
import { newSigningKey, signerFromPem } from '#client/keys.ts';
import { revokeKey } from '#client/registry.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  casesOf,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  refusalsOf,
  theWorld,
} from '../harness.ts';
import { bare, codeOf, eachOf, exchange, scan } from './tools.ts';

const copies = 200;
const junk = 200;
/** As many calls at once as the cloud's core can answer in good time. */
const atOnce = 20;

const refusalData = z.looseObject({ agency: z.string().optional(), code: z.string(), proven: z.boolean() });

/** What API Gateway throttles (429) never reached Writ. */
const notThrottled = (code: string) => code !== 'try-again';

describe('I8 once', () => {
  let world: World;
  let account = '';
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 3)]);
  });

  const post = ({ url, method, headers, body }: Prepared) =>
    bare(url, { method, headers, ...(body === undefined ? {} : { body: new Uint8Array(body) }) });
  const signed = (session: World['agency']['session'], value: unknown = newRequest(account)) =>
    prepare(session, 'POST', '/v1/requests', value);
  /** What came back: 'accepted', or the code of the refusal. */
  const saidTo = async (message: Prepared) => {
    const { status, text } = await post(message);
    return status < 300 ? 'accepted' : codeOf(text);
  };

  test(`I8 of ${copies} copies of one signed request, ${atOnce} of them at once, one is accepted`, async () => {
    const agency = await newAgency(world);
    const message = await signed(agency.session);
    const said = await eachOf(Array(copies).fill(message), atOnce, saidTo);
    assert.equal(said.filter((text) => text === 'accepted').length, 1);
    assert.equal(said.filter((text) => text === 'replayed').length, said.filter(notThrottled).length - 1);
    assert.equal(await casesOf(world, agency.id), 1);
    // And all refusals of one message are one entry.
    await until(
      'the refusal is in the log',
      async () => (await refusalsOf(world, agency.id)).length > 0,
      90_000,
    );
    assert.deepEqual(await entriesOf(agency.id), [{ code: 'replayed', proven: true }]);
  });

  test('I8 a message that was refused is refused again, and is one entry however often it comes', async () => {
    const agency = await newAgency(world);
    const message = await signed(agency.session, { ...newRequest(account), content: 'x' });
    const first = await saidTo(message);
    const again = await eachOf(Array(20).fill(message), atOnce, saidTo);
    assert.equal(first, 'field-unknown');
    assert.deepEqual(new Set(again), new Set(['replayed']));
    const entries = await entriesOf(agency.id);
    assert.deepEqual(entries.map((e) => e.code).sort(), ['field-unknown', 'replayed']);
  });

  test('I8 a signature holds for the path, method, authority, query and body it was made over, and no other', async () => {
    const agency = await newAgency(world);
    const { id } = await submitRequest(agency.session, newRequest(account));
    const { url } = world.cloud;
    const other = new TextEncoder().encode(JSON.stringify(newRequest(account)));

    const follow = await prepare(agency.session, 'GET', `/v1/requests/${id}`);
    assert.equal(await saidTo({ ...follow, url: `${url}/v1/requests/${randomUUID()}` }), 'signature-invalid');
    assert.equal(await saidTo({ ...follow, url: `${follow.url}?status=Expired` }), 'query-unsupported');
    assert.equal(await saidTo(follow), 'accepted', 'the signature was good');

    const withdrawal = await prepare(agency.session, 'POST', `/v1/requests/${id}/withdrawal`, {});
    const collection = { ...withdrawal, url: `${url}/v1/requests/${id}/collection` };
    assert.equal(await saidTo(collection), 'signature-invalid');

    const message = await signed(agency.session);
    assert.equal(await saidTo({ ...message, body: other }), 'digest-mismatch');
    const elsewhere = await openSession(
      { ...agency.session, url: 'https://writ.example.org' },
      world.provider,
    );
    const abroad = await signed(elsewhere);
    assert.equal(await saidTo({ ...abroad, url: `${url}/v1/requests` }), 'signature-invalid');
    // A digest that fits the other body, beside a signature over the first one's.
    const digest = (await signed(agency.session, JSON.parse(new TextDecoder().decode(other)))).headers[
      'content-digest'
    ];
    assert.ok(digest);
    const swapped = { ...message.headers, 'content-digest': digest };
    assert.equal(await saidTo({ ...message, headers: swapped, body: other }), 'signature-invalid');
    assert.equal(await casesOf(world, agency.id), 1);
  });

  test('I8 a revoked key opens nothing from then on, and its trying is an entry', async () => {
    const agency = await newAgency(world);
    const { id } = await submitRequest(agency.session, newRequest(account));
    const reviewer = await newReviewer(world);
    await revokeKey(reviewer.session, agency.keyId, 'stolen');
    const follow = await exchange(agency.session, 'GET', `/v1/requests/${id}`);
    assert.equal(follow.status, 401);
    assert.equal(codeOf(follow.text), 'signature-key-unknown');
    assert.equal(await saidTo(await signed(agency.session)), 'signature-key-unknown');
    assert.equal(await casesOf(world, agency.id), 1);
    const entries = await entriesOf(agency.id);
    assert.deepEqual(entries, [
      { code: 'signature-key-unknown', proven: true },
      { code: 'signature-key-unknown', proven: true },
    ]);
  });

  test(`I8 ${junk} calls of strangers are counted, and write nothing into the log`, async () => {
    const stranger = await openSession(
      { url: world.cloud.url, signer: signerFromPem(newSigningKey().privatePem) },
      world.provider,
    );
    const before = await counted();
    const noise = Array.from({ length: junk }, (_, i) => i);
    const said = await eachOf(noise, atOnce, async (i) => {
      const { headers, ...message } = await signed(stranger);
      if (i % 2 === 0) return saidTo({ ...message, headers });
      return saidTo({ ...message, headers: { 'content-type': 'application/json' } });
    });
    const reached = said.filter(notThrottled);
    assert.deepEqual([...new Set(reached)].sort(), ['signature-invalid', 'signature-missing']);
    assert.ok((await counted()) >= before + reached.length, 'all are counted');
    // Nothing in the outbox can have come of it: whoever is unknown is never named, and totals come once an hour.
    const ofStrangers = (await refusals()).filter(
      ({ code, proven }) => code === 'signature-missing' || (code === 'signature-key-unknown' && !proven),
    );
    assert.deepEqual(ofStrangers, []);
  });

  test(`I8 ${junk} calls that only name an enrolled key add no entry, and are counted under its agency`, async () => {
    const agency = await newAgency(world);
    const impostor = newSigningKey();
    const session = await openSession(
      { url: world.cloud.url, signer: { ...signerFromPem(impostor.privatePem), keyId: agency.keyId } },
      world.provider,
    );
    const said = await eachOf(Array(junk).fill(session), atOnce, async (each) => saidTo(await signed(each)));
    assert.deepEqual(new Set(said.filter(notThrottled)), new Set(['signature-invalid']));
    assert.deepEqual(await entriesOf(agency.id), []);
    assert.deepEqual(
      new Set((await refusalsOf(world, agency.id)).map(({ code }) => code)),
      new Set(['signature-invalid']),
    );
    // It does the real holder no harm.
    assert.equal(await saidTo(await signed(agency.session)), 'accepted');
  });

  /** An agency's refusals as they were committed. */
  async function entriesOf(agency: string): Promise<{ code: string; proven: boolean }[]> {
    return (await refusals())
      .filter((refusal) => refusal.agency === agency)
      .map(({ code, proven }) => ({ code, proven }));
  }

  async function refusals() {
    const found: z.infer<typeof refusalData>[] = [];
    const input = {
      TableName: world.outputs.EntriesTableName,
      FilterExpression: 'kind = :refused',
      ExpressionAttributeValues: { ':refused': 'request.refused' },
    };
    for await (const { entry } of scan(world, input)) {
      found.push(refusalData.parse(JSON.parse(String(entry)).data));
    }
    return found;
  }

  /** How many refusals of strangers the door has counted in this hour and the one before. */
  async function counted(): Promise<number> {
    let sum = 0;
    for (const ms of [0, 3_600_000]) {
      const hour = new Date(Date.now() - ms).toISOString().slice(0, 13);
      const { Item = {} } = await world.aws.dynamo.send(
        new GetCommand({
          TableName: world.outputs.CallsTableName,
          Key: { pk: `refused#${hour}` },
          ConsistentRead: true,
        }),
      );
      sum += Number(Item['signature-missing'] ?? 0) + Number(Item['signature-key-unknown'] ?? 0);
    }
    return sum;
  }
});
