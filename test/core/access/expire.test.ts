import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector } from '#core/access/collect.ts';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { jsonDigest } from '#core/canonical.ts';
import { kmsFollowsMs } from '#core/kms-lag.ts';
import type { Entry } from '#core/log/entry.ts';
import { PartsFailed } from '#core/parts.ts';
import { everyFault, type Faults, faults, isPlanned } from '../../memory/faults.ts';
import { emergency } from '../cases/cases.ts';
import { officer, one, two } from './people.ts';
import { asked, forceAgency, fork, months, ofKind, type World, world } from './world.ts';

const hours = 3_600_000;

const sweepIn = (current: World, f?: Faults) => expirer(current.expirePorts(f)).sweep(current.clock.now());

/** A case that these people approved, and whose grants are minted. */
async function minted(current: World, id: string, by = [one, two]): Promise<void> {
  for (const person of by) await current.approve(person, id);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
}

/** The grants of cases that may be collected are live, and no other. */
async function agree(current: World, ids: readonly string[], what: string): Promise<void> {
  const stored = await Promise.all(ids.map((id) => current.stored(id)));
  const held = stored.flatMap(({ grants = [] }) => grants.map(({ grantId }) => grantId)).sort();
  assert.deepEqual(
    current.kms
      .liveGrants()
      .map(({ id }) => id)
      .sort(),
    held,
    what,
  );
}

/** Much at once: what a sweep finds of everything that it looks for. */
async function busy() {
  const before = await first;
  return { ...before, current: await fork(before.current) };
}
const first = busyOnce();

async function busyOnce() {
  const current = await world();
  const { store, clock } = current;
  const open = current.id;
  await minted(current, open);
  // Its person is to be notified, since nothing delays that.
  const notified = await current.receive({ ...asked, notice: undefined });
  await minted(current, notified);
  await collector(current.collectPorts())({ ...current.call(), case: notified });
  // Closed, and its grants live still.
  const closed = await current.receive();
  await minted(current, closed);
  await current.withdraw(closed);
  // An emergency that fulfils nothing.
  const owing = await current.receive({ ...emergency, subjects: asked.subjects });
  await minted(current, owing, [one]);
  clock.advance(49 * hours);
  // A request whose answer takes more than half its time, and one under a key that is revoked in a moment.
  const slow = await current.receive();
  const begun = await current.receive();
  await current.forge((stored) => ({ ...stored, askedBy: 'another key' }), begun);
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  store.plant('registry', { pk: 'key#another key', ...key, keyId: 'another key', holder: 'officer-2' });
  await current.state.honeytokens.catchKey({ ...key, keyId: 'another key' });
  // A grant that is no case's.
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  await current.kms.grants.create(epochKey.keyId, epochKey, 'a stray');
  // Refusals of strangers, to be totalled.
  const refusal = { code: 'key-unknown', at: clock.now(), key: undefined, proven: undefined };
  await current.state.calls.traceRefusal(refusal);
  clock.advance(131 * hours);
  const ids = [open, notified, closed, owing, slow, begun];
  return { current, ids, open, notified, closed, owing, slow, begun };
}

/** What a sweep records of it, each once however often it is done. */
const expected: [string, Entry['kind'], number][] = [
  ['closed', 'grant.retired', 1],
  ['owing', 'emergency.overdue', 1],
  ['owing', 'grant.retired', 1],
  ['notified', 'notice.sent', 1],
  ['slow', 'deadline.passed', 1],
  ['begun', 'case.cancelled', 1],
  ['open', 'grant.retired', 0],
];

