import type { collector } from '#core/access/collect.ts';
import type { recipientShown } from '#core/access/recipient.ts';
import { keyInLog } from '#core/registry/records.ts';
import type { Collection, collectRoutes } from '#core/wire/agency.ts';
import { type Answer, json, type Signed } from '../middleware/event.ts';
import type { HandlersOf } from '../middleware/serve.ts';

/** What the routes of collecting answer. */
export function collectHandlers(
  collectOnce: ReturnType<typeof collector>,
  recipientOf: ReturnType<typeof recipientShown>,
): HandlersOf<typeof collectRoutes> {
  async function collect(event: Signed<Collection>): Promise<Answer> {
    const answer = await collectOnce({
      keyId: event.caller.key.keyId,
      agency: event.caller.key.agency,
      key: keyInLog(event.caller.key),
      case: event.pathParameters?.id ?? '',
      page: event.input.page,
      recipient: event.input.recipient,
      form: event.input.form,
      request: event.input.request,
      at: event.at,
    });
    if ('later' in answer) return json(202, answer.later, { 'retry-after': '2' });
    return { statusCode: 200, headers: { 'content-type': 'application/jose' }, body: answer.jwe };
  }
  return {
    collect,
    showRecipient: async ({ caller: { key }, at }) =>
      json(200, await recipientOf({ keyId: key.keyId, agency: key.agency, at })),
  };
}
