import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysRevoked, withdraw } from '#core/cases/acts.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { addressNotice, noticesSent as notified, renewDelay } from '#core/cases/notice.ts';
import { policy, request } from '../../cases/cases.ts';
import { but, findings, openCase, tell, told } from './cheats.ts';
import { type Desk, minutes, type Told } from './logs.ts';

/** Telling the person. The request of all tests asks that they be told no sooner than this. */
const minuteOf = (instant: string) => (Date.parse(instant) - Date.parse(minutes(0))) / 60_000;
const delayUntil = '2027-02-20T00:00:00Z';
assert.equal(request.notice?.delayUntil, delayUntil);
const end = minuteOf(delayUntil);
const later = { delayUntil: '2027-04-01T00:00:00.5Z', reason: 'flight' as const };
const laterEnd = minuteOf('2027-04-01T00:00:00.500Z');
const second = 1 / 60;

/** Received, approved twice, minted, intended, completed. */
function disclosed(): Desk {
  const desk = openCase();
  desk.intend(9);
  desk.collect(10);
  return desk;
}
const before = disclosed().told;
const undelayed = but(told(before, 'request.received'), { delayUntil: undefined, delayReason: undefined });
const sent = (minute: number): Told =>
  tell(minute, { kind: 'notice.sent', data: { notices: 1, collections: 1 } });
const late = (minute: number): Told => tell(minute, { kind: 'notice.overdue', data: {} });
const delayed = (minute: number, until = later.delayUntil): Told =>
  tell(minute, {
    kind: 'notice.delayed',
    data: { officer: 'A'.repeat(43), delayUntil: until, delayReason: 'flight' },
  });

/** Each way in which a case may have ended, or not. */
const ends: [string, (desk: Desk) => unknown][] = [
  ['open', () => undefined],
  ['withdrawn', (desk) => desk.commit(withdraw(desk.it, 'officer'), 20)],
  ['suspended', (desk) => desk.commit(keysRevoked(desk.it, isTwo) ?? assert.fail(), 20)],
  [
    'suspended, then cancelled',
    (desk) => {
      desk.commit(keysRevoked(desk.it, isTwo) ?? assert.fail(), 20);
      desk.commit(keysRevoked(desk.it, () => true) ?? assert.fail(), 21);
    },
  ],
];
const isTwo = (key: string) => key === 'key-of-two';

test('the person is told once the delay is over, and it may be put off before it is', async () => {
  for (const [name, finish] of ends) {
    const desk = disclosed();
    finish(desk);
    const act = { officer: 'officer', at: minutes(30), policy };
    desk.commit(renewDelay(desk.it, later, act), 30);
    desk.commit(notified(desk.it, minutes(laterEnd)) ?? assert.fail(), laterEnd);
    desk.commit(addressNotice(desk.it), laterEnd + 1);
    assert.deepEqual(await findings(desk.told), [], name);
  }
});

test('a notice that is late is told of, and sent after', async () => {
  const desk = disclosed();
  const grace = end + policy.notice.graceHours * 60;
  desk.commit(withdraw(desk.it, 'officer'), 20);
  desk.commit(nextOfTime(desk.it, minutes(grace), policy) ?? assert.fail(), grace);
  desk.commit(notified(desk.it, minutes(grace + 1)) ?? assert.fail(), grace + 1);
  assert.deepEqual(await findings(desk.told), []);
  assert.deepEqual(await findings([...desk.told, late(grace + 2)]), ['act-out-of-place @9']);
});

test('a person who is told before the delay is over is told too early, however the case ended', async () => {
  for (const [name, finish] of ends) {
    const desk = disclosed();
    finish(desk);
    const n = desk.told.length;
    assert.deepEqual(await findings([...desk.told, sent(end - 10 * second)]), [], name);
    assert.deepEqual(await findings([...desk.told, sent(end - 11 * second)]), [`notice-early @${n}`], name);
    // Put off, it is the later end that counts.
    const put = [...desk.told, delayed(30)];
    assert.deepEqual(await findings([...put, sent(end)]), [`notice-early @${n + 1}`], name);
    assert.deepEqual(
      await findings([...put, sent(laterEnd - 11 * second)]),
      [`notice-early @${n + 1}`],
      name,
    );
    assert.deepEqual(await findings([...put, sent(laterEnd)]), [], name);
  }
  // What is no instant has no end.
  const [received, ...rest] = before;
  assert.ok(received);
  assert.deepEqual(await findings([but(received, { delayUntil: 'soon' }), ...rest, sent(end)]), [
    'notice-early @6',
  ]);
});

test('where no delay was asked for, a person is told at once', async () => {
  assert.deepEqual(await findings([undelayed, ...before.slice(1), sent(11)]), []);
});