async function check(found: Awaited<ReturnType<typeof busy>>, what: string): Promise<void> {
  const { current, ids, ...named } = found;
  for (const [name, kind, times] of expected) {
    const id = Reflect.get(named, name);
    assert.equal(ofKind(current.entriesOf(id), kind).length, times, `${name} ${kind}: ${what}`);
  }
  assert.equal(current.entriesIn('emergencies/agency-1').length, 1, what);
  assert.equal((await current.state.registry.getKey('another key'))?.revokedAt !== undefined, true, what);
  assert.deepEqual(
    current.store.items('calls').filter(({ pk }) => String(pk).startsWith('decoy#')),
    [],
    what,
  );
  const totals = current.store.items('entries').filter(({ kind }) => kind === 'strangers.refused');
  assert.equal(totals.length, 1, what);
  // The notice went out once, or again under the same id.
  assert.deepEqual([...current.bus.keys()], [`${found.notified}/0/1`], what);
  await agree(current, ids, what);
  assert.equal(current.kms.liveGrants().length, 2 * months.length, what);
  assert.ok((current.watch.counts.get('GrantMismatch') ?? 0) >= 1, `the stray raised an alarm: ${what}`);
}

test('I9 a sweep ends the grants of closed cases and of none, does what fell due, and records each once', async () => {
  const found = await busy();
  await sweepIn(found.current);
  await check(found, 'undisturbed');
  const sweeps = found.current.store.items('entries').filter(({ kind }) => kind === 'sweep.done');
  const data: unknown[] = sweeps.map(({ entry }) => JSON.parse(String(entry)).data);
  assert.deepEqual(data, [{ grants: 2 * months.length, missing: 0, surplus: 1 }]);
  const before = found.current.store.items('entries').length;
  await sweepIn(found.current);
  // A day's first sweep that finds nothing has an entry, and its second none.
  await sweepIn(found.current);
  assert.equal(found.current.store.items('entries').length, before + 1);
});

test('I9 whatever call of a sweep fails, loses its answer or happens twice, the next sweep completes it', async () => {
  const undisturbed = faults();
  await sweepIn((await busy()).current, undisturbed);
  assert.ok(undisturbed.calls.length > 40, undisturbed.calls.join(' '));
  for (const plan of everyFault(undisturbed.calls.length)) {
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const found = await busy();
    const f = faults(plan);
    await sweepIn(found.current, f).catch((error: unknown) => {
      if (!isPlanned(error)) throw new Error(what, { cause: error });
    });
    assert.ok(f.done, what);
    await sweepIn(found.current);
    await check(found, what);
  }
});

test('I9 whatever call of retiring fails, loses its answer or happens twice, the stream’s next try completes it', async () => {
  const once = await world();
  await minted(once, once.id);
  await once.withdraw();
  const closed = () => fork(once);
  const retire = (current: World, f?: Faults) =>
    expirer(current.expirePorts(f)).onEntries(new Set([`case/${current.id}`, 'preservation/1']));
  const undisturbed = faults();
  await retire(await closed(), undisturbed);
  for (const plan of everyFault(undisturbed.calls.length)) {
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const current = await closed();
    await retire(current, faults(plan)).catch((error: unknown) => {
      if (!isPlanned(error)) throw new Error(what, { cause: error });
    });
    await retire(current);
    assert.deepEqual(current.kms.liveGrants(), [], what);
    // A grant that is not found may be too new to be found: it counts as ended once it would be.
    current.clock.advance(kmsFollowsMs);
    await sweepIn(current);
    assert.equal(ofKind(current.entriesOf(), 'grant.retired').length, 1, what);
    assert.deepEqual((await current.stored()).grants, [], what);
  }
});

test('I9 the last allowed collection ends the grants, and none before', async () => {
  const current = await world();
  await minted(current, current.id);
  const collect = collector(current.collectPorts());
  const { onEntries } = expirer(current.expirePorts());
  const { collectionsAllowed } = await current.stored();
  for (let i = 1; i <= collectionsAllowed; i++) {
    assert.equal(current.kms.liveGrants().length, months.length, `before collection ${i}`);
    await collect(current.call());
    await onEntries(new Set([`case/${current.id}`]));
  }
  assert.deepEqual(current.kms.liveGrants(), []);
  await assert.rejects(collect(current.call()), { code: 'collections-used-up' });
  const [retired] = ofKind(current.entriesOf(), 'grant.retired');
  assert.deepEqual(retired?.data, { grants: months.length, because: 'collections-used-up' });
});

