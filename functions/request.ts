import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { honeytokenCheck } from '#core/cases/honeytokens.ts';
import { policyHash } from '#core/cases/policy.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { notificationDesk } from '#core/gateway/notifications.ts';
import { preservationDesk } from '#core/gateway/preservations.ts';
import { requestDesk } from '#core/gateway/requests.ts';
import { requestRoutes } from '#core/wire/agency.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { lambdaPreserve } from './aws/lambda/workers.ts';
import { publishedLog } from './aws/log.ts';
import { newest } from './aws/newest.ts';
import { watch } from './aws/observe.ts';
import { pseudonyms } from './aws/pseudonyms.ts';
import { references } from './aws/references.ts';
import { serveSigned } from './aws/serve.ts';
import { calls, cases, honeytokens, preservations, registry, vault } from './aws/state.ts';
import { requestHandlers } from './handlers/request.ts';

/**
 * What an agency may do with its requests, short of collecting: ask, follow, withdraw, give what an emergency owes, and
 * delay the notice to the person; and have data preserved. And what an enforcing authority may do that was notified.
 */
const { POLICY, AUTHORITY, DESK_KEY, PRESERVE_FUNCTION } = env(
  'POLICY',
  'AUTHORITY',
  'DESK_KEY',
  'PRESERVE_FUNCTION',
);

const ports = {
  cases,
  preservations,
  registry: newest,
  emergencies: newest,
  calls,
  desk: kmsDeskSeal(DESK_KEY),
  references,
  workers: lambdaPreserve(PRESERVE_FUNCTION),
  resolve: resolver({ vault, pseudonyms }),
  checkHoneytokens: honeytokenCheck({ pseudonyms, catchKey: honeytokens.catchKey }),
  clock: systemClock,
  chance: systemChance,
  watch,
  policy: POLICY,
  policyHash: policyHash(POLICY),
};
const requests = requestDesk(ports);
const preserving = preservationDesk(ports);
const recipientOf = askersRecipient({ prover: registryProver(registry), readLog: publishedLog });
const notifications = notificationDesk({ ...ports, recipientOf });

export const handler = serveSigned(
  requestRoutes,
  AUTHORITY,
  requestHandlers({ requests, preserving, notifications }),
);