test('a person is told of what was disclosed, once of each answer, and of nothing else', async () => {
  for (const [name, finish] of ends) {
    const [nothing, something] = [openCase(), disclosed()];
    finish(nothing);
    finish(something);
    for (const entry of [sent(end), late(end)])
      assert.deepEqual(
        await findings([...nothing.told, entry]),
        [`act-out-of-place @${nothing.told.length}`],
        name,
      );
    const twice = [...something.told, sent(end), sent(end + 1)];
    assert.deepEqual(await findings(twice), [`act-out-of-place @${twice.length - 1}`], name);
  }
  const more = [told(before, 'collection.intended'), told(before, 'collection.completed')].map((entry) =>
    but(entry, { collection: 2 }, 15),
  );
  const again = [undelayed, ...before.slice(1), sent(11), ...more, sent(16)];
  assert.deepEqual(await findings(again), []);
  // Of a page that left after the notice too.
  const [intent, answer] = [told(before, 'collection.intended'), told(before, 'collection.completed')];
  const pages = [
    but(answer, { more: true }),
    sent(11),
    but(intent, { page: 2 }, 12),
    but(answer, { page: 2 }, 13),
  ];
  const start = [undelayed, ...before.slice(1, -1), ...pages];
  assert.deepEqual(await findings([...start, sent(14)]), []);
  assert.deepEqual(await findings([...start, sent(14), sent(15)]), ['act-out-of-place @10']);
});

test('a delay is put off while it runs, and not once the person knows', async () => {
  for (const [name, finish] of ends) {
    const desk = disclosed();
    finish(desk);
    const n = desk.told.length;
    assert.deepEqual(await findings([...desk.told, delayed(end + 9 * second)]), [], name);
    assert.deepEqual(
      await findings([...desk.told, delayed(end + 10 * second)]),
      [`act-out-of-place @${n}`],
      name,
    );
    assert.deepEqual(
      await findings([...desk.told, sent(end), delayed(end)]),
      [`act-out-of-place @${n + 1}`],
      name,
    );
  }
  assert.deepEqual(await findings([undelayed, delayed(10)]), ['act-out-of-place @1']);
});

test('whom to tell is said once there is a notice', async () => {
  const addressed = tell(end, { kind: 'notice.addressed', data: {} });
  for (const [name, finish] of ends) {
    const desk = disclosed();
    finish(desk);
    const n = desk.told.length;
    assert.deepEqual(await findings([...desk.told, addressed]), [`act-out-of-place @${n}`], name);
    assert.deepEqual(await findings([...desk.told, sent(end), addressed, addressed]), [], name);
  }
});

test('of a case that ended with nothing disclosed no delay is remembered', async () => {
  const desk = openCase();
  desk.commit(withdraw(desk.it, 'officer'), 20);
  assert.deepEqual(await findings([...desk.told, delayed(30), delayed(end + 60)]), []);
});

const [first, ...rest] = before;
assert.ok(first);
const authoritys = [
  but(first, { noticeBy: 'authority', delayUntil: undefined, delayReason: undefined }),
  ...rest,
];
/** The authority says that it told. */
const said = (minute: number): Told => {
  const intent = told(before, 'collection.intended').body;
  const key = intent.kind === 'collection.intended' ? intent.data.key : undefined;
  return tell(minute, {
    kind: 'notice.told',
    data: { officer: 'A'.repeat(43), key, toldAt: minutes(minute) },
  });
};

test('where the authority tells, a notice of the provider is a finding, and the authority says once that it told', async () => {
  assert.deepEqual(await findings(authoritys), []);
  assert.deepEqual(await findings([...authoritys, sent(end)]), ['notice-by-other @6']);
  assert.deepEqual(await findings([...authoritys, said(20)]), []);
  assert.deepEqual(await findings([...authoritys, said(20), said(21)]), ['act-out-of-place @7']);
  // Where the provider tells, and where nothing was disclosed yet.
  assert.deepEqual(await findings([...before, said(20)]), ['notice-by-other @6']);
  assert.deepEqual(await findings([...authoritys.slice(0, -1), said(20)]), ['act-out-of-place @5']);
  // Once it told there is nothing to put off.
  assert.deepEqual(await findings([...authoritys, said(20), delayed(21)]), ['act-out-of-place @7']);
});

test('a case whose authority tells is forgotten though nobody says that it told', async () => {
  const over: Told[] = [
    tell(30, { kind: 'case.expired', data: { status: 'Expired' } }),
    tell(40, { kind: 'case.forgotten', data: { status: 'Expired', months: 12 } }),
  ];
  assert.deepEqual(await findings([...authoritys, ...over]), []);
  assert.deepEqual(await findings([...before, ...over]), ['act-out-of-place @7']);
  // What it says after the end counts as well.
  const [ended, forgotten] = over;
  assert.ok(ended && forgotten);
  assert.deepEqual(await findings([...authoritys, ended, said(35), forgotten]), []);
  assert.deepEqual(await findings([...authoritys, ended, said(35), said(36)]), ['act-out-of-place @8']);
  assert.deepEqual(await findings([...authoritys, ended, sent(35)]), ['notice-by-other @7']);
});

test('who may tell nobody names the order, and its end', async () => {
  const noticeOrder = 'A'.repeat(43);
  const forbidden = (more: object) => [but(first, { noticeBy: 'nobody', ...more }), ...rest];
  assert.deepEqual(await findings(forbidden({ noticeOrder })), []);
  assert.deepEqual(await findings(forbidden({})), ['notice-endless @0']);
  assert.deepEqual(await findings(forbidden({ noticeOrder, delayUntil: undefined })), ['notice-endless @0']);
  // After its end the provider tells.
  assert.deepEqual(await findings([...forbidden({ noticeOrder }), sent(end)]), []);
  assert.deepEqual(await findings([...forbidden({ noticeOrder }), sent(end - 1)]), ['notice-early @6']);
});