test('I9 a stray grant is left while it may be one that is being minted, and ends afterwards', async () => {
  const current = await world();
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  await current.kms.grants.create(epochKey.keyId, epochKey, 'a stray');
  current.clock.advance(299_000);
  await sweepIn(current);
  assert.equal(current.kms.liveGrants().length, 1);
  assert.equal(current.watch.counts.get('GrantMismatch'), 0);
  current.clock.advance(1_000);
  await sweepIn(current);
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.equal(current.watch.counts.get('GrantMismatch'), 1);
});

test('I9 a stray grant under the name of a real case ends all the same, once that case is minted', async () => {
  const current = await world();
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  const name = `writ/${current.id}/${'0'.repeat(64)}`;
  await current.kms.grants.create(epochKey.keyId, epochKey, name);
  await minted(current, current.id);
  current.clock.advance(300_000);
  await sweepIn(current);
  await agree(current, [current.id], 'the stray');
  assert.equal(current.kms.liveGrants().length, months.length);
});

test('I10 a case that nobody decides ends with its lifetime, once, and is told of', async () => {
  const current = await world();
  current.clock.advance(60 * 24 * hours);
  await sweepIn(current);
  assert.equal((await current.state.cases.get(current.id))?.status, 'AwaitingApproval');
  current.clock.advance(24 * hours);
  await sweepIn(current);
  await sweepIn(current);
  const ended = await current.state.cases.get(current.id);
  assert.deepEqual([ended?.status, ended?.reason], ['Expired', 'undecided']);
  assert.ok(ended?.endedAt !== undefined, 'it will be forgotten');
  assert.equal(ofKind(current.entriesOf(current.id), 'case.expired').length, 1);
  assert.equal(current.watch.counts.get('CasesUndecided'), 1);
});

test('I9 a case that the list of cases does not show yet keeps its grants', async () => {
  const current = await world();
  await minted(current, current.id);
  current.clock.advance(hours);
  const ports = current.expirePorts();
  const cases = { ...ports.cases, awake: async function* () {} };
  await expirer({ ...ports, cases }).sweep(current.clock.now());
  assert.equal(current.kms.liveGrants().length, months.length);
  assert.equal(current.watch.counts.get('GrantMismatch'), 0);
});

