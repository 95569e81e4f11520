import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import {
  approvedScope,
  checkAsked,
  decide,
  lapse,
  mint,
  type Outcome,
  resolvedCommitment,
  retired,
  retirementDue,
  scopeCommitment,
  view,
  withdraw,
} from '#core/cases/acts.ts';
import { type Case, caseSchema, caseView, openStatuses, viewCase } from '#core/cases/case.ts';
import {
  checkCollectable,
  collected,
  collectionFailed,
  intend,
  intentMinutes,
  isPending,
} from '#core/cases/collecting.ts';
import { CaseError, type CaseErrorCode } from '#core/cases/errors.ts';
import { authoriserRoles, categories, type Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { askedScope } from '#core/cases/request.ts';
import { type Scope, scopeText, within } from '#core/cases/scope.ts';
import {
  approval,
  by,
  commitAt,
  committed,
  grant,
  hoursAfter,
  policy,
  received,
  receivedAt,
  rejection,
  request,
  requests,
} from './cases.ts';

const code = (expected: CaseErrorCode) => ({ name: 'CaseError', code: expected, message: expected });
const terminal = ['DisclosureNotAvailable', 'Rejected', 'Cancelled', 'Suspended', 'Expired', 'Invalid'];

/** Freezes all that can be frozen, so that an act that writes into what it was given throws. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

const fresh = (its: Policy = policy) => frozen(commitAt(received(request, its)));
const approvedOnce = () => commitAt(decide(fresh(), by('one', approval(fresh()))));
const approved = () => commitAt(decide(approvedOnce(), by('two', approval(fresh()))));
const minted = () => commitAt(mint(approved(), [grant]));
const intended = () => commitAt(intend(minted(), { at: receivedAt, recipient: 'thumbprint' }));

test('a request becomes a case that awaits approval, due as its priority says, with nothing decided', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const { next } = received(asked);
      assert.equal(next.status, 'AwaitingApproval');
      assert.equal(next.dueAt, hoursAfter(receivedAt, asked.priority === 'Emergency' ? 8 : 240));
      assert.deepEqual(next.asked, askedScope(asked));
      assert.deepEqual(
        [next.version, next.collections, next.decisions, next.entries.n, next.scope, next.grants],
        [0, 0, [], 0, undefined, undefined],
      );
      assert.deepEqual(caseSchema.parse(next), next);
    }),
  );
});

test('the design’s request may be asked; what is broader than the policy may not', () => {
  checkAsked(request, policy);
  const limits = (change: Partial<Policy['limits']>) => ({
    ...policy,
    limits: { ...policy.limits, ...change },
  });
  // 3 subjects, 80 days, 2 kinds of record in 3 months: 18 doors.
  checkAsked(request, limits({ subjects: 3, periodDays: 80, grants: 18 }));
  for (const change of [{ subjects: 2 }, { periodDays: 79 }, { grants: 17 }]) {
    assert.throws(() => checkAsked(request, limits(change)), code('limit-exceeded'));
  }
  const both: Request = { ...request, categories: ['UserIdentifyingData', 'TrafficData'] };
  checkAsked(both, limits({ grants: 9 }));
});

test('a category is refused to every authoriser whom the policy does not name for it', () => {
  for (const role of authoriserRoles) {
    for (const category of categories) {
      const asked: Request = {
        ...request,
        instrument: { ...request.instrument, authoriserRole: role },
        categories: [category],
      };
      if (policy.authorisers[category].includes(role)) checkAsked(asked, policy);
      else assert.throws(() => checkAsked(asked, policy), code('authoriser-insufficient'));
    }
  }
  const prosecutor = { ...request.instrument, authoriserRole: 'PublicProsecutor' as const };
  assert.throws(
    () => checkAsked({ ...request, instrument: prosecutor }, policy),
    code('authoriser-insufficient'),
  );
});

test('I3: one approval opens nothing, the second by another person over the same scope does', () => {
  const once = approvedOnce();
  assert.deepEqual([once.status, once.scope, once.expiresAt], ['AwaitingApproval', undefined, undefined]);
  const twice = approved();
  assert.equal(twice.status, 'AwaitingDisclosure');
  assert.deepEqual(
    [twice.approvedAt, twice.expiresAt],
    [receivedAt, hoursAfter(receivedAt, policy.collectHours)],
  );
  assert.deepEqual(approvedScope(twice), fresh().asked);
});

test('I3: the same reviewer is refused a second decision, with another key, another scope or a rejection too', () => {
  const once = approvedOnce();
  const narrower: Scope = { ...once.asked, subjects: [0] };
  for (const decision of [approval(once), approval(once, narrower), rejection(once)]) {
    const act = { ...by('one', decision), keyId: 'another key of the same person' };
    assert.throws(() => decide(once, act), code('decision-repeated'));
  }
});

test('I3: approvals of two scopes do not add up; the count starts anew', () => {
  const first = fresh();
  const narrower: Scope = { ...first.asked, subjects: [0] };
  const other = commitAt(decide(approvedOnce(), by('two', approval(first, narrower))));
  assert.equal(other.status, 'AwaitingApproval');
  assert.deepEqual(
    other.decisions.map((d) => d.reviewer),
    ['two'],
  );
  const done = commitAt(decide(other, by('three', approval(first, narrower))));
  assert.equal(done.status, 'AwaitingDisclosure');
  assert.deepEqual(done.scope, narrower);
});

test('I3: a decision over another digest, or wider than what was asked, is refused', () => {
  const it = fresh();
  const elsewhere = { ...approval(it), requestDigest: jsonDigest({}) };
  assert.throws(() => decide(it, by('one', elsewhere)), code('decision-digest-mismatch'));
  const wider: Scope[] = [
    { ...it.asked, subjects: [...it.asked.subjects, 3] },
    { ...it.asked, categories: [...categories] },
    { ...it.asked, period: { ...it.asked.period, from: '2026-08-31T23:59:59.999Z' } },
    { ...it.asked, period: { ...it.asked.period, to: '2026-11-20T00:00:00.001Z' } },
  ];
  for (const scope of wider) {
    assert.throws(() => decide(it, by('one', approval(it, scope))), code('scope-too-wide'));
    assert.throws(() => decide(it, by('one', { ...rejection(it), scope })), code('scope-too-wide'));
  }
});

test('a decision remembers the entry that tells it, where both get their number at commit', () => {
  const { it, entry } = committed(decide(approvedOnce(), by('two', approval(fresh()))), receivedAt);
  assert.equal(entry.n, 3);
  assert.equal(it.decisions.at(-1)?.entry, entry.n);
  const intent = committed(intend(minted(), { at: receivedAt, recipient: 'x' }), receivedAt);
  assert.equal(intent.it.pending?.entry, intent.entry.n);
});

test('what is minted with nothing to mint is not available; nothing is minted twice or unapproved', () => {
  const none = mint(approved(), []);
  assert.equal(none.next.status, 'DisclosureNotAvailable');
  assert.equal(none.entry.kind, 'data.absent');
  assert.throws(() => mint(minted(), [grant]), code('case-closed'));
  assert.throws(() => mint(approvedOnce(), [grant]), code('case-not-approved'));
  assert.throws(() => mint(withdraw(approved()).next, [grant]), code('case-closed'));
});

test('I4: nothing is collected that was not announced', () => {
  const act = { records: 1, drawers: 1, digest: 'd', more: false };
  assert.throws(() => collected(minted(), act), code('case-closed'));
  assert.throws(() => collected(fresh(), act), code('case-closed'));
  assert.throws(() => collectionFailed(minted(), { code: 'grant-missing', drawers: 0 }), code('case-closed'));
  const done = collected(intended(), act).next;
  assert.throws(() => collected(done, act), code('case-closed'));
  assert.throws(() => collected(withdraw(intended()).next, act), code('case-closed'));
});

test('I4: an intent is resumed by asking for its own page, and announces no other', () => {
  const at = receivedAt;
  assert.equal(isPending(minted(), at, undefined), false);
  const first = intended();
  assert.equal(isPending(first, at, undefined), true);
  assert.equal(isPending(first, at, { collection: 1, page: 2 }), false);
  const begun = commitAt(collected(first, { records: 1, drawers: 1, digest: 'd', more: true }));
  const cursor = { collection: 1, page: 2 };
  const second = commitAt(intend(begun, { at: receivedAt, recipient: 'thumbprint', cursor }));
  assert.equal(isPending(second, at, cursor), true);
  assert.equal(isPending(second, at, { ...cursor, collection: 2 }), false);
  assert.equal(isPending(second, at, undefined), false, 'which begins another collection');
});

test('I4: an intent that is a quarter of an hour old announces nothing any more: it is announced anew', () => {
  const first = intended();
  const begun = Date.parse(first.pending?.at ?? '');
  const later = (minutes: number) => new Date(begun + minutes * 60_000).toISOString();
  assert.equal(isPending(first, later(intentMinutes - 0.01), undefined), true);
  assert.equal(isPending(first, later(intentMinutes), undefined), false);
});

test('a page that is asked for again takes nothing back of how far the collection has come', () => {
  const asked = (it: Case, page: number) => {
    const cursor = page === 1 ? undefined : { collection: 1, page };
    const announced = commitAt(intend(it, { at: receivedAt, recipient: 'thumbprint', cursor }));
    return commitAt(collected(announced, { records: 1, drawers: 1, digest: 'd', more: true }));
  };
  const again = [1, 2, 3, 2].reduce(asked, minted());
  assert.deepEqual(again.unfinished, { collection: 1, page: 3 });
  checkCollectable(again, receivedAt, { collection: 1, page: 4 });
  assert.throws(() => checkCollectable(again, receivedAt, { collection: 1, page: 5 }), code('page-gone'));
});

test('the right to collect ends at the very instant that it expires', () => {
  const it = minted();
  const end = it.expiresAt ?? '';
  const before = new Date(Date.parse(end) - 1).toISOString();
  checkCollectable(it, before);
  assert.throws(() => checkCollectable(it, end), code('case-closed'));
  assert.equal(lapse(it, before), undefined);
  assert.equal(lapse(it, end)?.next.status, 'Expired');
});

test('the agency is offered the collection while the door is open, and never sees who decided', () => {
  for (const it of [fresh(), approvedOnce(), approved(), intended(), withdraw(intended()).next]) {
    const seen = viewCase(it);
    assert.deepEqual(caseView.parse(seen), seen);
    assert.equal('collection' in seen.links, openStatuses.includes(it.status));
    assert.doesNotMatch(JSON.stringify(seen), /one|two|pseudonym|key|salt/);
  }
});

test('what is committed to says the scope and the subjects, and changes with either', () => {
  const it = fresh();
  assert.notEqual(
    resolvedCommitment(it),
    resolvedCommitment({ ...it, subjects: [[{ subject: 'somebody else' }]] }),
  );
  assert.notEqual(scopeCommitment(it, it.asked), scopeCommitment(it, { ...it.asked, subjects: [0] }));
  const respelled: Scope = { ...it.asked, subjects: it.asked.subjects.toReversed() };
  assert.equal(scopeCommitment(it, it.asked), scopeCommitment(it, respelled));
});

// All histories. The model below is the design's table of statuses, written a second time and more simply.

type Act =
  | { do: 'approve'; who: string; scope: number; digest: 'right' | 'wrong' }
  | { do: 'reject'; who: string; digest: 'right' | 'wrong' }
  | { do: 'mint'; grants: number }
  | { do: 'view' | 'failed' | 'withdraw' | 'lapse' | 'retire' }
  /** The first page of the next collection, or a later one of this, the last or the one to come. */
  | { do: 'intend'; cursor?: { collection: number; page: number } }
  | { do: 'collected'; more: boolean }
  | { do: 'wait'; hours: number };

interface Model {
  status: string;
  votes: { who: string; scope: string }[];
  grants: number | undefined;
  collections: number;
  /** Collection and page that were announced, and of which pages are left. */
  pending: [number, number] | undefined;
  unfinished: [number, number] | undefined;
  expiresAt: number;
}

/** Asked; the same written otherwise; narrower in each part; wider. */
function scopeNumber(n: number, asked: Scope): Scope {
  const all: Scope[] = [
    asked,
    { ...asked, subjects: asked.subjects.toReversed(), categories: asked.categories.toReversed() },
    { ...asked, subjects: [0] },
    { ...asked, period: { ...asked.period, from: '2026-10-01T00:00:00Z' } },
    { ...asked, subjects: [0, 7] },
  ];
  return all[n] ?? asked;
}

const who = fc.constantFrom('one', 'two', 'three', 'four');
const digest = fc.constantFrom('right' as const, 'right' as const, 'right' as const, 'wrong' as const);
const decisions: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('approve' as const),
    who,
    scope: fc.constantFrom(0, 0, 0, 1, 2, 3, 4),
    digest,
  }),
  fc.record({ do: fc.constant('reject' as const), who, digest }),
);
const others: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('mint' as const), grants: fc.constantFrom(0, 1, 1, 2) }),
  fc.record({
    do: fc.constantFrom(...(['view', 'failed', 'lapse', 'retire'] as const)),
  }),
  fc.record({ do: fc.constant('intend' as const) }),
  fc.record({
    do: fc.constant('intend' as const),
    cursor: fc.record({ collection: fc.constantFrom(1, 1, 2), page: fc.constantFrom(2, 2, 3, 4) }),
  }),
  fc.record({ do: fc.constant('collected' as const), more: fc.boolean() }),
  fc.record({ do: fc.constant('collected' as const), more: fc.boolean() }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(0, 1, 1, 24) }),
);
const ending: fc.Arbitrary<Act> = fc.record({ do: fc.constant('withdraw' as const) });
const anyAct = fc.oneof(
  { arbitrary: decisions, weight: 3 },
  { arbitrary: others, weight: 8 },
  { arbitrary: ending, weight: 1 },
);
/** Half of the histories begin with two good approvals, or most would never get past the desk. */
const approvals: Act[] = [
  { do: 'approve', who: 'one', scope: 0, digest: 'right' },
  { do: 'approve', who: 'two', scope: 1, digest: 'right' },
  { do: 'mint', grants: 1 },
];
const once: Act[] = [{ do: 'intend' }, { do: 'collected', more: false }];
const firstPage: Act[] = [{ do: 'intend' }, { do: 'collected', more: true }];
/** An intent that came before anything was minted, and nothing was. */
const early: Act[] = [...approvals.slice(0, 2), { do: 'intend' }, { do: 'mint', grants: 0 }];
const histories = fc
  .tuple(
    fc.constantFrom([], approvals, [...approvals, ...once], [...approvals, ...firstPage], early),
    fc.array(anyAct, { maxLength: 25, size: 'max' }),
  )
  .map(([a, b]) => [...a, ...b]);

