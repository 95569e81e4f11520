import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { preserveData } from '#client/agency.ts';
import { filesOf } from '#client/cli/log-prove-folder.ts';
import { madeBy } from '#client/cli/version.ts';
import { fileNames } from '#client/package/manifest.ts';
import { provePackage } from '#client/package/prove.ts';
import { filesInZip } from '#client/zip.ts';
import { zipOf } from '#client/zip-write.ts';
import { concat } from '#core/bytes.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { publishedKeys } from '#core/wire/provider.ts';
import { orderOf } from '#dev/invented/order.ts';
import { axe, inBrowser, screenshot } from './browser.ts';
import { type Desk, desk } from './desk.ts';
import { officerAt } from './officer.ts';
import { openPortal, portalSaid } from './portal.ts';
import { signSheet } from './signing.ts';

/** A request's whole life in the portal: asked, followed, answered, collected, saved, and proven without a network. */

const ask = portalSaid('ask');
const list = portalSaid('requests');
const one = portalSaid('one');
const collect = portalSaid('collect');
const packages = portalSaid('packages');

const reference = '415 Js 4712/26';
const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** Somebody of whom there are log-ins. */
function someone({ cases }: Desk): string {
  const found = cases
    .filter(({ request }) => request.categories.includes('UserIdentifyingData'))
    .flatMap(({ request }) => request.subjects)
    .find(({ kind, value }) => kind === 'account' && value.length > 6);
  assert.ok(found);
  return found.value;
}

const orderFile = (n: number) => ({
  name: 'order.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from(orderOf(n)),
});

/** Asks, by the steps of the portal. */
async function asks(page: Page, whom: string): Promise<void> {
  const next = () => page.getByRole('button', { name: ask.next }).click();
  const step = (name: keyof typeof ask.steps) =>
    page.getByRole('heading', { level: 1, name: ask.steps[name] }).waitFor();
  await page.getByRole('link', { name: portalSaid('portal').ask }).click();
  await page.getByRole('button', { name: ask.start.request.button }).click();
  await step('order');
  await page.getByLabel(ask.fields.reference.label).fill(reference);
  await page.getByRole('radio', { name: 'A public prosecutor' }).check();
  await page.getByLabel(ask.fields.offence.label).fill('StGB 263a');
  await page.getByLabel(ask.fields.issued.label).fill(`${day(2)}T09:30`);
  await page.locator('#ask-digest input[type=file]').setInputFiles(orderFile(4712));
  await page.getByText('order.pdf').waitFor();
  await next();
  await step('urgency');
  await next();
  await step('subjects');
  await page.getByLabel(ask.subjects.value(1)).fill(whom);
  await next();
  await step('data');
  await page.getByRole('checkbox', { name: 'UserIdentifyingData' }).check();
  await page.getByLabel(ask.fields.from.label).fill(day(60));
  await page.getByLabel(ask.fields.to.label).fill(day(2));
  await next();
  await step('person');
  await page.getByRole('radio', { name: ask.secrecy.tell }).check();
  await next();
  await step('preserved');
  await next();
  await page.getByRole('button', { name: ask.check.send.request }).click();
  await signSheet(page);
  await page.getByRole('heading', { level: 1, name: ask.sent.title.request }).waitFor();
}

const refresh = (page: Page) => page.getByRole('button', { name: list.refresh }).click();

/** Saves what a button gives. */
async function saved(page: Page, name: string): Promise<{ name: string; bytes: Uint8Array }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: new Uint8Array(await readFile(await download.path())) };
}

const dropped = (name: string, bytes: Uint8Array) => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.from(bytes),
});

