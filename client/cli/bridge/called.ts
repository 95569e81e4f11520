import type { SignCall } from '#client/bridge/protocol.ts';
import type { RouteCall } from '#client/route-call.ts';
import { fromBase64url, utf8 } from '#core/bytes.ts';
import { parseJson } from '#core/json.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import type { CallToSign } from '#core/signature/sign.ts';
import { routeList } from '#core/wire/routes.ts';

/**
 * The call that a page wants signed, as a person reads it and as it is signed: both are made of the same bytes, here.
 * What could be shown otherwise than the provider reads it is no call.
 */
export interface Called {
  toShow: RouteCall;
  toSign: CallToSign;
}

/** How far the page's clock may be from this machine's, which is the same machine's. */
const mostSecondsOff = 60;

/**
 * @param providerUrl `https://host[:port]`: calls of any other are refused
 * @param nowMs unix milliseconds
 */
export function calledBy(
  call: SignCall,
  providerUrl: string,
  nowMs: number,
): Called | 'not-a-call' | 'other-provider' {
  const { method, contentType, created, expires, nonce } = call;
  const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
  // An address that a parser writes otherwise than it was given could be shown as one and sent as another.
  if (url === undefined || url.href !== call.url || url.hash !== '') return 'not-a-call';
  if (url.origin !== new URL(providerUrl).origin || url.username !== '') return 'other-provider';
  const route = routeOf(method, url.pathname);
  const isOfNow =
    Math.abs(created - nowMs / 1000) <= mostSecondsOff &&
    expires > nowMs / 1000 &&
    expires - created <= MAX_WINDOW_SECONDS;
  if (route === undefined || !isOfNow) return 'not-a-call';
  const target = `${url.pathname}${url.search}`;
  const place = { method, authority: url.host, path: url.pathname, query: url.search };
  const statement = { created, expires, nonce };
  if (call.body === undefined && contentType === undefined)
    return { toShow: { method, route, target }, toSign: { ...place, ...statement } };
  const body = call.body === undefined ? undefined : jsonBody(call.body);
  if (body === undefined || contentType !== 'application/json' || method === 'GET') return 'not-a-call';
  return {
    toShow: { method, route, target, body },
    toSign: { ...place, body: utf8(body), contentType, ...statement },
  };
}

/** The route that a path is of: `POST /reviews/{id}/decisions`. */
function routeOf(method: string, path: string): string | undefined {
  const parts = path.split('/').slice(1);
  const found = routeList.find((route) => {
    if (route.method !== method) return false;
    const named = ['v1', ...route.path.split('/').slice(1)];
    return (
      named.length === parts.length &&
      named.every((name, i) => (name.startsWith('{') ? parts[i] !== '' : name === parts[i]))
    );
  });
  return found === undefined ? undefined : `${found.method} ${found.path}`;
}

/**
 * A JSON body as text, if it is written the one way in which we write it: then what is laid out for a person has every
 * name and value that the bytes have, and no other.
 */
function jsonBody(base64url: string): string | undefined {
  const bytes = fromBase64url(base64url);
  if (bytes === undefined) return undefined;
  try {
    const text = JSON.stringify(parseJson(bytes));
    return Buffer.from(bytes).equals(utf8(text)) ? text : undefined;
  } catch {
    return undefined;
  }
}
