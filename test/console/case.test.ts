import assert from 'node:assert/strict';
import { orderOf } from '#dev/invented/order.ts';
import { atCase, comeBack, fits, look, reasonField, sent, sign } from './at-case.ts';
import { axe, inBrowser, openDesk, screenshot } from './browser.ts';
import { desk } from './desk.ts';
import { listed } from './steps.ts';

inBrowser('a case is opened, judged and signed by the keyboard alone', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page } = await openDesk(t, at, { at: '#/queue' });
  const { keyboard } = page;
  // While lists still arrive, the case that one goes to may be another a moment later.
  await listed(page);
  await keyboard.press('j');
  await page.locator('[role=row] a:focus').waitFor();
  await keyboard.press('Enter');
  await page.getByRole('heading', { name: 'That you look at a case is in the log' }).waitFor();
  assert.equal(
    at.seen.filter(({ target }) => /reviews\/[^?]/.test(target)).length,
    0,
    'nothing was looked at',
  );
  await keyboard.press('Enter');
  await page.locator('.timeline').waitFor();
  const first = page.url();
  const [, id = ''] = /case\/(.*)$/.exec(first) ?? [];
  // The next case and back again.
  await keyboard.press('j');
  await page.waitForURL((url) => url.href !== first);
  await page.locator('.timeline').waitFor();
  await keyboard.press('k');
  await page.waitForURL(first);
  await page.locator('.timeline').waitFor();
  await keyboard.press('?');
  const keys = page.getByRole('dialog');
  for (const key of ['n', 'a', 'r', 'j', 'k', 'u', 'c', 'o'])
    assert.ok((await keys.locator('kbd').allTextContents()).includes(key), key);
  await keyboard.press('Escape');
  await keys.waitFor({ state: 'detached' });
  await keyboard.press('n');
  await page.locator('.choice input[type=checkbox]:focus').waitFor();
  const asAsked = page.getByRole('button', { name: 'As asked' });
  for (let i = 0; i < 40 && !(await asAsked.evaluate((it) => it === it.ownerDocument.activeElement)); i++)
    await keyboard.press('Tab');
  await keyboard.press('Enter');
  await page.getByText('You approve all that was asked').waitFor();
  await keyboard.press('a');
  await page.locator('textarea:focus').waitFor();
  await keyboard.type('order checked');
  await keyboard.press('Enter');
  await sign(page);
  await page.getByText('Your approval stands.').waitFor();
  assert.equal(sent(at, id, 'decisions').length, 1);
  assert.match(sent(at, id, 'decisions')[0] ?? '', /"reason":"order checked"/);
  // Until the case is there as it is now, the focus is in the field that one typed in.
  await page.getByText('You signed this case already.').waitFor();
  await keyboard.press('u');
  await page.waitForURL(/#\/queue$/);
});

inBrowser(
  'the second reviewer chooses first, sees the difference, and takes over exactly the colleague’s',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find('signed narrower by a colleague');
    const { page } = await atCase(t, at, one.id);
    const approved = page.locator('[data-event=approved]');
    await approved.getByText('Scope and reason are shown once you have chosen yourself.').waitFor();
    assert.equal(
      await page.getByText('the rest is not needed').count(),
      0,
      'neither their reason nor their scope',
    );
    assert.equal(await page.locator('.choice input[type=checkbox]:checked').count(), 0, 'nothing is ticked');
    for (const day of await page.locator('input[type=date]').all()) assert.equal(await day.inputValue(), '');
    await page.keyboard.press('a');
    await page.getByText('Choose at least a subject').waitFor();
    await axe(page);
    await page.getByRole('button', { name: 'As asked' }).click();
    await page.keyboard.press('a');
    await page.getByText('You chose something else than').waitFor();
    await approved.getByText('the rest is not needed').waitFor();
    assert.equal(await page.locator('.compare input:checked').count(), 0, 'neither is chosen beforehand');
    await screenshot(page, 'case-differs');
    await axe(page);
    await page.getByRole('radio', { name: /^The same as/ }).check();
    await reasonField(page).fill('checked, as narrowed');
    await page.keyboard.press('Enter');
    await page.getByText('With your signature enough have signed the same').waitFor();
    await screenshot(page, 'sign', { fullPage: false });
    await axe(page);
    await sign(page);
    await page.getByText('Your approval stands.').waitFor();
    await page.getByText('Open: can be collected').waitFor();
    await screenshot(page, 'case-opened');
  },
);

inBrowser(
  'whoever keeps their own scope begins the count anew, and what counts no more stays to be seen',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find('signed narrower by a colleague');
    const { page } = await atCase(t, at, one.id);
    await page.getByRole('button', { name: 'As asked' }).click();
    await page.keyboard.press('a');
    await page.getByRole('radio', { name: /^My own choice/ }).check();
    await reasonField(page).fill('all of it is needed');
    await page.keyboard.press('Enter');
    await page.getByText('The count begins anew with yours').waitFor();
    await sign(page);
    await page.getByText('Your approval stands.').waitFor();
    const gone = page.locator('[data-event=superseded]');
    await gone.getByText('approved another scope after it').waitFor();
    await gone.getByText('the rest is not needed').waitFor();
  },
);

