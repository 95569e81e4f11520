import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type LetterFacts, letterOf } from '#client/notice/letter.ts';
import { letterPage } from '#client/notice/letter-page.ts';
import { letterLanguages } from '#client/notice/words.ts';
import { mistakeText } from '#console/site/letter/mistake.ts';
import { de } from '#console/site/letter/words-de.ts';
import { en } from '#console/site/letter/words-en.ts';
import { fr } from '#console/site/letter/words-fr.ts';
import { mistakeIn, partsOfCode } from '#core/cases/notice-code.ts';
import { theBrowser } from '../browser.ts';
import { axe, inBrowser } from './browser.ts';
import { sentLetter } from './letters.ts';
import { publicProvider } from './public-provider.ts';
import { openSite, overflowOf } from './site-seat.ts';

/** A person's letter, from its code to what the log proves of it, in a real browser. */
const letter = await sentLetter();
const { code, notices, log } = letter;
const { tag } = partsOfCode(code);
const mistyped = `${code.slice(0, 11)}${code[11] === '7' ? '8' : '7'}${code.slice(12)}`;

async function type(page: Page, typed: string, words = en): Promise<void> {
  await page.getByRole('textbox', { name: words.field }).fill(typed);
  await page.getByRole('button', { name: words.open, exact: true }).click();
}

inBrowser('a code with a mistake is mended, opens, and what it opens is proven by the log', async (t) => {
  const own = await publicProvider({ log, report: undefined, notices: new Map(notices) });
  t.after(() => own.close());
  const { page, watched } = await openSite(t, own, { at: '#/letter', viewport: { width: 390, height: 844 } });
  await type(page, mistyped.toLowerCase());
  await page.getByText(mistakeText(mistakeIn(mistyped) ?? assert.fail(), en)).waitFor();
  assert.match(mistakeText(mistakeIn(mistyped) ?? assert.fail(), en), /group 3/);
  assert.ok(!own.seen.some(({ target }) => target.includes('/notices/')), 'nothing is asked for');
  await axe(page);

  await type(page, code.toLowerCase().replaceAll('-', ' '));
  await page.getByText(en.proven).waitFor();
  await page.getByText('An agency asked A provider for data about you.').waitFor();
  const steps = page.locator('.steps li');
  const kinds = letter.entries.filter(({ stream }) => stream === letter.file.stream);
  assert.equal(await steps.count(), kinds.length);
  await page.locator('.later').waitFor({ state: 'detached' });
  await page.getByText(/^Two different people at the provider approved it/).waitFor();
  await page.getByText(/The authority had asked that you not be told before 20 December 2026/).waitFor();
  assert.equal(await overflowOf(page), 0);
  await axe(page);

  // On paper there is the letter and nothing to press.
  await page.emulateMedia({ media: 'print' });
  for (const name of [en.print, en.close])
    assert.equal(await page.getByRole('button', { name, exact: true }).isVisible(), false);
  assert.equal(await page.getByRole('navigation').isVisible(), false);
  await page.getByRole('heading', { name: en.steps }).waitFor();
  await page.emulateMedia({ media: 'screen' });

  // The proof of a step opens beside the letter, which stays; whoever leaves its screen leaves nothing of it.
  const [beside] = await Promise.all([page.waitForEvent('popup'), steps.first().getByRole('link').click()]);
  await beside.waitForURL(/#\/log\/entry\/\d+$/);
  await beside.close();
  await page.getByText(en.proven).waitFor();
  await page.getByRole('navigation').getByRole('link').first().click();
  await page.goBack();
  await page.getByRole('textbox', { name: en.field }).waitFor();

  // Neither the code nor a part of it left the page, and nothing stays behind.
  const secrets = [code, code.replaceAll('-', ''), code.toLowerCase(), mistyped, code.slice(0, 14)];
  await watched.neverSeen([...secrets, 'An agency']);
  assert.deepEqual(await page.context().cookies(), []);
  assert.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0);
  const asked = own.seen.filter(({ target }) => target.includes('/notices/'));
  assert.deepEqual(
    asked.map(({ target, body }) => [target, body]),
    [[`/v1/notices/${tag}`, '']],
  );
  for (const { target } of own.seen)
    for (const secret of secrets)
      assert.ok(!target.includes(secret), 'a part of the code went to the server');
});

inBrowser('a code behind the address is gone from there at once, and opens in French', async (t) => {
  const own = await publicProvider({ log, report: undefined, notices: new Map(notices) });
  t.after(() => own.close());
  const { page } = await openSite(t, own, {
    lang: 'fr-FR',
    scheme: 'dark',
    viewport: { width: 320, height: 640 },
  });
  // From within the page: the harness itself remembers the addresses that it leads to.
  await page.evaluate(`location.hash = ${JSON.stringify(`#/letter/${code}`)}`);
  await page.getByText(fr.proven).waitFor();
  assert.equal(new URL(page.url()).hash, '#/letter');
  await page.getByRole('heading', { name: 'Ce qui a été remis' }).waitFor();
  assert.equal(await overflowOf(page), 0);
  await axe(page);
  assert.ok(!own.seen.some(({ target }) => target.includes(code.slice(0, 4))));
});

inBrowser(
  'what opens nothing, what the log does not say and what does not answer are told apart',
  async (t) => {
    const own = await publicProvider({ log, report: undefined, notices: new Map() });
    t.after(() => own.close());
    const { page } = await openSite(t, own, { at: '#/letter', lang: 'de-DE' });
    const says = async (title: string) => {
      await type(page, code, de);
      await page.getByRole('alert').filter({ hasText: title }).first().waitFor();
      assert.equal(await page.getByText('An agency').count(), 0, 'nothing of the file is shown');
    };
    await says(de.answers.nothing.title);
    const sealed = notices.get(tag) ?? assert.fail();
    own.shown.notices.set(tag, sealed.with(30, (sealed[30] ?? 0) ^ 1));
    await says(de.answers.unopened.title);
    own.shown.notices.set(tag, sealed);
    const end = own.faults.begin('unavailable', ({ path }) => path.startsWith('/v1/notices/'));
    await says(de.answers.failed.title);
    end();
    own.shown.log = log.twin().append(letter.entries.filter(({ kind }) => kind !== 'notice.addressed'));
    await page.reload();
    await says(de.answers.unsaid.title);
    await axe(page);
  },
);

inBrowser(
  'a printed letter is one sheet of A4 in each language, with the page’s address and the code in groups',
  async () => {
    const page = await (await theBrowser()).newPage();
    const { file } = letter;
    const facts: LetterFacts = {
      subject: 0,
      asked: { kind: 'phone', value: '+4915112345678' },
      period: file.disclosed.period,
      code,
      file: {
        ...file,
        agency: { id: 'de-lka-mittelmark', name: 'Landeskriminalamt Mittelmark, Dezernat 54' },
        contact: 'privacy@mail.example, Example Mail, Musterstraße 1, 10115 Berlin',
      },
    };
    for (const language of letterLanguages) {
      const options = { language, url: 'https://disclosure.example/v1', zone: 'Europe/Berlin' };
      await page.setContent(letterPage(letterOf(facts, options)));
      await page.getByText('https://disclosure.example/v1/#/letter', { exact: true }).waitFor();
      await page.getByText(code, { exact: true }).waitFor();
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
      assert.equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, language);
    }
    await page.close();
  },
);
