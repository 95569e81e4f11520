import assert from 'node:assert/strict';
import { axe, inBrowser, openDesk, screenshot } from './browser.ts';
import { desk } from './desk.ts';

inBrowser('the page opens at the desk with a key of its own, and asks nobody else', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page, keys, watched } = await openDesk(t, at);
  await page.getByRole('navigation').waitFor();
  console.log(
    keys,
    at.seen.map(({ method, target, status }) => [method, target, status]),
  );
  const isOpen = at.seen.length;
  console.log('open', isOpen);
  await screenshot(page, 'first');
  await watched.neverSeen([at.cases[0]?.request.reference ?? '']);
  await axe(page);
  assert.equal(keys.length, 1);
});
