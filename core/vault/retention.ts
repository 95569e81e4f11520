import { z } from 'zod';
import { forEachName } from '#core/exhaustive.ts';
import { canonicalInstant, dayOf } from '#core/instant.ts';
import { epochBounds } from './epoch.ts';
import { type Kind, kinds } from './kinds.ts';
import type { NameKind } from './subject.ts';

/** Twenty years. What lists a subject's months fits into one item of so many (test/limits/). */
export const mostRetentionMonths = 240;

/**
 * How long records are kept: whole months, set for each kind of record. Zero says that a kind is not kept at all.
 *
 * A name that is no kind of record (a username) has no months of its own. It finds the account's records, so it is kept
 * while any of them may be: as long as the longest of them.
 */
const months = z.int().min(0).max(mostRetentionMonths);
export const retentionSchema = z.strictObject(forEachName(kinds, () => months));
export type Retention = z.infer<typeof retentionSchema>;

/**
 * The first instant at which something is past retention, canonical: the beginning of the same day so many months later,
 * or of the last day of a month that has no such day. What is of one day (UTC) ends together.
 *
 * @param at an instant
 * @throws RangeError for what is no instant
 */
export function keptUntil(kind: Kind | NameKind, at: string, retention: Retention): string {
  return monthsLater(dayOf(canonicalInstant(at)), monthsOf(kind, retention));
}

/**
 * The first instant at which everything of an epoch is past retention, whatever its day.
 *
 * @throws VaultError `epoch-invalid`
 */
export function epochForgottenAt(kind: Kind | NameKind, epoch: string, retention: Retention): string {
  return epochForgottenAfter(epoch, monthsOf(kind, retention));
}

/** The same, by the months that it is kept. @throws VaultError `epoch-invalid` */
export function epochForgottenAfter(epoch: string, months: number): string {
  return monthsLater(epochBounds(epoch).to, months);
}

/** How many months something is kept. */
export function monthsOf(kind: Kind | NameKind, retention: Retention): number {
  const own = kinds.find((known) => known === kind);
  return own === undefined ? Math.max(...Object.values(retention)) : retention[own];
}

/** Beyond it instants have no four digits of a year. */
const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

/**
 * The same day and time so many months later, or the last day of a month that has no such day.
 *
 * @param canonical an instant in canonical form
 */
export function monthsLater(canonical: string, count: number): string {
  const date = new Date(canonical);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + count);
  // A day too many has run over into the next month: 31 January and one month are 29 February, not 2 March.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  const later = date.toISOString();
  return later.startsWith('+') ? LAST_INSTANT : later;
}
