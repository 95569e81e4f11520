import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReport } from '#client/report/check.ts';
import { mostOf } from '#client/report/drawing.ts';
import { figuresOf, openedAt, spreadOf } from '#client/review-stats.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { drawn } from '#console/report/rows.ts';
import { reportWords } from '#console/report/words.ts';
import { durationOf, groupsOf, share, within } from '#console/statistics/groups.ts';
import { statisticsWords } from '#console/statistics/words.ts';
import { reviewList } from '#core/cases/review.ts';
import { reportSchema } from '#core/log/report/figures.ts';
import { lineOf } from '../client/cli/desk.ts';
import { history, TestLog } from '../client/report/logs.ts';
import { axe, inBrowser, openDesk } from './browser.ts';
import { desk } from './desk.ts';

/** The statistics' screen: what it counts, and how it looks in a browser. */
const words = statisticsWords.en;
const ofReport = reportWords.en;
const receivedAt = '2026-11-20T10:00:00.000Z';
const at = (hours: number) => new Date(Date.parse(receivedAt) + hours * 3_600_000).toISOString();
const counting = { now: Date.parse(at(1000)), emergencyApprovals: 1 };
const asked = lineOf().asked;
const approval = (reviewer: string, hours: number, scope = asked) =>
  ({ decision: 'approve', reviewer, at: at(hours), scope }) as const;
const due = { receivedAt, dueAt: at(240) };

test('times are counted from receipt: to the first decision, and to the signature that opened the case', () => {
  const open = lineOf({
    ...due,
    status: 'AwaitingDisclosure',
    scope: asked,
    decisions: [approval('a', 5), approval('b', 9)],
    superseded: [{ reviewer: 'b', at: at(2), because: 'scope-differs' }],
  });
  const figures = figuresOf([open], counting);
  assert.deepEqual(
    figures.toFirst,
    { count: 1, median: 120, ninth: 120 },
    'one that counts no more was made',
  );
  assert.deepEqual(figures.toOpening, { count: 1, median: 540, ninth: 540 });
  assert.equal(figuresOf([open], { ...counting, reviewer: 'a' }).toFirst?.median, 300);
  assert.equal(figuresOf([open], { ...counting, reviewer: 'c' }).cases, 0, 'they decided nothing of it');
  const emergency = lineOf({
    ...due,
    priority: 'Emergency',
    status: 'Disclosed',
    decisions: [approval('a', 1)],
  });
  assert.equal(openedAt(emergency, 1), Date.parse(at(1)));
  assert.equal(
    openedAt(lineOf({ ...due, decisions: [approval('a', 1)] }), 1),
    undefined,
    'it was not opened',
  );
});

test('overdue is what nobody decided in time, and late what was decided after it', () => {
  const of = (changes: Partial<ReviewLine>) => {
    const { overdue, late } = figuresOf([lineOf({ ...due, ...changes })], counting);
    return [overdue, late];
  };
  assert.deepEqual(of({}), [1, 0]);
  assert.deepEqual(of({ dueAt: at(2000) }), [0, 0]);
  assert.deepEqual(of({ due: { term: { days: 10 }, since: at(3) } }), [0, 0], 'the time stands still');
  const rejected = (hours: number) =>
    of({ status: 'Rejected', decisions: [{ decision: 'reject', reviewer: 'a', at: at(hours) }] });
  assert.deepEqual(rejected(239), [0, 0]);
  assert.deepEqual(rejected(241), [0, 1]);
});

test('an approval of less than what was asked is narrowed', () => {
  const less = { ...asked, categories: asked.categories.slice(0, 1) };
  const other = asked.categories.length > 1 ? less : { ...asked, subjects: [7] };
  const figures = figuresOf(
    [lineOf({ ...due, decisions: [approval('a', 1, other), approval('b', 2)] })],
    counting,
  );
  assert.deepEqual([figures.narrowed, figures.approvals], [1, 2]);
});

