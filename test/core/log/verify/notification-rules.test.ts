import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysRevoked, mint } from '#core/cases/acts.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import { count } from '#core/cases/deadline.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import type { Request } from '#core/cases/request.ts';
import { emergency, grant, inLog, receivedAt, request } from '../../cases/cases.ts';
import { authority, told as notifiedOf, notifying } from '../../cases/notifying.ts';
import { but, findings, left, told } from './cheats.ts';
import { changeOf, Desk, enrolment, minutes, some, type Told } from './logs.ts';

/** Enforcing authorities in the log: what honest ones tell, and what cannot have been. */
const clerk = inLog('clerk-key');
const stranger = inLog('stranger-key');
const enrolled = (key: string, agency: string): Told[] => [
  ...changeOf(agency, { change: 'agency', agency }),
  enrolment(key, { role: 'agency', agency, by: `change/${agency}` }, 3),
];
const before: Told[] = [...enrolled(clerk, authority), ...enrolled(stranger, 'another-authority')];

const end = count(receivedAt, { days: 10 }, calendarOf(notifying)).dueAt;
/** Ten days as the calendar counts them, in minutes. */
const tenDays = Math.ceil((Date.parse(end) - Date.parse(receivedAt)) / 60_000);

function answer(desk: Desk, minute: number, more: Partial<Record<string, unknown>> = {}): void {
  const { requestDigest } = desk.it;
  const said = Object.assign({ decision: 'consent', requestDigest }, more) as AuthorityAnswer;
  const act = { officer: 'clerk', keyId: 'clerk-key', key: clerk, at: minutes(minute) };
  desk.commit(answerNotification(desk.it, said, act), minute);
}

const objection = { decision: 'object', ground: 'press-freedom', text: 'x' };

function mintAt(desk: Desk, minute: number): void {
  const { subjects: holders, expiresAt = '', collectionsAllowed } = desk.it;
  desk.commit(
    mint(desk.it, [grant], { holders, expiresAt, collectionsAllowed, at: minutes(minute) }),
    minute,
  );
}

function approvedCase(of: Request = request): Desk {
  const desk = new Desk(notifiedOf(of));
  desk.approve('one', 6);
  if (of.priority === 'Routine') desk.approve('two', 7);
  return desk;
}

const found = (desk: Desk | readonly Told[]) =>
  findings([...before, ...('told' in desk ? desk.told : desk)]).then((all) =>
    all.map((text) => text.replace(/\d+$/, (index) => `${Number(index) - before.length}`)),
  );

test('consent, silence, an objection to all, to a part, and an emergency are passed', async () => {
  const consented = approvedCase();
  answer(consented, 8);
  mintAt(consented, 9);
  assert.deepEqual(await found(consented), []);
  const silent = approvedCase();
  mintAt(silent, tenDays + 5);
  assert.deepEqual(await found(silent), []);
  const refused = approvedCase();
  answer(refused, 8, objection);
  assert.deepEqual(await found(refused), []);
  const part = approvedCase();
  const scope = { ...part.it.asked, subjects: [0] };
  answer(part, 8, { ...objection, scope });
  part.approve('one', 9, scope);
  part.approve('two', 10, scope);
  mintAt(part, 11);
  assert.deepEqual(await found(part), []);
  const urgent = approvedCase(emergency);
  mintAt(urgent, 8);
  answer(urgent, 9, objection);
  assert.deepEqual(await found(urgent), []);
});

test('I3: a grant that is minted, or data said to be absent, while a notified authority may object is found', async () => {
  const desk = approvedCase();
  answer(desk, 8);
  mintAt(desk, 9);
  const silent = left(desk.told, 'authority.consented');
  assert.deepEqual(await found(silent), ['notification-pending @3']);
  const minted = told(desk.told, 'grant.minted');
  const absent: Told = { ...minted, body: { kind: 'data.absent', data: { scope: some('scope') } } };
  const nothing = (await found(silent.map((each) => (each === minted ? absent : each)))).sort();
  assert.deepEqual(nothing, ['notification-pending @3', 'scope-differs @3']);
  // A time that is no instant is never over.
  const endless = but(told(desk.told, 'request.received'), { notifiedUntil: 'soon' });
  const [, ...rest] = silent;
  assert.deepEqual(await found([endless, ...rest]), ['notification-pending @3']);
});

