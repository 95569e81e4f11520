import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import { everyMs } from '#console/queue/refreshing.ts';
import { statuses } from '#core/cases/case.ts';
import { inBrowser, openDesk } from './browser.ts';
import { type Desk, desk } from './desk.ts';
import { lock, openCase, unlock } from './steps.ts';

/** How many calls the page makes: each costs its reader time, and a call for each row of a list would cost a minute. */

/** Waits until each list was answered, since a call. */
async function allListed({ seen }: Desk, from: number): Promise<void> {
  const isListed = (status: string) =>
    seen.slice(from).some((call) => call.status === 200 && call.target.endsWith(`?status=${status}`));
  for (const end = Date.now() + 60_000; !statuses.every(isListed); await soon())
    if (Date.now() > end) throw new Error('not every list was answered');
}

/** A desk that was opened before: the page is loaded again, and unlocked. @returns what tells of the calls since */
async function openedAgain(t: TestContext, at: Desk) {
  const { page } = await openDesk(t, at);
  await allListed(at, 0);
  const before = at.seen.length;
  const begun = Date.now();
  await page.reload();
  await unlock(page);
  await allListed(at, before);
  /** Of each list that was asked for, how often; and every other call, in order. */
  const calls = () => {
    const targets = at.seen.slice(before).flatMap(({ method, target }) => `${method} ${target}`);
    const ofApi = targets.filter((target) => !target.startsWith('GET /v1/console'));
    const isList = (target: string) => target.startsWith('GET /v1/reviews?');
    const lists = Map.groupBy(ofApi.filter(isList), (target) => target);
    return { lists, others: ofApi.filter((target) => !isList(target)) };
  };
  return { page, calls, mostOfEach: () => 1 + Math.floor((Date.now() - begun) / everyMs) };
}

const theProvider = 'GET /v1/provider';

inBrowser(
  'opening the desk is a call for the provider and one for each list, whatever is in it',
  async (t) => {
    for (const cases of [5, 60]) {
      const at = await desk({ cases });
      t.after(() => at.close());
      const { calls, mostOfEach } = await openedAgain(t, at);
      const { lists, others } = calls();
      assert.deepEqual(others, [theProvider]);
      assert.equal(lists.size, statuses.length);
      for (const [list, all] of lists) assert.ok(all.length <= mostOfEach(), `${list}: ${all.length} times`);
    }
  },
);

inBrowser('a case that is opened is one call, and no list is asked for because of it', async (t) => {
  const at = await desk();
  t.after(() => at.close());
  const { page, calls, mostOfEach } = await openedAgain(t, at);
  const ids = (['waiting', 'signed narrower by a colleague', 'open'] as const).map(
    (story) => at.find(story).id,
  );
  for (const id of ids) await openCase(page, id);
  const { lists, others } = calls();
  assert.deepEqual(others, [theProvider, ...ids.map((id) => `GET /v1/reviews/${id}`)]);
  for (const [list, all] of lists) assert.ok(all.length <= mostOfEach(), `${list}: ${all.length} times`);
});

inBrowser('a desk that is unlocked again asks for the provider again', async (t) => {
  const at = await desk({ cases: 3 });
  t.after(() => at.close());
  const { page, calls } = await openedAgain(t, at);
  await lock(page);
  const before = at.seen.length;
  await unlock(page);
  await allListed(at, before);
  assert.deepEqual(calls().others, [theProvider, theProvider]);
});
