import { z } from 'zod';
import { completenessSchema } from '#core/disclosure/completeness.ts';
import { type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { countSchema, type RecordCount } from './counts.ts';

/** The files in a package's folder. `writ collect` writes them; anybody may read them, years later. */
export const fileNames = {
  manifest: 'disclosure.json',
  records: 'records.csv',
  certificate: 'certificate.html',
  proof: 'proof.json',
} as const;

/** The log's proof of a page as a file of its own (C2SP tlog-proof), from the fourth form on. @param page from 1 on */
export const tlogProofName = (page: number) =>
  page === 1 ? 'disclosure.tlog-proof' : `disclosure-${page}.tlog-proof`;

export const isTlogProofName = (name: string) => /^disclosure(-\d{1,6})?\.tlog-proof$/.test(name);

const { case: id, reference, requestDigest, scope, until, order, subjects } = packageSchema.shape;
const shared = { case: id, reference, requestDigest, scope };

/** Of packages of the first form. */
const firstHead = z.strictObject({ v: z.literal(1), ...shared, until });
/** Of the second form: on which order it rests, and whom the subjects were named as, where the provider says so. */
const secondHead = z.strictObject({
  v: z.literal(2),
  ...shared,
  order: order.unwrap(),
  subjects,
  until,
});
/** What all pages say alike of what the answer covers; what each found is counted below them. */
export const coverageSchema = completenessSchema.omit({ found: true });
export type Coverage = z.infer<typeof coverageSchema>;
/** Of the third form: also what the answer covers, and what it does not. */
const thirdHead = secondHead.extend({ v: z.literal(3), completeness: coverageSchema });
/** Of the fourth form: the same, and each page has the log's proof as a text of its own. */
const fourthHead = thirdHead.extend({ v: z.literal(4) });
export type ManifestHead =
  | z.infer<typeof firstHead>
  | z.infer<typeof secondHead>
  | z.infer<typeof thirdHead>
  | z.infer<typeof fourthHead>;

const pages = z.array(z.strictObject({ jws: z.string() })).min(1);

/**
 * `disclosure.json`: each page as the provider signed it (compact JWS, RFC 7515), below what all pages share. From the second
 * form on what they hold is counted below them.
 */
export const manifestSchema = z.discriminatedUnion('v', [
  firstHead.extend({ pages }),
  secondHead.extend({ pages, counts: z.array(countSchema).min(1) }),
  thirdHead.extend({ pages, counts: z.array(countSchema).min(1) }),
  fourthHead.extend({ pages, counts: z.array(countSchema).min(1) }),
]);
export type Manifest = z.infer<typeof manifestSchema>;

/** What all pages of one collection have in common. */
export function headOf(page: DisclosurePackage): ManifestHead {
  const { reference, requestDigest, scope, order, subjects, until } = page;
  const cut = until === undefined ? {} : { until };
  if (order === undefined) return { v: 1, case: page.case, reference, requestDigest, scope, ...cut };
  const named = subjects === undefined ? {} : { subjects };
  const second = { case: page.case, reference, requestDigest, scope, order, ...named, ...cut };
  if (page.completeness === undefined) return { v: 2, ...second };
  const { found: _, ...completeness } = page.completeness;
  return { v: page.tlogProof === undefined ? 3 : 4, ...second, completeness };
}

/** `disclosure.json` in parts: before, between and after the pages. So a writer holds one page at a time. */
export const manifestParts = {
  before: (head: ManifestHead) => `${JSON.stringify(head).slice(0, -1)},"pages":[\n`,
  page: (jws: string, isFirst: boolean) => `${isFirst ? '' : ',\n'}${JSON.stringify({ jws })}`,
  after: ({ v }: ManifestHead, counts: readonly RecordCount[]) =>
    v === 1 ? '\n]}\n' : `\n],"counts":${JSON.stringify(counts)}}\n`,
};

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^\d{1,20}$/);

/** A page as `proof.json` and the certificate have it. */
const pageSchema = z.strictObject({
  /** SHA-256 over the RFC 8785 form of its records. */
  digest: z.string(),
  records: z.int().nonnegative(),
  collectedAt: z.string(),
  /** The thumbprint (RFC 7638) of the key that signed it. */
  signer: z.string(),
  /** The entry that announced it; the checkpoint that its proof leads to. */
  log: z.strictObject({
    index: decimal,
    at: z.string(),
    size: decimal,
    root: sha256,
    /** Who cosigned that checkpoint, where they are as many as the `policy` below asks for. */
    witnesses: z
      .array(z.strictObject({ name: z.string(), at: z.string() }))
      .max(64)
      .optional(),
  }),
});
export type PageFacts = z.infer<typeof pageSchema>;

/** `proof.json`: what is needed to check the folder without a network. Signed by nobody. */
export const proofSchema = z.strictObject({
  v: z.literal(1),
  /** `writ 0.1.0`. */
  madeBy: z.string(),
  provider: z.strictObject({ name: z.string(), keys: z.array(z.record(z.string(), z.unknown())).min(1) }),
  /** `policy`: which witnesses of the log count (C2SP tlog-policy), as the provider published it when this was collected. */
  log: z.strictObject({ verifierKey: z.string(), policy: z.string().max(100_000).optional() }),
  pages: z.array(pageSchema).min(1),
  /** SHA-256 of the other files, in hex. */
  files: z.strictObject({
    [fileNames.manifest]: sha256,
    [fileNames.records]: sha256,
    [fileNames.certificate]: sha256,
  }),
});
export type PackageProofFile = z.infer<typeof proofSchema>;
