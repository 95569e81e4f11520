import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import { preferredLanguage } from '#console/words/lang.ts';
import { enrolMadeKeys, passFirstScreens } from '#dev/browser/first-screens.ts';
import { theBrowser } from '../browser.ts';
import type { Desk } from './desk.ts';
import { said } from './said.ts';
import { type Watched, watched } from './watched.ts';

/** The page in a real browser, at a desk in memory. */

/** What the harness calls the key that it has the page make. */
export const keyName = 'the key of the test';

export { inBrowser } from '../browser.ts';

export interface SeatOptions {
  /** @defaultValue 1440 × 900 */
  viewport?: { width: number; height: number };
  scheme?: 'light' | 'dark';
  /** @defaultValue `en-GB` */
  lang?: string;
  /** @defaultValue `Europe/Berlin` */
  timezone?: string;
  reducedMotion?: boolean;
  /** As a reader sees it who enlarges the page: 4 is 400 %. The viewport is then what is left of it. */
  zoom?: number;
  /** Who reads: any key that the page makes is enrolled as theirs. `nobody`: none is. @defaultValue `a.weber` */
  reviewer?: string;
  /** From when on the key may be used: a day that is to come makes it cool. */
  activeFrom?: string;
  /** Whether the first screens are passed, up to the desk itself. @defaultValue true */
  isAtDesk?: boolean;
  /** Where in the page: `#/queue`. */
  at?: string;
}

/** A reviewer's place: their page, and what the harness saw of it. */
export interface Seat {
  page: Page;
  /** Thumbprints of the keys that the page made, in order. */
  keys: readonly string[];
  watched: Watched;
}

/**
 * Opens the page as a reviewer does, in a browser profile of its own. At the end of the test it must have been clean: no
 * error in the console, nothing that the page's policy blocked, no call to anybody else.
 */
export async function openDesk(t: TestContext, desk: Desk, options: SeatOptions = {}): Promise<Seat> {
  const { reviewer = 'a.weber', activeFrom, at = '', lang = 'en-GB' } = options;
  const language = preferredLanguage([lang]);
  const browser = await theBrowser();
  const context = await browser.newContext(contextOf(options));
  const keys: string[] = [];
  await enrolMadeKeys(context, async (publicKey) => {
    if (reviewer !== 'nobody') keys.push(await desk.enrol(publicKey, reviewer, activeFrom));
  });
  const page = await context.newPage();
  // What somebody looks at first, of a test that failed.
  t.after(
    async () =>
      void (
        Reflect.get(t, 'passed') === true || (await screenshot(page, `failed-${t.name.replace(/\W+/g, '-')}`))
      ),
  );
  const seen = await watched(page, desk.url);
  t.after(() => seen.checkClean());
  t.after(() => context.close());
  // A desk that is of another day has the page be of that day too.
  if (Math.abs(Date.parse(desk.now()) - Date.now()) > 60_000) await page.clock.install({ time: desk.now() });
  await page.goto(`${desk.url}/v1/console${at}`);
  if (options.isAtDesk !== false) await passFirstScreens(page, said('first', language), keyName);
  return { page, keys, watched: seen };
}

export function contextOf(options: SeatOptions): BrowserContextOptions {
  const { zoom = 1, lang = 'en-GB', timezone = 'Europe/Berlin', scheme = 'light' } = options;
  const { width, height } = options.viewport ?? { width: 1440, height: 900 };
  return {
    ignoreHTTPSErrors: true,
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    locale: lang,
    timezoneId: timezone,
    colorScheme: scheme,
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
  };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const found = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    help: z.string(),
    nodes: z.array(z.object({ target: z.array(z.unknown()), html: z.string() })),
  }),
);

/** Has axe look at the page as it is. What it finds at WCAG 2.2 AA fails the test. */
export async function axe(page: Page): Promise<void> {
  // Through DevTools: the page's own policy lets no other program in, and stays as it is.
  const devTools = await page.context().newCDPSession(page);
  const evaluate = async (expression: string) => {
    const { result, exceptionDetails } = await devTools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    assert.equal(exceptionDetails?.exception?.description ?? exceptionDetails?.text, undefined);
    return result.value as unknown;
  };
  await evaluate(`typeof axe === 'undefined' && ${axeSource};0`);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const violations = found.parse(
    await evaluate(
      `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => JSON.parse(JSON.stringify(violations)))`,
    ),
  );
  await devTools.detach();
  const said = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}\n    ${html}`),
  );
  assert.deepEqual(said, []);
}

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../.writ/screenshots');

/** A picture of the page, in `.writ/screenshots`. @returns its file */
export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage, animations: 'disabled' });
  return path;
}
