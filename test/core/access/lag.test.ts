import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CollectPorts, collector } from '#core/access/collect.ts';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { CaseError } from '#core/cases/errors.ts';
import { kmsFollowsMs } from '#core/kms-lag.ts';
import { PartsFailed } from '#core/parts.ts';
import { KmsRefusal } from '#core/ports.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';
import { type Faults, faults } from '../../memory/faults.ts';
import { fixedPolicyDigest } from '../../memory/vault-world.ts';
import { one, two } from './people.ts';
import { fork, months, ofKind, type World, world } from './world.ts';

/** KMS that follows what was done minutes later (I9): no alarm without a difference, and no difference without an alarm. */

const never = () => Number.POSITIVE_INFINITY;
const sweepIn = (current: World) => expirer(current.expirePorts()).sweep(current.clock.now());
const entriesOf = (current: World, id = current.id) =>
  expirer(current.expirePorts()).onEntries(new Set([`case/${id}`]));
const alarms = ({ watch }: World) => watch.counts.get('GrantMismatch') ?? 0;
const opening = ({ kms }: World) => kms.openingGrants().length;

/** Mints a case's grants, KMS lagging as the world says. */
async function mint(current: World, id = current.id): Promise<void> {
  for (const person of [one, two]) await current.approve(person, id);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
}

async function lagging(lagMs: Partial<World['kms']['lagMs']>): Promise<World> {
  const current = await world();
  Object.assign(current.kms.lagMs, lagMs);
  return current;
}

test('I9 a new grant opens with its token before KMS lists it, and is not missed by a sweep', async () => {
  const current = await lagging({ minted: () => kmsFollowsMs - 1 });
  await mint(current);
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  assert.deepEqual(await Array.fromAsync(current.kms.grants.list(epochKey.keyId)), []);
  assert.ok('jwe' in (await collector(current.collectPorts())(current.call())));
  await sweepIn(current);
  current.clock.advance(kmsFollowsMs);
  await sweepIn(current);
  assert.equal(alarms(current), 0);
});

test('I3 while KMS lags a grant opens its own epoch key, with its own token, and minting again makes no other', async () => {
  const current = await lagging({ minted: () => 200_000 });
  await mint(current);
  const { id, grants = [] } = await current.stored();
  const [first, second] = grants;
  const [epochKey] = current.epochKeys.filter(({ epoch }) => epoch === first?.epoch);
  assert.ok(first && second && epochKey);
  const { subject, kind, epoch, keyId, wrappedKey } = epochKey;
  const open = (token: string) =>
    current.kms.vault.unwrap(keyId, { subject, kind, epoch }, wrappedKey, token);
  const tokens = await current.state.tokens.of(id, grants);
  await open(tokens.get(first.grantId) ?? '');
  for (const token of [tokens.get(second.grantId) ?? '', ''])
    await assert.rejects(open(token), { code: 'denied' });
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  assert.equal(current.kms.liveGrants().length, months.length);
  current.clock.advance(200_000);
  await open('');
});

test('I9 a case that is closed at any moment of its minting, KMS lagging, has no grant after the next sweeps', async () => {
  const approved = await lagging({});
  for (const person of [one, two]) await approved.approve(person);
  await approved.log.publish();
  const mintIn = async (current: World, f?: Faults) =>
    minter(current.mintPorts(f))([{ from: 0n, to: await current.size() }]);
  const undisturbed = faults();
  await mintIn(await fork(approved), undisturbed);
  for (let at = 0; at < undisturbed.calls.length; at++) {
    const what = `closed before ${at}: ${undisturbed.calls[at]}`;
    const current = await fork(approved);
    Object.assign(current.kms.lagMs, { minted: () => 200_000, revoked: () => kmsFollowsMs });
    await mintIn(current, faults({ at, fault: () => current.withdraw() }));
    await entriesOf(current);
    for (let i = 0; i < 2; i++) {
      current.clock.advance(kmsFollowsMs);
      await sweepIn(current);
    }
    assert.equal(opening(current), 0, what);
    assert.deepEqual((await current.stored()).grants ?? [], [], what);
  }
});

