import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeReport } from '#client/report/check.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { type Report, reportSchema } from '#core/log/report/figures.ts';
import { inParallel } from '#core/parallel.ts';
import { writ } from '#dev/writ.ts';
import { history, TestLog } from './logs.ts';

const report = (...args: string[]) => writ(['report', ...args]);

const folder = mkdtempSync(join(tmpdir(), 'writ-report-'));
after(() => rmSync(folder, { recursive: true }));

describe('writ report', () => {
  const log = new TestLog().append(history());
  const vkey = formatVerifierKey(log.key);
  const dir = join(folder, 'log');
  const keyFile = join(folder, 'log.vkey');
  let made: Report;
  /** What the server publishes: a report, or anything else. */
  let published: unknown;

  const server = createServer(({ url = '' }, answer) => {
    const path = url.replace(/^\/v1\//, '');
    const file = log.files.get(path.replace(/^log\//, ''));
    if (path === 'provider') answer.end(JSON.stringify({ log: { verifierKey: vkey } }));
    else if (path === 'transparency') answer.end(JSON.stringify(published));
    else if (path.startsWith('log/') && file !== undefined) answer.end(file);
    else answer.writeHead(404).end();
  });
  let url = '';

  before(async () => {
    for (const [path, bytes] of log.files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes);
    }
    writeFileSync(keyFile, `${vkey}\n`);
    made = await makeReport(log);
    published = made;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const isOpen = (value: typeof address): value is AddressInfo =>
      typeof value === 'object' && value !== null;
    assert.ok(isOpen(address));
    url = `http://127.0.0.1:${address.port}/v1`;
  });

  after(() => server.close());

  test('a copy of the log in a directory makes the report, as JSON and for people', async () => {
    const json = await report('--dir', dir, '--key', vkey, '--json');
    assert.deepEqual([json.code, json.err], [0, '']);
    assert.deepEqual(reportSchema.parse(JSON.parse(json.out)), made);
    const text = await report('--dir', dir, '--key', `@${keyFile}`);
    assert.equal(text.code, 0);
    assert.match(text.out, /^Transparency report of log\.example\/writ\n/);
    assert.match(text.out, /2026, by country +Requests/);
    assert.match(text.out, new RegExp(`Requests +${made.total.requests}\\n`));
  });

  test('one period can be asked for', async () => {
    const { code, out } = await report('--dir', dir, '--key', vkey, '--period', '2026-02', '--json');
    assert.equal(code, 0);
    assert.deepEqual(
      reportSchema.parse(JSON.parse(out)).periods.map(({ period }) => period),
      ['2026-02'],
    );
  });

  test('the page is written where it is asked for, and nothing else said', async () => {
    const page = join(folder, 'report.html');
    const { code, out } = await report('--dir', dir, '--key', vkey, '--html', page);
    assert.deepEqual([code, out], [0, '']);
    assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/);
  });

  test('a live log whose published report is right ends with 0, and says whose word the key is', async () => {
    published = made;
    const { code, out, err } = await report('--url', url, '--verify', '--json');
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), JSON.parse(JSON.stringify(made)));
    assert.match(err, /the provider’s own word/);
    assert.match(err, new RegExp(`is what its ${made.log.size} entries say`));
    const pinned = await report('--url', `${url}/`, '--key', vkey, '--verify');
    assert.equal(pinned.code, 0);
    assert.doesNotMatch(pinned.err, /own word/);
  });

  test('a published report that differs ends with 1 and names the first figure', async () => {
    published = { ...made, total: { ...made.total, granted: made.total.granted - 1 } };
    const { code, err } = await report('--url', url, '--key', vkey, '--verify');
    assert.equal(code, 1);
    const [was, is] = [made.total.granted - 1, made.total.granted];
    assert.match(err, new RegExp(`wrong at total\\.granted: published ${was}, recomputed ${is}\\.`));
  });

  test('a published report of another log ends with 1', async () => {
    published = await makeReport(new TestLog().append(history()));
    const { code, err } = await report('--url', url, '--key', vkey, '--verify');
    assert.equal(code, 1);
    assert.match(err, /not of this log: log\.checkpoint does not hold \(note-unsigned\)/);
  });

  test('deadlines of the provider’s own are pointed out', async () => {
    const deadlineHours = { Routine: 100_000, Emergency: 100_000 };
    const none = (counts: Report['total']) => ({ ...counts, late: 0 });
    const lines = (table: Report['periods'][number]['months']) =>
      table.map((line) => ({ ...line, figures: { ...line.figures, late: 0 } }));
    published = {
      ...made,
      deadlineHours,
      total: none(made.total),
      waiting: { ...made.waiting, overdue: 0 },
      periods: made.periods.map((period) => ({
        ...period,
        total: none(period.total),
        months: lines(period.months),
        countries: lines(period.countries),
        instruments: lines(period.instruments),
        priorities: lines(period.priorities),
      })),
    };
    const { code, err } = await report('--url', url, '--key', vkey, '--verify');
    assert.equal(code, 0, err);
    assert.match(err, /the provider’s own deadlines, not those of Regulation/);
  });

  test('what is published and is no report, and a log that is not there, end with 3', async () => {
    published = { ...made, v: 2 };
    const other = await report('--url', url, '--key', vkey, '--verify');
    assert.deepEqual([other.code, /is no report of a form that is known here/.test(other.err)], [3, true]);
    const nowhere = await report('--dir', folder, '--key', vkey);
    assert.deepEqual([nowhere.code, /^error: file-missing: /.test(nowhere.err)], [3, true]);
    const foreign = await report('--dir', dir, '--key', formatVerifierKey(new TestLog().key));
    assert.deepEqual([foreign.code, /^error: note-unsigned: /.test(foreign.err)], [3, true]);
  });

  test('what is not understood ends with 2 and says why', async () => {
    const wrong: [string[], RegExp][] = [
      [[], /either --url or --dir/],
      [['--url', url, '--dir', dir], /either --url or --dir/],
      [['--dir', dir], /--dir needs --key/],
      [['--dir', dir, '--key', vkey, '--verify'], /--verify needs --url/],
      [['--url', url, '--verify', '--period', '2026'], /leave --period out/],
      [['--dir', dir, '--key', vkey, '--period', '2026-13'], /a year or a month/],
      [['--url', 'nonsense'], /no URL/],
      [['--dir', dir, '--key', 'nonsense'], /no verifier key/],
      [['--dir', dir, '--key', `@${folder}/none`], /cannot be read/],
      [['--dir', dir, '--key', vkey, '--html', `${folder}/no/such/folder.html`], /cannot be written/],
      [['--years', '3'], /unknown option/],
    ];
    await inParallel(wrong, 3, async ([args, said]) => {
      const { code, out, err } = await report(...args);
      assert.deepEqual([code, out], [2, ''], args.join(' '));
      assert.match(err, said);
      assert.equal(err.trim().split('\n').length, 1, err);
    });
  });
});
