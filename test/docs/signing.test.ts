/** docs/signing.md, held to the code: every byte of its worked example, its tables, and what it copies from examples/. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { requestSchema } from '#core/cases/request.ts';
import { problems } from '#core/problem.ts';
import type { SignatureErrorCode } from '#core/signature/errors.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Answer, HeaderLines, Message } from '#core/signature/message.ts';
import {
  answerComponents,
  MAX_WINDOW_SECONDS,
  requestWithBody,
  requestWithoutBody,
  SKEW_SECONDS,
} from '#core/signature/profile.ts';
import {
  contentDigest,
  type RequestToSign,
  type Signer,
  signAnswer,
  signRequest,
} from '#core/signature/sign.ts';
import { serializeMember } from '#core/signature/structured.ts';
import { readAnswerSignature, readSignature, verifySignature } from '#core/signature/verify.ts';
import { home } from '#dev/cloud/emulator.ts';
import { maxBodyBytes } from '#functions/middleware/parse.ts';

const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = read('docs/signing.md');
const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The fenced blocks that a comment names, by that name: what stands in them, without a line end at the end. */
const blocks = new Map(
  [...doc.matchAll(/^<!-- (?:worked|from): (\S+) -->\n```\w*\n(.*?)\n```$/gms)].map(
    ([, name = '', content = '']) => [name, content],
  ),
);
const used = new Set<string>();
function block(name: string): string {
  const content = blocks.get(name);
  assert.ok(content !== undefined, `docs/signing.md has no block ${name}`);
  used.add(name);
  return content;
}

/** A message's first line and its fields. */
function http(name: string): { line: string; headers: HeaderLines; field: (name: string) => string } {
  const [line = '', ...rest] = block(name).split('\n');
  const headers = rest.map((field): [string, string] => {
    const colon = field.indexOf(': ');
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)];
  });
  return { line, headers, field: (wanted) => headers.find(([text]) => text === wanted)?.[1] ?? '' };
}

const officerKey = createPrivateKey(block('officer-key'));
const officer: Signer = {
  keyId: block('officer-keyid'),
  alg: 'ed25519',
  sign: async (base) => sign(null, base, officerKey),
};
const officerPublic = importPublicKey(createPublicKey(officerKey).export({ format: 'jwk' }));
const providerJwk: Record<string, string> = JSON.parse(block('provider-jwk'));
const provider = importPublicKey(providerJwk);

/** What a `Signature-Input` says of times and nonce. */
function statementOf(input: string) {
  const value = (name: string) => new RegExp(`;${name}="?([^;"]+)`).exec(input)?.[1] ?? '';
  return { created: Number(value('created')), expires: Number(value('expires')), nonce: value('nonce') };
}

function calls(): { name: string; request: RequestToSign; base: string; http: ReturnType<typeof http> }[] {
  return [
    { name: 'with a body', http: http('request'), base: block('base'), body: utf8(block('body')) },
    { name: 'without one', http: http('get-request'), base: block('get-base'), body: undefined },
  ].map(({ name, http, base, body }) => {
    const [method = '', path = '', version] = http.line.split(' ');
    assert.equal(version, 'HTTP/1.1');
    const contentType = body === undefined ? undefined : http.field('content-type');
    const request = { method, authority: http.field('host'), path, query: '', body, contentType };
    return { name, request, base, http };
  });
}

