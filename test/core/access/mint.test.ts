import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expirer } from '#core/access/expire.ts';
import { type Move, minter } from '#core/access/mint.ts';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry } from '#core/log/entry.ts';
import { everyFault, type Faults, faults, PlannedFault } from '../../memory/faults.ts';
import { one, third, two } from './people.ts';
import { fork, months, ofKind, type World, world } from './world.ts';

/** A case that two reviewers approved, all of it in the log. */
const approved = async (): Promise<World> => fork(await first);
const first = approvedOnce();

async function approvedOnce(): Promise<World> {
  const current = await world();
  await current.approve(one);
  await current.approve(third);
  await current.log.publish();
  return current;
}

const whole = async ({ size }: World): Promise<Move[]> => [{ from: 0n, to: await size() }];

const mintIn = async (current: World, f?: Faults) => minter(current.mintPorts(f))(await whole(current));

/** The case has each grant that is live, and no other. */
async function agree(current: World, what: string): Promise<void> {
  const held = (await current.stored()).grants?.map(({ grantId }) => grantId) ?? [];
  assert.deepEqual(
    current.kms
      .liveGrants()
      .map(({ id }) => id)
      .sort(),
    held.sort(),
    what,
  );
}

test('I3 minting makes one grant for each epoch key of the approved scope, and records it once', async () => {
  const current = await approved();
  await mintIn(current);
  await mintIn(current);
  assert.deepEqual(
    current.kms
      .liveGrants()
      .map(({ of }) => of.epoch)
      .sort(),
    months,
  );
  await agree(current, 'minted');
  assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1);
  assert.equal(current.watch.counts.get('GrantsMinted'), 2);
  assert.equal(current.watch.counts.get('ApprovalsNotProven'), undefined);
});

test('I3 whatever call of minting fails, loses its answer or happens twice, a retry mints once', async () => {
  const undisturbed = faults();
  await mintIn(await approved(), undisturbed);
  assert.ok(undisturbed.calls.length > 20, undisturbed.calls.join(' '));
  for (const plan of everyFault(undisturbed.calls.length)) {
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const current = await approved();
    const f = faults(plan);
    await mintIn(current, f).catch((error: unknown) => {
      if (!(error instanceof PlannedFault)) throw error;
    });
    assert.ok(f.done, what);
    await mintIn(current);
    await agree(current, what);
    assert.equal(current.kms.liveGrants().length, 2, what);
    assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1, what);
    assert.equal(current.watch.counts.get('ApprovalsNotProven'), undefined, what);
  }
});

test('I9 a case that is closed at any moment of its minting has no grant after the next sweep', async () => {
  const undisturbed = faults();
  await mintIn(await approved(), undisturbed);
  for (let at = 0; at < undisturbed.calls.length; at++) {
    const what = `closed before ${at}: ${undisturbed.calls[at]}`;
    const current = await approved();
    const f = faults({ at, fault: () => current.withdraw() });
    await mintIn(current, f);
    // What was minted for nothing has ended already.
    await agree(current, what);
    const { onEntries, sweep } = expirer(current.expirePorts());
    await onEntries(new Set([`case/${current.id}`]));
    current.clock.advance(301_000);
    await sweep(current.clock.now());
    assert.deepEqual(current.kms.liveGrants(), [], what);
    assert.deepEqual((await current.stored()).grants ?? [], [], what);
    assert.ok(ofKind(current.entriesOf(), 'grant.minted').length <= 1, what);
  }
});

test('I9 a minting that crashed, of a case that was closed since, leaves nothing behind the next sweep', async () => {
  const undisturbed = faults();
  await mintIn(await approved(), undisturbed);
  for (const plan of everyFault(undisturbed.calls.length)) {
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const current = await approved();
    await mintIn(current, faults(plan)).catch(() => {});
    await current.withdraw();
    await mintIn(current);
    const { onEntries, sweep } = expirer(current.expirePorts());
    await onEntries(new Set([`case/${current.id}`]));
    current.clock.advance(301_000);
    await sweep(current.clock.now());
    assert.deepEqual(current.kms.liveGrants(), [], what);
  }
});

