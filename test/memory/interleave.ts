/**
 * Two or more actors on the same ports, whose calls take place in an order that a test chooses. An actor that makes more
 * calls than the order has for it makes the rest once the order is over.
 */
export interface Turns {
  /** The same port, as one actor calls it: each call waits for its turn. A list is read whole in one. */
  over<T extends object>(port: T): T;
}

/** @param order whose call is next, by the actor's place in the list; one that has ended is passed over */
export async function interleave<T>(
  order: readonly number[],
  actors: readonly ((turns: Turns) => Promise<T>)[],
): Promise<PromiseSettledResult<T>[]> {
  const gates = actors.map(() => gate());
  const results = actors.map(async (act, i) => {
    const own = gates[i];
    if (own === undefined) throw new RangeError('no such actor');
    try {
      return await act({ over: (port) => gated(port, own) });
    } finally {
      own.end();
    }
  });
  const settled = Promise.allSettled(results);
  for (const who of order) await gates[who]?.next();
  for (const { open } of gates) open();
  return settled;
}

/** Every order of two actors' calls, if they make so many. */
export function* orders(first: number, second: number): Generator<number[]> {
  if (first === 0 || second === 0) {
    yield [...Array<number>(first).fill(0), ...Array<number>(second).fill(1)];
    return;
  }
  for (const rest of orders(first - 1, second)) yield [0, ...rest];
  for (const rest of orders(first, second - 1)) yield [1, ...rest];
}

interface Gate {
  /** Carries a call out when it is let through. */
  pass<T>(call: () => Promise<T>): Promise<T>;
  /** Lets one call through, and waits until it is over; waits for the actor to make one, or to end. */
  next(): Promise<void>;
  end(): void;
  open(): void;
}

function gate(): Gate {
  let isOpen = false;
  let hasEnded = false;
  /** Calls that wait. An actor may make several at once. */
  const waiting: (() => Promise<void>)[] = [];
  let news = Promise.withResolvers<void>();
  const announce = () => {
    news.resolve();
    news = Promise.withResolvers<void>();
  };
  return {
    pass(call) {
      if (isOpen) return call();
      return new Promise((resolve, reject) => {
        waiting.push(() => call().then(resolve, reject));
        announce();
      });
    },
    async next() {
      while (waiting.length === 0 && !hasEnded) await news.promise;
      await waiting.shift()?.();
    },
    end() {
      hasEnded = true;
      announce();
    },
    open() {
      isOpen = true;
      for (const go of waiting.splice(0)) void go();
    },
  };
}

function gated<T extends object>(port: T, { pass }: Gate): T {
  return new Proxy(port, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      if (property === 'query' || property === 'scan')
        return async function* (...args: unknown[]) {
          yield* await pass(() => Array.fromAsync(Reflect.apply(value, target, args)));
        };
      return (...args: unknown[]) => pass(async () => Reflect.apply(value, target, args));
    },
  });
}
