/**
 * One execution of the fuzzer: an input made of a seed, and what must be true once a parser has seen it.
 *
 * No parser throws anything but the error it documents, and what one accepts, written again, it takes for the same.
 * Inputs are plain JSON (bytes are base64), so that a finding can be printed, kept and run again.
 */
import assert from 'node:assert/strict';
import { createPublicKey, hash } from 'node:crypto';
import { parseJson } from '#core/json.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Answer, HeaderLines, Message } from '#core/signature/message.ts';
import { bytes, type Dictionary, parseDictionary, serializeDictionary } from '#core/signature/structured.ts';
import {
  type Reading,
  readAnswerSignature,
  readSignature,
  type SignatureClaims,
} from '#core/signature/verify.ts';
import * as examples from '#core/wire/examples.ts';
import { queryText } from '#core/wire/query.ts';
import { routeList } from '#core/wire/routes.ts';
import { parseBody } from '#functions/middleware/parse.ts';
import { Dice, NAMES } from './dice.ts';

export type Input =
  | (Omit<Message, 'body'> & { readonly on: 'request'; readonly body: string })
  | (Omit<Answer, 'body'> & { readonly on: 'answer'; readonly body: string; readonly asked: string })
  | { readonly on: 'dictionary'; readonly text: string }
  | { readonly on: 'key'; readonly key: unknown }
  | { readonly on: 'json'; readonly body: string }
  /** Of a route, by its id. `given`: the parameters as JSON, since a test's own object could not have each name. */
  | { readonly on: 'query'; readonly route: string; readonly given: string }
  | { readonly on: 'body'; readonly route: string; readonly body: string };

const now = 1_795_000_000;
const clock = { now, skewSeconds: 30 };
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64');
const unbase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** Gives an input to its parser. Whether it was accepted; throws if something is not as it must be. */
export function check(input: Input): boolean {
  switch (input.on) {
    case 'request': {
      const message = { ...input, body: unbase64(input.body) };
      return rereads(input.headers, (headers) => readSignature({ ...message, headers }, clock));
    }
    case 'answer': {
      const asked = { requestSignature: input.asked };
      const answer = { ...input, body: unbase64(input.body) };
      return rereads(input.headers, (headers) => readAnswerSignature({ ...answer, headers }, asked, clock));
    }
    case 'dictionary': {
      const read = parseDictionary(input.text);
      if (read === undefined) return false;
      noKeyTwice(read);
      const written = serializeDictionary(read);
      const again = parseDictionary(written);
      assert.ok(again !== undefined && serializeDictionary(again) === written, 'its own text is refused');
      same(again, read);
      return true;
    }
    case 'key': {
      const key = unless('SignatureError', () => importPublicKey(input.key));
      if (key === undefined) return false;
      const pem = key.keyObject.export({ type: 'spki', format: 'pem' });
      for (const again of [importPublicKey(key.jwk), importPublicKey(pem)]) {
        same([again.jwk, again.thumbprint, again.alg], [key.jwk, key.thumbprint, key.alg]);
      }
      return true;
    }
    case 'json': {
      const read = unless('JsonError', () => [parseJson(unbase64(input.body))]);
      if (read === undefined) return false;
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(unbase64(input.body));
      assert.deepEqual(read, [JSON.parse(text)]);
      same(parseJson(Buffer.from(JSON.stringify(read[0]))), read[0]);
      // As many names as properties: none of them is there twice.
      const names = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
      assert.equal(properties(read[0]), names, 'a key twice');
      return true;
    }
    case 'query': {
      const given: Record<string, string[]> = JSON.parse(input.given);
      const text = queryText(routeOf(input.route).query ?? {}, given);
      if (text === undefined) return false;
      const read = [...new URLSearchParams(text)].map(([name, value]) => `${name}=${value}`);
      const sent = Object.entries(given).map(([name, values]) => `${name}=${values.join()}`);
      same(read.sort(), sent.sort());
      return true;
    }
    case 'body': {
      const { body } = routeOf(input.route);
      assert.ok(body);
      const bytes = unbase64(input.body);
      const read = unless('WireError', () => parseBody(bytes, body));
      // No body counts as `{}`.
      const sent = new TextDecoder().decode(bytes) || '{}';
      return read !== undefined && readsWhole(read, JSON.parse(sent));
    }
  }
}

/** Nothing is passed over in silence: what was read has as many members as what was sent. */
function readsWhole(read: unknown, sent: unknown): true {
  assert.equal(properties(read), properties(sent), 'a member was passed over');
  return true;
}

