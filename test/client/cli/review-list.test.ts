import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type ChoosingOptions, chosen, statusesOf } from '#client/cli/review/choosing.ts';
import { listText } from '#client/cli/review/list.ts';
import { reviewText } from '#client/cli/review/text.ts';
import { displayWidth } from '#client/cli/width.ts';
import { median, statsOf } from '#client/review-stats.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { statuses } from '#core/cases/case.ts';
import type { Scope } from '#core/cases/scope.ts';
import { writ as run } from '#dev/writ.ts';
import { lineOf, request, reviewOf, startDesk } from './desk.ts';
import { atTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-review-list-'));
after(() => rmSync(folder, { recursive: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config'), TZ: 'Europe/Berlin' };
const writ = (...args: string[]) => run(args, env);

const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');
beforeEach(() => {
  desk.cases = [];
  desk.reviewer = me;
  desk.sent.length = 0;
});

const me = 'k.novak';
const { asked } = reviewOf();
const narrower: Scope = { ...asked, subjects: [1] };
const signedBy = (reviewer: string, scope = asked, at = '2026-11-21T10:00:00.000Z') =>
  ({ decision: 'approve', reviewer, at, scope }) as const;
const owing = (...owed: ('second-signature' | 'authorisation')[]) => ({
  priority: 'Emergency' as const,
  debts: { dueAt: '2026-11-24T10:00:00Z', owed },
});
const refs = (options: ChoosingOptions, reviews: ReviewLine[]) =>
  chosen({ reviews, reviewer: me }, options).map(({ reference }) => reference);

test('each choice shows the cases that it names and no others', () => {
  const cases: ReviewLine[] = [
    lineOf({ reference: 'fresh' }),
    lineOf({ reference: 'begun by another', decisions: [signedBy('r.jansen')] }),
    lineOf({ reference: 'begun by me', decisions: [signedBy(me)] }),
    lineOf({
      reference: 'superseded',
      decisions: [signedBy('r.jansen')],
      superseded: [{ reviewer: me, at: '2026-11-21T10:00:00Z', because: 'scope-differs' }],
    }),
    lineOf({ reference: 'claimed', claimedBy: me }),
    lineOf({
      reference: 'owes a signature',
      status: 'Disclosed',
      ...owing('second-signature'),
      decisions: [signedBy('r.jansen')],
    }),
    lineOf({
      reference: 'owes my order',
      status: 'Disclosed',
      ...owing('authorisation'),
      decisions: [signedBy(me)],
    }),
    lineOf({ reference: 'ended owing', status: 'Expired', collections: 1, ...owing('authorisation') }),
    lineOf({ reference: 'ended, nothing given', status: 'Expired', ...owing('authorisation') }),
    lineOf({
      reference: 'suspended',
      status: 'Suspended',
      suspension: { reviewer: me, at: '2026-11-21T10:00:00Z' },
    }),
  ];
  const of = (options: ChoosingOptions) => {
    const asked = statusesOf(options);
    return refs(
      options,
      cases.filter(({ status }) => asked.includes(status)),
    ).toSorted();
  };
  assert.deepEqual(of({}), ['begun by another', 'begun by me', 'claimed', 'fresh', 'superseded']);
  assert.deepEqual(of({ waiting: true }), ['begun by another', 'owes a signature', 'superseded']);
  assert.deepEqual(of({ mine: true }), [
    'begun by me',
    'claimed',
    'owes my order',
    'superseded',
    'suspended',
  ]);
  assert.deepEqual(of({ owed: true }), ['ended owing', 'owes a signature', 'owes my order']);
  assert.deepEqual(of({ owing: true }), ['owes a signature'], 'its name until version 0.1');
  assert.deepEqual(of({ closed: true }), ['ended owing', 'ended, nothing given', 'suspended']);
  assert.equal(of({ all: true }).length, cases.length);
  assert.deepEqual(of({ search: 'OWES' }), ['owes a signature', 'owes my order'], 'wherever they stand');
  assert.deepEqual(statusesOf({ search: 'x', closed: true }).includes('AwaitingApproval'), false);
});

test('a search finds a part of a reference, an agency or an id, however an accent is spelled', () => {
  const one = lineOf({ reference: 'Z\u00fcrich 4/26', agency: 'zh-kapo' });
  for (const search of ['ZU\u0308RICH', 'zh-ka', one.id.slice(4, 20)])
    assert.deepEqual(refs({ search }, [one]), [one.reference], search);
  assert.deepEqual(refs({ search: 'GS' }, [one]), []);
});

test('cases are sorted by what is due, by receipt or by agency', () => {
  const of = (reference: string, agency: string, dueAt: string, receivedAt: string) =>
    lineOf({ reference, agency, dueAt, receivedAt });
  const cases = [
    of('a', 'z', '2026-11-30T00:00:00Z', '2026-11-20T00:00:00Z'),
    of('b', 'y', '2026-11-28T00:00:00Z', '2026-11-22T00:00:00Z'),
    of('c', 'z', '2026-11-26T00:00:00Z', '2026-11-21T00:00:00Z'),
  ];
  assert.deepEqual(refs({}, cases), ['c', 'b', 'a']);
  assert.deepEqual(refs({ sort: 'received' }, cases), ['b', 'c', 'a']);
  assert.deepEqual(refs({ sort: 'agency' }, cases), ['b', 'c', 'a']);
  assert.deepEqual(refs({ closed: true }, cases), ['b', 'c', 'a'], 'the newest first');
});

test('sixty cases are a line of at most 80 columns each, whatever script they are in, and nobody writes into the terminal', () => {
  const references = [
    'GS-4711/26',
    '警視庁サイバー犯罪対策課 第4711号',
    'x\u001b[2Jy',
    'אבג-4711/26',
    '\u0e01\u0e49'.repeat(60),
  ];
  const agencies = ['lka-example', 'a'.repeat(64), 'de-bka'];
  const cases = Array.from({ length: 60 }, (_, i) =>
    lineOf({
      id: randomUUID(),
      reference: references[i % references.length] ?? '',
      agency: agencies[i % agencies.length] ?? '',
      status: statuses[i % statuses.length] ?? 'Invalid',
      priority: i % 7 === 0 ? 'Emergency' : 'Routine',
      decisions: i % 3 === 0 ? [signedBy('r.jansen'), signedBy('a-reviewer-with-a-long-name')] : [],
      claimedBy: 'm.diaz',
    }),
  );
  const text = stripVTControlCharacters(
    listText(cases, { reviewer: me, now: Date.parse('2026-11-24T12:00:00Z'), width: 80 }),
  );
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 1 + 60 + 2);
  for (const line of lines) assert.ok(displayWidth(line) <= 80, line);
  for (const { id } of cases) assert.ok(text.includes(`  ${id.slice(0, 8)}`), id);
  assert.match(lines.at(-1) ?? '', /^60 cases, 9 emergencies, /);
});

test('a case is named by the beginning of its id or by its reference, and what could mean two by neither', async () => {
  const [one, two] = [randomUUID(), randomUUID()];
  desk.cases = [
    lineOf({ id: one, reference: 'GS-1/26' }),
    lineOf({ id: two, reference: 'GS-2/26', status: 'Expired' }),
    lineOf({ id: randomUUID(), reference: 'GS-2/26', agency: 'another' }),
  ];
  desk.answers.set(one, reviewOf({ id: one }));
  for (const named of ['GS-1/26', one.slice(0, 8), one.toUpperCase()]) {
    const { code, out, err } = await writ('review', 'show', named);
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`^case: +${one}$`, 'm'));
  }
  const both = await writ('review', 'show', 'GS-2/26');
  assert.equal(both.code, 2);
  assert.match(both.err, new RegExp(`case-ambiguous: .*${two} \\(GS-2/26\\)`));
  const none = await writ('review', 'approve', 'GS-9/26', '--reason', 'x');
  assert.match(none.err, /^error: case-unknown: .* Next: `writ review list --search`/m);
  assert.deepEqual(desk.sent, []);
});

test('an order’s file is compared with the digest that was signed, and another is signed by nobody', async () => {
  const order = join(folder, 'order.pdf');
  writeFileSync(order, 'the order');
  const hash = createHash('sha256').update('the order');
  const digests = { hex: hash.copy().digest('hex'), base64: hash.digest('base64') };
  const review = reviewOf();
  const { instrument } = request;
  desk.answers.set(review.id, review);
  const args = ['review', 'approve', review.id, '--reason', 'x', '--order', order];
  const refused = await writ(...args);
  assert.equal(refused.code, 1);
  for (const shown of [digests.hex, `sha-256=:${digests.base64}:`, instrument.digest, 'e3b0c44298fc1c14'])
    assert.ok(refused.err.includes(shown), shown);
  assert.match(refused.err, /order-differs/);
  assert.deepEqual(desk.sent, []);

  const same = { ...request, instrument: { ...instrument, digest: `sha-256=:${digests.base64}:` } };
  const matching = reviewOf({}, same);
  desk.answers.set(review.id, matching);
  const {
    request: _r,
    threshold: _t,
    exists: _e,
    agency: _a,
    asked: _k,
    approvalsNeeded: _n,
    decisions: _d,
    ...view
  } = matching;
  desk.answers.set('decisions', view);
  const taken = await writ(...args);
  assert.equal(taken.code, 0, taken.err);
  assert.match(taken.err, new RegExp(`^The order is the one that was signed: SHA-256 ${digests.hex}$`, 'm'));
  assert.equal(desk.sent.length, 1);
  const missing = await writ(
    'review',
    'approve',
    review.id,
    '--reason',
    'x',
    '--order',
    join(folder, 'none'),
  );
  assert.match(missing.err, /usage: --order: .* cannot be read/);
});

test('a review shows every decision in its order, why some count no more, and what each reviewer said', () => {
  const text = stripVTControlCharacters(
    reviewText(
      reviewOf({
        decisions: [{ ...signedBy('m.diaz', asked, '2026-11-22T10:00:00Z'), reason: 'all\u001b[2J of it' }],
        superseded: [
          {
            reviewer: 'r.jansen',
            at: '2026-11-21T10:00:00Z',
            because: 'scope-differs',
            supersededBy: 'm.diaz',
            scope: narrower,
            reason: 'only the number',
          },
        ],
        supersededMore: 2,
        suspension: { reviewer: me, at: '2026-11-23T10:00:00Z', ground: 'manifest-error', reason: 'forged' },
      }),
    ),
  );
  const [, decided = ''] = text.split('Who decided\n');
  assert.match(
    decided,
    /^r\.jansen approved, 2026-11-21 .*\n {2}counts no more: +m\.diaz approved another scope after it\n {2}scope: +.* of subject 1, .*\n {2}reason: +only the number\nm\.diaz approved, 2026-11-22 .*\n {2}scope: +as asked: .*\n {2}reason: +all\\u\{1b\}\[2J of it\nk\.novak suspended, 2026-11-23 .*\n {2}ground: +manifest-error\n {2}reason: +forged\nand 2 approvals more that count no longer\n/,
  );
});

test('statistics count what a reviewer decided since a day, and how fast: the median, emergencies apart', () => {
  const receivedAt = '2026-11-20T10:00:00.000Z';
  const at = (hours: number) => new Date(Date.parse(receivedAt) + hours * 3_600_000).toISOString();
  const cases: ReviewLine[] = [
    lineOf({
      receivedAt,
      status: 'Disclosed',
      scope: asked,
      decisions: [signedBy(me, asked, at(1)), signedBy('r', asked, at(2))],
    }),
    lineOf({ receivedAt, decisions: [signedBy(me, narrower, at(3))] }),
    lineOf({ receivedAt, status: 'Rejected', decisions: [{ decision: 'reject', reviewer: me, at: at(8) }] }),
    lineOf({
      receivedAt,
      priority: 'Emergency',
      decisions: [signedBy('r', asked, at(3))],
      superseded: [{ reviewer: me, at: at(0.5), because: 'scope-differs' }],
    }),
    lineOf({ receivedAt, status: 'Suspended', scope: asked, suspension: { reviewer: me, at: at(9) } }),
    lineOf({ receivedAt, decisions: [signedBy('somebody else', asked, at(1))] }),
  ];
  assert.deepEqual(statsOf(cases, me), {
    approved: 3,
    narrowed: 1,
    superseded: 1,
    opened: 1,
    rejected: 1,
    suspended: 1,
    medianMinutes: { routine: 180, emergency: 30 },
  });
  assert.deepEqual(statsOf(cases, me, at(8)), {
    approved: 0,
    narrowed: 0,
    superseded: 0,
    opened: 0,
    rejected: 1,
    suspended: 1,
    medianMinutes: { routine: 480 },
  });
  assert.equal(median([]), undefined);
  assert.equal(median([4, 1, 3, 2]), 3, 'of 2 and 3, rounded');
});

test('who a reviewer is comes from the provider; one that does not say lists all the same', async () => {
  desk.cases = [lineOf({ id: randomUUID(), decisions: [signedBy(me)] })];
  const stats = await writ('review', 'stats', '--json');
  assert.equal(JSON.parse(stats.out).reviewer, me);
  delete desk.reviewer;
  for (const args of [['stats'], ['list', '--mine'], ['list', '--waiting']]) {
    const { code, err } = await writ('review', ...args);
    assert.equal(code, 3, args.join(' '));
    assert.match(err, /^error: provider-older: /);
  }
  assert.match((await writ('review', 'list')).out, /1 case(, 1 late)?\n$/);
});

test('a list goes to the pager at a terminal, without a shell, and to a pipe as it is', async () => {
  desk.cases = [lineOf({ id: randomUUID(), reference: 'GS-1/26' })];
  const lists = (pager: string) => atTerminal(['review', 'list'], [], { ...env, PAGER: pager });
  const paged = await lists('sed s/GS/PAGED/');
  assert.match(paged.shown, /PAGED-1\/26/);
  const injected = join(folder, 'injected');
  const attempt = await lists(`cat; touch ${injected}`);
  assert.match(attempt.shown, /GS-1\/26/, 'there is no such command, so the list is written as it is');
  assert.equal(existsSync(injected), false);
  for (const pager of ['cat', '', '/nowhere/pager'])
    assert.match((await lists(pager)).shown, /GS-1\/26/, pager);
  const early = await lists('true');
  assert.equal(early.code, 0, 'a reader who has seen enough is no error');
  const piped = await run(['review', 'list'], { ...env, PAGER: 'sed s/GS/PAGED/' });
  assert.match(piped.out, /GS-1\/26/);
  assert.equal(piped.out.includes('\u001b'), false);
});
