import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findTooMuch,
  issueFile,
  keysRevoked,
  lapse,
  mint,
  retired,
  view,
  withdraw,
} from '#core/cases/acts.ts';
import { endUndecided } from '#core/cases/answer-time.ts';
import { type Case, openStatuses, type Status, statuses } from '#core/cases/case.ts';
import { claim } from '#core/cases/claiming.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { collected, collectionFailed, intend } from '#core/cases/collecting.ts';
import { writeLetter } from '#core/cases/correspondence.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import { CaseError } from '#core/cases/errors.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { addNote } from '#core/cases/notes.ts';
import { addressNotice, noteLateNotice, noticesSent, renewDelay, tellPerson } from '#core/cases/notice.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import { missObligations, validate } from '#core/cases/obligations.ts';
import { receiveDocument } from '#core/cases/receiving-order.ts';
import { forget, hold, release } from '#core/cases/retention.ts';
import { reveal } from '#core/cases/reveal.ts';
import { type Act, acts, may, type Outcome, step, transitions } from '#core/cases/transitions.ts';
import {
  answer,
  approval,
  by,
  code,
  fresh,
  grant,
  hoursAfter,
  inLog,
  intended,
  minted,
  officerKey,
  opened,
  policy,
  receivedAt,
  rejection,
  request,
} from './cases.ts';

// The table a second time, as docs/cases.md has it: where an act may be done, and where it leads.
const W: Status = 'AwaitingApproval';
const A: Status = 'AwaitingDisclosure';
const D: Status = 'Disclosed';
const pending: readonly Status[] = [W, A, D];
const owing: readonly Status[] = ['Suspended', 'Rejected', 'Cancelled', 'Expired'];
const table: Record<Act, [from: readonly Status[], to: readonly Status[] | 'same']> = {
  approve: [pending, pending],
  reject: [pending, ['Rejected']],
  'void-decisions': [[W], 'same'],
  suspend: [[A, D], ['Suspended']],
  withdraw: [pending, ['Cancelled']],
  cancel: [[...pending, 'Suspended'], ['Cancelled']],
  mint: [[A], 'same'],
  'find-nothing': [[A], ['DisclosureNotAvailable']],
  'find-too-much': [[A], ['Invalid']],
  intend: [[A, D], 'same'],
  answer: [[A, D], [D]],
  fail: [[A, D], 'same'],
  validate: [[...pending, ...owing], 'same'],
  'miss-obligations': [[A, D, ...owing], owing],
  lapse: [[A, D, 'Suspended'], ['Expired']],
  'end-undecided': [[W], ['Expired']],
  'note-deadline': [[W, A], 'same'],
  consent: [pending, 'same'],
  object: [pending, [...pending, 'Rejected', 'Suspended']],
  'retire-grants': [statuses, 'same'],
  'renew-delay': [statuses, 'same'],
  'notify-person': [statuses, 'same'],
  'note-late-notice': [statuses, 'same'],
  'address-notice': [statuses, 'same'],
  reveal: [statuses, 'same'],
  'tell-person': [statuses, 'same'],
  view: [statuses, 'same'],
  'issue-file': [statuses, 'same'],
  claim: [pending, 'same'],
  unclaim: [pending, 'same'],
  'add-note': [statuses, 'same'],
  'ask-information': [pending, 'same'],
  'give-information': [pending, 'same'],
  'receive-order': [pending, 'same'],
  'write-letter': [statuses, 'same'],
  hold: [statuses, 'same'],
  release: [statuses, 'same'],
  forget: [['DisclosureNotAvailable', 'Rejected', 'Cancelled', 'Expired', 'Invalid'], 'same'],
};

const entry = { kind: 'review.opened', data: { reviewer: 'x' } } as const;

test('the table of transitions is the one that is documented', () => {
  assert.deepEqual(Object.keys(table).sort(), acts.toSorted());
  for (const act of acts) {
    const [from, to] = table[act];
    assert.deepEqual(transitions[act].from.toSorted(), from.toSorted(), act);
    const leads = transitions[act].to;
    assert.deepEqual(leads === 'same' ? leads : leads.toSorted(), to === 'same' ? to : to.toSorted(), act);
  }
});

