import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loopbackUrl, readPairing } from '#client/bridge/pairing.ts';
import { keyAnswer, pairAnswer, type SignCall, signAnswer } from '#client/bridge/protocol.ts';
import { calledBy } from '#client/cli/bridge/called.ts';
import { type Bridging, bridgeRoutes } from '#client/cli/bridge/signing.ts';
import { CommandError } from '#client/cli/errors.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import type { RouteCall } from '#client/route-call.ts';
import { toBase64url, utf8 } from '#core/bytes.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { signRequest } from '#core/signature/sign.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import { until } from '#dev/feed.ts';
import { atTerminal as commandAtTerminal } from '#dev/terminal.ts';
import { writ, writProgram } from '#dev/writ.ts';
import { startDesk } from './desk.ts';
import { keys } from './terminal.ts';

const url = 'https://disclosure.example';
const nowMs = Date.parse('2026-11-30T08:00:00Z');
const created = nowMs / 1000;
const { privatePem } = newSigningKey();
const signer = signerFromPem(privatePem);
const key = importPublicKey(publicJwk(privatePem));
const id = '0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11';

const decision = JSON.stringify({ decision: 'reject', ground: 'manifest-error', reason: 'two dates' });
const statement = { created, expires: created + 60, nonce: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };
const reading: SignCall = { method: 'GET', url: `${url}/v1/reviews/${id}`, ...statement };
const deciding: SignCall = {
  method: 'POST',
  url: `${url}/v1/reviews/${id}/decisions`,
  contentType: 'application/json',
  body: toBase64url(utf8(decision)),
  ...statement,
};

interface Bridged {
  asked: RouteCall[];
  told: string[];
  stopped: number;
  sign: (call: unknown, gone?: AbortSignal) => Promise<{ status: number; json: unknown }>;
}

/** The bridge with somebody who answers what they are asked. */
function bridged(
  answer: ((call: RouteCall, over: AbortSignal) => Promise<void>) | undefined,
  more: Partial<Bridging> = {},
): Bridged {
  const all: Bridged = { asked: [], told: [], stopped: 0, sign: () => Promise.reject(new Error('no route')) };
  const routes = bridgeRoutes({
    url,
    signer,
    publicJwk: key.jwk,
    ask:
      answer &&
      (async (call, over) => {
        all.asked.push(call);
        await answer(call, over);
      }),
    asksAll: false,
    tell: (line) => all.told.push(line),
    stop: () => all.stopped++,
    now: () => nowMs,
    ...more,
  });
  const route = routes['POST /sign'];
  assert.ok(route);
  all.sign = (call, gone = new AbortController().signal) => route(call, gone);
  return all;
}

const yes = async () => undefined;
const no = async () => {
  throw new CommandError('not-confirmed', 'nothing was signed or sent');
};

/** Whether the fields that the bridge answered are a signature of exactly this call. */
function holds(call: SignCall, json: unknown, body = call.body): boolean {
  const fields = signAnswer.parse(json);
  const { host, pathname, search } = new URL(call.url);
  const bytes = body === undefined ? new Uint8Array() : new Uint8Array(Buffer.from(body, 'base64url'));
  const type = call.contentType === undefined ? [] : [['content-type', call.contentType] as const];
  const headers = [...type, ...Object.entries(fields).map(([name, value]) => [name, value ?? ''] as const)];
  const message = {
    method: call.method,
    authority: host,
    path: pathname,
    query: search,
    headers,
    body: bytes,
  };
  const read = readSignature(message, { now: created, skewSeconds: 30 });
  return read.ok && verifySignature(read.claims, key);
}

test('what changes something is shown and asked about, and the bytes shown are the bytes signed', async () => {
  const bridge = bridged(yes);
  const { status, json } = await bridge.sign(deciding);
  assert.equal(status, 200);
  assert.deepEqual(bridge.asked, [
    {
      method: 'POST',
      route: 'POST /reviews/{id}/decisions',
      target: `/v1/reviews/${id}/decisions`,
      body: decision,
    },
  ]);
  assert.ok(holds(deciding, json));
  assert.ok(!holds(deciding, json, toBase64url(utf8(decision.replace('reject', 'accept')))));
});

test('it signs what the SDK signs, to the byte', async () => {
  const place = { authority: 'disclosure.example', path: `/v1/reviews/${id}/decisions`, query: '' };
  const own = await signRequest(
    { method: 'POST', ...place, body: utf8(decision), contentType: 'application/json' },
    signer,
    statement,
  );
  assert.deepEqual((await bridged(yes).sign(deciding)).json, own);
});

test('what reads is signed without a question and told in a line; with --ask-all it is asked about', async () => {
  const bridge = bridged(no);
  const { json } = await bridge.sign(reading);
  assert.ok(holds(reading, json));
  assert.deepEqual(bridge.asked, []);
  assert.deepEqual(bridge.told, [`Signed GET /v1/reviews/${id}`]);
  const asking = bridged(no, { asksAll: true });
  assert.deepEqual(await asking.sign(reading), { status: 403, json: { error: 'not-confirmed' } });
  assert.equal(asking.asked.length, 1);
});

