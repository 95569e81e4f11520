import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { renewDelay } from '#core/cases/notice.ts';
import { policyHash } from '#core/cases/policy.ts';
import { reveal } from '#core/cases/reveal.ts';
import { withheldCommitment } from '#core/log/commitment.ts';
import { request, withholding } from '../../cases/cases.ts';
import { but, findings, tell, told } from './cheats.ts';
import { Desk, minutes, some, type Told } from './logs.ts';

/** What the log withholds: from minute 5, and to be revealed when the delay of the request of all tests ends. */
const delayUntil = '2027-02-20T00:00:00Z';
const minuteOf = (instant: string) => (Date.parse(instant) - Date.parse(minutes(0))) / 60_000;
const end = minuteOf(delayUntil);
const day = 24 * 60;
const second = 1 / 60;

/** Received, approved twice, withdrawn; nothing revealed. */
function kept(): Desk {
  const desk = new Desk(request, withholding);
  desk.approve('one', 6, undefined, withholding);
  desk.approve('two', 7, { ...desk.it.asked, categories: ['TrafficData'] }, withholding);
  desk.approve('one', 8, { ...desk.it.asked, categories: ['TrafficData'] }, withholding);
  desk.commit(withdraw(desk.it, 'officer'), 9);
  return desk;
}
function revealed(minute = end): Desk {
  const desk = kept();
  desk.commit(reveal(desk.it, minutes(Math.max(minute, end))) ?? assert.fail(), minute);
  return desk;
}
const whole = revealed().told;
const [received, first, second2, opening] = whole;
assert.ok(received && first && second2 && opening);
const reveals = told(whole, 'case.revealed');
const n = whole.length - 1;
const last = (data: object, minute?: number) => [...whole.slice(0, -1), but(reveals, data, minute)];
/** The log goes on until a minute, with something that is of no case. */
const until = (minute: number): Told =>
  tell(minute, { kind: 'sweep.done', data: { grants: 0, missing: 0, surplus: 0 } }, 'sweep/a-day');

test('what the log withholds of a request is committed to, and revealed in time, and nothing is found', async () => {
  assert.deepEqual(await findings(whole), []);
  assert.deepEqual(await findings([...kept().told, until(end + day)]), [], 'within a day');
});

test('what is not revealed by its time is found by the log’s own time, whatever became of the case', async () => {
  const missing = ['reveal-missing @0'];
  assert.deepEqual(await findings([...kept().told, until(end + day + second)]), missing);
  const waiting = new Desk(request, withholding);
  assert.deepEqual(await findings([...waiting.told, until(end + day + second)]), missing);
  // Each case counts.
  const other = waiting.told.map((entry) => ({ ...entry, stream: 'case/another' }));
  assert.deepEqual(await findings([...waiting.told, ...other, until(end + 2 * day)]), [
    'reveal-missing @0',
    'reveal-missing @1',
  ]);
});

test('what is revealed late is found as that, and is no error', async () => {
  assert.deepEqual(await findings(revealed(end + day).told), []);
  assert.deepEqual(await findings(revealed(end + day + second).told), [`reveal-late @${n}`]);
});

test('what is revealed is what was committed to: each field, each approval, the nonce, and nothing more or less', async () => {
  const differs = [`reveal-differs @${n}`];
  for (const data of [
    { instrument: 'MLA' },
    { jurisdiction: 'FR' },
    { categories: ['SubscriberData'] },
    { categories: ['TrafficData', 'SubscriberData'] },
    { instrument: undefined },
    { jurisdiction: undefined },
    { categories: undefined },
    { approved: ['SubscriberData'] },
    { approved: undefined },
    { nonce: some('nonce') },
  ])
    assert.deepEqual(await findings(last(data)), differs, JSON.stringify(data));
  // An approval that committed to what nobody asked for.
  const cheated = but(first, { withheld: some('categories') });
  assert.deepEqual(await findings([received, cheated, ...whole.slice(2)]), differs);
  // Where less was withheld, less is revealed.
  const partly = new Desk(request, {
    ...withholding,
    embargo: { withheld: ['jurisdiction'], longestDays: 365 },
  });
  partly.commit(reveal(partly.it, minutes(end)) ?? assert.fail(), end);
  assert.deepEqual(await findings(partly.told), []);
  const more = partly.told.map((entry) =>
    entry.body.kind === 'case.revealed' ? but(entry, { instrument: 'EPOC' }) : entry,
  );
  assert.deepEqual(await findings(more), ['reveal-differs @1']);
  // Who commits to one field and withholds another.
  const nonce = Buffer.from(Reflect.get(reveals.body.data, 'nonce'), 'base64url');
  const less = but(received, { withheld: withheldCommitment(nonce, { jurisdiction: 'DE' }) });
  assert.deepEqual(await findings([less, ...whole.slice(1)]), differs);
});

