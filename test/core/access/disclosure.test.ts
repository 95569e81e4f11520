import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { wireInstant } from '#core/instant.ts';
import { receivedAt } from '../cases/cases.ts';
import { one, openAnswer, two } from './people.ts';
import { asked, type World, world } from './world.ts';

/**
 * What leaves, by the whole way from the provider's event to the agency's copy, in memory: sealed, asked, approved, minted,
 * collected. The same way on the emulator is test/integration/disclosure.test.ts.
 */
const ago = (days: number) => wireInstant(new Date(Date.parse(receivedAt) - days * 86_400_000).toISOString());

interface Login {
  account: string;
  at: string;
  ip: string;
  port: number;
}
interface Number {
  account: string;
  at: string;
  phone: string;
}

let ports = 40_000;
const login = (account: string, days: number, ip = '192.0.2.1', port = ports++): Login => ({
  account,
  at: ago(days),
  ip,
  port,
});
const number = (account: string, days: number, phone = `+49151${ports++}00`): Number => ({
  account,
  at: ago(days),
  phone,
});

/** What log-ins look like when they are disclosed. */
function shown(
  category: 'TrafficData' | 'UserIdentifyingData',
  subject: number,
  logins: readonly Login[],
): DisclosedRecord[] {
  return logins.map(({ at, ip, port }) => ({ subject, category, at, ip, port }));
}

/** The numbers of one account, set one after the other, as they are disclosed. */
function held(subject: number, numbers: readonly Number[]): DisclosedRecord[] {
  return numbers.map(({ at, phone }, i) => {
    const next = numbers[i + 1];
    const until = next === undefined ? {} : { validTo: next.at };
    return { subject, category: 'SubscriberData', phone, validFrom: at, ...until };
  });
}

/** What an approved request yields, and the kinds of epoch key that were granted for it. */
async function disclosed(
  events: readonly object[],
  change: Partial<Request>,
  approved?: Partial<Scope>,
  later: { beforeMinting?: readonly object[]; after?: readonly object[] } = {},
) {
  const request = { ...asked, notice: undefined, period: { from: ago(70), to: ago(0) }, ...change };
  const current = await world(request, events);
  const scope = { ...(await current.stored()).asked, ...approved };
  current.clock.advance(3_600_000);
  await current.deliver(...(later.beforeMinting ?? []));
  await current.approve(one, current.id, scope);
  await current.approve(two, current.id, scope);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  await current.deliver(...(later.after ?? []));
  const granted = current.kms.liveGrants().map(({ of }) => of);
  const answer = await collector(current.collectPorts())(current.call());
  assert.ok('jwe' in answer);
  const disclosure = await openAnswer(answer.jwe, current.kms.provider.jwk);
  assert.deepEqual(disclosure.scope, scope);
  return { records: disclosure.records, granted, until: disclosure.until };
}

test('TrafficData is every log-in of the approved period, of that account and no other', async () => {
  const events = [40, 30, 20, 10, 5].map((days, i) => login('alice', days, `192.0.2.${i + 1}`));
  const others = [login('bob', 20), login('bob', 5)];
  const period = { from: ago(35), to: ago(7) };
  const { records } = await disclosed([...events, ...others], {}, { period });
  assert.deepEqual(records, shown('TrafficData', 0, events.slice(1, 4)));
});

test('the period takes its first instant in and leaves its last one out', async () => {
  const events = [30, 20, 10].map((days) => login('alice', days));
  const [from = '', , to = ''] = events.map(({ at }) => at);
  const { records } = await disclosed(events, { period: { from, to } });
  assert.deepEqual(records, shown('TrafficData', 0, events.slice(0, 2)));
});

test('UserIdentifyingData is each distinct address once, with its latest port and time', async () => {
  const uses = [
    login('alice', 40, '192.0.2.7'),
    login('alice', 30, '198.51.100.9'),
    login('alice', 20, '192.0.2.7'),
    login('alice', 10, '192.0.2.7'),
  ];
  // The latest use of all lies outside the period and must not show.
  const events = [...uses, login('alice', 2, '198.51.100.9')];
  const period = { from: ago(60), to: ago(5) };
  const { records } = await disclosed(events, { categories: ['UserIdentifyingData'], period });
  assert.deepEqual(
    records,
    shown(
      'UserIdentifyingData',
      0,
      uses.filter((_, i) => i === 1 || i === 3),
    ),
  );
});

test('addresses of both families are disclosed in their one spelling', async () => {
  const events = [
    login('alice', 30, '192.0.2.1'),
    login('alice', 20, '::ffff:192.0.2.1'),
    login('alice', 10, '2001:DB8:0:0:0:0:0:1'),
  ];
  const { records } = await disclosed(events, { categories: ['UserIdentifyingData'] });
  assert.deepEqual(
    records.map((record) => ('ip' in record ? record.ip : '')),
    ['192.0.2.1', '2001:db8::1'],
  );
});

test('SubscriberData is each number that held in the period, with when it held', async () => {
  const numbers = [300, 120, 40, 3].map((days) => number('alice', days));
  const period = { from: ago(100), to: ago(10) };
  const { records } = await disclosed(numbers, { categories: ['SubscriberData'], period });
  // The first had ended before the period, the last was set after it.
  assert.deepEqual(records, held(0, numbers).slice(1, 3));
});

test('a number that was set long before the period is disclosed, since it still held', async () => {
  const numbers = [number('alice', 300)];
  const period = { from: ago(10), to: ago(1) };
  const { records } = await disclosed(numbers, { categories: ['SubscriberData'], period });
  assert.deepEqual(records, held(0, numbers));
});

