import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { signingKeyOf } from '#client/enrolment.ts';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { hexOf, wordsOf } from '#client/thumbprint.ts';
import { registryWords } from '#console/registry/words.ts';
import { de } from '#console/registry/words-de.ts';
import { fr } from '#console/registry/words-fr.ts';
import { sheetWords } from '#console/sign/sheet-words.ts';
import { policyHash, policySchema } from '#core/cases/policy.ts';
import { changeList } from '#core/registry/change-view.ts';
import { axe, inBrowser, openDesk, type SeatOptions } from './browser.ts';
import { desk } from './desk.ts';
import { signSheet } from './signing.ts';

/** The registry's screen, in a browser, at a desk in memory. */
const words = registryWords.en;
const at = '#/registry';
const eu = policySchema.parse(
  JSON.parse(readFileSync(new URL('../../policy/eu-e-evidence.json', import.meta.url), 'utf8')),
);

async function open(t: Parameters<typeof openDesk>[0], options: SeatOptions = {}) {
  const own = await desk();
  t.after(() => own.close());
  const listed = Promise.withResolvers<ReturnType<typeof changeList.parse>>();
  const seat = await openDesk(t, own, { ...options, at: '#/statistics' });
  seat.page.on('response', async (response) => {
    if (response.url().endsWith('/registry/changes?status=Pending'))
      listed.resolve(changeList.parse(await response.json()));
  });
  await seat.page.evaluate(`location.hash = ${JSON.stringify(at)}`);
  await seat.page.locator('.card').first().waitFor();
  return { ...seat, own, pending: await listed.promise };
}

const card = (page: Page, kind: keyof typeof words.kinds) =>
  page.getByRole('article').filter({ hasText: words.kinds[kind] });
const look = (page: Page, kind: keyof typeof words.kinds) =>
  card(page, kind).getByRole('button', { name: words.changes.check }).click();
const part = (page: Page, name: keyof typeof words.parts) =>
  page.getByRole('tab', { name: words.parts[name] }).click();
const approve = (page: Page) => page.getByRole('button', { name: words.changes.approve });

inBrowser(
  'pending changes stand first, each with who proposed it, what it waits for and until when',
  async (t) => {
    const { page } = await open(t);
    assert.equal(await page.getByRole('article').count(), 3);
    const officer = card(page, 'officer');
    for (const text of ['nl-waterkerk-2', 'nl-om-waterkerk', 'r.jansen', '1 more reviewer', 'in 13 days'])
      await officer.getByText(text).first().waitFor();
    await officer.getByText(words.changes.confirmation.officer).waitFor();
    await page.getByRole('combobox', { name: words.changes.status }).selectOption('Rejected');
    await page.getByText(words.changes.noneOf).waitFor();
  },
);

inBrowser('nothing is approved that was not opened, and no two changes at once', async (t) => {
  const { page } = await open(t);
  assert.equal(await approve(page).count(), 0);
  await look(page, 'officer');
  assert.equal(await approve(page).count(), 1);
  await look(page, 'hold');
  assert.equal(await approve(page).count(), 1, 'the other one was closed');
});

inBrowser('a key is approved only once what was heard is the key’s, which is not shown before', async (t) => {
  const { page, own, pending } = await open(t);
  const change = pending.changes.find(({ proposal }) => proposal.kind === 'officer');
  assert.ok(change?.proposal.kind === 'officer');
  const { thumbprint } = signingKeyOf(change.proposal.officer.publicKey);
  const own12 = await wordsOf(thumbprint);
  await look(page, 'officer');
  const field = page.getByRole('textbox', { name: /^Heard: nl-waterkerk-2’s key to sign with/ });
  assert.ok(await approve(page).isDisabled());
  assert.equal(await page.getByText(thumbprint).count(), 0);

  await field.fill((await wordsOf(signerFromPem(newSigningKey().privatePem).keyId)).join(' '));
  await page.getByText(words.compare.outcome.differs).waitFor();
  assert.ok(await approve(page).isDisabled());
  assert.equal(await page.getByText(thumbprint).count(), 0, 'a wrong guess shows nothing of the key');

  await field.fill(own12.slice(0, 5).join(' '));
  await page.getByText(words.compare.outcome.more).waitFor();
  assert.ok(await approve(page).isDisabled());

  await field.fill(own12.slice(0, 6).join(' '));
  await page.getByText(words.compare.outcome.matches).waitFor();
  await page.getByText(thumbprint).waitFor();
  await page.getByText(hexOf(thumbprint).join(' ')).waitFor();
  await axe(page);
  await approve(page).click();
  await signSheet(page);
  await page.getByText(words.changes.decidedNow.Pending).waitFor();
  const sent = own.seen.filter(({ method, target }) => method === 'POST' && /decisions$/.test(target));
  assert.deepEqual(
    sent.map(({ body, status }) => [JSON.parse(body), status]),
    [[{ decision: 'approve', changeDigest: change.changeDigest }, 200]],
  );
  await card(page, 'officer').getByText(words.changes.obstacle.signed).waitFor();
});

