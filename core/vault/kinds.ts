import type { z } from 'zod';
import { namesIn } from '#core/exhaustive.ts';
import { canonicalInstant } from '#core/instant.ts';
import { epochBounds, epochOf, epochsOf } from './epoch.ts';
import { access } from './kinds/access.ts';
import { phone } from './kinds/phone.ts';
import type { NameKind } from './subject.ts';
import { heldWithin, type Validity } from './validity.ts';

/**
 * The kinds of record: all that is stored of a person. There is no other, and none has a field that takes free text, so
 * message content cannot be represented (I5). A kind is one file in `kinds/` and one line here.
 */
const recordKinds = { phone, access };
type Table = typeof recordKinds;

export type Kind = keyof Table;
export const kinds = namesIn(recordKinds);

/** The kinds whose records hold until the next is set. */
export type LastingKind = { [K in Kind]: Table[K]['holdsAs'] extends NameKind ? K : never }[Kind];
export type MomentaryKind = Exclude<Kind, LastingKind>;

export function isLasting(kind: Kind): kind is LastingKind {
  return recordKinds[kind].holdsAs !== undefined;
}
export const lastingKinds = kinds.filter(isLasting);

/** The names that say when records of a lasting kind hold. */
export function namesThatHold(kind: LastingKind): NameKind {
  return recordKinds[kind].holdsAs;
}

/** What a record of a kind says. */
export type FieldsOf<K extends Kind> = z.infer<z.ZodObject<Table[K]['event']>>;
/** What sets a record of a kind apart, where something does. */
export type MarkOf<K extends Kind> = keyof Table[K]['mark'] extends never
  ? unknown
  : z.infer<z.ZodObject<Table[K]['mark']>>;
type StoredOf<K extends Kind> = FieldsOf<K> & MarkOf<K>;
export type RecordOf<K extends Kind> = { [P in K]: { kind: P } & StoredOf<P> }[K];
export type VaultRecord = RecordOf<Kind>;

export function isLastingRecord(record: VaultRecord): record is RecordOf<LastingKind> {
  return isLasting(record.kind);
}

/** What leaves of a record of a kind, with its time and mark. */
export type WireOf<K extends Kind> = z.infer<z.ZodObject<Table[K]['wire']>> & MarkOf<K>;

/** The fields of a kind's event, beside account, instant and mark. */
export function eventShape<K extends Kind>(kind: K): Table[K]['event'] {
  return recordKinds[kind].event;
}

/** The field that sets some records of a kind apart, where there is one. */
export function markShape<K extends Kind>(kind: K): Table[K]['mark'] {
  return recordKinds[kind].mark;
}

/** Whether a record is set apart from the others of its kind. */
export function isMarked<K extends Kind>(record: { kind: K } & object): boolean {
  return namesIn(recordKinds[record.kind].mark).some((name) => Reflect.get(record, name) !== undefined);
}

/** The fields of a kind's disclosed records, beside subject and category. */
export function wireShape<K extends Kind>(kind: K): Table[K]['wire'] {
  return recordKinds[kind].wire;
}

/** How long each record of a kind is, encoded. */
export function recordBytes(kind: Kind): number {
  return recordKinds[kind].bytes;
}

type Codecs = {
  [K in Kind]: {
    encode(fields: RecordOf<K>): Uint8Array | undefined;
    decode(bytes: Uint8Array, isMarked: boolean): StoredOf<K> | undefined;
  };
};
const codecs: Codecs = recordKinds;

/** A record's bytes, without its mark. @returns undefined for an impossible record */
export function encoded<K extends Kind>(record: RecordOf<K>): Uint8Array | undefined {
  return codecs[record.kind].encode(record);
}

/**
 * Takes exactly what `encoded` gives for this kind.
 *
 * @param isMarked whether the record is set apart
 * @returns undefined for any other bytes, and for a mark that the kind does not have
 */
export function decoded<K extends Kind>(
  kind: K,
  bytes: Uint8Array,
  isMarked: boolean,
): RecordOf<K> | undefined {
  if (bytes.length !== recordBytes(kind)) return undefined;
  const fields = codecs[kind].decode(bytes, isMarked);
  return fields === undefined ? undefined : { kind, ...fields };
}

export interface Period {
  from: string;
  to: string;
}

/** When one subject's records of each lasting kind held. */
export type Held = Readonly<Record<LastingKind, readonly Validity[]>>;

/**
 * The months whose epoch keys a period opens: of what happens in a moment those that it touches; of what lasts those in
 * which something was set that held at any time in the period, however long ago that was.
 */
export function epochsOpened(kind: Kind, period: Period, held: Held): ReadonlySet<string> {
  if (!isLasting(kind)) return new Set(epochsOf(period));
  return new Set(held[kind].filter((v) => heldWithin(v, period)).map((v) => epochOf(v.from)));
}

/** Whether a period can open a month's epoch key at all, whatever was set in it. */
export function mayBeOpened(kind: Kind, epoch: string, period: Period): boolean {
  const epochs = epochsOf(period);
  return isLasting(kind) ? epoch <= (epochs.at(-1) ?? '') : epochs.includes(epoch);
}

/** Where in an epoch the records lie that a period may concern: what lasts may lie long before the period. */
export function spanOf(kind: Kind, epoch: string, period: Period): Period {
  const bounds = epochBounds(epoch);
  if (isLasting(kind)) return bounds;
  const [from, to] = [canonicalInstant(period.from), canonicalInstant(period.to)];
  return { from: from > bounds.from ? from : bounds.from, to: to < bounds.to ? to : bounds.to };
}
