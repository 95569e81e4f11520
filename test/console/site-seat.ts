import type { TestContext } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { theBrowser } from '../browser.ts';
import { contextOf, type SeatOptions, screenshot } from './browser.ts';
import type { Desk } from './desk.ts';
import { type Watched, watched } from './watched.ts';

/** A reader of the public pages: a browser profile of its own, no key, nothing to begin with. */
export interface Reader {
  page: Page;
  context: BrowserContext;
  watched: Watched;
  /** The `Referer` fields that were sent. */
  referrers: readonly string[];
}

/**
 * Opens the public site. At the end of the test it must have been clean: no error in the console, nothing that the page's
 * policy blocked, no call to anybody else.
 */
export async function openSite(
  t: TestContext,
  desk: Pick<Desk, 'url'>,
  {
    prepare = async () => {},
    at = '',
    ...options
  }: Pick<SeatOptions, 'viewport' | 'scheme' | 'lang' | 'at'> & {
    /** Before the page is opened. */
    prepare?: (page: Page) => Promise<void>;
  } = {},
): Promise<Reader> {
  const browser = await theBrowser();
  const context = await browser.newContext(contextOf(options));
  const page = await context.newPage();
  t.after(
    async () =>
      void (
        Reflect.get(t, 'passed') === true || (await screenshot(page, `failed-${t.name.replace(/\W+/g, '-')}`))
      ),
  );
  const seen = await watched(page, desk.url);
  t.after(() => seen.checkClean());
  t.after(() => context.close());
  const referrers: string[] = [];
  page.on('request', (request) => {
    const { referer } = request.headers();
    if (referer !== undefined && referer !== '') referrers.push(referer);
  });
  await prepare(page);
  await page.goto(`${desk.url}/v1/${at}`);
  return { page, context, watched: seen, referrers };
}

/** How much wider the page is than what is seen of it, in pixels. */
export const overflowOf = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
