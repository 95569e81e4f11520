import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { comeBack } from './at-case.ts';
import { axe, inBrowser, openDesk, type SeatOptions } from './browser.ts';
import { type DeskOptions, desk } from './desk.ts';
import { type Asked, forged } from './faults.ts';
import {
  alert,
  approveAsAsked,
  button,
  listed,
  lock,
  openCase,
  refresh,
  rows,
  signIt,
  unlock,
  words,
} from './steps.ts';

/** Each state of the desk is designed: it says what is, why, and what to do, and lets nobody do what cannot be done. */

async function seated(t: TestContext, options: SeatOptions & DeskOptions = {}) {
  const at = await desk(options);
  t.after(() => at.close());
  return { at, ...(await openDesk(t, at, options)) };
}

const { connection } = words.shell;
const [inHours, inADay] = [3_600_000, 86_400_000];
const isDecision = ({ method, path }: Asked) => method === 'POST' && path.endsWith('/decisions');

inBrowser('empty: a desk without cases says that nothing is open, and what will happen', async (t) => {
  const { page } = await seated(t, { cases: 0 });
  await page.getByText(words.queue.nothing.open.title).waitFor();
  await page.getByText(words.queue.nothing.open.says).waitFor();
  await axe(page);
});

inBrowser(
  'loading: the page says so until the provider answers, and shows what has come so far',
  async (t) => {
    const { at, page } = await seated(t);
    await listed(page);
    const open = at.faults.hold(({ path }) => path === '/v1/provider');
    await page.reload();
    await page.getByText(words.shell.opening).waitFor();
    open();
    const list = at.faults.hold(({ target }) => target.includes('status=Disclosed'));
    await unlock(page);
    await page.getByText(words.queue.soFar('').replace(/\d.*$/, '').slice(0, 8)).first().waitFor();
    await rows(page).nth(1).waitFor();
    list();
    await listed(page);
  },
);

inBrowser('locked: nothing of any case is in the page until it is unlocked', async (t) => {
  const { at, page } = await seated(t);
  await listed(page);
  const { request } = at.find('waiting');
  await lock(page);
  const html = await page.content();
  for (const { request } of at.cases) assert.ok(!html.includes(request.reference));
  for (const { id } of at.cases) assert.ok(!html.includes(id));
  await axe(page);
  await unlock(page);
  await listed(page);
  await page.getByRole('searchbox').fill(request.reference);
  await page.getByRole('table').getByText(request.reference).waitFor();
});

inBrowser('key not enrolled: the page says so, and what to hand to whom', async (t) => {
  const { page } = await seated(t, { reviewer: 'nobody' });
  await alert(page, words.first.sheet.notYet).waitFor();
  await page.getByText(words.first.sheet.says).waitFor();
  await axe(page);
});

inBrowser('key cooling: the page says that it is enrolled, and that its time has not come', async (t) => {
  const activeFrom = new Date(Date.now() + inADay).toISOString();
  const { page } = await seated(t, { activeFrom });
  await alert(page, words.first.sheet.cooling).waitFor();
  await axe(page);
});

inBrowser(
  'key revoked: nothing more is fetched or signed with it, and the page says whom to call',
  async (t) => {
    const { at, page } = await seated(t);
    await listed(page);
    await at.revoke('a.weber');
    await refresh(page);
    await alert(page, connection['key-refused'].title).waitFor();
    await page.getByText(connection['key-refused'].says).waitFor();
    await axe(page);
  },
);

inBrowser('offline: the list stays and says how old it is, and nothing can be signed', async (t) => {
  const { at, page } = await seated(t);
  const { id } = at.find('waiting');
  await listed(page);
  const count = () => page.getByRole('table').getAttribute('aria-rowcount');
  const before = await count();
  const end = at.faults.begin('offline');
  await refresh(page);
  await alert(page, connection.offline.title).waitFor();
  assert.equal(await count(), before);
  await page.getByText(words.queue.stale('')).first().waitFor();
  await axe(page);
  end();
  await refresh(page);
  await alert(page, connection.offline.title).waitFor({ state: 'detached' });

  await openCase(page, id);
  await approveAsAsked(page);
  const again = at.faults.begin('offline');
  await signIt(page);
  await alert(page, connection.offline.title).waitFor();
  assert.equal(at.seen.filter(({ status }) => status === 0).some(isSentDecision), true);
  again();
});
const isSentDecision = ({ method, target }: { method: string; target: string }) =>
  method === 'POST' && target.endsWith('/decisions');

inBrowser('answer lost: the page has the case looked up, and never signs again blindly', async (t) => {
  const { at, page } = await seated(t);
  const { id } = at.find(({ story, request }) => story === 'waiting' && request.priority === 'Routine');
  await openCase(page, id);
  await approveAsAsked(page);
  at.faults.begin('answer-lost', isDecision, 1);
  await signIt(page);
  await alert(page, words.case.stale.lost.title).waitFor();
  const approve = button(page, words.case.choice.approve);
  assert.ok((await approve.count()) === 0 || (await approve.isDisabled()));
  await button(page, words.case.stale.lost.look).click();
  await alert(page, words.case.found.stands).waitFor();
  assert.equal(at.seen.filter(isSentDecision).length, 1);
});

