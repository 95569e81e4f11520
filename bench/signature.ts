import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { verifySignature as cloudflareVerify, webcrypto } from 'http-message-sig';
import { createVerifier, httpbis } from 'http-message-signatures';
import { z } from 'zod';
import { toBase64url, utf8 } from '#core/bytes.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Message } from '#core/signature/message.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { type Signer, signRequest } from '#core/signature/sign.ts';
import { parseDictionary } from '#core/signature/structured.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';

/**
 * What a verification costs beside its floor, the bare `crypto.verify` over the same base with the same key, and
 * beside other people's RFC 9421 verifiers over the same message; what a refusal costs; and that no header makes
 * reading it slower than its length. All in one run, in rounds that take turns, so that noise hits all alike.
 *
 * Ours is the whole of it: parse, policy, digest of the body, base, key. Each peer is used as its README says, with the
 * verifier it ships, over the same components, and with its key imported beforehand wherever it takes such a key:
 * - http-message-signatures: `verifyMessage` with `createVerifier`. It does not look at the body.
 * - http-message-sig: `verifySignature` with its `webcrypto.verifier`; for P-256 it ships none, so the caller's own is
 *   the same WebCrypto call. It does not look at the body. It is given a descriptor, which is cheaper than a `Request`.
 * - @misskey-dev: `verifyDigestHeader`, `parseRequestSignature`, `verifyDraftSignature`. Its RFC 9421 verifier is "not
 *   implemented" as of 0.0.10, so its message is signed, by its own signer, after the draft: `(request-target)` is method,
 *   path and query, `host` the authority. For P-256 it refuses a `CryptoKey` and takes only the README's PEM text,
 *   which it imports with each call.
 */
const how: Record<string, string> = {
  ours: 'RFC 9421, policy, digest',
  'http-message-signatures': 'RFC 9421, its createVerifier, no digest',
  'http-message-sig ed25519': 'RFC 9421, its webcrypto.verifier, no digest',
  'http-message-sig ecdsa-p256-sha256': "RFC 9421, caller's WebCrypto (ships none), no digest",
  '@misskey-dev ed25519': 'draft-cavage (has no RFC 9421 verifier), its WebCrypto, digest',
  '@misskey-dev ecdsa-p256-sha256':
    'draft-cavage (has no RFC 9421 verifier), its WebCrypto, digest; imports the PEM each time (takes no CryptoKey)',
};
const rounds = 40;
const json = process.argv.includes('--json');
const say = (line: string) => process.stderr.write(`${line}\n`);
const print = (line: string) => json || process.stdout.write(`${line}\n`);

const created = Math.floor(Date.now() / 1000);
const clock = { now: created, skewSeconds: 30 };
const window = { created, expires: created + 300 };
const target = { method: 'POST', authority: 'gateway.example', path: '/v1/requests', query: '?trace=1' };
const contentType = 'application/json';
const body = utf8(
  JSON.stringify({
    reference: 'GS-4711/26',
    instrument: {
      kind: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      issuedAt: '2026-11-20T09:00:00Z',
      offence: 'StGB 176b',
      digest: `sha-256=:${hash('sha256', 'instrument', 'base64')}:`,
    },
    investigation: 'criminal',
    priority: 'Routine',
    subjects: [{ kind: 'phone', value: '+4915112345678' }],
    categories: ['SubscriberData', 'TrafficData'],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
    notice: { delayUntil: '2027-02-20T00:00:00Z', reason: 'jeopardising the investigation' },
  }),
);

type WebKey = ReturnType<KeyObject['toCryptoKey']>;
/** What is used of it; its package.json hides its types from TypeScript. */
interface DraftRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
}
const aFunction = <F>() => z.custom<F>((value) => typeof value === 'function');
const misskeyName: string = '@misskey-dev/node-http-message-signatures';
const misskey = z
  .object({
    signAsDraftToRequest:
      aFunction<
        (
          request: DraftRequest,
          key: { keyId: string; privateKey: WebKey },
          headers: string[],
        ) => Promise<{ signatureHeader: string }>
      >(),
    verifyDigestHeader:
      aFunction<(request: DraftRequest, body: Uint8Array, failOnNone: boolean) => Promise<boolean>>(),
    parseRequestSignature: aFunction<(request: DraftRequest) => { version: string; value: unknown }>(),
    verifyDraftSignature: aFunction<(parsed: unknown, key: WebKey | string) => Promise<boolean>>(),
  })
  .parse(await import(misskeyName));

