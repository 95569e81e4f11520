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
interface Codec<Fields, Marked> {
  /** The length of each record. It is one for all, so that what is sealed says nothing by its length (I1). */
  bytes: number;
  /** @returns undefined for what cannot be */
  encode(fields: Fields): Uint8Array | undefined;
  /** Takes exactly what `encode` gives. @param bytes of the right length. @param isMarked whether the record is set apart */
  decode(bytes: Uint8Array, isMarked: boolean): Marked | undefined;
}

interface Forms<
  EventShape extends z.ZodRawShape,
  WireShape extends z.ZodRawShape,
  MarkShape extends z.ZodRawShape,
> {
  /** The fields of its event, beside account and instant: exactly these and the mark (I5). */
  event: EventShape;
  /** The fields of a disclosed record, beside subject, category and time. */
  wire: WireShape;
  /**
   * What sets some of its records apart: a field of event and disclosed record that has one value or is absent. It is one bit
   * beside the record's bytes (core/vault/seal.ts), so that a marked record is as long as any.
   */
  mark: MarkShape;
}

type Unmarked = Record<never, never>;
type FieldsOf<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>;

/** A kind whose records are of one moment. */
export function momentary<E extends z.ZodRawShape, W extends z.ZodRawShape, M extends z.ZodRawShape>(
  kind: Forms<E, W, M> & Codec<FieldsOf<E>, FieldsOf<E> & FieldsOf<M>>,
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
  kind: Omit<Forms<E, W, Unmarked>, 'mark'> & Codec<FieldsOf<E>, FieldsOf<E>>,
) {
  const wire = { ...kind.wire, validFrom: instant, validTo: instant.optional() };
  return { ...kind, holdsAs, wire, mark: {} };
}
