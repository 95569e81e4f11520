import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MissingEvidence, provesApproval } from '#core/access/approval.ts';
import { type ApprovalEvidence, gatherEvidence } from '#core/access/evidence.ts';
import { minter } from '#core/access/mint.ts';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import { scopeCommitment } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { commitment } from '#core/log/commitment.ts';
import { appendEntry, type EntryBody, noEntries } from '#core/log/entry.ts';
import type { Change, Proposal } from '#core/registry/change.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { keyStream } from '#core/state/registry-changes.ts';
import { policy, receivedAt } from '../cases/cases.ts';
import { holder } from '../registry/registry.ts';
import { alterations } from './alterations.ts';
import {
  asked,
  changeId,
  officer,
  one,
  type Person,
  signedBy,
  third,
  two,
  type World,
  world,
} from './world.ts';

/** A case that these people approved, all of it in the log, and nothing minted. */
async function approvedBy(people: readonly Person[], of: Request = asked): Promise<World> {
  const current = await world(of);
  for (const person of people) await current.approve(person);
  await current.log.publish();
  return current;
}

async function evidenceOf(current: World): Promise<ApprovalEvidence> {
  const log = await current.log.read();
  assert.ok(log);
  return gatherEvidence(await current.stored(), log, current.mintPorts());
}

const verdict = (evidence: ApprovalEvidence) => {
  const proof = provesApproval(evidence, policy);
  return 'missing' in proof ? proof.missing : [...proof.reviewers];
};

/** What is said of the case as it stands in the tables; and that minting says the same. */
async function judged(current: World, what: string) {
  const said = verdict(await evidenceOf(current));
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  const isMinted = current.kms.liveGrants().length > 0;
  assert.equal(isMinted, Array.isArray(said), what);
  return said;
}

test('I3 two reviewers’ signed and logged approvals prove a case, from the founding on or through a change', async () => {
  for (const people of [
    [one, two],
    [one, third],
    [third, two],
  ]) {
    const names = people.map(({ key }) => key.holder);
    assert.deepEqual(await judged(await approvedBy(people), names.join()), names);
  }
});

/**
 * What may be otherwise, since it decides nothing here. Of the case: what only the agency, the desk and the clock go by;
 * its own decisions are the evidence's. Of an entry: its place, by which it was found. Of the asker: all but which key it
 * is and whether it is revoked. Of a record in the registry: what the log says instead.
 */
const decidesNothing = [
  /^case\.(version|reference|priority|status|receivedAt|dueAt|asked|basis|preservations|approvalsNeeded)\b/,
  /^case\.(collectionsAllowed|request|decisions|notice|approvedAt|expiresAt|collections|entries)\b/,
  /^(received|decisions\.\d\.entry|registry\.keys\.\d\.enrolled|registry\.foundings\.\d)\.(v|at|stream|n)\b/,
  /^decisions\.\d\.entry\.(previous|data\.(categories|narrowed|status|subjects))\b/,
  /^received\.data\.(categories|delayReason|delayUntil|instrument|jurisdiction|policyHash|priority|subjects)\b/,
  /^asker\.(?!keyId|revokedAt)/,
  /^decisions\.\d\.decision\.(decision|policyHash|scope|entry|message)\b/,
  /^registry\.keys\.\d\.key\.(enrolledAt|entries)\b/,
  // A reviewer who was revoked since still vouches for whom they enrolled: the last key is none of a decider.
  /^registry\.keys\.(\d\.isRevoked left out|2\.isRevoked)$/,
  /^registry\.changes\.0\.(version|status|proposedAt|salt|entries|decisions\.\d\.(role|holder))\b/,
];

test('I3 whatever one piece of the evidence is left out or altered, nothing is proven', async () => {
  const evidence = await evidenceOf(await approvedBy([one, third]));
  assert.deepEqual(verdict(evidence), ['reviewer-1', 'reviewer-3']);
  let altered = 0;
  const proven = new Set<string>();
  for (const { path, value } of alterations(evidence)) {
    altered++;
    if (isProven(value)) proven.add(path);
  }
  assert.ok(altered > 600);
  assert.deepEqual(
    [...proven].filter((path) => !decidesNothing.some((pattern) => pattern.test(path))),
    [],
  );
  // Each pattern is needed.
  for (const pattern of decidesNothing)
    assert.ok(
      [...proven].some((path) => pattern.test(path)),
      `${pattern}`,
    );
});

/** What no table's schema would let in may throw instead. */
function isProven(evidence: ApprovalEvidence): boolean {
  try {
    return !('missing' in provesApproval(evidence, policy));
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return false;
    throw error;
  }
}

