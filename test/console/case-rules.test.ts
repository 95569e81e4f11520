import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Review } from '#client/reviewer.ts';
import { beyond, daysIn, isNone, isSameScope } from '#client/scope.ts';
import { differenceText } from '#console/case/difference.ts';
import {
  asAsked,
  chosenScope,
  colleagueOf,
  compared,
  type Draft,
  isCovered,
  leftOutParts,
  nothing,
  scopeOf,
  withheldBy,
} from '#console/case/draft.ts';
import { dueTexts } from '#console/case/due-words.ts';
import { isTyped, lineFault, oneLine } from '#console/case/line.ts';
import { afterFailure, countOf, isChanged } from '#console/case/meanwhile.ts';
import { timelineOf } from '#console/case/timeline.ts';
import { warningsOf } from '#console/case/warnings.ts';

import { language, languages } from '#console/words/lang.ts';
import { jsonDigest } from '#core/canonical.ts';
import { grounds } from '#core/cases/grounds.ts';
import { type Scope, scopeSchema, within } from '#core/cases/scope.ts';
import { isLeftOut, isOfAsked } from '#core/cases/withheld.ts';
import { categories } from '#core/categories/categories.ts';
import { problems } from '#core/problem.ts';
import { said } from './said.ts';
import { someReview } from './some-review.ts';

const dayMs = 86_400_000;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];

const someAsked = fc
  .record({
    subjects: fc.integer({ min: 1, max: 6 }),
    categories: fc.subarray([...categories], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 600 * 24 }),
    hours: fc.integer({ min: 24, max: 90 * 24 }),
  })
  .map(({ subjects, categories: of, from, hours }): Scope => {
    const begins = Date.parse('2025-01-01T00:00:00Z') + from * 3_600_000;
    return {
      subjects: Array.from({ length: subjects }, (_, i) => i),
      categories: of,
      period: {
        from: new Date(begins).toISOString(),
        to: new Date(begins + hours * 3_600_000).toISOString(),
      },
    };
  });

/** A choice of a person’s: boxes, and two days of those that are offered. */
const someChoice = fc.record({
  subjects: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 }),
  categories: fc.subarray([...categories]),
  first: fc.integer({ min: 0, max: 95 }),
  last: fc.integer({ min: 0, max: 95 }),
  zone: fc.constantFrom(...zones),
});

function drafted(
  asked: Scope,
  choice: { subjects: number[]; categories: Scope['categories']; first: number; last: number; zone: string },
) {
  const whole = asAsked(nothing, asked, choice.zone);
  const day = (n: number) => new Date(Date.parse(whole.first) + n * dayMs).toISOString().slice(0, 10);
  const draft: Draft = {
    ...nothing,
    subjects: [...new Set(choice.subjects)].filter((n) => asked.subjects.includes(n)),
    categories: choice.categories.filter((each) => asked.categories.includes(each)),
    first: day(choice.first),
    last: day(choice.last),
  };
  return draft;
}

test('nothing is chosen at first, and nothing is a scope', () => {
  fc.assert(
    fc.property(someAsked, fc.constantFrom(...zones), (asked, zone) => {
      assert.equal(scopeOf(nothing, asked, zone), undefined);
    }),
  );
});

test('what is pressed for as asked is the request, to the second', () => {
  fc.assert(
    fc.property(someAsked, fc.constantFrom(...zones), (asked, zone) => {
      const scope = scopeOf(asAsked(nothing, asked, zone), asked, zone);
      assert.ok(scope !== undefined && isSameScope(scope, asked));
    }),
  );
});

test('no choice is wider than what was asked, and what was not ticked is not in it', () => {
  fc.assert(
    fc.property(someAsked, someChoice, (asked, choice) => {
      const draft = drafted(asked, choice);
      const scope = scopeOf(draft, asked, choice.zone);
      if (scope === undefined) return;
      assert.ok(within(scope, asked));
      assert.ok(scopeSchema.safeParse(scope).success);
      assert.deepEqual([...scope.subjects].sort(), [...draft.subjects].sort());
      assert.deepEqual([...scope.categories].sort(), [...draft.categories].sort());
    }),
  );
});

