import type { Page } from 'playwright-core';
import { signWords } from '#console/sign/words.ts';

/** Signs what the sheet shows, by its two keys. Another sheet may follow at once. */
export async function signSheet(page: Page): Promise<void> {
  const sheet = page.getByRole('dialog', { name: signWords.en.title });
  const shown = await sheet.elementHandle();
  await page.keyboard.press('s');
  await sheet.getByRole('checkbox', { checked: true }).waitFor();
  await page.keyboard.press('Enter');
  await shown?.waitForElementState('hidden');
}
