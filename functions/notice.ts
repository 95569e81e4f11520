import { z } from 'zod';
import { type Addressed, addressNotices } from '#core/gateway/addressing.ts';
import { noticeFileState } from '#core/state/notice-files.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { cases, statePorts } from './aws/state.ts';

/**
 * Whom a notice is for, and what their letter says. The provider's own messenger invokes it with AWS credentials once it
 * has a notice to deliver, never over the API: the notice on the bus names nobody, so nothing at rest does (I1). It answers
 * for a case whose person is being notified anyhow, and for no other.
 */
const { DESK_KEY, PROVIDER_NAME, LOG_ORIGIN, POLICY } = env(
  'DESK_KEY',
  'PROVIDER_NAME',
  'LOG_ORIGIN',
  'POLICY',
);
const ports = {
  cases,
  files: noticeFileState(statePorts),
  desk: kmsDeskSeal(DESK_KEY),
  chance: statePorts.chance,
};
const facts = { provider: PROVIDER_NAME, contact: POLICY.notice.contact, logOrigin: LOG_ORIGIN };

/** `anew`: another letter, in place of one that was lost. */
const inputSchema = z.strictObject({ case: z.string(), anew: z.boolean().optional() });

/** @throws CaseError case-not-approved where no notice has gone out; limit-exceeded */
export async function handler(event: unknown): Promise<Addressed> {
  return addressNotices(ports, facts, inputSchema.parse(event));
}
