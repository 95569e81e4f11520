/** What has an instant in canonical form, whose order as text is the order in time. */
interface Timed {
  at: string;
}

/**
 * The vault's items in order of their first record, as their records in order of time. An item's records can reach
 * past the next item's first, so each is held back until no later item can come before it: as many are held as
 * overlap, which is a day's at most.
 */
export async function* inOrder<T extends Timed>(
  items: AsyncIterable<{ at: string; records: readonly T[] }>,
): AsyncGenerator<T> {
  let held: T[] = [];
  for await (const { at, records } of items) {
    const first = held.findIndex((value) => value.at >= at);
    const ready = first < 0 ? held.length : first;
    yield* held.slice(0, ready);
    held = [...held.slice(ready), ...records].sort(byTime);
  }
  yield* held;
}

/** Several streams, each in order of time, as one. Holds one element of each. */
export async function* merged<T extends Timed>(streams: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const heads: { next: T; from: AsyncIterator<T> }[] = [];
  const opened = streams.map((stream) => stream[Symbol.asyncIterator]());
  try {
    for (const from of opened) {
      const first = await from.next();
      if (first.done !== true) heads.push({ next: first.value, from });
    }
    for (;;) {
      const least = heads.reduce<(typeof heads)[number] | undefined>(
        (a, b) => (a !== undefined && a.next.at <= b.next.at ? a : b),
        undefined,
      );
      if (least === undefined) return;
      yield least.next;
      const following = await least.from.next();
      if (following.done === true) heads.splice(heads.indexOf(least), 1);
      else least.next = following.value;
    }
  } finally {
    // A reader that stops early stops the queries behind the streams too.
    for (const from of opened) await from.return?.();
  }
}

function byTime(a: Timed, b: Timed): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}
