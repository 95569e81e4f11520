import type { Holder } from '#core/cases/case.ts';

/**
 * Of those whom a case's subjects stood for when it was received, whom they stand for still: each only while both say so.
 * Who was erased since is left out. Who came since was seen by no reviewer, and is left out too.
 */
export function stillNamed(
  received: readonly (readonly Holder[])[],
  now: readonly (readonly Holder[])[],
): Holder[][] {
  return received.map((holders, i) =>
    holders.flatMap((holder) => (now[i] ?? []).flatMap((other) => overlap(holder, other) ?? [])),
  );
}

function overlap(one: Holder, other: Holder): Holder | undefined {
  if (one.subject !== other.subject) return undefined;
  const from = [one.from, other.from]
    .filter((at) => at !== undefined)
    .toSorted(byTime)
    .at(-1);
  const to = [one.to, other.to]
    .filter((at) => at !== undefined)
    .toSorted(byTime)
    .at(0);
  if (from !== undefined && to !== undefined && byTime(from, to) >= 0) return undefined;
  return {
    subject: one.subject,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

const byTime = (a: string, b: string) => Date.parse(a) - Date.parse(b);
