import { after, type TestContext, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { findBrowser } from '#dev/browser/browser.mjs';
import { launchBrowser } from '#dev/browser/first-screens.ts';

/** A real browser, for tests of what runs in one. */
const file = findBrowser();

/** For `skip`: why tests in a browser are left out here. The run names each of them with it. */
export const noBrowser: string | false = file === undefined && 'there is no Chromium here';

/** A test in a browser. */
export function inBrowser(name: string, run: (t: TestContext) => Promise<void>): void {
  void test(name, { skip: noBrowser }, run);
}

/**
 * How long a test waits for what a page shows before it fails, in milliseconds. Playwright's own half a minute is little for
 * a machine that starts other browsers at the same time.
 */
export const patienceMs = 90_000;

let started: Promise<Browser> | undefined;
after(async () => (await started)?.close());

/** One browser a file; each page of a test has a profile of its own in it. */
export function theBrowser(): Promise<Browser> {
  // Without one, every test in a browser is left out.
  started ??= launchBrowser(file ?? '');
  return started;
}
