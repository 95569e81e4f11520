import type { keyDesk } from '#core/gateway/people.ts';
import type { registryDesk } from '#core/gateway/registry.ts';
import type { ChangeView } from '#core/registry/change-view.ts';
import { keyStatuses } from '#core/registry/key-view.ts';
import { changeStatuses } from '#core/registry/lapsing.ts';
import { pageAfter, pageLines, placeOfPage } from '#core/wire/list-page.ts';
import type { registryRoutes } from '#core/wire/registry.ts';
import { type Answer, callOf, json, type Signed } from '../middleware/event.ts';
import type { HandlersOf } from '../middleware/serve.ts';

/** What the registry's routes answer. */
export function registryHandlers(
  enrolment: ReturnType<typeof registryDesk>,
  keys: ReturnType<typeof keyDesk>,
): HandlersOf<typeof registryRoutes> {
  async function list(event: Signed): Promise<Answer> {
    const status = changeStatuses.find((s) => s === event.queryStringParameters?.status) ?? 'Pending';
    const { page } = event.queryStringParameters ?? {};
    const from = page === undefined ? undefined : placeOfPage(page);
    const { changes, next } = await enrolment.list(status, { lines: pageLines, from });
    return json(200, { changes, ...(next === undefined ? {} : { next: pageAfter(next) }) });
  }
  async function listKeys(event: Signed): Promise<Answer> {
    const status = keyStatuses.find((s) => s === event.queryStringParameters?.status) ?? 'Enrolled';
    const { page } = event.queryStringParameters ?? {};
    const from = page === undefined ? undefined : placeOfPage(page);
    const { keys: lines, next } = await keys.list(status, { lines: pageLines, from });
    return json(200, { keys: lines, ...(next === undefined ? {} : { next: pageAfter(next) }) });
  }
  return {
    proposeChange: async (event) => created(await enrolment.propose(callOf(event))),
    listChanges: list,
    showChange: async (event) => json(200, await enrolment.show(callOf(event))),
    decideChange: async (event) => json(200, await enrolment.decide(callOf(event))),
    listKeys,
    showKey: async (event) => json(200, await keys.show(callOf(event).id)),
    revokeKey: async (event) => json(200, await enrolment.revoke(callOf(event))),
  };
}

function created(view: ChangeView): Answer {
  return json(201, view, { location: `/v1/registry/changes/${view.id}` });
}
