import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { collect, submitRequest } from '#client/agency.ts';
import type { Case } from '#core/cases/case.ts';
import type { Scope } from '#core/cases/scope.ts';
import { categories } from '#core/categories/categories.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { until } from '#dev/feed.ts';
import { expectedRecords } from '#dev/story.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  casesOf,
  entryOf,
  ingest,
  login,
  newAccount,
  newAddress,
  newAgency,
  newPhone,
  newRequest,
  pseudonymOf,
  refusalOf,
  theWorld,
  wholeScope,
} from '../harness.ts';
import { putAs } from './stolen.ts';
import { codeOf, exchange, scan, storedCase } from './tools.ts';

const histories = 5;

describe('I5 metadata only', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('I5 content cannot be asked for', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const asking: [unknown, string][] = [
      [{ ...request, categories: ['ContentData'] }, 'category-unsupported'],
      [{ ...request, categories: ['TrafficData', 'ContentData'] }, 'category-unsupported'],
      [{ ...request, categories: ['messages'] }, 'category-unsupported'],
      [{ ...request, categories: [] }, 'field-invalid'],
      [{ ...request, content: true }, 'field-unknown'],
      [{ ...request, keywords: ['meeting'] }, 'field-unknown'],
      [{ ...request, instrument: { ...request.instrument, messages: 'all' } }, 'field-unknown'],
      [{ ...request, subjects: [{ kind: 'message', value: 'x' }] }, 'field-invalid'],
      [{ ...request, subjects: [{ kind: 'ip', value: '192.0.2.1' }] }, 'field-invalid'],
      [{ ...request, subjects: [{ kind: 'account', value: account, text: 'x' }] }, 'field-unknown'],
    ];
    for (const [body, code] of asking) {
      const { status, text } = await exchange(agency.session, 'POST', '/v1/requests', body);
      assert.ok(status >= 400 && status < 500, JSON.stringify(body));
      assert.equal(codeOf(text), code, JSON.stringify(body));
    }
    assert.equal(await casesOf(world, agency.id), 0);
  });

  test('I5 content cannot be approved or collected', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const view = await submitRequest(agency.session, request);
    const [reviewer] = world.reviewers;
    assert.ok(reviewer);
    const decide = (scope: object) =>
      exchange(reviewer.session, 'POST', `/v1/reviews/${view.id}/decisions`, {
        decision: 'approve',
        requestDigest: view.requestDigest,
        reason: 'checked',
        scope,
      });
    const scope = wholeScope(request);
    for (const [wider, code] of [
      [{ ...scope, categories: ['ContentData'] }, 'field-invalid'],
      [{ ...scope, content: true }, 'field-unknown'],
      [{ ...scope, categories: ['TrafficData', 'SubscriberData'] }, 'scope-too-wide'],
      [{ ...scope, subjects: [0, 1] }, 'scope-too-wide'],
      [{ ...scope, period: { from: ago(90), to: request.period.to } }, 'scope-too-wide'],
    ] as const) {
      const { text } = await decide(wider);
      assert.equal(codeOf(text), code, JSON.stringify(wider));
    }
    const more = { categories: ['ContentData'] };
    const { text } = await exchange(agency.session, 'POST', `/v1/requests/${view.id}/collection`, more);
    assert.equal(codeOf(text), 'field-unknown');
  });

  // An index by address would answer "who used this?" of everybody at once: a search of all users for a suspect, where
  // the law knows only orders about a person. So it must not merely be forbidden; there must be nothing to search.
  test('I5 nothing in the vault tells that two people used one address', async () => {
    const [one, other] = [newAccount(), newAccount()];
    const shared = newAddress();
    const at = ago(5);
    for (const account of [one, other]) {
      await ingest(world, [
        { kind: 'access', account, at: `${at.slice(0, -1)}.000Z`, ip: shared, port: 50_001 },
      ]);
    }
    const attributes = async (account: string) => {
      const pk = await pseudonymOf(world, account);
      const found = new Map<string, string>();
      const input = { TableName: world.outputs.VaultTableName };
      for await (const item of scan(world, input)) {
        if (item.pk !== pk) continue;
        for (const [name, value] of Object.entries(item)) {
          const text = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value);
          found.set(`${String(item.sk).split('#')[0]} ${name}`, text);
        }
      }
      return found;
    };
    const [mine, theirs] = [await attributes(one), await attributes(other)];
    assert.ok(mine.size >= 8);
    const same = [...mine].filter(([name, text]) => theirs.get(name) === text).map(([name]) => name);
    // The month's key, how many records on which day, how long they are kept, the epoch key's name, and which function
    // wrote the item say nothing of an address.
    assert.deepEqual(same.sort(), [
      ...['head by', 'head sk', 'head ttl'],
      ...['key by', 'key keyId', 'key sk', 'key tally', 'key ttl'],
      ...['rec by', 'rec n', 'rec place', 'rec ttl'],
    ]);
    for (const pk of [shared, `lookup#${shared}`]) {
      const input = {
        TableName: world.outputs.VaultTableName,
        FilterExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
      };
      assert.deepEqual(await Array.fromAsync(scan(world, input)), []);
    }
  });

  test('I5 an event that carries content is not sealed, not even what of it could be', async () => {
    const account = newAccount();
    const at = ago(2);
    const good = { account, at, ip: '192.0.2.7', port: 50_007 };
    const bad = [
      { ...good, text: 'see you at nine' },
      { ...good, message: { body: 'x' } },
      { ...good, to: 'somebody' },
      { ...good, phone: newPhone() },
      { ...good, ip: 'see you at nine' },
      { ...good, port: 'see you' },
      { account, at, phone: 'see you at nine' },
      { account, at, text: 'x' },
      [good],
    ];
    await world.aws.kinesis.send(
      new PutRecordsCommand({
        StreamName: world.outputs.EventStreamName,
        Records: bad.map((event) => ({ PartitionKey: account, Data: Buffer.from(JSON.stringify(event)) })),
      }),
    );
    // Sent after them into the same shard: once it is sealed, they have been looked at.
    await world.aws.kinesis.send(
      new PutRecordsCommand({
        StreamName: world.outputs.EventStreamName,
        Records: [{ PartitionKey: account, Data: Buffer.from(JSON.stringify(good)) }],
      }),
    );
    const pk = await pseudonymOf(world, account);
    const items = () =>
      Array.fromAsync(
        scan(world, {
          TableName: world.outputs.VaultTableName,
          FilterExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
        }),
      );
    await until('the good event is sealed', async () => (await items()).length >= 3, 90_000);
    const sorts = (await items()).map(({ sk }) => String(sk).split('#').slice(0, 2).join('#'));
    assert.deepEqual(sorts.sort(), ['head', 'key#access', 'rec#access']);
  });

  test('I5 a case that is widened in the table after it was minted discloses nothing', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3), login(account, 2)]);
    const agency = await newAgency(world);
    const request = newRequest(account, { categories: ['UserIdentifyingData'] });
    const scope = { ...wholeScope(request), period: { from: ago(3), to: request.period.to } };
    const widenings: ((current: Case) => Case)[] = [
      (current) => ({ ...current, scope: { ...scope, categories: ['TrafficData'] } }),
      (current) => ({ ...current, scope: { ...scope, period: request.period } }),
      (current) => ({
        ...current,
        subjects: [[...(current.subjects[0] ?? []), { subject: 'somebody else' }]],
      }),
      (current) => ({ ...current, expiresAt: '2099-01-01T00:00:00.000Z' }),
    ];
    for (const [i, widen] of widenings.entries()) {
      const view = await approvedCase(
        world,
        agency,
        { ...request, reference: `${request.reference}-${i}` },
        scope,
      );
      const value = await storedCase(world, view.id);
      const widened = { pk: `case#${value.id}`, ...widen(value) };
      // Without a function's keys nothing is even announced.
      await world.aws.dynamo.send(new PutCommand({ TableName: world.outputs.CasesTableName, Item: widened }));
      assert.equal(
        await refusalOf(collect(agency.session, view.id, agency.encryptionKey)),
        'record-unproven',
      );
      await putAs(world, 'Review', 'cases', widened);
      const refusal = await refusalOf(collect(agency.session, view.id, agency.encryptionKey));
      assert.equal(refusal, 'case-not-approved', `widening ${i}`);
      await until('the failure is in the log', () => entryOf(world, view.id, 'collection.failed'), 90_000);
    }
  });

  test('I5 a disclosure is the approved scope’s categories and period to the second, each address once when identifying', async () => {
    const agency = await newAgency(world);
    const plots = Array.from({ length: histories }, () => randomPlot());
    await ingest(
      world,
      plots.flatMap(({ events }) => events),
    );
    await Promise.all(
      plots.map(async (plot) => {
        const { request, scope } = plot;
        const expected = expectedRecords(plot);
        const view = await approvedCase(world, agency, request, scope);
        const what = JSON.stringify({ scope, events: plot.events });
        const { package: value } = await collect(agency.session, view.id, agency.encryptionKey, {
          patienceMs: 90_000,
        });
        assert.deepEqual(value.records, expected, what);
        assert.deepEqual(value.scope, scope);
        const identified = value.records.flatMap((r) => (r.category === 'UserIdentifyingData' ? [r.ip] : []));
        assert.equal(new Set(identified).size, identified.length, what);
      }),
    );
  });
});

