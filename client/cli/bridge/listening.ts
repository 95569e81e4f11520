import type { Server } from 'node:http';
import { printable } from '#client/printable.ts';
import { UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';

/** How a command listens on this machine, for one page of the person who started it. */

/** @throws UsageError */
export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError('--port is a number from 1 to 65535');
  return port;
}

/** @throws CommandError port-taken */
export async function listening<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new CommandError(
      'port-taken',
      `this machine lets nobody listen on that port (${printable(code)})`,
      'leave --port out, and a free one is taken',
      { cause },
    );
  }
}

/** Has a server listen on this machine alone, and hold no more than one person's page needs. @param port 0: a free one */
export async function listenAlone(server: Server, port: number): Promise<void> {
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 32;
  await new Promise<void>((listens, fails) => {
    server.once('error', fails);
    server.listen(port, '127.0.0.1', listens);
  });
}
