import assert from 'node:assert/strict';
import { after } from 'node:test';
import type { Page } from 'playwright-core';
import { checkpointWords } from '#console/site/checkpoint/words.ts';
import { checkpoint as checkpointDe } from '#console/site/checkpoint/words-de.ts';
import { homeWords } from '#console/site/home/words.ts';
import { home as homeDe } from '#console/site/home/words-de.ts';
import { home as homeFr } from '#console/site/home/words-fr.ts';
import { logWords } from '#console/site/log/words.ts';
import { proveWords } from '#console/site/prove/words.ts';
import { siteWords } from '#console/site/words/shell.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { history, TestLog } from '../client/report/logs.ts';
import { axe, inBrowser } from './browser.ts';
import { type Desk, desk } from './desk.ts';
import { openSite, overflowOf } from './site-seat.ts';

/** The public pages in a browser, as somebody uses them who has no key and believes nobody. */
const words = {
  shell: siteWords.en,
  home: homeWords.en,
  log: logWords.en,
  checkpoint: checkpointWords.en,
  prove: proveWords.en,
};

let started: Promise<Desk> | undefined;
after(async () => (await started)?.close());
/** One desk for all tests here: none of them changes it but by what arrives. */
const theDesk = () => {
  started ??= desk();
  return started;
};

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

inBrowser(
  'from the first screen to the log, a day, a kind and an entry that is proven, and to the same entry by its address',
  async (t) => {
    const own = await theDesk();
    await own.report();
    const before = own.seen.length;
    const { page, context, referrers } = await openSite(t, own);
    await page.getByRole('heading', { name: words.home.title, level: 1 }).waitFor();
    await page.getByText(/^Authorities asked \d+ times\./).waitFor();
    await axe(page);

    await link(page, words.home.ways.log.title).click();
    const rows = page.locator('.entries > li');
    await rows.first().waitFor();
    assert.match(page.url(), /\/v1\/#\/log$/);
    assert.equal(await page.title(), 'The log – A provider of messages');
    await axe(page);

    const day = await page.locator('.day > h2 a').nth(1).innerText();
    await page.locator('.day > h2 a').nth(1).click();
    await page.getByRole('heading', { name: words.log.dayTitle(day) }).waitFor();
    await rows.first().waitFor();
    await page
      .getByRole('combobox', { name: words.log.kind })
      .selectOption({ label: words.log.names['request.received'] });
    await page.waitForURL(`${own.url}/v1/#/log/day/${day}?kind=request.received`);
    await rows.first().waitFor();
    for (const badge of await page.locator('.entries .badge').allTextContents())
      assert.equal(badge, words.log.names['request.received']);
    await axe(page);

    await page.locator('.entries .what a').first().click();
    await page.getByText(words.log.entry.proven).waitFor();
    await page.getByText(words.shell.key.ownWord).waitFor();
    await axe(page);
    const raw = await page.locator('pre.command').first().innerText();
    assert.match(raw, /"kind": "request\.received"/);
    await page.reload();
    await page.getByText(words.log.entry.proven).waitFor();
    assert.equal(await page.locator('pre.command').first().innerText(), raw);

    await page.getByRole('link', { name: /^case\// }).click();
    await page.getByText(words.log.life.whole).waitFor();
    await page.locator('.life .badge').first().getByText(words.log.names['request.received']).waitFor();
    await axe(page);
    await page.getByRole('link', { name: words.shell.screens.prove, exact: true }).click();
    await page.getByRole('heading', { name: words.prove.title, level: 1 }).waitFor();
    await axe(page);

    assert.deepEqual(referrers, [], 'nobody learns where the reader came from');
    assert.deepEqual(await context.cookies(), []);
    assert.deepEqual(await page.evaluate('[Object.keys(localStorage), Object.keys(sessionStorage)]'), [
      [],
      [],
    ]);
    const called = own.seen.slice(before).map(({ method, target }) => `${method} ${target}`);
    const isPublic = /^GET \/v1\/($|console\/|provider$|transparency$|log\/)/;
    assert.deepEqual(
      called.filter((call) => !isPublic.test(call)),
      [],
    );
    assert.ok(!called.some((call) => call.includes('case') || call.includes('request.received')));
  },
);

inBrowser('by keyboard alone one comes from the header to the content, and to an entry', async (t) => {
  const own = await theDesk();
  const { page } = await openSite(t, own, { at: '#/log' });
  await page.locator('.entries > li').first().waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: words.shell.skip }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'content');
  await page.locator('.entries .what a').first().focus();
  await page.keyboard.press('Enter');
  await page.getByText(words.log.entry.proven).waitFor();
  assert.equal(
    await page.evaluate('document.activeElement.id'),
    'content',
    'the new screen is read from its top',
  );
});

/** The site over a log of the test's own, which can be spoiled and forged. */
async function servesLog(page: Page, log: TestLog, spoiled?: () => RegExp | undefined): Promise<void> {
  await page.route('**/v1/provider', async (route) => {
    const document: unknown = await (await route.fetch()).json();
    const its = { origin: log.key.name, verifierKey: formatVerifierKey(log.key) };
    await route.fulfill({ json: { ...Object(document), log: its } });
  });
  await page.route('**/v1/log/**', async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/v1/log/', '');
    const bytes = log.files.get(path);
    if (bytes === undefined) return route.fulfill({ status: 404 });
    const isSpoiled = spoiled?.()?.test(path) === true;
    const body = isSpoiled ? bytes.with(40, (bytes[40] ?? 0) ^ 1) : bytes;
    return route.fulfill({ body: Buffer.from(body) });
  });
}
const entries = history();

