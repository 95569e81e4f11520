import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { fetchProvider } from '#client/provider.ts';
import { listReviewPage, showReview } from '#client/reviewer.ts';
import { firstWords } from '#console/first/words.ts';
import { queueWords } from '#console/queue/words.ts';
import { liveStatuses } from '#console/state/statuses.ts';
import { findBrowser } from '#dev/browser/browser.mjs';
import { enrolMadeKeys, launchBrowser, passFirstScreens } from '#dev/browser/first-screens.ts';
import { mostPackedBytes } from '#dev/console-sizes.ts';
import {
  fromEnter,
  processorOf,
  shareOfProcessor,
  timeWith,
  watching,
  whileLoading,
  whileLoadingNothing,
} from './desk-page.ts';
import { type DeskPlace, inMemory, NoDesk, onTheCloud } from './desk-place.ts';
import { median, print } from './rounds.ts';

/**
 * How soon a reviewer sees something: the first row of the queue after the page was loaded and unlocked, and each further
 * case. Beside the floors of the same run: an empty page of the same address, and the same calls made by the SDK without a
 * browser. The browser caches nothing from round to round, since no authority that it knows vouches for the certificate.
 */
const help = `npm run bench -- desk [options]

Opens the desk on the local cloud that npm run console left running, and says how long it takes, in milliseconds.

  --memory     on a desk in memory, without a cloud
  --rounds N   how often the page is loaded (default: 7)
  --check      exit with 1 if a budget is missed
`;

const casesOfRound = 10;
const keyName = 'bench';

/** In milliseconds. */
const budgets = { queue: 1000, beyondItsCall: 200 };

/** In milliseconds, of one round. `processor…`: what the page's main thread used of one. */
type Round = Record<
  | 'fetched'
  | 'ran'
  | 'callsToQueue'
  | 'restToQueue'
  | 'queue'
  | 'processorToQueue'
  | 'case'
  | 'itsCall'
  | 'beyondItsCall'
  | 'processorOfCase'
  | 'emptyPage'
  | 'sdkToQueue'
  | 'sdkCase'
  | 'frame'
  | 'share',
  readonly number[]
>;

async function main({ isInMemory, count }: { isInMemory: boolean; count: number }): Promise<boolean> {
  const file = findBrowser();
  if (file === undefined) throw new NoDesk('There is no Chromium here. Install it: apt install chromium.');
  const place = isInMemory ? await inMemory() : await onTheCloud(casesOfRound + 1);
  const browser = await launchBrowser(file);
  try {
    return report(place, await measure(browser, place, count));
  } finally {
    await browser.close();
    await place.close();
  }
}

interface Measured {
  rounds: readonly Round[];
  /** Script and style, as they were sent. */
  bytes: number;
}

