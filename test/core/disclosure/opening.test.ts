import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvedScope } from '#core/cases/acts.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import type { Scope } from '#core/cases/scope.ts';
import { storedScope } from '#core/cases/stored.ts';
import { existence } from '#core/disclosure/existence.ts';
import type { Opened } from '#core/disclosure/records.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { everyFault } from '../../memory/faults.ts';
import { deliver, streamOf, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';
import { approved, code, receivedAt } from '../cases/cases.ts';

const login = (account: string, at: string, port: number) => ({ account, at, ip: '192.0.2.1', port });
const events = streamOf(
  login('anna', '2026-09-30T23:59:59Z', 1),
  login('anna', '2026-10-01T00:00:00Z', 2),
  login('anna', '2026-10-31T23:59:59Z', 3),
  login('anna', '2026-11-03T10:00:00Z', 4),
  login('anna', '2026-11-05T00:00:00Z', 5),
  login('bert', '2026-10-15T10:00:00Z', 6),
  { account: 'anna', at: '2026-03-01T10:00:00Z', phone: '+4915112345678' },
  { account: 'anna', at: '2026-11-04T10:00:00Z', phone: '+4915112345679' },
  { account: 'bert', at: '2026-11-06T10:00:00Z', phone: '+4915112345678' },
);
const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-05T00:00:00Z' };
const scope: Scope = { subjects: [0], categories: ['SubscriberData', 'TrafficData'], period };

/** Anna's case, approved, with a grant for each epoch key of its scope. */
async function approvedCase(world: VaultWorld, its: Scope = scope, delivered = events): Promise<Case> {
  await deliver(world, delivered);
  const { vault, pseudonyms } = world.functions();
  const subject = await pseudonyms.pseudonymOf('anna');
  const subjects = [[{ subject }]];
  const grants: Grant[] = [];
  for (const { kind, epoch, keyId } of await epochKeysIn(vault, storedScope(its, receivedAt), subjects)) {
    const { grantId } = await world.kms.grants.create(keyId, { subject, kind, epoch }, 'case');
    grants.push({ subject, kind, epoch, keyId, grantId });
  }
  return { ...approved(), subjects, asked: its, scope: its, grants };
}

function opened(world: VaultWorld, current: Case, after?: string, functions = world.functions()) {
  const its = storedScope(approvedScope(current), current.receivedAt);
  return Array.fromAsync(functions.openRecords(current, { scope: its, after, onUnwrapped: () => {} }));
}
const shown = (records: readonly Opened[]) =>
  records.map((record) => ('at' in record ? record.port : `${record.phone} ${record.validTo ?? ''}`));

test('I5 a case opens its subject’s log-ins of the period in order of time, and the numbers that held in it', async () => {
  const world = vaultWorld();
  const records = await opened(world, await approvedCase(world));
  assert.deepEqual(shown(records), ['+4915112345678 2026-11-04T10:00:00.000Z', '+4915112345679 ', 2, 3, 4]);
});

test('a case that asks for one category opens no epoch key of the other kind', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world, { ...scope, categories: ['UserIdentifyingData'] });
  assert.deepEqual(shown(await opened(world, current)), [2, 3, 4]);
  assert.deepEqual(new Set(current.grants?.map(({ kind }) => kind)), new Set(['access']));
});

test('after an instant only later log-ins are opened, and a month that is over costs no call to KMS', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world, { ...scope, categories: ['TrafficData'] });
  const functions = world.functions();
  const rest = await opened(world, current, '2026-11-01T00:00:00.000Z', functions);
  assert.deepEqual(shown(rest), [4]);
  assert.equal(functions.calls.filter((call) => call === 'kms.unwrap').length, 1);
  assert.deepEqual(shown(await opened(world, current, '2026-11-04T00:00:00.000Z')), []);
});

test('whichever call fails or is lost, opening fails with it and gives no half answer; tried again, it gives all', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world);
  const functions = world.functions();
  const whole = await opened(world, current, undefined, functions);
  for (const plan of everyFault(functions.calls.length)) {
    const what = `${plan.fault} ${functions.calls[plan.at]} (${plan.at})`;
    const trying = opened(world, current, undefined, world.functions(plan));
    if (plan.fault === 'twice') assert.deepEqual(await trying, whole, what);
    else await assert.rejects(trying, { name: 'PlannedFault' }, what);
    assert.deepEqual(await opened(world, current), whole, what);
  }
});

