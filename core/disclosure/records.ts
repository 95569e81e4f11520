import { z } from 'zod';
import type { Scope } from '#core/cases/scope.ts';
import { wireInstant } from '#core/instant.ts';
import { heldWithin } from './validity.ts';

/** What leaves, as the wire has it. `subject` is an index into the request's subjects. */
export const recordSchema = z.discriminatedUnion('category', [
  z.strictObject({
    subject: z.int().nonnegative(),
    category: z.literal('SubscriberData'),
    phone: z.string(),
    validFrom: z.string(),
    validTo: z.string().optional(),
  }),
  z.strictObject({
    subject: z.int().nonnegative(),
    category: z.enum(['UserIdentifyingData', 'TrafficData']),
    at: z.string(),
    ip: z.string(),
    port: z.int(),
  }),
]);
export type DisclosedRecord = z.infer<typeof recordSchema>;

/** A record as it comes out of the vault. */
export type Opened =
  | { subject: number; kind: 'access'; at: string; ip: string; port: number }
  | { subject: number; kind: 'phone'; phone: string; validFrom: string; validTo?: string };

/**
 * Cuts what was opened down to the approved scope, category by category (I5), in order of time.
 *
 * `TrafficData` is every log-in of the period; `UserIdentifyingData` is each distinct address once, with the port
 * and time of its latest use, since identifying is not tracking (Regulation (EU) 2023/1543 Art. 3(10)). Records
 * are a set: an event that the backend delivered twice is one log-in.
 */
export function disclose(scope: Scope, opened: readonly Opened[]): DisclosedRecord[] {
  const records = new Map<string, DisclosedRecord>();
  const put = (record: DisclosedRecord, ...key: (string | number)[]) =>
    records.set([record.category, record.subject, ...key].join(' '), record);

  for (const value of opened) {
    if (!scope.subjects.includes(value.subject)) continue;
    if (value.kind === 'phone') {
      const { subject, phone, validFrom, validTo } = value;
      const validity = { from: validFrom, ...(validTo === undefined ? {} : { to: validTo }) };
      if (!scope.categories.includes('SubscriberData') || !heldWithin(validity, scope.period)) continue;
      const until = validTo === undefined ? {} : { validTo };
      put(
        { subject, category: 'SubscriberData', phone, validFrom, ...until },
        phone,
        validFrom,
        validTo ?? '',
      );
      continue;
    }
    if (!inPeriod(value.at, scope)) continue;
    const { subject, at, ip, port } = value;
    if (scope.categories.includes('TrafficData')) {
      put({ subject, category: 'TrafficData', at, ip, port }, at, ip, port);
    }
    if (scope.categories.includes('UserIdentifyingData')) {
      const seen = records.get(`UserIdentifyingData ${subject} ${ip}`);
      const latest = seen?.category !== 'UserIdentifyingData' || later(at, port, seen.at, seen.port);
      if (latest) put({ subject, category: 'UserIdentifyingData', at, ip, port }, ip);
    }
  }
  return [...records.values()].map(onWire).sort(byTime);
}

/** Instants as the wire has them: whole seconds where they are whole. */
function onWire(record: DisclosedRecord): DisclosedRecord {
  if (record.category !== 'SubscriberData') return { ...record, at: wireInstant(record.at) };
  const until = record.validTo === undefined ? {} : { validTo: wireInstant(record.validTo) };
  return { ...record, validFrom: wireInstant(record.validFrom), ...until };
}

/** Whether an instant lies in the scope's period: `from` inclusive, `to` exclusive. */
export function inPeriod(at: string, scope: Scope): boolean {
  const time = Date.parse(at);
  return time >= Date.parse(scope.period.from) && time < Date.parse(scope.period.to);
}

/** Of two uses in one instant the higher port counts, so that the answer does not hang on the order of opening. */
function later(at: string, port: number, thanAt: string, thanPort: number): boolean {
  const difference = Date.parse(at) - Date.parse(thanAt);
  return difference > 0 || (difference === 0 && port > thanPort);
}

/** When a record is from, in unix milliseconds: a number's is when it began to hold. */
export function timeOf(record: DisclosedRecord): number {
  return Date.parse(record.category === 'SubscriberData' ? record.validFrom : record.at);
}

/** By time, then by everything else, so that one disclosure has one form and one digest. */
function byTime(a: DisclosedRecord, b: DisclosedRecord): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return timeOf(a) - timeOf(b) || (left < right ? -1 : left > right ? 1 : 0);
}
