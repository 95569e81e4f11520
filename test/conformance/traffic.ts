/**
 * Signed requests, and all the ways in which somebody may change them.
 *
 * The signature base is written here by hand, not by `core`, so that a message can be signed over what the profile
 * forbids, and so that a fault in `core` does not sign what it then finds right.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { toBase64, utf8 } from '#core/bytes.ts';
import type { Message } from '#core/signature/message.ts';
import { both, ed25519, now, p256, type TestKey } from '../core/signature/messages.ts';
import { components, type Judged } from './oracles.ts';

/** A request with the parts of its signature, each as it is written. */
export interface Draft extends Message {
  readonly key: TestKey;
  readonly keyId: string;
  readonly label: string;
  readonly components: readonly string[];
  readonly params: ReadonlyArray<readonly [name: string, value: string]>;
}

/** Numbers to decide by; each use takes another. */
export type Dice = readonly number[];

export const sha256 = (body: Uint8Array) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
const sha512 = (body: Uint8Array) => `sha-512=:${createHash('sha512').update(body).digest('base64')}:`;

const chars = (pattern: RegExp) => fc.stringMatching(pattern);
const authority = fc.oneof(
  { weight: 6, arbitrary: chars(/^[a-z][a-z0-9-]{0,10}[a-z](\.[a-z]{2,6}){1,3}(:[1-9][0-9]{1,3})?$/) },
  { weight: 1, arbitrary: chars(/^[A-Za-z]{1,10}\.[A-Za-z]{2,8}(:443)?$/) },
  { weight: 1, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6().map((address) => `[${address}]`) },
  { weight: 1, arbitrary: chars(/^[A-Za-z0-9._-]{1,30}(:[0-9]{1,5})?$/) },
);
const path = fc.oneof(
  { weight: 6, arbitrary: chars(/^(\/([A-Za-z0-9_~!$&'()*+,;=:@-]|%[0-9A-F]{2}){1,12}){1,5}$/) },
  { weight: 1, arbitrary: fc.constantFrom('', '/', '//', '/.', '/../a', '/a/%2e%2E/b', '/v1//x/') },
  { weight: 1, arbitrary: chars(/^\/[\x21\x22\x24-\x3e\x40-\x7e]{0,60}$/) },
);
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('', '?') },
  { weight: 5, arbitrary: chars(/^\?([A-Za-z0-9._~!$&()*+,;=:@/?-]|%[0-9A-F]{2}){1,40}$/) },
  { weight: 1, arbitrary: chars(/^\?[\x21\x22\x24-\x7e]{0,60}$/) },
);
const withBody = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
  body: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.json().map(utf8)),
  contentType: fc.oneof(fc.constant('application/json'), chars(/^[!-~]([ -~\t]{0,30}[!-~])?$/)),
});
const bodyless = fc.record({
  method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'DELETE', 'POST', 'M-SEARCH'),
  body: fc.constant(new Uint8Array()),
  contentType: fc.constant(undefined),
});

export const drafts: fc.Arbitrary<Draft> = fc
  .record({
    key: fc.constantFrom(...both),
    keyId: chars(/^[A-Za-z0-9._~:/+=@-]{1,60}$/),
    label: chars(/^[a-z*][a-z0-9_.*-]{0,12}$/),
    nonce: chars(/^[A-Za-z0-9+/_-]{40,60}={0,2}$/),
    created: fc.integer({ min: now - 200, max: now + 30 }),
    lives: fc.integer({ min: 1, max: 300 }),
    authority,
    path,
    query,
    sent: fc.oneof(withBody, bodyless),
  })
  .map(({ sent, nonce, created, lives, ...rest }) => {
    const { method, body, contentType } = sent;
    const headers: [string, string][] = [['accept', '*/*']];
    if (contentType !== undefined)
      headers.push(['content-type', contentType], ['content-digest', sha256(body)]);
    // Past `now` in every case, and never longer than the profile's window.
    const expires = Math.max(created + lives, now + 1);
    const params: [string, string][] = [
      ['created', String(Math.max(created, expires - 300))],
      ['expires', String(expires)],
      ['nonce', `"${nonce}"`],
      ['keyid', `"${rest.keyId}"`],
      ['alg', `"${rest.key.key.alg}"`],
      ['tag', '"writ"'],
    ];
    return {
      ...rest,
      method,
      body,
      headers,
      params,
      components: components(sent).map((name) => `"${name}"`),
    };
  });