test('an act is refused in every status that its row does not have, and leads nowhere that it does not say', () => {
  for (const act of acts) {
    const [from, to] = table[act];
    for (const status of statuses) {
      const current: Case = { ...fresh(), status };
      assert.equal(may(current, act), from.includes(status));
      for (const next of statuses) {
        const done = () => step(current, act, { ...current, status: next }, entry);
        if (!from.includes(status))
          assert.throws(done, code(status === W ? 'case-not-approved' : 'case-closed'), `${act} ${status}`);
        else if (to === 'same' ? next === status : to.includes(next)) assert.equal(done().next.status, next);
        else assert.throws(done, (e) => e instanceof Error && !(e instanceof CaseError), `${act} to ${next}`);
      }
    }
  }
});

test('a case that is closed never opens again, and a decision is never taken back', () => {
  for (const act of acts) {
    const [from, to] = table[act];
    if (to === 'same') continue;
    if (from.some((status) => !pending.includes(status)))
      assert.ok(
        to.every((status) => !pending.includes(status)),
        act,
      );
  }
  assert.deepEqual(openStatuses, [A, D]);
});

const late = hoursAfter(receivedAt, 48);
const end = hoursAfter(receivedAt, policy.collectHours);
const delay = { delayUntil: '2027-03-01T00:00:00Z', reason: 'flight' } as const;
const validation = {
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  validatedAt: receivedAt,
  digest: 'd',
} as const;
/** An open emergency, of which everything can be said but its status. */
const secret = { withheld: ['jurisdiction' as const], revealBy: receivedAt, latest: receivedAt };
const rich = (): Case => intended(minted(opened()));
const { grants: _, ...unminted } = rich();
const told1: Case = {
  ...rich(),
  collections: 1,
  disclosed: { firstAt: receivedAt, lastAt: receivedAt, answers: 1, records: { 0: 1 } },
};
/** The same, of which an authority was notified. */
const told2: Case = { ...rich(), notified: { authority: 'authority-1', until: late, waits: false } };
const consent = { decision: 'consent', requestDigest: told2.requestDigest } as const;
const objection = {
  ...consent,
  decision: 'object',
  ground: 'press-freedom',
  text: 'A journalist’s account.',
} as const;
const authority = { officer: 'clerk', keyId: 'clerk-key', key: inLog('clerk-key'), at: receivedAt };
const anna = { reviewer: 'anna', at: receivedAt };
const revoked = (keyId: string) => keyId === 'key-of-one';

