import { randomUUID } from 'node:crypto';
import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { z } from 'zod';
import { expirer } from '#core/access/expire.ts';
import { reportStrangers } from './aws/calls.ts';
import { awakeCases, casesByStatus, change, getCase } from './aws/cases.ts';
import { caughtKeys } from './aws/caught.ts';
import { clockTime, systemClock, tick } from './aws/clock.ts';
import { getEmergencies, suspendEmergencies } from './aws/emergencies.ts';
import { putSingleEntry } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { fixedPolicyDigest, livePolicyDigest } from './aws/key-policy.ts';
import { grants } from './aws/kms/grants.ts';
import { sendNotices } from './aws/notices.ts';
import { watch } from './aws/observe.ts';
import { commitRevocation, getAgency, getKey, revokedKeys } from './aws/registry.ts';
import { everyVaultKey } from './aws/vault-keys.ts';

/**
 * Ends access (I9), and does all else that time does to a case. A case's entries bring it here the moment they are
 * committed; the clock brings it here for the rest, and for the sweep.
 */
const { POLICY, CLOCK } = env('POLICY', 'CLOCK');

const expire = expirer({
  cases: { get: getCase, change, byStatus: casesByStatus, awake: awakeCases },
  suspension: async (agency, caseId) => {
    const emergencies = await getEmergencies(agency);
    return emergencies.suspendedBy === undefined ? [suspendEmergencies(emergencies, caseId)] : [];
  },
  getAgency,
  getKey,
  revokedKeys,
  commitRevocation,
  caughtKeys: async function* () {
    for await (const { keyId, settle } of caughtKeys()) yield { keyId, done: settle };
  },
  sendNotices,
  grants,
  vault: { policyDigest: livePolicyDigest },
  fixedPolicyDigest,
  vaultKeys: everyVaultKey,
  putSingleEntry,
  reportStrangers,
  clock: systemClock,
  chance: { id: randomUUID },
  watch,
  policy: POLICY,
});

/** One case's time, for a caller who need not wait for the next sweep. */
const ofCase = tick.extend({ case: z.string() });

export async function handler(
  event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown> | z.infer<typeof ofCase>,
): Promise<void> {
  if ('Records' in event)
    return expire.onEntries(new Set(event.Records.map(({ dynamodb }) => dynamodb?.Keys?.stream?.S ?? '')));
  const at = clockTime(tick.parse(event), CLOCK);
  const one = ofCase.safeParse(event);
  return one.success ? expire.runCaseOf(one.data.case, at) : expire.sweep(at);
}
