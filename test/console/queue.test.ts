import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { axe, inBrowser, openDesk } from './browser.ts';
import { type Desk, desk } from './desk.ts';
import { signIt, unlock } from './steps.ts';

/** The queue, in a real browser. */

const rows = (page: Page) => page.getByRole('rowgroup').nth(1).getByRole('row');
const references = (page: Page) => page.getByRole('rowheader').allInnerTexts();
const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name} `) });
const search = (page: Page) => page.getByRole('searchbox');

/** All cases are there. */
const isListed = (page: Page) => page.getByText(/^\d[\d,]* (of \d[\d,]* )?cases$/).waitFor();
const shows = (page: Page, text: string) => page.getByText(text, { exact: true }).waitFor();

const focusedRow = `document.activeElement?.closest('[role=row]')`;
const focused = (page: Page) =>
  page.evaluate<string | null>(`${focusedRow}?.getAttribute('aria-rowindex') ?? null`);
const isSeen = (page: Page) =>
  page.evaluate<boolean>(`(() => {
    const { top, bottom } = ${focusedRow}.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  })()`);
const hasFocus = (page: Page) =>
  page.evaluate<boolean>(`document.activeElement?.getAttribute('type') === 'search'`);

/** A case of which nothing is out of the ordinary. */
const ordinary = (at: Desk) => at.find(({ story, odd }) => story === 'waiting' && odd === 'none');

/** Every value that names a case: none of them is anywhere but on the screen. */
const identifiers = (at: Desk) => at.cases.flatMap(({ request, id }) => [request.reference, id]);

inBrowser('each tab has the cases that it says, and what it has is what the rules choose', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page, watched } = await openDesk(t, at);
  await isListed(page);
  const totals = async (name: string) => Number((await tab(page, name).innerText()).replace(/\D/g, ''));
  const told = { Owed: 'owed', 'Information asked': 'information asked' } as const;
  for (const [name, story] of Object.entries(told))
    assert.equal(await totals(name), at.cases.filter((one) => one.story === story).length, name);
  for (const name of [
    'Emergencies',
    'Mine',
    'Second signature',
    'Owed',
    'Information asked',
    'Open',
    'Closed',
  ]) {
    await tab(page, name).click();
    await shows(page, `${await totals(name)} cases`);
    assert.equal(
      await page.getByRole('table').getAttribute('aria-rowcount'),
      String((await totals(name)) + 1),
    );
  }
  await page.getByRole('columnheader', { name: 'Received' }).waitFor();
  await tab(page, 'Emergencies').click();
  const emergencies = await totals('Emergencies');
  assert.equal(await rows(page).getByText('Emergency', { exact: true }).count(), emergencies);
  await watched.neverSeen(identifiers(at));
});

inBrowser(
  'a search, filters and an order narrow what is shown, and nothing of it outlives the page',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const { page, watched } = await openDesk(t, at);
    await isListed(page);
    const wanted = ordinary(at);
    await page.keyboard.press('/');
    await page.keyboard.type(wanted.request.reference.toUpperCase());
    await page.getByText(/^1 of \d+ cases$/).waitFor();
    assert.equal(await rows(page).getByRole('link').getAttribute('href'), `#/case/${wanted.id}`);
    await search(page).fill('no such case');
    await page.getByText('No case matches.').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByLabel('Agency', { exact: true }).selectOption(wanted.agency);
    await page.getByLabel('Category', { exact: true }).selectOption('Subscriber');
    const agencies = await page.locator('td.agency .cell').allInnerTexts();
    assert.deepEqual([...new Set(agencies)], [wanted.agency]);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByLabel('Sort', { exact: true }).selectOption('agency');
    const sorted = await page.locator('td.agency .cell').allInnerTexts();
    assert.deepEqual(sorted, sorted.toSorted());
    await watched.neverSeen([...identifiers(at), wanted.request.reference.toUpperCase()]);
  },
);

