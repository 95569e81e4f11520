import { z } from 'zod';
import { statuses } from '#core/cases/case.ts';
import { forEachName, namesIn } from '#core/exhaustive.ts';
import { instant } from '#core/instant.ts';
import { digestText } from '#core/text.ts';

/**
 * How Writ is, for operators, who may read nothing of what it holds: numbers, instants of the clock, a version and a
 * digest. There is no member that could hold an id, a name, a reference or an address.
 */
const number = z.int().nonnegative();
/** `atLeast`: there may be more, the count ended at its limit. */
const count = z.strictObject({ count: number, atLeast: z.literal(true).optional() });

/** A part that could not be read: the name of the error. */
const unread = z.strictObject({ unread: z.string().regex(/^[A-Za-z][A-Za-z-]{0,59}$/) });
export type Unread = z.infer<typeof unread>;

const part = <S extends z.ZodRawShape>(shape: S) => z.union([z.strictObject(shape), unread]);

const parts = {
  /** Entries that were committed and that no checkpoint in the bucket covers. */
  outbox: part({
    waiting: count,
    /** The ten minutes in which the oldest of them was written. */
    oldest: z.strictObject({ from: instant, to: instant }).optional(),
  }),
  /** Entries in the tree that was signed last, and in that of the checkpoint in the bucket. */
  log: part({ signed: number, published: number }),
  /** Who is asked to cosign the log, and the newest checkpoint that was: when, of how many entries, by enough of them or not. */
  witnesses: part({
    asked: number,
    cosigned: z.strictObject({ at: instant, entries: number, isEnough: z.boolean() }).optional(),
  }),
  /** Cases by their status. */
  cases: part(forEachName(statuses, () => count)),
  /** Of cases that nobody decided, and whose time does not stand still: how many are past it, or in its last quarter. */
  deadlines: part({ overdue: count, lastQuarter: count }),
  emergencies: part({
    undecided: count,
    /** Opened, and a second signature or a validation is still to come; `overdue`: it should be there by now. */
    owing: count,
    overdue: count,
  }),
  /** Cases that can still be collected though their time for it ended minutes ago. */
  access: part({ late: count }),
  /** Cases of whose disclosure the provider has told nobody yet; and those in which it is late. */
  notices: part({ owed: count, overdue: count }),
  /** Signing keys that are enrolled, those of reviewers among them, and those that may not be used yet. */
  keys: part({ enrolled: count, reviewers: count, cooling: count }),
  /** Changes of the registry that wait for somebody; `lapsing`: they are void within two days. */
  changes: part({ pending: count, lapsing: count }),
  /** KMS keys that wrap what arrives in this month and in the next, and how many each month has to have. */
  vaultKeys: part({ needed: number, thisMonth: number, nextMonth: number }),
};

export type HealthPart = keyof typeof parts;
export const healthParts = namesIn(parts);

export const healthAnswer = z.strictObject({
  at: instant,
  /** What runs. */
  version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]{0,40}$/),
  policyHash: digestText,
  parts: z.strictObject(parts),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;
/** A part that was read. */
export type HealthOf<P extends HealthPart> = Exclude<HealthAnswer['parts'][P], Unread>;

export const isUnread = (part: object): part is Unread => 'unread' in part;
