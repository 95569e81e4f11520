import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeReport } from '#client/report/check.ts';
import { html } from '#client/report/markup.ts';
import { reportPage } from '#client/report/page.ts';
import { reportText } from '#client/report/text.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import type { Report } from '#core/log/report/figures.ts';
import { entriesOf, toldCases } from '../../core/log/report/histories.ts';
import { history, TestLog } from './logs.ts';

const log = new TestLog().append(history());
const source = { verifierKey: formatVerifierKey(log.key), url: 'https://disclosure.example/v1' };

/** Start and end tags, in order; throws at what a parser would have to repair. */
function checkNesting(page: string): void {
  const open: string[] = [];
  const empty = new Set(['meta', 'br', 'rect', 'line']);
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '');
  for (const [, slash, name = '', rest = ''] of body.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*)\s*\/?>/g,
  )) {
    if (slash === '/') assert.equal(open.pop(), name);
    else if (!empty.has(name)) open.push(name);
    assert.doesNotMatch(rest, /\son[a-z]+\s*=/);
  }
  assert.deepEqual(open, []);
  const tags = body.match(/</g)?.length ?? 0;
  const known =
    body.match(/<(?:!doctype html|\/?[a-z][a-z0-9]*(?:\s+[a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*\s*\/?)>/g)
      ?.length ?? 0;
  assert.equal(tags, known, 'a < that begins no tag of ours');
}

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  '</style><svg onload=alert(1)>',
  '&lt;script&gt;',
  '\u202egnp.exe\u202c',
  '\u001b[2J\u001b]0;x\u0007',
  '{{7*7}}',
];

/** A log that says in every place where it can say something what none of ours would. */
function hostileLog(): TestLog {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 9 });
  assert.ok(base);
  const cases = hostile.flatMap((text, i) =>
    Array.from({ length: 9 + i }, (_, n) => ({
      ...base,
      country: text,
      instrument: text,
      priority: text,
      receivedAt: Date.parse('2026-03-01T00:00:00Z') + n,
      acts: [
        {
          afterHours: 1,
          body: {
            kind: 'decision.rejected' as const,
            data: {
              reviewer: 'A'.repeat(43),
              request: 'A'.repeat(43),
              policyHash: `sha-256=:${'A'.repeat(43)}=:`,
              status: 'Rejected',
              because: text,
            },
          },
        },
        {
          afterHours: 2,
          body: {
            kind: 'request.refused' as const,
            data: { role: 'agency', code: text, proven: true },
          },
        },
        {
          afterHours: 3,
          body: { kind: 'strangers.refused' as const, data: { hour: '', counts: { [text]: 1 } } },
        },
      ],
    })),
  );
  return new TestLog("log.example/<script>'").append(entriesOf(cases));
}

