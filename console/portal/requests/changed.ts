import type { CaseLine } from '#core/cases/case.ts';

/** Requests in which something changed since they were first listed here, and that nobody has looked at. */
export interface Changes {
  /** How each stood when it was listed last; undefined until all were listed once. */
  known: ReadonlyMap<string, string> | undefined;
  unseen: ReadonlySet<string>;
}

export const noChanges: Changes = { known: undefined, unseen: new Set() };

/** How a request stands, for comparing: what its officer would want to know of. */
const stateOf = ({ status, information, debts, notification, collections, expiresAt }: CaseLine): string =>
  JSON.stringify([
    status,
    information?.askedAt,
    information?.answeredAt === undefined,
    debts?.owed,
    notification?.answer,
    collections,
    expiresAt,
  ]);

/**
 * @param isListed whether all were listed at least once: what is there then is no change
 * @returns `changed`: how many changed with these lines
 */
export function changesAfter(
  { known, unseen }: Changes,
  lines: Iterable<CaseLine>,
  isListed: boolean,
): { changes: Changes; changed: number } {
  const now = new Map([...lines].map((line) => [line.id, stateOf(line)]));
  if (known === undefined)
    return { changes: isListed ? { known: now, unseen } : { known, unseen }, changed: 0 };
  const fresh = [...now].flatMap(([id, state]) => {
    const before = known.get(id);
    return before !== undefined && before !== state ? [id] : [];
  });
  return {
    changes: { known: new Map([...known, ...now]), unseen: new Set([...unseen, ...fresh]) },
    changed: fresh.length,
  };
}

/** The officer has this request before them as it is, whoever changed it: that is no news. */
export function seenAs({ known, unseen }: Changes, line: CaseLine): Changes {
  if (known === undefined) return { known, unseen };
  return {
    known: new Map(known).set(line.id, stateOf(line)),
    unseen: new Set([...unseen].filter((id) => id !== line.id)),
  };
}
