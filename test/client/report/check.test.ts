import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReport, makeReport } from '#client/report/check.ts';
import { firstDifference } from '#client/report/compare.ts';
import { LogError } from '#core/log/errors.ts';
import { type Report, reportSchema } from '#core/log/report/figures.ts';
import { history, TestLog } from './logs.ts';

const all = history();
const clone = (report: Report): Report => reportSchema.parse(JSON.parse(JSON.stringify(report)));

test('a published report that is right is found right, also once the log has grown', async () => {
  const log = new TestLog().append(all.slice(0, 300));
  const published = clone(await makeReport(log));
  assert.deepEqual(await checkReport(log, published), { report: published, wrong: undefined, size: 300n });
  log.append(all.slice(300));
  // A mirror need not keep what was partial once it is full.
  for (const path of log.files.keys()) if (path === 'tile/entries/001.p/44') log.files.delete(path);
  assert.deepEqual((await checkReport(log, published)).wrong, undefined);
  assert.notDeepEqual(clone(await makeReport(log)).total, published.total);
});

test('the first figure that differs is named, with what was published and what was recomputed', async () => {
  const log = new TestLog().append(all);
  const published = clone(await makeReport(log));
  const [period] = published.periods;
  const line = period?.countries.find(({ key }) => key === 'DE');
  assert.ok(period && line);
  const before = line.figures.granted;
  line.figures.granted = 1000;
  published.unknownEntries = 5;
  assert.deepEqual((await checkReport(log, published)).wrong, {
    place: `periods[${period.period}].countries[DE].figures.granted`,
    published: '1000',
    recomputed: JSON.stringify(before),
  });
});

test('a line left out, added or told twice is found', async () => {
  const log = new TestLog().append(all);
  const right = clone(await makeReport(log));
  const placeOf = async (change: (report: Report) => void) => {
    const published = clone(right);
    change(published);
    return (await checkReport(log, published)).wrong?.place;
  };
  const codes = (report: Report) => report.periods.find(({ period }) => period === '2026')?.strangers ?? [];
  assert.equal(await placeOf((each) => codes(each).shift()), 'periods[2026].strangers[key-unknown]');
  assert.equal(
    await placeOf((each) => codes(each).push({ code: 'x', count: 1 })),
    'periods[2026].strangers[x]',
  );
  const twice = (report: Report) => codes(report).unshift({ code: 'malformed', count: 0 });
  assert.match((await placeOf(twice)) ?? '', /^periods\[2026\]\.strangers\[malformed/);
  assert.equal(await placeOf((each) => each.periods.pop()), 'periods[2026]');
});

test('deadlines are taken as they were published, so that they are seen', async () => {
  const log = new TestLog().append(all);
  const right = clone(await makeReport(log));
  const wrong = await checkReport(log, { ...right, deadlineHours: { Routine: 1000, Emergency: 8 } });
  assert.equal(wrong.wrong?.place, 'total.late');
});

test('a report of another log, or of a history that the log has not, is wrong at its checkpoint', async () => {
  const log = new TestLog().append(all);
  const other = new TestLog().append(all);
  const foreign = await checkReport(log, await makeReport(other));
  assert.deepEqual([foreign.wrong?.place, foreign.wrong?.code], ['log.checkpoint', 'note-unsigned']);

  const twin = log.twin().append(all.toReversed());
  const forked = await checkReport(log, await makeReport(twin));
  assert.deepEqual([forked.wrong?.place, forked.wrong?.code], ['log.checkpoint', 'not-included']);
});

test('a log that cannot be read is an error, not a difference', async () => {
  const log = new TestLog();
  const code = (expected: string) => (error: unknown) => error instanceof LogError && error.code === expected;
  await assert.rejects(makeReport(log), code('file-missing'));
  log.append(all);
  const published = await makeReport(log);
  const bundle = log.files.get('tile/entries/000');
  assert.ok(bundle);
  log.files.delete('tile/entries/000');
  await assert.rejects(checkReport(log, published), code('file-missing'));
  log.files.set('tile/entries/000', bundle);
  log.files.set('checkpoint', new TextEncoder().encode(new TestLog().append(all).checkpoint()));
  await assert.rejects(checkReport(log, published), code('note-unsigned'));
});

test('entries that are not those of the checkpoint make no report', async () => {
  const log = new TestLog().append(all);
  const other = new TestLog().append([...all.slice(0, 255).toReversed(), ...all.slice(255)]);
  log.files.set('tile/entries/000', other.files.get('tile/entries/000') ?? new Uint8Array());
  await assert.rejects(makeReport(log), { code: 'not-included' });
});

test('values of every form are compared: figures, ranges, nothing', () => {
  assert.equal(firstDifference({ a: { from: 1, to: 4 } }, { a: { from: 1, to: 4 } }), undefined);
  const place = (a: unknown, b: unknown) => firstDifference(a, b)?.place;
  assert.equal(place({ a: { from: 1, to: 4 } }, { a: { from: 1, to: 5 } }), 'a.to');
  assert.equal(place({ a: { from: 1, to: 4 } }, { a: 3 }), 'a');
  assert.equal(place({ a: null }, { a: 0 }), 'a');
  assert.equal(place({ a: [] }, { a: {} }), 'a');
  assert.equal(place({}, { a: 0 }), 'a');
  assert.equal(place({ a: 0 }, {}), 'a');
});

test('a log whose newest checkpoint does not begin with the entries that were counted is another one', async () => {
  const log = new TestLog().append(all.slice(0, 512));
  const published = clone(await makeReport(log));
  const twin = log.twin().append(all.toReversed());
  // The entries are as they were, and so is what was signed over them: the log goes on beside them.
  const read = async (path: string) => (path.startsWith('tile/entries/') ? log.files : twin.files).get(path);
  const { wrong } = await checkReport({ key: log.key, read }, published);
  assert.deepEqual([wrong?.place, wrong?.code], ['log.checkpoint', 'not-included']);
});
