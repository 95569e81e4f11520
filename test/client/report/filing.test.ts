/** `writ report --filing`: made, read by another program, and held against the log again. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ } from '#dev/writ.ts';
import { bytesOf } from '../../core/log/report/histories.ts';
import { history, TestLog } from './logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-filing-'));
after(() => rmSync(folder, { recursive: true }));

const entries = bytesOf(history());
const log = new TestLog().appendBytes(entries);
const dir = join(folder, 'log');
const vkey = formatVerifierKey(log.key);
function writeLog(): void {
  for (const [path, bytes] of log.files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
}
writeLog();

const filing = (name: string, ...args: string[]) =>
  writ(['report', '--dir', dir, '--key', vkey, '--filing', name, '--period', '2026', ...args]);

/** The rows as Python's reader of RFC 4180 has them: strictly, with the line ends that the RFC asks for. */
function readByPython(file: string): string[][] {
  const program =
    'import csv,json,sys\nrows=list(csv.reader(open(sys.argv[1],newline="",encoding="utf-8"),strict=True))\nprint(json.dumps(rows))';
  const rows: unknown = JSON.parse(execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }));
  assert.ok(Array.isArray(rows));
  return rows;
}

describe('writ report --filing', () => {
  const sheet = join(folder, 'orders.csv');

  test('writes the sheet for the DSA, which another reader of RFC 4180 reads as it is', async () => {
    const { code, out, err } = await filing('dsa', '--service', 'Example "Mail", GmbH', '--csv', sheet);
    assert.deepEqual([code, out], [0, '']);
    assert.match(err, /^Counted from log\.example\/writ, its first \d+ entries/);
    const text = readFileSync(sheet, 'utf8');
    assert.ok(text.split('\r\n').every((line) => !/[\r\n]/.test(line)));
    const [head, ...rows] = readByPython(sheet);
    assert.deepEqual([head?.length, rows.length], [20, 56]);
    assert.ok(rows.every((row) => row.length === 20 && row[1] === 'Example "Mail", GmbH'));
    assert.ok(Number(rows[0]?.[10]) > 20);
  });

  test('holds a filing against the log, also once that has grown', async () => {
    const same = ['--service', 'Example "Mail", GmbH', '--compare', sheet];
    assert.equal((await filing('dsa', ...same)).code, 0);
    log.appendBytes(bytesOf(history(12)).slice(0, 50));
    writeLog();
    const grown = await filing('dsa', ...same);
    assert.deepEqual([grown.code, /is what the log says/.test(grown.err)], [0, true]);
    const now = await filing('dsa', ...same, '--entries', String(entries.length + 50));
    assert.equal(now.code, 1);
  });

  test('names the line in which a filing was changed, and ends with 1', async () => {
    const text = readFileSync(sheet, 'utf8');
    const changed = join(folder, 'changed.csv');
    writeFileSync(
      changed,
      text.replace(/,TOTAL,,DE,,,,,(\d+),/, (_, n) => `,TOTAL,,DE,,,,,${Number(n) - 1},`),
    );
    const { code, err } = await filing('dsa', '--service', 'Example "Mail", GmbH', '--compare', changed);
    assert.equal(code, 1);
    assert.match(err, /The filing differs in line 14\.\nfiled: {3}All,.*\ncounted: All,/);
  });

  test('makes the statistics for the Commission on standard output', async () => {
    const { code, out } = await filing('e-evidence', '--entries', String(entries.length));
    assert.equal(code, 0);
    assert.match(out, /^Order,Category of data,Issuing State,Situation,Received,/);
    assert.match(out, /\r\nEPOC,all,DE,not an emergency,\d+,/);
    assert.match(out, /\r\nEPOC-PR,all,DE,not an emergency,1,/);
  });

  const mistakes: [string, string[], RegExp][] = [
    ['without a period', ['--filing', 'dsa'], /--filing needs --period/],
    ['for a day', ['--filing', 'dsa', '--period', '2026-10-01'], /--filing needs --period/],
    [
      'of a law that it does not know',
      ['--filing', 'gdpr', '--period', '2026'],
      /Allowed choices are dsa, e-evidence/,
    ],
    ['as JSON', ['--filing', 'dsa', '--period', '2026', '--json'], /makes CSV/],
    [
      'of no number of entries',
      ['--filing', 'dsa', '--period', '2026', '--entries', 'all'],
      /--entries is a number/,
    ],
    ['left out, with --csv', ['--csv', 'x.csv'], /go with --filing/],
  ];
  for (const [what, args, error] of mistakes)
    test(`asked ${what}, says how to ask`, async () => {
      const { code, err } = await writ(['report', '--dir', dir, '--key', vkey, ...args]);
      assert.deepEqual([code, error.test(err)], [2, true], err);
    });
});
