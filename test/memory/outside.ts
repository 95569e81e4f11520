import { createHash } from 'node:crypto';
import type { MetricName } from '#core/metrics.ts';
import type { Chance, Clock, Watch } from '#core/ports.ts';

/** A clock that stands until a test moves it. A pause ends at once, and moves it. */
export interface MemoryClock extends Clock {
  set(instant: string): void;
  advance(ms: number): void;
}

export function memoryClock(start = '2026-11-20T09:00:00.000Z'): MemoryClock {
  let ms = Date.parse(start);
  return {
    now: () => new Date(ms).toISOString(),
    pause: async (pauseMs) => {
      ms += pauseMs;
    },
    set: (instant) => {
      ms = Date.parse(instant);
    },
    advance: (byMs) => {
      ms += byMs;
    },
  };
}

/** Chance that gives the same for the same seed. */
export function memoryChance(seed = 'writ'): Chance {
  let n = 0;
  const block = () => createHash('sha256').update(`${seed} ${n++}`).digest();
  const bytes = (count: number) =>
    Buffer.concat(Array.from({ length: Math.ceil(count / 32) }, block)).subarray(0, count);
  return {
    bytes,
    fraction: () => block().readUInt32BE(0) / 2 ** 32,
    id: () => {
      const hex = bytes(16).toString('hex');
      const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join('-');
    },
  };
}

/** What an operator would have seen. */
export interface MemoryWatch extends Watch {
  /** Totals by metric, and by metric and reason: `EventsRefused`, `EventsRefused at-invalid`. */
  readonly counts: Map<MetricName | `${MetricName} ${string}`, number>;
  readonly lines: { level: 'warn' | 'error'; what: string; facts: Record<string, unknown> }[];
}

export function memoryWatch(): MemoryWatch {
  const counts: MemoryWatch['counts'] = new Map();
  const lines: MemoryWatch['lines'] = [];
  return {
    counts,
    lines,
    count: (name: MetricName, value = 1, reason?: string) => {
      const key = reason === undefined ? name : (`${name} ${reason}` as const);
      counts.set(key, (counts.get(key) ?? 0) + value);
    },
    warn: (what, facts = {}) => lines.push({ level: 'warn', what, facts }),
    error: (what, facts = {}) => lines.push({ level: 'error', what, facts }),
  };
}