inBrowser('whoever leaves the sheet has signed nothing; a rejection is signed as well', async (t) => {
  const { page, own } = await open(t);
  await look(page, 'hold');
  const posts = () => own.seen.filter(({ method }) => method === 'POST').length;
  const before = posts();
  await page.getByRole('button', { name: words.changes.reject }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(posts(), before);
  await page.getByRole('button', { name: words.changes.reject }).click();
  await signSheet(page);
  await page.getByText(words.kinds.hold).waitFor({ state: 'detached' });
  assert.equal(posts(), before + 1);
});

inBrowser(
  'a policy is compared line by line before it is proposed, and read before it is approved',
  async (t) => {
    const { page, own } = await open(t);
    await look(page, 'policy');
    assert.ok(await approve(page).isDisabled());
    await page.getByRole('button', { name: words.changes.readFile }).click();
    const file = page.locator('input[type=file]');
    const drop = (policy: unknown) =>
      file.setInputFiles({
        name: 'policy.json',
        mimeType: 'application/json',
        buffer: Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)),
      });
    await drop('{"name":1,"name":2}');
    await page.getByText(words.policy.noJson).waitFor();
    await drop({ ...eu, approvals: 1 });
    await page.getByText(words.policy.faults).waitFor();
    assert.equal(await page.getByRole('button', { name: words.policy.adopt }).count(), 0);
    const other = { ...eu, desk: { sees: 'nothing' as const } };
    await drop(other);
    await page.getByText(policyHash(other)).waitFor();
    await page.getByText('sees: "nothing"').waitFor();
    await page.getByText(words.policy.differs).waitFor();
    await axe(page);
    await page.getByRole('button', { name: words.policy.adopt }).click();
    await signSheet(page);
    await page.getByText(words.policy.matches).waitFor();
    const [proposed] = own.seen.filter(
      ({ method, target }) => method === 'POST' && target.endsWith('/changes'),
    );
    assert.deepEqual(JSON.parse(proposed?.body ?? ''), { kind: 'policy', policyHash: policyHash(other) });
  },
);

inBrowser(
  'a reviewer is proposed by fields that say what is wrong, and whose key was compared',
  async (t) => {
    const { page, own } = await open(t);
    await part(page, 'propose');
    await page.getByLabel(words.propose.what).selectOption('reviewer');
    const propose = page.getByRole('button', { name: words.propose.propose });
    const name = page.getByRole('textbox', { name: words.propose.holder.reviewer });
    await propose.click();
    await page.getByText(words.propose.faults.needed).first().waitFor();
    assert.ok(
      await name.evaluate((field) => field === field.ownerDocument.activeElement),
      'the first wrong field',
    );
    await name.fill('m diaz');
    await name.press('Tab');
    await page.getByText(words.propose.forms.holder ?? '').waitFor();
    await name.fill('m.diaz');
    const { privatePem } = newSigningKey();
    const { keyId: thumbprint } = signerFromPem(privatePem);
    const enrolment = { v: 1, role: 'reviewer', publicKey: publicJwk(privatePem), thumbprint };
    const officers = {
      ...enrolment,
      role: 'agency',
      encryptionKey: publicJwk(newEncryptionKey().privatePem),
    };
    const keys = page.getByRole('textbox', { name: words.propose.fields.keys });
    await keys.fill(JSON.stringify(officers));
    await keys.press('Tab');
    await page.getByText(words.propose.faults.role).waitFor();
    await page.locator('input[type=file]').setInputFiles({
      name: 'm.diaz.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(enrolment)),
    });
    const heard = page.getByRole('textbox', { name: /^Heard: m\.diaz’s/ });
    await heard.waitFor();
    assert.ok(await propose.isDisabled(), 'it was not compared');
    await heard.fill(hexOf(thumbprint).slice(0, 4).join(' '));
    await axe(page);
    await propose.click();
    await signSheet(page);
    await page.getByText(words.propose.doneSays).waitFor();
    const [proposed] = own.seen.filter(
      ({ method, target }) => method === 'POST' && target.endsWith('/changes'),
    );
    assert.equal(JSON.parse(proposed?.body ?? '').reviewer.holder, 'm.diaz');
    await part(page, 'changes');
    await card(page, 'reviewer').getByText(words.changes.obstacle.signed).waitFor();
  },
);