test('the page is one well-formed document that runs nothing and fetches nothing', async () => {
  const page = reportPage(await makeReport(log), source);
  checkNesting(page);
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
  assert.match(page, /content="default-src 'none'; style-src 'unsafe-inline'"/);
  assert.doesNotMatch(page, /<(?:script|link|iframe|object|embed|img|base|form)\b/i);
  assert.doesNotMatch(page, /\b(?:src|href|srcset|action|poster)\s*=|@import|url\((?!#)/i);
});

test('a text in an attribute cannot leave it', () => {
  const text = `"' onload="x" <&>`;
  const escaped = '&quot;&#39; onload=&quot;x&quot; &lt;&amp;&gt;';
  assert.equal(html`<a title="${text}">${[html`${text}`]}</a>`.text, `<a title="${escaped}">${escaped}</a>`);
});

test('whatever a log says is text on the page', async () => {
  const hosts = hostileLog();
  const report = await makeReport(hosts);
  const evil = { verifierKey: '"><script>x</script>', url: "https://x/'$(rm -rf ~)`<b>" };
  const page = reportPage(report, evil);
  checkNesting(page);
  assert.doesNotMatch(page, /<script|<img|`<b>|\u202e/);
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.ok(page.includes('&amp;lt;script&amp;gt;'));
  // A command that is copied stays one word in quotes.
  assert.ok(page.includes('--url &#39;https://x/&#39;\\&#39;&#39;$(rm -rf ~)`&lt;b&gt;&#39;'));
});

test('whatever a log says moves no terminal', async () => {
  const text = reportText(await makeReport(hostileLog()));
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202a-\u202e]/u);
});

test('every chart has a title, a description and its table', async () => {
  const page = reportPage(await makeReport(log), source);
  const charts = [
    ...page.matchAll(/<svg [^>]*aria-labelledby="(\S+) (\S+)"[\s\S]*?<\/svg>[\s\S]*?(<table>|<h)/g),
  ];
  assert.ok(charts.length >= 5);
  for (const [chart, title, description, after] of charts) {
    assert.match(chart, /role="img"/);
    assert.match(
      chart,
      new RegExp(`<title id="${title}">[^<]+</title><desc id="${description}">[^<]+</desc>`),
    );
    assert.equal(after, '<table>');
  }
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, ref = ''] of page.matchAll(/aria-labelledby="([^"]+)"/g))
    for (const id of ref.split(' ')) assert.ok(ids.includes(id), id);
});

test('the page says how to check it, with this log’s key and address', async () => {
  const report = await makeReport(log);
  const page = reportPage(report, source);
  assert.ok(
    page.includes(`npx writ report --url https://disclosure.example/v1 --key ${source.verifierKey} --verify`),
  );
  assert.ok(page.includes(report.log.root));
  assert.ok(reportPage(report, { verifierKey: 'k' }).includes('npx writ report --dir DIRECTORY --key k\n'));
});

test('the page gives no figure that the report does not give', async () => {
  const report = await makeReport(log);
  const page = reportPage(report, source)
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replaceAll(/<pre>[\s\S]*?<\/pre>/g, '');
  const allowed = new Set(['·']);
  const numbers = (value: unknown): void => {
    if (typeof value === 'number') allowed.add(value.toLocaleString('en'));
    else if (typeof value === 'object' && value !== null) {
      const range = JSON.stringify(value).match(/^\{"from":(\d+),"to":(\d+)\}$/);
      if (range)
        allowed.add(`${Number(range[1]).toLocaleString('en')}–${Number(range[2]).toLocaleString('en')}`);
      else Object.values(value).forEach(numbers);
    }
  };
  numbers(report);
  allowed.add('0');
  for (const [, cell = ''] of page.matchAll(/<td>([^<]*)<\/td>/g))
    assert.ok(allowed.has(cell) || isSum(report, cell), cell);
});

/** Refusals are the one table that adds years up. */
function isSum({ periods }: Report, cell: string): boolean {
  const codes = new Set(
    periods.flatMap((period) => [...period.refused, ...period.strangers].map(({ code }) => code)),
  );
  const sums = [...codes].flatMap((code) =>
    (['refused', 'strangers'] as const).map((of) =>
      periods.reduce((n, period) => n + (period[of].find((line) => line.code === code)?.count ?? 0), 0),
    ),
  );
  return sums.some((sum) => sum.toLocaleString('en') === cell);
}

test('a log of hardly anything has a page too, and one of nothing', async () => {
  for (const n of [0, 1, 2, 5]) {
    const small = new TestLog().append(entriesOf(fc.sample(toldCases, { numRuns: n, seed: 3 })));
    const page = reportPage(await makeReport(small), source);
    checkNesting(page);
    assert.doesNotMatch(page, /NaN|undefined|Infinity|Invalid/);
    assert.match(reportText(await makeReport(small)), /Whole log/);
  }
});

test('a month’s page has that month and no chart of months', async () => {
  const page = reportPage(await makeReport(log, '2026-02'), source);
  checkNesting(page);
  assert.match(page, /February 2026/);
  assert.doesNotMatch(page, /Month by month/);
});
