import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { orderOf } from '#dev/invented/order.ts';
import { axe, inBrowser, screenshot } from './browser.ts';
import { type Desk, desk } from './desk.ts';
import { openPortal, portalSaid } from './portal.ts';
import { signSheet } from './signing.ts';

/** Asking, as an officer does it in the portal: with mistakes, and to its end. */

const words = portalSaid('ask');
const next = (page: Page) => page.getByRole('button', { name: words.next });
const step = (page: Page, name: keyof typeof words.steps) =>
  page.getByRole('heading', { level: 1, name: words.steps[name] }).waitFor();

/** A person about whom something is stored, and who is asked for by nobody's request of the agency. */
const someone = ({ cases }: Desk) => {
  const subject = cases
    .flatMap(({ request }) => request.subjects)
    .find(({ kind, value }) => kind === 'account' && value.length > 6);
  assert.ok(subject);
  return subject.value;
};

const order = { name: 'order.pdf', mimeType: 'application/pdf', buffer: Buffer.from(orderOf(4711)) };

async function seated(t: TestContext, options = {}) {
  const at = await desk({ cases: 20 });
  t.after(() => at.close());
  return { at, ...(await openPortal(t, at, options)) };
}

inBrowser('an officer asks, with mistakes on the way, and what they asked is received', async (t) => {
  const { at, page, watched } = await seated(t);
  const whom = someone(at);
  await page.getByRole('link', { name: portalSaid('portal').ask }).click();
  await page.getByRole('heading', { level: 1, name: words.start.title }).waitFor();
  await axe(page);
  await page.getByRole('button', { name: words.start.request.button }).click();

  await step(page, 'order');
  await next(page).click();
  const problem = page.getByRole('alert').filter({ hasText: words.problem });
  await problem.getByRole('button', { name: words.missing.reference }).waitFor();
  await axe(page);
  await screenshot(page, 'portal-ask-problems');
  await problem.getByRole('button', { name: words.missing.offence }).click();
  await page.locator('#ask-offence:focus').waitFor();
  await page.getByLabel(words.fields.offence.label).fill('StGB 263a');
  await page.getByRole('radio', { name: words.authorisers.PublicProsecutor }).check();
  await page.getByLabel(words.fields.reference.label).fill('415 Js 4711/26');
  const tomorrow = new Date(Date.now() + 26 * 3_600_000).toISOString().slice(0, 16);
  await page.getByLabel(words.fields.issued.label).fill(tomorrow);
  await page.getByLabel(words.fields.issued.label).blur();
  await page.locator('.field').getByText(words.wrong['in-future']).waitFor();
  const yesterday = new Date(Date.now() - 30 * 3_600_000).toISOString().slice(0, 16);
  await page.getByLabel(words.fields.issued.label).fill(yesterday);
  await page.locator('#ask-digest input[type=file]').setInputFiles(order);
  await page.getByText('order.pdf').waitFor();
  await screenshot(page, 'portal-ask-order');
  await next(page).click();

  await step(page, 'urgency');
  await page.getByRole('radio', { name: words.priority.Emergency.label }).check();
  await page.getByText(words.owesNothing).waitFor();
  await axe(page);
  await screenshot(page, 'portal-ask-urgency');
  await page.getByRole('radio', { name: words.priority.Routine.label }).check();
  await next(page).click();

  await step(page, 'subjects');
  await page.getByLabel(words.subjects.value(1)).fill(whom);
  await axe(page);
  await screenshot(page, 'portal-ask-subjects');
  await next(page).click();

  await step(page, 'data');
  await page.getByText(words.why['authoriser-insufficient'] ?? '').waitFor();
  await page.getByRole('checkbox', { name: 'UserIdentifyingData' }).check();
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel(words.fields.from.label).fill(day(40));
  await page.getByLabel(words.fields.to.label).fill(day(60));
  await page.getByLabel(words.fields.to.label).blur();
  await page.getByText(words.wrong['not-after']).waitFor();
  await axe(page);
  await page.getByLabel(words.fields.to.label).fill(day(2));
  await screenshot(page, 'portal-ask-data');
  await next(page).click();

  await step(page, 'person');
  await page.getByRole('radio', { name: words.secrecy.delay }).check();
  await page.getByLabel(words.fields.delayUntil.label, { exact: true }).fill(day(-60));
  await page.getByRole('radio', { name: words.reasons.evidence }).check();
  await axe(page);
  await screenshot(page, 'portal-ask-person');
  await next(page).click();

  await step(page, 'preserved');
  await page.getByText(words.preserved.none).waitFor();
  await axe(page);
  await next(page).click();

  await page.getByRole('heading', { level: 1, name: words.check.title }).waitFor();
  await page.getByText(whom).waitFor();
  await page.getByText(words.kept.kept).waitFor();
  await axe(page);
  await screenshot(page, 'portal-ask-check');
  await watched.neverSeen([whom, 'Js 4711']);
  await page.getByRole('button', { name: words.check.send.request }).click();
  await page.getByRole('dialog').waitFor();
  await screenshot(page, 'portal-ask-sign', { fullPage: false });
  await signSheet(page);
  await page.getByRole('heading', { level: 1, name: words.sent.title.request }).waitFor();
  await axe(page);
  await screenshot(page, 'portal-ask-sent');
  await page.getByRole('button', { name: words.sent.handIn }).click();
  await signSheet(page);
  await page.getByText(words.sent.handedIn).waitFor();
  await watched.neverSeen([whom, 'Js 4711']);
  const sent = at.seen.filter(({ body }) => body.includes(whom));
  assert.deepEqual(
    sent.map(({ method, target, status }) => [method, target, status]),
    [['POST', '/v1/requests', 201]],
  );
});
