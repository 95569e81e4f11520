import { z } from 'zod';
import { type FieldsOf, type Kind, type MomentaryKind, wireShape } from '#core/vault/kinds.ts';

/**
 * How a category selects among the records of its kind.
 *
 * - `each`: every one; a record that was delivered twice is one record.
 * - `latest`: each distinct value of a field once, at its latest use. Of two uses in one instant the one with the
 *   greater number in the field `tie` counts, so that the answer does not depend on the order of opening.
 */
export type Selection<F extends string> = 'each' | { latest: F; tie: F };

type FieldOf<K extends Kind> = keyof FieldsOf<K> & string;

/**
 * A category of data, as an agency asks for it.
 *
 * @param kind the kind of record that it is answered from. What lasts is disclosed whole; only of moments is there a
 *   latest
 */
export function category<C extends string, K extends Kind, M extends z.ZodRawShape>(
  name: C,
  {
    kind,
    selects,
    mark,
    title,
  }: {
    kind: K;
    selects: K extends MomentaryKind ? Selection<FieldOf<K>> : 'each';
    /** The field that says so where a record is set apart. Without one such records do not leave under the category. */
    mark: M;
    /** What it is, for people: follows "discloses". */
    title: string;
  },
) {
  /** What leaves. `subject` is an index into the request's subjects. */
  const record = z.strictObject({
    subject: z.int().nonnegative(),
    category: z.literal(name),
    ...wireShape(kind),
    ...mark,
  });
  return { kind, selects, title, record, takesMarked: Object.keys(mark).length > 0 };
}
