import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

/** The console in a browser that a program drives: how it comes to a key of its own, and to the desk. */

/** @param file where the browser is */
export function launchBrowser(file: string): Promise<Browser> {
  // Chromium's own sandbox does not start for root, as which containers run.
  const args = [
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-dev-shm-usage',
  ];
  return chromium.launch({ executablePath: file, args });
}

const madeKey = z.record(z.string(), z.unknown());
export type MadeKey = z.infer<typeof madeKey>;

/** Each signing key that a page makes is handed over, as far as it is public: two colleagues stand by who enrol it. */
export async function enrolMadeKeys(
  context: BrowserContext,
  enrol: (publicKey: MadeKey) => Promise<void>,
): Promise<void> {
  await context.exposeBinding('writEnrol', (_, publicKey: unknown) => enrol(madeKey.parse(publicKey)));
  await context.addInitScript(`{
    const make = crypto.subtle.generateKey.bind(crypto.subtle);
    crypto.subtle.generateKey = async (algorithm, isExtractable, uses) => {
      const pair = await make(algorithm, isExtractable, uses);
      if (pair.publicKey !== undefined && uses.includes('sign'))
        await globalThis.writEnrol(await crypto.subtle.exportKey('jwk', pair.publicKey));
      return pair;
    };
  }`);
}

/** What these screens say of what is done on them (console/first/words.ts, which is typed with a browser's types). */
interface SaidThere {
  compare: { label: string };
  make: { name: string; button: string };
  sheet: { check: string };
}

/** Compares the provider's key and makes one's own, where the page asks for that. @param name what the key is called */
export async function passFirstScreens(page: Page, words: SaidThere, name: string): Promise<void> {
  const make = page.getByRole('button', { name: words.make.button });
  const look = page.getByRole('button', { name: words.sheet.check });
  const atDesk = page.getByRole('navigation');
  await make.or(atDesk).first().waitFor();
  if (await atDesk.isVisible()) return;
  await page.getByRole('checkbox', { name: words.compare.label }).check();
  await page.getByRole('textbox', { name: words.make.name }).fill(name);
  await make.click();
  await look.or(atDesk).first().waitFor();
  if (await look.isVisible()) await look.click();
}