/** What the act must do: a refusal, nothing (it is not due), or a change of the model. */
function expected(m: Model, act: Act, it: Case, now: number): CaseErrorCode | 'nothing' | Partial<Model> {
  const open = m.status === 'AwaitingDisclosure' || m.status === 'Disclosed';
  const approvedEver = m.status !== 'AwaitingApproval';
  switch (act.do) {
    case 'approve':
    case 'reject': {
      if (approvedEver) return 'case-closed';
      if (act.digest === 'wrong') return 'decision-digest-mismatch';
      if (m.votes.some((vote) => vote.who === act.who)) return 'decision-repeated';
      if (act.do === 'reject') return { status: 'Rejected' };
      const scope = scopeNumber(act.scope, it.asked);
      if (act.scope === 4) return 'scope-too-wide';
      const votes = [
        ...m.votes.filter((v) => v.scope === scopeText(scope)),
        { who: act.who, scope: scopeText(scope) },
      ];
      const done = votes.length >= it.approvalsNeeded;
      return done
        ? { votes, status: 'AwaitingDisclosure', expiresAt: now + it.collectHours * 3_600_000 }
        : { votes };
    }
    case 'view':
      return {};
    case 'mint':
      if (it.scope === undefined) return 'case-not-approved';
      if (m.status !== 'AwaitingDisclosure' || m.grants !== undefined) return 'case-closed';
      return act.grants === 0
        ? { status: 'DisclosureNotAvailable', grants: 0, pending: undefined }
        : { grants: act.grants };
    case 'intend':
      if (m.status === 'AwaitingApproval') return 'case-not-approved';
      if (!open || now >= m.expiresAt) return 'case-closed';
      if (act.cursor === undefined) {
        if (m.collections >= it.collectionsAllowed) return 'collections-used-up';
        return { pending: [m.collections + 1, 1] };
      } else {
        const { collection, page } = act.cursor;
        const [of, answered] = m.unfinished ?? [0, 0];
        return of === collection && page <= answered + 1 ? { pending: [collection, page] } : 'page-gone';
      }
    case 'collected': {
      if (m.pending === undefined) return 'case-closed';
      const [collection, page] = m.pending;
      const answered = page === 1 ? 1 : Math.max(page, m.unfinished?.[1] ?? 0);
      const unfinished: [number, number] | undefined = act.more ? [collection, answered] : undefined;
      return { status: 'Disclosed', collections: collection, pending: undefined, unfinished };
    }
    case 'failed':
      return m.pending ? { pending: undefined } : 'case-closed';
    case 'withdraw':
      return m.status === 'AwaitingApproval' || open
        ? { status: 'Cancelled', pending: undefined }
        : 'case-closed';
    case 'lapse':
      return open && now >= m.expiresAt ? { status: 'Expired', pending: undefined } : 'nothing';
    case 'retire': {
      const usedUp = m.collections >= it.collectionsAllowed && m.unfinished === undefined;
      const due = (m.grants ?? 0) > 0 && (!open || usedUp);
      return due ? { grants: 0 } : 'nothing';
    }
    case 'wait':
      return 'nothing';
  }
}

