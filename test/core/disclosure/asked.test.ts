import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Grant, Holder } from '#core/cases/case.ts';
import type { Subject } from '#core/cases/request.ts';
import type { Period } from '#core/cases/scope.ts';
import { storedScope } from '#core/cases/stored.ts';
import type { Category, DisclosedRecord } from '#core/categories/categories.ts';
import { disclosePage } from '#core/disclosure/page.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { deliver, readable, streamOf, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';
import { approved, receivedAt } from '../cases/cases.ts';

/** The whole way in memory: events are sealed, a subject is asked for, and what an approval of all of it discloses. */
const login = (account: string, at: string, ip = '192.0.2.1', port = 1) => ({ account, at, ip, port });
const number = (account: string, at: string, phone: string) => ({ account, at, phone });
const [mine, other] = ['+4915112345678', '+4915112345679'];
const autumn = { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' };

function holdersOf(world: VaultWorld, subject: Subject, period: Period = autumn): Promise<Holder[]> {
  const { vault, pseudonyms } = world.functions();
  return resolver({ vault, pseudonyms })(subject, period);
}

async function disclosed(
  world: VaultWorld,
  subject: Subject,
  categories: Category[] = ['TrafficData'],
  period: Period = autumn,
): Promise<DisclosedRecord[]> {
  const { vault, openRecords } = world.functions();
  const subjects = [await holdersOf(world, subject, period)];
  const scope = storedScope({ subjects: [0], categories, period }, receivedAt);
  const grants: Grant[] = [];
  for (const { subject, kind, epoch, keyId } of await epochKeysIn(vault, scope, subjects)) {
    const { grantId } = await world.kms.grants.create(keyId, { subject, kind, epoch }, 'case');
    grants.push({ subject, kind, epoch, keyId, grantId });
  }
  const current = { ...approved(), subjects, asked: scope, scope, grants };
  const opened = openRecords(current, { scope, after: undefined, onUnwrapped: () => {} });
  return (await disclosePage(scope, opened, { limit: 1000 })).records;
}
const shown = (records: readonly DisclosedRecord[]) =>
  records.map((record) => ('ip' in record ? record.ip : `${record.phone} ${record.validTo ?? 'still'}`));

const named = (prefix: string, records: ReturnType<typeof streamOf>) =>
  records.map((record) => ({ ...record, sequence: `${prefix}${record.sequence}` }));

test('a username finds its account, while it was the account’s', async () => {
  const world = vaultWorld();
  await deliver(
    world,
    streamOf(
      { account: 'anna', at: '2026-10-01T00:00:00Z', username: 'sun' },
      login('anna', '2026-10-10T00:00:00Z', '192.0.2.10'),
      { account: 'anna', at: '2026-10-20T00:00:00Z', username: 'moon' },
      { account: 'bert', at: '2026-10-20T00:00:00Z', username: 'sun' },
      login('anna', '2026-10-30T00:00:00Z', '192.0.2.30'),
      login('bert', '2026-10-31T00:00:00Z', '192.0.2.31'),
    ),
  );
  const records = await disclosed(world, { kind: 'username', value: 'sun' });
  assert.deepEqual(shown(records), ['192.0.2.10', '192.0.2.31']);
  assert.deepEqual(await holdersOf(world, { kind: 'username', value: 'Sun' }), []);
});

test('a number that is sent again goes on holding, and one that was given up ends', async () => {
  const world = vaultWorld();
  await deliver(
    world,
    streamOf(
      number('anna', '2026-08-01T00:00:00Z', mine),
      number('anna', '2026-09-15T00:00:00Z', mine),
      number('anna', '2026-10-01T00:00:00Z', other),
      number('anna', '2026-11-01T00:00:00Z', other),
    ),
  );
  const records = await disclosed(world, { kind: 'account', value: 'anna' }, ['SubscriberData']);
  assert.deepEqual(shown(records), [`${mine} 2026-10-01T00:00:00Z`, `${other} still`]);
});

test('a number finds its holder once, and as long as any event of the month, whichever came last', async () => {
  const world = vaultWorld();
  for (const [i, at] of ['2026-10-20T00:00:00Z', '2026-10-02T00:00:00Z', '2026-11-03T00:00:00Z'].entries())
    await deliver(world, named(String(i), streamOf(number('anna', at, mine))));
  const items = world.store.items('vault');
  const lookups = items.filter(({ pk, sk }) => String(pk).startsWith('lookup#') && sk !== '#head');
  assert.equal(lookups.length, 2, 'one a month');
  for (const { sk, ttl } of items.filter(({ sk }) => String(sk).startsWith('phone#'))) {
    const month = String(sk).slice('phone#'.length, 'phone#YYYY-MM'.length);
    const lookup = lookups.find((item) => String(item.sk).endsWith(`#${month}`));
    assert.ok(Number(lookup?.ttl) >= Number(ttl), String(sk));
  }
  assert.equal((await holdersOf(world, { kind: 'phone', value: mine })).length, 1);
});

test('I5 a number is disclosed for as long as its holder had it: its first instant in, its last out', async () => {
  const world = vaultWorld();
  const [before, set, during, given, after] = [
    '2026-10-04T08:00:00Z',
    '2026-10-04T12:00:00Z',
    '2026-10-20T08:00:00Z',
    '2026-10-20T12:00:00Z',
    '2026-10-20T16:00:00Z',
  ] as const;
  await deliver(
    world,
    streamOf(
      ...[before, set, during, given, after].map((at, i) => login('anna', at, `192.0.2.${i}`)),
      number('anna', set, mine),
      number('anna', given, other),
    ),
  );
  const records = await disclosed(world, { kind: 'phone', value: mine }, ['SubscriberData', 'TrafficData']);
  assert.deepEqual(shown(records).sort(), [`${mine} 2026-10-20T12:00:00Z`, '192.0.2.1', '192.0.2.2'].sort());
});

test('I10 what is past its end is not there, even while the table has not removed it', async () => {
  const world = vaultWorld();
  const account = { kind: 'account', value: 'anna' } as const;
  await deliver(
    world,
    streamOf(
      login('anna', '2026-10-10T00:00:00Z', '192.0.2.10'),
      login('anna', '2026-10-15T00:00:00Z', '192.0.2.15'),
    ),
  );
  const there = world.store.items('vault').length;
  world.clock.set('2027-10-09T23:59:59.999Z');
  assert.deepEqual(shown(await disclosed(world, account)), ['192.0.2.10', '192.0.2.15']);
  world.clock.set('2027-10-10T00:00:00.000Z');
  assert.deepEqual(shown(await disclosed(world, account)), ['192.0.2.15']);
  // Nor is it missed once the table has removed it, if only after that.
  const item = world.store.items('vault').find(({ sk }) => String(sk).startsWith('rec#access#2026-10-10'));
  assert.equal(item?.ttl, Date.parse('2027-10-10T00:00:00Z') / 1000);
  world.store.remove('vault', { pk: String(item?.pk), sk: String(item?.sk) });
  assert.deepEqual(shown(await disclosed(world, account)), ['192.0.2.15']);
  world.clock.set('2027-11-01T00:00:00.000Z');
  assert.deepEqual(await holdersOf(world, account), []);
  assert.equal(world.store.items('vault').length, there - 1);
});

test('a batch that comes again, whole or in other parts, loses nothing, and nothing is disclosed twice', async () => {
  const world = vaultWorld();
  const whole = streamOf(
    ...Array.from({ length: 12 }, (_, i) =>
      login('anna', `2026-10-10T${String(i).padStart(2, '0')}:00:00Z`, '192.0.2.1', i + 1),
    ),
    number('anna', '2026-10-10T00:00:00Z', mine),
  );
  await deliver(world, whole);
  const once = world.store.items('vault').map(({ sk }) => sk);
  await deliver(world, whole);
  assert.deepEqual(
    world.store.items('vault').map(({ sk }) => sk),
    once,
    'it is written over itself',
  );
  // As Lambda bisects, and as it begins again in the middle: the last part never comes.
  await deliver(world, whole.slice(0, 6));
  await deliver(world, whole.slice(3, 9));
  assert.equal((await disclosed(world, { kind: 'account', value: 'anna' })).length, 12);
  assert.equal((await readable(world)).unreadable, 0);
});

test('an event that the backend sends twice is one log-in of what is disclosed', async () => {
  const world = vaultWorld();
  const event = login('anna', '2026-10-10T00:00:00Z');
  await deliver(world, streamOf(event, event, login('anna', '2026-10-11T00:00:00Z', '192.0.2.2')));
  assert.deepEqual(shown(await disclosed(world, { kind: 'account', value: 'anna' })), [
    '192.0.2.1',
    '192.0.2.2',
  ]);
});

test('a backend’s clock may be a few minutes ahead', async () => {
  const world = vaultWorld();
  await deliver(world, streamOf(login('anna', '2026-11-20T09:04:00Z')));
  assert.equal((await readable(world)).records.length, 1);
});