describe('the worked example of docs/signing.md', () => {
  test('has the keys of RFC 9421, and their thumbprints', () => {
    // Appendix B.1.4 and B.1.3; rfc9421.test.ts verifies the RFC's own signatures with the same.
    const { keys }: { keys: Record<string, string> } = JSON.parse(read('test/vectors/rfc9421/cases.json'));
    const published = Object.values(keys).map((pem) => importPublicKey(pem).thumbprint);
    assert.ok(published.includes(officerPublic.thumbprint));
    assert.ok(published.includes(provider.thumbprint));
    assert.equal(officer.keyId, officerPublic.thumbprint);
    assert.equal(providerJwk.kid, provider.thumbprint);
    const jwk = createPrivateKey({ format: 'jwk', key: JSON.parse(block('officer-jwk')) });
    assert.ok(jwk.equals(officerKey));
  });

  for (const { name, request, base, http } of calls()) {
    test(`a call ${name}: our signer writes these very bytes`, async () => {
      const fields = await signRequest(request, officer, statementOf(http.field('signature-input')));
      const type: [string, string][] =
        request.contentType === undefined ? [] : [['content-type', request.contentType]];
      assert.deepEqual(
        new Map(http.headers),
        new Map([['host', request.authority], ...type, ...Object.entries(fields)]),
      );
    });

    test(`a call ${name}: the provider takes it, and its base is this`, () => {
      const message: Message = { ...request, headers: http.headers, body: request.body ?? new Uint8Array() };
      const { created } = statementOf(http.field('signature-input'));
      const reading = readSignature(message, { now: created + 1, skewSeconds: SKEW_SECONDS });
      assert.ok(reading.ok, JSON.stringify(reading));
      assert.equal(text(reading.claims.base), base);
      assert.equal(reading.claims.keyId, officer.keyId);
      assert.ok(verifySignature(reading.claims, officerPublic));
    });
  }

  const answer = http('answer');
  const asked = { requestSignature: http('request').field('signature') };
  const arrived: Answer = {
    status: Number(answer.line.split(' ')[1]),
    headers: answer.headers,
    body: utf8(block('answer-body')),
  };
  const raw = Buffer.from(block('raw'), 'hex');

  test('the answer: it is the provider’s, to that call, and its base is this', () => {
    const { created } = statementOf(answer.field('signature-input'));
    const at = /clock says\s(\S+)/.exec(doc)?.[1] ?? '';
    assert.equal(Date.parse(at) / 1000, created);
    const reading = readAnswerSignature(arrived, asked, { now: created, skewSeconds: SKEW_SECONDS });
    assert.ok(reading.ok, JSON.stringify(reading));
    assert.equal(text(reading.claims.base), block('answer-base'));
    assert.equal(reading.claims.keyId, provider.thumbprint);
    assert.ok(verifySignature(reading.claims, provider));
    assert.deepEqual(Buffer.from(reading.claims.signature), raw);
    const toAnother = { requestSignature: http('get-request').field('signature') };
    const elsewhere = readAnswerSignature(arrived, toAnother, { now: created, skewSeconds: SKEW_SECONDS });
    assert.ok(elsewhere.ok && !verifySignature(elsewhere.claims, provider));
  });

  test('the answer: our signer writes these very fields, in the form that is promised', async () => {
    const signer: Signer = { keyId: provider.thumbprint, alg: provider.alg, sign: async () => raw };
    const { created, expires } = statementOf(answer.field('signature-input'));
    const fields = await signAnswer(
      { ...arrived, contentType: answer.field('content-type'), ...asked },
      signer,
      { created, expires },
    );
    assert.deepEqual(
      new Map(answer.headers),
      new Map([['content-type', answer.field('content-type')], ...Object.entries(fields)]),
    );
    const form = new RegExp(block('form'));
    assert.match(fields['signature-input'] ?? '', form);
    assert.match(fields.signature ?? '', /^writ=:[A-Za-z0-9+/]{86}==:$/);
    assert.match(fields['content-digest'] ?? '', /^sha-256=:[A-Za-z0-9+/]{43}=:$/);
  });

  test('the answer’s signature in DER is the same signature', () => {
    const der = Buffer.from(block('der'), 'hex');
    const numbers: Buffer[] = [];
    let rest = der.subarray(2);
    assert.deepEqual([der[0], der[1]], [0x30, rest.length]);
    while (rest.length > 0) {
      const length = rest[1] ?? 0;
      assert.equal(rest[0], 2);
      let number = rest.subarray(2, 2 + length);
      if (number[0] === 0) number = number.subarray(1);
      numbers.push(Buffer.concat([Buffer.alloc(32 - number.length), number]));
      rest = rest.subarray(2 + length);
    }
    assert.deepEqual(Buffer.concat(numbers), raw);
  });

  test('is a request that a provider takes, and the case that it answers with', () => {
    const request = requestSchema.parse(JSON.parse(block('body')));
    const view: Record<string, unknown> = JSON.parse(block('answer-body'));
    assert.equal(view.requestDigest, jsonDigest(request));
    assert.equal(view.reference, request.reference);
    assert.ok(http('get-request').line.includes(String(view.id)));
    for (const name of ['body', 'answer-body']) {
      assert.ok(doc.includes(`ody, ${utf8(block(name)).length} bytes`), `the size of ${name}`);
    }
  });
});