inBrowser(
  'two reviewers at once: the second is told that the case changed, and signs nothing until they look',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find(
      ({ story, odd, request }) => story === 'waiting' && odd === 'none' && request.priority === 'Routine',
    );
    const weber = await atCase(t, at, one.id);
    const jansen = await atCase(t, at, one.id, { reviewer: 'r.jansen' });
    for (const { page } of [weber, jansen]) {
      await page.getByRole('button', { name: 'As asked' }).click();
      await reasonField(page).fill('order checked');
      await page.keyboard.press('Enter');
      await page.locator('.sign').waitFor();
    }
    await sign(weber.page);
    await weber.page.getByText('Your approval stands.').waitFor();
    await comeBack(jansen.page);
    await jansen.page.getByText('This case changed meanwhile.').waitFor();
    assert.equal(await jansen.page.locator('.sign').count(), 0, 'the sheet is closed');
    assert.equal(await jansen.page.getByRole('button', { name: 'Reject' }).isDisabled(), true);
    await screenshot(jansen.page, 'case-changed', { fullPage: false });
    await axe(jansen.page);
    await jansen.page.getByRole('button', { name: 'Look again' }).click();
    await jansen.page.getByText('a.weber approved something of this.').waitFor();
    assert.equal(await jansen.page.locator('.choice input:checked').count(), 0);
    assert.equal(sent(at, one.id, 'decisions').length, 1);
  },
);

inBrowser('where somebody decided first, the refusal says to look again', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = at.find(({ story, odd }) => story === 'waiting' && odd === 'none');
  const { page } = await atCase(t, at, one.id);
  await at.as('l.novak').reject(one.id);
  await page.keyboard.press('r');
  await page.getByRole('radio', { name: /^incomplete/ }).check();
  await page.getByLabel('What the agency needs to know').fill('Page 2 is missing.');
  await page.locator('.preview').getByText('Page 2 is missing.').waitFor();
  await page.locator('.preview').getByText('incomplete:').waitFor();
  await screenshot(page, 'case-reject', { fullPage: false });
  await axe(page);
  await page.getByRole('button', { name: 'Go on to sign the rejection' }).click();
  await sign(page);
  await page.getByText('This case changed meanwhile.').waitFor();
  await page.getByText('case-closed').waitFor();
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('l.novak rejected').waitFor();
});

inBrowser(
  'after a lost answer nobody signs again before they looked, and then it says whether it stands',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find(({ story, odd }) => story === 'waiting' && odd === 'none');
    const { page } = await atCase(t, at, one.id);
    const approve = async () => {
      await page.getByRole('button', { name: 'As asked' }).click();
      await reasonField(page).fill('order checked');
      await page.keyboard.press('Enter');
      await sign(page);
    };
    // It never arrives.
    const end = at.faults.begin('offline');
    await approve();
    await page.getByText('The answer was lost. What you signed may stand.').waitFor();
    await page.getByText('The provider does not answer.').waitFor();
    assert.equal(await page.locator('.choice .main').isDisabled(), true);
    await screenshot(page, 'case-lost', { fullPage: false });
    await axe(page);
    end();
    await page.getByRole('button', { name: 'Look it up' }).click();
    await page.getByText('It did not arrive: nothing of it stands.').waitFor();
    // It arrives, and its answer does not.
    at.faults.begin('answer-lost', ({ method }) => method === 'POST', 1);
    await approve();
    await page.getByRole('button', { name: 'Look it up' }).click();
    await page.getByText('It arrived: what you signed stands.').waitFor();
    assert.equal(await page.locator('[data-event=approved]').count(), 1);
  },
);

inBrowser(
  'the order’s file is held against what was signed, and what was handed in is never shown',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find(({ story, odd }) => story === 'waiting' && odd === 'none');
    const n = at.cases.indexOf(one);
    const { page } = await atCase(t, at, one.id);
    // Early: the browser takes a while until it hands choosers to the test.
    const chosen = page.waitForEvent('filechooser');
    const compared = page.locator('[data-warning=order-not-compared]');
    await compared.waitFor();
    const file = page.locator('input[type=file]');
    await axe(page);
    await page.keyboard.press('o');
    await chosen;
    await file.setInputFiles({
      name: 'other.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from(orderOf(n + 1)),
    });
    await page.getByText('It is another file than the order that was signed.').waitFor();
    await page.locator('[data-warning=order-differs]').waitFor();
    await axe(page);
    await file.setInputFiles({
      name: 'order.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from(orderOf(n)),
    });
    await page.getByText('It is the order that was signed.').waitFor();
    await compared.waitFor({ state: 'detached' });
    assert.equal(await page.getByText('An invented order').count(), 0);
  },
);