const pageOf = (it?: { collection: number; page: number }) => it && [it.collection, it.page];

function perform(it: Case, act: Act, at: string): Outcome | undefined {
  const digestOf = (given: 'right' | 'wrong') =>
    given === 'right' ? it.requestDigest : jsonDigest('another');
  switch (act.do) {
    case 'approve': {
      const decision = approval(it, scopeNumber(act.scope, it.asked));
      return decide(it, by(act.who, { ...decision, requestDigest: digestOf(act.digest) }, at));
    }
    case 'reject':
      return decide(it, by(act.who, { ...rejection(it), requestDigest: digestOf(act.digest) }, at));
    case 'view':
      return view(it, 'one');
    case 'mint':
      return mint(
        it,
        Array.from({ length: act.grants }, (_, i) => ({ ...grant, grantId: `grant-${i}` })),
      );
    case 'intend':
      return intend(it, { at, recipient: 'thumbprint', cursor: act.cursor });
    case 'collected':
      return collected(it, { records: 3, drawers: 1, digest: 'sha-256=:…:', more: act.more });
    case 'failed':
      return collectionFailed(it, { code: 'grant-missing', drawers: 0 });
    case 'withdraw':
      return withdraw(it);
    case 'lapse':
      return lapse(it, at);
    case 'retire': {
      const because = retirementDue(it);
      return because === undefined ? undefined : retired(it, because);
    }
    case 'wait':
      return undefined;
  }
}