describe('what docs/signing.md says of the profile', () => {
  test('the components are those of the code', () => {
    const names = (items: typeof requestWithBody) => items.map(serializeMember).join(' ');
    assert.equal(block('covered-with-body'), names(requestWithBody));
    assert.equal(block('covered-without-body'), names(requestWithoutBody));
    assert.equal(block('covered-answer'), names(answerComponents));
  });

  /** A call that the door takes, with whatever is changed about it. */
  const now = 1_795_510_800;
  interface Change {
    request?: Partial<RequestToSign>;
    created?: number;
    expires?: number;
    nonce?: string;
    input?: (input: string) => string;
    fields?: (fields: Record<string, string>) => HeaderLines | Record<string, string>;
  }
  async function codeOf(change: Change): Promise<SignatureErrorCode | 'taken'> {
    const good: RequestToSign = {
      method: 'POST',
      authority: 'writ.example.com',
      path: '/v1/requests',
      query: '',
      contentType: 'application/json',
      body: utf8('{}'),
    };
    const created = now + (change.created ?? 0);
    // Our signer refuses what is out of bounds, so a good call is changed after it was signed: what is tried here is
    // decided before the key is looked at.
    const signed: Record<string, string> = await signRequest(good, officer, {
      created: now,
      expires: now + 60,
      nonce: 'N'.repeat(22),
    });
    const bad = { ...good, ...change.request };
    const body = bad.body ?? new Uint8Array();
    const input = (signed['signature-input'] ?? '')
      .replace(/created=\d+/, `created=${created}`)
      .replace(/expires=\d+/, `expires=${created + (change.expires ?? 60)}`)
      .replace(/nonce="[^"]*"/, `nonce="${change.nonce ?? 'N'.repeat(22)}"`);
    const fields = {
      ...signed,
      'content-type': bad.contentType ?? '',
      'content-digest': await contentDigest(body),
      'signature-input': change.input?.(input) ?? input,
    };
    const sent = change.fields?.(fields) ?? fields;
    const headers: HeaderLines = Array.isArray(sent) ? sent : Object.entries(sent);
    const reading = readSignature({ ...bad, body, headers }, { now, skewSeconds: SKEW_SECONDS });
    return reading.ok ? 'taken' : reading.code;
  }
  const set = (name: string, value: string | undefined) => ({
    fields: (fields: Record<string, string>) =>
      Object.fromEntries(
        Object.entries({ ...fields, [name]: value ?? '' }).filter(
          ([text]) => text !== name || value !== undefined,
        ),
      ),
  });
  const twice = (name: string) => ({
    fields: (fields: Record<string, string>): HeaderLines => [
      ...Object.entries(fields),
      [name, fields[name] ?? ''],
    ],
  });
  /** Fills a field up to a length, where its grammar has room. */
  const pad = (name: string, length: number, at: string, fill: string): Change => ({
    fields: (fields) => {
      const value = fields[name] ?? '';
      return { ...fields, [name]: value.replace(at, at + fill.repeat(length - value.length)) };
    },
  });

  test('its own good call is taken, so that what follows fails for its own reason', async () => {
    assert.equal(await codeOf({}), 'taken');
  });

  /** What each row of the table says, tried. `'elsewhere'`: decided with the key, or no answer of the door. */
  const tried: Record<SignatureErrorCode, Change[] | 'elsewhere' | 'not the door'> = {
    'message-malformed': [
      { request: { method: 'post' } },
      { request: { authority: 'writ example' } },
      { request: { path: '/v1/a b' } },
      { request: { path: '/v1/a#b' } },
      { request: { path: '/v1/ü' } },
      twice('content-type'),
      set('content-type', ''),
      set('content-type', 'ü'),
    ],
    'signature-missing': [set('signature', undefined), set('signature-input', undefined)],
    'signature-malformed': [
      twice('signature'),
      twice('signature-input'),
      set('signature', 'writ=nonsense'),
      set('signature', `writ=:${Buffer.alloc(70).toString('base64')}:`),
      set('signature', `other=:${Buffer.alloc(64).toString('base64')}:`),
      { input: (text) => `${text}, more=${text.slice(5)}` },
    ],
    'signature-components': [
      { input: (text) => text.replace(' "@query"', '') },
      { input: (text) => text.replace('"@query"', '"@query" "date"') },
      { input: (text) => text.replace(' "content-digest" "content-type"', '') },
    ],
    'signature-parameters': [
      ...['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'].map((name) => ({
        input: (text: string) => text.replace(new RegExp(`;${name}=[^;]*`), ''),
      })),
      { input: (text) => `${text};more=1` },
      { input: (text) => text.replace('tag="writ"', 'tag="other"') },
      { input: (text) => text.replace(/created=(\d+)/, 'created="$1"') },
    ],
    'signature-algorithm': [{ input: (text) => text.replace('"ed25519"', '"rsa-pss-sha512"') }],
    'signature-nonce': [
      { nonce: 'N'.repeat(21) },
      { nonce: 'N'.repeat(129) },
      { nonce: `${'N'.repeat(22)}===` },
      { nonce: `${'N'.repeat(22)}.` },
      { nonce: 'a'.repeat(31) },
      { nonce: '1'.repeat(38) },
    ],
    'signature-window': [{ expires: 0 }, { expires: MAX_WINDOW_SECONDS + 1 }],
    'signature-not-yet-valid': [{ created: SKEW_SECONDS + 1 }],
    'signature-expired': [{ created: -60 }],
    'digest-missing': [set('content-digest', undefined)],
    'digest-malformed': [
      twice('content-digest'),
      set('content-digest', 'sha-256=AAAA'),
      set('content-digest', 'md5=:AAAA:'),
    ],
    'digest-mismatch': [set('content-digest', `sha-256=:${Buffer.alloc(32).toString('base64')}:`)],
    'signature-key-unknown': 'elsewhere',
    'signature-invalid': 'elsewhere',
    'key-refused': 'not the door',
  };
  const table = /\| code \| status \| signed[\s\S]*?\n\n/.exec(doc)?.[0] ?? '';
  const rows = new Map(
    [...table.matchAll(/^\| `([a-z-]+)` \| (\d+) \| ([^|]+) \|/gm)].map(
      ([, code = '', status, signed = '']) => [code, { status: Number(status), signed }],
    ),
  );

  test('the table has every code that the signature check answers, with its status', () => {
    for (const [code, { status }] of rows) {
      assert.ok(Object.hasOwn(problems, code), `${code} is no code`);
      assert.equal(status, problems[code as keyof typeof problems][0], code);
    }
    for (const [code, how] of Object.entries(tried))
      assert.equal(rows.has(code), how !== 'not the door', code);
    for (const code of ['query-unsupported', 'replayed', 'key-cooling', 'key-role']) {
      assert.ok(rows.has(code), code);
    }
  });

  test('what is refused before the key has proven itself is said to be unsigned', () => {
    for (const [code, { signed }] of rows) {
      // A revoked key has proven itself before it is told.
      const isBefore = Object.hasOwn(tried, code) && code !== 'signature-key-unknown';
      if (isBefore || code === 'query-unsupported') assert.match(signed, /^no\b/, code);
      else assert.match(signed, /^yes\b/, code);
    }
    // Where the door marks the key as proven: nothing thrown above has a signed answer, everything below has one.
    const door = read('functions/middleware/signed-request.ts');
    const [before = '', after = '', ...more] = door
      .slice(door.indexOf('async function enter'), door.indexOf('async function readClaims'))
      .split('event.proven = ');
    assert.deepEqual(more, []);
    const thrown = (source: string) =>
      [...source.matchAll(/Error\('([a-z-]+)'\)/g)].map(([, code = '']) => code).sort();
    assert.deepEqual(thrown(before), ['query-unsupported', 'signature-invalid']);
    assert.deepEqual(thrown(after), [
      'key-cooling',
      'key-role',
      'key-suspended',
      'replayed',
      'signature-key-unknown',
    ]);
  });

  for (const [code, changes] of Object.entries(tried)) {
    if (typeof changes === 'string') continue;
    test(`${code}: each of the reasons in its row`, async () => {
      for (const [i, change] of changes.entries()) assert.equal(await codeOf(change), code, `reason ${i}`);
    });
  }

  test('the limits are where the table says, to the character', async () => {
    const limits = new Map(
      [...doc.matchAll(/^\| ([^|]+) \| ([^|]+) \| `([a-z-]+)` \|$/gm)].map(
        ([, what = '', limit = '', code]) => [
          what,
          { numbers: [...limit.matchAll(/\d+/g)].map(Number), code },
        ],
      ),
    );
    const take = (what: string) => {
      const limit = limits.get(what);
      assert.ok(limit, `no limit for ${what}`);
      limits.delete(what);
      return { at: limit.numbers[0] ?? 0, more: limit.numbers[1] ?? 0, code: limit.code };
    };

    const life = take('`expires` − `created`');
    assert.equal(await codeOf({ expires: life.at }), 'taken');
    assert.equal(await codeOf({ expires: life.at + 1 }), life.code);
    const skew = take("`created` ahead of the provider's clock");
    assert.equal(await codeOf({ created: skew.at }), 'taken');
    assert.equal(await codeOf({ created: skew.at + 1 }), skew.code);

    const target = take('path and query together');
    const query = (length: number) => ({
      request: { path: '/v1', query: `?${'q'.repeat(length - '/v1?'.length)}` },
    });
    assert.equal(await codeOf(query(target.at)), 'taken');
    assert.equal(await codeOf(query(target.at + 1)), target.code);

    const fields = take('`Signature-Input`, `Signature`');
    assert.equal(await codeOf(pad('signature-input', fields.at, '(', ' ')), 'taken');
    assert.equal(await codeOf(pad('signature-input', fields.at + 1, '(', ' ')), fields.code);
    const type = take('`Content-Type`');
    assert.equal(await codeOf(pad('content-type', type.at, '/', 'x')), 'taken');
    assert.equal(await codeOf(pad('content-type', type.at + 1, '/', 'x')), type.code);
    const digest = take('`Content-Digest`');
    const padded = async (length: number) => {
      const one = await contentDigest(utf8('{}'));
      const two = `sha-512=:${Buffer.from(await crypto.subtle.digest('SHA-512', utf8('{}'))).toString('base64')}:`;
      return set('content-digest', `${one},${' '.repeat(length - one.length - 1 - two.length)}${two}`);
    };
    assert.equal(await codeOf(await padded(digest.at)), 'taken');
    assert.equal(await codeOf(await padded(digest.at + 1)), digest.code);

    const nonce = take('the nonce');
    assert.equal(await codeOf({ nonce: 'N'.repeat(nonce.at) }), 'taken');
    assert.equal(await codeOf({ nonce: 'N'.repeat(nonce.at - 1) }), nonce.code);
    assert.equal(await codeOf({ nonce: `${'N'.repeat(nonce.more)}==` }), 'taken');
    assert.equal(await codeOf({ nonce: `${'N'.repeat(nonce.more + 1)}==` }), nonce.code);

    const body = take('the body');
    assert.deepEqual([body.at, body.code], [maxBodyBytes, 'body-too-large']);
    assert.deepEqual([...limits.keys()], []);
  });

  test('nonces of the alphabets that it names are taken', async () => {
    const named = /hexadecimal digits alone there must be (\d+), of decimal digits alone (\d+)/.exec(doc);
    assert.ok(named);
    for (const nonce of [
      'a'.repeat(Number(named[1])),
      '1'.repeat(Number(named[2])),
      crypto.randomUUID(),
      'Az+/'.repeat(6),
      'Az-_'.repeat(6),
    ]) {
      assert.equal(await codeOf({ nonce }), 'taken', nonce);
    }
  });

  test('order is free, any label will do, and both digests may be sent in one field', async () => {
    const sha512 = Buffer.from(await crypto.subtle.digest('SHA-512', utf8('{}'))).toString('base64');
    const both = `${await contentDigest(utf8('{}'))}, sha-512=:${sha512}:`;
    const free: Change[] = [
      set('content-digest', both),
      { input: (text) => text.replace('"@method" "@authority"', '"@authority" "@method"') },
      { input: (text) => text.replace(/(;created=\d+)(;expires=\d+)/, '$2$1') },
      {
        fields: (fields) => ({
          ...fields,
          'signature-input': (fields['signature-input'] ?? '').replace(/^writ=/, 'sig1='),
          signature: (fields.signature ?? '').replace(/^writ=/, 'sig1='),
        }),
      },
    ];
    for (const change of free) assert.equal(await codeOf(change), 'taken');
  });
});

