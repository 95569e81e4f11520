import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { collect, submitRequest } from '#client/agency.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import { askedScope } from '#core/cases/request.ts';
import { consoleRoutes } from '#core/wire/console.ts';
import { enrolMadeKeys, passFirstScreens } from '#dev/browser/first-screens.ts';
import { enrol } from '#dev/world.ts';
import { inBrowser, theBrowser } from '../browser.ts';
import { approveAsAsked, listed, openCase, signIt, words } from '../console/steps.ts';
import { ingest, logged, login, newAccount, newRequest, theWorld } from '../harness.ts';

/** The desk in memory has every state (test/console/). Here the page meets the running stack. */
inBrowser('a reviewer decides in the browser on the running stack, and the agency collects', async (t) => {
  const world = await theWorld();
  const [, second] = world.reviewers;
  assert(second !== undefined);
  const account = newAccount();
  await ingest(world, [login(account, 20), login(account, 10)]);
  const request = newRequest(account);
  const { id } = await submitRequest(world.agency.session, request);

  const context = await (await theBrowser()).newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
  t.after(() => context.close());
  const holder = `reviewer-${randomUUID().slice(0, 8)}`;
  await enrolMadeKeys(context, async (publicKey) => {
    await enrol(world.reviewers, { kind: 'reviewer', reviewer: { holder, publicKey } });
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', ({ message }) => wrong.push(message));
  page.on('console', (said) => {
    if (said.type() === 'error') wrong.push(said.text());
  });
  await page.goto(`${world.cloud.url}/v1${consoleRoutes.showConsole.path}`);
  await passFirstScreens(page, words.first, 'a key of this test');
  await listed(page);
  await page.getByRole('button', { name: holder }).click();
  await page.getByRole('button', { name: words.first.page.compare }).click();
  await page.getByText(words.first.page.verdicts.recorded).waitFor();
  await page.getByRole('button', { name: words.shell.close }).click();
  await page.getByRole('searchbox').fill(request.reference);
  await page.getByRole('link', { name: request.reference }).waitFor();
  await openCase(page, id);
  await logged(world, id, 'review.opened');
  await approveAsAsked(page);
  await signIt(page);
  await page.getByText(words.case.done.approve).waitFor();

  const { requestDigest, decisions } = await showReview(second.session, id);
  assert.deepEqual(
    decisions.map(({ reviewer, decision }) => [reviewer, decision]),
    [[holder, 'approve']],
  );
  const scope = askedScope(request);
  await decideReview(second.session, id, { decision: 'approve', requestDigest, scope, reason: 'the same' });
  const { package: disclosure } = await collect(world.agency.session, id, world.agency.encryptionKey, {
    patienceMs: 90_000,
  });
  assert.equal(disclosure.records.length, 2);
  assert.ok(!page.url().includes(request.reference));
  assert.deepEqual(wrong, []);
});
