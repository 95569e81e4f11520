import { z } from 'zod';
import { asciiUpTo, bytesUpTo, storedId, storedInstant } from '#core/bounds.ts';
import type { Case } from '#core/cases/case.ts';
import { mostDocumentBytes } from '#core/cases/document.ts';
import { mostSealBytes } from '#core/cases/kept.ts';
import { inParallel } from '#core/parallel.ts';
import { absent, type Store, type Write } from '#core/store/store.ts';

/**
 * Orders, in parts beside their case: an item takes 400 KB. Each part is sealed by itself, under the number of its case and
 * its own, before the one transaction that says the order is here. So an upload that broke off is written over by the next
 * one: two at once write the same parts, since both have the digest that the request names.
 */

/** What one part holds of an order. */
export const documentPartBytes = 256 * 1024;
export const mostDocumentParts = Math.ceil(mostDocumentBytes / documentPartBytes);

/** DynamoDB is given a few of them at a time: each takes 257 write units. */
const atOnce = 4;

const partKey = (caseId: string, part: number) => ({ pk: `document#${caseId}#${part}` });
const leftKey = (caseId: string) => ({ pk: `document-left#${caseId}` });

/** A part as it is stored. */
export const documentPart = z.strictObject({
  pk: asciiUpTo(80),
  sealed: bytesUpTo(documentPartBytes + mostSealBytes),
});

/**
 * That the parts of a case that was forgotten may still be there. It is written in the transaction that forgets the case,
 * and goes after the parts; so a crash between leaves none behind.
 */
export const documentLeft = z.strictObject({
  pk: asciiUpTo(80),
  case: storedId,
  ended: z.literal('document'),
  forgetAt: storedInstant,
});

/** An order cut into parts, in their order. */
export function partsOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / documentPartBytes) }, (_, i) =>
    bytes.subarray(i * documentPartBytes, (i + 1) * documentPartBytes),
  );
}

/** What marks a forgotten case's parts for deletion. Only of a case that could have had an order. */
export function leftWrites({ id, document }: Pick<Case, 'id' | 'document'>, at: string): Write[] {
  if (document === undefined) return [];
  const left: z.infer<typeof documentLeft> = { ...leftKey(id), case: id, ended: 'document', forgetAt: at };
  return [{ table: 'cases', put: left, when: absent('pk') }];
}

export function documentState({ store }: { store: Store }) {
  return {
    /** @param sealed the parts, in their order */
    async write(caseId: string, sealed: readonly Uint8Array[]): Promise<void> {
      await inParallel([...sealed.entries()], atOnce, ([i, bytes]) =>
        store.write({
          table: 'cases',
          put: documentPart.parse({ ...partKey(caseId, i + 1), sealed: bytes }),
        }),
      );
    },

    /** The sealed parts, in their order; undefined in the place of one that is gone. */
    read(caseId: string, parts: number): Promise<(Uint8Array | undefined)[]> {
      const numbers = Array.from({ length: parts }, (_, i) => i + 1);
      return inParallel(numbers, atOnce, async (part) => {
        const item = await store.get('cases', partKey(caseId, part));
        return item === undefined ? undefined : documentPart.parse(item).sealed;
      });
    },

    /** Cases that were forgotten, and whose parts may be left. */
    async *left(at: string): AsyncGenerator<string> {
      const query = { index: 'ended', of: 'document', to: at, unproven: 'pass-over' } as const;
      for await (const item of store.query('cases', query)) yield documentLeft.parse(item).case;
    },

    /** Deletes all parts that a forgotten case can have, those of a broken upload too. Doing it twice changes nothing. */
    async forget(caseId: string): Promise<void> {
      const numbers = Array.from({ length: mostDocumentParts }, (_, i) => i + 1);
      await inParallel(numbers, atOnce, (part) =>
        store.write({ table: 'cases', delete: partKey(caseId, part) }),
      );
      await store.write({ table: 'cases', delete: leftKey(caseId) });
    },
  };
}
export type DocumentState = ReturnType<typeof documentState>;
