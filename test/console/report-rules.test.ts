import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReport } from '#client/report/check.ts';
import { emergencyAnswer, yearsOf } from '#client/report/selection.ts';
import { csvOf } from '#console/report/csv.ts';
import * as tables from '#console/report/tables.ts';
import { figureText } from '#console/report/text.ts';
import { emergencySentences } from '#console/site/report/answer.ts';
import { type Recounted, recount } from '#console/site/report/recount.ts';
import { de } from '#console/site/report/words-de.ts';
import { en } from '#console/site/report/words-en.ts';
import { fr } from '#console/site/report/words-fr.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { type Report, reportSchema } from '#core/log/report/figures.ts';
import { history, TestLog } from '../client/report/logs.ts';

/** What the public's report says of a report, without a browser. */
const log = new TestLog().append(history());
const report = reportSchema.parse(JSON.parse(JSON.stringify(await makeReport(log))));
const clone = (): Report => structuredClone(report);

test('how many emergencies, and how many late: of a year, of all, and of a year of which nothing is told', () => {
  const [first, second] = report.periods;
  assert.ok(first && second);
  const of2026 = emergencyAnswer(report, second.period);
  const line = second.priorities.find(({ key }) => key === 'Emergency');
  assert.deepEqual([of2026.asked, of2026.late], [line?.figures.requests, line?.figures.late]);
  assert.equal(of2026.overdue, second.total.emergenciesOverdue);
  const all = emergencyAnswer(report);
  assert.equal(all.opened, first.total.emergenciesOpened + second.total.emergenciesOpened);
  assert.deepEqual(emergencyAnswer(report, '1999'), {
    asked: 0,
    late: 0,
    opened: 0,
    settled: 0,
    overdue: 0,
    rejected: 0,
  });
  const hidden = clone();
  for (const { figures } of hidden.periods[1]?.priorities ?? []) figures.requests = null;
  assert.deepEqual(
    [emergencyAnswer(hidden, second.period).asked, emergencyAnswer(hidden).asked],
    [null, null],
  );
});

test('the answer is a sentence for each: none, one, some, a range, not told; in every language', () => {
  const rest = { opened: 0, settled: 0, overdue: 0, rejected: 0 };
  const answers = [
    { ...rest, asked: 0, late: 0 },
    { ...rest, asked: null, late: null },
    { ...rest, asked: 1, late: 0 },
    { ...rest, asked: 5000, late: { from: 1, to: 4 } },
    { ...rest, asked: 49, late: 1 },
    { ...rest, asked: 49, late: null },
    { asked: 49, late: 2, opened: 7, settled: 5, overdue: 1, rejected: 1 },
  ];
  for (const words of [en, de, fr]) {
    const said = answers.map((answer) => {
      const { answer: sentences, more } = emergencySentences(answer, report, words);
      return [...sentences, ...more].join(' ');
    });
    assert.equal(new Set(said).size, answers.length);
    for (const text of said) assert.doesNotMatch(text, /undefined|null|NaN|\[object/);
    assert.match(said[3] ?? '', /5[,. \u202f]?000.*1–4/);
  }
  assert.deepEqual(emergencySentences(answers[6] ?? assert.fail(), report, en), {
    answer: ['49 requests were emergencies.', '2 were answered late, after the deadline of 8 hours.'],
    more: [
      '7 were opened on the signature of one reviewer.',
      'The second signature and the validated order, due within 48 hours, were there in time for 5 and late for 1.',
      'For 1 they were not due yet, or were owed no more.',
      '1 was rejected after the data could be collected.',
    ],
  });
});

test('years in which nothing happened are years too', () => {
  assert.deepEqual(yearsOf({ from: '2023-12-31T23:59:59Z', until: '2026-01-01T00:00:00Z' }), [
    '2026',
    '2025',
    '2024',
    '2023',
  ]);
  assert.deepEqual(yearsOf({}), []);
});

const [, period] = report.periods;
assert.ok(period);
const all = [
  tables.monthTable(report, ['2026-01', '2026-02']),
  ...tables.traits.map((trait) => tables.traitTable(period, trait)),
  tables.emergencyTable(report.periods),
  tables.groundTable(report.periods),
  tables.actsTable(report.periods),
  tables.refusalTable(report.periods),
  tables.everyTable(report),
  tables.yearTable(report, 'Year by year', 'Year'),
];

test('every table has a figure for each of its columns, and saves as it is shown', () => {
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length, 'a name of a file each');
  for (const table of all) {
    assert.ok(table.rows.length > 0, table.name);
    for (const { figures } of table.rows) assert.equal(figures.length, table.columns.length, table.name);
    const [bom, ...text] = csvOf(table);
    assert.equal(bom, '\ufeff');
    const lines = text.join('').split('\r\n').slice(0, -1);
    assert.equal(lines.length, table.rows.length + 1);
    for (const [i, { figures }] of table.rows.entries())
      assert.ok(
        lines[i + 1]?.endsWith(
          figures.map((figure) => (figure === null ? '' : figureText(figure).replaceAll(',', ''))).join(','),
        ),
        `${table.name}: ${lines[i + 1]}`,
      );
  }
});

