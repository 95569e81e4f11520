import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consoleRoutes } from '#core/wire/console.ts';
import type { Answer } from '#functions/middleware/event.ts';
import { consoleFiles } from '#lib/console.ts';
import { type Call, context, eventOf, routed } from './gateway-event.ts';

/** The console as the deployed function serves it: its files lie beside its code, and it says what a browser holds them to. */
export async function servedConsole(): Promise<(call: Call) => Promise<Answer | undefined>> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-console-'));
  for (const { name, bytes } of consoleFiles()) writeFileSync(join(folder, name), bytes);
  process.env.LAMBDA_TASK_ROOT = folder;
  // It reads them as it is loaded.
  const { handler } = await import('#functions/console.ts');
  rmSync(folder, { recursive: true });
  return async (call) => {
    const found = routed(Object.values(consoleRoutes), call.method, call.target);
    return found === undefined ? undefined : handler(eventOf(call, found.route, found.parameters), context);
  };
}
