import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gatherEvidence } from '#core/access/evidence.ts';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import { appendEntry, type EntryBody, noEntries } from '#core/log/entry.ts';
import type { Change, Proposal } from '#core/registry/change.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { keyStream } from '#core/state/registry-changes.ts';
import { receivedAt } from '../cases/cases.ts';
import { type Holder, holder, signed } from '../registry/registry.ts';
import { approvedBy, evidenceOf, judged } from './judging.ts';
import { changeId, officer, one, third, two } from './people.ts';
import { type World, world } from './world.ts';

const forceKey = (current: World, key: KeyRecord) =>
  current.store.plant('registry', { pk: `key#${key.keyId}`, ...key });

/** An entry that somebody puts into the outbox, and with it into the log. */
async function smuggle(current: World, stream: string, body: EntryBody): Promise<void> {
  const { entry } = appendEntry(stream, noEntries, body, receivedAt);
  const { n, kind } = entry;
  current.store.plant('entries', { stream, n, kind, entry: canonicalJson(entry) });
  await current.log.publish();
}

const enrolledBody = (key: KeyRecord): EntryBody => ({
  kind: 'key.enrolled',
  data: {
    role: 'reviewer',
    key: commitment(key.salt, 'key', key.keyId),
    holder: commitment(key.salt, 'holder', key.holder),
    by: key.enrolledBy,
    activeFrom: key.activeFrom,
  },
});

async function keyOf(current: World, person: Holder): Promise<KeyRecord> {
  const key = await current.state.registry.getKey(person.key.keyId);
  assert.ok(key);
  return key;
}

test('I3 a reviewer who is renamed in the registry completes no case', async () => {
  const current = await world();
  forceKey(current, { ...(await keyOf(current, third)), holder: 'reviewer-9' });
  const renamed = { ...third, key: { ...third.key, holder: 'reviewer-9' } };
  await current.approve(one);
  await current.approve(renamed);
  await current.log.publish();
  assert.equal(await judged(current, 'renamed'), 'approvals');
});

test('I3 a reviewer who is written into the registry, the log and a change that nobody signed completes no case', async () => {
  const insider = holder('insider', 'reviewer');
  const { publicKey } = insider.key;
  const proposal: Proposal = { kind: 'reviewer', reviewer: { holder: 'insider', publicKey } };
  const digest = jsonDigest(proposal);
  const id = 'c0ffee00-0000-4000-8000-00000000000b';
  const by = `change/${id}`;
  const key: KeyRecord = { ...insider.key, activeFrom: receivedAt, enrolledAt: receivedAt, enrolledBy: by };
  const person = { ...insider, key };
  /** A change as far as somebody gets who has no reviewer's key: with these decisions. */
  const forged = async (decisions: (change: Change) => Promise<Change['decisions']>): Promise<World> => {
    const current = await world();
    const real = await current.state.registry.getChange(changeId);
    assert.ok(real);
    const change = { ...real, id, proposal, digest };
    const put = { ...change, decisions: await decisions(change) };
    current.store.plant('registry', { pk: `change#${id}`, ...put });
    forceKey(current, key);
    await smuggle(current, keyStream(key), enrolledBody(key));
    await current.approve(one);
    await current.approve(person);
    await current.log.publish();
    return current;
  };
  const approving = { decision: 'approve', changeDigest: digest };
  const own = async (): Promise<Change['decisions'][number]> => ({
    decision: 'approve',
    role: 'reviewer',
    holder: 'insider',
    keyId: key.keyId,
    at: receivedAt,
    message: await signed(person, `/v1/registry/changes/${id}/decisions`, approving, { at: receivedAt }),
  });
  const cases: [string, (change: Change) => Promise<Change['decisions']>][] = [
    ['none', async () => []],
    ['those of another change', async (change) => change.decisions],
    ['garbage', async (change) => change.decisions.map((d) => ({ ...d, message: new Uint8Array(9) }))],
    ['their own, twice', async () => [await own(), await own()]],
    ['their own and one of another change', async ({ decisions }) => [await own(), ...decisions.slice(0, 1)]],
  ];
  for (const [what, decisions] of cases)
    assert.equal(await judged(await forged(decisions), what), 'approvals', what);
});