test('a request by phone number is answered for the person who held it in that period', async () => {
  const phone = '+4915112345678';
  const byAlice = [number('alice', 200, phone), number('alice', 120)];
  const byBob = [number('bob', 60, phone)];
  const logins = [login('alice', 150), login('bob', 50)];
  const events = [...byAlice, ...byBob, ...logins];
  const during = (from: number, to: number) =>
    disclosed(events, {
      subjects: [{ kind: 'phone', value: phone }],
      categories: ['SubscriberData', 'TrafficData'],
      period: { from: ago(from), to: ago(to) },
    });
  const [early, late] = [await during(180, 130), await during(55, 5)];
  assert.deepEqual(early.records, [
    ...held(0, byAlice).slice(0, 1),
    ...shown('TrafficData', 0, logins.slice(0, 1)),
  ]);
  assert.deepEqual(late.records, [...held(0, byBob), ...shown('TrafficData', 0, logins.slice(1))]);
  await assert.rejects(during(110, 70), { code: 'subject-unknown' }, 'nobody held it then');
});

test('of several subjects only those approved are disclosed, under their index in the request', async () => {
  const accounts = ['alice', 'bob', 'carol'];
  const logins = accounts.map((account, i) => login(account, 30 - i));
  const numbers = accounts.map((account, i) => number(account, 60 - i));
  const request: Partial<Request> = {
    subjects: accounts.map((value) => ({ kind: 'account', value })),
    categories: ['SubscriberData', 'TrafficData'],
  };
  const { records, granted } = await disclosed([...logins, ...numbers], request, { subjects: [0, 2] });
  assert.deepEqual(records, [
    ...[0, 2].flatMap((i) => held(i, numbers.slice(i, i + 1))),
    ...[0, 2].flatMap((i) => shown('TrafficData', i, logins.slice(i, i + 1))),
  ]);
  assert.equal(new Set(granted.map(({ subject }) => subject)).size, 2, 'the one left out has no grant');
});

test('of two categories asked only the approved one is disclosed', async () => {
  const numbers = [number('alice', 30)];
  const { records, granted } = await disclosed(
    [...numbers, login('alice', 20)],
    { categories: ['SubscriberData', 'TrafficData'] },
    { categories: ['SubscriberData'] },
  );
  assert.deepEqual(records, held(0, numbers));
  assert.deepEqual(new Set(granted.map(({ kind }) => kind)), new Set(['phone']));
});

test('the same address under both categories is disclosed by each in its own way', async () => {
  const logins = [30, 20].map((days) => login('alice', days, '192.0.2.33'));
  const { records } = await disclosed(logins, { categories: ['TrafficData', 'UserIdentifyingData'] });
  assert.deepEqual(records, [
    ...shown('TrafficData', 0, logins),
    ...shown('UserIdentifyingData', 0, logins.slice(1)),
  ]);
});

test('I5: a log-in after the receipt of the request does not leave, though the period reaches beyond and the month’s key is open', async () => {
  // The request arrives at 10:00; it is approved an hour later, and its period ends the next morning.
  const before = [login('alice', 2), login('alice', 1 / 24)];
  const [soon, late] = [login('alice', -1 / 48), login('alice', -3 / 48)];
  const { records, granted, until } = await disclosed(
    before,
    {
      categories: ['TrafficData', 'UserIdentifyingData'],
      period: { from: ago(10), to: ago(-0.9) },
    },
    undefined,
    { beforeMinting: [soon], after: [late] },
  );
  assert.deepEqual(
    new Set(granted.map(({ epoch }) => epoch)),
    new Set([soon, late].map(({ at }) => at.slice(0, 'YYYY-MM'.length))),
    'the grant opens the month that all of them lie in',
  );
  const [, latest] = before;
  assert.ok(latest);
  assert.deepEqual(
    records.toSorted((a, b) => (a.category < b.category ? -1 : 1)),
    [...shown('TrafficData', 0, before), ...shown('UserIdentifyingData', 0, [latest])],
  );
  assert.equal(until, wireInstant(receivedAt));
});

test('I5: a number that was set after the receipt does not leave, nor that the one before it ended then', async () => {
  const first = number('alice', 200);
  const { records } = await disclosed(
    [login('alice', 1), first],
    { categories: ['SubscriberData'], period: { from: ago(10), to: ago(-0.9) } },
    undefined,
    { beforeMinting: [number('alice', -1 / 48)] },
  );
  assert.deepEqual(records, held(0, [first]));
});

test('I5: a receipt that somebody who writes the table dates later discloses nothing more: the log says when it was', async () => {
  const mint = async (current: World) => {
    await current.log.publish();
    await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
    await current.log.publish();
  };
  const dateLater = (current: World) =>
    current.forge((value) => ({
      ...value,
      receivedAt: new Date(Date.parse(receivedAt) + 7_200_000).toISOString(),
    }));
  for (const when of ['before minting', 'after it'] as const) {
    const period = { from: ago(10), to: ago(-0.9) };
    const current = await world({ ...asked, period }, [login('alice', 2)]);
    current.clock.advance(3_600_000);
    await current.deliver(login('alice', -1 / 48));
    await current.approve(one);
    await current.approve(two);
    if (when === 'before minting') {
      await dateLater(current);
      await mint(current);
      assert.deepEqual(current.kms.liveGrants(), []);
      continue;
    }
    await mint(current);
    await dateLater(current);
    const answer = await collector(current.collectPorts())(current.call());
    assert.ok('jwe' in answer);
    const { records, until } = await openAnswer(answer.jwe, current.kms.provider.jwk);
    assert.deepEqual([records.length, until], [1, wireInstant(receivedAt)]);
  }
});