type Act = () => unknown;
/** Whether a verifier takes a message. The work of handing it over in its own shape is not timed. */
type Verifier = (message: Message) => () => boolean | Promise<boolean>;

async function contenders(alg: SignatureAlgorithm) {
  const { publicKey, privateKey } =
    alg === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = importPublicKey(publicKey.export({ format: 'jwk' }));
  const digest = alg === 'ed25519' ? null : 'sha256';
  const signer: Signer = {
    keyId: key.thumbprint,
    alg,
    sign: async (base) => sign(digest, base, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  const bare = (base: Uint8Array, signature: Uint8Array) =>
    alg === 'ed25519'
      ? verify(null, base, key.keyObject, signature)
      : verify('sha256', base, { key: key.keyObject, dsaEncoding: 'ieee-p1363' }, signature);
  const nonce = toBase64url(randomBytes(16));
  const fields = await signRequest({ ...target, contentType, body }, signer, { ...window, nonce });
  const headers: Message['headers'] = [
    ['host', target.authority],
    ['user-agent', 'bench'],
    ['accept', contentType],
    ['content-type', contentType],
    ['content-length', String(body.length)],
    ...Object.entries(fields),
  ];
  const message: Message = { ...target, headers, body };
  const reading = readSignature(message, clock);
  if (!reading.ok) throw new Error(`ours refuses the good message: ${reading.code}`);
  const { base, signature } = reading.claims;

  const web = alg === 'ed25519' ? 'Ed25519' : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const webKey = publicKey.toCryptoKey(web, true, ['verify']);
  const keys = new Map([
    [key.thumbprint, { id: key.thumbprint, algs: [alg], verify: createVerifier(key.keyObject, alg) }],
  ]);
  const cloudflareVerifier =
    alg === 'ed25519'
      ? webcrypto.verifier(webKey)
      : {
          algorithm: alg,
          verify: (base: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>) =>
            crypto.subtle.verify(web, webKey, signature, base),
        };
  const misskeyKey =
    alg === 'ed25519' ? webKey : publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const draftHeaders = ({ headers }: Message) => {
    const kept = headers.filter(([name]) => name !== 'signature-input' && name !== 'signature');
    return Object.fromEntries(kept);
  };
  const draft = {
    method: target.method,
    url: `${target.path}${target.query}`,
    headers: draftHeaders(message),
  };
  const { signatureHeader: draftSignature } = await misskey.signAsDraftToRequest(
    draft,
    { keyId: key.thumbprint, privateKey: privateKey.toCryptoKey(web, false, ['sign']) },
    ['(request-target)', 'host', 'content-digest', 'content-type'],
  );
  const urlOf = ({ authority, path, query }: Message) => `https://${authority}${path}${query}`;
  const verifiers: Record<string, Verifier> = {
    ours: (message) => () => {
      const read = readSignature(message, clock);
      return read.ok && verifySignature(read.claims, key);
    },
    'http-message-signatures': (message) => {
      const request = {
        method: message.method,
        url: urlOf(message),
        headers: Object.fromEntries(message.headers),
      };
      const keyLookup = async ({ keyid }: { keyid?: string }) => keys.get(keyid ?? '') ?? null;
      return async () => (await httpbis.verifyMessage({ keyLookup }, request)) === true;
    },
    'http-message-sig': (message) => {
      const request = {
        kind: 'request',
        method: message.method,
        targetUri: urlOf(message),
        fields: message.headers.map(([name, value]) => ({ name, value })),
      } as const;
      const policy = {
        algorithms: [alg],
        requiredComponents: ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'],
        requiredParameters: ['created', 'keyid'],
        maxAge: 300,
        clockSkew: 5,
        now: created,
      };
      const resolveVerifier = () => cloudflareVerifier;
      return () =>
        cloudflareVerify(request, { policy, resolveVerifier }).then(
          () => true,
          () => false,
        );
    },
    '@misskey-dev': (message) => {
      const request = {
        method: message.method,
        url: `${message.path}${message.query}`,
        headers: { ...draftHeaders(message), signature: draftSignature },
      };
      return async () => {
        if (!(await misskey.verifyDigestHeader(request, message.body, true))) return false;
        const parsed = misskey.parseRequestSignature(request);
        return parsed.version === 'draft' && (await misskey.verifyDraftSignature(parsed.value, misskeyKey));
      };
    },
  };
  const tampered = [
    { ...message, path: `${message.path}x` },
    { ...message, query: '?trace=2' },
    {
      ...message,
      headers: headers.map(
        ([name, value]) => [name, name === 'content-type' ? 'text/plain' : value] as const,
      ),
    },
  ];
  const acts: Record<string, Act> = { floor: () => bare(base, signature) };
  for (const [name, verifier] of Object.entries(verifiers)) {
    const act = verifier(message);
    if (!(await act())) throw new Error(`${name} refuses the good message (${alg})`);
    for (const other of tampered) {
      if (await verifier(other)()) throw new Error(`${name} takes a tampered message (${alg})`);
    }
    acts[name] = act;
  }
  return { acts, message };
}

/** Microseconds per act: every round runs all of them, so that each round can be compared within itself. */
async function race(acts: Record<string, Act>, times: number): Promise<Map<string, number[]>> {
  const all = new Map(Object.keys(acts).map((name): [string, number[]] => [name, []]));
  for (let round = -5; round < rounds; round++) {
    for (const [name, act] of Object.entries(acts)) {
      const start = performance.now();
      for (let i = 0; i < times; i++) await act();
      if (round >= 0) all.get(name)?.push(((performance.now() - start) * 1000) / times);
    }
  }
  return all;
}

/** How many times as often as `slower` happens what takes `faster`: the median over the rounds. */
function ratio(faster: readonly number[] = [], slower: readonly number[] = []): number {
  return median(faster.map((time, round) => (slower[round] ?? Number.NaN) / time));
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}

const results: Record<string, unknown[]> = { verification: [], refusals: [], headers: [] };
const rate = (times: readonly number[] = []) => Math.round(1e6 / median(times));

for (const alg of ['ed25519', 'ecdsa-p256-sha256'] as const) {
  say(`${alg}: verification`);
  const { acts, message } = await contenders(alg);
  const times = await race(acts, 60);
  const ours = times.get('ours');
  print(
    `${alg.padEnd(28)}${'per second'.padStart(12)}${'µs'.padStart(8)}${'ours is'.padStart(9)}${'goal'.padStart(7)}`,
  );
  for (const [name, their] of times) {
    const goal = name === 'ours' ? undefined : name === 'floor' ? 0.8 : 1.6;
    const oursIs = ratio(ours, their);
    // Others on the machine disturb the longer act more often; the quickest round of each is the least disturbed.
    const quickest = Math.min(...their) / Math.min(...(ours ?? []));
    results.verification?.push({
      alg,
      name,
      perSecond: rate(their),
      micros: median(their),
      oursIs,
      quickest,
      goal,
    });
    const judged = goal && `${oursIs.toFixed(2)}×`.padStart(9) + `${goal}`.padStart(7);
    // What a verifier would reach that does nothing but the key operation: no goal beyond it can be met.
    const ceiling = ratio(times.get('floor'), their);
    const missed =
      ceiling < (goal ?? 0) ? `  NOT MET: bare crypto.verify is ${ceiling.toFixed(2)}×` : '  NOT MET';
    const verdict = goal && (oursIs >= goal ? '  met' : missed);
    print(
      `${name.padEnd(28)}${String(rate(their)).padStart(12)}${median(their).toFixed(1).padStart(8)}${judged ?? ''}${verdict ?? ''}${goal ? `  (quickest rounds: ${quickest.toFixed(2)}×)` : ''}`,
    );
  }
  for (const name of times.keys()) {
    const what = how[name] ?? how[`${name} ${alg}`];
    if (what) print(`  ${name}: ${what}`);
  }

  say(`${alg}: refusals`);
  const changed = (name: string, change: (value: string) => string): Message => ({
    ...message,
    headers: message.headers.map(([other, value]) => [other, other === name ? change(value) : value]),
  });
  const input = (from: string | RegExp, to: string) =>
    changed('signature-input', (value) => value.replace(from, to));
  const refusals: Record<string, [Message, typeof clock]> = {
    'signature-expired': [message, { ...clock, now: window.expires }],
    'signature-components': [input('"@query"', '"@target-uri"'), clock],
    'signature-nonce': [input(/nonce="[^"]*"/, 'nonce="short"'), clock],
    'digest-mismatch': [{ ...message, body: body.with(0, 0) }, clock],
    'signature-algorithm': [input(/alg="[^"]*"/, 'alg="rsa-pss-sha512"'), clock],
  };
  const refusing: Record<string, Act> = { floor: acts.floor ?? (() => {}) };
  for (const [code, [refused, at]] of Object.entries(refusals)) {
    const reading = readSignature(refused, at);
    if (reading.ok || reading.code !== code) throw new Error(`not refused as ${code}`);
    refusing[code] = () => readSignature(refused, at);
  }
  const refused = await race(refusing, 60);
  for (const code of Object.keys(refusals)) {
    const timesFloor = ratio(refused.get(code), refused.get('floor'));
    results.refusals?.push({ alg, code, perSecond: rate(refused.get(code)), timesFloor });
    print(
      `  ${code.padEnd(26)}${String(rate(refused.get(code))).padStart(12)}${`${timesFloor.toFixed(1)}× the floor's rate`.padStart(28)}`,
    );
  }
  print('  (no key operation by construction: readSignature is given no key)\n');
}

/** Texts of a length that a hostile caller may choose, each to make another part of the reader work. */
const many = (length: number, each: (i: number) => string, between = '') => {
  const parts: string[] = [];
  for (let i = 0, at = 0; at < length; i++) at += parts[parts.push(each(i)) - 1]?.length ?? length;
  return parts.join(between);
};
const hostile: Record<string, (length: number) => string> = {
  'many parameters': (length) => `a=1${many(length, (i) => `;p${i}`)}`,
  'many components': (length) => `a=(${many(length, (i) => `"c${i}"`, ' ')})`,
  'blanks in a list': (length) => `a=(${' '.repeat(length)})`,
  'blanks in the middle': (length) => `a${' '.repeat(length)}b`,
  'escapes in a string': (length) => `a="${'\\\\'.repeat(length / 2)}"`,
  'an open string': (length) => `a="${'\\"'.repeat(length / 2)}`,
  'long base64': (length) => `a=:${'AAAA'.repeat(length / 4)}:`,
  'many members': (length) => many(length, (i) => `m${i}=1`, ', '),
  'only commas': (length) => `a${','.repeat(length)}`,
};
const sizes = [1024, 2048, 4096, 8192, 65536];
const { message } = await contenders('ed25519');
const at = (name: string, ...values: string[]): Message => ({
  ...message,
  headers: [...message.headers.filter(([other]) => other !== name), ...values.map((v) => [name, v] as const)],
});
const reads: Record<string, (length: number) => Act> = {};
for (const [what, text] of Object.entries(hostile)) {
  reads[`parser: ${what}`] = (length) => {
    const value = text(length);
    return () => parseDictionary(value);
  };
  reads[`door: ${what}`] = (length) => {
    const hostileMessage = at('signature-input', text(length));
    return () => readSignature(hostileMessage, clock);
  };
}
reads['door: header lines'] = (length) => {
  const lines = at('x', ...Array.from({ length: length / 8 }, () => 'xxxxxxx'));
  return () => readSignature(lines, clock);
};
reads['door: signature lines'] = (length) => {
  const lines = at('signature', ...Array.from({ length: length / 8 }, () => '       '));
  return () => readSignature(lines, clock);
};
reads['door: long query'] = (length) => () =>
  readSignature({ ...message, query: `?${'a'.repeat(length)}` }, clock);

say('headers');
print(`ns per byte at ${sizes.join(', ')} bytes; growth is last over first: about 1 is linear, 64 quadratic`);
print('(the door refuses a signed field over 4 KiB and a target over 8 KiB by its length alone)');
let worst = { what: '', growth: 0 };
let dearest = { what: '', nanos: 0 };
for (const [what, make] of Object.entries(reads)) {
  const nanos = sizes.map((size) => {
    const act = make(size);
    const times = Math.ceil(400_000 / size);
    const samples = Array.from({ length: 15 }, () => {
      const start = performance.now();
      for (let i = 0; i < times; i++) act();
      return ((performance.now() - start) * 1e6) / times / size;
    });
    return median(samples);
  });
  const growth = (nanos.at(-1) ?? Number.NaN) / (nanos[0] ?? Number.NaN);
  if (growth > worst.growth) worst = { what, growth };
  const last = nanos.at(-1) ?? 0;
  if (last > dearest.nanos) dearest = { what, nanos: last };
  results.headers?.push({ what, sizes, nanosPerByte: nanos, growth });
  print(
    `${what.padEnd(30)}${nanos.map((n) => n.toFixed(2).padStart(9)).join('')}${`×${growth.toFixed(2)}`.padStart(9)}`,
  );
}
print(
  `worst growth: ${worst.what}, ×${worst.growth.toFixed(2)} for ${(sizes.at(-1) ?? 0) / 1024} times the bytes`,
);
print(`dearest byte at 64 KiB: ${dearest.what}, ${dearest.nanos.toFixed(2)} ns`);
if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