test('I3 without its grant an epoch key stays shut, and a revoked one is refused', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world);
  const [first, ...rest] = current.grants ?? [];
  assert.ok(first);
  const without = await opened(world, { ...current, grants: rest });
  assert.ok(without.length < (await opened(world, current)).length);
  await world.kms.grants.revoke(first.keyId, first.grantId);
  await assert.rejects(opened(world, current), code('grant-missing'));
});

test('I10 once a month’s key is destroyed, what it wrapped is said to be forgotten', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world);
  for (const { keyId } of current.grants ?? []) await world.kms.vault.scheduleDeletion(keyId);
  await assert.rejects(opened(world, current), code('data-forgotten'));
});

test('what was sealed to a key that an erasure took is left out, and the rest still opens', async () => {
  const world = vaultWorld();
  await deliver(world, events);
  const orphans = world.store.items('vault').filter(({ sk }) => String(sk).startsWith('rec#access#2026-10'));
  await world.functions().erase('anna');
  const again = events.map((record) => ({ ...record, sequence: `9${record.sequence}` }));
  const current = await approvedCase(world, scope, again);
  assert.equal(orphans.length, 3);
  for (const item of orphans) world.store.plant('vault', item);
  assert.deepEqual(shown(await opened(world, current)).slice(2), [2, 3, 4]);
});

test('the desk learns how much there is of each category, or that there is some, or nothing', async () => {
  const world = vaultWorld();
  const current = await approvedCase(world);
  const whatExists = existence(world.functions().vault);
  assert.deepEqual(await whatExists(current, 'nothing'), []);
  const months = [
    { subject: 0, category: 'SubscriberData', epochs: ['2026-03', '2026-11'] },
    { subject: 0, category: 'TrafficData', epochs: ['2026-10', '2026-11'] },
  ];
  assert.deepEqual(await whatExists(current, 'existence'), months);
  const amounts = await whatExists(current, 'amount');
  assert.deepEqual(
    amounts.map(({ records }) => records),
    [2, 3],
  );
});

test('I5 records are counted by the days that the period touches, and opened by the instant', async () => {
  const world = vaultWorld();
  const day = streamOf(
    login('anna', '2026-10-01T08:00:00Z', 1),
    login('anna', '2026-10-01T12:00:00Z', 2),
    login('anna', '2026-10-02T08:00:00Z', 3),
  );
  const its: Scope = {
    subjects: [0],
    categories: ['TrafficData'],
    period: { from: '2026-10-01T10:00:00Z', to: '2026-10-01T20:00:00Z' },
  };
  const current = await approvedCase(world, its, day);
  const [amount] = await existence(world.functions().vault)(current, 'amount');
  assert.equal(amount?.records, 2);
  assert.deepEqual(shown(await opened(world, current)), [2]);
});

test('a number stands for each holder while they had it, a username likewise, an account for itself', async () => {
  const world = vaultWorld();
  await deliver(world, events);
  const { vault, pseudonyms } = world.functions();
  const resolve = resolver({ vault, pseudonyms });
  const [anna, bert] = [await pseudonyms.pseudonymOf('anna'), await pseudonyms.pseudonymOf('bert')];
  const year = { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' };
  assert.deepEqual(await resolve({ kind: 'account', value: 'anna' }, year), [{ subject: anna }]);
  assert.deepEqual(await resolve({ kind: 'account', value: 'nobody' }, year), []);
  const held = await resolve({ kind: 'phone', value: '+4915112345678' }, year);
  assert.deepEqual(
    new Map(held.map(({ subject, from, to }) => [subject, [from, to]])),
    new Map([
      [anna, ['2026-03-01T10:00:00.000Z', '2026-11-04T10:00:00.000Z']],
      [bert, ['2026-11-06T10:00:00.000Z', undefined]],
    ]),
  );
  const then = await resolve({ kind: 'phone', value: '+4915112345678' }, period);
  assert.deepEqual(
    then.map(({ subject }) => subject),
    [anna],
  );
});