test('I3 a case that is closed, or minted already, is asked no grant', async () => {
  const [closed, minted, rejected] = [await approved(), await approved(), await world()];
  await closed.withdraw();
  await mintIn(minted);
  await rejected.approve(one);
  await rejected.reject(two);
  await rejected.log.publish();
  await forgedNotice(rejected);
  for (const current of [closed, minted, rejected]) {
    const f = faults();
    await mintIn(current, f);
    assert.ok(!f.calls.includes('grants.create'));
    assert.deepEqual(current.watch.lines, [], 'it is no attempt');
  }
});

test('I4 nothing is minted before both approvals are under a checkpoint, whatever the table says', async () => {
  const current = await world();
  await current.approve(one);
  await current.approve(two);
  const mint = minter(current.mintPorts());
  // The head says that more is published than the bucket has.
  await assert.rejects(mint([{ from: 0n, to: 99n }]), /behind the head/);
  await current.log.publish();
  const covered = await current.size();
  await assert.rejects(mint([{ from: 0n, to: covered + 1n }]), /behind the head/);
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.deepEqual((await current.stored()).grants, undefined);
});

test('I4 an approval that is committed and not in the log yet mints nothing, and mints once it is', async () => {
  const current = await world();
  await current.approve(one);
  await current.log.publish();
  // Somebody tells of the end of the approvals before the second is there.
  await forgedNotice(current);
  await current.approve(two);
  await mintIn(current);
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.deepEqual(current.watch.lines, [], 'it waits, and nothing is wrong');
  await current.log.publish();
  await mintIn(current);
  assert.equal(current.kms.liveGrants().length, 2);
});

test('I3 one approval mints nothing, whatever the log tells of it', async () => {
  const current = await world();
  await current.approve(one);
  await current.log.publish();
  await forgedNotice(current);
  await mintIn(current);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('where nothing is stored of what was approved, the case ends without a grant', async () => {
  const current = await approved();
  const ports = current.mintPorts();
  await minter({ ...ports, vault: { ...ports.vault, epochKeysOf: async () => [] } })(await whole(current));
  assert.equal((await current.stored()).status, 'DisclosureNotAvailable');
  assert.equal(ofKind(current.entriesOf(), 'data.absent').length, 1);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('a scope that names more epoch keys than the policy allows mints none of them', async () => {
  const current = await approved();
  const ports = current.mintPorts();
  const narrow = { ...ports.policy, limits: { ...ports.policy.limits, grants: 1 } };
  await minter({ ...ports, policy: narrow })(await whole(current));
  assert.equal((await current.stored()).status, 'Invalid');
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.equal(current.watch.counts.get('BreadthExceeded'), 1);
});

/** All that somebody with every right on the tables can do to set minting going: an entry in the outbox. */
async function forgedNotice(current: World): Promise<void> {
  const [approval] = ofKind(current.entriesOf(), 'decision.approved');
  if (approval?.kind !== 'decision.approved') throw new Error('no approval');
  const stream = `case/${current.id}`;
  const body = { kind: approval.kind, data: { ...approval.data, status: 'AwaitingDisclosure' } } as const;
  const { entry } = appendEntry(stream, { n: 40, hash: 'f'.repeat(64) }, body, current.clock.now());
  const { n, kind } = entry;
  current.store.plant('entries', { stream, n, kind, entry: canonicalJson(entry) });
  await current.log.publish();
}

test('I9 a rejection after an approval mints nothing, whatever the log tells of it', async () => {
  const current = await world();
  await current.approve(one);
  await current.reject(two);
  await current.log.publish();
  await forgedNotice(current);
  await mintIn(current);
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.equal((await current.stored()).status, 'Rejected');
  await assert.rejects(current.approve(third), { code: 'case-closed' });
});