test('I9 a sweep as of a later time leaves the grant of a case that is being minted this moment', async () => {
  const current = await world();
  await current.approve(one);
  await current.approve(two);
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  const name = `writ/${current.id}/${'0'.repeat(64)}`;
  await current.kms.grants.create(epochKey.keyId, epochKey, name);
  const { sweep } = expirer(current.expirePorts());
  const later = new Date(Date.parse(current.clock.now()) + hours).toISOString();
  await sweep(later);
  assert.equal(current.kms.liveGrants().length, 1);
  current.clock.advance(hours);
  await sweep(later);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('I9 a grant that ends behind the case’s back raises an alarm and is recorded; the case’s others stay', async () => {
  const current = await world();
  await minted(current, current.id);
  const [first] = current.kms.liveGrants();
  assert.ok(first);
  await current.kms.grants.revoke(first.keyId, first.id);
  current.clock.advance(kmsFollowsMs);
  await sweepIn(current);
  assert.equal(current.watch.counts.get('GrantMismatch'), 1);
  assert.deepEqual(current.watch.lines, [
    { level: 'error', what: 'grants differ from cases', facts: { missing: 1, surplus: 0 } },
  ]);
  assert.equal(current.kms.liveGrants().length, months.length - 1);
});

test('I9 a case that is closed during the sweep, its grants ended and not yet recorded so, is no difference', async () => {
  const current = await world();
  await minted(current, current.id);
  const ports = current.expirePorts();
  const list: typeof ports.grants.list = async function* (keyId) {
    if (current.kms.liveGrants().length > 0) await current.withdraw();
    for (const { id, keyId: on } of current.kms.liveGrants()) await current.kms.grants.revoke(on, id);
    yield* ports.grants.list(keyId);
  };
  await expirer({ ...ports, grants: { ...ports.grants, list } }).sweep(current.clock.now());
  assert.equal(current.watch.counts.get('GrantMismatch'), 0);
});

test('I9 a month that is forgotten took its key’s grants with it, which is no difference', async () => {
  const current = await world();
  await minted(current, current.id);
  for (const { keyId, id } of current.kms.liveGrants()) await current.kms.grants.revoke(keyId, id);
  const ports = current.expirePorts();
  const every = async () =>
    (await ports.vaultKeys.every()).map((key) => ({ ...key, forgottenAt: current.clock.now() }));
  await expirer({ ...ports, vaultKeys: { every } }).sweep(current.clock.now());
  assert.equal(current.watch.counts.get('GrantMismatch'), 0);
});

test('I9 a sweep that cannot record that it ended a stray has raised the alarm', async () => {
  const current = await world();
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  await current.kms.grants.create(epochKey.keyId, epochKey, 'a stray');
  current.clock.advance(300_000);
  const ports = current.expirePorts();
  const putSingle = async () => {
    throw new Error('the table is down');
  };
  await assert.rejects(expirer({ ...ports, entries: { putSingle } }).sweep(current.clock.now()), PartsFailed);
  assert.equal(current.watch.counts.get('GrantMismatch'), 1);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('I2 a vault key with another policy raises an alarm each sweep, and is recorded once for each policy', async () => {
  const current = await world();
  const key = current.kms.keys.get(current.epochKeys[0]?.keyId ?? '');
  assert.ok(key);
  const recorded = () =>
    current.store.items('entries').filter(({ kind }) => kind === 'vault.policy-differs').length;
  await sweepIn(current);
  assert.equal(recorded(), 0);
  key.policyDigest = jsonDigest('another');
  await sweepIn(current);
  await sweepIn(current);
  assert.equal(recorded(), 1);
  assert.equal(current.watch.counts.get('VaultKeyPolicyDiffers'), 2);
  key.policyDigest = jsonDigest('a third');
  await sweepIn(current);
  assert.equal(recorded(), 2);
});

test('two overdue emergencies of one agency suspend its emergencies once', async () => {
  const current = await world({ ...emergency, subjects: asked.subjects });
  const other = await current.receive();
  for (const id of [current.id, other]) await minted(current, id, [one]);
  current.clock.advance(49 * hours);
  await sweepIn(current);
  for (const id of [current.id, other]) assert.equal((await current.stored(id)).status, 'Suspended');
  assert.equal(current.entriesIn('emergencies/agency-1').length, 1);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('one case’s time is done alone, and notices that the bus refuses go out with the next', async () => {
  const current = await world({ ...asked, notice: undefined });
  await minted(current, current.id);
  await collector(current.collectPorts())(current.call());
  const ports = current.expirePorts();
  const bus = {
    send: async () => {
      throw new TypeError('refused');
    },
  };
  const at = current.clock.now();
  await expirer({ ...ports, bus }).runCaseOf(current.id, at);
  assert.equal(current.watch.counts.get('NoticesFailed'), 1);
  assert.deepEqual(current.watch.lines, [
    {
      level: 'error',
      what: 'notices could not be sent',
      facts: { case: current.id, error: 'TypeError' },
    },
  ]);
  assert.equal(ofKind(current.entriesOf(), 'notice.sent').length, 0);
  await expirer(ports).runCaseOf(current.id, at);
  assert.equal(ofKind(current.entriesOf(), 'notice.sent').length, 1);
  assert.equal(current.watch.counts.get('NoticesSent'), 1);
  await expirer(ports).runCaseOf('none', at);
});

test('what is collected while a notice goes out is in the next one', async () => {
  const current = await world({ ...asked, notice: undefined });
  await minted(current, current.id);
  const collect = collector(current.collectPorts());
  await collect(current.call());
  const ports = current.expirePorts();
  const bus = {
    send: async (notices: readonly unknown[]) => {
      await ports.bus.send(notices);
      await collect(current.call());
    },
  };
  const at = current.clock.now();
  await expirer({ ...ports, bus }).runCaseOf(current.id, at);
  assert.equal(ofKind(current.entriesOf(), 'notice.sent').length, 0);
  await expirer(ports).runCaseOf(current.id, current.clock.now());
  assert.equal(ofKind(current.entriesOf(), 'notice.sent').length, 1);
  assert.deepEqual([...current.bus.keys()], [`${current.id}/0/1`, `${current.id}/0/2`]);
});

test('a notice is sent in the agency’s name as it is enrolled', async () => {
  const current = await world({ ...asked, notice: undefined });
  await minted(current, current.id);
  await collector(current.collectPorts())(current.call());
  forceAgency(current, { name: 'LKA' });
  const sent: unknown[] = [];
  const bus = { send: async (notices: readonly unknown[]) => void sent.push(...notices) };
  await expirer({ ...current.expirePorts(), bus }).runCaseOf(current.id, current.clock.now());
  assert.deepEqual(
    sent.map((notice) => Reflect.get(Object(notice), 'to')),
    [{ id: 'agency-1', name: 'LKA' }],
  );
});

test('I9 the stream’s entries of caught and revoked keys end what these keys began', async () => {
  const current = await world();
  const key = await current.state.registry.getKey(officer.key.keyId);
  assert.ok(key);
  const { onEntries } = expirer(current.expirePorts());
  await minted(current, current.id);
  await onEntries(new Set(['case/none', 'refusal/1']));
  assert.equal((await current.stored()).status, 'AwaitingDisclosure');
  await current.state.honeytokens.catchKey(key);
  await onEntries(new Set(['decoy/1']));
  assert.ok((await current.state.registry.getKey(key.keyId))?.revokedAt);
  await onEntries(new Set(['key/1']));
  assert.equal((await current.stored()).status, 'Cancelled');
  await onEntries(new Set([`case/${current.id}`]));
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('I9 one case that fails in a sweep keeps no other from what fell due, nor KMS from being held against them', async () => {
  const poisons = ['closed', 'owing', 'notified', 'slow', 'begun'] as const;
  for (const poison of poisons) {
    const found = await busy();
    const { current } = found;
    const ports = current.expirePorts();
    const change: typeof ports.cases.change = (id, ...act) =>
      id === found[poison] ? Promise.reject(new TypeError('of this case')) : ports.cases.change(id, ...act);
    const sweep = () => expirer({ ...ports, cases: { ...ports.cases, change } }).sweep(current.clock.now());
    await assert.rejects(sweep(), PartsFailed);
    for (const [name, kind, times] of expected) {
      if (name === poison) continue;
      const id = Reflect.get(found, name);
      assert.equal(ofKind(current.entriesOf(id), kind).length, times, `${name} ${kind}, with ${poison}`);
    }
    assert.equal(current.watch.counts.get('GrantMismatch'), 1, 'the stray was found');
    const failed = current.watch.lines.filter(({ facts }) => facts.error === 'TypeError');
    assert.deepEqual([...new Set(failed.map(({ facts }) => facts.case))], [found[poison]]);
    await sweepIn(current);
    await check(found, `after ${poison}`);
  }
});

test('I9 one case whose grants cannot be retired keeps no other’s alive, whichever entries come with it', async () => {
  const current = await world();
  const ids = [current.id, await current.receive(), await current.receive()];
  for (const id of ids) await minted(current, id);
  for (const id of ids) await current.withdraw(id);
  const [poison = '', ...others] = ids;
  const ports = current.expirePorts();
  const held = new Set((await current.stored(poison)).grants?.map(({ grantId }) => grantId));
  const revoke: typeof ports.grants.revoke = (keyId, grantId) =>
    held.has(grantId) ? Promise.reject(new Error('KMS is busy')) : ports.grants.revoke(keyId, grantId);
  const { onEntries } = expirer({ ...ports, grants: { ...ports.grants, revoke } });
  // The stream tries again, and all that is done stays as it is.
  await assert.rejects(onEntries(new Set(ids.map((id) => `case/${id}`))), PartsFailed);
  for (const id of others) assert.deepEqual((await current.stored(id)).grants, []);
  assert.equal(current.kms.liveGrants().length, held.size);
  await expirer(ports).onEntries(new Set(ids.map((id) => `case/${id}`)));
  assert.deepEqual(current.kms.liveGrants(), []);
});
