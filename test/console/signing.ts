import type { Page } from 'playwright-core';
import type { Language } from '#console/words/lang.ts';
import { said } from './said.ts';

/** Signs what the sheet shows, by its two keys. */
export async function signSheet(page: Page, language: Language = 'en'): Promise<void> {
  const sheet = page.getByRole('dialog', { name: said('sign', language).title });
  await sheet.waitFor();
  await page.keyboard.press('s');
  await sheet.getByRole('checkbox', { checked: true }).waitFor();
  await page.keyboard.press('Enter');
  await sheet.waitFor({ state: 'detached' });
}
