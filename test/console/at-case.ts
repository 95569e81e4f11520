import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { openDesk, type Seat, type SeatOptions } from './browser.ts';
import type { Desk } from './desk.ts';

/** A reviewer who has one case open. */
export async function atCase(t: TestContext, at: Desk, id: string, options: SeatOptions = {}): Promise<Seat> {
  const seat = await openDesk(t, at, { at: `#/case/${id}`, ...options });
  await look(seat.page);
  return seat;
}

/** Past the line that says that a look is logged. */
export async function look(page: Page): Promise<void> {
  await page.locator('.announced .main').click();
  await page.locator('.timeline').waitFor();
}

/** The two keystrokes. */
export async function sign(page: Page): Promise<void> {
  await page.locator('.sign').waitFor();
  await page.keyboard.press('s');
  await page.locator('.sign .main:enabled').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.sign').waitFor({ state: 'detached' });
}

export const reasonField = (page: Page) => page.getByLabel('Why you approve it');

/** What reached the desk of a kind: its bodies. */
export const sent = (at: Desk, id: string, act: string): string[] =>
  at.seen
    .filter(({ method, target }) => method === 'POST' && target === `/v1/reviews/${id}/${act}`)
    .map(({ body }) => body);

/** As a person’s page would, once they come back to it. */
export const comeBack = (page: Page) =>
  page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');

/** That nothing has to be scrolled sideways. */
export async function fits(page: Page): Promise<void> {
  const over = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  assert.equal(over, 0);
}
