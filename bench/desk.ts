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
import { fromEnter, timeWith, watching, whileLoading, whileLoadingNothing } from './desk-page.ts';
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

/** What one round measures, of each a list. */
const measures = [
  'fetched',
  'ran',
  'callsToQueue',
  'restToQueue',
  'queue',
  'case',
  'itsCall',
  'beyondItsCall',
  'emptyPage',
  'sdkToQueue',
  'sdkCase',
  'frame',
] as const;
type Times = Record<(typeof measures)[number], number[]>;

async function main({ isInMemory, rounds }: { isInMemory: boolean; rounds: number }): Promise<boolean> {
  const file = findBrowser();
  if (file === undefined) throw new NoDesk('There is no Chromium here. Install it: apt install chromium.');
  const place = isInMemory ? await inMemory() : await onTheCloud(casesOfRound + 1);
  const browser = await launchBrowser(file);
  try {
    return report(place, await measure(browser, place, rounds), rounds);
  } finally {
    await browser.close();
    await place.close();
  }
}

async function measure(browser: Browser, place: DeskPlace, rounds: number) {
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
  const bytes = calls.reduce((sum, { path, bytes }) => (isCounted(path) ? sum + bytes : sum), 0);
  await passFirstScreens(page, firstWords.en, keyName);
  await isListed(page);
  const empty = await context.newPage();
  const times = Object.fromEntries(measures.map((name): [string, number[]] => [name, []])) as Times;
  for (let round = -1; round < rounds; round++) {
    const of = await oneRound(page, place, empty);
    // The first round warms up: the local cloud starts functions, and compilers compile.
    if (round >= 0) for (const name of measures) times[name].push(...of[name]);
  }
  return { times, bytes };
}

const isCounted = (path: string) => /\/desk-[^/]*\.(?:js|css)$/.test(path);

/** All live cases are there. */
const isListed = (page: Page) => page.getByText(queueWords.en.asOf('')).first().waitFor();

async function oneRound(page: Page, place: DeskPlace, empty: Page): Promise<Times> {
  await page.bringToFront();
  await page.reload();
  const loading = await whileLoading(page);
  await page.getByRole('textbox').fill(keyName);
  const opening = await fromEnter(page, 'tbody [data-id]');
  const queue = loading.to + opening.to - opening.from;
  const isOfApi = ({ path }: { path: string }) => !path.startsWith('/v1/console');
  const callsToQueue =
    timeWith(loading.calls.filter(isOfApi), { from: loading.ran, to: loading.to }) +
    timeWith(opening.calls, opening);
  await isListed(page);

  const cases = [];
  const ids: string[] = [];
  for (let i = 0; i <= casesOfRound; i++) {
    await page.keyboard.press('j');
    await page.locator('tbody a:focus').waitFor();
    // That one looks is in the log: the first time, the page says so before, and waits for another Enter.
    if (i === 0) {
      await page.keyboard.press('Enter');
      await page.locator('.announced').waitFor();
    }
    const { from, to, calls } = await fromEnter(page, 'article.case');
    const [id = ''] = /[^/]+$/.exec(page.url()) ?? [];
    const its = calls.filter(({ path }) => path === `/v1/reviews/${id}`);
    if (its.length !== 1) throw new Error(`a case was shown with ${its.length} calls`);
    if (i > 0) {
      ids.push(id);
      cases.push({ all: to - from, itsCall: timeWith(its, { from, to }) });
    }
    await page.keyboard.press('Escape');
    await page.locator('tbody a:focus').waitFor();
  }
  return {
    fetched: [loading.fetched],
    ran: [loading.ran - loading.fetched],
    callsToQueue: [callsToQueue],
    restToQueue: [queue - loading.ran - callsToQueue],
    queue: [queue],
    case: cases.map(({ all }) => all),
    itsCall: cases.map(({ itsCall }) => itsCall),
    beyondItsCall: cases.map(({ all, itsCall }) => all - itsCall),
    ...(await floors(place, empty, ids)),
  };
}

/** The same without the console. */
async function floors({ url, session }: DeskPlace, empty: Page, ids: readonly string[]) {
  await empty.bringToFront();
  const emptyPage = await whileLoadingNothing(empty, `${url}/v1/provider`);
  const { from, to } = await fromEnter(empty, undefined);
  const sdkToQueue = await timed(async () => {
    await fetchProvider(url);
    await fetchProvider(url);
    // The page shows what is answered first, and asks for all at once.
    await Promise.race(liveStatuses.map((status) => listReviewPage(session, { status })));
  });
  const sdkCase = [];
  for (const id of ids) sdkCase.push(await timed(() => showReview(session, id)));
  return { emptyPage: [emptyPage], frame: [to - from], sdkToQueue: [sdkToQueue], sdkCase };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await act();
  return performance.now() - from;
}

/** @returns whether every budget is met */
function report(
  { called }: DeskPlace,
  { times, bytes }: { times: Times; bytes: number },
  rounds: number,
): boolean {
  let isMet = true;
  const line = (name: string, values: number[], floor?: number[], budget?: number) => {
    const is = median(values);
    const verdict = budget === undefined ? '' : is <= budget ? 'met' : 'NOT MET';
    if (verdict === 'NOT MET') isMet = false;
    const floorText = floor === undefined ? '' : median(floor).toFixed(0);
    print(name, is.toFixed(0), Math.max(...values).toFixed(0), floorText, budget ?? '', verdict);
  };
  const queueFloor = times.emptyPage.map((ms, i) => ms + (times.sdkToQueue[i] ?? Number.NaN));
  print(`The desk, ${called}: ${rounds} rounds`, 'median ms', 'worst ms', 'floor ms', 'budget ms');
  line('The first row of the queue, after a reload', times.queue, queueFloor, budgets.queue);
  line('  page, script and style fetched', times.fetched, times.emptyPage);
  line('  script parsed and run', times.ran);
  line('  calls: provider twice, and a list', times.callsToQueue, times.sdkToQueue);
  line('  the rest', times.restToQueue);
  line('A further case, from Enter', times.case);
  line('  its call', times.itsCall, times.sdkCase);
  line('  beyond its call', times.beyondItsCall, times.frame, budgets.beyondItsCall);
  const isSmall = bytes <= mostPackedBytes;
  const kB = (count: number) => `${(count / 1000).toFixed(1)} kB`;
  print(
    `Script and style, as sent: ${kB(bytes)} of at most ${kB(mostPackedBytes)}`,
    isSmall ? 'met' : 'NOT MET',
  );
  return isMet && isSmall;
}

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    memory: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const rounds = Number(values.rounds);
if (values.help) process.stdout.write(help);
else if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('--rounds takes a number, 1 or more.\n');
  process.exitCode = 2;
} else {
  try {
    const isMet = await main({ isInMemory: values.memory, rounds });
    if (values.check && !isMet) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof NoDesk)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
