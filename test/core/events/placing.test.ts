import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instantsOf, wallOf, zoneNamed } from '#core/events/zone.ts';
import { type Given, gist, loginIn, readLines } from './reading.ts';

const line = (stamp: string) =>
  `${stamp} host sshd[1]: Accepted password for a from 192.0.2.61 port 40061 ssh2`;
const utc: Given = { zone: 'UTC' };
const other = (stamp: string) => `${stamp} host kernel: something`;
const times = async (stamps: readonly string[], given: Given = utc) =>
  (await readLines(stamps.map(line), given)).map((each) => loginIn(each)?.at ?? gist(each));
const stops = (stamps: readonly string[], code: string, at: number, given: Given = utc) =>
  assert.rejects(
    times(stamps, given),
    { name: 'EventFileError', code, line: at },
    `${code} ${stamps.join()}`,
  );

test('the year is the latest in which the last line is not ahead of our clock, but for what clocks may differ', async () => {
  const berlin = { zone: 'Europe/Berlin', now: '2026-11-29T20:58:00Z' };
  assert.deepEqual(await times(['Nov 27 08:00:00', 'Nov 29 21:58:17'], berlin), [
    '2026-11-27T07:00:00.000Z',
    '2026-11-29T20:58:17.000Z',
  ]);
  // A minute ahead is a clock; a day ahead is another zone, or another year.
  assert.deepEqual(await times(['Nov 29 20:58:20']), ['2026-11-29T20:58:20.000Z']);
  assert.deepEqual(await times(['Nov 29 21:03:00']), ['2026-11-29T21:03:00.000Z']);
  await stops(['Nov 27 08:00:00', 'Nov 29 21:03:01'], 'year-needed', 1);
  await stops(['Nov 30 22:58:00'], 'year-needed', 1);
  assert.deepEqual(await times(['Nov 30 23:03:01']), ['2025-11-30T23:03:01.000Z']);
  assert.deepEqual(await times(['Nov 29 21:58:17'], { ...utc, year: 2025 }), ['2025-11-29T21:58:17.000Z']);
});

test('a file runs across New Year, in both directions and any number of times', async () => {
  assert.deepEqual(await times(['Dec 31 23:59:50', 'Jan  1 00:00:10']), [
    '2025-12-31T23:59:50.000Z',
    '2026-01-01T00:00:10.000Z',
  ]);
  assert.deepEqual(
    await times(['Dec 31 23:59:58', 'Jan  1 00:00:01', 'Dec 31 23:59:59', 'Jan  1 00:00:02']),
    [
      '2025-12-31T23:59:58.000Z',
      '2026-01-01T00:00:01.000Z',
      '2025-12-31T23:59:59.000Z',
      '2026-01-01T00:00:02.000Z',
    ],
  );
  const years = [
    'Jun  1 00:00:00',
    'Nov  1 00:00:00',
    'Mar  1 00:00:00',
    'Aug  1 00:00:00',
    'Jan  9 00:00:00',
  ];
  assert.deepEqual(
    (await times(years)).map((at) => at?.slice(0, 4)),
    ['2024', '2024', '2025', '2025', '2026'],
  );
  assert.deepEqual(
    (await times(years, { ...utc, year: 2019 })).map((at) => at?.slice(0, 4)),
    ['2019', '2019', '2020', '2020', '2021'],
  );
  // New Year is that of the server.
  assert.deepEqual(await times(['Dec 31 23:59:50', 'Jan  1 00:00:10'], { zone: 'Asia/Tokyo' }), [
    '2025-12-31T14:59:50.000Z',
    '2025-12-31T15:00:10.000Z',
  ]);
});

test('lines of other programs carry the years too', async () => {
  const lines = [
    line('Nov  1 00:00:00'),
    other('Mar  1 00:00:00'),
    other('Aug  1 00:00:00'),
    line('Jan  9 00:00:00'),
  ];
  const read = await readLines(lines, { zone: 'UTC' });
  assert.deepEqual(
    read.map((each) => loginIn(each)?.at.slice(0, 10) ?? gist(each)),
    ['2024-11-01', 'not-sshd', 'not-sshd', '2026-01-09'],
  );
});

test('a little disorder is normal; a line a day before the lines before it cannot be placed', async () => {
  assert.deepEqual(await times(['Nov 20 09:00:00', 'Nov 19 09:00:01', 'Nov 20 08:00:00']), [
    '2026-11-20T09:00:00.000Z',
    '2026-11-19T09:00:01.000Z',
    '2026-11-20T08:00:00.000Z',
  ]);
  await stops(['Nov 20 09:00:00', 'Nov 20 09:00:01', 'Nov 19 08:00:00'], 'time-disorder', 3);
  await stops(['Nov 20 09:00:00', 'Oct 20 09:00:00'], 'time-disorder', 2);
  // Eight months on, or four months back: nobody can tell.
  await stops(['Jan 10 09:00:00', 'Sep 10 09:00:00'], 'time-disorder', 2);
  const booted = [line('Nov 20 09:00:00'), other('Jan  1 00:00:05'), line('Nov 20 09:01:00')];
  await assert.rejects(readLines(booted, { zone: 'UTC' }), { code: 'time-disorder', line: 3 });
});

