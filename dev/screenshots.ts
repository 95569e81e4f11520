import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { caseWords } from '#console/case/words.ts';
import { firstWords } from '#console/first/words.ts';
import { letterScreenWords } from '#console/site/letter/words.ts';
import { shellWords } from '#console/words/shell.ts';
import { type Desk, type DeskCase, desk as startDesk } from '../test/console/desk.ts';
import { becomeOfficer, portalSaid } from '../test/console/portal.ts';
import { findBrowser } from './browser/browser.mjs';
import { enrolMadeKeys, launchBrowser, passFirstScreens } from './browser/first-screens.ts';
import { home } from './cloud/emulator.ts';
import { teller } from './teller.ts';

const help = `npm run screenshots [-- NAME…]

Writes pictures of the desk's screens, of the officers' portal and of the public pages, light and dark, to docs/console/: those named, or all. They show invented cases on a
desk in memory, at one fixed time, so that two runs give the same pictures but for keys and ids. It needs a Chromium.
`;

/** A day with its own emergencies and deadlines: what is on the pictures does not age. */
const now = '2026-11-30T09:00:00.000Z';
const folder = join(home, 'docs/console');
const mostBytes = 150_000;
const schemes = ['light', 'dark'] as const;
const words = {
  first: firstWords.en,
  shell: shellWords.en,
  case: caseWords.en,
  letter: letterScreenWords.en,
};
/** The invented reviewer who reads the page, and the agency of the officer who does. */
const reader = 'a.weber';
const officersAgency = 'de-sta-altenwerda';
let officers = 0;
/** Each picture is of somebody with a key of their own. */
const officer = () => `k.lang-${++officers}`;

interface Shot {
  name: string;
  width?: number;
  /** Where in the page, once the desk is open; without it, the first screen is left as it is. */
  at?: (desk: Desk) => string;
  /** Where in the public pages, which need no key: in place of `at`. */
  site?: string;
  /** Where in the officers' portal, once a key is enrolled: in place of `at`. */
  portal?: (desk: Desk) => string;
  /** What is done there before the picture is taken. */
  act?: (page: Page, desk: Desk) => Promise<void>;
}

/** That one looks is in the log: the first time, the page says so before. */
async function look(page: Page): Promise<void> {
  await page.getByRole('button', { name: words.case.announced.open }).click();
  await page.getByRole('heading', { name: words.case.choice.title }).waitFor();
  await page.waitForLoadState('networkidle');
}

const isPlain = ({ story, odd, request }: DeskCase) =>
  story === 'waiting' && odd === 'none' && request.subjects.length === 2;

const isOfOfficers = ({ story, agency }: DeskCase) => story === 'rejected' && agency === officersAgency;

const aCase = (desk: Desk) => `#/case/${desk.find('signed narrower by a colleague').id}`;

/** One letter, in both schemes. */
let code: string | undefined;

/** As the person does who was sent it. */
async function openLetter(page: Page, desk: Desk): Promise<void> {
  code ??= await desk.letter();
  await page.getByRole('textbox', { name: words.letter.field }).fill(code);
  await page.getByRole('button', { name: words.letter.open, exact: true }).click();
  await page.getByText(words.letter.proven).waitFor();
}

