import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { type Case, caseView, viewCase } from '#core/cases/case.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { askInformation, giveInformation, isUndecided } from '#core/cases/information.ts';
import {
  answerSchema,
  informationNeeded,
  messagesOf,
  mostMessages,
  noteSchema,
  questionSchema,
} from '#core/cases/messages.ts';
import { addNote } from '#core/cases/notes.ts';
import { offeredActs } from '#core/cases/offered.ts';
import { viewReviewLine } from '#core/cases/review.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import {
  approved,
  approvedBy,
  code,
  commitAt,
  fresh,
  hoursAfter,
  inLog,
  officerKey,
  opened,
  policy,
  receivedAt,
  request,
} from './cases.ts';

const question = (current: Case) => ({
  requestDigest: current.requestDigest,
  of: ['order' as const, 'authority' as const],
  text: 'page two',
});
const ask = (current: Case, at = receivedAt): Outcome =>
  askInformation(current, question(current), {
    reviewer: 'anna',
    key: inLog('key-of-anna'),
    at,
    written: 'digest of what was asked',
  });
const give = (current: Case, at = receivedAt): Outcome =>
  giveInformation(current, {
    officer: 'officer',
    key: officerKey,
    at,
    written: 'digest of what was said',
    policy,
  });
const asked = (current: Case = fresh()) => commitAt(ask(current));
const shown = (current: Case) => viewCase(current, 'GS-1', offeredActs(current, { at: receivedAt, policy }));

test('the agency sees since when it is asked about what, where it answers, and when it did', () => {
  const current = asked();
  const self = `/v1/requests/${current.id}`;
  assert.equal(current.status, 'AwaitingApproval');
  const seen = viewCase(current, 'GS-1', offeredActs(current, { at: receivedAt, policy }), {
    question: 'a.jwe',
  });
  assert.deepEqual(caseView.parse(seen), seen);
  assert.deepEqual(seen.information, {
    askedAt: receivedAt,
    of: ['order', 'authority'],
    question: 'a.jwe',
  });
  assert.equal(seen.links.information, `${self}/information`);
  const later = hoursAfter(receivedAt, 5);
  const answered = shown(commitAt(give(current, later), later));
  assert.equal(answered.information?.answeredAt, later);
  assert.equal('information' in answered.links, false);
  assert.equal('information' in shown(fresh()), false);
  // Once the case is closed there is nothing to answer.
  const closed = shown(commitAt(withdraw(current, 'officer')));
  assert.equal('information' in closed.links, false);
  assert.equal(closed.information?.askedAt, receivedAt);
});

test('one question at a time, and each is answered once', () => {
  const current = asked();
  assert.throws(() => ask(current), code('information-pending'));
  assert.equal('information' in viewReviewLine(current, 'GS-1', receivedAt).links, false);
  const answered = commitAt(give(current));
  assert.throws(() => give(answered), code('nothing-asked'));
  assert.throws(() => give(fresh()), code('nothing-asked'));
  const again = asked(answered);
  assert.equal(again.information?.answeredAt, undefined);
  assert.deepEqual([messagesOf(again, 'question'), messagesOf(again, 'answer')], [2, 1]);
});

test('a question is over the request that was read', () => {
  const current = fresh();
  const other = { ...question(current), requestDigest: 'another' };
  const act = { reviewer: 'anna', key: inLog('key-of-anna'), at: receivedAt, written: 'd' };
  assert.throws(() => askInformation(current, other, act), code('decision-digest-mismatch'));
});

test('the desk asks while it has still to decide: before the approval, and in an emergency until all have signed', () => {
  assert.throws(() => ask(approved()), code('case-closed'));
  const emergency = opened();
  assert.equal(isUndecided(emergency), true);
  assert.equal(asked(emergency).status, 'AwaitingDisclosure');
  const signed = approvedBy(emergency, 'two');
  assert.equal(isUndecided(signed), false);
  assert.throws(() => ask(signed), code('case-closed'));
  // What was asked before may be answered after.
  const both = approvedBy(asked(emergency), 'two');
  assert.equal(give(both).next.information?.answeredAt, receivedAt);
});

