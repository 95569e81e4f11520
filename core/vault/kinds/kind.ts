import type { z } from 'zod';
import { instant } from '#core/instant.ts';
import type { NameKind } from '../subject.ts';

/**
 * Everything that is particular to one kind of record. The rest of Writ asks here and knows no kind by its name
 * (core/vault/kinds.ts).
 *
 * There are two ways in which a record lies in time. One of a moment (a log-in) is of its instant alone. A lasting one
 * (a number) holds from its instant on until the next is set.
 */
interface Codec<Fields> {
  /** The length of each record. It is one for all, so that what is sealed says nothing by its length (I1). */
  bytes: number;
  /** @returns undefined for what cannot be */
  encode(fields: Fields): Uint8Array | undefined;
  /** Takes exactly what `encode` gives. @param bytes of the right length */
  decode(bytes: Uint8Array): Fields | undefined;
}

interface Forms<EventShape extends z.ZodRawShape, WireShape extends z.ZodRawShape> {
  /** The fields of its event, beside account and instant: exactly these (I5). */
  event: EventShape;
  /** The fields of a disclosed record, beside subject, category and time. */
  wire: WireShape;
}

type FieldsOf<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** A kind whose records are of one moment. */
export function momentary<E extends z.ZodRawShape, W extends z.ZodRawShape>(
  kind: Forms<E, W> & Codec<FieldsOf<E>>,
) {
  return { ...kind, holdsAs: undefined, wire: { at: instant, ...kind.wire } };
}

/**
 * A kind whose records hold until the next is set.
 *
 * @param holdsAs the names (core/vault/subject.ts) whose instants say when: a subject's records of this kind are these
 */
export function lasting<E extends z.ZodRawShape, W extends z.ZodRawShape>(
  holdsAs: NameKind,
  kind: Forms<E, W> & Codec<FieldsOf<E>>,
) {
  const wire = { ...kind.wire, validFrom: instant, validTo: instant.optional() };
  return { ...kind, holdsAs, wire };
}
