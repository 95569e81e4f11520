import { setImmediate as settled } from 'node:timers/promises';
import { type MemoryClock, memoryClock } from './outside.ts';

/**
 * A clock for many actors at once, whose time passes only while all of them wait: then the one that waits for the earliest
 * instant goes on.
 */
export function sharedClock(start?: string): MemoryClock {
  const clock = memoryClock(start);
  const waiting: { until: number; go: () => void }[] = [];
  let isRunning = false;
  const nowMs = () => Date.parse(clock.now());

  async function run(): Promise<void> {
    isRunning = true;
    for (;;) {
      await settled();
      const next = waiting.sort((a, b) => a.until - b.until).shift();
      if (next === undefined) break;
      clock.advance(Math.max(0, next.until - nowMs()));
      next.go();
    }
    isRunning = false;
  }

  return {
    ...clock,
    pause(ms) {
      const paused = new Promise<void>((go) => waiting.push({ until: nowMs() + ms, go }));
      if (!isRunning) void run();
      return paused;
    },
  };
}

/** A port whose calls take time: so long on their way, and so long until their answer is back. */
export function delayed<T extends object>(port: T, delay: () => Promise<void>): T {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      if (property === 'query' || property === 'scan')
        return async function* (...args: unknown[]) {
          await delay();
          yield* Reflect.apply(value, target, args);
        };
      return async (...args: unknown[]) => {
        await delay();
        try {
          return await Reflect.apply(value, target, args);
        } finally {
          await delay();
        }
      };
    },
  });
}
