import assert from 'node:assert/strict';
import type { Page, Request } from 'playwright-core';
import { z } from 'zod';

/** What a page leaves behind outside of itself, and what it must not have done. */
export interface Watched {
  /** Nothing in the console, nothing that the page's policy blocked, no call to anybody else. */
  checkClean(): void;
  /** Lets errors of a text be, where a test brings them about. */
  expectError(text: RegExp): void;
  /** What the page notified of, as the desktop would show it. */
  notifications: readonly string[];
  /** That none of these values is anywhere but on the screen. */
  neverSeen(values: readonly string[]): Promise<void>;
}

/** The browser says so of every answer that is no success, and of every connection that breaks off. */
const ofTheNetwork = /^Failed to load resource: /;

export async function watched(page: Page, origin: string): Promise<Watched> {
  const faults: string[] = [];
  const said: string[] = [];
  const titles: string[] = [];
  const notifications: string[] = [];
  const asked: string[] = [];
  const expected: RegExp[] = [];

  page.on('console', (message) => {
    said.push(message.text());
    if (message.type() === 'error' && !ofTheNetwork.test(message.text()))
      faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    said.push(String(error.stack ?? error.message));
    faults.push(`not caught: ${error.message}`);
  });
  page.on('request', (request: Request) => {
    asked.push(request.url());
    const { protocol, origin: to } = new URL(request.url());
    if (to !== origin && protocol !== 'data:' && protocol !== 'blob:') faults.push(`call to ${to}`);
  });
  await page.exposeBinding('writBlocked', (_, directive: unknown) => {
    faults.push(`blocked by the page’s policy: ${String(directive)}`);
  });
  await page.exposeBinding('writTitle', (_, title: unknown) => void titles.push(String(title)));
  await page.exposeBinding('writNotified', (_, text: unknown) => void notifications.push(String(text)));
  await page.addInitScript(watching);

  return {
    notifications,
    checkClean() {
      const unexpected = faults.filter((fault) => !expected.some((text) => text.test(fault)));
      assert.deepEqual(unexpected, []);
    },
    expectError: (text) => void expected.push(text),
    async neverSeen(values) {
      const places = {
        ...stored.parse(await page.evaluate(whatIsStored)),
        address: page.url(),
        'addresses that were called': asked,
        history: await historyOf(page),
        titles: [...titles, await page.title()],
        cookies: await page.context().cookies(),
        console: said,
        notifications,
      };
      const found = Object.entries(places).flatMap(([place, content]) => {
        const text = JSON.stringify(content);
        return values.filter((value) => appears(text, value)).map(() => place);
      });
      // The value itself is not in the message: it may be somebody's.
      assert.deepEqual(found, []);
    },
  };
}

/** In JSON, in an address, and in base64. */
function appears(text: string, value: string): boolean {
  const json = JSON.stringify(value).slice(1, -1);
  const bytes = Buffer.from(value);
  return [value, json, encodeURIComponent(value), bytes.toString('base64url'), bytes.toString('hex')].some(
    (form) => text.includes(form),
  );
}

async function historyOf(page: Page): Promise<unknown> {
  const devTools = await page.context().newCDPSession(page);
  const { entries } = await devTools.send('Page.getNavigationHistory');
  await devTools.detach();
  return entries.map(({ url, title }) => ({ url, title }));
}

const stored = z.object({
  localStorage: z.unknown(),
  sessionStorage: z.unknown(),
  databases: z.unknown(),
  caches: z.unknown(),
  workers: z.unknown(),
});

const watching = `
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample, sourceFile, lineNumber }) =>
  globalThis.writBlocked([effectiveDirective, blockedURI, sample, sourceFile, lineNumber].join(' ')));
addEventListener('DOMContentLoaded', () => {
  const tell = () => globalThis.writTitle(document.title);
  new MutationObserver(tell).observe(document.head, { subtree: true, childList: true, characterData: true });
  tell();
});
globalThis.Notification = class {
  static permission = 'granted';
  static requestPermission = async () => 'granted';
  constructor(title, options) {
    globalThis.writNotified(JSON.stringify([title, options]));
  }
  addEventListener() {}
  close() {}
};
`;

/** In the page: all that outlives it, as text. */
const whatIsStored = `(async () => {
  const textOf = (value) =>
    JSON.parse(
      JSON.stringify(value, (_, part) => {
        if (part instanceof CryptoKey) return 'CryptoKey, extractable: ' + part.extractable;
        if (part instanceof ArrayBuffer) return [...new Uint8Array(part)].join();
        return part;
      }) ?? 'null',
    );
  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  const databases = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const held = database.transaction(store).objectStore(store);
      databases.push({ name, store, keys: await asked(held.getAllKeys()), values: textOf(await asked(held.getAll())) });
    }
    database.close();
  }
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      kept.push({ name, url: request.url, body: await (await cache.match(request)).text() });
  }
  const workers = await navigator.serviceWorker.getRegistrations();
  return {
    localStorage: { ...localStorage },
    sessionStorage: { ...sessionStorage },
    databases,
    caches: kept,
    workers: workers.map(({ scope }) => scope),
  };
})()`;
