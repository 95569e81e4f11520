import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import { scopeSchema } from '#core/cases/scope.ts';
import { type DisclosedRecord, recordSchema } from '#core/categories/categories.ts';
import { instant } from '#core/instant.ts';
import type { Envelope } from '#core/log/entry.ts';
import { type LogProof, logProofSchema } from '#core/log/proof.ts';

/**
 * The disclosure package: what the provider signs (JWS) and encrypts to the agency (JWE). It says what was asked,
 * what was approved, what was disclosed, and where in the public log the proof lies.
 */
export const packageSchema = z.strictObject({
  case: z.string(),
  reference: z.string(),
  requestDigest: z.string(),
  scope: scopeSchema,
  /** When the request arrived, where the scope's period reaches beyond: no record is of that instant or later. */
  until: instant.optional(),
  policyHash: z.string(),
  collectedAt: z.string(),
  records: z.array(recordSchema),
  /** Where more follows: what the next collection names to go on. */
  page: z.string().optional(),
  /** SHA-256 over the RFC 8785 form of `records`. */
  digest: z.string(),
  /** The entry that announced this collection, and the proof that the log had it before anything was opened. */
  log: logProofSchema,
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

export function makePackage(facts: {
  provider: string;
  case: string;
  reference: string;
  requestDigest: string;
  scope: DisclosurePackage['scope'];
  until?: string;
  policyHash: string;
  collectedAt: string;
  records: DisclosedRecord[];
  page?: string;
  log: LogProof;
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