/** What holds of any case at any time. */
function checkInvariants(it: Case, before: Case): void {
  assert.deepEqual(caseSchema.parse(it), it);
  if (it.scope !== undefined) {
    const scope = it.scope;
    const people = new Set(
      it.decisions
        .filter(
          (d) => d.decision === 'approve' && d.scope !== undefined && scopeText(d.scope) === scopeText(scope),
        )
        .map((d) => d.reviewer),
    );
    assert.ok(people.size >= it.approvalsNeeded && it.approvalsNeeded >= 2, 'I3: too few people');
    assert.equal(people.size, it.decisions.length, 'I3: a decision over another scope');
    assert.ok(within(scope, it.asked), 'I3: wider than asked');
  }
  if (openStatuses.includes(it.status)) assert.ok(it.scope !== undefined && it.expiresAt !== undefined);
  if (terminal.includes(before.status)) assert.equal(it.status, before.status, 'a terminal status changed');
  assert.ok(it.collections <= it.collectionsAllowed);
  if (it.collections !== before.collections) {
    assert.ok(before.pending !== undefined && it.collections === before.collections + 1, 'I4: not announced');
  }
  const live = (it.grants?.length ?? 0) > 0;
  const usedUp = it.collections >= it.collectionsAllowed && it.unfinished === undefined;
  const shut = !openStatuses.includes(it.status) || usedUp;
  if (it.unfinished !== undefined) assert.equal(it.unfinished.collection, it.collections);
  assert.equal(retirementDue(it) !== undefined, live && shut, 'I9: due exactly when live and shut');
  const {
    status,
    version,
    decisions: _,
    scope: __,
    approvedAt,
    expiresAt,
    grants,
    minted,
    collections,
    pending,
    unfinished,
    entries,
    ...fixed
  } = it;
  const expected = before.minted ?? (before.grants === undefined && live ? before.entries.n + 1 : undefined);
  assert.equal(minted, expected, 'minted names the entry that said so, once');
  for (const [name, value] of Object.entries(fixed)) {
    assert.deepEqual(value, Object.entries(before).find(([key]) => key === name)?.[1], `${name} changed`);
  }
}

