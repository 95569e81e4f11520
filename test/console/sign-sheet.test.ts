import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { atCase, comeBack, fits, reasonField, sent } from './at-case.ts';
import { axe, inBrowser, screenshot } from './browser.ts';
import { type Desk, desk } from './desk.ts';

const waiting = (at: Desk) => at.find(({ story, odd }) => story === 'waiting' && odd === 'none');

inBrowser(
  'what is signed is what is shown, to the byte, and takes two keystrokes that are not the same',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = waiting(at);
    const { page, keys } = await atCase(t, at, one.id);
    await page.getByRole('button', { name: 'As asked' }).click();
    await reasonField(page).fill('order checked');
    await page.keyboard.press('Enter');
    const sheet = page.locator('.sign');
    await sheet.waitFor();
    await sheet.getByText('You approve that').waitFor();
    await sheet.getByText(at.url).waitFor();
    await sheet.getByText(keys[0] ?? 'no key').waitFor();
    await sheet.getByText('The very bytes that are signed').click();
    const body = (await sheet.locator('[data-body]').textContent()) ?? '';
    await sheet.getByText(createHash('sha256').update(body).digest('hex')).waitFor();
    await axe(page);
    // One key, however long it is held, signs nothing.
    await sheet.locator('.sentence').click();
    for (const key of ['Enter', 's']) {
      await page.keyboard.down(key);
      for (let i = 0; i < 5; i++) await page.keyboard.down(key);
      await page.keyboard.up(key);
    }
    assert.equal(await sheet.count(), 1);
    assert.deepEqual(sent(at, one.id, 'decisions'), []);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    assert.deepEqual(sent(at, one.id, 'decisions'), [], 'left, and nothing was signed');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await sheet.waitFor();
    await page.keyboard.press('s');
    await page.keyboard.press('Enter');
    await page.getByText('Your approval stands.').waitFor();
    assert.deepEqual(sent(at, one.id, 'decisions'), [body]);
  },
);

inBrowser('no single click, and no double click, signs anything', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = waiting(at);
  const { page } = await atCase(t, at, one.id);
  await page.getByRole('button', { name: 'As asked' }).click();
  await reasonField(page).fill('order checked');
  await page.getByRole('button', { name: /^Approve/ }).dblclick();
  const sheet = page.locator('.sign');
  await sheet.waitFor();
  const button = sheet.getByRole('button', { name: 'Sign and send' });
  assert.equal(await button.isDisabled(), true);
  await button.dblclick({ force: true });
  await sheet.getByRole('checkbox', { name: 'I have read this' }).dblclick();
  assert.equal(await button.isDisabled(), true, 'ticked twice is not ticked');
  assert.deepEqual(sent(at, one.id, 'decisions'), []);
  await sheet.getByRole('checkbox', { name: 'I have read this' }).check();
  await button.click();
  await page.getByText('Your approval stands.').waitFor();
  assert.equal(sent(at, one.id, 'decisions').length, 1);
});

inBrowser('the sheet closes where the provider does not answer any more', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await atCase(t, at, waiting(at).id);
  await page.keyboard.press('c');
  await page.locator('.sign').waitFor();
  const end = at.faults.begin('offline');
  await comeBack(page);
  await page.locator('.sign').waitFor({ state: 'detached' });
  const away = page.getByText('The provider does not answer.');
  await away.waitFor();
  end();
  await comeBack(page);
  await away.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.sign').count(), 0, 'what was left stays unsigned');
  await page.keyboard.press('c');
  await page.locator('.sign').waitFor();
});

inBrowser('the sheet is read in German and French, and fits at 320 pixels', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = waiting(at);
  for (const [lang, asAsked, reason, sentence] of [
    ['de-DE', 'Wie angefragt', 'Warum Sie es genehmigen', 'Sie genehmigen, dass'],
    ['fr-FR', 'Comme demandé', 'Pourquoi vous approuvez', 'Vous approuvez que'],
  ] as const) {
    const { page } = await atCase(t, at, one.id, {
      lang,
      viewport: { width: 320, height: 640 },
      scheme: 'dark',
    });
    await page.getByRole('button', { name: asAsked }).click();
    await page.getByLabel(reason).fill('geprüft');
    await page.keyboard.press('Enter');
    await page.locator('.sign').getByText(sentence).waitFor();
    await fits(page);
    await axe(page);
    await screenshot(page, `sign-${lang}`, { fullPage: false });
  }
});
