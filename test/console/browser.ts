import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { preferredLanguage } from '#console/words/lang.ts';
import { enrolMadeKeys, passFirstScreens } from '#dev/browser/first-screens.ts';
import { patienceMs, theBrowser } from '../browser.ts';
import type { Desk } from './desk.ts';
import { said } from './said.ts';
import { type Watched, watched } from './watched.ts';

/** The page in a real browser, at a desk in memory. */

/** What the harness calls the key that it has the page make. */
export const keyName = 'the key of the test';

export { axe } from '../axe.ts';
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
  const keys: string[] = [];
  const opened = await openPage(t, desk, `/v1/console${at}`, options, (context) =>
    enrolMadeKeys(context, async (publicKey) => {
      if (reviewer !== 'nobody') keys.push(await desk.enrol(publicKey, reviewer, activeFrom));
    }),
  );
  if (options.isAtDesk !== false)
    await passFirstScreens(opened.page, said('first', preferredLanguage([lang])), keyName);
  return { ...opened, keys };
}

export type PageOptions = Pick<
  SeatOptions,
  'viewport' | 'scheme' | 'lang' | 'timezone' | 'reducedMotion' | 'zoom'
>;

/** Opens one of the desk's pages, at an address below its own, in a browser profile of its own. */
export async function openPage(
  t: TestContext,
  desk: Desk,
  address: string,
  options: PageOptions = {},
  prepare: (context: BrowserContext) => Promise<void> = async () => {},
): Promise<{ page: Page; watched: Watched }> {
  const browser = await theBrowser();
  const context = await browser.newContext(contextOf(options));
  context.setDefaultTimeout(patienceMs);
  await prepare(context);
  const page = await context.newPage();
  // What somebody looks at first, of a test that failed.
  t.after(
    async () =>
      void (
        Reflect.get(t, 'passed') === true ||
        (await picture(page, `failed-${t.name.replace(/\W+/g, '-')}`, true))
      ),
  );
  const seen = await watched(page, desk.url);
  t.after(() => seen.checkClean());
  t.after(() => context.close());
  // A desk that is of another day has the page be of that day too.
  if (Math.abs(Date.parse(desk.now()) - Date.now()) > 60_000) await page.clock.install({ time: desk.now() });
  await page.goto(`${desk.url}${address}`);
  return { page, watched: seen };
}

export function contextOf(options: PageOptions): BrowserContextOptions {
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

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../.writ/screenshots');

/**
 * A picture of the page, in `.writ/screenshots`, where `WRIT_PICTURES` is set: a page at 400 % takes as long to draw as
 * the rest of its test.
 */
export async function screenshot(page: Page, name: string, { fullPage = true } = {}): Promise<void> {
  if (process.env.WRIT_PICTURES !== undefined) await picture(page, name, fullPage);
}

async function picture(page: Page, name: string, fullPage: boolean): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage, animations: 'disabled' });
}
