import { parseInstant } from '#core/instant.ts';
import { VaultError } from './errors.ts';

/**
 * Epochs: calendar months in UTC, `YYYY-MM`. One key pair per subject and kind, and one vault key, live for one
 * epoch; so a grant opens whole months and forgetting deletes whole months.
 */

const FORM = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The epoch an instant lies in. @throws VaultError `instant-invalid` */
export function epochOf(instant: string): string {
  return canonical(instant).slice(0, 'YYYY-MM'.length);
}

/**
 * Every epoch that a period touches, in order. `to` is exclusive: a period that ends with a month does not touch
 * the next one, whose key it must not open.
 *
 * @throws VaultError `instant-invalid`
 */
export function epochsOf(period: { from: string; to: string }): string[] {
  const to = canonical(period.to);
  const epochs: string[] = [];
  let from = canonical(period.from);
  while (from < to) {
    const epoch = epochOf(from);
    epochs.push(epoch);
    from = epochBounds(epoch).to;
  }
  return epochs;
}

/** The first instant of an epoch and of the next one. @throws VaultError `epoch-invalid` */
export function epochBounds(epoch: string): { from: string; to: string } {
  if (!isEpoch(epoch)) throw new VaultError('epoch-invalid');
  const from = new Date(`${epoch}-01T00:00:00.000Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from: from.toISOString(), to: to.toISOString() };
}

export function isEpoch(text: string): boolean {
  // December 9999 has no end that can be written in four digits of a year.
  return FORM.test(text) && text !== '9999-12';
}

function canonical(instant: string): string {
  const parsed = parseInstant(instant);
  if (parsed === undefined) throw new VaultError('instant-invalid');
  return parsed;
}
