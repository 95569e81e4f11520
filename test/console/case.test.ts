import assert from 'node:assert/strict';
import { axe, inBrowser, openDesk, screenshot } from './browser.ts';
import { desk } from './desk.ts';

inBrowser('look', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = at.find('signed narrower by a colleague');
  const { page } = await openDesk(t, at, { at: `#/case/${one.id}` });
  await page.getByRole('button', { name: 'Open the case' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.timeline').waitFor();
  await screenshot(page, 'case-1440');
  await axe(page);
  assert.ok(true);
});