test('the sentence says every number, every category that is left out, and that something is', () => {
  fc.assert(
    fc.property(someAsked, someChoice, (asked, choice) => {
      const scope = scopeOf(drafted(asked, choice), asked, choice.zone);
      if (scope === undefined) return;
      for (const each of languages) {
        language.value = each;
        const text = differenceText(scope, asked);
        assert.ok(
          text.includes(String(scope.subjects.length)) && text.includes(String(asked.subjects.length)),
        );
        assert.ok(text.includes(String(daysIn(scope.period))) && text.includes(String(daysIn(asked.period))));
        const { categories: without } = beyond(asked, scope);
        for (const category of without.length === 0 ? scope.categories : without)
          assert.ok(text.includes(category));
        assert.equal(compared(scope, asked).isWhole, isNone(beyond(asked, scope)));
        assert.equal(text === differenceText(asked, asked), isSameScope(scope, asked));
      }
      language.value = 'en';
    }),
  );
});

test('the sentence is the one of the issue', () => {
  const period = { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' };
  const asked: Scope = { subjects: [0, 1], categories: ['SubscriberData', 'TrafficData'], period };
  const less: Scope = {
    subjects: [0],
    categories: ['SubscriberData'],
    period: { from: '2026-11-08T00:00:00Z', to: '2026-11-20T00:00:00Z' },
  };
  assert.equal(
    differenceText(less, asked),
    'You approve 1 of 2 subjects, without TrafficData, 12 of 80 days.',
  );
  assert.equal(
    differenceText(asked, asked),
    'You approve all that was asked: 2 of 2 subjects, SubscriberData and TrafficData, 80 of 80 days.',
  );
});

test('a ground is stated of what is left out and of nothing else, as the provider takes it', () => {
  fc.assert(
    fc.property(
      someAsked,
      someChoice,
      fc.array(fc.constantFrom(...grounds), { minLength: 12, maxLength: 12 }),
      (asked, choice, some) => {
        const draft = drafted(asked, choice);
        const scope = scopeOf(draft, asked, choice.zone);
        if (scope === undefined) return;
        const named = [...asked.subjects.map(String), ...asked.categories, 'period'];
        const stated = Object.fromEntries(named.map((part, i) => [part, some[i] ?? 'other'] as const));
        const withheld = withheldBy({ grounds: stated }, scope, asked);
        if (withheld === 'too-long') return;
        assert.equal(withheld === undefined, leftOutParts(scope, asked).length === 0);
        for (const line of withheld ?? []) assert.ok(isLeftOut(line, scope) && isOfAsked(line, asked, scope));
      },
    ),
  );
});

test('a colleague’s scope is covered until one has chosen, and counts only once one takes it over', () => {
  const review = someReview();
  const asked = review.asked;
  const theirs: Scope = { ...asked, categories: asked.categories.slice(0, 1) };
  const signed: Review = {
    ...review,
    decisions: [
      { decision: 'approve', reviewer: 'r.jansen', at: review.receivedAt, scope: theirs, reason: 'x' },
    ],
  };
  assert.equal(isCovered(signed, 'a.weber', nothing), true);
  assert.equal(isCovered(signed, 'r.jansen', nothing), false, 'one’s own is no secret');
  assert.equal(colleagueOf(signed, 'a.weber')?.reviewer, 'r.jansen');
  const own = asAsked(nothing, asked, 'UTC');
  const signs = (draft: Draft) => chosenScope(draft, signed, 'a.weber', 'UTC');
  assert.equal(signs(own), undefined, 'not before one has chosen');
  const same = { ...own, categories: theirs.categories };
  assert.equal(signs(same), undefined, 'not even where it is the same');
  assert.deepEqual(signs({ ...same, isChosen: true }), theirs);
  assert.equal(isCovered(signed, 'a.weber', { ...own, isChosen: true }), false);
  assert.equal(signs({ ...own, isChosen: true }), undefined, 'not before one says which');
  assert.deepEqual(signs({ ...own, isChosen: true, take: 'theirs' }), theirs);
  assert.deepEqual(signs({ ...own, isChosen: true, take: 'own' }), scopeOf(own, asked, 'UTC'));
});

test('an open emergency can be signed over what was opened, and over nothing else', () => {
  const review = someReview();
  const scope: Scope = { ...review.asked, subjects: [0] };
  const open: Review = { ...review, status: 'AwaitingDisclosure', scope };
  for (const draft of [nothing, asAsked(nothing, review.asked, 'UTC')])
    assert.deepEqual(chosenScope(draft, open, 'a.weber', 'UTC'), scope);
});

test('each warning is there where its cause is, and not elsewhere', () => {
  const review = someReview();
  const now = Date.parse(review.receivedAt);
  const warns = (changes: Partial<Review>, order: Parameters<typeof warningsOf>[1] = 'equal') =>
    warningsOf({ ...review, ...changes }, order, now);
  assert.deepEqual(warns({}), []);
  const { request } = review;
  const issued = (issuedAt: string): Partial<Review> => ({
    request: { ...request, instrument: { ...request.instrument, issuedAt } },
  });
  const later = new Date(now + 5 * dayMs).toISOString();
  const notification = { authority: 'an-authority', until: later, waits: true };
  const cases: [string, Partial<Review>][] = [
    ['order-in-future', issued(new Date(now + 1).toISOString())],
    ['order-old', issued(new Date(now - 400 * dayMs).toISOString())],
    ['cut', { cutAt: review.receivedAt }],
    ['threshold-missed', { threshold: 'missed' }],
    ['threshold-unlisted', { threshold: 'unlisted' }],
    ['threshold-declared', { threshold: 'declared' }],
    ['authority-not-registered', { authority: 'not-registered' }],
    ['authority-named-otherwise', { authority: 'named-otherwise' }],
    ['emergency-without-threat', { request: { ...request, priority: 'Emergency' } }],
    ['document-missing', { document: { required: true } }],
    ['other-scope', { superseded: [{ reviewer: 'r.jansen', at: later, because: 'scope-differs' }] }],
    ['held', { notification }],
    ['objected', { notification: { ...notification, answer: 'object' } }],
    ['overdue', { dueAt: review.receivedAt }],
    ['waits-for-information', { information: { askedAt: review.receivedAt, of: ['order'] } }],
  ];
  for (const [warning, changes] of cases) assert.deepEqual(warns(changes), [warning]);
  assert.deepEqual(warns({}, 'not-yet'), ['order-not-compared']);
  assert.deepEqual(warns({}, 'differs'), ['order-differs']);
  assert.deepEqual(warns({ document: { required: false } }), []);
});

test('the timeline has everything that is said of a case, in the order of time, and hides no past decision', () => {
  const review = someReview();
  const at = (n: number) => new Date(Date.parse(review.receivedAt) + n * 60_000).toISOString();
  const full: Review = {
    ...review,
    document: { required: true, received: { at: at(1), type: 'application/pdf', bytes: 7 } },
    claimedBy: 'a.weber',
    claimedUntil: new Date(Date.parse(at(2)) + dayMs).toISOString(),
    notes: [{ reviewer: 'l.novak', at: at(3), text: 'n' }],
    questions: [
      { reviewer: 'l.novak', at: at(4), of: ['order'], text: 'q', answer: { at: at(5), text: 'a' } },
    ],
    correspondence: [{ from: 'agency', at: at(6), text: 'l' }],
    superseded: [
      {
        reviewer: 'l.novak',
        at: at(7),
        because: 'scope-differs',
        supersededBy: 'r.jansen',
        scope: review.asked,
        reason: 'r',
      },
    ],
    decisions: [
      { decision: 'approve', reviewer: 'r.jansen', at: at(8), scope: review.asked, reason: 'r' },
      { decision: 'reject', reviewer: 'm.dubois', at: at(9), ground: 'other', reason: 'r' },
    ],
    suspension: { reviewer: 'm.dubois', at: at(10), ground: 'other', reason: 'r' },
    toldAt: at(11),
  };
  assert.deepEqual(
    timelineOf(full).map(({ what }) => what),
    [
      'received',
      'document',
      'claimed',
      'note',
      'question',
      'answer',
      'letter',
      'superseded',
      'approved',
      'rejected',
      'suspended',
      'told',
    ],
  );
});

test('a case changed where what a decision rests on did, and not where somebody claimed it', () => {
  const review = someReview();
  assert.equal(isChanged(review, review), false);
  assert.equal(isChanged(review, undefined), true);
  const claimed: Review = { ...review, claimedBy: 'l.novak', claimedUntil: review.dueAt };
  assert.equal(isChanged(review, claimed), false);
  const decision = {
    decision: 'approve',
    reviewer: 'l.novak',
    at: review.receivedAt,
    scope: review.asked,
  } as const;
  const others: Partial<Review>[] = [
    { status: 'Rejected' },
    { requestDigest: jsonDigest('other') },
    { decisions: [decision] },
    { superseded: [{ reviewer: 'l.novak', at: review.receivedAt, because: 'scope-differs' }] },
    { suspension: { reviewer: 'l.novak', at: review.receivedAt } },
    { information: { askedAt: review.receivedAt, of: ['order'] } },
  ];
  for (const other of others) assert.equal(isChanged(review, { ...review, ...other }), true);
});

test('after a failure one looks the case up wherever the call may have been carried out', () => {
  const refused = (code: keyof typeof problems) =>
    new RefusedError({ type: `urn:writ:problem:${code}`, code, title: '', status: problems[code][0] }, true);
  for (const code of [
    'decision-digest-mismatch',
    'case-closed',
    'decision-repeated',
    'scope-differs',
  ] as const)
    assert.equal(afterFailure(refused(code)), 'changed');
  assert.equal(afterFailure(new ExchangeError('unreachable', { reason: 'unknown' })), 'lost');
  assert.equal(afterFailure(new ExchangeError('answer-not-verified')), 'lost');
  assert.equal(afterFailure(new ExchangeError('answer-malformed', { status: 504 })), 'lost');
  assert.equal(afterFailure(refused('internal')), 'lost');
  assert.equal(afterFailure(refused('replayed')), 'lost', 'the browser sent it twice, and the first arrived');
  assert.equal(afterFailure(refused('try-again')), 'refused', 'the provider says that it changed nothing');
  assert.equal(afterFailure(refused('scope-too-wide')), 'refused');
  assert.equal(afterFailure(new ExchangeError('unreachable', { reason: 'refused' })), 'refused');
});

test('what was signed stands where the case has one more of it, though another took its place since', () => {
  const review = someReview();
  const deed = { deed: 'approve', scope: review.asked } as const;
  assert.equal(countOf(deed, review, 'a.weber'), 0);
  const mine = { reviewer: 'a.weber', at: review.receivedAt, scope: review.asked };
  assert.equal(countOf(deed, { ...review, decisions: [{ ...mine, decision: 'approve' }] }, 'a.weber'), 1);
  assert.equal(
    countOf(deed, { ...review, superseded: [{ ...mine, because: 'scope-differs' }] }, 'a.weber'),
    1,
  );
  assert.equal(countOf(deed, { ...review, decisions: [{ ...mine, decision: 'approve' }] }, 'l.novak'), 0);
});

test('a line is one line, in one spelling; “for good” is typed in the language that is read', () => {
  assert.equal(oneLine('a\nb\tc'), 'a b c');
  assert.equal(oneLine('e\u0301'), 'é');
  assert.equal(lineFault('', 10), 'empty');
  assert.equal(lineFault('a'.repeat(11), 10), 'too-long');
  assert.equal(lineFault('a\u200bb', 10), 'hidden');
  assert.equal(lineFault('order checked', 1000), undefined);
  const words = languages.map((each) => said('case', each).refuse.forGood);
  assert.equal(new Set(words).size, 3);
  for (const word of words) {
    assert.ok(isTyped(` ${word.toUpperCase()} `, word));
    assert.ok(!isTyped(word.slice(1), word));
    assert.ok(!isTyped('', word));
  }
});

test('how a deadline was counted is said by its steps, in each language, where that gives the provider’s own date', () => {
  const due = { term: { days: 10 }, since: '2026-11-24T08:00:00Z' };
  const counted = { receivedAt: '2026-11-20T10:00:00.000Z', dueAt: '2026-12-01T00:00:00.000Z', due };
  for (const each of languages) {
    language.value = each;
    assert.equal(dueTexts(counted, undefined).length, 2);
    assert.deepEqual(dueTexts({ ...counted, due: { term: 'as-stated' } }, undefined).length, 1);
  }
  language.value = 'en';
  assert.equal(dueTexts(counted, undefined)[0], '10 days from receipt, as the provider counts them.');
});
