import { z } from 'zod';
import { type Addressed, addressNotices } from '#core/gateway/addressing.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { cases } from './aws/state.ts';

/**
 * Whom a notice is for. The provider's own messenger invokes it with AWS credentials once it has a notice to deliver,
 * never over the API: the notice on the bus names nobody, so nothing at rest does (I1). It answers for a case whose
 * person is being notified anyhow, and for no other.
 */
const { DESK_KEY } = env('DESK_KEY');
const desk = kmsDeskSeal(DESK_KEY);

const inputSchema = z.strictObject({ case: z.string() });

/** @throws CaseError case-not-approved where no notice has gone out */
export async function handler(event: unknown): Promise<Addressed> {
  return addressNotices({ cases, desk }, inputSchema.parse(event).case);
}
