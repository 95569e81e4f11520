import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const traced = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      ts: z.number().optional(),
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.string().optional() }).optional(),
    }),
  ),
});

/** The longest task of the page's main thread while a program runs in it, in milliseconds of a processor. */
export async function longestTask(page: Page, program: string): Promise<number> {
  return Math.max(...(await tasksWhile(page, () => page.evaluate(program))));
}

async function tasksWhile(page: Page, act: () => Promise<unknown>): Promise<number[]> {
  const browser = page.context().browser();
  assert.ok(browser !== null);
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  let trace: Buffer;
  try {
    await act();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = traced.parse(JSON.parse(trace.toString('utf8')));
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const isMain = (event: { pid: number; tid: number }) =>
    mains.some(({ pid, tid }) => pid === event.pid && tid === event.tid);
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && isMain(event));
  assert.ok(tasks.length > 0, 'the browser told of no task');
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}