test('I9 a grant that KMS never lists raises an alarm once it should', async () => {
  const current = await lagging({ minted: never });
  await mint(current);
  current.clock.advance(kmsFollowsMs - 1);
  await sweepIn(current);
  assert.equal(alarms(current), 0);
  current.clock.advance(1);
  await sweepIn(current);
  assert.equal(alarms(current), months.length);
});

test('I9 a retired grant that KMS still lists is no difference, and one that it lists for ever is one', async () => {
  for (const [lag, expected] of [
    [kmsFollowsMs - 1, 0],
    [kmsFollowsMs + 60_000, months.length],
  ] as const) {
    const current = await lagging({ revoked: () => lag });
    await mint(current);
    current.clock.advance(kmsFollowsMs);
    await current.withdraw();
    await entriesOf(current);
    assert.deepEqual((await current.stored()).grants, []);
    assert.equal(opening(current), months.length, 'KMS still opens');
    await assert.rejects(collector(current.collectPorts())(current.call()), { code: 'case-closed' });
    await sweepIn(current);
    assert.equal(alarms(current), 0);
    current.clock.advance(kmsFollowsMs);
    await sweepIn(current);
    assert.equal(alarms(current), expected, `${lag}`);
  }
});

test('I9 a case that is closed before KMS finds its grants ends them in the next sweep, and says so then', async () => {
  const current = await lagging({ minted: () => 200_000 });
  await mint(current);
  await current.withdraw();
  await entriesOf(current);
  await assert.rejects(collector(current.collectPorts())(current.call()), { code: 'case-closed' });
  assert.equal(ofKind(current.entriesOf(), 'grant.retired').length, 0, 'they have not ended');
  assert.equal(current.kms.liveGrants().length, months.length);
  current.clock.advance(kmsFollowsMs - 60_000);
  await sweepIn(current);
  assert.deepEqual(current.kms.liveGrants(), []);
  assert.equal(ofKind(current.entriesOf(), 'grant.retired').length, 1);
  current.clock.advance(kmsFollowsMs);
  await sweepIn(current);
  assert.equal(alarms(current), 0);
  assert.equal(ofKind(current.entriesOf(), 'grant.retired').length, 1);
});

test('I9 what KMS lists once and not again is no difference; what stays for a second look is one', async () => {
  const current = await world();
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  await current.kms.grants.create(epochKey.keyId, epochKey, 'a stray');
  current.clock.advance(kmsFollowsMs);
  const ports = current.expirePorts();
  let looks = 0;
  const list: typeof ports.grants.list = async function* (keyId) {
    if (keyId !== epochKey.keyId || looks++ === 0) yield* ports.grants.list(keyId);
  };
  await expirer({ ...ports, grants: { ...ports.grants, list } }).sweep(current.clock.now());
  assert.equal(looks, 2);
  assert.equal(alarms(current), 0);
  await sweepIn(current);
  assert.equal(alarms(current), 1);
});

test('I9 a grant under the name of a closed case, made after its end, is spared no longer than any other', async () => {
  const current = await world();
  await mint(current);
  current.clock.advance(kmsFollowsMs);
  await current.withdraw();
  await entriesOf(current);
  const [epochKey] = current.epochKeys;
  assert.ok(epochKey);
  current.clock.advance(1_000);
  await current.kms.grants.create(epochKey.keyId, epochKey, `writ/${current.id}/${'0'.repeat(64)}`);
  current.clock.advance(kmsFollowsMs);
  await sweepIn(current);
  assert.equal(alarms(current), 1);
  assert.deepEqual(current.kms.liveGrants(), []);
});