test('what a log calls something runs in no spreadsheet, and ends no cell', () => {
  const row = (name: string) => ({ key: name, name, figures: [{ from: 1, to: 4 }, null, 5000] });
  const rows = ['=1+1', '@SUM(A1)', 'a,"b"', 'c\r\nd'].map(row);
  const table = { name: 'x', label: 'x', first: 'Country', columns: ['a', 'b', 'c'], rows };
  assert.equal(
    csvOf(table),
    '\ufeffCountry,a,b,c\r\n\'=1+1,1–4,,5000\r\n\'@SUM(A1),1–4,,5000\r\n"a,""b""",1–4,,5000\r\n"c\r\nd",1–4,,5000\r\n',
  );
});

async function counted(
  published: Report,
  read: ReadFile = log.read,
  during?: (now: Recounted, stop: () => void) => void,
): Promise<Recounted[]> {
  const counting = recount();
  const shown: Recounted[] = [];
  counting.state.subscribe((now) => {
    shown.push(now);
    during?.(now, counting.stop);
  });
  await counting.start({ key: log.key, read }, published);
  return shown;
}

test('a report is counted again from every entry, a few files at a time, and found the same', async () => {
  const entries = Number(report.log.size);
  const bundles = Math.ceil(entries / 256);
  let [open, most] = [0, 0];
  const shown = await counted(report, async (path) => {
    open++;
    most = Math.max(most, open);
    const bytes = await log.read(path);
    open--;
    return bytes;
  });
  assert.deepEqual(shown.at(-1), { is: 'same', entries, size: entries });
  const steps = shown.flatMap((now) => (now.is === 'counting' ? [now.read] : []));
  assert.equal(steps.length, bundles + 1);
  assert.deepEqual(
    steps,
    steps.toSorted((a, b) => a - b),
  );
  assert.equal(steps.at(-1), entries);
  assert.ok(most <= 8, `${most} files at once`);
});

test('where the report is wrong it says where it first differs', async () => {
  const wrong = clone();
  const [, later] = wrong.periods;
  assert.ok(later);
  later.total.emergenciesOverdue++;
  const [last] = (await counted(wrong)).slice(-1);
  assert.ok(last?.is === 'different');
  assert.equal(last.wrong.place, 'periods[2026].total.emergenciesOverdue');
});

test('a report of another log, and one of a history that the log has no more, is not of this log', async () => {
  const other = new TestLog().append(history(7));
  const [last] = (await counted(await makeReport(other))).slice(-1);
  assert.deepEqual([last?.is, last?.is === 'different' && last.wrong.code], ['different', 'note-unsigned']);
  // The same key signed two histories: the report is of one, the log that is shown of the other, and longer.
  const twin = log.twin().append([...history(), ...history(7)].toReversed());
  const [forked] = (await counted(report, twin.read)).slice(-1);
  assert.deepEqual(
    [forked?.is, forked?.is === 'different' && forked.wrong.code],
    ['different', 'not-included'],
  );
});

test('whoever stops it is told of nothing more, and no further file is read', async () => {
  let read = 0;
  const shown = await counted(
    report,
    async (path) => {
      read++;
      return log.read(path);
    },
    (now, stop) => {
      if (now.is === 'counting' && now.read > 0) stop();
    },
  );
  assert.deepEqual(shown.at(-1), { is: 'stopped' });
  const until = read;
  await Promise.resolve();
  assert.equal(read, until);
});

test('a log that breaks off is no difference', async () => {
  const shown = await counted(report, async (path) => {
    if (path === 'tile/entries/001') throw new Error('unreachable');
    return log.read(path);
  });
  assert.equal(shown.at(-1)?.is, 'failed');
});
