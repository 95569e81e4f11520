import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inBrowser, openDesk } from './browser.ts';
import { desk } from './desk.ts';
import { longestTask } from './tasks.ts';

/** The queue of a desk that has fallen far behind. */

const rows = (page: Page) => page.getByRole('rowgroup').nth(1).getByRole('row');
const search = (page: Page) => page.getByRole('searchbox');

const focusedRow = `document.activeElement?.closest('[role=row]')`;
const focused = (page: Page) =>
  page.evaluate<string | null>(`${focusedRow}?.getAttribute('aria-rowindex') ?? null`);
const isSeen = (page: Page) =>
  page.evaluate<boolean>(`(() => {
    const { top, bottom } = ${focusedRow}.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`);

/** In the page: through the list, a screen a frame, and to its end at once. */
const scrollThrough = `(async () => {
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  for (let y = 0; y < 60_000; y += 900) {
    scrollTo(0, y);
    await frame();
  }
  for (let i = 0; i < 6; i++) {
    scrollTo(0, document.documentElement.scrollHeight);
    await frame();
  }
})()`;

/** In the page: types letter by letter. Views are drawn in a task of their own, after the event. */
const typeInSearch = `(async () => {
  const field = document.querySelector('input[type=search]');
  for (const text of ['c', 'co', 'cop', 'copy', 'copy ', 'copy 9', 'copy 99', 'copy 998']) {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await new Promise((next) => setTimeout(next));
  }
})()`;

inBrowser(
  'ten thousand cases are searched, scrolled and gone through with few rows in the document, and it is told how long that takes',
  async (t) => {
    const at = await desk({ waiting: 10_000 });
    t.after(() => at.close());
    const { page } = await openDesk(t, at);
    await page.getByText(/^10,\d\d\d cases$/).waitFor({ timeout: 120_000 });
    assert.ok((await rows(page).count()) < 80);
    const scrolling = await longestTask(page, scrollThrough);
    t.diagnostic(`the longest task while scrolling: ${scrolling.toFixed(1)} ms`);
    const last = await page.getByRole('table').getAttribute('aria-rowcount');
    assert.equal(
      await rows(page).last().getAttribute('aria-rowindex'),
      last,
      'the end is where the scrollbar says',
    );
    const typing = await longestTask(page, typeInSearch);
    t.diagnostic(`the longest task while typing: ${typing.toFixed(1)} ms`);
    await page.getByText(/^\d+ of 10,\d\d\d cases$/).waitFor();
    await search(page).fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    assert.equal(await focused(page), last);
    assert.ok(await isSeen(page));
    await page.evaluate('scrollTo(0, 0)');
    await page.keyboard.press('k');
    assert.equal(await focused(page), String(Number(last) - 1), 'what is far from view keeps the focus');
  },
);