/** A history over 55 days in few addresses, some log-ins twice, and a scope whose edges lie on events. */
function randomPlot() {
  const account = newAccount();
  const addresses = Array.from({ length: 4 }, () => `198.51.100.${randomInt(1, 255)}`);
  const pick = <T>(list: readonly T[]): T => {
    const value = list[randomInt(list.length)];
    assert.ok(value !== undefined);
    return value;
  };
  const at = () => ago(randomInt(1, 55 * 86_400) / 86_400).replace('Z', '.000Z');
  const logins: IdentityEvent[] = Array.from({ length: 14 }, () => ({
    kind: 'access',
    account,
    at: at(),
    ip: pick(addresses),
    port: randomInt(1, 65_536),
  }));
  const numbers: IdentityEvent[] = Array.from({ length: randomInt(1, 4) }, (_, i) => ({
    kind: 'phone',
    account,
    at: ago(50 - 12 * i - randomInt(10)).replace('Z', '.000Z'),
    phone: newPhone(),
  }));
  const events = [...logins, pick(logins), ...numbers];
  const asked = categories.filter(() => randomInt(3) > 0);
  const request = newRequest(account, { categories: asked.length > 0 ? asked : ['UserIdentifyingData'] });
  const approved = request.categories.filter((_, i) => i === 0 || randomInt(2) > 0);
  const times = logins.map((e) => e.at.replace('.000Z', 'Z')).sort();
  const from = times[randomInt(4)] ?? '';
  const to = times[8 + randomInt(4)] ?? '';
  const scope: Scope = { subjects: [0], categories: approved, period: { from, to } };
  return { events, request, scope };
}
