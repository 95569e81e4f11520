import { z } from 'zod';
import { asciiUpTo, storedInstant } from '#core/bounds.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Case } from './case.ts';
import type { Policy } from './policy.ts';

/**
 * The order itself, as its agency uploads it. The request carries its SHA-256, and nothing with another digest is taken.
 * It lies beside its case, sealed for the desk (core/state/documents.ts), and is forgotten with it. Nobody reads what is
 * in it here: a file from outside is parsed on the reviewer's machine alone (client/order/).
 */

/** What an order may be, by its media type: PDF, a container of ETSI EN 319 162-1, an XML document. */
export const documentTypes = [
  'application/pdf',
  'application/vnd.etsi.asic-e+zip',
  'application/xml',
] as const;
export type DocumentType = (typeof documentTypes)[number];

/**
 * No order is larger, whatever the policy says. Lambda takes and gives 6 MB in all, and hands bodies over in base64: 3 MB
 * are 4 MB there.
 */
export const mostDocumentBytes = 3_000_000;

/** The order as it arrives, its media type without parameters. */
export const documentSchema = z.strictObject({
  type: z.enum(documentTypes),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= mostDocumentBytes),
});
export type OrderDocument = z.infer<typeof documentSchema>;

/** How the log calls each type. */
export const documentCodes: Readonly<Record<DocumentType, string>> = {
  'application/pdf': 'pdf',
  'application/vnd.etsi.asic-e+zip': 'asice',
  'application/xml': 'xml',
};

/** What a case keeps of its order: the terms that it was received under, and what arrived. */
export const storedDocument = z.strictObject({
  required: z.boolean(),
  types: z.array(z.enum(documentTypes)).max(documentTypes.length),
  mostBytes: z.int(),
  /** The commitment to the digest that the request names. */
  digest: asciiUpTo(43),
  received: z
    .strictObject({ at: storedInstant, type: z.enum(documentTypes), bytes: z.int(), parts: z.int() })
    .optional(),
});

/** @returns the terms that a request is received under; undefined where the policy takes no document */
export function documentTerms(
  { order }: Pick<Policy, 'order'>,
  salt: Uint8Array,
  digest: string,
): Case['document'] {
  if (order === undefined || order.document === 'none') return undefined;
  return {
    required: order.document === 'required',
    types: order.types,
    mostBytes: Math.min(order.mostBytes, mostDocumentBytes),
    digest: commitment(salt, 'document', digest),
  };
}

/**
 * Whether the first bytes are those of the type. It keeps out a file of another sort that was sent by mistake; what is in
 * the file is the reader's to judge.
 */
export function looksLike(type: DocumentType, bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => new TextDecoder('latin1').decode(bytes.subarray(from, to));
  switch (type) {
    case 'application/pdf':
      return text(0, 5) === '%PDF-';
    case 'application/vnd.etsi.asic-e+zip':
      return text(0, 4) === 'PK\u0003\u0004';
    case 'application/xml':
      return /^(?:\u00ef\u00bb\u00bf)?\s{0,16}<[?!A-Za-z_]/.test(text(0, 32));
  }
}

/**
 * The next power of two, 64 KiB at least: the exact length of a file tells who has a candidate at hand that it is this one
 * (I7).
 */
export function bandOf(bytes: number): number {
  return 2 ** Math.max(16, Math.ceil(Math.log2(Math.max(bytes, 1))));
}