describe('what docs/signing.md shows of programs', () => {
  test('the Python is the example’s, to the letter', () => {
    const file = 'examples/python/writ.py';
    assert.ok(read(file).includes(`\n${block(file)}\n`));
  });

  test('the form of an answer’s signature is the one that the examples look for', () => {
    const form = block('form');
    const joined = (source: string, between: RegExp) => source.replace(between, '');
    const bare = form.slice(1, -1);
    assert.ok(joined(read('examples/python/writ.py'), /'\n\s*r'/g).includes(bare));
    assert.ok(joined(read('examples/go/main.go'), /` \+\n\s*`/g).includes(form));
    assert.ok(read('examples/curl/writ.sh').includes(form));
    const java = joined(read('examples/java/Writ.java'), /"\s*\+ "/g);
    assert.ok(java.includes(bare.replaceAll('\\', '\\\\').replaceAll('"', '\\"')));
  });

  test('the links lead somewhere', () => {
    for (const [, target = ''] of doc.matchAll(/\]\((?!#|https)([^)#]+)/g)) {
      assert.ok(statSync(join(home, 'docs', target)).isFile(), target);
    }
    const titles = [...doc.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    for (const [, anchor = ''] of doc.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(titles.includes(anchor), anchor);
  });

  const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '';
  const skip = /OpenSSL [3-9]/.test(openssl) ? false : 'no OpenSSL 3 on this machine';
  test('the commands make a key and tell its thumbprint', { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'writ-signing-'));
    try {
      const sh = (name: string) =>
        execFileSync('bash', ['-c', block(name)], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
      const made = join(folder, 'officer.pem');
      sh('make-key');
      assert.equal(statSync(made).mode & 0o777, 0o600);
      const { thumbprint, alg } = importPublicKey(readFileSync(join(folder, 'officer.pub.pem'), 'utf8'));
      assert.equal(alg, 'ed25519');
      assert.equal(sh('thumbprint'), thumbprint);
      writeFileSync(made, `${block('officer-key')}\n`);
      assert.equal(sh('thumbprint'), officer.keyId);
      const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(made, p256.privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const jwk = p256.publicKey.export({ format: 'jwk' });
      assert.equal(sh('thumbprint-p256'), importPublicKey(jwk).thumbprint);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('every marked block was looked at', () => {
    assert.deepEqual(
      [...blocks.keys()].filter((name) => !used.has(name)),
      [],
    );
  });
});
