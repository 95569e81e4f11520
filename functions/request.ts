import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { type CaseView, statuses } from '#core/cases/case.ts';
import { honeytokenCheck } from '#core/cases/honeytokens.ts';
import { policyHash } from '#core/cases/policy.ts';
import { preservationStatuses } from '#core/cases/preservation.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { notificationDesk } from '#core/gateway/notifications.ts';
import { preservationDesk } from '#core/gateway/preservations.ts';
import { requestDesk } from '#core/gateway/requests.ts';
import type { AgencyPlace } from '#core/state/agency-lists.ts';
import { notificationStatuses } from '#core/state/notifications.ts';
import { requestRoutes } from '#core/wire/agency.ts';
import { pageAfterOwn, pageLines, placeOfOwnPage } from '#core/wire/list-page.ts';
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
import { type Answer, callOf, json, type Signed } from './middleware/event.ts';

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

export const handler = serveSigned(requestRoutes, AUTHORITY, {
  submitRequest: async (event) => created(await requests.submit(callOf(event))),
  listRequests: async (event) => {
    const { next, ...page } = await requests.list(callOf(event), pageAsked(event, statuses));
    return json(200, { ...page, ...named(next) });
  },
  followRequest: async (event) => json(200, await requests.follow(callOf(event))),
  showAgency: async (event) => json(200, await requests.showAgency(callOf(event))),
  showAsked: async (event) => json(200, await requests.showAsked(callOf(event))),
  withdrawRequest: async (event) => json(200, await requests.withdraw(callOf(event))),
  validateRequest: async (event) => json(200, await requests.validate(callOf(event))),
  giveInformation: async (event) => json(200, await requests.inform(callOf(event))),
  handInOrder: async (event) => json(200, await requests.handIn(callOf(event))),
  writeToDesk: async (event) => json(200, await requests.write(callOf(event))),
  delayNotice: async (event) => json(200, await requests.delayNotice(callOf(event))),
  tellPerson: async (event) => json(200, await requests.tellPerson(callOf(event))),
  preserveData: async (event) => json(201, await preserving.submit(callOf(event))),
  listPreservations: async (event) => {
    const { next, ...page } = await preserving.list(callOf(event), pageAsked(event, preservationStatuses));
    return json(200, { ...page, ...named(next) });
  },
  followPreservation: async (event) => json(200, await preserving.follow(callOf(event))),
  extendPreservation: async (event) => json(200, await preserving.extend(callOf(event))),
  listNotifications: async (event) => {
    const { next, ...page } = await notifications.list(callOf(event), pageAsked(event, notificationStatuses));
    return json(200, { ...page, ...named(next) });
  },
  showNotification: async (event) => json(200, await notifications.show(callOf(event))),
  answerNotification: async (event) => json(200, await notifications.answer(callOf(event))),
});

/** The page that is asked for, of one status where one is named. */
function pageAsked<S extends string>({ queryStringParameters }: Signed, known: readonly S[]) {
  const { status, page } = queryStringParameters ?? {};
  return {
    lines: pageLines,
    status: known.find((one) => one === status),
    from: page === undefined ? undefined : placeOfOwnPage(page),
  };
}

const named = (next: AgencyPlace | undefined) => (next === undefined ? {} : { next: pageAfterOwn(next) });

function created(view: CaseView): Answer {
  return json(201, view, { location: `/v1/requests/${view.id}` });
}