inBrowser('an order that was handed in is taken out, compared and saved', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  // Every third agency hands its order in.
  const one = at.cases.find(({ story }, n) => n % 3 === 0 && story === 'waiting');
  const { page } = await atCase(t, at, one?.id ?? '');
  const takeOut = page.getByRole('button', { name: 'Take it out and save it' });
  await page.getByText('That you take it out is in the log.').waitFor();
  const saved = page.waitForEvent('download');
  await takeOut.click();
  assert.equal((await saved).suggestedFilename(), 'order.pdf');
  await page.getByText('It is the order that was signed.').waitFor();
});

inBrowser('access is ended only by whoever types that it is for good', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = at.find('open');
  const { page } = await atCase(t, at, one.id);
  await page.getByRole('button', { name: 'Suspend' }).click();
  await page.getByRole('radio', { name: /^manifest-error/ }).check();
  await page.getByLabel('What the agency needs to know').fill('The order was quashed.');
  const go = page.getByRole('button', { name: 'Go on to sign the suspension' });
  assert.equal(await go.isDisabled(), true);
  await page.getByLabel('Type “for good” to go on').fill('for goo');
  assert.equal(await go.isDisabled(), true);
  await page.getByLabel('Type “for good” to go on').fill('for good');
  await screenshot(page, 'case-suspend', { fullPage: false });
  await axe(page);
  await go.click();
  await sign(page);
  await page.getByText('Access to the data of this case has ended.').waitFor();
  await page.locator('[data-event=suspended]').waitFor();
  assert.equal(sent(at, one.id, 'suspension').length, 1);
});

inBrowser(
  'a note, a question, a letter and a claim are signed each on its own, and stand in the timeline',
  async (t) => {
    const at = await desk();
    t.after(() => at.close());
    const one = at.find(({ story, odd }) => story === 'waiting' && odd === 'none');
    const { page } = await atCase(t, at, one.id);
    await page.getByRole('button', { name: 'Leave a note' }).click();
    await page.getByLabel('Your note').fill('The court confirmed it by telephone.');
    await page.keyboard.press('Enter');
    await sign(page);
    await page.locator('[data-event=note]').getByText('by telephone').waitFor();
    await page.getByRole('button', { name: 'Ask for information' }).click();
    await page.getByRole('checkbox', { name: /^order/ }).check();
    await page.getByLabel('Your question').fill('Where is page 2?');
    await page.keyboard.press('Enter');
    await sign(page);
    await page.locator('[data-event=question]').getByText('page 2').waitFor();
    await page.getByRole('button', { name: 'Write to the agency' }).click();
    await page.getByLabel('Your letter').fill('We answer within ten days.');
    await page.keyboard.press('Enter');
    await sign(page);
    await page.locator('[data-event=letter]').getByText('within ten days').waitFor();
    await page.keyboard.press('c');
    await sign(page);
    await page.getByText('Claimed by you').waitFor();
  },
);

inBrowser('nothing of a case is anywhere but on the screen, and leaving it drops it', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const one = at.find(({ story, odd }) => story === 'waiting' && odd === 'none');
  const { page, watched } = await atCase(t, at, one.id);
  const { subjects, reference, offence } = { ...one.request, offence: one.request.instrument.offence };
  await page
    .getByText(subjects[0]?.value ?? '')
    .first()
    .waitFor();
  const secret = [reference, ...subjects.map(({ value }) => value)];
  await watched.neverSeen(secret);
  await page.keyboard.press('u');
  await page.waitForURL(/#\/queue$/);
  await watched.neverSeen(secret);
  const inPage = await page.content();
  for (const { value } of subjects) assert.ok(!inPage.includes(value));
  assert.ok(offence.length > 0);
});

inBrowser('the page of a case fits at 320 pixels, which is 400 %, light and dark', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const ids = [at.find('superseded'), at.find(({ odd }) => odd === 'long'), at.find('owed')].map(
    ({ id }) => id,
  );
  for (const scheme of ['light', 'dark'] as const) {
    const { page } = await openDesk(t, at, {
      at: `#/case/${ids[0]}`,
      viewport: { width: 1280, height: 1600 },
      zoom: 4,
      scheme,
      reducedMotion: true,
    });
    await look(page);
    for (const [i, id] of ids.entries()) {
      await page.evaluate(`location.hash = '#/case/${id}'`);
      await page.locator('.timeline').waitFor();
      await page.getByText(id).waitFor();
      await fits(page);
      await axe(page);
      await screenshot(page, `case-320-${scheme}-${i}`);
    }
    await page.setViewportSize({ width: 800, height: 1000 });
    await fits(page);
    await screenshot(page, `case-800-${scheme}`);
    await page.setViewportSize({ width: 1440, height: 1000 });
    await fits(page);
    await screenshot(page, `case-1440-${scheme}`);
  }
});