inBrowser('filters are saved by a name that names nobody, and come back with the page', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page, watched } = await openDesk(t, at);
  await isListed(page);
  const secret = ordinary(at).request.reference;
  await search(page).fill(secret);
  await tab(page, 'Emergencies').click();
  await page.getByLabel('Category', { exact: true }).selectOption('Subscriber');
  await page.getByLabel('Saved filters').selectOption('Save these settings…');
  await page.getByLabel('Name').fill(`about ${secret}`);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Choose a name without references').waitFor();
  await axe(page);
  await page.getByLabel('Name').fill('Urgent subscribers');
  await page.getByRole('button', { name: 'Save' }).click();
  await watched.neverSeen(identifiers(at));
  await page.reload();
  await unlock(page);
  await isListed(page);
  assert.equal(await search(page).inputValue(), '');
  await page.getByLabel('Saved filters').selectOption('Urgent subscribers');
  assert.equal(await tab(page, 'Emergencies').getAttribute('aria-selected'), 'true');
  assert.equal(await page.getByLabel('Category', { exact: true }).inputValue(), 'SubscriberData');
  await page.getByLabel('Saved filters').selectOption('Remove this one');
  assert.equal(await page.getByLabel('Saved filters').getByText('Urgent subscribers').count(), 0);
});

inBrowser('the keyboard alone goes through the cases, opens one and comes back to it', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await openDesk(t, at);
  await isListed(page);
  await page.keyboard.press('j');
  assert.equal(await focused(page), '2', 'the first of them');
  for (const key of ['j', 'j', 'ArrowDown', 'k']) await page.keyboard.press(key);
  assert.equal(await focused(page), '4');
  await page.keyboard.press('End');
  const last = await page.getByRole('table').getAttribute('aria-rowcount');
  assert.equal(await focused(page), last);
  assert.ok(await isSeen(page), 'what has the focus is seen');
  const [reference = ''] = (await references(page)).slice(-1);
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/case\//);
  await page.goBack();
  await page.getByRole('link', { name: reference }).waitFor();
  await page.waitForFunction(`${focusedRow} !== null`);
  assert.equal(await focused(page), last);
  await page.keyboard.press('/');
  assert.ok(await hasFocus(page));
  await page.keyboard.type('jkc');
  assert.equal(await search(page).inputValue(), 'jkc', 'who types, types');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  assert.notEqual(await focused(page), null);
  await tab(page, 'Open').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await tab(page, 'Emergencies').getAttribute('aria-selected'), 'true');
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('Claim the case').waitFor();
});

inBrowser('a claim is signed on its own, and who looked and did not sign claimed nothing', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await openDesk(t, at);
  await isListed(page);
  const free = at.find('signed by a colleague');
  const claims = () => at.seen.filter(({ target }) => target.endsWith('/claim'));
  await search(page).fill(free.request.reference);
  await page.getByText(/^1 of \d+ cases$/).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('c');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(claims().length, 0);
  await page.keyboard.press('c');
  await signIt(page);
  await page.getByText('You claimed the case.').waitFor();
  assert.equal(await page.locator('td.claimed .cell').innerText(), 'You');
  assert.deepEqual(
    claims().map(({ status, body }) => [status, body]),
    [[200, '{"claim":"take"}']],
  );
  assert.equal(await focused(page), '2', 'one is where one was');
});

/** In the page: each tone that is played is counted. */
const countTones = `{
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    document.body.dataset.tones = String(Number(document.body.dataset.tones ?? 0) + 1);
    start.call(this, when);
  };
}`;