test('nine in ten do not pass the ninth decile, which a case really took', () => {
  assert.equal(spreadOf([]), undefined);
  assert.deepEqual(spreadOf([7]), { count: 1, median: 7, ninth: 7 });
  const tens = Array.from({ length: 10 }, (_, i) => (i + 1) * 10);
  assert.deepEqual(spreadOf(tens), { count: 10, median: 55, ninth: 90 });
});

test('cases are told apart by month, agency and category, and counted in each that they ask for', () => {
  const cases = [
    lineOf({ ...due, agency: 'a', asked: { ...asked, categories: ['TrafficData', 'SubscriberData'] } }),
    lineOf({ ...due, agency: 'b', asked: { ...asked, categories: ['TrafficData'] } }),
    lineOf({
      ...due,
      agency: 'b',
      receivedAt: '2026-10-31T23:59:59.999Z',
      asked: { ...asked, categories: ['TrafficData'] },
    }),
  ];
  const keys = (by: Parameters<typeof groupsOf>[1]) =>
    groupsOf(cases, by, counting).map(({ key, figures }) => [key, figures.cases]);
  assert.deepEqual(keys('month'), [
    ['2026-11', 2],
    ['2026-10', 1],
  ]);
  assert.deepEqual(keys('agency'), [
    ['b', 2],
    ['a', 1],
  ]);
  assert.deepEqual(keys('category'), [
    ['SubscriberData', 1],
    ['TrafficData', 3],
  ]);
  assert.equal(within(cases, 'days-30', Date.parse(at(24 * 20))).length, 2);
  assert.equal(within(cases, 'all', Date.parse(at(24 * 2000))).length, 3);
});

test('a share is never 0 or 100 where that is not exact', () => {
  assert.deepEqual(
    [share(0, 5), share(1, 5000), share(4999, 5000), share(5, 5), share(1, 3), share(0, 0)],
    [0, 1, 99, 100, 33, undefined],
  );
});

test('a time is said in the unit that people use', () => {
  assert.deepEqual(durationOf(119), { n: 119, unit: 'minute' });
  assert.deepEqual(durationOf(120), { n: 2, unit: 'hour' });
  assert.deepEqual(durationOf(47 * 60), { n: 47, unit: 'hour' });
  assert.deepEqual(durationOf(48 * 60), { n: 2, unit: 'day' });
});

test('a bar is full up to what is certain, light up to what is possible, at 49 cases as at 5,000', () => {
  for (const times of [1, 100]) {
    const figures = [40 * times, { from: times, to: 4 * times }, null, 5 * times];
    const { parts, mark } = drawn(figures, 49 * times, 49 * times);
    assert.deepEqual(
      parts.map(({ colour, isUnsure }) => [colour, isUnsure]),
      [
        ['s0', false],
        ['s1', false],
        ['s1', true],
        ['s3', false],
      ],
    );
    assert.equal(mark, 100);
    const last = parts.at(-1);
    assert.ok(last !== undefined && Math.abs(last.from + last.width - 100) < 0.3, 'nothing is drawn outside');
  }
  assert.deepEqual(drawn([null], null, 5), { parts: [], mark: undefined });
  assert.equal(mostOf([{ figures: [{ from: 1, to: 4 }, 3], mark: 2 }]), 7);
  assert.equal(mostOf([]), 1);
});