export const dice: fc.Arbitrary<Dice> = fc.array(fc.nat(), { minLength: 4, maxLength: 4 });

const paramsOf = ({ params }: Draft) =>
  params.map(([name, value]) => (value === '?1' ? `;${name}` : `;${name}=${value}`)).join('');
const innerList = (draft: Draft) => `(${draft.components.join(' ')})${paramsOf(draft)}`;

/** The signature base (RFC 9421 section 2.5); what a message lacks stands there empty. */
export function baseOf(draft: Draft): Uint8Array {
  const lines = draft.components.map((identifier) => `${identifier}: ${componentValue(draft, identifier)}\n`);
  return utf8(`${lines.join('')}"@signature-params": ${innerList(draft)}`);
}

function componentValue(draft: Draft, identifier: string): string {
  const [, name = '', params = ''] = /^"?([^";]*)"?(.*)$/.exec(identifier) ?? [];
  if (name === '@method') return draft.method;
  if (name === '@authority') return draft.authority.toLowerCase().replace(/:443$/, '');
  if (name === '@path') return draft.path || '/';
  if (name === '@query') return draft.query || '?';
  const values = draft.headers
    .filter(([other]) => other === name.toLowerCase())
    .map(([, value]) => value.trim());
  if (params === ';bs') return values.map((line) => `:${toBase64(utf8(line))}:`).join(', ');
  if (params.startsWith(';key=')) return values.join(', ').replace(/^[^=]*=/, '');
  return values.join(', ');
}

export async function signatureOf(draft: Draft): Promise<Uint8Array> {
  return draft.key.signer.sign(baseOf(draft));
}

/** The draft as it goes over the wire under this signature. */
export function sent(draft: Draft, signature: Uint8Array): Judged {
  const { key, keyId, label, method, authority, path, query, headers, body } = draft;
  const input: [string, string] = ['signature-input', `${label}=${innerList(draft)}`];
  const signed: [string, string] = ['signature', `${label}=:${toBase64(signature)}:`];
  return {
    key,
    keyId,
    message: { method, authority, path, query, headers: [...headers, input, signed], body },
  };
}

