import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { policyHash } from '#core/cases/policy.ts';
import { existence } from '#core/disclosure/existence.ts';
import { peopleDesk } from '#core/gateway/people.ts';
import { reviewDesk } from '#core/gateway/reviews.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { publishedLog } from './aws/log.ts';
import { newest } from './aws/newest.ts';
import { watch } from './aws/observe.ts';
import { references } from './aws/references.ts';
import { serveSigned } from './aws/serve.ts';
import { cases, registry, vault } from './aws/state.ts';
import { reviewHandlers } from './handlers/review.ts';

/** The provider's legal desk: sees what is asked and on what basis, narrows it, approves or rejects. */
const { AUTHORITY, POLICY, DESK_KEY } = env('AUTHORITY', 'POLICY', 'DESK_KEY');

const prover = registryProver(registry);
const reviews = reviewDesk({
  cases,
  registry: { ...registry, checkAdopted: newest.checkAdopted },
  desk: kmsDeskSeal(DESK_KEY),
  recipientOf: askersRecipient({ prover, readLog: publishedLog }),
  ownRecipients: async (agency) => {
    const log = await publishedLog();
    return log === undefined ? [] : prover.ownRecipients(log, agency);
  },
  watch,
  clock: systemClock,
  references,
  whatExists: existence(vault),
  policy: POLICY,
  policyHash: policyHash(POLICY),
});

const person = peopleDesk({ registry, newest, cases, references, watch });

export const handler = serveSigned(reviewRoutes, AUTHORITY, reviewHandlers(reviews, person));