inBrowser(
  'the desk’s figures are those of the lists, closed ones too, and say how far they are',
  async (t) => {
    const own = await desk();
    t.after(() => own.close());
    // The page opens with one list; every other is kept waiting.
    const isListed = () =>
      own.seen.some(({ target, status }) => target.startsWith('/v1/reviews?') && status === 200);
    const goOn = own.faults.hold(({ path }) => path === '/v1/reviews' && isListed());
    const { page } = await openDesk(t, own, { at: '#/statistics' });
    const lines = new Map<string, ReviewLine>();
    const answered: Promise<void>[] = [];
    page.on('response', (response) => {
      if (!response.url().includes('/v1/reviews?')) return;
      answered.push(
        response.json().then((json) => {
          for (const line of reviewList.parse(json).reviews) lines.set(line.id, line);
        }),
      );
    });
    await page.getByText(/Loading the lists: 1 of 9/).waitFor();
    goOn();
    await page.getByRole('heading', { name: words.times.overview }).waitFor();
    await Promise.all(answered);
    const row = (name: string) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    const cells = await row(words.times.decided).getByRole('cell').allTextContents();
    const of = (priority: ReviewLine['priority'], reviewer?: string) =>
      figuresOf(
        [...lines.values()].filter((line) => line.priority === priority),
        { now: Date.parse(own.now()), emergencyApprovals: 1, reviewer },
      );
    const columns = [of('Routine', 'a.weber'), of('Emergency', 'a.weber'), of('Routine'), of('Emergency')];
    assert.equal(lines.size, own.cases.length);
    assert.deepEqual(
      cells,
      columns.map(({ cases }) => String(cases)),
    );
    assert.deepEqual(
      await row(words.times.overdue).first().getByRole('cell').allTextContents(),
      columns.map(({ overdue }) => String(overdue)),
    );
    await axe(page);

    await page.getByRole('combobox', { name: words.times.by }).selectOption('agency');
    const told = page.getByRole('region', { name: `${words.times.by} (${ofReport.table})` });
    const agencies = new Set([...lines.values()].map(({ agency }) => agency));
    assert.equal(await told.getByRole('rowheader').count(), agencies.size);
    await page.getByRole('combobox', { name: words.times.who }).selectOption('you');
    const mine = [...lines.values()].filter(({ decisions, superseded = [] }) =>
      [...decisions, ...superseded].some(({ reviewer }) => reviewer === 'a.weber'),
    );
    assert.equal(await told.getByRole('rowheader').count(), new Set(mine.map(({ agency }) => agency)).size);
  },
);

inBrowser('the public report is shown as everybody gets it, small counts as ranges', async (t) => {
  const own = await desk();
  t.after(() => own.close());
  const { page } = await openDesk(t, own, { at: '#/statistics' });
  await page.getByRole('tab', { name: words.parts.report }).click();
  await page.getByText(ofReport.none).waitFor();
  await own.report();
  const published = page.waitForResponse(/\/v1\/transparency$/);
  await page.getByRole('button', { name: words.reload }).click();
  const report = reportSchema.parse(await (await published).json());
  await page.getByText(ofReport.signed).waitFor();
  const countries = page.getByRole('region', { name: /^Which countries asked, 2026/ });
  const country = report.periods[0]?.countries.find(({ figures }) => typeof figures.requests === 'object');
  assert.ok(country !== undefined, 'some country asked one to four times');
  await countries.getByRole('cell', { name: '1–4', exact: true }).first().waitFor();
  const total = page.getByRole('region', { name: /^Every figure/ });
  const requests = total
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: 'Requests', exact: true }) });
  assert.equal(await requests.getByRole('cell').last().textContent(), String(report.total.requests));
  await page.getByText(`writ report --url ${own.url}/v1 --key`).waitFor();
  await axe(page);
});

inBrowser('a report of another log is not to be relied on, and fits the page at 320 px', async (t) => {
  const own = await desk();
  t.after(() => own.close());
  const { page } = await openDesk(t, own, {
    at: '#/statistics',
    viewport: { width: 320, height: 640 },
    scheme: 'dark',
  });
  const log = new TestLog().append(history());
  const other = await makeReport({ key: log.key, read: async (path) => log.files.get(path) });
  await page.route('**/v1/transparency', (route) => route.fulfill({ json: other }));
  await page.getByRole('tab', { name: words.parts.report }).click();
  await page.getByText(ofReport.notSigned).waitFor();
  await page.getByRole('heading', { name: ofReport.reasons }).waitFor();
  assert.ok(await page.locator('svg.amount rect.unsure').count());
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    0,
  );
  await axe(page);
});

inBrowser('a report that does not come is asked for again', async (t) => {
  const own = await desk();
  t.after(() => own.close());
  await own.report();
  const { page } = await openDesk(t, own, { at: '#/statistics' });
  const end = own.faults.begin('unavailable', ({ path }) => path === '/v1/transparency');
  await page.getByRole('tab', { name: words.parts.report }).click();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  end();
  await again.click();
  await page.getByText(ofReport.signed).waitFor();
});
