/**
 * Other people's verifiers of RFC 9421, each set up as a careful user would for the profile: the components and
 * parameters required, the clock's skew, the age. What they cannot be told, or read in their own way, is said here.
 */
import { spawn } from 'node:child_process';
import { verify } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { component, verifySignature as httpMessageSig } from 'http-message-sig';
import { httpbis } from 'http-message-signatures';
import { toBase64 } from '#core/bytes.ts';
import type { VerificationKey } from '#core/signature/keys.ts';
import { type Message, normalAuthority } from '#core/signature/message.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import { cleanEnvironment, python } from '#dev/cloud/emulator.ts';
import { clock, type TestKey } from '../core/signature/messages.ts';

export interface Judged {
  readonly message: Message;
  /** The key that is enrolled, and the id under which it is. */
  readonly key: TestKey;
  readonly keyId: string;
}

export type Verdict = { readonly accepts: true } | { readonly accepts: false; readonly why: string };

export interface Oracle {
  readonly name: string;
  /** Why this one sees another message than the one that was sent, if so; then its verdict means nothing. */
  cannot(message: Message): string | undefined;
  verdict(judged: Judged): Promise<Verdict>;
}

export const PARAMETERS = ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'];

export function components({ body }: { readonly body?: Uint8Array | undefined }): string[] {
  const target = ['@method', '@authority', '@path', '@query'];
  return body !== undefined && body.length > 0 ? [...target, 'content-digest', 'content-type'] : target;
}

export function urlOf({ authority, path, query }: Pick<Message, 'authority' | 'path' | 'query'>): string {
  return `https://${authority}${path}${query}`;
}

function check({ alg, keyObject }: VerificationKey, base: Uint8Array, signature: Uint8Array): boolean {
  return alg === 'ed25519'
    ? verify(null, base, keyObject, signature)
    : verify('sha256', base, { key: keyObject, dsaEncoding: 'ieee-p1363' }, signature);
}

async function orWhy(judge: () => Promise<boolean>): Promise<Verdict> {
  try {
    return (await judge()) ? { accepts: true } : { accepts: false, why: 'false' };
  } catch (error) {
    return { accepts: false, why: String(error) };
  }
}

/** What WHATWG's URL makes of a target; `undefined` if it takes it for none. */
function urlRead(message: Message): URL | undefined {
  return URL.parse(urlOf(message)) ?? undefined;
}

/**
 * The authority through WHATWG's URL: it rewrites numbers as IPv4 addresses, shortens IPv6 and ports with leading
 * zeros, and takes some names (a port above 65535, a broken `xn--`) for none.
 */
function otherAuthority(message: Message): string | undefined {
  const url = urlRead(message);
  if (url === undefined) return 'URL: not parsed';
  return url.host === normalAuthority(message.authority) ? undefined : 'URL: another authority';
}

/** npm http-message-sig. Never sees the body: a digest that does not match it is no concern of this one. */
export const sig: Oracle = {
  name: 'http-message-sig',
  cannot: otherAuthority,
  verdict: ({ message, key, keyId }) =>
    orWhy(async () => {
      const fields = message.headers.map(([name, value]) => ({ name, value }));
      const { alg } = key.key;
      const { parameters } = await httpMessageSig(
        { kind: 'request', method: message.method, targetUri: urlOf(message), fields },
        {
          policy: {
            algorithms: ['ed25519', 'ecdsa-p256-sha256'],
            requiredComponents: components(message).map((name) => component(name)),
            requiredParameters: PARAMETERS,
            maxAge: MAX_WINDOW_SECONDS,
            clockSkew: clock.skewSeconds,
            now: clock.now,
          },
          resolveVerifier: (candidate) => {
            if (candidate.parameters.keyid !== keyId) throw new Error('unknown key');
            return { algorithm: alg, verify: (base, signature) => check(key.key, base, signature) };
          },
        },
      );
      return parameters.tag === 'writ';
    }),
};

/**
 * npm http-message-signatures. Never sees the body either; joins a request's parts through WHATWG's URL; reads
 * `Date.now`, which the test holds still.
 */