inBrowser(
  'an emergency that arrives is told of by title, sound, notification and a line, none of which says which',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const { page, watched } = await openDesk(t, at);
    await page.evaluate(countTones);
    await isListed(page);
    assert.equal(await page.title(), 'Writ', 'what waited already did not arrive');
    await page.getByRole('button', { name: 'Alerts' }).click();
    await axe(page);
    await page.getByLabel('Show a desktop notification').click();
    await page.getByRole('button', { name: 'Close' }).click();
    const id = await at.arrives({ priority: 'Emergency' });
    await page.keyboard.press('r');
    await page.getByRole('alert').getByText('An emergency has arrived.').waitFor();
    assert.equal(await page.title(), '(1) Writ');
    assert.equal(await page.locator('body').getAttribute('data-tones'), '2');
    assert.equal(watched.notifications.length, 1);
    assert.match(watched.notifications[0] ?? '', /^\["An emergency has arrived",/);
    await axe(page);
    await page.getByRole('button', { name: 'Show' }).click();
    assert.equal(await page.title(), 'Writ');
    assert.equal(await page.locator(`a[href="#/case/${id}"]`).count(), 1);
    await watched.neverSeen([...identifiers(at), id]);
    assert.equal(
      await page.evaluate<string>(`localStorage.getItem('queue')`),
      '{"sound":true,"notifies":true,"saved":[]}',
    );
    await page.reload();
    await unlock(page);
    await isListed(page);
    await page.getByRole('button', { name: 'Alerts' }).click();
    assert.ok(await page.getByLabel('Show a desktop notification').isChecked());
  },
);

inBrowser(
  'where nobody answers, the list stays, says how old it is, and nothing is signed; then it is new again',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const { page } = await openDesk(t, at);
    await isListed(page);
    const before = await references(page);
    const end = at.faults.begin('offline');
    await page.keyboard.press('r');
    await page.getByText(/^Out of date: last answer at \d\d:\d\d:\d\d$/).waitFor();
    assert.deepEqual(await references(page), before);
    await page.keyboard.press('j');
    await page.keyboard.press('c');
    await page.getByText('Nothing can be signed now').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    await axe(page);
    end();
    // As when somebody comes back to the page.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.getByText(/^As of/).waitFor();
  },
);

inBrowser('while cases come it says how many came, and a tab without any says what that means', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await openDesk(t, at);
  await isListed(page);
  await page.reload();
  const letGo = at.faults.hold(({ path }) => path === '/v1/reviews');
  await unlock(page);
  await page.getByText('Loading: 0 cases so far').waitFor();
  await axe(page);
  letGo();
  await isListed(page);
  const none = await openDesk(t, at, { reviewer: 'x.nobody' });
  await isListed(none.page);
  await tab(none.page, 'Mine').click();
  await none.page.getByText('You work on no case.').waitFor();
  await axe(none.page);
});

inBrowser('a first list that fails says so, and is asked for again', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await openDesk(t, at);
  await isListed(page);
  await page.reload();
  const end = at.faults.begin('unavailable', ({ path }) => path === '/v1/reviews');
  await unlock(page);
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  end();
  await again.click();
  await isListed(page);
});

inBrowser(
  'a narrow page and a page at 400 % show cards with the same cells, and nothing scrolls sideways',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    for (const place of [
      { viewport: { width: 320, height: 640 } },
      { viewport: { width: 1280, height: 1024 }, zoom: 4 },
      { viewport: { width: 800, height: 900 }, scheme: 'dark', reducedMotion: true },
      { lang: 'de-DE' },
      { lang: 'fr-FR', scheme: 'dark', viewport: { width: 320, height: 640 } },
    ] as const) {
      const { page } = await openDesk(t, at, place);
      await rows(page).first().waitFor();
      await page.getByText(/^\d+ (cases|Vorgänge|dossiers)$/).waitFor();
      const overhang = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(overhang, 0, JSON.stringify(place));
      assert.ok((await rows(page).first().getByRole('cell').count()) > 6);
      await axe(page);
      await page.keyboard.press('j');
      await page.keyboard.press('End');
      assert.ok(await isSeen(page), JSON.stringify(place));
    }
  },
);
