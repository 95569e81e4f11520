import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate as soon } from 'node:timers/promises';
import { axe, inBrowser, openDesk } from './browser.ts';
import { type Desk, desk } from './desk.ts';

/** That the harness notices what tests of the page rely on it to notice. */

/** Made by whichever test runs: where a name pattern leaves them all out, there is no desk to close. */
async function aDesk(t: TestContext): Promise<Desk> {
  const at = await desk({ cases: 3 });
  t.after(() => at.close());
  return at;
}

inBrowser('the page opens at the desk with a key of its own, and the guard finds nothing', async (t) => {
  const at = await aDesk(t);
  const { page, keys, watched } = await openDesk(t, at);
  await page.getByRole('navigation').waitFor();
  assert.equal(keys.length, 1);
  await axe(page);
  await watched.neverSeen([at.cases[0]?.request.reference ?? '']);
});

inBrowser('the guard notices an error, a blocked program, a call to somebody else', async (t) => {
  const at = await aDesk(t);
  const acts = {
    'console.error("something")': /console: something/,
    'setTimeout(() => { throw new Error("late") })': /not caught: late/,
    'document.createElement("p").innerHTML = "<b>x</b>"':
      /blocked by the page’s policy: require-trusted-types/,
    'fetch("https://elsewhere.example/").catch(() => {})': /blocked by the page’s policy: connect-src/,
    'location.href = "https://127.0.0.1:9/"': /call to https:\/\/127\.0\.0\.1:9/,
  };
  const { page, watched } = await openDesk(t, at);
  watched.checkClean();
  for (const [act, found] of Object.entries(acts)) {
    assert.doesNotMatch(
      saidBy(() => watched.checkClean()),
      found,
    );
    // What the page throws, it throws at the harness too.
    await page.evaluate(`(() => { ${act}; })()`).catch(() => {});
    await until(act, () =>
      assert.match(
        saidBy(() => watched.checkClean()),
        found,
      ),
    );
  }
  watched.expectError(/./);
});

inBrowser('the guard finds a value wherever a page can leave it', async (t) => {
  const at = await aDesk(t);
  const value = '+49 171 39200-00 ü';
  const places = {
    localStorage: `localStorage.setItem('x', JSON.stringify({ a: ${JSON.stringify(value)} }))`,
    sessionStorage: `sessionStorage.setItem(${JSON.stringify(value)}, '')`,
    databases: `new Promise((done) => {
      const opening = indexedDB.open('test');
      opening.onupgradeneeded = () => opening.result.createObjectStore('of');
      opening.onsuccess = () => {
        const put = opening.result.transaction('of', 'readwrite').objectStore('of').put({ in: [${JSON.stringify(value)}] }, 'key');
        put.onsuccess = () => { opening.result.close(); done(); };
      };
    })`,
    caches: `caches.open('x').then((cache) => cache.put('/v1/x', new Response(${JSON.stringify(value)})))`,
    cookies: `(document.cookie = 'x=' + encodeURIComponent(${JSON.stringify(value)}))`,
    history: `history.pushState({}, '', '#/' + encodeURIComponent(${JSON.stringify(value)}))`,
    titles: `(document.title = ${JSON.stringify(value)}, new Promise(requestAnimationFrame).then(() => (document.title = 'Writ')))`,
    console: `console.info(${JSON.stringify(value)})`,
    notifications: `void new Notification('Writ', { body: ${JSON.stringify(value)} })`,
    'addresses that were called': `fetch('/v1/provider?x=' + encodeURIComponent(${JSON.stringify(value)}))`,
  };
  const { page, watched } = await openDesk(t, at);
  await watched.neverSeen([value]);
  const left = new Set<string>();
  for (const [place, leave] of Object.entries(places)) {
    await page.evaluate(`(async () => { await ${leave}; })()`);
    await assert.rejects(
      watched.neverSeen([value]),
      (error) => {
        assert.ok(error instanceof assert.AssertionError && Array.isArray(error.actual));
        assert.ok(!error.message.includes(value), 'the value is not in the message');
        const more = error.actual.filter((one: unknown) => !left.has(String(one)));
        assert.ok(more.includes(place), `${place}: ${more.join()}`);
        for (const one of more) left.add(String(one));
        return true;
      },
      place,
    );
  }
});

inBrowser('axe notices a control without a name', async (t) => {
  const at = await aDesk(t);
  const { page } = await openDesk(t, at);
  await page.getByRole('navigation').waitFor();
  await page.evaluate(`document.querySelector('main').append(document.createElement('input'))`);
  await assert.rejects(axe(page), /label/);
});

inBrowser('the page has the day of its desk', async (t) => {
  const then = await desk({ cases: 3, now: '2026-11-30T09:00:00.000Z' });
  t.after(() => then.close());
  const { page } = await openDesk(t, then);
  assert.match(String(await page.evaluate('new Date().toISOString()')), /^2026-11-30T09:0/);
});

function saidBy(check: () => void): string {
  try {
    check();
    return '';
  } catch (error) {
    return String(error);
  }
}

/** What a page did reaches the harness a moment later. */
async function until(what: string, holds: () => void): Promise<void> {
  for (const end = Date.now() + 60_000; ; await soon()) {
    try {
      return holds();
    } catch (error) {
      if (Date.now() > end) throw new Error(what, { cause: error });
    }
  }
}
