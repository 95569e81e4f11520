import { printable } from '#client/printable.ts';
import { UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';

/** The port that a command listens on, on this machine. */

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