const otherDigest = `sha-256=:${'A'.repeat(43)}=:`;
const withScope = (current: Case, scope: Partial<Case['asked']>): Case => ({
  ...current,
  scope: { ...(current.scope ?? current.asked), ...scope },
});

/** An approved case as somebody changes it who can write tables; and what is missed then. */
const changes: [string, (current: Case) => Case, MissingEvidence][] = [
  ['no scope', ({ scope: _, ...current }) => current, 'scope'],
  ['another agency', (current) => ({ ...current, agency: 'agency-2' }), 'agency'],
  ['another person', (current) => ({ ...current, subjects: [[{ subject: 'somebody else' }]] }), 'subjects'],
  [
    'one person more',
    (current) => ({ ...current, subjects: [[...(current.subjects[0] ?? []), { subject: 'somebody else' }]] }),
    'subjects',
  ],
  ['another salt', (current) => ({ ...current, salt: new Uint8Array(32).fill(1) }), 'subjects'],
  ['another request', (current) => ({ ...current, requestDigest: otherDigest }), 'request'],
  ['another policy', (current) => ({ ...current, policyHash: otherDigest }), 'policy'],
  ['another officer', (current) => ({ ...current, askedBy: 'no key' }), 'asker'],
  [
    'a longer period',
    (current) => withScope(current, { period: { ...current.asked.period, from: '2026-08-01T00:00:00Z' } }),
    'approvals',
  ],
  [
    'another category',
    (current) => withScope(current, { categories: ['TrafficData', 'SubscriberData'] }),
    'approvals',
  ],
  [
    'the scope in all its decisions too',
    (current) => {
      const scope = { ...current.asked, categories: ['SubscriberData' as const] };
      return { ...current, scope, decisions: current.decisions.map((d) => ({ ...d, scope })) };
    },
    'approvals',
  ],
  [
    'one decision alone',
    (current) => ({ ...current, decisions: current.decisions.slice(0, 1) }),
    'approvals',
  ],
  [
    'one decision alone, and fewer needed',
    (current) => ({ ...current, decisions: current.decisions.slice(0, 1), approvalsNeeded: 1 }),
    'approvals',
  ],
  [
    'one decision twice',
    ({ decisions: [first], ...current }) => ({
      ...current,
      decisions: first === undefined ? [] : [first, first],
    }),
    'approvals',
  ],
  [
    'one decision under two names',
    ({ decisions: [first], ...current }) => ({
      ...current,
      decisions:
        first === undefined ? [] : [first, { ...first, reviewer: two.key.holder, keyId: two.key.keyId }],
    }),
    'approvals',
  ],
  [
    'decisions of which there is no entry',
    (current) => ({ ...current, decisions: current.decisions.map((d) => ({ ...d, entry: 999 })) }),
    'approvals',
  ],
  [
    'decisions that nobody signed',
    (current) => ({
      ...current,
      decisions: current.decisions.map((d) => ({ ...d, message: new Uint8Array(200).fill(7) })),
    }),
    'approvals',
  ],
  [
    'each other’s signed messages',
    (current) => ({
      ...current,
      decisions: current.decisions.map((d, i, all) => ({ ...d, message: all[1 - i]?.message ?? d.message })),
    }),
    'approvals',
  ],
  [
    'the priority of an emergency, which opens on one',
    (current) => ({
      ...current,
      decisions: current.decisions.slice(0, 1),
      priority: 'Emergency',
      debts: { dueAt: receivedAt, owed: [], missed: [], settled: 2 },
    }),
    'approvals',
  ],
];

test('I3 an approved case that is altered in the table mints nothing', async () => {
  for (const [what, change, missing] of changes) {
    const current = await approvedBy([one, third]);
    await current.forge(change);
    assert.equal(await judged(current, what), missing, what);
    assert.equal(current.watch.counts.get('ApprovalsNotProven'), 1, what);
    assert.deepEqual(current.watch.lines, [
      { level: 'error', what: 'approval not proven', facts: { case: current.id, missing } },
    ]);
    assert.equal((await current.stored()).grants, undefined, what);
  }
});

