import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import type { Basis } from '#core/cases/policy.ts';
import { askedScope, type Request } from '#core/cases/request.ts';
import { type Scope, scopeSchema } from '#core/cases/scope.ts';
import type { StoredScope } from '#core/cases/stored.ts';
import { type DisclosedRecord, recordSchema } from '#core/categories/categories.ts';
import { instant } from '#core/instant.ts';
import type { Envelope } from '#core/log/entry.ts';
import { type LogProof, logProofSchema } from '#core/log/proof.ts';
import type { ProvenEntry, SignedCheckpoint } from '#core/log/reading.ts';
import { formatTlogProof, MAX_PROOF_CHARACTERS } from '#core/log/tlog-proof.ts';
import { type Completeness, completenessOf, completenessSchema } from './completeness.ts';

/** The order that the request rests on. What its officer did not hand in again, the provider does not know to say. */
const orderSchema = z.strictObject({
  kind: z.string(),
  jurisdiction: z.string(),
  authoriserRole: z.string(),
  issuedAt: z.string().optional(),
  offence: z.string().optional(),
  /** Of the order itself. */
  digest: z.string().optional(),
});
export type PackageOrder = z.infer<typeof orderSchema>;

/** A subject of the scope, as the request named it. */
const namedSubjectSchema = z.strictObject({
  /** Its index in the request, as records and the scope have it. */
  subject: z.int().nonnegative(),
  kind: z.string(),
  value: z.string(),
});
export type NamedSubject = z.infer<typeof namedSubjectSchema>;

/**
 * The disclosure package: what the provider signs (JWS) and encrypts to the agency (JWE). It says what was asked,
 * what was approved, what was disclosed, and where in the public log the proof lies.
 */
export const packageSchema = z.strictObject({
  case: z.string(),
  reference: z.string(),
  requestDigest: z.string(),
  scope: scopeSchema,
  /** From the second form on, which a collection asks for. */
  order: orderSchema.optional(),
  /** From the second form on, where the officer handed the request in: the approved subjects, and no other. */
  subjects: z.array(namedSubjectSchema).max(100).optional(),
  /** When the request arrived, where the scope's period reaches beyond: no record is of that instant or later. */
  until: instant.optional(),
  /** In the third form: what the answer covers, and what it does not. */
  completeness: completenessSchema.optional(),
  policyHash: z.string(),
  collectedAt: z.string(),
  records: z.array(recordSchema),
  /** Where more follows: what the next collection names to go on. */
  page: z.string().optional(),
  /** SHA-256 over the RFC 8785 form of `records`. */
  digest: z.string(),
  /** The entry that announced this collection, and the proof that the log had it before anything was opened. */
  log: logProofSchema,
  /**
   * In the fourth form: the same proof as one text (C2SP tlog-proof), with the entry's bytes as its `extra`, for tools that
   * know nothing of Writ.
   */
  tlogProof: z.string().max(MAX_PROOF_CHARACTERS).optional(),
  /** Particulars for a custodian's certificate: US Federal Rules of Evidence 902(13) and (14). */
  certificate: z.strictObject({
    provider: z.string(),
    system: z.string(),
    process: z.string(),
    records: z.int(),
    algorithm: z.literal('sha-256'),
    digest: z.string(),
    producedAt: z.string(),
  }),
});
export type DisclosurePackage = z.infer<typeof packageSchema>;

/**
 * What the second form says beside the first.
 *
 * @param request as its officer handed it in, its digest compared with the case's. Nobody else's subjects are named than
 *   those that were approved: the package goes to courts.
 */
export function secondForm(
  { basis, scope }: { basis: Basis; scope: DisclosurePackage['scope'] },
  request: Request | undefined,
): Pick<DisclosurePackage, 'order' | 'subjects'> {
  const { instrument: kind, jurisdiction, authoriserRole } = basis;
  if (request === undefined) return { order: { kind, jurisdiction, authoriserRole } };
  const subjects = request.subjects
    .map(({ kind, value }, subject) => ({ subject, kind, value }))
    .filter(({ subject }) => scope.subjects.includes(subject));
  return { order: request.instrument, subjects };
}

/**
 * What the third form says beside the second.
 *
 * @param request as its officer handed it in: it says what was asked better than the case does
 */
export function thirdForm(
  current: Pick<Case, 'asked' | 'withheld' | 'holders' | 'grants'>,
  scopes: { approved: Scope; searched: StoredScope },
  { records, request }: { records: readonly DisclosedRecord[]; request: Request | undefined },
): { completeness: Completeness } {
  const asked = request === undefined ? current.asked : askedScope(request);
  return { completeness: completenessOf(current, { ...scopes, asked }, records) };
}

/** What the fourth form says beside the third. */
export function fourthForm(
  { index, bytes, proof }: ProvenEntry,
  { note }: SignedCheckpoint,
): { tlogProof: string } {
  return { tlogProof: formatTlogProof({ index, hashes: proof, checkpoint: note, extra: bytes }) };
}

export function makePackage(facts: {
  provider: string;
  case: string;
  reference: string;
  requestDigest: string;
  scope: DisclosurePackage['scope'];
  order?: DisclosurePackage['order'];
  subjects?: DisclosurePackage['subjects'];
  completeness?: Completeness;
  until?: string;
  policyHash: string;
  collectedAt: string;
  records: DisclosedRecord[];
  page?: string;
  log: LogProof;
  tlogProof?: string;
}): DisclosurePackage {
  const { provider, records, until, ...rest } = facts;
  const digest = jsonDigest(records);
  return {
    ...rest,
    ...(until === undefined ? {} : { until }),
    records,
    digest,
    certificate: {
      provider,
      system: 'Writ disclosure gateway',
      process:
        'Records were sealed as they arrived by an automated process in the regular course of business, stored ' +
        'encrypted, opened by an automated process for this case alone after the approvals that the log shows, ' +
        `and copied without change.${until === undefined ? '' : ` Only what is dated before the receipt of the request, ${until}, was copied.`}`,
      records: records.length,
      algorithm: 'sha-256',
      digest,
      producedAt: facts.collectedAt,
    },
  };
}

/** Whether an entry of the log is one that announces collecting what a disclosure is of. */
export function announces(
  { kind, stream }: Pick<Envelope, 'kind' | 'stream'>,
  disclosurePackage: DisclosurePackage,
): boolean {
  return kind === 'collection.intended' && stream === `case/${disclosurePackage.case}`;
}
