import type { Locator, Page } from 'playwright-core';
import { caseWords } from '#console/case/words.ts';
import { firstWords } from '#console/first/words.ts';
import { queueWords } from '#console/queue/words.ts';
import { sheetWords } from '#console/sign/sheet-words.ts';
import { shellWords } from '#console/words/shell.ts';
import { keyName } from './browser.ts';

/** What a reviewer does on the page, and what they look for, by role and name; in English. */

export const words = {
  queue: queueWords.en,
  case: caseWords.en,
  first: firstWords.en,
  shell: shellWords.en,
  sheet: sheetWords.en,
};

export const button = (page: Page, name: string): Locator => page.getByRole('button', { name });
/** Something that is announced at once. */
export const alert = (page: Page, title: string): Locator =>
  page.getByRole('alert').filter({ hasText: title });
/** The rows of the queue that are in the document: the first one is its head. */
export const rows = (page: Page): Locator => page.getByRole('table').getByRole('row');

export const refresh = (page: Page, options?: { timeout: number }): Promise<void> =>
  button(page, words.queue.refresh).click(options);

/** Waits until the queue has been listed whole: then it says how many cases there are. */
export async function listed(page: Page): Promise<void> {
  await page
    .getByRole('status')
    .filter({ hasText: /^[\d,]+( of [\d,]+)? cases$/ })
    .waitFor();
}

export async function lock(page: Page): Promise<void> {
  await button(page, words.shell.lock).click();
  await page.getByRole('heading', { name: words.first.locked.title }).waitFor();
}

export async function unlock(page: Page): Promise<void> {
  await page.getByRole('textbox').fill(keyName);
  await button(page, words.first.locked.unlock).click();
}

/** Opens a case by its address, past what is said once about the log. */
export async function openCase(page: Page, id: string): Promise<void> {
  await page.evaluate(`location.hash = '#/case/${id}'`);
  const announced = button(page, words.case.announced.open);
  const shown = page.getByRole('article');
  await announced.or(shown).first().waitFor();
  if (await announced.isVisible()) await announced.click();
  await shown.waitFor();
}

/** Chooses all that is asked, and goes on to the sheet. */
export async function approveAsAsked(page: Page): Promise<void> {
  await button(page, words.case.asked.asAsked).click();
  await page.getByRole('textbox', { name: words.case.choice.reason }).fill('order and authority checked');
  await button(page, words.case.choice.approve).click();
  await page.getByRole('dialog', { name: words.sheet.title }).waitFor();
}

/** The two keystrokes of the sheet. */
export async function signIt(page: Page): Promise<void> {
  const sheet = page.getByRole('dialog', { name: words.sheet.title });
  await sheet.getByRole('checkbox', { name: words.sheet.read }).check();
  await sheet.getByRole('button', { name: words.sheet.sign }).click();
}
