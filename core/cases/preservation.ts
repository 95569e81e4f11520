import { z } from 'zod';
import { commitment } from '#core/log/commitment.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { instrumentInLog, resolvedCommitment } from './acts.ts';
import { bytes, holder } from './case.ts';
import { requestSchema } from './request.ts';
import { scopeSchema } from './scope.ts';

/**
 * Preservation: keep what exists now from being forgotten (ETSI TS 103 120 LPTask; Regulation (EU) 2023/1543 Art. 6,
 * 11). It discloses nothing, whether there is anything to keep included, and opens nothing: the drawers that it
 * keeps are wrapped anew under a key of their own, which ends with it.
 */
export const preservationSchema = requestSchema.omit({ priority: true, notice: true });
export type PreservationRequest = z.infer<typeof preservationSchema>;

/** Regulation (EU) 2023/1543 Art. 11(1). */
const PRESERVATION_DAYS = 60;

export const storedPreservation = z.strictObject({
  id: z.string(),
  version: z.int(),
  agency: z.string(),
  askedBy: z.string(),
  reference: z.string(),
  requestDigest: z.string(),
  status: z.enum(['Preserved', 'Lapsed']),
  receivedAt: z.string(),
  /** When it ends by itself. Called as in a case, so that one index serves both. */
  dueAt: z.string(),
  asked: scopeSchema,
  subjects: z.array(z.array(holder)),
  /** What was asked, sealed under the desk key. */
  request: bytes,
  salt: bytes,
  entries: z.strictObject({ n: z.int(), hash: z.string() }),
});
export type Preservation = z.infer<typeof storedPreservation>;

/** What its agency may see: the same whether or not anything is kept. */
export const preservationView = z.strictObject({
  id: z.string(),
  reference: z.string(),
  status: z.enum(['Preserved', 'Lapsed']),
  requestDigest: z.string(),
  receivedAt: z.string(),
  endsAt: z.string(),
});
export type PreservationView = z.infer<typeof preservationView>;

export function viewPreservation(it: Preservation): PreservationView {
  const { id, reference, status, requestDigest, receivedAt, dueAt } = it;
  return { id, reference, status, requestDigest, receivedAt, endsAt: dueAt };
}

interface Outcome {
  next: Preservation;
  entry: EntryBody;
}

/** An agency's preservation order arrives. Its stream of entries starts here. */
export function preserve(
  request: PreservationRequest,
  facts: Pick<
    Preservation,
    'id' | 'agency' | 'askedBy' | 'requestDigest' | 'subjects' | 'request' | 'salt'
  > & {
    at: string;
  },
): Outcome {
  const { at, ...rest } = facts;
  const endsAt = new Date(Date.parse(at) + PRESERVATION_DAYS * 86_400_000).toISOString();
  const { subjects, categories, period, instrument } = request;
  const next: Preservation = {
    ...rest,
    version: 0,
    reference: request.reference,
    status: 'Preserved',
    receivedAt: at,
    dueAt: endsAt,
    asked: { subjects: subjects.map((_, index) => index), categories, period },
    entries: { n: 0, hash: '' },
  };
  return {
    next,
    entry: {
      kind: 'preservation.received',
      data: {
        agency: facts.agency,
        instrument: instrumentInLog(instrument.kind),
        jurisdiction: instrument.jurisdiction,
        categories,
        subjects: subjects.length,
        request: commitment(facts.salt, 'request', facts.requestDigest),
        resolved: resolvedCommitment(next),
        endsAt,
      },
    },
  };
}

/** Whether the log has been told what was kept. */
export function isKept(it: Preservation): boolean {
  return it.entries.n > 1;
}

/** Its drawers are wrapped anew. Undefined where that is told already. */
export function kept(it: Preservation, drawers: number): Outcome | undefined {
  if (it.status !== 'Preserved' || isKept(it)) return undefined;
  return { next: it, entry: { kind: 'preservation.kept', data: { drawers } } };
}

/** Its time is over: what it kept is forgotten by its own retention again. Undefined while it is not. */
export function ended(it: Preservation, at: string): Outcome | undefined {
  if (it.status !== 'Preserved' || at < it.dueAt) return undefined;
  return { next: { ...it, status: 'Lapsed' }, entry: { kind: 'preservation.ended', data: {} } };
}