function routeOf(id: string) {
  const found = routeList.find((route) => route.id === id);
  assert.ok(found, id);
  return found;
}

/** What is accepted, written from the claims alone, is accepted with the same claims. */
function rereads(headers: HeaderLines, read: (headers: HeaderLines) => Reading<SignatureClaims>): boolean {
  const reading = read(headers);
  if (!reading.ok) {
    assert.match(reading.code, /^(message|signature|digest)-[a-z-]+$/);
    return false;
  }
  const { label, base, signature } = reading.claims;
  const text = new TextDecoder().decode(base);
  assert.match(text, /^[\x20-\x7e\t\n]+$/);
  const covered = text.split('\n').at(-1)?.replace('"@signature-params": ', '');
  const others = headers.filter(([name]) => !/^signature(-input)?$/i.test(name));
  const written = serializeDictionary([[label, { kind: 'item', value: bytes(signature), params: [] }]]);
  const again = read([...others, ['signature', written], ['signature-input', `${label}=${covered}`]]);
  assert.ok(again.ok, 'its own text is refused');
  same(again.claims, reading.claims);
  return true;
}

function unless<T>(
  documented: 'SignatureError' | 'JsonError' | 'WireError',
  attempt: () => T,
): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof Error && error.name === documented) return undefined;
    throw error;
  }
}

function noKeyTwice(dictionary: Dictionary): void {
  const members = dictionary.map(([, member]) => member);
  const items = members.flatMap((member) => (member.kind === 'list' ? member.items : []));
  for (const entries of [dictionary, ...[...members, ...items].map(({ params }) => params)]) {
    assert.equal(new Map<string, unknown>(entries).size, entries.length, 'a key twice');
  }
}

/** As JSON, which knows one zero: "-0" is read and does not survive being written. */
function same(actual: unknown, expected: unknown): void {
  assert.equal(JSON.stringify(actual), JSON.stringify(expected));
}

