import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Put, SendError, type StreamRecord, sendEvents } from '#client/events.ts';
import { EventError, eventText, type IdentityEvent, parseIdentityEvent } from '#core/events/identity.ts';
import { checkTime } from '#core/events/retention.ts';

const login = (account: string, port = 7) =>
  ({
    kind: 'access',
    account,
    at: '2026-11-20T09:00:00.000Z',
    ip: '192.0.2.1',
    port,
  }) satisfies IdentityEvent;
const phone: IdentityEvent = {
  kind: 'phone',
  account: 'alice',
  at: '2026-11-20T09:00:00.000Z',
  phone: '+4915112345678',
};
const username: IdentityEvent = {
  kind: 'username',
  account: 'alice',
  at: '2026-11-20T09:00:00.000Z',
  username: 'alice99',
};
const logins = (count: number) => Array.from({ length: count }, (_, i) => login(`account-${i}`, 1 + i));

/** A stream that takes records, or does not, as it is told. */
function stream(refuses: (data: string, call: number) => boolean | string | undefined = () => undefined) {
  const calls: StreamRecord[][] = [];
  const taken: string[] = [];
  const slept: number[] = [];
  const put: Put = async (records) => {
    calls.push(records);
    return records.map(({ Data }) => {
      const data = new TextDecoder().decode(Data);
      const failed = refuses(data, calls.length);
      if (failed === undefined || failed === false) taken.push(data);
      return failed;
    });
  };
  const sleep = async (ms: number) => slept.push(ms);
  return { put, sleep, calls, taken, slept };
}

test('every event goes to the stream once, as the wire has it, and is counted by what it is', async () => {
  const to = stream();
  const events = [login('alice'), phone, username, login('bob')];
  assert.deepEqual(await sendEvents(events, to), {
    position: 4,
    sent: { access: 2, phone: 1, username: 1 },
    refused: {},
    retries: 0,
  });
  assert.deepEqual(to.taken, events.map(eventText));
  assert.deepEqual(to.slept, []);
});

test('what comes one by one is sent in batches, and no batch is held beside another', async () => {
  const to = stream();
  let [given, most] = [0, 0];
  async function* events() {
    for (const event of logins(25)) {
      given += 1;
      most = Math.max(most, given - to.taken.length);
      yield event;
    }
  }
  await sendEvents(events(), { ...to, batch: 10 });
  assert.deepEqual(
    to.calls.map((call) => call.length),
    [10, 10, 5],
  );
  assert.equal(most, 10);
});

test('a call stays within what Kinesis takes, with the longest events there are', async () => {
  const to = stream();
  const wide = '\u2028'.repeat(256);
  const longest: IdentityEvent = { ...username, account: wide, username: wide };
  await sendEvents(
    Array.from({ length: 1001 }, () => longest),
    to,
  );
  assert.deepEqual(
    to.calls.map((call) => call.length),
    [500, 500, 1],
  );
  for (const call of to.calls) {
    const sizes = call.map((streamRecord) => streamRecord.Data.length + streamRecord.PartitionKey.length);
    assert.ok(Math.max(...sizes) <= 1024 * 1024);
    assert.ok(sizes.reduce((sum, size) => sum + size) <= 5 * 1024 * 1024);
  }
  for (const batch of [0, 501, 1.5, Number.NaN])
    await assert.rejects(sendEvents([], { ...to, batch }), RangeError);
  for (const from of [-1, 0.5]) await assert.rejects(sendEvents([], { ...to, from }), RangeError);
});

test('I1: the partition key is a digest of the account, the same for all of its events', async () => {
  const to = stream();
  await sendEvents([login('alice'), phone, login('bob')], to);
  const [call = []] = to.calls;
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  assert.deepEqual(
    call.map((streamRecord) => streamRecord.PartitionKey),
    [digest('alice'), digest('alice'), digest('bob')],
  );
});

test('only what the stream did not take is sent again, later each time', async () => {
  const stubborn = eventText(login('account-3', 4));
  const to = stream((data, call) =>
    data === stubborn && call < 5 ? 'ProvisionedThroughputExceededException' : false,
  );
  const { retries, sent } = await sendEvents(logins(10), { ...to, batch: 6 });
  assert.deepEqual(
    to.calls.map((call) => call.length),
    [6, 1, 1, 1, 1, 4],
  );
  assert.deepEqual([retries, sent.access], [4, 10]);
  assert.deepEqual([...to.taken].sort(), logins(10).map(eventText).sort());
  assert.equal(to.slept.length, 4);
  for (const [i, ms] of to.slept.entries()) {
    const longest = 200 * 2 ** i;
    assert.ok(ms >= longest / 2 && ms <= longest, `${ms} ms before attempt ${i + 2}`);
  }
});

test('a record that failed without a code is sent again too', async () => {
  const to = stream((_, call) => call === 1);
  assert.equal((await sendEvents([phone], to)).retries, 1);
  assert.equal(to.taken.length, 1);
});

test('a stream that goes on refusing ends it, with the number of events that need not be sent again', async () => {
  const stubborn = eventText(login('account-7', 8));
  const to = stream((data) => data === stubborn && 'ProvisionedThroughputExceededException');
  const progress: number[] = [];
  await assert.rejects(
    sendEvents(logins(20), { ...to, batch: 5, progress: (position) => progress.push(position) }),
    (error) => {
      assert.ok(error instanceof SendError);
      assert.deepEqual([error.code, error.position], ['not-taken', 5]);
      assert.equal(error.cause, 'ProvisionedThroughputExceededException');
      assert.equal(error.message, 'not-taken after 5 events');
      return true;
    },
  );
  assert.deepEqual(progress, [5]);
  assert.equal(to.calls.length, 1 + 8);
});