inBrowser(
  'a request is asked, followed, answered, collected, saved, and proven without a network',
  async (t) => {
    const at = await desk({ cases: 30 });
    t.after(() => at.close());
    const { page, watched } = await openPortal(t, at);
    const whom = someone(at);
    await asks(page, whom);
    await page.getByRole('link', { name: portalSaid('portal').screens.requests }).click();
    const link = page.getByRole('link', { name: reference });
    const id = (await link.getAttribute('href'))?.split('/').at(-1) ?? '';
    await axe(page);
    await screenshot(page, 'portal-requests');
    await page.getByRole('checkbox', { name: list.notify.label }).check();
    await at.as('a.weber').ask(id);
    await refresh(page);
    await page.getByText(list.changed.says(1)).waitFor();
    assert.deepEqual(
      watched.notifications.map((text) => JSON.parse(text)),
      [[list.notify.notice, { tag: 'request' }]],
    );
    await watched.neverSeen([reference, whom]);
    await page.getByRole('tab', { name: list.tabs.ours }).click();
    const row = page.getByRole('row').filter({ hasText: reference });
    await row.getByText(list.waits.answer).waitFor();
    await row.getByRole('link').click();

    await page.getByRole('heading', { level: 1, name: reference }).waitFor();
    await page.getByText('Which page is missing?').waitFor();
    await page.getByText(whom).first().waitFor();
    await axe(page);
    await screenshot(page, 'portal-one-asked');
    await page.getByRole('button', { name: one.deeds.information }).click();
    await page.getByRole('button', { name: one.forms.answer.go }).click();
    await page.getByText(one.forms.textWrong(2000)).waitFor();
    await page.getByLabel(one.forms.text).fill('Page 2 of 2 is with\nyou again.');
    await axe(page);
    await screenshot(page, 'portal-one-answer', { fullPage: false });
    await page.getByRole('button', { name: one.forms.answer.go }).click();
    await signSheet(page);
    await page.getByText(one.done.information).waitFor();
    await page.getByRole('button', { name: one.deeds.letter }).click();
    await page.getByLabel(one.forms.text).fill('The order is valid for six weeks.');
    await page.getByRole('button', { name: one.forms.letter.go }).click();
    await signSheet(page);
    await page.getByText('The order is valid for six weeks.').waitFor();

    await page.getByRole('button', { name: one.deeds.order }).click();
    await page.getByLabel(one.forms.order.file, { exact: true }).setInputFiles(orderFile(4711));
    await page.getByText(one.forms.order.differs).waitFor();
    await page.getByLabel(one.forms.order.file, { exact: true }).setInputFiles(orderFile(4712));
    await page.getByRole('button', { name: one.forms.order.go }).click();
    await signSheet(page);
    await page.getByText(one.done.order).waitFor();

    for (const reviewer of ['a.weber', 'r.jansen']) await at.as(reviewer).approve(id);
    await page.getByRole('link', { name: one.back }).click();
    await refresh(page);
    await page
      .getByRole('row')
      .filter({ hasText: reference })
      .getByText(list.waits.collect, { exact: true })
      .waitFor();
    await page.getByRole('link', { name: reference }).click();
    await page.getByRole('button', { name: collect.go }).waitFor();
    await axe(page);
    await screenshot(page, 'portal-collect-before');
    const told = watched.notifications.length;
    await page.getByRole('button', { name: collect.go }).click();
    await signSheet(page);
    await page.getByText(collect.done.title).waitFor();
    assert.equal(watched.notifications.length, told, 'what one did oneself is no news');
    const table = page.getByRole('table');
    await table.getByRole('row').nth(1).getByText(whom).waitFor();
    await axe(page);
    await screenshot(page, 'portal-collected');

    const zip = await saved(page, collect.done.zip);
    assert.match(zip.name, /^415-Js-4712-26\.zip$/);
    const csv = await saved(page, collect.done.csv);
    assert.match(new TextDecoder().decode(csv.bytes), /subject,subjectKind,subjectValue/);
    const ip = /(\d+\.\d+\.\d+\.\d+)/.exec(new TextDecoder().decode(csv.bytes))?.[1] ?? '';
    assert.notEqual(ip, '');
    await watched.neverSeen([ip, whom, '4712/26']);

    const unpacked = await filesInZip(zip.bytes, 10_000_000);
    const folder = await mkdtemp(join(tmpdir(), 'writ-saved-'));
    t.after(() => rm(folder, { recursive: true }));
    for (const [name, bytes] of unpacked) await writeFile(join(folder, name.split('/').at(-1) ?? ''), bytes);
    const published = publishedKeys.parse(
      await page.evaluate(`fetch('/v1/provider').then((it) => it.json())`),
    );
    const keys = { log: parseVerifierKey(published.log.verifierKey), provider: published.keys };
    const proof = await provePackage(filesOf(folder), keys, madeBy);
    assert.deepEqual(proof?.faults, [], 'the command proves what the page saved');
    assert.equal(proof?.subjects?.[0]?.value, whom);

    await page.getByRole('button', { name: portalSaid('shell').lock }).click();
    await page.getByText(portalSaid('portal').proveWithout).click();
    assert.equal(await page.getByText(ip).count(), 0, 'a locked page has nothing of it');
    await page.getByRole('heading', { level: 1, name: packages.title }).waitFor();
    await page.context().setOffline(true);
    const chooser = page.getByLabel(packages.choose, { exact: true });
    await axe(page);
    await chooser.setInputFiles(dropped(zip.name, zip.bytes));
    await page.getByText(packages.verdict.consistent.title).waitFor();
    await page.getByRole('button', { name: packages.compare.confirm }).waitFor();
    await axe(page);
    await screenshot(page, 'portal-prove-own');
    await page.getByRole('button', { name: packages.compare.confirm }).click();
    await page.getByText(packages.verdict.proven.title, { exact: true }).waitFor();
    await page.getByRole('table').getByText(ip).first().waitFor();
    await axe(page);
    await screenshot(page, 'portal-proven');

    const spoiled = [...unpacked].map(([name, bytes]) => {
      const isTable = name.endsWith(fileNames.records);
      return {
        name,
        pieces: [
          isTable ? Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte)) : bytes,
        ],
      };
    });
    await page.getByRole('button', { name: packages.another }).click();
    await chooser.setInputFiles(dropped('spoiled.zip', concat(...zipOf(spoiled))));
    await page.getByText(packages.verdict.wrong.title).waitFor();
    await page.getByText(`${fileNames.records}:`).first().waitFor();
    assert.equal(await page.getByRole('table').count(), 0, 'nothing of it is shown');
    await axe(page);
    await screenshot(page, 'portal-prove-spoiled');
    await page.context().setOffline(false);
  },
);

