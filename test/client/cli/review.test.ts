import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { checkDecidable, stillNeeded } from '#client/cli/review/deciding.ts';
import { listText } from '#client/cli/review/list.ts';
import { chooseScope, narrowing, narrowingOf, type ScopeOptions } from '#client/cli/review/scope.ts';
import { approvalText, reviewText } from '#client/cli/review/text.ts';
import { byUrgency } from '#client/queue.ts';
import { type Status, statuses } from '#core/cases/case.ts';
import { type Scope, scopeText, within } from '#core/cases/scope.ts';
import { categories } from '#core/categories/categories.ts';
import { writ as run } from '#dev/writ.ts';
import { request, reviewOf, startDesk } from './desk.ts';
import { atTerminal, keys } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-review-'));
after(() => rmSync(folder, { recursive: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');

const now = Date.parse('2026-11-24T12:00:00Z');
const { id, asked, requestDigest } = reviewOf();
const narrower: Scope = {
  subjects: [1],
  categories: ['TrafficData'],
  period: { from: '2026-10-01T00:00:00.000Z', to: '2026-11-01T00:00:00Z' },
};
const approvedBy = (reviewer: string, scope: Scope) =>
  ({ decision: 'approve', reviewer, at: '2026-11-21T10:00:00.000Z', scope }) as const;
const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected;

test('without options a scope is what another approved, or else what was asked', () => {
  assert.deepEqual(chooseScope(reviewOf(), undefined, undefined), { scope: asked });
  const review = reviewOf({ decisions: [approvedBy('r.jansen', narrower)] });
  assert.deepEqual(chooseScope(review, undefined, undefined), { scope: narrower, as: 'r.jansen' });
  assert.deepEqual(chooseScope(review, undefined, 'r.jansen'), { scope: narrower, as: 'r.jansen' });
  assert.throws(() => chooseScope(review, undefined, 'm.diaz'), /m\.diaz approved nothing here; .*r\.jansen/);
  assert.throws(() => chooseScope(reviewOf(), undefined, 'm.diaz'), /approved nothing here$/);
  const gone = { because: 'scope-differs', reviewer: 'm.diaz', at: '2026-11-21T09:00:00Z' } as const;
  const again = reviewOf({ superseded: [{ ...gone, scope: narrower }] });
  assert.deepEqual(chooseScope(again, undefined, undefined), { scope: asked }, 'it counts no more');
  assert.deepEqual(chooseScope(again, undefined, 'm.diaz'), { scope: narrower, as: 'm.diaz' });
});

test('options leave out of what was asked, and the same scope is known again however it is written', () => {
  const review = reviewOf({ decisions: [approvedBy('r.jansen', narrower)] });
  const options = { subject: ['1'], category: ['TrafficData'], from: '2026-10-01T02:00:00+02:00' };
  const { scope, as } = chooseScope(review, narrowingOf(options), undefined);
  assert.equal(scopeText(scope), scopeText(narrower));
  assert.equal(as, 'r.jansen');
  const whole = chooseScope(review, narrowingOf({ subject: ['1', '0'] }), undefined);
  assert.equal(whole.as, undefined);
  assert.equal(scopeText(whole.scope), scopeText(asked));
});

test('what lies outside of what was asked is named, and nothing is chosen', () => {
  const outside: [object, RegExp][] = [
    [{ subject: ['0', '7'] }, /^subject 7 was not asked for/],
    [{ category: ['UserIdentifyingData'] }, /^UserIdentifyingData was/],
    [{ from: '2026-08-01T00:00:00Z' }, /^what is before the period was/],
    [{ to: '2026-11-02T00:00:00Z' }, /^what is after the period was/],
  ];
  for (const [options, text] of outside)
    assert.throws(
      () => chooseScope(reviewOf(), narrowingOf(options), undefined),
      (error) => code('scope-too-wide')(error) && error instanceof Error && text.test(error.message),
    );
  const backwards = narrowingOf({ from: '2026-10-02T00:00:00Z', to: '2026-10-01T00:00:00Z' });
  assert.throws(() => chooseScope(reviewOf(), backwards, undefined), /ends before it begins/);
});

test('of an open emergency what was opened is signed, and nothing else', () => {
  const opened = reviewOf({ scope: narrower, decisions: [approvedBy('r.jansen', narrower)] });
  assert.deepEqual(chooseScope(opened, undefined, undefined).scope, narrower);
  assert.throws(() => chooseScope(opened, narrowingOf({ subject: ['0'] }), undefined), code('scope-differs'));
});

test('whatever is chosen lies within what was asked, and what is left out is said exactly if something is', () => {
  const day = fc.integer({ min: 0, max: 61 }).map((n) => new Date(Date.UTC(2026, 8, 1 + n)).toISOString());
  const some = fc.record(
    {
      subject: fc.uniqueArray(fc.constantFrom('0', '1', '2'), { minLength: 1 }),
      category: fc.uniqueArray(fc.constantFrom(...categories), { minLength: 1 }),
      from: day,
      to: day,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(some, (options) => {
      let scope: Scope;
      try {
        scope = chooseScope(reviewOf(), narrowingOf(options), undefined).scope;
      } catch (error) {
        return code('scope-too-wide')(error) || code('usage')(error);
      }
      return (
        within(scope, asked) && narrowing(scope, asked).length > 0 === (scopeText(scope) !== scopeText(asked))
      );
    }),
  );
});

test('what an approval leaves out is said in the reader’s words', () => {
  const text = approvalText(reviewOf(), narrower, 'r.jansen');
  assert.match(text, /narrower: without subject 0, SubscriberData; from .* and not from /);
  assert.match(text, /the same as: +r\.jansen approved/);
  assert.match(approvalText(reviewOf(), asked), /compared with what was asked: +the whole of it/);
});

test('a case is decided only where it can be, and else the next step is said', () => {
  const acts = ['approve', 'reject', 'suspend'] as const;
  const codeOf = (status: Status, act: (typeof acts)[number], owed: 'second-signature'[] = []) => {
    try {
      checkDecidable({ id, status, reason: undefined, debts: { dueAt: '', owed } }, act);
      return 'may';
    } catch (error) {
      assert.ok(
        error instanceof Error && 'code' in error && 'next' in error && typeof error.next === 'string',
      );
      return error.code;
    }
  };
  for (const status of statuses) {
    const isOpen = status === 'AwaitingDisclosure' || status === 'Disclosed';
    for (const act of ['approve', 'reject'] as const) {
      assert.equal(
        codeOf(status, act),
        status === 'AwaitingApproval' ? 'may' : 'case-closed',
        `${act} ${status}`,
      );
      if (isOpen) assert.equal(codeOf(status, act, ['second-signature']), 'may', 'an emergency that owes it');
      else if (status !== 'AwaitingApproval')
        assert.equal(codeOf(status, act, ['second-signature']), 'case-closed', status);
    }
    const suspended = isOpen ? 'may' : status === 'AwaitingApproval' ? 'case-not-approved' : 'case-closed';
    assert.equal(codeOf(status, 'suspend'), suspended, status);
  }
});

test('after a decision it is said what the case still needs', () => {
  const before = { approvalsNeeded: 3, decisions: [approvedBy('r.jansen', narrower)] };
  const waiting = { id, status: 'AwaitingApproval' } as const;
  assert.match(
    stillNeeded(waiting, before, narrower),
    /^1 more reviewer, over exactly this scope: writ review approve/,
  );
  assert.match(
    stillNeeded(waiting, before, asked),
    /^2 more reviewers/,
    'another scope begins the count anew',
  );
  const two = { ...before, approvalsNeeded: 2 };
  assert.match(stillNeeded(waiting, two, narrower), /^1 more reviewer,/, 'it waits, so one is missing');
  assert.match(
    stillNeeded({ id, status: 'AwaitingDisclosure' }, before, narrower),
    /^nothing: the agency can collect/,
  );
  assert.match(stillNeeded({ id, status: 'Rejected' }, before), /^nothing: the case is closed/);
  const debts = { dueAt: '2026-11-26T10:00:00Z', owed: ['authorisation' as const] };
  assert.match(
    stillNeeded({ id, status: 'Disclosed', debts }, before),
    /^the agency’s validated order, until 2026-11-26/,
  );
});

test('emergencies come first, then what is due the soonest; late is called late', () => {
  const [late, soon, far] = ['2026-11-24T09:00:00Z', '2026-11-25T12:00:00Z', '2026-12-01T00:00:00Z'].map(
    (dueAt) => reviewOf({ dueAt, id: dueAt }),
  );
  assert.ok(late && soon && far);
  const emergency = reviewOf({ id: 'emergency', priority: 'Emergency', dueAt: '2027-01-01T00:00:00Z' });
  const sorted = byUrgency([far, soon, emergency, late]);
  assert.deepEqual(sorted, [emergency, late, soon, far]);
  const debts = { dueAt: '2026-11-24T10:00:00Z', owed: ['second-signature' as const] };
  const owing = reviewOf({ id: 'owing', priority: 'Emergency', debts, status: 'Disclosed' });
  assert.equal(byUrgency([emergency, owing])[0], owing, 'what is owed has a time of its own');
  const lines = stripVTControlCharacters(listText([owing, late, soon], { now })).split('\n');
  assert.match(
    lines[1] ?? '',
    /^late 2h +EMERGENCY +owes signature +0\/2 +de-lka-example +GS-4711\/26 +owing$/,
  );
  assert.match(lines[2] ?? '', /^late 3h +routine +to decide +0\/2 /);
  assert.match(lines[3] ?? '', /^in 24h +routine +to decide +0\/2 /);
  assert.equal(lines.at(-2), '3 cases, 1 emergency, 2 late, 1 owing');
});

test('I5: a review says at what instant the period is cut, and until when the case is held, where it is', () => {
  const text = (changes: object) => stripVTControlCharacters(reviewText(reviewOf(changes)));
  const cut = text({ cutAt: '2026-10-30T10:00:00Z', heldUntil: '2028-01-01T00:00:00.000Z' });
  assert.match(cut, /^cut at: +2026-10-30 .*, when the request arrived: nothing from then on leaves/m);
  assert.match(cut, /^held until: +2028-01-01 /m);
  assert.doesNotMatch(text({}), /cut at|held until/);
});

test('a review shows who asks, on what basis, for what, and what exists', () => {
  const notice = { delayUntil: '2027-02-20T00:00:00Z', reason: 'flight' } as const;
  const hostile = { ...request, notice, reference: 'x\u001b[2Jy' };
  const text = stripVTControlCharacters(
    reviewText(reviewOf({ decisions: [approvedBy('r.jansen', narrower)] }, hostile)),
  );
  for (const line of [
    /agency: +de-lka-example/,
    /instrument: +EPOC, under the law of DE/,
    /authorised by: +JudgeCourtOrInvestigatingJudge/,
    /offence: +StGB 176b \(criminal\)/,
    /threshold: +the policy does not list this offence: you judge/,
    /^0 +account +account-1$/m,
    /^1 +phone +\+491521234567$/m,
    /categories: +SubscriberData, TrafficData/,
    /period: .*2026-09-01 .* to .*2026-11-01 .*, 61 days/,
    /secrecy: +asked for until .*2027-02-20 .*: flight/,
    /^0 +TrafficData +12 +2026-09 2026-10$/m,
    /^1 +SubscriberData +not shown +nothing$/m,
    /order’s SHA-256: +e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855$/m,
    /as it was signed: +sha-256=:47DEQpj8/,
    /^r\.jansen approved, 2026-11-21 .*\n +scope: +TrafficData of subject 1/m,
  ])
    assert.match(text, line);
  assert.ok(
    !reviewText(reviewOf({}, hostile)).includes('\u001b[2J'),
    'nobody writes into the reader’s terminal',
  );
});

test('what is wrong with a scope is said by the option that says it', () => {
  const wrong: [ScopeOptions, RegExp][] = [
    [{ subject: ['-1'] }, /^--subject is the number/],
    [{ subject: ['1', '1'] }, /^--subject names something twice/],
    [{ category: ['Content'] }, /^--category is one of/],
    [{ from: 'monday' }, /^--from is a day/],
    [{ to: '2026-02-30' }, /^--to is a day/],
    [{ sameAs: 'r.jansen', subject: ['0'] }, /^--same-as takes the whole/],
  ];
  for (const [options, text] of wrong)
    assert.throws(
      () => narrowingOf(options),
      (error) => code('usage')(error) && error instanceof Error && text.test(error.message),
    );
});

test('wrong use of each command is said in one line, before anything is asked of a provider', async () => {
  const wrong: [string[], RegExp][] = [
    [['list', '--status', 'Open'], /--status is one of AwaitingApproval/],
    [['list', '--owing', '--status', 'Disclosed'], /either --status or --owing/],
    [['show', id, '--profile', 'a/b'], /--profile: a name/],
    [['approve', id], /--reason is missing/],
    [['approve', id, '--reason', 'a\nb'], /--reason: one line/],
    [['reject', id, '--ground', 'mood', '--reason', 'x'], /--ground is one of incomplete/],
    [['suspend', id, '--reason', 'x'], /--ground is missing/],
    [['case-file', id], /--out is missing/],
  ];
  const results = await Promise.all(wrong.map(([args]) => writ('review', ...args)));
  for (const [i, { code: exit, err, out }] of results.entries()) {
    const [args = [], text = /$/] = wrong[i] ?? [];
    assert.deepEqual([exit, out], [2, ''], args.join(' '));
    assert.match(err, /^error: usage: .*\n$/, args.join(' '));
    assert.match(err, text, args.join(' '));
  }
  assert.deepEqual(desk.sent, []);
});

test('a case whose request is another than its digest is of is shown to nobody, and signed by nobody', async () => {
  desk.answers.set(id, reviewOf({ request: { ...request, reference: 'another' } }));
  for (const args of [['show'], ['approve', '--reason', 'x']]) {
    const [act = '', ...more] = args;
    const { code: exit, out, err } = await writ('review', act, id, ...more);
    assert.deepEqual([exit, out], [3, '']);
    assert.match(err, /error: digest-wrong: .* Next: tell the provider/);
  }
  assert.deepEqual(desk.sent, []);
});

test('at a terminal the case is shown, what is narrowed is said, and nothing is signed before somebody agrees', async () => {
  desk.answers.set(id, reviewOf());
  const {
    decisions: _d,
    asked: _a,
    exists: _e,
    request: _r,
    threshold: _t,
    agency: _g,
    approvalsNeeded: _n,
    ...view
  } = reviewOf();
  desk.answers.set('decisions', view);
  const args = ['review', 'approve', id, '--subject', '1'];
  const seen = { see: 'Why do you approve it', type: `order checked${keys.enter}` };
  const no = await atTerminal(args, [seen, { see: 'Sign and send this', type: `n${keys.enter}` }], env);
  assert.equal(no.code, 1);
  assert.match(no.shown, /error: not-confirmed/);
  assert.deepEqual(desk.sent, []);

  const yes = await atTerminal(args, [seen, { see: 'Sign and send this', type: `y${keys.enter}` }], env);
  assert.equal(yes.code, 0, yes.shown);
  for (const text of ['That you look at this case is in the log', 'account-1', 'narrower: without subject 0'])
    assert.ok(yes.shown.includes(text), text);
  const scope = { ...asked, subjects: [1] };
  const body = { decision: 'approve', requestDigest, scope, reason: 'order checked' };
  assert.deepEqual(desk.sent, [{ path: `/v1/reviews/${id}/decisions`, body }]);
});

test('a rejection’s ground is chosen from a list that says what each is', async () => {
  const { code: exit, shown } = await atTerminal(
    ['review', 'reject', id],
    [
      { see: 'On which ground', type: `${keys.down}${keys.enter}` },
      { see: 'What does the agency need to know', type: `two dates${keys.enter}` },
      { see: 'Sign and send this', type: `y${keys.enter}` },
    ],
    env,
  );
  assert.equal(exit, 0, shown);
  assert.match(shown, /the order lacks something that it must have/);
  const body = { decision: 'reject', requestDigest, ground: 'manifest-error', reason: 'two dates' };
  assert.deepEqual(desk.sent.at(-1), { path: `/v1/reviews/${id}/decisions`, body });
});

test('no file is left where the case’s file did not come', async () => {
  desk.answers.set('case-file', { nonsense: true });
  const out = join(folder, 'case.json');
  const { code: exit, err } = await writ('review', 'case-file', id, '--out', out);
  assert.equal(exit, 3);
  assert.match(err, /answer-malformed/);
  assert.ok(!existsSync(out));
});