/** Another character at one place of a text, printable like the first. */
function flip(text: string, place = 0, by = 0): string {
  if (text === '') return text;
  const at = place % text.length;
  const code = 32 + ((text.charCodeAt(at) - 32 + 1 + (by % 94)) % 95);
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

function pick<T>(list: readonly T[], by = 0): T {
  const found = list[by % list.length];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

const header = (d: Draft, name: string, change: (value: string) => string | undefined): Draft => ({
  ...d,
  headers: d.headers.flatMap(([other, value]) => {
    const changed = other === name ? change(value) : value;
    return changed === undefined ? [] : [[other, changed] as const];
  }),
});
const param = (d: Draft, name: string, change: (value: string) => string): Draft => ({
  ...d,
  params: d.params.map(([other, value]) => [other, other === name ? change(value) : value] as const),
});
const plus = (seconds: number) => (value: string) => String(Number(value) + seconds);
const at = <T>(list: readonly T[], by = 0) => by % list.length;
const without = <T>(list: readonly T[], by = 0) => list.toSpliced(at(list, by), 1);
const swapped = <T>(list: readonly T[], by = 0) => [
  ...list.slice(at(list, by) || 1),
  ...list.slice(0, at(list, by) || 1),
];
const flippedBody = (body: Uint8Array, by = 0) =>
  body.map((byte, i) => (i === by % body.length ? byte ^ 1 : byte));

/** Changes before the fields are written. Each is made after signing, and before: then the signature is over it. */
export const changes: Record<string, (draft: Draft, dice: Dice) => Draft> = {
  'method: another': (d) => ({ ...d, method: d.method === 'GET' ? 'POST' : 'GET' }),
  'method: lower case': (d) => ({ ...d, method: d.method.toLowerCase() }),
  'authority: flipped': (d, [a, b]) => ({ ...d, authority: flip(d.authority, a, b) }),
  'authority: upper case': (d) => ({ ...d, authority: d.authority.toUpperCase() }),
  'authority: default port': (d) => ({ ...d, authority: `${d.authority.replace(/:[0-9]*$/, '')}:443` }),
  'authority: padded port': (d) => ({ ...d, authority: `${d.authority.replace(/:[0-9]*$/, '')}:0443` }),
  'authority: other port': (d) => ({ ...d, authority: `${d.authority.replace(/:[0-9]*$/, '')}:8443` }),
  'path: flipped': (d, [a, b]) => ({ ...d, path: flip(d.path || '/', a, b) }),
  'path: escaped': (d, [a]) => ({ ...d, path: `${d.path || '/'}${pick(['%41', '%2F', '%2f', '%'], a)}` }),
  'path: dots': (d) => ({ ...d, path: `${d.path}/../x` }),
  'path: blank': (d) => ({ ...d, path: `${d.path || '/'} x` }),
  'query: flipped': (d, [a, b]) => ({ ...d, query: flip(d.query || '?', a, b) }),
  'query: gone': (d) => ({ ...d, query: '' }),
  'query: a bare mark': (d) => ({ ...d, query: '?' }),
  'body: flipped': (d, [a]) => ({ ...d, body: flippedBody(d.body, a) }),
  'body: longer': (d) => ({ ...d, body: new Uint8Array([...d.body, 10]) }),
  'body: gone': (d) => ({ ...d, body: new Uint8Array() }),
  'content-type: flipped': (d, [a, b]) => header(d, 'content-type', (value) => flip(value, a, b)),
  'content-type: blanks around': (d) => header(d, 'content-type', (value) => ` ${value} \t`),
  'content-type: gone': (d) => header(d, 'content-type', () => undefined),
  'content-type: twice': (d) => ({ ...d, headers: [...d.headers, ['content-type', 'text/plain']] }),
  'content-digest: flipped': (d, [a, b]) => header(d, 'content-digest', (value) => flip(value, a, b)),
  'content-digest: gone': (d) => header(d, 'content-digest', () => undefined),
  'content-digest: twice': (d) => ({ ...d, headers: [...d.headers, ['content-digest', sha512(d.body)]] }),
  'content-digest: two': (d) => header(d, 'content-digest', (value) => `${value}, ${sha512(d.body)}`),
  'content-digest: sha-512': (d) => header(d, 'content-digest', () => sha512(d.body)),
  'content-digest: unknown too': (d) => header(d, 'content-digest', (value) => `${value}, md5=:AAAA:`),
  'content-digest: parameter': (d) => header(d, 'content-digest', (value) => `${value};x`),
  'content-digest: no padding': (d) => header(d, 'content-digest', (value) => value.replace(/=:$/, ':')),
  'components: dropped': (d, [a]) => ({ ...d, components: without(d.components, a) }),
  'components: reordered': (d, [a]) => ({ ...d, components: swapped(d.components, a) }),
  'components: twice': (d, [a]) => ({ ...d, components: [...d.components, pick(d.components, a)] }),
  'components: one more': (d) => ({ ...d, components: [...d.components, '"accept"'] }),
  'components: none': (d) => ({ ...d, components: [] }),
  'components: renamed': (d, [a, b]) => {
    const names = ['"@target-uri"', '"@scheme"', '"@nothing"', '"date"', '"@Method"', '@method', '"ACCEPT"'];
    return { ...d, components: d.components.with(at(d.components, a), pick(names, b)) };
  },
  'components: parameter': (d, [a, b]) => {
    const marks = [';sf', ';bs', ';req', ';tr', ';key="sha-256"', ';x', ';sf=?0'];
    return {
      ...d,
      components: d.components.with(at(d.components, a), pick(d.components, a) + pick(marks, b)),
    };
  },
  'components: flipped': (d, [a, b, c]) => ({
    ...d,
    components: d.components.with(at(d.components, a), flip(pick(d.components, a), b, c)),
  }),
  'params: dropped': (d, [a]) => ({ ...d, params: without(d.params, a) }),
  'params: reordered': (d, [a]) => ({ ...d, params: swapped(d.params, a) }),
  'params: twice': (d, [a]) => ({ ...d, params: [...d.params, pick(d.params, a)] }),
  'params: one more': (d, [a]) => ({
    ...d,
    params: [
      ...d.params,
      pick(
        [
          ['x', '1'],
          ['admin', '?1'],
          ['context', '"a"'],
        ] as const,
        a,
      ),
    ],
  }),
  'params: flipped': (d, [a, b, c]) => param(d, pick(d.params, a)[0], (value) => flip(value, b, c)),
  'params: another type': (d, [a, b]) =>
    param(d, pick(d.params, a)[0], () => pick(['?1', ':AAAA:', 'a', '1.5', '"5"'], b)),
  'params: leading zero': (d) => param(d, 'created', (value) => `0${value}`),
  'params: lives too long': (d) =>
    param(
      param(d, 'expires', () => String(now + 299)),
      'created',
      () => String(now - 2),
    ),
  'params: expired': (d, [a = 0]) =>
    param(
      param(d, 'expires', () => String(now - (a % 60))),
      'created',
      () => String(now - 90),
    ),
  'params: from the future': (d, [a = 0]) =>
    param(
      param(d, 'created', () => String(now + 31 + (a % 60))),
      'expires',
      plus(200),
    ),
  'params: backwards': (d) => param(d, 'created', () => String(now + 20)),
  'params: another tag': (d) => param(d, 'tag', () => '"app"'),
  'params: another key id': (d) => param(d, 'keyid', (value) => `${value.slice(0, -1)}x"`),
  'params: short nonce': (d) => param(d, 'nonce', (value) => `${value.slice(0, 11)}"`),
  'params: odd nonce': (d) => param(d, 'nonce', () => '"a nonce, with blanks and so on"'),
  'params: another alg': (d, [a]) =>
    param(d, 'alg', (value) =>
      pick(
        [
          '"hmac-sha256"',
          '"rsa-pss-sha512"',
          '"none"',
          '""',
          value === '"ed25519"' ? '"ecdsa-p256-sha256"' : '"ed25519"',
        ],
        a,
      ),
    ),
  "key: the other one's": (d) => ({ ...d, key: d.key === ed25519 ? p256 : ed25519 }),
  'label: another': (d) => ({ ...d, label: 'another' }),
  'label: upper case': (d) => ({ ...d, label: 'Sig' }),
};

type Fields = { readonly input: string; readonly signature: string; readonly label: string };
type Line = readonly [name: string, value: string];

/** Changes of the two fields once they are written. */
export const rewritings: Record<string, (fields: Fields, dice: Dice) => Line[]> = {
  'signature: flipped': (f, [a, b]) => lines(f.input, flip(f.signature, a, b)),
  'signature: no padding': (f) => lines(f.input, f.signature.replace('==:', ':')),
  'signature: stray bits': (f) =>
    lines(
      f.input,
      f.signature.replace(/(.)==:$/, (_, last) => `${stray(last)}==:`),
    ),
  'signature: longer': (f) => lines(f.input, f.signature.replace(/.==:$/, 'AAAA:')),
  'signature: base64url': (f) => lines(f.input, f.signature.replaceAll('+', '-').replaceAll('/', '_')),
  'signature: a string': (f) => lines(f.input, f.signature.replace(/:(.*):$/, '"$1"')),
  'signature: parameter': (f) => lines(f.input, `${f.signature};x`),
  'signature: gone': (f) => [['signature-input', f.input]],
  'input: gone': (f) => [['signature', f.signature]],
  'input: another label': (f) => lines(`x${f.input}`, f.signature),
  'input: flipped': (f, [a, b]) => lines(flip(f.input, a, b), f.signature),
  'input: an item': (f) => lines(`${f.label}="a"`, f.signature),
  'input: trailing comma': (f) => lines(`${f.input},`, f.signature),
  'input: not ASCII': (f) => lines(`${f.input};x="\u00e9"`, f.signature),
  'second: the same again': (f) =>
    lines(`${f.input}, two${cut(f.input, f)}`, `${f.signature}, two${cut(f.signature, f)}`),
  'second: false, first': (f) =>
    lines(`two${cut(f.input, f)}, ${f.input}`, `two=${NO_SIGNATURE}, ${f.signature}`),
  'second: false, last': (f) =>
    lines(`${f.input}, two${cut(f.input, f)}`, `${f.signature}, two=${NO_SIGNATURE}`),
  'second: same label': (f) => lines(f.input, `${f.signature}, ${f.signature}`),
  'second: same label, false first': (f) => lines(f.input, `${f.label}=${NO_SIGNATURE}, ${f.signature}`),
  'second: only an input': (f) => lines(`${f.input}, two${cut(f.input, f)}`, f.signature),
  'second: only a signature': (f) => lines(f.input, `${f.signature}, two=${NO_SIGNATURE}`),
  'second: another line': (f) => [...lines(f.input, f.signature), ['signature', `two${cut(f.signature, f)}`]],
  'input: on two lines': (f) => {
    const [head = '', ...tail] = f.input.split(' ');
    return [
      ['signature-input', head],
      ['signature-input', tail.join(' ')],
      ['signature', f.signature],
    ];
  },
  'blanks: around': (f) => lines(` \t${f.input} `, `\t${f.signature}\t `),
  'blanks: in the list': (f) =>
    lines(f.input.replace('(', '(  ').replaceAll(' "', '   "').replace(')', ' )'), f.signature),
  'blanks: after a semicolon': (f) => lines(f.input.replaceAll(';', ';  '), f.signature),
  'blanks: before a semicolon': (f) => lines(f.input.replace(';', ' ;'), f.signature),
  'blanks: around the equals sign': (f) => lines(f.input.replace('=(', ' = ('), f.signature),
  'blanks: a tab in the list': (f) => lines(f.input.replace('" "', '"\t"'), f.signature),
  'names: other case': (f) => [
    ['Signature-Input', f.input],
    ['SIGNATURE', f.signature],
  ],
};

const lines = (input: string, signature: string): Line[] => [
  ['signature-input', input],
  ['signature', signature],
];
const cut = (field: string, { label }: Fields) => field.slice(label.length);
const NO_SIGNATURE = `:${'B'.repeat(85)}A==:`;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** The same 6 bits but for the last, which no byte of the signature takes up. */
const stray = (last: string) => ALPHABET[ALPHABET.indexOf(last) ^ 1] ?? last;

export function rewritten(judged: Judged, label: string, change: (fields: Fields) => Line[]): Judged {
  const value = (name: string) => judged.message.headers.find(([other]) => other === name)?.[1] ?? '';
  const others = judged.message.headers.filter(([name]) => !name.startsWith('signature'));
  const headers = [
    ...others,
    ...change({ input: value('signature-input'), signature: value('signature'), label }),
  ];
  return { ...judged, message: { ...judged.message, headers } };
}
