import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { statuses } from '#core/cases/case.ts';
import { policyHash } from '#core/cases/policy.ts';
import { existence } from '#core/disclosure/existence.ts';
import { peopleDesk } from '#core/gateway/people.ts';
import { reviewDesk } from '#core/gateway/reviews.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { pageAfter, pageLines, placeOfPage } from '#core/wire/list-page.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { kmsDeskSeal } from './aws/kms/desk-seal.ts';
import { publishedLog } from './aws/log.ts';
import { newest } from './aws/newest.ts';
import { watch } from './aws/observe.ts';
import { references } from './aws/references.ts';
import { cases, registry, vault } from './aws/state.ts';
import { type Answer, bytes, callOf, json, type Signed } from './middleware/event.ts';
import { serveSigned } from './middleware/serve.ts';

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

export const handler = serveSigned(reviewRoutes, AUTHORITY, {
  listReviews: list,
  showReview: async (event) => json(200, await reviews.show(callOf(event))),
  fetchCaseFile: async (event) => json(200, await reviews.takeFile(callOf(event))),
  fetchOrder: async (event) => bytes(await reviews.order(callOf(event))),
  decideReview: async (event) => json(200, await reviews.decide(callOf(event))),
  claimReview: async (event) => json(200, await reviews.claim(callOf(event))),
  addNote: async (event) => json(200, await reviews.note(callOf(event))),
  askInformation: async (event) => json(200, await reviews.ask(callOf(event))),
  writeToAgency: async (event) => json(200, await reviews.write(callOf(event))),
  suspendReview: async (event) => json(200, await reviews.suspend(callOf(event))),
  showPerson: async (event) => json(200, await person(callOf(event).id)),
});

async function list(event: Signed): Promise<Answer> {
  const status = statuses.find((s) => s === event.queryStringParameters?.status) ?? 'AwaitingApproval';
  const { page } = event.queryStringParameters ?? {};
  const from = page === undefined ? undefined : placeOfPage(page);
  const { reviews: lines, next } = await reviews.list(status, { lines: pageLines, from });
  const { holder: reviewer } = event.caller.key;
  return json(200, { reviews: lines, ...(next === undefined ? {} : { next: pageAfter(next) }), reviewer });
}