const shots: readonly Shot[] = [
  { name: 'queue', at: () => '#/queue' },
  { name: 'queue-narrow', width: 400, at: () => '#/queue' },
  { name: 'case', at: aCase, act: look },
  {
    name: 'sign',
    at: (desk) => `#/case/${desk.find(isPlain).id}`,
    act: async (page) => {
      await look(page);
      await page.getByRole('button', { name: words.case.asked.asAsked }).click();
      await page.getByRole('textbox', { name: words.case.choice.reason }).fill('order and authority checked');
      await page.getByRole('button', { name: words.case.choice.approve }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'registry', at: () => '#/registry' },
  { name: 'statistics', at: () => '#/statistics' },
  {
    name: 'locked',
    at: () => '#/queue',
    act: (page) => page.getByRole('button', { name: words.shell.lock, exact: true }).click(),
  },
  { name: 'first' },
  { name: 'portal-requests', portal: () => '#/requests' },
  { name: 'portal-request', portal: (desk) => `#/requests/${desk.find(isOfOfficers).id}` },
  { name: 'portal-ask', portal: () => '#/new' },
  { name: 'site-home', site: '#/' },
  { name: 'site-report', site: '#/report', act: (page) => page.locator('.chart svg').first().waitFor() },
  { name: 'site-log', site: '#/log' },
  { name: 'site-entry', site: '#/log/entry/5' },
  { name: 'site-entry-narrow', width: 400, site: '#/log/entry/5' },
  { name: 'site-letter', site: '#/letter', act: openLetter },
];

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !shots.some((shot) => shot.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no such picture. There are: ${shots.map(({ name }) => name).join(', ')}.`);
  const file = findBrowser();
  if (file === undefined) throw new Error('There is no Chromium here. Install it: apt install chromium.');
  const tell = teller(process.stdout);
  tell.chapter('Pictures of the desk');
  mkdirSync(folder, { recursive: true });
  const desk = await startDesk({ now });
  await desk.report();
  const browser = await launchBrowser(file);
  try {
    for (const shot of shots.filter(({ name }) => names.length === 0 || names.includes(name))) {
      for (const scheme of schemes) {
        const picture = await taken(browser, desk, shot, scheme);
        const name = `${shot.name}-${scheme}.webp`;
        writeFileSync(join(folder, name), picture);
        const said = `${name}, ${Math.round(picture.length / 1000)} kB`;
        if (picture.length <= mostBytes) tell.fact(said);
        else {
          tell.fault(`${said}: more than ${mostBytes / 1000} kB`);
          process.exitCode = 1;
        }
      }
    }
  } finally {
    await browser.close();
    await desk.close();
  }
}

/** A picture of a screen as somebody sees it who opens it in a browser of their own. */
async function taken(
  browser: Browser,
  desk: Desk,
  { width = 1440, at, site, portal, act }: Shot,
  colorScheme: (typeof schemes)[number],
): Promise<Buffer> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width, height: 900 },
    colorScheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  });
  try {
    // It runs, and the page’s stands: the last picture is of the same moment as the first.
    desk.shiftClock(Date.parse(now) - Date.parse(desk.now()));
    if (site === undefined && portal === undefined)
      await enrolMadeKeys(context, async (publicKey) => void (await desk.enrol(publicKey, reader)));
    const page = await context.newPage();
    // Eight screens on a machine that may do other things too.
    page.setDefaultTimeout(90_000);
    await page.clock.setFixedTime(now);
    await page.goto(`${desk.url}/v1/${site ?? (portal === undefined ? 'console' : 'portal')}`);
    if (at !== undefined) {
      await passFirstScreens(page, words.first, 'office computer');
      await page.getByRole('navigation').waitFor();
      await page.evaluate(`location.hash = ${JSON.stringify(at(desk))}`);
    }
    if (portal !== undefined) {
      await becomeOfficer(page, desk, portalSaid('first', 'en'), { agency: officersAgency, name: officer() });
      await page.getByRole('navigation').waitFor();
      await page.evaluate(`location.hash = ${JSON.stringify(portal(desk))}`);
    }
    await page.waitForLoadState('networkidle');
    await page.evaluate('scrollTo(0, 0)');
    await act?.(page, desk);
    // Nothing is pointed at.
    await page.mouse.move(0, 0);
    await page.evaluate('document.fonts.ready.then(() => {})');
    return await webp(page);
  } finally {
    await context.close();
  }
}

/** Small, and with sharp letters: Playwright itself writes PNG and JPEG alone. */
async function webp(page: Page): Promise<Buffer> {
  const devTools = await page.context().newCDPSession(page);
  const { data } = await devTools.send('Page.captureScreenshot', { format: 'webp', quality: 90 });
  return Buffer.from(data, 'base64');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' } },
});
if (values.help) process.stdout.write(help);
else {
  try {
    await main(positionals);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
