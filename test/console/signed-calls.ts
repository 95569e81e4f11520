import { utf8 } from '#core/bytes.ts';
import type { Message } from '#core/signature/message.ts';
import { signRequest } from '#core/signature/sign.ts';
import type { Gateway } from '../core/gateway/gateway.ts';

/**
 * The same gateway, whose calls are really signed: minting and collecting believe no table, and verify again who enrolled,
 * asked and approved.
 */
export function signingCalls(calls: Gateway): Gateway {
  let count = 0;
  return {
    ...calls,
    async call(by, input, id = '') {
      const call = await calls.call(by, input, id);
      const target = { method: 'POST', authority: 'writ.example', path: pathOf(input, id), query: '' };
      const body = utf8(JSON.stringify(input ?? {}));
      const contentType = 'application/json';
      const created = Math.floor(Date.parse(call.at) / 1000);
      const statement = { created, expires: created + 60, nonce: `nonce-of-the-desk-${count++}-0123456789` };
      const fields = await signRequest({ ...target, contentType, body }, by.signer, statement);
      const headers: Message['headers'] = [...Object.entries(fields), ['content-type', contentType]];
      return { ...call, caller: { ...call.caller, message: { ...target, headers, body } } };
    },
  };
}

/** Where a call goes whose signature is looked at later. */
function pathOf(input: unknown, id: string): string {
  const says = (name: string) => typeof input === 'object' && input !== null && name in input;
  if (says('changeDigest')) return `/v1/registry/changes/${id}/decisions`;
  if (says('requestDigest') && says('decision')) return `/v1/reviews/${id}/decisions`;
  if (says('instrument') && says('subjects')) return '/v1/requests';
  return says('kind') ? '/v1/registry/changes' : '/v1/somewhere';
}
