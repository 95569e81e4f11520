import { generateKeyPairSync, hash, randomBytes, sign, verify } from 'node:crypto';
import { verifySignature as cloudflareVerify } from 'http-message-sig';
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
 * Ours is the whole of it: parse, policy, digest of the body, base, key. The peers are given less to do: none looks
 * at the body or at our policy, and @misskey-dev has no RFC 9421 verifier yet, only the base, so it is handed the
 * signature's bytes. Where a peer leaves the key to its caller it gets the floor's own `crypto.verify`,
 * not WebCrypto. The message has a query because that peer has no value for an empty one.
 */
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

/** The one thing that is used of it; its package.json hides its types from TypeScript. */
type BaseOf = new (request: object) => { generate(label: string): string };
const misskeyName: string = '@misskey-dev/node-http-message-signatures';
const misskey = z
  .object({ RFC9421SignatureBaseFactory: z.custom<BaseOf>((value) => typeof value === 'function') })
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

  const theirs = createVerifier(key.keyObject, alg);
  const urlOf = ({ authority, path, query }: Message) => `https://${authority}${path}${query}`;
  const verifiers: Record<string, Verifier> = {
    ours: (it) => () => {
      const read = readSignature(it, clock);
      return read.ok && verifySignature(read.claims, key);
    },
    'http-message-signatures': (it) => {
      const request = { method: it.method, url: urlOf(it), headers: Object.fromEntries(it.headers) };
      const keyLookup = async () => ({
        algs: [alg],
        verify: async (data: Buffer, claimed: Buffer) => theirs(data, claimed),
      });
      return async () => (await httpbis.verifyMessage({ keyLookup }, request)) === true;
    },
    'http-message-sig': (it) => {
      const request = {
        kind: 'request',
        method: it.method,
        targetUri: urlOf(it),
        fields: it.headers.map(([name, value]) => ({ name, value })),
      } as const;
      const policy = { algorithms: [alg], requiredComponents: [], requiredParameters: [], now: created };
      const resolveVerifier = () => ({ algorithm: alg, verify: bare });
      return () =>
        cloudflareVerify(request, { policy, resolveVerifier }).then(
          () => true,
          () => false,
        );
    },
    '@misskey-dev': (it) => {
      const url = `${it.path}${it.query}`;
      const request = { method: it.method, url, headers: Object.fromEntries(it.headers) };
      return () => bare(utf8(new misskey.RFC9421SignatureBaseFactory(request).generate('writ')), signature);
    },
  };
  const tampered = { ...message, path: `${message.path}x` };
  const acts: Record<string, Act> = { floor: () => bare(base, signature) };
  for (const [name, verifier] of Object.entries(verifiers)) {
    const act = verifier(message);
    if (!(await act())) throw new Error(`${name} refuses the good message (${alg})`);
    if (await verifier(tampered)()) throw new Error(`${name} takes a tampered message (${alg})`);
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
    results.verification?.push({ alg, name, perSecond: rate(their), micros: median(their), oursIs, goal });
    const judged = goal && `${oursIs.toFixed(2)}×`.padStart(9) + `${goal}`.padStart(7);
    // What a verifier would reach that does nothing but the key operation: no goal beyond it can be met.
    const ceiling = ratio(times.get('floor'), their);
    const missed =
      ceiling < (goal ?? 0) ? `  NOT MET: bare crypto.verify is ${ceiling.toFixed(2)}×` : '  NOT MET';
    const verdict = goal && (oursIs >= goal ? '  met' : missed);
    print(
      `${name.padEnd(28)}${String(rate(their)).padStart(12)}${median(their).toFixed(1).padStart(8)}${judged ?? ''}${verdict ?? ''}`,
    );
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