/** Each act as its function does it, on a case that lacks nothing for it but the status, and the entry it makes. */
const done: Record<Act, [kind: string, of: Case, act: (value: Case) => Outcome | undefined]> = {
  approve: ['decision.approved', rich(), (current) => decide(current, approval(current), by('two'))],
  reject: ['decision.rejected', rich(), (current) => decide(current, rejection(current), by('two'))],
  'void-decisions': ['decision.voided', rich(), (current) => keysRevoked(current, revoked)],
  suspend: [
    'case.suspended',
    rich(),
    (current) =>
      suspend(
        current,
        { requestDigest: current.requestDigest, ground: 'other', reason: 'x' },
        { ...by('two'), explanation: 'jwe' },
      ),
  ],
  withdraw: ['case.withdrawn', rich(), (current) => withdraw(current, 'officer')],
  cancel: ['case.cancelled', rich(), (current) => keysRevoked(current, (keyId) => keyId === 'officer-key')],
  mint: ['grant.minted', unminted, (current) => mint(current, [grant])],
  'find-nothing': ['data.absent', unminted, (current) => mint(current, [])],
  'find-too-much': ['case.invalid', unminted, findTooMuch],
  intend: [
    'collection.intended',
    rich(),
    (current) => intend(current, { at: receivedAt, recipient: 'x', key: officerKey }),
  ],
  answer: ['collection.completed', rich(), (current) => collected(current, answer())],
  fail: [
    'collection.failed',
    rich(),
    (current) => collectionFailed(current, { code: 'grant-missing', epochKeys: 0 }),
  ],
  validate: [
    'authorisation.validated',
    told1,
    (current) =>
      validate(current, validation, { officer: 'officer', key: officerKey, at: receivedAt, policy }),
  ],
  'miss-obligations': ['emergency.overdue', told1, (current) => missObligations(current, late)],
  lapse: ['case.expired', rich(), (current) => lapse(current, end)],
  'end-undecided': ['case.expired', rich(), (current) => endUndecided(current, '2027-02-01T00:00:00.000Z')],
  'note-deadline': [
    'deadline.passed',
    unminted,
    (current) => nextOfTime(current, hoursAfter(receivedAt, 5), policy),
  ],
  consent: ['authority.consented', told2, (current) => answerNotification(current, consent, authority)],
  object: ['authority.objected', told2, (current) => answerNotification(current, objection, authority)],
  'retire-grants': ['grant.retired', rich(), (current) => retired(current, current.status)],
  'renew-delay': [
    'notice.delayed',
    rich(),
    (current) => renewDelay(current, delay, { officer: 'officer', at: receivedAt, policy }),
  ],
  'notify-person': ['notice.sent', told1, (current) => noticesSent(current, '2027-02-20T00:00:00Z')],
  'note-late-notice': [
    'notice.overdue',
    told1,
    (current) => noteLateNotice(current, '2027-02-21T00:00:00Z', policy),
  ],
  'address-notice': ['notice.addressed', { ...told1, notice: { ...told1.notice, told: 1 } }, addressNotice],
  'tell-person': [
    'notice.told',
    { ...told1, notice: { ...told1.notice, by: 'authority' } },
    (current) =>
      tellPerson(current, { toldAt: receivedAt }, { officer: 'officer', key: officerKey, at: receivedAt }),
  ],
  reveal: [
    'case.revealed',
    { ...rich(), embargo: secret },
    (current) => reveal(current, '2027-02-20T00:00:00.000Z'),
  ],
  view: ['review.opened', rich(), (current) => view(current, 'one')],
  'issue-file': ['case-file.issued', rich(), (current) => issueFile(current, 'one')],
  claim: ['case.claimed', rich(), (current) => claim(current, { claim: 'take' }, anna)],
  unclaim: [
    'case.unclaimed',
    { ...rich(), claim: { by: anna.reviewer, until: hoursAfter(receivedAt, 1) } },
    (current) => claim(current, { claim: 'end' }, anna),
  ],
  'add-note': ['note.added', rich(), (current) => addNote(current, { reviewer: 'one', written: 'd' })],
  'ask-information': [
    'information.asked',
    rich(),
    (current) =>
      askInformation(
        current,
        { requestDigest: current.requestDigest, of: ['order'], text: 'x' },
        { ...anna, key: inLog('key-of-anna'), written: 'd' },
      ),
  ],
  'give-information': [
    'information.given',
    { ...rich(), information: { askedAt: receivedAt, of: ['order'] } },
    (current) =>
      giveInformation(current, { officer: 'officer', key: officerKey, at: receivedAt, written: 'd', policy }),
  ],
  'receive-order': [
    'order.received',
    rich(),
    (current) => {
      const document = { type: 'application/pdf', bytes: new TextEncoder().encode('%PDF-1.7') } as const;
      const { digest } = request.instrument;
      const act = { officer: 'officer', key: officerKey, at: receivedAt, digest, parts: 1 };
      const outcome = receiveDocument(current, document, act);
      if (outcome === undefined) throw new CaseError('case-closed');
      return outcome;
    },
  ],
  'write-letter': [
    'letter.written',
    rich(),
    (current) =>
      writeLetter(current, { from: 'desk', author: 'anna', key: inLog('key-of-anna'), written: 'd' }),
  ],
  hold: ['case.held', rich(), (current) => hold(current, { change: 'c', until: end })],
  release: ['case.released', { ...rich(), heldUntil: end }, (current) => release(current, 'c')],
  forget: [
    'case.forgotten',
    { ...rich(), endedAt: receivedAt },
    (current) => forget(current, '2027-11-20T10:00:00.000Z'),
  ],
};
/** Acts that nobody is refused: they are due, or are not. */
const silent: readonly Act[] = [
  'void-decisions',
  'cancel',
  'miss-obligations',
  'lapse',
  'end-undecided',
  'note-deadline',
  'forget',
];

for (const act of acts) {
  test(`${act} is done in the statuses of its row, and in no other`, () => {
    const [kind, of, perform] = done[act];
    for (const status of statuses) {
      const current: Case = { ...of, status };
      const [from, to] = table[act];
      if (!from.includes(status) && !silent.includes(act)) {
        // What was announced before the decision was nothing.
        const expected = status === W ? 'case-not-approved' : 'case-closed';
        assert.throws(() => perform(current), code(expected), status);
        continue;
      }
      const outcome = perform(current);
      assert.equal(outcome?.entry.kind === kind, from.includes(status), status);
      if (!from.includes(status)) continue;
      const next = outcome?.next.status;
      assert.ok(next !== undefined && (to === 'same' ? next === status : to.includes(next)), status);
      const data = outcome?.entry.data ?? {};
      if ('status' in data) assert.equal(data.status, next, 'the entry says the status');
    }
  });
}
