import { printable } from '#client/printable.ts';
import type { FindingCode } from '#core/log/finding-codes.ts';
import type { KeptFinding, MonitorStore, Telling } from './store.ts';

/** How findings are told: as a line, as JSON, and to whom they were not told yet. */

/** A finding as JSON: what a command reads on its input, and what is posted. */
export interface Told {
  what: Telling['what'];
  origin: string;
  code: FindingCode;
  severity: KeptFinding['severity'];
  /** The entry that is wrong, where it is one. */
  index?: string;
  message: string;
  /** When it was found, and when it was over. */
  at: string;
  endedAt?: string;
  /** Signed notes that prove it. */
  evidence?: readonly string[];
}

export function toldOf(origin: string, what: Telling['what'], finding: KeptFinding): Told {
  const { code, severity, index, message, at, endedAt, evidence = [] } = finding;
  return {
    what,
    origin,
    code,
    severity,
    ...(index === undefined ? {} : { index: String(index) }),
    message,
    at,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(evidence.length === 0 ? {} : { evidence }),
  };
}

/** One line, as a terminal can show it. */
export function findingLine({ code, severity, index, message }: KeptFinding): string {
  const place = index === undefined ? 'log' : `entry ${index}`;
  return `${severity === 'warning' ? 'warning: ' : ''}${place}: ${code}: ${printable(message)}`;
}

/**
 * Tells one channel what it was not told yet, the oldest first. What could not be told waits for the next round, and what
 * was told just before the end of a process is told once more.
 *
 * @param tell throws where it could not
 * @returns why not all of it was told
 */
export async function tellAll(
  store: MonitorStore,
  channel: string,
  tell: (telling: Telling) => Promise<void>,
): Promise<unknown> {
  for (const telling of store.untold(channel)) {
    try {
      await tell(telling);
    } catch (error) {
      return error;
    }
    store.told(telling);
  }
  return undefined;
}
