import { canonicalInstant } from '#core/instant.ts';
import { VaultError } from './errors.ts';

/**
 * Epochs: calendar months in UTC, `YYYY-MM`. One key pair per subject and kind, and one vault key, live for one
 * epoch; so a grant opens whole months and forgetting deletes whole months.
 */

const FORM = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The epoch an instant lies in. @throws RangeError for what is no instant */
export function epochOf(instant: string): string {
  return canonicalInstant(instant).slice(0, 'YYYY-MM'.length);
}

/**
 * Every epoch that a period touches, in order. `to` is exclusive: a period that ends with a month does not touch
 * the next one, whose key it must not open.
 *
 * @throws RangeError for what is no instant
 */
export function epochsOf(period: { from: string; to: string }): string[] {
  const from = canonicalInstant(period.from);
  const to = canonicalInstant(period.to);
  if (from >= to) return [];
  const first = monthOf(from);
  const last = monthOf(new Date(Date.parse(to) - 1).toISOString());
  return Array.from({ length: last - first + 1 }, (_, i) => epochText(first + i));
}

/** The first instant of an epoch and of the next one. @throws VaultError `epoch-invalid` */
export function epochBounds(epoch: string): { from: string; to: string } {
  if (!isEpoch(epoch)) throw new VaultError('epoch-invalid');
  const from = new Date(`${epoch}-01T00:00:00.000Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from: from.toISOString(), to: to.toISOString() };
}

/** The month after. @throws VaultError `epoch-invalid` */
export function nextEpoch(epoch: string): string {
  return epochOf(epochBounds(epoch).to);
}

function isEpoch(text: string): boolean {
  // December 9999 has no end that can be written in four digits of a year.
  return FORM.test(text) && text !== '9999-12';
}

/** Months since the year 0. */
function monthOf(canonical: string): number {
  return 12 * Number(canonical.slice(0, 4)) + Number(canonical.slice(5, 7)) - 1;
}

function epochText(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}`;
}