test('a question does not block a decision, and the time stands still only where the policy says so', () => {
  const current = asked();
  assert.equal(approvedBy(approvedBy(current, 'one'), 'two').status, 'AwaitingDisclosure');
  assert.equal(current.dueAt, fresh().dueAt);
  assert.equal(nextOfTime(current, hoursAfter(receivedAt, 300), policy), undefined);
  const { stops: _, ...deadlines } = policy.deadlines;
  const runsOn = commitAt(ask(fresh(request, { ...policy, deadlines })));
  const late = nextOfTime(runsOn, hoursAfter(receivedAt, 300), policy);
  assert.equal(late?.entry.kind, 'deadline.passed');
});

test('a case takes as many notes and questions as fit, and says so before one is lost', () => {
  const note = (current: Case) => addNote(current, { reviewer: 'anna', written: 'd' });
  let noted = fresh();
  for (let i = 0; i < mostMessages.note; i++) noted = commitAt(note(noted));
  assert.throws(() => note(noted), code('limit-exceeded'));
  let current = noted;
  for (let i = 0; i < mostMessages.question; i++) current = commitAt(give(asked(current)));
  assert.throws(() => ask(current), code('limit-exceeded'));
  assert.deepEqual(current.messages, mostMessages);
});

test('I7: the log has commitments of what was written, under labels of their own, and the parts that it is about', () => {
  const entries = [
    addNote(fresh(), { reviewer: 'anna', written: 'the same' }),
    askInformation(fresh(), question(fresh()), {
      reviewer: 'anna',
      key: inLog('key-of-anna'),
      at: receivedAt,
      written: 'the same',
    }),
    giveInformation(asked(), {
      officer: 'officer',
      key: officerKey,
      at: receivedAt,
      written: 'the same',
      policy,
    }),
  ].map(({ entry }) => entry.data);
  const [note, asking, answer] = entries;
  const all = [note, asking, answer].flatMap((data) => [
    data && 'note' in data ? data.note : '',
    data && 'question' in data ? data.question : '',
    data && 'answer' in data ? data.answer : '',
  ]);
  const commitments = all.filter((text) => text !== '');
  assert.equal(new Set(commitments).size, 3);
  assert.doesNotMatch(
    JSON.stringify(entries.map((data) => Object.values(data))),
    /anna|officer|page two|the same/,
  );
  assert.deepEqual(asking && 'of' in asking && asking.of, ['order', 'authority']);
});

test('notes have 1 to 2,000 characters that people see; a question names each part once', () => {
  const fits = (length: number) => noteSchema.safeParse({ text: 'x'.repeat(length) }).success;
  assert.deepEqual([0, 1, 2000, 2001].map(fits), [false, true, true, false]);
  for (const text of ['a\u200bb', 'a\nb', '   ', 'e\u0301'])
    assert.equal(noteSchema.safeParse({ text }).success, false, JSON.stringify(text));
  assert.equal(noteSchema.safeParse({ text: 'x', to: 'agency' }).success, false);
  const said = question(fresh());
  assert.ok(questionSchema.safeParse({ ...said, of: informationNeeded.slice(0, 8) }).success);
  // An entry of the log has room for eight.
  assert.equal(questionSchema.safeParse({ ...said, of: informationNeeded.slice(0, 9) }).success, false);
  for (const parts of [[], ['order', 'order'], ['content']])
    assert.equal(questionSchema.safeParse({ ...said, of: parts }).success, false, String(parts));
  assert.ok(answerSchema.safeParse({ text: 'x', digest: `sha-256=:${'A'.repeat(43)}=:` }).success);
  assert.equal(answerSchema.safeParse({ text: 'x', digest: 'abc' }).success, false);
});