test('I3: the consent of another authority, of an unknown key or by nobody is found, and ends no hold', async () => {
  const desk = approvedCase();
  answer(desk, 8);
  mintAt(desk, 9);
  const consent = told(desk.told, 'authority.consented');
  const as = (data: object) => found(desk.told.map((each) => (each === consent ? but(consent, data) : each)));
  assert.deepEqual(await as({ key: stranger }), ['signer-misplaced @3', 'notification-pending @4']);
  assert.deepEqual(await as({ key: stranger, authority: 'another-authority' }), [
    'signer-misplaced @3',
    'notification-pending @4',
  ]);
  assert.deepEqual(await as({ key: some('nobody') }), ['signer-unproven @3', 'notification-pending @4']);
  assert.deepEqual(await as({ key: undefined }), ['signer-unnamed @3', 'notification-pending @4']);
  assert.deepEqual(await as({ request: some('another') }), ['request-differs @3', 'notification-pending @4']);
});

test('an answer where nobody was notified, a second one, one that is late, or of a closed case is found', async () => {
  const desk = approvedCase();
  answer(desk, 8);
  const consent = told(desk.told, 'authority.consented');
  assert.deepEqual(await found([...desk.told, but(consent, {}, 9)]), ['act-out-of-place @4']);
  const late = desk.told.map((each) => (each === consent ? but(consent, {}, tenDays + 6) : each));
  assert.deepEqual(await found(late), ['act-out-of-place @3']);
  const plain = new Desk();
  plain.approve('one', 6);
  assert.deepEqual(await found([...plain.told, but(consent, {}, 7)]), ['act-out-of-place @2']);
  const refused = approvedCase();
  answer(refused, 8, objection);
  assert.deepEqual(await found([...refused.told, but(consent, {}, 9)]), ['act-out-of-place @4']);
});

test('what an objection leads to is what it can: no case of which all is objected to goes on', async () => {
  const desk = approvedCase();
  answer(desk, 8, objection);
  const entry = told(desk.told, 'authority.objected');
  for (const status of ['AwaitingApproval', 'AwaitingDisclosure', 'Disclosed', 'Expired', 'toString'])
    assert.deepEqual(
      await found(desk.told.map((each) => (each === entry ? but(entry, { status }) : each))),
      ['act-out-of-place @3'],
      status,
    );
});

test('a grant that was minted on a consent whose key was revoked before is found, whichever comes first', async () => {
  const desk = approvedCase();
  answer(desk, 8);
  mintAt(desk, 20);
  const revoked: Told = {
    stream: `key/${clerk}`,
    body: {
      kind: 'key.revoked',
      data: { role: 'agency', agency: authority, key: clerk, by: some('who'), because: 'lost' },
    },
    at: minutes(9),
  };
  const minted = told(desk.told, 'grant.minted');
  const early = desk.told.flatMap((each) => (each === minted ? [revoked, minted] : [each]));
  assert.deepEqual(await found(early), ['revoked-key-used @5']);
  assert.deepEqual((await found([...desk.told, revoked])).includes('revoked-key-used @5'), true);
  // Where the time was over, its word was not needed.
  const silent = approvedCase();
  answer(silent, 8);
  mintAt(silent, tenDays + 5);
  const last = told(silent.told, 'grant.minted');
  assert.deepEqual(
    await found(silent.told.flatMap((each) => (each === last ? [revoked, last] : [each]))),
    [],
  );
});

test('a case that a revoked key of its authority closes is passed', async () => {
  const desk = approvedCase();
  answer(desk, 8);
  mintAt(desk, 9);
  const revoked = (keyId: string) => keyId === 'clerk-key';
  desk.commit(keysRevoked(desk.it, revoked, minutes(20)) ?? assert.fail(), 20);
  assert.deepEqual(await found(desk), []);
});