function properties(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const within = Object.values(value).reduce((sum: number, each: unknown) => sum + properties(each), 0);
  return within + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

// RFC 8037 appendix A.2 and RFC 7517 appendix A.1.
const JWKS = [
  { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  {
    kty: 'EC',
    crv: 'P-256',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  },
];
const KEYS = JWKS.flatMap((key) => [
  JSON.stringify(key),
  JSON.stringify(createPublicKey({ format: 'jwk', key }).export({ type: 'spki', format: 'pem' })),
]);

/** The input that a seed stands for. */
export function inputOf(seed: number): Input {
  const dice = new Dice(seed);
  switch (
    dice.pick([
      ...['request', 'request', 'answer', 'answer', 'dictionary', 'dictionary', 'json', 'json', 'key'],
      ...['query', 'body', 'body'],
    ])
  ) {
    case 'query': {
      const { id, query = {} } = dice.pick(routeList);
      const name = () => dice.pick([...NAMES, 'status', 'page', ...Object.keys(query)]);
      const value = () => dice.pick([...NAMES, 'Pending', 'Rejected', 'AAAA', '']);
      const one = (): [string, string[]] => [name(), dice.below(9) === 0 ? [value(), value()] : [value()]];
      // Written by hand: JSON alone makes a property of `__proto__`.
      const members = new Map(Array.from({ length: dice.below(3) }, one));
      const written = [...members].map(([key, values]) => `${JSON.stringify(key)}:${JSON.stringify(values)}`);
      return { on: 'query', route: id, given: `{${written.join(',')}}` };
    }
    case 'body': {
      const [route, example] = dice.pick(BODIES);
      const text = dice.below(3) === 0 ? JSON.stringify(example) : planted(dice, JSON.stringify(example));
      return { on: 'body', route, body: base64(dice.below(8) === 0 ? dice.spoilt(text) : text) };
    }
    case 'request': {
      const body = dice.below(2) === 0 ? '' : dice.json();
      const target = {
        method: dice.spoilt(dice.pick(['GET', 'POST', 'M-SEARCH'])),
        authority: dice.spoilt(dice.pick(['gateway.example', 'Gateway.example:443', '[::1]:80', 'a_b'])),
        path: dice.spoilt(dice.pick(['/v1/requests', '', '/', '/a%2f;b//..'])),
        query: dice.spoilt(dice.pick(['', '?', '?status=x&y', '?a?b/%00'])),
      };
      const covered = ['"@method"', '"@authority"', '"@path"', '"@query"'];
      if (body !== '') covered.push('"content-digest"', '"content-type"');
      const nonce = `nonce="${dice.pick(['Zm9yIHRlc3RzIG9ubHkuLg', '1'.repeat(39), 'ab'.repeat(16), 'short'])}"`;
      return { on: 'request', ...target, ...signed(dice, covered, body, [nonce]) };
    }
    case 'answer': {
      const covered = ['"@status"', '"content-digest"', '"content-type"', '"signature";req'];
      const asked = dice.spoilt(`writ=:${base64('the signature of a request')}:`);
      const status = dice.pick([200, 201, 404, 503, 599, 99, 200.5]);
      return { on: 'answer', status, asked, ...signed(dice, covered, dice.json(), []) };
    }
    case 'dictionary':
      return { on: 'dictionary', text: dice.spoilt(dice.dictionary()) };
    case 'json': {
      const body = Buffer.from(dice.spoilt(dice.json()));
      // Bytes that are no UTF-8 at times.
      if (dice.below(10) === 0 && body.length > 0) body[dice.below(body.length)] = 0x80 + dice.below(128);
      return { on: 'json', body: base64(body) };
    }
    default: {
      const text = dice.spoilt(dice.pick([...KEYS, dice.json()]));
      try {
        return { on: 'key', key: JSON.parse(text) };
      } catch {
        return { on: 'key', key: text };
      }
    }
  }
}

/** A valid body of each route that takes one. */
export const BODIES: readonly (readonly [route: string, body: unknown])[] = [
  ['submitRequest', examples.request],
  ['validateRequest', examples.validation],
  ['giveInformation', examples.answer],
  ['writeToDesk', examples.agencyLetter],
  ['delayNotice', examples.delay],
  ['tellPerson', examples.telling],
  ['preserveData', examples.preservation],
  ['decideReview', examples.approval],
  ['claimReview', examples.claiming],
  ['addNote', examples.note],
  ['askInformation', examples.question],
  ['writeToAgency', examples.deskLetter],
  ['suspendReview', examples.suspension],
  ['answerNotification', examples.objection],
  ['proposeChange', examples.proposal],
  ['decideChange', examples.changeDecision],
  ['revokeKey', examples.revocation],
  ['collect', { page: '' }],
  ['withdrawRequest', {}],
  ['extendPreservation', {}],
];

/** The JSON text with one of the names in it: as one more member of an object, for a member's name, or for a value. */
function planted(dice: Dice, text: string): string {
  const places = [...text.matchAll(/\{/g)].map(({ index }) => index + 1);
  const strings = [...text.matchAll(/"[^"]*"/g)].map(({ 0: found, index }) => [index, found.length] as const);
  const name = JSON.stringify(dice.pick(NAMES));
  const value = () => dice.pick(['"x"', '{}', '{"then":1}', '[]', 'null', '1']);
  if (strings.length === 0 || dice.below(2) === 0) {
    const at = dice.pick(places);
    const comma = text[at] === '}' ? '' : ',';
    return `${text.slice(0, at)}${name}:${value()}${comma}${text.slice(at)}`;
  }
  const [at, length] = dice.pick(strings);
  return text.slice(0, at) + name + text.slice(at + length);
}

function signed(dice: Dice, covered: string[], body: string, params: string[]) {
  const all = [...params, `created=${now - 10}`, `expires=${now + dice.pick([1, 200, 290, 200, 291, -1])}`];
  all.push(
    `keyid="${dice.pick(['k1', 'k1', 'a/b+c=', ''])}"`,
    `alg="${dice.pick(['ed25519', 'ecdsa-p256-sha256'])}"`,
  );
  const label = dice.pick(['writ', 'sig1', '*']);
  const input = `${label}=(${dice.shuffled(covered).join(' ')});${dice.shuffled([...all, 'tag="writ"']).join(';')}`;
  const algorithm = dice.pick(['256', '512']);
  const digest = `sha-${algorithm}=:${hash(`sha${algorithm}`, body, 'base64')}:`;
  const lines: [string, string][] = [
    ['signature-input', dice.spoilt(input)],
    ['Signature', dice.spoilt(`${label}=:${'A'.repeat(86)}==:`)],
  ];
  if (body !== '') {
    lines.push(['content-digest', dice.spoilt(digest)], ['Content-Type', dice.spoilt('application/json')]);
  }
  if (dice.below(10) === 0) lines.push([dice.spoilt(dice.pick(lines)[0]), dice.noise()]);
  if (dice.below(10) === 0) lines.push([dice.pick(NAMES), dice.pick(NAMES)]);
  return { headers: dice.shuffled(lines), body: base64(dice.below(20) === 0 ? dice.spoilt(body) : body) };
}
