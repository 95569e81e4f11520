import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { z } from 'zod';
import { expirer } from '#core/access/expire.ts';
import { ARRIVAL, NOTICE } from '#core/event-names.ts';
import { clockTime, tick } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { eventBridgeBus } from './aws/eventbridge/bus.ts';
import { fixedPolicyDigest } from './aws/key-policy.ts';
import { kmsGrants } from './aws/kms/grants.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { watch } from './aws/observe.ts';
import {
  calls,
  cases,
  emergencies,
  entries,
  honeytokens,
  registry,
  revocations,
  statePorts,
  vaultKeys,
} from './aws/state.ts';

/**
 * Ends access (I9), and does all else that time does to a case. A case's entries bring it here the moment they are
 * committed; the clock brings it here for the rest, and for the sweep.
 */
const { COLLECT_ROLE, POLICY, CLOCK, NOTICES_BUS, ARRIVALS_BUS, LOG_ORIGIN } = env(
  'COLLECT_ROLE',
  'POLICY',
  'CLOCK',
  'NOTICES_BUS',
  'ARRIVALS_BUS',
  'LOG_ORIGIN',
);

const expire = expirer({
  calls,
  cases,
  emergencies,
  entries,
  honeytokens,
  registry,
  revocations,
  grants: kmsGrants(COLLECT_ROLE),
  vaultKms: kmsVault,
  fixedPolicyDigest,
  vaultKeys,
  bus: eventBridgeBus(NOTICES_BUS, NOTICE),
  arrivals: eventBridgeBus(ARRIVALS_BUS, ARRIVAL),
  logOrigin: LOG_ORIGIN,
  clock: statePorts.clock,
  chance: statePorts.chance,
  watch,
  policy: POLICY,
});

/** One case's time, for a caller who need not wait for the next sweep. */
const ofCase = tick.extend({ case: z.string() });

export async function handler(
  event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown> | z.infer<typeof ofCase>,
): Promise<void> {
  if ('Records' in event) {
    // Of the stream's images the keys alone are read: they say where to look, and believed is what is there.
    const keys = event.Records.map(({ dynamodb }) => dynamodb?.Keys);
    const names = (of: typeof keys) => new Set(of.map((key) => key?.stream?.S ?? ''));
    const begun = names(keys.filter((key) => key?.n?.N === '1'));
    return expire.onEntries(names(keys), [...begun]);
  }
  const at = clockTime(tick.parse(event), CLOCK);
  const one = ofCase.safeParse(event);
  return one.success ? expire.runCaseOf(one.data.case, at) : expire.sweep(at);
}
