import { type CaseView, statuses } from '#core/cases/case.ts';
import { preservationStatuses } from '#core/cases/preservation.ts';
import type { notificationDesk } from '#core/gateway/notifications.ts';
import type { preservationDesk } from '#core/gateway/preservations.ts';
import type { requestDesk } from '#core/gateway/requests.ts';
import type { AgencyPlace } from '#core/state/agency-lists.ts';
import { notificationStatuses } from '#core/state/notifications.ts';
import type { requestRoutes } from '#core/wire/agency.ts';
import { pageAfterOwn, pageLines, placeOfOwnPage } from '#core/wire/list-page.ts';
import { type Answer, callOf, json, type Signed } from '../middleware/event.ts';
import type { HandlersOf } from '../middleware/serve.ts';

export interface RequestDesks {
  requests: ReturnType<typeof requestDesk>;
  preserving: ReturnType<typeof preservationDesk>;
  notifications: ReturnType<typeof notificationDesk>;
}

/** What an agency's routes answer, short of collecting; and those of an authority that is notified. */
export function requestHandlers({
  requests,
  preserving,
  notifications,
}: RequestDesks): HandlersOf<typeof requestRoutes> {
  return {
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
      const { next, ...page } = await notifications.list(
        callOf(event),
        pageAsked(event, notificationStatuses),
      );
      return json(200, { ...page, ...named(next) });
    },
    showNotification: async (event) => json(200, await notifications.show(callOf(event))),
    answerNotification: async (event) => json(200, await notifications.answer(callOf(event))),
  };
}

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