test('I3 two keys that vouch for each other, and for themselves, vouch for nothing', async () => {
  const [left, right] = [holder('left', 'reviewer'), holder('right', 'reviewer')];
  const current = await world();
  const real = await current.state.registry.getChange(changeId);
  assert.ok(real);
  for (const [i, who] of [left, right].entries()) {
    const id = `c0ffee00-0000-4000-8000-00000000000${i}`;
    const { holder: name, publicKey } = who.key;
    const proposal: Proposal = { kind: 'reviewer', reviewer: { holder: name, publicKey } };
    const digest = jsonDigest(proposal);
    const path = `/v1/registry/changes/${id}/decisions`;
    const decisions = await Promise.all(
      [left, right].map(async ({ key, signer }) => ({
        decision: 'approve' as const,
        role: 'reviewer' as const,
        holder: key.holder,
        keyId: key.keyId,
        at: receivedAt,
        message: await signed(
          { key, signer },
          path,
          { decision: 'approve', changeDigest: digest },
          { at: receivedAt },
        ),
      })),
    );
    current.store.plant('registry', { pk: `change#${id}`, ...real, id, proposal, digest, decisions });
    who.key = { ...who.key, activeFrom: receivedAt, enrolledBy: `change/${id}` };
    forceKey(current, who.key);
    await smuggle(current, keyStream(who.key), enrolledBody(who.key));
  }
  await current.approve(left);
  await current.approve(right);
  await current.log.publish();
  assert.equal(await judged(current, 'circle'), 'approvals');
});

test('I3 a reviewer whom the log shows revoked completes no case, even if the registry brings them back', async () => {
  const current = await approvedBy([one, third]);
  const key = await keyOf(current, third);
  await current.state.registry.commitRevocation(key, 'provider', 'lost', receivedAt, {});
  assert.equal(await judged(current, 'revoked'), 'approvals');
  forceKey(current, key);
  await current.log.publish();
  assert.equal(await judged(current, 'brought back'), 'approvals');
});

test('I3 whom a reviewer enrolled stays, though that reviewer is revoked since', async () => {
  const current = await approvedBy([one, third]);
  await current.state.registry.commitRevocation(
    await keyOf(current, two),
    'provider',
    'left',
    receivedAt,
    {},
  );
  await current.log.publish();
  assert.deepEqual(await judged(current, 'revoked voucher'), ['reviewer-1', 'reviewer-3']);
});

test('I3 a key that had not cooled off when it decided proves nothing', async () => {
  const current = await world();
  await current.approve(one);
  current.clock.advance(-1000);
  await current.approve(third);
  await current.log.publish();
  assert.equal(await judged(current, 'too early'), 'approvals');
});

test('I3 a request under a key that is revoked, or that nobody enrolled, opens nothing', async () => {
  const current = await approvedBy([one, third]);
  const key = await keyOf(current, officer);
  forceKey(current, { ...key, revokedAt: receivedAt });
  assert.equal(await judged(current, 'revoked'), 'asker');
  current.store.remove('registry', { pk: `key#${key.keyId}` });
  assert.equal(await judged(current, 'gone'), 'asker');
});

test('I3 a policy opens nothing that the desk neither began with nor adopted by two signatures', async () => {
  const current = await approvedBy([one, third]);
  const desk = await current.state.registry.getDesk();
  assert.ok(desk);
  const [adopted] = desk.policies;
  assert.ok(adopted);
  for (const by of [
    'founding/2',
    'founding/01',
    'founding/',
    'change/none',
    `change/${changeId}`,
    'nothing',
    '',
  ]) {
    current.store.plant('registry', { pk: 'desk', ...desk, policies: [{ ...adopted, by }] });
    assert.equal(await judged(current, by), 'policy', by);
  }
  current.store.plant('registry', { pk: 'desk', ...desk, policies: [] });
  assert.equal(await judged(current, 'none'), 'policy');
});