test('a no is an answer with a code, and nothing is signed', async () => {
  let signatures = 0;
  const counting = {
    ...signer,
    sign: async (base: Uint8Array) => {
      signatures++;
      return signer.sign(base);
    },
  };
  const bridge = bridged(no, { signer: counting });
  assert.deepEqual(await bridge.sign(deciding), { status: 403, json: { error: 'not-confirmed' } });
  assert.deepEqual([signatures, bridge.stopped], [0, 0]);
});

test('without a person nothing is signed that changes something', async () => {
  const bridge = bridged(undefined);
  assert.deepEqual(await bridge.sign(deciding), { status: 403, json: { error: 'not-attended' } });
  assert.equal((await bridge.sign(reading)).status, 200);
});

/** Bodies that a person could be shown as something else than the provider reads. */
const twoMeanings = [
  '{"decision":"reject","decision":"approve"}',
  '{"decision":"reject","\\u0064ecision":"approve"}',
  '{"decision": "reject"}',
  '{"decision":"reject"} ',
  '{"n":1.0}',
  '{"n":12345678901234567890}',
  '{"decision":"r\\u0065ject"}',
  '\ufeff{}',
  'no JSON',
];

test('a body that could be read in two ways is not asked about and not signed', async () => {
  const bridge = bridged(yes);
  for (const text of twoMeanings) {
    const answer = await bridge.sign({ ...deciding, body: toBase64url(utf8(text)) });
    assert.deepEqual(answer, { status: 403, json: { error: 'not-a-call' } }, text);
  }
  assert.deepEqual(bridge.asked, []);
});

test('what is no call of the API, of another time, or goes to another provider is not signed', async () => {
  const bridge = bridged(yes);
  const other: [Record<string, unknown>, string][] = [
    [{ url: 'https://evil.example/v1/reviews' }, 'other-provider'],
    [{ url: `https://disclosure.example:8443/v1/reviews/${id}` }, 'other-provider'],
    [{ url: `http://disclosure.example/v1/reviews/${id}` }, 'other-provider'],
    [{ url: `https://a@disclosure.example/v1/reviews/${id}` }, 'other-provider'],
    [{ url: `${url}/v1/elsewhere` }, 'not-a-call'],
    [{ url: `${url}/v1/keys/../reviews/${id}` }, 'not-a-call'],
    [{ url: `HTTPS://disclosure.example:443/v1/reviews/${id}` }, 'not-a-call'],
    [{ url: `${url}/v1/reviews/${id}#x` }, 'not-a-call'],
    [{ url: 'reviews' }, 'not-a-call'],
    [{ method: 'POST' }, 'not-a-call'],
    [{ method: 'DELETE' }, 'not-a-call'],
    [{ body: 'e30' }, 'not-a-call'],
    [{ base: 'AAAA' }, 'not-a-call'],
    [{ created: created - 61 }, 'not-a-call'],
    [{ created: created + 61, expires: created + 100 }, 'not-a-call'],
    [{ expires: created }, 'not-a-call'],
    [{ expires: created + 301 }, 'not-a-call'],
    [{ nonce: 'short' }, 'not-a-call'],
  ];
  for (const [change, error] of other) {
    const answer = await bridge.sign({ ...reading, ...change });
    assert.deepEqual(answer, { status: 403, json: { error } }, JSON.stringify(change));
  }
  assert.equal((await bridge.sign({ ...deciding, contentType: 'text/plain' })).status, 403);
  assert.deepEqual(bridge.asked, []);
  assert.ok(bridge.told.every((line) => line.startsWith('Not signed: ') && !line.includes('evil')));
  const withoutBody = { ...deciding, body: undefined, contentType: undefined };
  assert.equal(typeof calledBy(withoutBody, url, nowMs), 'object', 'some calls have no body');
});

test('one question at a time: the next call waits until the one before is answered', async () => {
  const answers: (() => void)[] = [];
  const bridge = bridged(() => new Promise((done) => answers.push(done)));
  const first = bridge.sign(deciding);
  const second = bridge.sign(deciding);
  await until('the first question', async () => answers.length > 0);
  assert.equal(bridge.asked.length, 1);
  answers[0]?.();
  assert.equal((await first).status, 200);
  await until('the second question', async () => answers.length > 1);
  answers[1]?.();
  assert.equal((await second).status, 200);
});

test('a question ends when the page no longer waits, and with the time of the signature', async () => {
  const waiting = (_: RouteCall, over: AbortSignal) =>
    new Promise<void>((_done, fails) => over.addEventListener('abort', () => fails(new Error('over'))));
  const leaving = new AbortController();
  const bridge = bridged(waiting);
  const left = bridge.sign(deciding, leaving.signal);
  await until('the question', async () => bridge.asked.length > 0);
  leaving.abort();
  assert.deepEqual(await left, { status: 403, json: { error: 'expired' } });
  const late = bridged(waiting, { now: () => nowMs + 59_990 });
  assert.deepEqual(await late.sign(deciding), { status: 403, json: { error: 'expired' } });
});