test('29 February is of a leap year, and stops the file where the year that was given has none', async () => {
  const february = ['Feb 28 10:00:00', 'Feb 29 10:00:00', 'Mar  1 10:00:00'];
  assert.deepEqual(
    (await times(february)).map((at) => at?.slice(0, 10)),
    ['2024-02-28', '2024-02-29', '2024-03-01'],
  );
  assert.deepEqual(
    (await times(['Dec  1 10:00:00', ...february])).map((at) => at?.slice(0, 4)),
    ['2023', '2024', '2024', '2024'],
  );
  assert.deepEqual(
    (await times(february, { ...utc, now: '2028-02-29T09:00:00Z', year: 2024 }))[1],
    '2024-02-29T10:00:00.000Z',
  );
  assert.deepEqual(
    (await times(february, { ...utc, now: '1903-06-01T00:00:00Z' }))[1],
    '1896-02-29T10:00:00.000Z',
  );
  await stops(february, 'day-not-in-year', 2, { ...utc, year: 2025 });
});

test('a time of a zone that nobody gave stops the file, where a log-in has it', async () => {
  await stops(['Nov 20 09:00:00'], 'zone-needed', 1, {});
  await stops(['2026-11-20 09:00:00'], 'zone-needed', 1, {});
  const fine = await readLines([other('Nov 20 09:00:00'), line('2026-11-20T09:00:00Z')]);
  assert.deepEqual(fine.map(gist), ['not-sshd', 'a']);
  const failed = line('Nov 20 09:00:00').replace('Accepted', 'Failed');
  assert.deepEqual((await readLines([failed])).map(gist), ['failed-try']);
});

test('a line that names its year and zone says what year its neighbours are of', async () => {
  assert.deepEqual(await times(['Dec 31 23:00:00', '2024-01-01T01:00:00+00:00', 'Jan  1 02:00:00']), [
    '2023-12-31T23:00:00.000Z',
    '2024-01-01T01:00:00.000Z',
    '2024-01-01T02:00:00.000Z',
  ]);
});

test('in the hour that clocks skip no line can be; of an hour that comes twice it is said', async () => {
  const zone = 'Europe/Berlin';
  await stops(['Mar 29 01:59:59', 'Mar 29 02:30:00'], 'time-in-gap', 2, { zone });
  await stops(['2026-03-29 02:30:00'], 'time-in-gap', 1, { zone });
  const stamps = [
    'Oct 25 01:30:00',
    'Oct 25 02:30:00',
    'Oct 25 02:50:00',
    'Oct 25 02:10:00',
    'Oct 25 03:00:00',
  ];
  const read = await readLines(stamps.map(line), { zone });
  assert.deepEqual(
    read.map((each) => [loginIn(each)?.at.slice(11, 16), each.event === undefined ? '' : each.assumed]),
    [
      ['23:30', undefined],
      ['00:30', 'hour-twice'],
      ['00:50', 'hour-twice'],
      // Before the line before it: the clock was put back in between.
      ['01:10', 'hour-twice'],
      ['02:00', undefined],
    ],
  );
});

test('a time that no calendar has is counted, and does not move the years', async () => {
  assert.deepEqual(
    await times(['Nov 20 09:00:00', 'Dec 32 09:00:00', 'Nov 20 25:00:00', 'Nov 20 09:00:01']),
    ['2026-11-20T09:00:00.000Z', 'at-invalid', 'at-invalid', '2026-11-20T09:00:01.000Z'],
  );
});

test('a zone is the name of a place, not an offset', () => {
  for (const name of ['Europe/Berlin', 'UTC', 'America/St_Johns', 'europe/berlin', 'Etc/GMT-1'])
    assert.ok(zoneNamed(name) !== undefined, name);
  for (const name of ['', '+01:00', '01:00', 'Berlin', 'Europe/Bonn', 'CEST', 'Europe/Berlin '])
    assert.equal(zoneNamed(name), undefined, name);
});

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);
const instants = fc.integer({
  min: Date.parse('1975-01-01T00:00:00Z'),
  max: Date.parse('2035-01-01T00:00:00Z'),
});

test('an instant is among those at which a clock shows its time, and there are never more than two', () => {
  fc.assert(
    fc.property(zones, instants, (zone, ms) => {
      const found = instantsOf(zone, wallOf(zone, ms));
      assert.ok(found.includes(ms) && found.length <= 2);
    }),
    { numRuns: 3000 },
  );
});

test('a log written in the order of time is read at the times at which it was written', async () => {
  const hour = 3_600_000;
  const gap = fc.oneof(fc.integer({ min: 0, max: hour }), fc.integer({ min: 0, max: 150 * 24 * hour }));
  const log = fc.record({
    zone: zones,
    end: instants,
    gaps: fc.array(gap, { maxLength: 12 }),
    ahead: fc.integer({ min: 0, max: 5 * 60_000 }),
  });
  const stampOf = (zone: string, ms: number) =>
    new Date(wallOf(zone, ms))
      .toUTCString()
      .replace(
        /^\w+, (\d+) (\w+) \d+ ([\d:]+) GMT$/,
        (_, d, m, t) => `${m} ${String(Number(d)).padStart(2)} ${t}`,
      );
  await fc.assert(
    fc.asyncProperty(log, async ({ zone, end, gaps, ahead }) => {
      let at = Math.floor(end / 1000) * 1000;
      const written = [at];
      for (const before of gaps) {
        at -= Math.floor(before / 1000) * 1000;
        written.unshift(at);
      }
      const read = await readLines(
        written.map((ms) => line(stampOf(zone, ms))),
        { zone, now: new Date(Math.floor(end / 1000) * 1000 - ahead).toISOString() },
      );
      for (const [i, each] of read.entries()) {
        const ms = written[i] ?? 0;
        const twice = instantsOf(zone, wallOf(zone, ms));
        assert.ok(
          twice.includes(Date.parse(loginIn(each)?.at ?? '')),
          `${zone} ${new Date(ms).toISOString()}`,
        );
      }
    }),
    { numRuns: 500 },
  );
});
