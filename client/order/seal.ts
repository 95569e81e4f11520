import type { DocumentType } from '#core/cases/document.ts';

/**
 * Whether the seal or signature on an order holds, as far as this machine can tell. It runs where the reviewer is, and never
 * in a function: an order is a file from outside, and what reads such files should have nothing to lose.
 *
 * What `checked` says: the whole document is signed by the holder of a certificate that leads to one of the anchors that the
 * desk chose. It does not say that the certificate was not revoked, nor that the seal is qualified: both need a network and
 * the EU's trusted lists. When it was signed is what the signer claims; no timestamp is checked.
 */

/** Why nothing can be said. */
export type NotChecked =
  /** The document carries none. */
  | 'no-signature'
  /** It holds as far as it goes, and the desk has chosen nobody to trust. */
  | 'no-anchors'
  /** It holds as far as it goes, and its certificate leads to nobody whom the desk trusts. */
  | 'no-path'
  /** It has a form, or several signatures, that this does not read. */
  | 'form-unknown';

/** Why it does not hold. */
export type SealFault =
  /** What is signed is another document. */
  | 'document-differs'
  /** Part of the document is not signed: in a PDF, something was added afterwards. */
  | 'covers-part'
  /** The signature was not made with the certificate's key. */
  | 'signature-wrong'
  /** A certificate was over, or had not begun, at the time of signing. */
  | 'certificate-time'
  /** A certificate is not for this: no authority's, not for signing, a key too short. */
  | 'certificate-use'
  /** It names another certificate than the one that it was made with. */
  | 'signer-differs'
  /** SHA-1, or another algorithm that proves nothing any more or is not known here. */
  | 'algorithm'
  | 'malformed';

export type SealResult =
  | {
      seal: 'checked';
      /** The subject of the certificate. */
      by: string;
      /** When the signer says that they signed. */
      claimedAt?: string;
      /** Subjects, from the signer's to the anchor's. */
      chain: string[];
    }
  | { seal: 'failed'; why: SealFault; by?: string }
  | { seal: 'not-checked'; why: NotChecked; by?: string };

/** Ends the reading of a seal. */
export class SealError extends Error {
  override name = 'SealError';
  readonly why: SealFault | NotChecked;

  constructor(why: SealFault | NotChecked, options?: ErrorOptions) {
    super(why, options);
    this.why = why;
  }
}

const notChecked: readonly string[] = [
  'no-signature',
  'no-anchors',
  'no-path',
  'form-unknown',
] satisfies NotChecked[];

function isNotChecked(why: SealFault | NotChecked): why is NotChecked {
  return notChecked.includes(why);
}

/** A signature that holds over the whole document, whose signer is still to be judged. */
export interface Signed {
  /** The signer's certificate, DER. */
  signer: Uint8Array;
  /** Others that came with it, DER. */
  others: readonly Uint8Array[];
  claimedAt?: Date;
}

/** @param anchors certificates that the desk trusts, DER */
export async function checkSeal(
  { type, bytes }: { type: DocumentType; bytes: Uint8Array },
  anchors: readonly Uint8Array[],
  now: Date,
): Promise<SealResult> {
  let by: string | undefined;
  try {
    const signed = await signedBy(type, bytes);
    const { nameOf, pathTo } = await import('./certificates.ts');
    by = nameOf(signed.signer);
    const { claimedAt } = signed;
    if (claimedAt !== undefined && claimedAt > now) throw new SealError('certificate-time');
    const chain = pathTo(signed, anchors, claimedAt ?? now);
    return {
      seal: 'checked',
      by,
      ...(claimedAt === undefined ? {} : { claimedAt: claimedAt.toISOString() }),
      chain: chain.map(nameOf),
    };
  } catch (error) {
    // Whatever a library cannot read is no signature that holds.
    const why = error instanceof SealError ? error.why : 'malformed';
    const who = by === undefined ? {} : { by };
    return isNotChecked(why) ? { seal: 'not-checked', why, ...who } : { seal: 'failed', why, ...who };
  }
}

/** Each form's reader is loaded where it is needed: together they take longer to load than the rest of the command. */
async function signedBy(type: DocumentType, bytes: Uint8Array): Promise<Signed> {
  switch (type) {
    case 'application/pdf':
      return (await import('./pdf.ts')).signedPdf(bytes);
    case 'application/vnd.etsi.asic-e+zip':
      return (await import('./asic.ts')).signedContainer(bytes);
    case 'application/xml':
      return (await import('./xml.ts')).signedXml(bytes);
  }
}
