import { z } from 'zod';
import { canonicalInstant } from '#core/instant.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { EventError, type IdentityEvent } from './identity.ts';

/**
 * How long events are kept: whole months, set for each kind of record. Zero says that a kind is not kept at all.
 *
 * A username has no kind of record and no months of its own. It finds the account's records and is kept while any
 * of them may be: as long as the longer of the two.
 */
const months = z.int().min(0).max(600);
export const retentionSchema = z.strictObject({ phone: months, access: months });
export type Retention = z.infer<typeof retentionSchema>;

type EventKind = IdentityEvent['kind'];

/** How far ahead of ours the backend's clocks may be. */
const AHEAD_MS = 5 * 60_000;

/**
 * Whether an event may come now.
 *
 * @param event from `parseIdentityEvent`
 * @param now an instant
 * @throws EventError `kind-not-kept`, `time-future`, `time-before-retention`
 */
export function checkTime(event: IdentityEvent, retention: Retention, now: string): void {
  const present = canonicalInstant(now);
  const kept = monthsOf(event.kind, retention);
  if (kept === 0) throw new EventError('kind-not-kept');
  if (Date.parse(event.at) > Date.parse(present) + AHEAD_MS) throw new EventError('time-future');
  if (plusMonths(event.at, kept) <= present) throw new EventError('time-before-retention');
}

/**
 * The first instant at which an event is past retention, canonical: the same day and time so many months later, or
 * the last day of a month that has no such day.
 *
 * @param at an instant
 * @throws RangeError for what is no instant
 */
export function keptUntil(kind: EventKind, at: string, retention: Retention): string {
  return plusMonths(canonicalInstant(at), monthsOf(kind, retention));
}

/**
 * The first instant at which every event of an epoch is past retention, whatever its day.
 *
 * @throws VaultError `epoch-invalid`
 */
export function epochForgottenAt(kind: EventKind, epoch: string, retention: Retention): string {
  return plusMonths(epochBounds(epoch).to, monthsOf(kind, retention));
}

function monthsOf(kind: EventKind, { phone, access }: Retention): number {
  return kind === 'username' ? Math.max(phone, access) : { phone, access }[kind];
}

/** Beyond it instants have no four digits of a year. */
const LAST_INSTANT = '9999-12-31T23:59:59.999Z';

function plusMonths(canonical: string, count: number): string {
  const date = new Date(canonical);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + count);
  // A day too many has run over into the next month: 31 January and one month are 29 February, not 2 March.
  if (date.getUTCDate() !== day) date.setUTCDate(0);
  const later = date.toISOString();
  return later.startsWith('+') ? LAST_INSTANT : later;
}
