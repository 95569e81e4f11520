import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CheckPorts, suspensionCheck } from '#core/access/caller.ts';
import { collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { keyInLog } from '#core/registry/records.ts';
import type { Report } from '#core/state/heard.ts';
import { memoryWatch } from '../../memory/outside.ts';
import { type Holder, holder } from '../registry/registry.ts';
import { change } from './enrolling.ts';
import { officer, one, two } from './people.ts';
import { keyItem, ofKind, type World, world } from './world.ts';

/** What a key may do that is suspended: nothing, whoever writes tables, until two reviewers reinstate it. */
const report: Report = {
  provider: 'other.example/log',
  n: 1,
  item: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  reason: 'stolen',
  revokedAt: '2026-11-20T08:00:00.000Z',
};

async function suspend(current: World, who: Holder = officer): Promise<void> {
  const key = await current.state.registry.getKey(who.key.keyId);
  assert.ok(key);
  assert.equal(await current.state.suspensions.suspend(key, report), true);
  await current.log.publish();
}

async function reinstate(current: World, who: Holder = officer): Promise<void> {
  await change(current, { kind: 'reinstate', keyid: who.key.keyId });
  await current.log.publish();
}

async function approved(): Promise<World> {
  const current = await world();
  for (const reviewer of [one, two]) await current.approve(reviewer);
  await current.log.publish();
  return current;
}

const mint = async (current: World) => minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);

async function minted(): Promise<World> {
  const current = await approved();
  await mint(current);
  await current.log.publish();
  return current;
}

/** One more officer of the agency. */
async function another(current: World): Promise<Holder> {
  const person = holder('officer-2', 'agency', 'agency-1');
  const { publicKey } = person.key;
  await change(
    current,
    { kind: 'officer', agency: 'agency-1', officer: { holder: 'officer-2', publicKey } },
    { confirming: officer },
  );
  await current.log.publish();
  const key = await current.state.registry.getKey(person.key.keyId);
  assert.ok(key);
  return { ...person, key };
}

const decides = { endsAccess: false };

async function checked(current: World, of = decides): Promise<boolean> {
  const log = await current.log.read();
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(log && key);
  return suspensionCheck({ log, watch: current.watch })(key, of);
}

test('I11: a key that is suspended calls nothing, though its item in the registry is put back', async () => {
  const current = await world();
  await current.log.publish();
  assert.equal(await checked(current), false);
  const before = keyItem(current, officer);
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  await current.state.suspensions.suspend(key, report);
  assert.equal(await checked(current), true, 'before the log has it');
  await current.log.publish();
  const during = keyItem(current, officer);
  current.store.plant('registry', before);
  for (const endsAccess of [false, true]) assert.equal(await checked(current, { endsAccess }), true);
  current.store.plant('registry', during);
  await reinstate(current);
  assert.equal(await checked(current), false);
  // And again.
  const again = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(again);
  const back = keyItem(current, officer);
  const item = 'sha-256=:pmWkWSBCL51Bfkhn79xPuKBKHz//H6B+mY6G9/eieuM=:';
  assert.equal(await current.state.suspensions.suspend(again, { ...report, n: 2, item }), true);
  await current.log.publish();
  current.store.plant('registry', back);
  assert.equal(await checked(current), true);
});

test('where the log cannot be read, whether a key is suspended keeps nobody from ending access', async () => {
  const watch = memoryWatch();
  const log: CheckPorts['log'] = {
    follows: async () => {
      throw new Error('the bucket does not answer');
    },
  };
  const isSuspended = suspensionCheck({ log, watch });
  await assert.rejects(isSuspended(officer.key, decides), { code: 'try-again' });
  assert.equal(await isSuspended(officer.key, { endsAccess: true }), false);
  assert.equal(await isSuspended(one.key, decides), false, 'a reviewer’s key is suspended by nobody');
});

test('an officer whose key is suspended collects nothing, by an instance that knew it before; reinstated, they do', async () => {
  const current = await minted();
  const collect = collector(current.collectPorts());
  assert.ok('jwe' in (await collect(current.call())));
  const before = await current.stored();
  await suspend(current);
  const later = collector(current.collectPorts());
  for (const instance of [collect, later])
    await assert.rejects(instance(current.call()), { code: 'key-suspended' });
  assert.deepEqual((await current.stored()).status, before.status, 'the case stays as it is');
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
  await reinstate(current);
  for (const instance of [collect, later]) assert.ok('jwe' in (await instance(current.call())));
});

test('nor does a colleague collect what a suspended key asked for, though the registry says that it is not suspended', async () => {
  const current = await world();
  const colleague = await another(current);
  for (const reviewer of [one, two]) await current.approve(reviewer);
  await current.log.publish();
  await mint(current);
  await current.log.publish();
  const collect = collector(current.collectPorts());
  const call = () => ({ ...current.call(), keyId: colleague.key.keyId, key: keyInLog(colleague.key) });
  const before = keyItem(current, officer);
  await suspend(current);
  await assert.rejects(collect(call()), { code: 'key-suspended' });
  const during = keyItem(current, officer);
  current.store.plant('registry', before);
  await assert.rejects(collect(call()), { code: 'key-suspended' });
  current.store.plant('registry', during);
  await reinstate(current);
  assert.ok('jwe' in (await collect(call())));
});

test('nothing is minted for a suspended key, without an alarm; once it is reinstated it is', async () => {
  const current = await approved();
  await suspend(current);
  await mint(current);
  assert.equal((await current.stored()).grants, undefined);
  assert.equal(current.watch.counts.get('ApprovalsNotProven'), undefined);
  await reinstate(current);
  await mint(current);
  assert.equal(((await current.stored()).grants?.length ?? 0) > 0, true);
});

test('a suspended key is revoked like any other, and then it is reinstated by nobody', async () => {
  const current = await minted();
  await suspend(current);
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  await current.state.registry.commitRevocation(key, 'reviewer-1', 'stolen', current.clock.now(), {});
  await current.log.publish();
  await assert.rejects(change(current, { kind: 'reinstate', keyid: key.keyId }), {
    code: 'key-not-suspended',
  });
  await assert.rejects(collector(current.collectPorts())(current.call()));
});

test('one reviewer alone reinstates no key', async () => {
  const current = await world();
  await suspend(current);
  const proposal = { kind: 'reinstate', keyid: officer.key.keyId } as const;
  const outcome = await current
    .applied(proposal, 'c0ffee00-0000-4000-8000-00000000beef', [one, one])
    .catch((error: { code: string }) => error);
  assert.equal('code' in outcome && outcome.code, 'change-repeated');
});