export const signatures: Oracle = {
  name: 'http-message-signatures',
  cannot(message) {
    const url = urlRead(message);
    const other = otherAuthority(message);
    if (url === undefined || other !== undefined) return other;
    // White space around a field's value is not part of it (RFC 9110 section 5.5); this one keeps tabs there.
    if (['signature', 'signature-input'].some((name) => fieldStartsOrEndsWithTab(message, name)))
      return 'tab around a field';
    // Dot segments are resolved, `\` becomes `/`, and `"<>^`{|}` and, in a query, `'` are percent-encoded.
    if (url.pathname !== (message.path || '/')) return 'URL: another path';
    if ((url.search || '?') !== (message.query || '?')) return 'URL: another query';
    return undefined;
  },
  verdict: ({ message, key, keyId }) =>
    orWhy(async () => (await verifyByHttpMessageSignatures(message, key, keyId)) === true),
};

function fieldStartsOrEndsWithTab({ headers }: Message, field: string): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === field && /^ *\t|\t *$/.test(value));
}

export function verifyByHttpMessageSignatures(message: Message, { key }: TestKey, keyId: string) {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of message.headers) headers[name] = [...(headers[name] ?? []), value];
  return httpbis.verifyMessage(
    {
      all: true,
      tolerance: clock.skewSeconds,
      maxAge: MAX_WINDOW_SECONDS + clock.skewSeconds,
      requiredParams: PARAMETERS,
      requiredFields: components(message),
      keyLookup: async ({ keyid, tag }) =>
        keyid === keyId && tag === 'writ'
          ? { id: keyId, algs: [key.alg], verify: async (base, signature) => check(key, base, signature) }
          : null,
    },
    { method: message.method, url: urlOf(message), headers },
  );
}

/** PyPI http-message-signatures, in one process for all. It compares the body with its digest. */
export function startPython() {
  const child = spawn(python(), ['-I', join(import.meta.dirname, 'oracle.py')], {
    env: { ...cleanEnvironment(), PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.resolve(line));
  const lost = (error: Error) => {
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  child.on('error', lost);
  child.on('close', (code) => lost(new Error(`oracle.py ended: ${code}`)));
  child.stdin.on('error', lost);

  function ask(act: 'sign' | 'verify', request: Asked, more: object): Promise<unknown> {
    const { method, headers, body } = request;
    const line = { act, method, url: urlOf(request), headers, body: toBase64(body), tag: 'writ', ...more };
    return new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(line)}\n`);
    }).then((answer) => JSON.parse(answer));
  }

  const oracle: Oracle = {
    name: 'Python http-message-signatures',
    cannot(message) {
      if (!RFC_3986.test(message.path + message.query)) return 'not RFC 3986';
      return strictHost(message) ?? strictDigest(message);
    },
    verdict: async ({ message, key, keyId }) =>
      (await ask('verify', message, {
        keyId,
        alg: key.key.alg,
        pem: key.key.keyObject.export({ type: 'spki', format: 'pem' }),
        now: clock.now,
        skewSeconds: clock.skewSeconds,
        maxAgeSeconds: MAX_WINDOW_SECONDS,
        components: components(message),
      })) as Verdict,
  };
  return {
    oracle,
    /** The field lines of a request that Python has signed. */
    sign: async (request: Asked, more: object) =>
      (await ask('sign', request, more)) as { headers?: [string, string][]; why?: string },
    stop: () => child.stdin.end(),
  };
}

type Asked = Pick<Message, 'method' | 'authority' | 'path' | 'query' | 'headers' | 'body'>;

/** Python takes URLs by the letter of RFC 3986: no `"<>[\]^`{|}`, and a `%` only before two hex digits. */
const RFC_3986 = /^(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$/;

function strictHost({ authority }: Message): string | undefined {
  return authority.startsWith('[') && URL.parse(`https://${authority}`) === null
    ? 'no IPv6 address'
    : undefined;
}

/** Without a body we only compare a digest that is there; Python wants it covered as well. */
function strictDigest({ body, headers }: Message): string | undefined {
  const has = (field: string, text: string) =>
    headers.some(([name, value]) => name.toLowerCase() === field && value.includes(text));
  return body.length === 0 && has('content-digest', '') && !has('signature-input', '"content-digest"')
    ? 'no body, its digest not covered'
    : undefined;
}
