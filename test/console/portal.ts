import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { enrolmentOf } from '#client/enrolment.ts';
import type { FirstWords } from '#console/first/words.ts';
import { preferredLanguage } from '#console/words/lang.ts';
import { keyName, openPage, type PageOptions } from './browser.ts';
import type { Desk } from './desk.ts';
import { portalSaid } from './portal-said.ts';
import type { Watched } from './watched.ts';

/** The portal in a real browser, for an officer of one of the invented agencies. */

export { portalSaid } from './portal-said.ts';

export interface OfficerOptions extends PageOptions {
  /** Whose officer it is. @defaultValue `de-sta-altenwerda` */
  agency?: string;
  /** What the provider calls them. @defaultValue `newcomer` */
  officer?: string;
  /** From when on the key may be used: a day that is to come makes it cool. */
  activeFrom?: string;
  /** Where in the page: `#/requests`. */
  at?: string;
}

/** An officer's place: their page, and what the harness saw of it. */
export interface OfficerSeat {
  page: Page;
  watched: Watched;
  /** The thumbprint of the key that the page made to sign with. */
  keyId: string;
}

/**
 * Opens the portal as an officer does: they compare the provider's key, make theirs, hand over the sheet, have it enrolled,
 * and look whether it is.
 */
export async function openPortal(
  t: TestContext,
  desk: Desk,
  {
    agency = 'de-sta-altenwerda',
    officer = 'newcomer',
    activeFrom,
    at = '',
    ...options
  }: OfficerOptions = {},
): Promise<OfficerSeat> {
  const words = portalSaid('first', preferredLanguage([options.lang ?? 'en-GB']));
  const opened = await openPage(t, desk, `/v1/portal${at}`, options);
  const { page } = opened;
  const keyId = await becomeOfficer(page, desk, words, {
    agency,
    name: officer,
    ...(activeFrom === undefined ? {} : { activeFrom }),
  });
  if (activeFrom === undefined) await page.getByRole('navigation').waitFor();
  return { ...opened, keyId };
}

/** Passes the first screens: the key is compared and made, and the sheet is enrolled as somebody's. @returns its thumbprint */
export async function becomeOfficer(
  page: Page,
  desk: Desk,
  words: Pick<FirstWords, 'compare' | 'make' | 'sheet'>,
  as: Parameters<Desk['enrolOfficer']>[1],
): Promise<string> {
  await page.getByRole('checkbox', { name: words.compare.label }).check();
  await page.getByRole('textbox', { name: words.make.name }).fill(keyName);
  await page.getByRole('button', { name: words.make.button }).click();
  const look = page.getByRole('button', { name: words.sheet.check });
  await look.waitFor();
  const sheet = await page.locator('pre.command').textContent();
  const keyId = await desk.enrolOfficer(enrolmentOf(JSON.parse(sheet ?? ''), 'agency'), as);
  await look.click();
  return keyId;
}
