import { statuses } from '#core/cases/case.ts';
import type { peopleDesk } from '#core/gateway/people.ts';
import type { reviewDesk } from '#core/gateway/reviews.ts';
import type { reviewRoutes } from '#core/wire/desk.ts';
import { pageAfter, pageLines, placeOfPage } from '#core/wire/list-page.ts';
import { type Answer, bytes, callOf, json, type Signed } from '../middleware/event.ts';
import type { HandlersOf } from '../middleware/serve.ts';

/** What the desk's routes answer. */
export function reviewHandlers(
  reviews: ReturnType<typeof reviewDesk>,
  person: ReturnType<typeof peopleDesk>,
): HandlersOf<typeof reviewRoutes> {
  async function list(event: Signed): Promise<Answer> {
    const status = statuses.find((s) => s === event.queryStringParameters?.status) ?? 'AwaitingApproval';
    const { page } = event.queryStringParameters ?? {};
    const from = page === undefined ? undefined : placeOfPage(page);
    const { reviews: lines, next } = await reviews.list(status, { lines: pageLines, from });
    const { holder: reviewer } = event.caller.key;
    return json(200, { reviews: lines, ...(next === undefined ? {} : { next: pageAfter(next) }), reviewer });
  }
  return {
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
  };
}