test('I3 an emergency opens on as many as the policy says, as it was received', async () => {
  const emergency: Request = { ...asked, priority: 'Emergency', threat: 'life' };
  assert.deepEqual(await judged(await approvedBy([one], emergency), 'one'), ['reviewer-1']);
  const careful = { ...policy, emergency: { ...policy.emergency, approvals: 2 } };
  const evidence = await evidenceOf(await approvedBy([one], emergency));
  assert.deepEqual(provesApproval(evidence, careful), { missing: 'approvals' });
  // Written down in the table as routine, it is an emergency still, and the other way round.
  const current = await approvedBy([one], emergency);
  await current.forge((stored) => ({ ...stored, priority: 'Routine' }));
  assert.deepEqual(await judged(current, 'routine'), ['reviewer-1']);
});

const forceKey = (current: World, key: KeyRecord) =>
  current.store.force('registry', { pk: `key#${key.keyId}`, ...key });

/** An entry that somebody puts into the outbox, and with it into the log. */
async function smuggle(current: World, stream: string, body: EntryBody): Promise<void> {
  const { entry } = appendEntry(stream, noEntries, body, receivedAt);
  const { n, kind } = entry;
  current.store.force('entries', { stream, n, kind, entry: canonicalJson(entry) });
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

async function keyOf(current: World, person: Person): Promise<KeyRecord> {
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
    current.store.force('registry', { pk: `change#${id}`, ...put });
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
    message: await signedBy(person, `/v1/registry/changes/${id}/decisions`, approving),
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
        message: await signedBy({ key, signer }, path, { decision: 'approve', changeDigest: digest }),
      })),
    );
    current.store.force('registry', { pk: `change#${id}`, ...real, id, proposal, digest, decisions });
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
    current.store.force('registry', { pk: 'desk', ...desk, policies: [{ ...adopted, by }] });
    assert.equal(await judged(current, by), 'policy', by);
  }
  current.store.force('registry', { pk: 'desk', ...desk, policies: [] });
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
    await signedBy(two, '/v1/registry/changes', proposal),
    await signedBy(third, path, { decision: 'approve', changeDigest: digest }),
  ];
  const decisions = [two, third].map(({ key }, i) => ({
    decision: 'approve',
    role: 'reviewer',
    holder: key.holder,
    keyId: key.keyId,
    at: receivedAt,
    message: messages[i],
  }));
  current.store.force('registry', { pk: 'desk', ...desk, policies: [{ policyHash, by: `change/${id}` }] });
  const change = { ...real, id, proposal, digest };
  current.store.force('registry', { pk: `change#${id}`, ...change, decisions: decisions.slice(0, 1) });
  assert.equal(await judged(current, 'one signature'), 'policy');
  current.store.force('registry', { pk: `change#${id}`, ...change, decisions });
  assert.deepEqual(await judged(current, 'two signatures'), ['reviewer-1', 'reviewer-3']);
});

test('I3 the log’s approval is of this reviewer, request, scope and policy', async () => {
  const evidence = await evidenceOf(await approvedBy([one, third]));
  const { case: current } = evidence;
  const other = { ...current.asked, subjects: [] };
  for (const [name, value] of [
    ['reviewer', commitment(current.salt, 'reviewer', two.key.holder)],
    ['request', commitment(current.salt, 'request', otherDigest)],
    ['scope', scopeCommitment(current, other)],
    ['policyHash', otherDigest],
  ] as const) {
    const decisions = evidence.decisions.map((decision) => {
      const { entry } = decision;
      assert.ok(entry?.kind === 'decision.approved');
      return { ...decision, entry: { ...entry, data: { ...entry.data, [name]: value } } };
    });
    assert.equal(verdict({ ...evidence, decisions }), 'approvals', name);
  }
});

test('a key that another key’s record gives out, or that the log does not show, leads to no other', async () => {
  const current = await approvedBy([one, third]);
  const forged = await keyOf(current, third);
  // Under the id of nobody's key lies the record of a real one; and one that no entry enrolled names a change.
  current.store.force('registry', { pk: 'key#nobody', ...forged });
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

test('I3 an outbox that says otherwise than the log mints nothing', async () => {
  const current = await approvedBy([one, third]);
  const [item] = current.store.items('entries').filter(({ stream }) => stream === `case/${current.id}`);
  assert.ok(item);
  const text = String(item.entry).replace('agency-1', 'agency-2');
  assert.notEqual(text, item.entry);
  current.store.force('entries', { ...item, entry: text });
  await assert.rejects(evidenceOf(current), /another entry in this place/);
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
    current.store.force('registry', { pk: `change#${id}`, ...real, id, decisions });
    forceKey(current, key);
    const { entry } = appendEntry(keyStream(key), noEntries, enrolledBody(key), receivedAt);
    const { stream, n, kind } = entry;
    current.store.force('entries', { stream, n, kind, entry: canonicalJson(entry) });
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
