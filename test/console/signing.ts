import type { Page } from 'playwright-core';
import type { Language } from '#console/words/lang.ts';
import { said } from './said.ts';

/** Signs what the sheet shows, by its two keys. Another sheet may follow at once. */
export async function signSheet(page: Page, language: Language = 'en'): Promise<void> {
  const sheet = page.getByRole('dialog', { name: said('sheet', language).title });
  const shown = await sheet.elementHandle();
  await page.keyboard.press('s');
  await sheet.getByRole('checkbox', { checked: true }).waitFor();
  await page.keyboard.press('Enter');
  await shown?.waitForElementState('hidden');
}
