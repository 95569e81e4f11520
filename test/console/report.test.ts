import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { makeReport } from '#client/report/check.ts';
import { reportWords } from '#console/report/words.ts';
import { de as germanReport } from '#console/report/words-de.ts';
import { de } from '#console/site/report/words-de.ts';
import { en } from '#console/site/report/words-en.ts';
import { reportSchema } from '#core/log/report/figures.ts';
import { TestLog } from '../client/report/logs.ts';
import { actsOfProvider, entriesOf, toldCases } from '../core/log/report/histories.ts';
import { axe, inBrowser } from './browser.ts';
import { type PublicProvider, publicProvider } from './public-provider.ts';
import { openSite, overflowOf } from './site-seat.ts';

/** The report as the public reads it, in a real browser: what a journalist asks, its charts, and counting it again. */
const common = reportWords.en;

/** A provider of so many cases, over two years. */
async function providerOf(cases: number): Promise<PublicProvider> {
  const told = fc.sample(toldCases, { numRuns: cases, seed: 11 });
  const log = new TestLog().append([...entriesOf(told), ...actsOfProvider('2026-02-03T00:00:00.000Z')]);
  const report = reportSchema.parse(JSON.parse(JSON.stringify(await makeReport(log))));
  return publicProvider({ log, report, notices: new Map() });
}

/** Letters of charts, in pixels of the screen. */
const smallestLetters = (page: Page): Promise<number> =>
  page.evaluate(`Math.min(...[...document.querySelectorAll('.chart text')].map((text) => {
    const svg = text.ownerSVGElement;
    return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  }))`);

/** Letters that lie outside of their chart, or upon one another. */
const unreadable = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.chart svg')].flatMap((svg) => {
    const room = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent !== '');
    const boxes = texts.map((text) => text.getBoundingClientRect());
    return texts.flatMap((text, i) => {
      const box = boxes[i];
      const isOut = box.left < room.left - 1 || box.right > room.right + 1;
      const upon = boxes.some((other, j) => j < i && other.left < box.right - 1 && box.left < other.right - 1 &&
        other.top + 3 < box.bottom - 1 && box.top < other.bottom - 4);
      return isOut || upon ? [text.textContent] : [];
    });
  })`);

inBrowser(
  '49 cases on a telephone: the answer, the charts, the years, a table to save, counted again',
  async (t) => {
    const own = await providerOf(49);
    t.after(() => own.close());
    const { page } = await openSite(t, own, { at: '#/report', viewport: { width: 390, height: 844 } });
    await page.getByRole('heading', { name: en.emergenciesIn('2026') }).waitFor();
    await page
      .locator('.answer')
      .getByText(/emergenc/)
      .waitFor();
    await page.getByText(common.signed).waitFor();
    await page.locator('.chart svg').nth(3).waitFor();
    assert.ok((await page.locator('.chart rect.unsure').count()) > 0, 'small numbers are ranges');
    assert.ok((await smallestLetters(page)) >= 12, `${await smallestLetters(page)} px`);
    assert.deepEqual(await unreadable(page), []);
    assert.equal(await overflowOf(page), 0);
    await axe(page);

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `${en.save}: ${common.countries}, 2026` }).click(),
    ]);
    assert.equal(file.suggestedFilename(), 'report-countries-2026.csv');
    const csv = readFileSync(await file.path(), 'utf8');
    assert.match(csv, /^\ufeffCountry,Requests,/);
    assert.match(csv, /\r\nMalta,1–4,/);

    await page.getByRole('button', { name: en.recount.start }).click();
    await page.getByText(en.recount.same).waitFor();
    await page.getByRole('link', { name: '2025', exact: true }).click();
    await page.getByRole('heading', { name: en.emergenciesIn('2025') }).waitFor();
    assert.equal(new URL(page.url()).hash, '#/report/2025');
    await page.setViewportSize({ width: 320, height: 640 });
    await page.getByRole('link', { name: en.all }).click();
    await page.getByRole('heading', { name: en.byYear }).waitFor();
    await page.locator('.chart svg').first().waitFor();
    assert.equal(await overflowOf(page), 0);
    assert.ok((await smallestLetters(page)) >= 12, `${await smallestLetters(page)} px`);
    await axe(page);
  },
);

inBrowser(
  '5,000 cases, in German and in the dark: every chart fits, and a wrong figure is found',
  async (t) => {
    const own = await providerOf(5000);
    t.after(() => own.close());
    const { page } = await openSite(t, own, { at: '#/report/2026', lang: 'de-DE', scheme: 'dark' });
    const { report } = own.shown;
    assert.ok(report);
    const [, year] = report.periods;
    const asked = year?.priorities.find(({ key }) => key === 'Emergency')?.figures.requests;
    await page
      .locator('.answer')
      .getByText(`${String(asked)} Anfragen waren Eilfälle.`)
      .waitFor();
    await page.locator('.chart svg').nth(3).waitFor();
    assert.deepEqual(await unreadable(page), []);
    assert.equal(await overflowOf(page), 0);
    await axe(page);

    own.shown.report = structuredClone(report);
    const [, wrong] = own.shown.report.periods;
    assert.ok(wrong);
    wrong.total.emergenciesOverdue--;
    // It is being counted while somebody stops it, and counted anew.
    await page.reload();
    await page.getByText(germanReport.signed).waitFor();
    const goOn = own.faults.hold(({ path }) => path.endsWith('/tile/entries/003'));
    await page.getByRole('button', { name: de.recount.start }).click();
    await page.getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: de.recount.stop }).click();
    await page.getByText(de.recount.stopped).waitFor();
    goOn();
    await page.getByRole('button', { name: de.recount.again }).click();
    await page.getByText(de.recount.different).waitFor();
    await page.getByText('periods[2026].total.emergenciesOverdue').waitFor();
    await axe(page);
  },
);

inBrowser('no report yet, and one that is not of this log, are said to be so', async (t) => {
  const own = await providerOf(49);
  t.after(() => own.close());
  const { report } = own.shown;
  own.shown.report = undefined;
  const { page } = await openSite(t, own, { at: '#/report' });
  await page.getByText(common.none).waitFor();
  const other = new TestLog().append(entriesOf(fc.sample(toldCases, { numRuns: 9, seed: 3 })));
  own.shown.report = await makeReport(other);
  await page.reload();
  await page.getByText(common.notSigned).waitFor();
  await page.getByRole('button', { name: en.recount.start }).click();
  await page.getByText(en.recount.otherLog).waitFor();
  own.shown.report = report;
  await page.reload();
  await page.getByText(common.signed).waitFor();
});
