import { readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { type ReadFile, readWhole, type SignedCheckpoint } from '#core/log/reading.ts';

/**
 * The orders of a log, one by one, for what the law has providers file: what each asked for, and what became of it. A
 * filing has exact counts, so it is made of orders and not of the banded report. Everything here is in the public log.
 */

export const outcomes = ['pending', 'fulfilled', 'unfulfilled', 'withdrawn'] as const;
export type OrderOutcome = (typeof outcomes)[number];

export interface FiledOrder {
  /** `production`: to disclose. `preservation`: to keep. */
  purpose: 'production' | 'preservation';
  instrument: string;
  /** The issuing State: ISO 3166-1 alpha-2. */
  country: string;
  isEmergency: boolean;
  categories: readonly string[];
  /** Unix milliseconds, like the others. */
  receivedAt: number;
  outcome: OrderOutcome;
  /** Why it is unfulfilled: a ground of rejection, or what the case ended with. */
  ground?: string;
  /** When it was answered: the data could be collected, or it was said that there are none or none will come. */
  answeredAt?: number;
  /** When the data left for the first time. */
  providedAt?: number;
}

/**
 * Reads the orders of a log as a checkpoint has it. All of its entries are read, so that they are that checkpoint's.
 *
 * @param count how many entries count, from the first on
 * @throws LogError file-missing, file-malformed, entry-malformed; not-included if the entries are not the checkpoint's
 */
export async function readOrders(read: ReadFile, of: SignedCheckpoint, count: bigint): Promise<FiledOrder[]> {
  const orders = new Map<string, FiledOrder>();
  let left = count;
  for await (const { entries } of readWhole(read, of)) {
    for (const bytes of entries) if (left-- > 0n) addToOrders(orders, bytes);
  }
  return [...orders.values()];
}

/** Adds what an entry says of an order, by the stream that it stands in. @throws LogError entry-malformed */
export function addToOrders(orders: Map<string, FiledOrder>, bytes: Uint8Array): void {
  const { entry } = readEntry(bytes);
  if (entry === undefined) return;
  const at = Date.parse(entry.at);
  if (Number.isNaN(at)) throw new LogError('entry-malformed');
  const { stream } = entry;
  const order = orders.get(stream);
  switch (entry.kind) {
    case 'request.received':
      orders.set(stream, {
        ...asked(entry.data, at),
        purpose: 'production',
        isEmergency: entry.data.priority === 'Emergency',
      });
      return;
    case 'preservation.received':
      orders.set(stream, { ...asked(entry.data, at), purpose: 'preservation', isEmergency: false });
      return;
    case 'grant.minted':
    case 'preservation.kept':
      if (order?.answeredAt === undefined) answer(order, at, 'fulfilled');
      return;
    case 'data.absent':
      // Regulation (EU) 2023/1543 Annex III: the data are not stored.
      answer(order, at, 'unfulfilled', 'not-held');
      return;
    case 'decision.rejected':
    case 'case.invalid':
    case 'case.cancelled':
    case 'case.expired':
      answer(order, at, 'unfulfilled', entry.data.because ?? 'expired');
      return;
    case 'case.withdrawn':
      answer(order, at, 'withdrawn');
      return;
    case 'case.revealed':
      if (order !== undefined) reveal(order, entry.data);
      return;
    case 'collection.completed':
      if (order !== undefined) order.providedAt ??= at;
      return;
    default:
  }
}

type Received = EntryData<'request.received'> | EntryData<'preservation.received'>;

/** What the log withholds of an order for a time, in place of a State, an instrument or a category. */
export const UNREVEALED = 'unrevealed';

const asked = (
  { instrument = UNREVEALED, jurisdiction = UNREVEALED, categories = [UNREVEALED] }: Received,
  receivedAt: number,
) => ({
  instrument,
  country: jurisdiction,
  categories,
  receivedAt,
  outcome: 'pending' as const,
});

function reveal(order: FiledOrder, data: EntryData<'case.revealed'>): void {
  const { instrument, jurisdiction, categories } = data;
  if (instrument !== undefined) order.instrument = instrument;
  if (jurisdiction !== undefined) order.country = jurisdiction;
  if (categories !== undefined) order.categories = categories;
}

/** An order's first answer stands: what ends a case later takes nothing back. */
function answer(order: FiledOrder | undefined, at: number, outcome: OrderOutcome, ground?: string): void {
  if (order === undefined || order.answeredAt !== undefined) return;
  order.answeredAt = at;
  order.outcome = outcome;
  if (ground !== undefined) order.ground = ground;
}

/** A period that a filing is for: instants in Unix milliseconds, `from` inclusive, `to` exclusive. */
export interface FilingPeriod {
  from: number;
  to: number;
}

/**
 * Of `2026`, `2026-H1`, `2026-H2` or `2026-10`, in UTC.
 *
 * @returns undefined for anything else
 */
export function filingPeriod(text: string): FilingPeriod | undefined {
  const found = /^(\d{4})(?:-(H[12]|0[1-9]|1[0-2]))?$/.exec(text);
  const [, year, part] = found ?? [];
  if (year === undefined) return undefined;
  const month = (index: number) => Date.UTC(Number(year), index);
  if (part === undefined) return { from: month(0), to: month(12) };
  if (part === 'H1') return { from: month(0), to: month(6) };
  if (part === 'H2') return { from: month(6), to: month(12) };
  return { from: month(Number(part) - 1), to: month(Number(part)) };
}

/** The orders that were received in a period. */
export function receivedIn(orders: readonly FiledOrder[], { from, to }: FilingPeriod): FiledOrder[] {
  return orders.filter(({ receivedAt }) => receivedAt >= from && receivedAt < to);
}