test('I3 a policy that two reviewers adopted opens what was approved under it', async () => {
  const current = await approvedBy([one, third]);
  const { policyHash } = await current.stored();
  const proposal: Proposal = { kind: 'policy', policyHash };
  const real = await current.state.registry.getChange(changeId);
  const desk = await current.state.registry.getDesk();
  assert.ok(real && desk);
  const id = 'c0ffee00-0000-4000-8000-00000000000c';
  const digest = jsonDigest(proposal);
  const path = `/v1/registry/changes/${id}/decisions`;
  const messages = [
    await signed(two, '/v1/registry/changes', proposal, { at: receivedAt }),
    await signed(third, path, { decision: 'approve', changeDigest: digest }, { at: receivedAt }),
  ];
  const decisions = [two, third].map(({ key }, i) => ({
    decision: 'approve',
    role: 'reviewer',
    holder: key.holder,
    keyId: key.keyId,
    at: receivedAt,
    message: messages[i],
  }));
  current.store.plant('registry', { pk: 'desk', ...desk, policies: [{ policyHash, by: `change/${id}` }] });
  const change = { ...real, id, proposal, digest };
  current.store.plant('registry', { pk: `change#${id}`, ...change, decisions: decisions.slice(0, 1) });
  assert.equal(await judged(current, 'one signature'), 'policy');
  current.store.plant('registry', { pk: `change#${id}`, ...change, decisions });
  assert.deepEqual(await judged(current, 'two signatures'), ['reviewer-1', 'reviewer-3']);
});

test('a key that another key’s record gives out, or that the log does not show, leads to no other', async () => {
  const current = await approvedBy([one, third]);
  const forged = await keyOf(current, third);
  // Under the id of nobody's key lies the record of a real one; and one that no entry enrolled names a change.
  current.store.plant('registry', { pk: 'key#nobody', ...forged });
  forceKey(current, { ...forged, keyId: 'unlogged' });
  await current.forge((stored) => ({
    ...stored,
    decisions: stored.decisions.map((d, i) => ({ ...d, keyId: ['nobody', 'unlogged'][i] ?? '' })),
  }));
  const { registry } = await evidenceOf(current);
  assert.deepEqual([...registry.keys.keys()], ['unlogged']);
  assert.equal(registry.changes.size, 0);
  assert.equal(await judged(current, 'forged'), 'approvals');
});

test('a chain of forged enrolments is followed only so far', async () => {
  const current = await approvedBy([one, third]);
  const real = await current.state.registry.getChange(changeId);
  assert.ok(real);
  const salt = new Uint8Array(32);
  const limit = 20;
  for (let i = 0; i < 2 * limit; i++) {
    const id = `forged-${i}`;
    const key: KeyRecord = { ...third.key, keyId: `key-${i}`, salt, enrolledBy: `change/${id}` };
    const decisions = real.decisions.map((decision) => ({ ...decision, keyId: `key-${i + 1}` }));
    current.store.plant('registry', { pk: `change#${id}`, ...real, id, decisions });
    forceKey(current, key);
    const { entry } = appendEntry(keyStream(key), noEntries, enrolledBody(key), receivedAt);
    const { stream, n, kind } = entry;
    current.store.plant('entries', { stream, n, kind, entry: canonicalJson(entry) });
  }
  await current.log.publish();
  await current.forge((stored) => ({
    ...stored,
    decisions: [
      ...stored.decisions.slice(0, 1),
      ...stored.decisions.slice(1).map((d) => ({ ...d, keyId: 'key-0' })),
    ],
  }));
  const log = await current.log.read();
  assert.ok(log);
  const { registry } = await gatherEvidence(await current.stored(), log, current.mintPorts(), limit);
  assert.equal(registry.keys.size, limit);
  assert.equal(await judged(current, 'chain'), 'approvals');
});