test('what KMS refuses on grants of this moment is not final: the intent waits, and the agency tries again', async () => {
  for (const refused of ['denied', 'unknown'] as const) {
    const current = await world();
    await mint(current);
    if (refused === 'denied')
      for (const { keyId, id } of current.kms.liveGrants()) await current.kms.grants.revoke(keyId, id);
    const cause = new KmsRefusal('unknown');
    const openRecords: CollectPorts['openRecords'] = async function* () {
      yield* await Promise.reject<never[]>(new CaseError('data-forgotten', { cause }));
    };
    const collect = collector({
      ...current.collectPorts(),
      ...(refused === 'unknown' ? { openRecords } : {}),
    });
    await assert.rejects(collect(current.call()), { code: 'try-again' });
    assert.ok((await current.stored()).pending, 'the intent waits');
    current.clock.advance(kmsFollowsMs);
    const code = refused === 'denied' ? 'grant-missing' : 'data-forgotten';
    await assert.rejects(collect(current.call()), { code });
    assert.equal(ofKind(current.entriesOf(), 'collection.failed').length, 1);
    assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
  }
});

test('a vault key that KMS does not find yet stops no sweep, and one that it should find does', async () => {
  const current = await lagging({ made: never });
  const { vaultKeys } = current.state;
  const name = { purpose: 'access', epoch: '2026-12', shard: 0 } as const;
  const arn = await current.kms.vault.create('of next month');
  const at = current.clock.now();
  await vaultKeys.claim(name, { claim: 'a claim', at, stale: at });
  const { purpose, epoch } = name;
  const data = { purpose, epoch, key: keyDigest(arn), policy: fixedPolicyDigest };
  assert.ok(await vaultKeys.made(name, 'a claim', arn, { kind: 'vault.key-made', data }));
  await sweepIn(current);
  assert.equal(alarms(current), 0);
  assert.equal(current.watch.counts.get('VaultKeyPolicyDiffers'), undefined);
  current.clock.advance(kmsFollowsMs);
  await assert.rejects(sweepIn(current), PartsFailed);
});

test('I9 a vault key that KMS does not answer for keeps no other from being swept, and its own grants are not missed', async () => {
  const current = await lagging({});
  await mint(current);
  const keys = [...new Set(((await current.stored()).grants ?? []).map(({ keyId }) => keyId))];
  const silent = keys[0] ?? '';
  const at = current.epochKeys.find(({ keyId }) => keyId !== silent);
  assert.ok(at);
  const stray = `writ/00000000-0000-4000-8000-000000000000/${'0'.repeat(64)}`;
  await current.kms.grants.create(at.keyId, at, stray);
  current.clock.advance(kmsFollowsMs);
  const ports = current.expirePorts();
  const list: typeof ports.grants.list = async function* (keyId) {
    if (keyId === silent) throw new Error('no answer');
    yield* ports.grants.list(keyId);
  };
  const before = current.kms.openingGrants().length;
  const sweep = expirer({ ...ports, grants: { ...ports.grants, list } }).sweep(current.clock.now());
  await assert.rejects(sweep, PartsFailed);
  assert.equal(alarms(current), 1, 'the stray grant and no other');
  assert.equal(current.kms.openingGrants().length, before - 1);
});

test('I10 a key that is being destroyed is no matter of minutes: that its month is forgotten is told at once', async () => {
  const current = await world();
  await mint(current);
  for (const { keyId } of current.kms.liveGrants()) await current.kms.vault.scheduleDeletion(keyId);
  await assert.rejects(collector(current.collectPorts())(current.call()), { code: 'data-forgotten' });
});

const cases = 3;
const place = fc.nat({ max: cases - 1 });
const act = fc.oneof(
  fc.record({ act: fc.constantFrom('mint', 'close', 'entries', 'stray', 'end behind'), of: place }),
  fc.record({ act: fc.constant('wait'), ms: fc.integer({ min: 0, max: 400_000 }) }),
  fc.constant({ act: 'sweep' } as const),
);
const lags = fc.infiniteStream(fc.integer({ min: 0, max: kmsFollowsMs }));

async function several(): Promise<{ current: World; ids: string[] }> {
  const current = await world();
  const ids = [current.id];
  while (ids.length < cases) ids.push(await current.receive());
  return { current, ids };
}
const begun = several();