async function measure(browser: Browser, place: DeskPlace, count: number): Promise<Measured> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
  });
  await enrolMadeKeys(context, place.enrol);
  await context.addInitScript(watching);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${place.url}/v1/console`);
  const { calls } = await whileLoading(page);
  const isCounted = (path: string) => /\/desk-[^/]*\.(?:js|css)$/.test(path);
  const sizes = calls.map(({ path, bytes }) => (isCounted(path) ? bytes : 0));
  await passFirstScreens(page, firstWords.en, keyName);
  await isListed(page);
  const pages: Pages = { page, processor: await processorOf(page), empty: await context.newPage() };
  // One round warms up: the local cloud starts functions, and compilers compile.
  await oneRound(place, pages);
  const rounds = [];
  for (let i = 0; i < count; i++) rounds.push(await oneRound(place, pages));
  return { rounds, bytes: sizes.reduce((sum, each) => sum + each, 0) };
}

/** All live cases are there. */
const isListed = (page: Page) => page.getByText(queueWords.en.asOf('')).first().waitFor();

interface Pages {
  page: Page;
  processor: () => Promise<number>;
  empty: Page;
}

async function oneRound(place: DeskPlace, pages: Pages): Promise<Round> {
  const { page, empty } = pages;
  await page.bringToFront();
  const toQueue = await openQueue(pages);
  await isListed(page);
  const { ids, ...ofCases } = await openCases(pages);
  await empty.bringToFront();
  return { ...toQueue, ...ofCases, ...(await floors(place, empty, ids)) };
}

/** From a reload to the first row. How long somebody types the key's name in between does not count. */
async function openQueue({ page, processor }: Pages) {
  // What is counted begins anew with it.
  await page.reload();
  const loading = await whileLoading(page);
  const isLocked = await processor();
  await page.getByRole('textbox').fill(keyName);
  const isTyped = await processor();
  const opening = await fromEnter(page, 'tbody [data-id]');
  const isOpen = await processor();
  const queue = loading.to + opening.to - opening.from;
  const ofApi = loading.calls.filter(({ path }) => !path.startsWith('/v1/console'));
  const calls = timeWith(ofApi, { from: loading.ran, to: loading.to }) + timeWith(opening.calls, opening);
  return {
    fetched: [loading.fetched],
    ran: [loading.ran - loading.fetched],
    callsToQueue: [calls],
    restToQueue: [queue - loading.ran - calls],
    queue: [queue],
    processorToQueue: [isLocked + isOpen - isTyped],
  };
}

/** From Enter on a row to the case, for several rows. */
async function openCases({ page, processor }: Pages) {
  const ids: string[] = [];
  const cases = [];
  for (let i = 0; i <= casesOfRound; i++) {
    await page.keyboard.press('j');
    await page.locator('tbody a:focus').waitFor();
    // That one looks is in the log: the first time, the page says so before, and waits for another Enter.
    if (i === 0) {
      await page.keyboard.press('Enter');
      await page.locator('.announced').waitFor();
    }
    const before = await processor();
    const { from, to, calls } = await fromEnter(page, 'article.case');
    const used = (await processor()) - before;
    const [id = ''] = /[^/]+$/.exec(page.url()) ?? [];
    const its = calls.filter(({ path }) => path === `/v1/reviews/${id}`);
    if (its.length !== 1) throw new Error(`a case was shown with ${its.length} calls`);
    if (i > 0) {
      ids.push(id);
      cases.push({ all: to - from, itsCall: timeWith(its, { from, to }), used });
    }
    await page.keyboard.press('Escape');
    await page.locator('tbody a:focus').waitFor();
  }
  return {
    ids,
    case: cases.map(({ all }) => all),
    itsCall: cases.map(({ itsCall }) => itsCall),
    beyondItsCall: cases.map(({ all, itsCall }) => all - itsCall),
    processorOfCase: cases.map(({ used }) => used),
  };
}

/** The same without the console. */
async function floors({ url, session }: DeskPlace, empty: Page, ids: readonly string[]) {
  const emptyPage = await whileLoadingNothing(empty, `${url}/v1/provider`);
  const { from, to } = await fromEnter(empty, undefined);
  const share = await shareOfProcessor(empty);
  const sdkToQueue = await timed(async () => {
    await fetchProvider(url);
    // The page asks for all at once, and shows what is answered first.
    const lists = liveStatuses.map((status) => listReviewPage(session, { status }));
    await Promise.race(lists);
  });
  const sdkCase = [];
  for (const id of ids) sdkCase.push(await timed(() => showReview(session, id)));
  return { emptyPage: [emptyPage], frame: [to - from], share: [share], sdkToQueue: [sdkToQueue], sdkCase };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}

interface Line {
  is: readonly number[];
  processor?: readonly number[];
  floor?: readonly number[];
  budget?: number;
}

/** @returns whether every budget is met */
function report({ called }: DeskPlace, { rounds, bytes }: Measured): boolean {
  const of = (what: keyof Round) => rounds.flatMap((round) => round[what]);
  const verdicts: boolean[] = [];
  const judge = (isMet: boolean) => {
    verdicts.push(isMet);
    return isMet ? 'met' : 'NOT MET';
  };
  const whole = (values: readonly number[] | undefined) =>
    values === undefined ? '' : median(values).toFixed(0);
  const line = (name: string, { is, processor, floor, budget }: Line) => {
    const verdict = budget === undefined ? '' : judge(median(is) <= budget);
    print(name, whole(is), Math.max(...is).toFixed(0), whole(processor), whole(floor), budget ?? '', verdict);
  };
  const [emptyPage, sdkToQueue] = [of('emptyPage'), of('sdkToQueue')];
  print(`The desk, ${called}`, 'median ms', 'worst ms', 'processor ms', 'floor ms', 'budget ms');
  line('The first row of the queue, from a reload', {
    is: of('queue'),
    processor: of('processorToQueue'),
    floor: emptyPage.map((ms, i) => ms + (sdkToQueue[i] ?? Number.NaN)),
    budget: budgets.queue,
  });
  line('  page, script and style fetched', { is: of('fetched'), floor: emptyPage });
  line('  script parsed and run', { is: of('ran') });
  line('  calls: the provider, then the lists', { is: of('callsToQueue'), floor: sdkToQueue });
  line('  the rest', { is: of('restToQueue') });
  line('A further case, from Enter', { is: of('case'), processor: of('processorOfCase') });
  line('  its call', { is: of('itsCall'), floor: of('sdkCase') });
  line('  beyond its call', { is: of('beyondItsCall'), floor: of('frame'), budget: budgets.beyondItsCall });
  const kB = (count: number) => `${(count / 1000).toFixed(1)} kB`;
  const size = `Script and style, as sent: ${kB(bytes)} of at most ${kB(mostPackedBytes.desk)}`;
  print(size, judge(bytes <= mostPackedBytes.desk));
  const share = (median(of('share')) * 100).toFixed(0);
  print(
    `Of ${rounds.length} rounds, ${casesOfRound} cases each. A page that wants a whole processor got ${share} %.`,
  );
  return !verdicts.includes(false);
}

class UsageError extends Error {}

function readOptions() {
  const options = {
    memory: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: process.argv.slice(3), options });
    const count = Number(values.rounds);
    if (!Number.isInteger(count) || count < 1) throw new UsageError('--rounds takes a number, 1 or more.');
    return { ...values, count };
  } catch (error) {
    // What parseArgs throws names the option.
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}

try {
  const { memory, check, help: isHelp, count } = readOptions();
  if (isHelp) process.stdout.write(help);
  else if (!(await main({ isInMemory: memory, count })) && check) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof NoDesk || error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${help}` : ''}`);
  process.exitCode = 2;
}