test('what is withheld is committed to, and said where nothing is', async () => {
  const uncommitted = ['withheld-uncommitted @0'];
  const plain = new Desk().told;
  for (const data of [{ instrument: undefined }, { jurisdiction: undefined }, { categories: undefined }])
    assert.deepEqual(await findings(plain.map((entry) => but(entry, data))), uncommitted);
  for (const data of [
    { withheld: some('x') },
    { revealBy: minutes(10) },
    { withheld: some('x'), revealBy: minutes(10) },
  ])
    assert.deepEqual(await findings(plain.map((entry) => but(entry, data))), uncommitted);
  for (const data of [{ withheld: undefined }, { revealBy: undefined }])
    assert.deepEqual((await findings([but(received, data)])).slice(0, 1), uncommitted);

  // Of an approval likewise: as the case has it, and in the clear once it is revealed.
  const desk = new Desk();
  desk.approve('one', 6);
  const [asked, approval] = desk.told;
  assert.ok(asked && approval);
  for (const data of [
    { categories: undefined },
    { categories: undefined, withheld: some('x') },
    { withheld: some('x') },
  ])
    assert.deepEqual(await findings([asked, but(approval, data)]), ['withheld-uncommitted @1']);
  for (const data of [{ categories: ['TrafficData'] }, { withheld: undefined }])
    assert.deepEqual((await findings([received, but(first, data)])).slice(0, 1), ['withheld-uncommitted @1']);
  const done = new Desk(request, withholding);
  done.commit(reveal(done.it, minutes(end)) ?? assert.fail(), end);
  const before = [...done.told];
  done.approve('one', end + 1, undefined, withholding);
  assert.deepEqual(await findings(done.told), []);
  assert.deepEqual(await findings([...before, but(first, {}, end + 1)]), ['withheld-uncommitted @2']);
});

test('no embargo is longer than its delay, or than any policy can have it', async () => {
  const long = ['embargo-too-long @0'];
  const later = new Date(Date.parse(delayUntil) + 1).toISOString();
  assert.deepEqual(await findings([but(received, { revealBy: later })]), long);
  assert.deepEqual(await findings([but(received, { delayUntil: undefined, delayReason: undefined })]), long);
  assert.deepEqual(await findings([but(received, { revealBy: 'soon' })]), long);
  const most = minutes(5 + 1830 * day);
  assert.deepEqual(await findings([but(received, { revealBy: most, delayUntil: most })]), []);
  const more = minutes(6 + 1830 * day);
  assert.deepEqual(await findings([but(received, { revealBy: more, delayUntil: more })]), long);
});

test('a delay puts the reveal off with it, and not once it was due', async () => {
  const put = (minute: number, data: object): Told =>
    tell(minute, {
      kind: 'notice.delayed',
      data: { officer: some('officer'), delayUntil: minutes(end + 10 * day), delayReason: 'flight', ...data },
    });
  const desk = kept();
  const [alone] = desk.told;
  assert.ok(alone);
  const renewed = new Desk(request, withholding);
  const act = { officer: 'officer', at: minutes(20), policy: withholding };
  renewed.commit(renewDelay(renewed.it, { delayUntil: minutes(end + 10 * day), reason: 'flight' }, act), 20);
  assert.deepEqual(await findings([...renewed.told, until(end + 11 * day)]), []);
  assert.deepEqual(await findings([...renewed.told, until(end + 11 * day + second)]), ['reveal-missing @0']);
  renewed.commit(reveal(renewed.it, minutes(end + 10 * day)) ?? assert.fail(), end + 10 * day);
  assert.deepEqual(await findings(renewed.told), []);

  const by = (minute: number) => ({ revealBy: minutes(minute) });
  assert.deepEqual(await findings([alone, put(20, by(end + 10 * day + 1))]), ['embargo-too-long @1']);
  // A delay that is shortened takes the embargo with it.
  const short = { delayUntil: minutes(30) };
  assert.deepEqual(await findings([alone, put(20, short)]), ['embargo-too-long @1']);
  assert.deepEqual(await findings([alone, put(20, { ...short, ...by(30) })]), []);
  assert.deepEqual(await findings([alone, put(20, { ...short, ...by(30) }), until(30 + day + second)]), [
    'reveal-missing @0',
  ]);
  // What was due is put off no more.
  const early = put(20, { ...by(30) });
  assert.deepEqual(await findings([alone, early, put(30 + 9 * second, by(40))]), []);
  assert.deepEqual(await findings([alone, early, put(30 + 10 * second, by(40))]), ['embargo-too-long @2']);
  // Where nothing is withheld, nothing is put off.
  const [plain] = new Desk().told;
  assert.ok(plain);
  assert.deepEqual(await findings([plain, put(20, by(30))]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([plain, put(20, {})]), []);
});

test('a case reveals once, what it withheld, and before it is forgotten', async () => {
  const place = (at: number) => [`act-out-of-place @${at}`];
  assert.deepEqual(await findings([...whole, but(reveals, {}, end + 1)]), place(n + 1));
  const [plain] = new Desk().told;
  assert.ok(plain);
  assert.deepEqual(await findings([plain, but(reveals, {})]), place(1));
  const forgotten = tell(end + 1, { kind: 'case.forgotten', data: { status: 'Cancelled', months: 12 } });
  assert.deepEqual(await findings([...whole, forgotten]), []);
  assert.deepEqual(await findings([...kept().told, forgotten]), place(n));
});

test('the policy that withholds is another than the one that does not', () => {
  const { embargo: _, ...rest } = withholding;
  assert.notEqual(policyHash(withholding), policyHash(rest));
});
