import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { daySaid, instantFault, instantOf } from '#client/cli/dates.ts';
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

test('a day from 1970 to 9999 is the midnight that begins it here, and is shown as that day', () => {
  const days = fc.record({
    year: fc.oneof(fc.integer({ min: 1970, max: 2100 }), fc.integer({ min: 1970, max: 9999 })),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  });
  everywhere((zone) => {
    fc.assert(
      fc.property(days, ({ year, month, day }) => {
        const text = `${four(year)}-${two(month)}-${two(day)}`;
        const instant = instantOf(text);
        if (instant === undefined) {
          assert.match(text, /^(1970-01-01|9999-12-)/, zone);
          return;
        }
        assert.ok(parseInstant(instant) !== undefined, instant);
        const at = new Date(instant);
        assert.deepEqual([at.getFullYear(), at.getMonth() + 1, at.getDate()], [year, month, day], zone);
        if (zone !== 'America/Sao_Paulo') assert.ok(at.getHours() === 0 && at.getMinutes() === 0, text);
        assert.ok(when(instant).startsWith(`${text} 0`), `${zone}: ${when(instant)}`);
        assert.match(daySaid(instant), new RegExp(`^[A-Z][a-z]{2} ${day} [A-Z][a-z]{2} ${year}$`), zone);
        assert.equal(Date.parse(`${daySaid(instant)} 12:00`) - at.getTime() < 86_400_000, true, zone);
      }),
      { numRuns: 300, examples: [[{ year: 1970, month: 1, day: 1 }], [{ year: 9999, month: 12, day: 28 }]] },
    );
  });
});

test('a year that lost its century is refused, as a day and as an instant', () => {
  const early = fc.date({
    min: new Date('0000-01-02T00:00:00Z'),
    max: new Date('1969-12-30T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(early, (date) => {
      const iso = date.toISOString();
      for (const text of [iso, iso.slice(0, 10), iso.replace('Z', '+00:00')]) {
        assert.equal(instantOf(text), undefined, text);
        assert.match(instantFault(text) ?? '', /before 1970/);
      }
    }),
    { examples: [[new Date('0026-11-20')], [new Date('0001-01-02')]] },
  );
  for (const text of ['26-11-20', '6-1-1', '20.11.2026', '2026-11-31', 'tomorrow', ''])
    assert.match(instantFault(text) ?? '', /^is no time: give a day \(/, text);
});

test('a day is said with its weekday, and a time within it with its minutes', () => {
  everywhere((zone) => {
    assert.equal(daySaid(instantOf('2026-11-20') ?? ''), 'Fri 20 Nov 2026', zone);
    if (zone === 'Europe/Berlin') assert.equal(daySaid('2026-11-20T08:30:00Z'), 'Fri 20 Nov 2026, 09:30');
    // In São Paulo no clock showed 00:00 on this day.
    if (zone === 'America/Sao_Paulo') assert.equal(daySaid(instantOf('2018-11-04') ?? ''), 'Sun 4 Nov 2018');
  });
});

test('an instant with an offset is the same instant in UTC, in every year', () => {
  const times = fc.integer({
    min: Date.parse('1970-01-02T00:00:00Z'),
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

test('what has no instant on the wire is no time: years of another length, after 9999, days that no calendar has', () => {
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