inBrowser('of a tile or a bundle that does not verify nothing is shown', async (t) => {
  const own = await theDesk();
  const log = new TestLog().append(entries);
  let spoiled: RegExp | undefined = /^tile\/entries\/000/;
  const { page } = await openSite(t, own, {
    at: '#/log/entry/0',
    prepare: (page) => servesLog(page, log, () => spoiled),
  });
  const alert = page.getByRole('alert').filter({ hasText: words.shell.log.notProven });
  await alert.waitFor();
  assert.equal(await page.locator('pre').count(), 0);
  assert.equal(await page.getByText(words.log.entry.proven).count(), 0);
  await axe(page);
  spoiled = /^tile\/0\//;
  await page.goto(`${own.url}/v1/#/log`);
  await page.reload();
  await alert.waitFor();
  assert.equal(await page.locator('.entries > li').count(), 0);
  spoiled = undefined;
  await page.getByRole('button', { name: words.shell.again }).click();
  await page.locator('.entries > li').first().waitFor();
});

inBrowser('a checkpoint that was kept is of the same history, of another, or of another log', async (t) => {
  const own = await theDesk();
  const log = new TestLog().append(entries.slice(0, 100));
  const kept = log.checkpoint();
  log.append(entries.slice(100));
  const { page } = await openSite(t, own, { at: '#/checkpoint', prepare: (page) => servesLog(page, log) });
  const compare = async (text: string) => {
    await page.getByRole('textbox', { name: words.checkpoint.kept }).fill(text);
    await page.getByRole('button', { name: words.checkpoint.hold, exact: true }).click();
    return page.getByRole('alert').locator('strong').innerText();
  };
  const { results } = words.checkpoint;
  assert.equal(await compare(kept), results.same('100', String(entries.length - 100)));
  await axe(page);
  assert.equal(await compare(log.twin().append(entries.slice(1, 50)).checkpoint()), results.other);
  await page.getByText(results.otherSays('A provider of messages')).waitFor();
  const other = new TestLog('other.example').append(entries.slice(0, 3));
  assert.equal(await compare(other.checkpoint()), results.otherLog('other.example'));
  assert.equal(await compare('hello'), results.none);
  await axe(page);
});

inBrowser(
  'a key that the reader compared is remembered, and from then on no other is believed',
  async (t) => {
    const own = await theDesk();
    const log = new TestLog().append(entries.slice(0, 100));
    let shown = log;
    const { page } = await openSite(t, own, {
      at: '#/prove',
      prepare: async (page) => {
        await page.route('**/v1/provider', async (route) => {
          const document: unknown = await (await route.fetch()).json();
          await route.fulfill({
            json: { ...Object(document), log: { verifierKey: formatVerifierKey(shown.key) } },
          });
        });
        await page.route('**/v1/log/**', (route) => {
          const path = new URL(route.request().url()).pathname.replace('/v1/log/', '');
          const bytes = shown.files.get(path);
          return bytes === undefined
            ? route.fulfill({ status: 404 })
            : route.fulfill({ body: Buffer.from(bytes) });
        });
      },
    });
    const { key } = words.prove;
    const compare = async (text: string) => {
      await page.getByRole('textbox', { name: key.yours }).fill(text);
      await page.getByRole('button', { name: key.compare, exact: true }).click();
    };
    await compare('nonsense');
    await page.getByText(key.malformed).waitFor();
    await compare(formatVerifierKey(new TestLog(log.key.name).key));
    await page.getByText(key.differs).waitFor();
    await compare(formatVerifierKey(log.key));
    await page.getByText(key.same).waitFor();
    await axe(page);
    assert.deepEqual(await page.evaluate('({ ...localStorage })'), { logKey: formatVerifierKey(log.key) });

    shown = new TestLog(log.key.name).append(entries.slice(0, 100));
    await page.goto(`${own.url}/v1/#/log/entry/3`);
    await page.reload();
    await page.getByText(words.shell.log.wrong).waitFor();
    assert.equal(await page.locator('pre').count(), 0);
    await page.goto(`${own.url}/v1/#/prove`);
    await page.getByText(key.other).waitFor();
    await page.getByRole('button', { name: key.forget }).click();
    await page.getByRole('textbox', { name: key.yours }).waitFor();
    assert.deepEqual(await page.evaluate('({ ...localStorage })'), {});
  },
);

inBrowser('every screen fits 320 and 390 px and is read in German and French', async (t) => {
  const own = await theDesk();
  const screens = ['#/', '#/log', '#/log/entry/5', '#/checkpoint', '#/prove', '#/log/stream/registry/desk'];
  for (const { lang, width, title, checkpoint } of [
    { lang: 'de-DE', width: 320, title: homeDe.title, checkpoint: checkpointDe.title },
    { lang: 'fr-FR', width: 390, title: homeFr.title, checkpoint: undefined },
  ]) {
    const { page } = await openSite(t, own, { lang, viewport: { width, height: 740 }, scheme: 'dark' });
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    for (const at of screens) {
      await page.goto(`${own.url}/v1/${at}`);
      await page.locator('h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      assert.equal(await overflowOf(page), 0, `${lang} ${at} at ${width} px`);
      if (checkpoint !== undefined) await axe(page);
      if (at === '#/checkpoint' && checkpoint !== undefined)
        await page.getByRole('heading', { name: checkpoint, level: 1 }).waitFor();
    }
  }
});
