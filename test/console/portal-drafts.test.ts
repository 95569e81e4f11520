import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { orderOf } from '#dev/invented/order.ts';
import { epoc } from '../client/epoc/forms.ts';
import { fits } from './at-case.ts';
import { axe, inBrowser, keyName, screenshot } from './browser.ts';
import { desk } from './desk.ts';
import { type OfficerOptions, openPortal, portalSaid } from './portal.ts';
import { signSheet } from './signing.ts';

/** Drafts: by keyboard, on a narrow screen, in each language, out of a form, and while the portal is locked. */

async function seated(t: TestContext, options: OfficerOptions = {}) {
  const at = await desk({ cases: 20 });
  t.after(() => at.close());
  return { at, ...(await openPortal(t, at, options)) };
}

const day = (ago: number) => new Date(Date.now() - ago * 86_400_000);

/** Goes on by Tab until somebody is at what is meant, as people do who use no mouse. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const there = page.locator(`${selector}:focus`);
  for (let n = 0; n < 60; n++) {
    if ((await there.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`nobody comes to ${selector} by Tab`);
}

inBrowser('data are preserved by keyboard alone, in German, on a screen of 320 pixels', async (t) => {
  const { at, page, watched } = await seated(t, {
    lang: 'de-DE',
    viewport: { width: 320, height: 720 },
    scheme: 'dark',
  });
  const words = portalSaid('ask', 'de');
  await page.keyboard.press('n');
  await page.getByRole('heading', { level: 1, name: words.start.title }).waitFor();
  await fits(page);
  await page.getByRole('button', { name: words.start.preservation.button }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: words.steps.order }).waitFor();
  await tabTo(page, '#ask-reference');
  await page.keyboard.type('415 Js 1/26');
  await tabTo(page, '[name="ask-authoriser"]');
  await page.keyboard.press('Space');
  // A date is typed as the officer’s locale writes it; the order of its parts is the browser’s.
  await page.locator('#ask-issued').fill(day(3).toISOString().slice(0, 16));
  await tabTo(page, '#ask-offence');
  await page.keyboard.type('StGB 263a');
  await page.locator('#ask-digest input[type=file]').setInputFiles({
    name: 'beschluss.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from(orderOf(7)),
  });
  await page.getByText('beschluss.pdf').waitFor();
  await fits(page);
  await axe(page);
  await screenshot(page, 'portal-ask-320');
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { level: 1, name: words.steps.subjects }).waitFor();
  await tabTo(page, '#ask-subject-0');
  const subject = at.cases.flatMap(({ request }) => request.subjects).find(({ kind }) => kind === 'account');
  await page.keyboard.type(subject?.value ?? '');
  await fits(page);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { level: 1, name: words.steps.data }).waitFor();
  await tabTo(page, '#ask-categories');
  await page.keyboard.press('Space');
  await page.locator('#ask-from').fill(day(40).toISOString().slice(0, 10));
  await page.locator('#ask-to').fill(day(2).toISOString().slice(0, 10));
  await fits(page);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { level: 1, name: words.check.title }).waitFor();
  await fits(page);
  await axe(page);
  await screenshot(page, 'portal-check-320');
  await page.getByRole('button', { name: words.check.send.preservation }).focus();
  await page.keyboard.press('Enter');
  await signSheet(page, 'de');
  await page.getByRole('heading', { level: 1, name: words.sent.title.preservation }).waitFor();
  await fits(page);
  await watched.neverSeen([subject?.value ?? '']);
});

inBrowser(
  'a form becomes drafts, which are there after the portal was locked, and are deleted',
  async (t) => {
    const { at, page, watched } = await seated(t, { lang: 'fr-FR', at: '#/new' });
    const [words, first] = [portalSaid('ask', 'fr'), portalSaid('first', 'fr')];
    await page.getByRole('heading', { level: 1, name: words.start.title }).waitFor();
    const form = { ...epoc, B: { addressee: { country: 'IE', id: 'x', name: 'A provider of messages' } } };
    const drop = page.locator('.drop input[type=file]');
    const file = (text: string) => ({
      name: 'epoc.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    await drop.setInputFiles(file('{"no":"form"}'));
    await page.getByRole('alert').filter({ hasText: words.import.failed }).waitFor();
    await drop.setInputFiles(file(JSON.stringify(form)));
    await page
      .getByRole('alert')
      .filter({ hasText: words.import.made(2) })
      .waitFor();
    await axe(page);
    await screenshot(page, 'portal-import');
    const drafts = page.getByRole('link', { name: words.start.resume('GS-4711/26').slice(0, 20) });
    await drafts.first().waitFor();
    await watched.neverSeen(['+4915112345678', '4915112345678', 'u-4711', 'GS-4711']);

    await page.getByRole('button', { name: portalSaid('shell', 'fr').lock }).click();
    await page.getByRole('heading', { name: first.locked.title }).waitFor();
    assert.doesNotMatch(await page.content(), /GS-4711|4915112345678/);
    await page.getByRole('textbox').fill(keyName);
    await page.getByRole('button', { name: first.locked.unlock }).click();
    await drafts.first().click();
    await page.getByRole('heading', { level: 1, name: words.steps.order }).waitFor();
    await page.getByRole('button', { name: words.steps.subjects }).click();
    await page.getByRole('heading', { level: 1, name: words.steps.subjects }).waitFor();
    assert.match(await page.locator('#ask-subject-0').inputValue(), /^(\+4915112345678|u-4711)$/);
    await page.getByRole('button', { name: words.leave }).click();
    for (let left = 2; left > 0; left--) {
      const line = page.locator('.drafts li').first();
      await line.getByRole('button').click();
      await line.getByRole('alert').getByRole('button').first().click();
      await page
        .locator('.drafts li')
        .nth(left - 1)
        .waitFor({ state: 'detached' });
    }
    await page.getByText(words.start.noDrafts).waitFor();
    assert.deepEqual(
      at.seen.filter(({ body }) => body.includes('4915112345678')).map(({ target }) => target),
      [],
    );
  },
);