test('I9 whatever happens in whatever order while KMS lags: every grant ends, no false alarm, no difference untold', async () => {
  const histories = fc.asyncProperty(
    fc.array(act, { minLength: 5, maxLength: 25 }),
    lags,
    async (history, someLags) => {
      const { current: before, ids } = await begun;
      const current = await fork(before);
      const lag = () => someLags.next().value ?? 0;
      Object.assign(current.kms.lagMs, { minted: lag, revoked: lag });
      const minted = new Set<string>();
      const closed = new Set<string>();
      const strays = new Set<string>();
      const endedBehind = new Map<string, string>();

      const told = () => current.watch.lines.filter(({ what }) => what === 'grants differ from cases');
      async function sweep(): Promise<{ surplus: number; missing: number }> {
        const from = told().length;
        const couldBeTold = current.kms.openingGrants().filter(({ id }) => strays.has(id)).length;
        await sweepIn(current);
        const sum = { surplus: 0, missing: 0 };
        for (const { facts } of told().slice(from)) {
          sum.surplus += Number(facts.surplus);
          sum.missing += Number(facts.missing);
        }
        assert.ok(sum.surplus <= couldBeTold, `told of ${sum.surplus} strays, and there are ${couldBeTold}`);
        assert.ok(sum.missing <= missing(), `told of ${sum.missing} missing, and there are ${missing()}`);
        return sum;
      }
      const missing = () => [...endedBehind.values()].filter((of) => !closed.has(of)).length;

      for (const step of history) {
        if (step.act === 'sweep') {
          await sweep();
          continue;
        }
        if ('ms' in step) {
          current.clock.advance(step.ms);
          continue;
        }
        const id = ids[step.of] ?? '';
        const [epochKey] = current.epochKeys;
        if (step.act === 'mint' && !minted.has(id) && !closed.has(id)) {
          await mint(current, id);
          minted.add(id);
        } else if (step.act === 'close' && !closed.has(id)) {
          await current.withdraw(id);
          closed.add(id);
          const call = { ...current.call(), case: id };
          await assert.rejects(collector(current.collectPorts())(call), { code: 'case-closed' });
        } else if (step.act === 'entries') {
          await entriesOf(current, id);
        } else if (step.act === 'stray' && epochKey !== undefined) {
          const name = `writ/${id}/${String(strays.size).padStart(64, '0')}`;
          const { grantId } = await current.kms.grants.create(epochKey.keyId, epochKey, name);
          strays.add(grantId);
        } else if (step.act === 'end behind') {
          const [held] = (await current.stored(id)).grants ?? [];
          const ended = held && (await current.kms.grants.revoke(held.keyId, held.grantId));
          if (held !== undefined && ended === 'ended') endedBehind.set(held.grantId, id);
        }
      }

      // In the first of these a closed case's young grants end, and in the second what became a difference is told.
      for (let i = 0; i < 2; i++) {
        current.clock.advance(kmsFollowsMs);
        const { missing: toldMissing } = await sweep();
        if (i === 1) assert.equal(toldMissing, missing(), 'every missing grant is told');
      }
      current.clock.advance(kmsFollowsMs);
      const opens = new Set(current.kms.openingGrants().map(({ id }) => id));
      const open = ids.filter((id) => minted.has(id) && !closed.has(id));
      const should = (await Promise.all(open.map((id) => current.stored(id))))
        .flatMap(({ grants = [] }) => grants.map(({ grantId }) => grantId))
        .filter((id) => !endedBehind.has(id));
      assert.deepEqual([...opens].sort(), should.sort(), 'what opens is what open cases have');
      for (const id of closed) {
        const isMinted = minted.has(id);
        assert.deepEqual((await current.stored(id)).grants, isMinted ? [] : undefined);
        assert.equal(ofKind(current.entriesOf(id), 'grant.retired').length, isMinted ? 1 : 0);
      }
    },
  );
  await fc.assert(histories, { numRuns: 100 });
});