test('I3, I9: in any history of acts, each does what the table of statuses says, or is refused and changes nothing', () => {
  const policies = fc.record({
    approvals: fc.constantFrom(2, 2, 3),
    collections: fc.constantFrom(1, 2),
    collectHours: fc.constantFrom(2, 48),
  });
  const reached = new Set<string>();
  fc.assert(
    fc.property(policies, histories, (change, acts) => {
      let now = Date.parse(receivedAt);
      let it = frozen(commitAt(received(request, { ...policy, ...change })));
      let model: Model = {
        status: 'AwaitingApproval',
        votes: [],
        grants: undefined,
        collections: 0,
        pending: undefined,
        unfinished: undefined,
        expiresAt: Number.POSITIVE_INFINITY,
      };
      for (const act of acts) {
        if (act.do === 'wait') now += act.hours * 3_600_000;
        const at = new Date(now).toISOString();
        const should = expected(model, act, it, now);
        let outcome: Outcome | undefined;
        try {
          outcome = perform(it, act, at);
        } catch (error) {
          if (!(error instanceof CaseError)) throw error;
          assert.equal(error.code, should, JSON.stringify(act));
          reached.add(error.code);
          continue;
        }
        if (typeof should === 'string') {
          assert.equal(outcome === undefined ? 'nothing' : 'done', should, JSON.stringify(act));
          continue;
        }
        assert.ok(outcome !== undefined, JSON.stringify(act));
        const before = it;
        const result = committed(outcome, at);
        it = frozen(result.it);
        model = { ...model, ...should };
        reached.add(it.status).add(result.entry.kind);
        assert.deepEqual(
          [it.status, it.grants?.length, it.collections, pageOf(it.pending), pageOf(it.unfinished)],
          [model.status, model.grants, model.collections, model.pending, model.unfinished],
          JSON.stringify(act),
        );
        checkInvariants(it, before);
        if ('status' in result.entry.data) assert.equal(result.entry.data.status, it.status);
      }
    }),
    { numRuns: 1500 },
  );
  // A generator that never gets anywhere would prove nothing.
  for (const place of [
    'Disclosed',
    'DisclosureNotAvailable',
    'Rejected',
    'Cancelled',
    'Expired',
    'grant.retired',
    'collection.failed',
    'collections-used-up',
    'page-gone',
    'decision-repeated',
    'decision-digest-mismatch',
    'scope-too-wide',
    'case-not-approved',
  ]) {
    assert.ok(reached.has(place), `no history reached ${place}`);
  }
});
