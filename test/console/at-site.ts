import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { theBrowser } from '../browser.ts';
import { contextOf, type SeatOptions, screenshot } from './browser.ts';
import type { PublicProvider } from './public-provider.ts';
import { type Watched, watched } from './watched.ts';

/** How somebody reads the site: anybody, without a key. */
export type ReaderOptions = Pick<SeatOptions, 'viewport' | 'scheme' | 'lang' | 'timezone' | 'at'>;

/**
 * Opens the site in a browser profile of its own. At the end of the test it must have been clean, set no cookie, and kept
 * nothing but a language that was chosen.
 */
export async function openSite(
  t: TestContext,
  { url }: PublicProvider,
  options: ReaderOptions = {},
): Promise<{ page: Page; watched: Watched }> {
  const browser = await theBrowser();
  const context = await browser.newContext(contextOf(options));
  const page = await context.newPage();
  t.after(
    async () =>
      void (
        Reflect.get(t, 'passed') === true || (await screenshot(page, `failed-${t.name.replace(/\W+/g, '-')}`))
      ),
  );
  const seen = await watched(page, url);
  t.after(() => seen.checkClean());
  t.after(() => context.close());
  await page.goto(`${url}/v1/${options.at ?? ''}`);
  return { page, watched: seen };
}

/** How much wider the page is than what is seen of it, in pixels. */
export const overflowOf = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