inBrowser(
  'on a narrow screen, in German, an officer stands in for a colleague, and every screen has its place',
  async (t) => {
    const at = await desk({ cases: 60 });
    t.after(() => at.close());
    const like = at.find(({ story, agency }) => agency.startsWith('de-') && story !== 'waiting');
    const options = { agency: like.agency, lang: 'de-DE', viewport: { width: 320, height: 720 } };
    const { page } = await openPortal(t, at, options);
    const german = portalSaid('requests', 'de');
    const fits = async () =>
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
    await page.getByRole('tab', { name: german.tabs.all }).click();
    await page.getByRole('link', { name: like.request.reference }).waitFor();
    await axe(page);
    await fits();
    await screenshot(page, 'portal-requests-narrow');
    await page.getByRole('link', { name: like.request.reference }).click();
    await page.getByRole('heading', { level: 1, name: like.request.reference }).waitFor();
    await page.getByText(portalSaid('one', 'de').asked.notHere).waitFor();
    await axe(page);
    await fits();
    await screenshot(page, 'portal-one-narrow');
    const deeds = portalSaid('one', 'de');
    await page.getByRole('button', { name: deeds.deeds.withdrawal }).click();
    await axe(page);
    await page.getByRole('button', { name: deeds.forms.withdrawal.go }).click();
    await signSheet(page, 'de');
    await page.getByText(deeds.done.withdrawal).waitFor();
    const { session } = await officerAt(at, { agency: like.agency, name: 'de-colleague' });
    const {
      priority: _p,
      threat: _t,
      notice: _n,
      notification: _i,
      preservations: _k,
      order: _o,
      ...kept
    } = like.request;
    const { answerBy: _a, ...instrument } = kept.instrument;
    await preserveData(session, { ...kept, instrument, reference: 'P-17/26' });
    for (const screen of ['preservations', 'prove'] as const) {
      await page.evaluate(`location.hash = '#/${screen}'`);
      const title = {
        preservations: portalSaid('preserved', 'de').title,
        prove: portalSaid('packages', 'de').title,
      };
      await page.getByRole('heading', { level: 1, name: title[screen] }).waitFor();
      await page
        .getByRole('status')
        .filter({ hasText: portalSaid('preserved', 'de').loading })
        .waitFor({ state: 'detached' });
      if (screen === 'preservations') {
        const said = portalSaid('preserved', 'de');
        const extend = page.getByRole('button', { name: `${said.extend}: P-17/26` });
        await extend.click();
        await signSheet(page, 'de');
        await page.getByText(said.extended).waitFor();
        assert.equal(await extend.count(), 0, 'it is extended once');
      }
      await axe(page);
      await fits();
      await screenshot(page, `portal-${screen}-narrow`);
    }
  },
);
