import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantOf } from '#client/cli/dates.ts';
import { when } from '#client/cli/format.ts';
import { parseInstant } from '#core/instant.ts';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'America/Sao_Paulo',
];
const four = (n: number) => String(n).padStart(4, '0');
const two = (n: number) => String(n).padStart(2, '0');

/** Runs something in each time zone. */
function everywhere(run: (zone: string) => void): void {
  const { TZ } = process.env;
  try {
    for (const zone of zones) {
      process.env.TZ = zone;
      run(zone);
    }
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
}

test('a day of any year from 0000 to 9999 is the midnight that begins it here, and is shown as that day', () => {
  const days = fc.record({
    year: fc.oneof(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 100, max: 9999 })),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });
  everywhere((zone) => {
    fc.assert(
      fc.property(days, ({ year, month, day }) => {
        const text = `${four(year)}-${two(month)}-${two(day)}`;
        const instant = instantOf(text);
        if (instant === undefined) {
          assert.match(text, /^(0000-01-01|9999-12-)/, zone);
          return;
        }
        assert.ok(parseInstant(instant) !== undefined, instant);
        const at = new Date(instant);
        assert.deepEqual([at.getFullYear(), at.getMonth() + 1, at.getDate()], [year, month, day], zone);
        if (zone !== 'America/Sao_Paulo') assert.ok(at.getHours() === 0 && at.getMinutes() === 0, text);
        // Zones of before railways have seconds.
        if (year > 1950) assert.ok(when(instant).startsWith(`${text} 0`), `${zone}: ${when(instant)}`);
      }),
      { numRuns: 300, examples: [[{ year: 50, month: 1, day: 1 }], [{ year: 0, month: 1, day: 1 }]] },
    );
  });
});

test('an instant with an offset is the same instant in UTC, in every year', () => {
  const times = fc.integer({
    min: Date.parse('0000-01-02T00:00:00Z'),
    max: Date.parse('9999-12-30T00:00:00Z'),
  });
  fc.assert(
    fc.property(times, fc.integer({ min: -12, max: 14 }), (ms, hours) => {
      const at = Math.floor(ms / 1000) * 1000;
      const local = new Date(at + hours * 3_600_000).toISOString().replace('.000Z', '');
      const offset = `${hours < 0 ? '-' : '+'}${two(Math.abs(hours))}:00`;
      assert.equal(Date.parse(instantOf(`${local}${offset}`) ?? ''), at);
    }),
  );
});

test('what has no instant on the wire is no time: before the year 0000, after 9999, days that no calendar has', () => {
  for (const text of [
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '2026-02-30',
    '2026-13-01',
    '10000-01-01',
    '-000001-01-01',
    '26-01-01',
    '2026-02-30T00:00:00+01:00',
    '',
  ])
    assert.equal(instantOf(text), undefined, text);
});

test('the first years are shown with all their digits', () => {
  everywhere((zone) => {
    if (zone === 'UTC') {
      assert.equal(when('0050-06-01T12:00:00Z'), '0050-06-01 12:00 UTC');
      assert.equal(when('0000-06-01T12:00:00Z'), '0000-06-01 12:00 UTC');
    } else assert.match(when('0050-06-01T12:00:00Z'), /^0050-06-0[12] /, zone);
  });
});

test('what a provider calls an instant and is none is shown as it is, and nothing is made of it', () => {
  for (const text of ['+275760-09-13T00:00:00Z', '1 Jan 2026', 'soon', ''])
    everywhere(() => assert.equal(when(text), text));
  assert.equal(when('2026\u001b[31m'), '2026\\u{1b}[31m');
});