inBrowser(
  'a person is revoked key by key, after what ends was shown and their pseudonym typed',
  async (t) => {
    const { page, own } = await open(t);
    await own.enrol({ ...publicJwk(newSigningKey().privatePem) }, 'm.dubois');
    await part(page, 'people');
    await page.getByRole('button', { name: words.people.revoke('m.dubois') }).click();
    const dialog = page.getByRole('dialog', { name: words.revoke.title('m.dubois') });
    await dialog.getByText(words.revoke.statuses.Suspended).first().waitFor();
    await dialog.getByText(words.revoke.voided(1)).first().waitFor();
    await dialog.getByText(words.revoke.losesSignature).waitFor();
    await axe(page);
    const act = dialog.getByRole('button', { name: words.revoke.act(2) });
    await dialog.getByLabel(words.revoke.reason).selectOption('stolen');
    assert.ok(await act.isDisabled());
    const typed = dialog.getByLabel(words.revoke.confirm);
    await typed.fill('l.novak');
    await dialog.getByText(words.revoke.confirmDiffers).waitFor();
    assert.ok(await act.isDisabled());
    await typed.fill('m.dubois');
    await act.click();
    await signSheet(page);
    // The second is left, and the same dialog goes on with it.
    await page.getByRole('dialog', { name: sheetWords.en.title }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByText(words.revoke.stopped(1, 1)).waitFor();
    await dialog.getByRole('button', { name: words.revoke.act(1) }).click();
    await signSheet(page);
    await dialog.getByText(words.revoke.done(1)).waitFor();
    const revoked = own.seen.filter(({ target }) => target.endsWith('/registry/revocations'));
    assert.equal(new Set(revoked.map(({ body }) => JSON.parse(body).keyid)).size, 2);
    assert.ok(revoked.every(({ body, status }) => JSON.parse(body).reason === 'stolen' && status === 200));
    await dialog.getByRole('button', { name: words.revoke.leave }).click();
    await page.getByRole('button', { name: words.people.revoke('m.dubois') }).waitFor({ state: 'detached' });
  },
);

inBrowser(
  'people are found by name, agency and thumbprint, with keys that are active, cooling or revoked',
  async (t) => {
    const { page, keys } = await open(t);
    await part(page, 'people');
    const names = page.locator('.people h3');
    const search = page.getByRole('searchbox', { name: words.people.search });
    await search.fill('s.keller');
    await page.getByText(/Cooling off: in 2\d hours/).waitFor();
    assert.deepEqual(await names.allTextContents(), ['s.keller']);
    await search.fill((keys[0] ?? '').slice(0, 9));
    assert.deepEqual(await names.allTextContents(), ['a.weberyou']);
    await search.fill('altenwerda');
    assert.equal(await page.getByText(/^Revoked/).count(), 0);
    await page.getByLabel(words.people.withRevoked).check();
    await page.getByText(/^Revoked/).waitFor();
    await page.getByText(words.terms.title).click();
    // A key's words may have this one too.
    await page.locator('.terms').getByText(words.terms.since).waitFor();
    await search.fill('nobody at all');
    await page.getByText(words.people.noneFound).waitFor();
  },
);

inBrowser('while the provider does not answer nothing can be signed, and the list stays', async (t) => {
  const { page, own } = await open(t);
  await look(page, 'hold');
  assert.ok(await approve(page).isEnabled());
  const end = own.faults.begin('offline');
  await page.getByRole('button', { name: words.reload }).click();
  await page.getByText(words.cannotSign).waitFor();
  assert.ok(await approve(page).isDisabled());
  assert.equal(await page.getByRole('article').count(), 3);
  end();
  await page.getByRole('button', { name: words.reload }).click();
  await page.getByText(words.cannotSign).waitFor({ state: 'detached' });
  assert.ok(await approve(page).isEnabled());
});

inBrowser('an answer that was lost is looked up, and nothing is signed again', async (t) => {
  const { page, own } = await open(t);
  await look(page, 'hold');
  own.faults.begin('answer-lost', ({ method }) => method === 'POST');
  await approve(page).click();
  await signSheet(page);
  // The decision stands: the change was applied, and is not pending any more.
  await page.getByText(words.kinds.hold).waitFor({ state: 'detached' });
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.getByRole('combobox', { name: words.changes.status }).selectOption('Applied');
  await page.getByText(words.kinds.hold).waitFor();
});

inBrowser(
  'the keyboard alone goes through every part, at 320 px, in the dark, in three languages',
  async (t) => {
    const { page } = await open(t, { viewport: { width: 320, height: 640 }, scheme: 'dark' });
    const isNarrow = () =>
      page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
    await page.getByRole('tab', { name: words.parts.changes }).focus();
    for (const name of ['people', 'propose', 'policy', 'changes'] as const) {
      await page.keyboard.press('ArrowRight');
      const tab = page.getByRole('tab', { name: words.parts[name] });
      assert.equal(await tab.getAttribute('aria-selected'), 'true');
      assert.ok(await isNarrow(), name);
      await axe(page);
    }
    for (const [language, its] of Object.entries({ de, fr })) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      for (const name of ['people', 'propose', 'policy', 'changes'] as const) {
        await page.getByRole('tab', { name: its.parts[name] }).click();
        assert.ok(await isNarrow(), `${language} ${name}`);
      }
    }
  },
);