inBrowser(
  'sent twice by the browser itself: that it was signed already is no refusal, and the case is looked up',
  async (t) => {
    const { at, page } = await seated(t);
    const { id } = at.find(({ story, request }) => story === 'waiting' && request.priority === 'Routine');
    await openCase(page, id);
    await approveAsAsked(page);
    at.faults.begin('connection-lost', isDecision, 1);
    await signIt(page);
    await alert(page, words.case.stale.lost.title).waitFor();
    await button(page, words.case.stale.lost.look).click();
    await alert(page, words.case.found.stands).waitFor();
    const sent = at.seen.filter(isSentDecision);
    assert.equal(new Set(sent.map(({ body }) => body)).size, 1);
    await page.getByText(words.case.approvals(1, 2)).waitFor();
  },
);

inBrowser('changed meanwhile: nothing can be signed until the case is looked at again', async (t) => {
  const { at, page } = await seated(t);
  const { id } = at.find(({ story, request }) => story === 'waiting' && request.priority === 'Routine');
  await openCase(page, id);
  await at.as('r.jansen').approve(id);
  await comeBack(page);
  await alert(page, words.case.stale.changed.title).waitFor();
  const approve = button(page, words.case.choice.approve);
  assert.ok((await approve.count()) === 0 || (await approve.isDisabled()));
  await axe(page);
  await button(page, words.case.stale.changed.look).click();
  await alert(page, words.case.stale.changed.title).waitFor({ state: 'detached' });
  await page.getByText(words.case.approvals(1, 2)).waitFor();
});

inBrowser(
  'changed while it was signed: a case that a colleague closed is not decided, and the page says so',
  async (t) => {
    const { at, page } = await seated(t);
    const { id } = at.find(({ story, request }) => story === 'waiting' && request.priority === 'Routine');
    await openCase(page, id);
    await approveAsAsked(page);
    await at.as('r.jansen').reject(id);
    await signIt(page);
    await alert(page, words.case.stale.changed.title).waitFor();
  },
);

inBrowser('another policy was deployed that nobody adopted: nothing is approved under it', async (t) => {
  const { at, page } = await seated(t);
  const { id } = at.find(({ story, request }) => story === 'waiting' && request.priority === 'Routine');
  await openCase(page, id);
  await approveAsAsked(page);
  await at.changePolicy(false);
  await signIt(page);
  await page.getByText('policy-not-adopted').waitFor();
});

inBrowser(
  'the log cannot be read: the page says that it did not work, and tries again when asked',
  async (t) => {
    const { at, page } = await seated(t);
    await listed(page);
    at.readLog(false);
    await refresh(page);
    await page.getByText('try-again').first().waitFor();
    at.readLog(true);
    await refresh(page);
    await page.getByText('try-again').first().waitFor({ state: 'detached' });
  },
);

inBrowser('clock wrong: the page says that the clock is, and not that the key is', async (t) => {
  const { at, page } = await seated(t);
  await listed(page);
  at.shiftClock(inHours);
  await refresh(page);
  await alert(page, connection['clock-wrong'].title).waitFor();
  await axe(page);
});

inBrowser('provider’s key changed: the page stops until somebody has compared the new one', async (t) => {
  const { at, page } = await seated(t);
  await listed(page);
  at.changeProviderKey(true);
  // The page may have noticed by itself already.
  await refresh(page, { timeout: 2000 }).catch(() => {});
  await page.getByRole('heading', { name: words.first.changed.title }).waitFor();
  assert.equal(await page.getByRole('table').count(), 0);
  assert.ok(await button(page, words.first.changed.take).isDisabled());
  await axe(page);
  await page.getByRole('checkbox', { name: words.first.compare.label }).check();
  await button(page, words.first.changed.take).click();
  await unlock(page);
  await listed(page);
});

inBrowser(
  'provider’s key changed while the page was being unlocked: the page stops all the same',
  async (t) => {
    const { at, page } = await seated(t);
    await listed(page);
    await page.reload();
    await page.getByRole('heading', { name: words.first.locked.title }).waitFor();
    at.changeProviderKey(true);
    await unlock(page);
    await page.getByRole('heading', { name: words.first.changed.title }).waitFor();
    assert.equal(await page.getByRole('table').count(), 0);
  },
);

for (const fault of ['unsigned', 'signed-by-stranger', 'changed'] as const)
  inBrowser(`an answer that is ${fault} is not believed: nothing of it is shown`, async (t) => {
    const { at, page } = await seated(t);
    await listed(page);
    at.faults.begin(fault);
    await refresh(page);
    await alert(page, connection['not-believed'].title).waitFor();
    assert.ok(!(await page.content()).includes(forged));
  });

inBrowser(
  'a page of the list that nobody can find any more is said, and the list can be had anew',
  async (t) => {
    const { at, page } = await seated(t, { cases: 260 });
    await listed(page);
    const end = at.faults.begin('page-unknown');
    await refresh(page);
    await page.getByText('page-unknown').waitFor();
    end();
    await refresh(page);
    await page.getByText('page-unknown').waitFor({ state: 'detached' });
  },
);
