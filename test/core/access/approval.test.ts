import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MissingEvidence, provesApproval } from '#core/access/approval.ts';
import type { ApprovalEvidence } from '#core/access/evidence.ts';
import { scopeCommitment } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { commitment } from '#core/log/commitment.ts';
import { noEntries } from '#core/log/entry.ts';
import { policy, receivedAt } from '../cases/cases.ts';
import { alterations } from './alterations.ts';
import { approvedBy, evidenceOf, judged, verdict } from './judging.ts';
import { one, third, two } from './people.ts';
import { asked } from './world.ts';

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
 * What may be otherwise, since it decides nothing here. Of the case: what only the agency, the desk and the clock go by,
 * and what minting sets down anew; its own decisions are the evidence's. Of an entry: its place, by which it was found; and
 * what the officer's message or another entry says too. An entry that is exchanged is no part of the log's history, which
 * streams.ts reads by each entry's hash. Of a record in the registry: what the log says instead.
 */
const decidesNothing = [
  /^case\.(version|reference|priority|status|receivedAt|dueAt|time|asked|basis|preservations|approvalsNeeded)\b/,
  /^case\.(retentionMonths|collectionsAllowed|request|decisions|notice|approvedAt|expiresAt|collections|entries)\b/,
  /^(history\.entries\.\d|decisions\.\d\.entry|registry\.keys\.\d\.enrolled|registry\.foundings\.\d)\.(v|at|stream|n)\b/,
  /^history\.entries\.0\.data\.(categories|delayReason|delayUntil|dueAt|instrument|jurisdiction|policyHash|priority|subjects)\b/,
  // No authority was notified, and what the case says of the order's document is for approving.
  /^(answer left out|case\.document\b)/,
  /^history\.entries\.1\b/,
  /^history\.entries\.2\.(previous|data\.(reviewer|key|request|scope|policyHash|categories|narrowed|subjects))\b/,
  /^decisions\.\d\.entry\.(previous|data\.(categories|narrowed|status|subjects))\b/,
  /^decisions\.\d\.decision\.(decision|policyHash|scope|entry|message)\b/,
  /^registry\.keys\.\d\.key\.(enrolledAt|entries)\b/,
  /^registry\.agencies\.0\.0\.(v|at|stream|n|data\.(agency|people|recipient|activeFrom))\b/,
  // A reviewer who was revoked since still vouches for whom they enrolled: the last key is none of a decider.
  /^registry\.keys\.(\d\.isRevoked left out|3\.isRevoked)$/,
  // A reviewer's key is suspended by nobody.
  /^registry\.keys\.(\d\.isSuspended left out|[123]\.isSuspended)$/,
  /^registry\.changes\.\d\.(version|status|proposedAt|salt|entries|decisions\.\d\.(role|holder))\b/,
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
    'scope',
  ],
  [
    'a shorter period',
    (current) => withScope(current, { period: { ...current.asked.period, from: '2026-10-01T00:00:00Z' } }),
    'approvals',
  ],
  [
    'another category',
    (current) => withScope(current, { categories: ['TrafficData', 'SubscriberData'] }),
    'scope',
  ],
  [
    'the scope in all its decisions too',
    (current) => {
      const scope = { ...current.asked, categories: ['SubscriberData' as const] };
      return { ...current, scope, decisions: current.decisions.map((d) => ({ ...d, scope })) };
    },
    'scope',
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

test('I11: an outbox that says otherwise than the log changes nothing', async () => {
  const current = await approvedBy([one, third]);
  const [item] = current.store.items('entries').filter(({ stream }) => stream === `case/${current.id}`);
  assert.ok(item);
  const text = String(item.entry).replace('agency-1', 'agency-2');
  assert.notEqual(text, item.entry);
  current.store.plant('entries', { ...item, entry: text });
  assert.deepEqual(await judged(current, 'outbox'), ['reviewer-1', 'reviewer-3']);
});

/** What the log and the table say of the case's history, each otherwise than the other. */
const histories: [string, (current: Case) => Case][] = [
  [
    'an end that is not its own',
    ({ entries, ...rest }) => ({ ...rest, entries: { ...entries, hash: 'f'.repeat(64) } }),
  ],
  ['an earlier end', ({ entries, ...rest }) => ({ ...rest, entries: { ...entries, n: entries.n - 1 } })],
  ['an end that nobody committed', ({ entries, ...rest }) => ({ ...rest, entries: { ...entries, n: 99 } })],
  ['none', (current) => ({ ...current, entries: noEntries })],
];

test('I11: a case whose history is not the log’s mints nothing, and keeps no other from being minted', async () => {
  for (const [what, change] of histories) {
    const current = await approvedBy([one, third]);
    await current.forge(change);
    assert.equal(await judged(current, what), 'history', what);
    assert.equal(current.watch.counts.get('ApprovalsNotProven'), 1, what);
  }
});
