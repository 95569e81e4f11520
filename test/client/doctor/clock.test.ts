import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockCheck, skewOf } from '#client/doctor/clock.ts';

const date = 'Tue, 24 Nov 2026 12:00:00 GMT';
const noon = Date.parse(date);
/** An exchange that began so many milliseconds after what the answer's Date says, by this machine's clock. */
const exchange = (afterMs: number, tookMs = 100, age?: string) => ({
  beganMs: noon + afterMs,
  endedMs: noon + afterMs + tookMs,
  date,
  age,
});

test('a difference is known to within the round trip and the second that Date leaves open', () => {
  assert.deepEqual(skewOf(exchange(0, 300)), { from: -1000, to: 300 });
  assert.deepEqual(
    skewOf(exchange(60_000, 300, '40')),
    { from: 19_000, to: 20_300 },
    'an answer out of a cache',
  );
  assert.equal(skewOf({ ...exchange(0), date: undefined }), undefined);
  assert.equal(skewOf({ ...exchange(0), date: 'noon' }), undefined);
});

test('a clock is wrong once it is certainly further off than the wire tolerates, whichever way', () => {
  const said = (afterMs: number, tookMs?: number) => {
    const { state, message } = clockCheck(exchange(afterMs, tookMs));
    return [state, message];
  };
  assert.deepEqual(said(500), ['ok', 'as the provider’s, to a second or two']);
  assert.deepEqual(said(20_000), ['ok', 'ahead by about 19 s, which is tolerated']);
  assert.deepEqual(said(-20_000), ['ok', 'behind by about 20 s, which is tolerated']);
  assert.deepEqual(said(31_000)[0], 'ok', 'it may be 30 s');
  assert.deepEqual(said(31_001), ['wrong', 'ahead by 30 s or more; the wire tolerates 30 s']);
  assert.deepEqual(said(-30_100)[0], 'ok', 'it may be 30 s');
  assert.deepEqual(said(-30_101), ['wrong', 'behind by 30 s or more; the wire tolerates 30 s']);
  assert.deepEqual(said(3_600_000)[1], 'ahead by 60 min or more; the wire tolerates 30 s');
  assert.deepEqual(said(-60_000, 120_000)[0], 'unknown', 'a round trip of two minutes tells nothing');
});