test('a call that fails ends it likewise, whether it throws or rejects', async () => {
  const cause = new Error('no network');
  for (const fails of [
    async () => Promise.reject(cause),
    () => {
      throw cause;
    },
  ]) {
    const to = stream();
    const put: Put = (records) => (to.calls.length === 2 ? fails() : to.put(records));
    await assert.rejects(sendEvents(logins(9), { ...to, put, batch: 3 }), {
      name: 'SendError',
      code: 'put-failed',
      position: 6,
      cause,
    });
  }
});

test('failing at once after what was acknowledged before, it says no less than that', async () => {
  const put: Put = async () => {
    throw new Error('no network');
  };
  await assert.rejects(sendEvents(logins(9), { put, from: 6 }), { code: 'put-failed', position: 6 });
});

test('an answer that does not tell of every record is not taken for a yes', async () => {
  for (const answer of [[], [false], [false, false, false]]) {
    await assert.rejects(sendEvents(logins(2), { put: async () => answer }), {
      name: 'SendError',
      code: 'answer-malformed',
      position: 0,
    });
  }
});

test('broken off and begun again from its position, everything arrives, and twice at most one batch', async () => {
  const run = fc.record({ count: fc.nat(60), batch: fc.integer({ min: 1, max: 20 }), failsAt: fc.nat(8) });
  await fc.assert(
    fc.asyncProperty(run, async ({ count, batch, failsAt }) => {
      const events = logins(count);
      const to = stream();
      let position = 0;
      // The stream has the batch, and the word of it is lost.
      const put: Put = async (records) => {
        const answer = await to.put(records);
        if (to.calls.length === failsAt) throw new Error('the answer was lost');
        return answer;
      };
      const options = { ...to, put, batch, progress: (at: number) => (position = at) };
      const first = await sendEvents(events, options).catch((error: unknown) => error);
      if (first instanceof SendError) assert.equal(first.position, position);
      const second = await sendEvents(events, { ...options, from: position });
      assert.equal(second.position, count);
      assert.equal(second.sent.access, count - (first instanceof SendError ? first.position : count));
      assert.deepEqual(new Set(to.taken), new Set(events.map(eventText)));
      assert.ok(to.taken.length <= count + batch);
    }),
  );
});

test('what would be refused at the other end is not sent, but counted by the same codes', async () => {
  const to = stream();
  const now = '2026-11-20T10:00:00.000Z';
  const events = [
    login('alice'),
    { ...login('alice'), at: '2026-11-21T09:00:00.000Z' },
    { ...login('alice'), at: '2025-11-20T09:00:00.000Z' },
    { ...login('alice'), at: '2024-11-20T09:00:00.000Z' },
    { ...login('alice'), port: 0 },
    { ...login('alice'), message: 'see you at eight' },
    { ...phone, at: '2026-11-20T09:00:00.000Z' },
    username,
  ];
  const progress: number[] = [];
  const result = await sendEvents(events, {
    ...to,
    batch: 1,
    check: (event) => checkTime(event, { phone: 0, access: 12 }, now),
    progress: (position) => progress.push(position),
  });
  assert.deepEqual(result.refused, {
    'time-future': 1,
    'time-before-retention': 2,
    'port-invalid': 1,
    'field-unknown': 1,
    'kind-not-kept': 1,
  });
  assert.deepEqual(to.taken, [eventText(login('alice')), eventText(username)]);
  assert.deepEqual([result.position, progress], [8, [1, 8]]);
});

test('refused events count as done: the position is past them though there was nothing to send', async () => {
  const progress: number[] = [];
  const refuse = () => {
    throw new EventError('time-future');
  };
  const to = stream();
  const done = await sendEvents(logins(7), { ...to, check: refuse, progress: (at) => progress.push(at) });
  assert.deepEqual([done.position, done.refused, progress], [7, { 'time-future': 7 }, [7]]);
  assert.deepEqual(to.calls, []);
});

test('nothing to send is no call; a position beyond the end is the end', async () => {
  const to = stream();
  assert.equal((await sendEvents([], to)).position, 0);
  assert.equal((await sendEvents(logins(3), { ...to, from: 3 })).position, 3);
  assert.equal((await sendEvents(logins(3), { ...to, from: 9 })).position, 3);
  assert.deepEqual(to.calls, []);
});

test('what breaks in the source of events or in a check comes through as it is', async () => {
  async function* events() {
    yield login('alice');
    throw new Error('the disk is gone');
  }
  await assert.rejects(sendEvents(events(), stream()), { message: 'the disk is gone' });
  const check = () => {
    throw new TypeError('a bug');
  };
  await assert.rejects(sendEvents([phone], { ...stream(), check }), { message: 'a bug' });
});

test('what is sent is what the parser at the other end gives back', async () => {
  const to = stream();
  const spelled: IdentityEvent = { ...login('alice'), at: '2026-11-20T09:00:00Z', ip: '::FFFF:c000:201' };
  await sendEvents([spelled], to);
  assert.deepEqual(to.taken.map(parseIdentityEvent), [login('alice')]);
});