test('whoever breaks off at a question ends the bridge; a key that fails is told at the terminal alone', async () => {
  const broken = bridged(async () => {
    throw new CommandError('interrupted', 'interrupted; nothing was signed or sent');
  });
  assert.equal((await broken.sign(deciding)).status, 403);
  assert.equal(broken.stopped, 1);
  const failing = {
    ...signer,
    sign: async () => {
      throw new CommandError(
        'signer-wrong',
        'what the signer command wrote is no signature by this profile’s key',
      );
    },
  };
  const bridge = bridged(yes, { signer: failing });
  assert.deepEqual(await bridge.sign(deciding), { status: 403, json: { error: 'signer-failed' } });
  assert.match(bridge.told.join('\n'), /no signature by this profile’s key/);
});

// The command itself.

const folder = mkdtempSync(join(tmpdir(), 'writ-bridge-'));
after(() => rmSync(folder, { recursive: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config') };
const desk = await startDesk();
desk.profile(env.XDG_CONFIG_HOME, 'default');

/** The page of the link that the command printed into a file, once it is there. */
async function pageOf(file: string) {
  const linkIn = () => /^\S+#pair=\S+$/m.exec(readFileSync(file, { encoding: 'utf8', flag: 'a+' }))?.[0];
  await until('the link', async () => linkIn() !== undefined);
  const link = new URL(linkIn() ?? '');
  const { port, secret } = readPairing(link.hash) ?? { port: 0, secret: '' };
  const post = (path: string, bearer: string, body?: unknown) =>
    fetch(`${loopbackUrl(port)}${path}`, {
      method: path === '/key' ? 'GET' : 'POST',
      headers: { origin: link.origin, authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const { session } = pairAnswer.parse(await (await post('/pair', secret)).json());
  return { link, send: (path: string, body?: unknown) => post(path, session, body) };
}

function callOfNow(origin: string, body: string | undefined, seconds = 300): SignCall {
  const now = Math.floor(Date.now() / 1000);
  const of = { created: now, expires: now + seconds, nonce: 'BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB' };
  return body === undefined
    ? { ...reading, url: `${origin}/v1/reviews/${id}`, ...of }
    : { ...deciding, url: `${origin}/v1/reviews/${id}/decisions`, body: toBase64url(utf8(body)), ...of };
}

test('at a terminal the person reads the call and says yes or no in its time, and Ctrl-C ends the bridge', async () => {
  const out = join(folder, 'out');
  const question = { see: 'Sign and send this', type: `y${keys.enter}` };
  const ran = commandAtTerminal(
    ['sh', '-c', `exec '${process.execPath}' '${writProgram}' bridge > '${out}'`],
    [
      { see: 'Sign and send this', type: '' },
      { see: 'its time is over', type: '' },
      question,
      { ...question, type: `n${keys.enter}` },
      { see: 'Not signed\\.', type: keys.ctrlC },
    ],
    { env },
  );
  const { link, send } = await pageOf(out);
  assert.equal(link.pathname, '/v1/console');
  const { keyId } = keyAnswer.parse(await (await send('/key')).json());
  const late = await send('/sign', callOfNow(link.origin, decision, 3));
  assert.deepEqual(await late.json(), { error: 'expired' }, 'the question is taken back');
  const signed = await send('/sign', callOfNow(link.origin, decision));
  assert.equal(signed.status, 200);
  assert.match(signAnswer.parse(await signed.json())['signature-input'], new RegExp(`keyid="${keyId}"`));
  const refused = await send('/sign', callOfNow(link.origin, decision));
  assert.deepEqual([refused.status, await refused.json()], [403, { error: 'not-confirmed' }]);
  const { code, shown } = await ran;
  assert.equal(code, 0, shown);
  assert.match(shown, /"reason": "two dates"/);
  assert.match(shown, /The bridge has ended\./);
  const secret = link.hash.split('.')[1] ?? '';
  assert.ok(!shown.includes(secret), 'the link is on the standard output alone');
});

test('without a terminal it signs what reads, refuses what changes something, and ends by a signal', async () => {
  const out = join(folder, 'unattended');
  const child = spawn(process.execPath, [writProgram, 'bridge'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', openSync(out, 'w'), 'ignore'],
  });
  const { link, send } = await pageOf(out);
  assert.equal((await send('/sign', callOfNow(link.origin, undefined))).status, 200);
  const refused = await send('/sign', callOfNow(link.origin, decision));
  assert.deepEqual(await refused.json(), { error: 'not-attended' });
  const ended = new Promise((done) => child.once('close', (code) => done(code)));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('options that make no sense are refused before anything is opened', async () => {
  for (const args of [
    ['--port', '0'],
    ['--port', 'x'],
    ['--origin', 'http://disclosure.example'],
    ['--origin', 'https://disclosure.example/console'],
  ]) {
    const { code, out, err } = await writ(['bridge', ...args], env);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, /^error: usage: --/);
  }
});
