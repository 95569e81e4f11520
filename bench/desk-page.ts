import type { Page } from 'playwright-core';
import { z } from 'zod';

/** What the browser's own clocks say of a page: when something was painted, and when its calls began and ended. */

/** A call that the page made, in milliseconds since the page began to load. */
const call = z.object({ path: z.string(), from: z.number(), to: z.number(), bytes: z.number() });
export type Call = z.infer<typeof call>;

const span = z.object({ from: z.number(), to: z.number(), calls: z.array(call) });
export type Span = z.infer<typeof span>;

const loaded = z.object({
  /** When script and style sheet were there. */
  fetched: z.number(),
  /** When the script had run. */
  ran: z.number(),
  /** When the first form was painted. */
  to: z.number(),
  calls: z.array(call),
});
export type Loaded = z.infer<typeof loaded>;

/**
 * In the page, before anything of it runs. Something is painted when the frame after it is handed on. A key counts from when
 * the browser got it, which is before the page hears of it.
 */
export const watching = `globalThis.writBench = {
  painted: () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  })),
  shown: (selector) => new Promise((done) => {
    const look = () => {
      if (document.querySelector(selector) === null) return;
      observer.disconnect();
      done(globalThis.writBench.painted());
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true });
    look();
  }),
  enter: () => new Promise((done) => {
    const listen = ({ key, timeStamp }) => {
      if (key !== 'Enter') return;
      removeEventListener('keydown', listen, true);
      done(timeStamp);
    };
    addEventListener('keydown', listen, true);
  }),
  calls: () => performance.getEntriesByType('resource').flatMap(({ name, startTime, responseEnd, encodedBodySize }) => {
    const { pathname } = new URL(name);
    return [{ path: pathname, from: startTime, to: responseEnd, bytes: encodedBodySize }];
  }),
};
globalThis.writBench.formShown = globalThis.writBench.shown('form');`;

/** From the start of the page to its first form. */
export async function whileLoading(page: Page): Promise<Loaded> {
  return loaded.parse(
    await page.evaluate(`globalThis.writBench.formShown.then((to) => {
      const calls = globalThis.writBench.calls();
      const [{ domContentLoadedEventStart }] = performance.getEntriesByType('navigation');
      const files = calls.filter(({ path }) => /\\.(js|css)$/.test(path));
      return { fetched: Math.max(...files.map(({ to }) => to)), ran: domContentLoadedEventStart, to, calls };
    })`),
  );
}

/** From Enter to when what a selector finds is painted; undefined: to the next frame. */
export async function fromEnter(page: Page, selector: string | undefined): Promise<Span> {
  const until = selector === undefined ? 'entered.then(painted)' : `shown(${JSON.stringify(selector)})`;
  await page.evaluate(`{
    const { enter, painted, shown, calls } = globalThis.writBench;
    performance.clearResourceTimings();
    const entered = enter();
    globalThis.writBench.span = Promise.all([entered, ${until}]).then(([from, to]) => ({ from, to, calls: calls() }));
    0;
  }`);
  await page.keyboard.press('Enter');
  return span.parse(await page.evaluate('globalThis.writBench.span'));
}

/** How long an empty page of this address takes. */
export async function whileLoadingNothing(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return z
    .number()
    .parse(await page.evaluate(`performance.getEntriesByType('navigation')[0].domContentLoadedEventStart`));
}

/** How much of a time went by with calls, which may be under way at once. */
export function timeWith(calls: readonly Call[], { from, to }: { from: number; to: number }): number {
  let sum = 0;
  let at = from;
  for (const each of calls.toSorted((a, b) => a.from - b.from)) {
    // One that had no answer yet is what nothing waited for.
    if (each.to > to) continue;
    sum += Math.max(0, each.to - Math.max(at, each.from));
    at = Math.max(at, each.to);
  }
  return sum;
}

/**
 * What a page's main thread has used of a processor, in milliseconds: unlike the time on a clock, it is the same on a machine
 * that does other things too.
 */
export async function processorOf(page: Page): Promise<() => Promise<number>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
}

/** How much of a processor this machine lets a page have that wants a whole one: from 0 to 1. */
export async function shareOfProcessor(page: Page): Promise<number> {
  const processor = await processorOf(page);
  const before = await processor();
  await page.evaluate('for (const end = performance.now() + 200; performance.now() < end; );');
  return ((await processor()) - before) / 200;
}
