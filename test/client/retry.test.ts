import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { test } from 'node:test';
import { collect, collectAll, followRequest, submitRequest, withdrawRequest } from '#client/agency.ts';
import { ExchangeError, type UnreachableReason } from '#client/errors.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { unreachableReason } from '#client/network.ts';
import { fetchProvider } from '#client/provider.ts';
import { decideChange, revokeKey } from '#client/registry.ts';
import { retryAfterMs, sleepFor, withRetries } from '#client/retry.ts';
import { decideReview, suspendReview } from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request as Asked } from '#core/cases/request.ts';
import { signAnswer } from '#core/signature/sign.ts';

const agency = newSigningKey();
const provider = newSigningKey();
const encryptionKey = privateJwk(newEncryptionKey().privatePem);
const document = {
  name: 'P',
  policyHash: 'x',
  revoked: [],
  keys: [{ ...publicJwk(provider.privatePem), kid: 'k' }],
};
const period = { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' };
const view: CaseView = {
  id: 'c0ffee00-0000-4000-8000-000000000001',
  reference: 'GS-4711/26',
  status: 'AwaitingApproval',
  priority: 'Routine',
  requestDigest: `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
  receivedAt: '2026-11-20T10:00:00.000Z',
  dueAt: '2026-11-30T10:00:00.000Z',
  collections: 0,
  links: {},
};
const request: Asked = {
  reference: 'GS-4711/26',
  instrument: {
    kind: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T09:00:00Z',
    offence: 'StGB 176b',
    digest: `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
  },
  investigation: 'criminal',
  priority: 'Routine',
  subjects: [{ kind: 'phone', value: '+4915112345678' }],
  categories: ['SubscriberData'],
  period,
};

/** What comes of an attempt: an error that is thrown, or an answer. */
type Step =
  | Error
  | { status?: number; value?: unknown; unsigned?: boolean; headers?: Record<string, string> };
const lost: Step = new TypeError('fetch failed', {
  cause: Object.assign(new Error(), { code: 'ECONNRESET' }),
});
const nobody: Step = new TypeError('fetch failed', {
  cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
});
const busy: Step = { status: 503, value: { title: 'try again', status: 503, code: 'try-again' } };
const ok: Step = { value: view };
const refused = (status: number, code: string): Step => ({ status, value: { title: code, status, code } });

/** A provider that goes through these steps, and a clock that only waiting moves. */
async function against(steps: Step[], more: Partial<Session> = {}) {
  const signatures: string[] = [];
  const slept: number[] = [];
  const start = Date.now();
  let elapsed = 0;
  const answer: typeof fetch = async (...given) => {
    const asked = new Request(...given);
    const signature = asked.headers.get('signature') ?? '';
    signatures.push(signature);
    const step = steps.shift();
    if (step === undefined) throw new Error('nothing more was expected');
    if (step instanceof Error) throw step;
    const { status = 200, value, unsigned = false } = step;
    const body = JSON.stringify(value);
    const headers = new Headers({ 'content-type': 'application/json', ...step.headers });
    if (!unsigned) {
      const created = Math.floor((start + elapsed) / 1000);
      const fields = await signAnswer(
        {
          status,
          contentType: 'application/json',
          body: new TextEncoder().encode(body),
          requestSignature: signature,
        },
        signerFromPem(provider.privatePem),
        { created, expires: created + 60 },
      );
      for (const [name, text] of Object.entries(fields)) headers.set(name, text);
    }
    return new Response(body, { status, headers });
  };
  const session = await openSession(
    {
      url: 'https://gateway.example',
      signer: signerFromPem(agency.privatePem),
      fetch: answer,
      now: () => start + elapsed,
      sleep: async (ms) => {
        slept.push(ms);
        elapsed += ms;
      },
      ...more,
    },
    document,
  );
  return { session, signatures, slept, steps };
}

test('what reads, and what the provider knows by its reference, is asked again, signed anew each time', async () => {
  for (const act of [
    (session: Session) => followRequest(session, 'c0ffee00-0000-4000-8000-000000000001'),
    (session: Session) => submitRequest(session, request),
  ]) {
    const value = await against([lost, nobody, busy, ok]);
    assert.deepEqual(await act(value.session), view);
    assert.equal(new Set(value.signatures).size, 4);
    assert.deepEqual(
      value.slept.map((ms, i) => ms > 150 * 2 ** i - 1 && ms <= 300 * 2 ** i),
      [true, true, true],
    );
  }
});

test('a decision, a suspension, a change of the registry and a revocation are sent once, and may have arrived', async () => {
  const digest = 'sha-256=:x:';
  const no = { requestDigest: digest, ground: 'manifest-error', reason: 'x' } as const;
  const acts = [
    (session: Session) => decideReview(session, 'x', { decision: 'reject', ...no }),
    (session: Session) => suspendReview(session, 'x', no),
    (session: Session) => decideChange(session, { id: 'x', changeDigest: digest }, 'approve'),
    (session: Session) => revokeKey(session, 'x', 'stolen'),
  ];
  for (const act of acts) {
    for (const step of [lost, busy, { ...busy, unsigned: true }]) {
      const value = await against([step]);
      await assert.rejects(act(value.session));
      assert.deepEqual(value.slept, []);
    }
    const found = await against([lost]);
    await assert.rejects(act(found.session), {
      code: 'unreachable',
      reason: 'broken-off',
      mayHaveArrived: true,
    });
    const { session } = await against([nobody]);
    await assert.rejects(act(session), { code: 'unreachable', reason: 'refused', mayHaveArrived: false });
  }
});

test('what the provider refuses is not asked again, whatever its status, unless it says so itself', async () => {
  for (const step of [
    refused(429, 'rate-exceeded'),
    refused(503, 'policy-not-adopted'),
    refused(409, 'reference-conflict'),
    refused(500, 'internal'),
  ]) {
    const value = await against([step]);
    await assert.rejects(submitRequest(value.session, request), { name: 'RefusedError', verified: true });
    assert.equal(value.signatures.length, 1);
  }
});

test('a busy gateway is asked again, with a problem of its own, with somebody else’s page, or with neither', async () => {
  const its = [
    { status: 429, unsigned: true, value: { title: 't', status: 429, code: 'try-again' } },
    { status: 504, unsigned: true, value: { title: 't', code: 'internal' } },
    { status: 502, unsigned: true, value: 'Bad Gateway' },
  ];
  const value = await against([...its, ok]);
  assert.deepEqual(await submitRequest(value.session, request), view);
});

test('Retry-After is waited for, and not beyond what patience there is', async () => {
  const later = { ...busy, headers: { 'retry-after': '7' } };
  const value = await against([later, ok]);
  await followRequest(value.session, 'x');
  assert.deepEqual(value.slept, [7000]);
  const impatient = await against([later], { retry: { patienceMs: 6000 } });
  await assert.rejects(followRequest(impatient.session, 'x'), { code: 'try-again', retryAfterMs: 7000 });
  assert.deepEqual(impatient.slept, []);
  assert.equal(
    retryAfterMs(new Headers({ 'retry-after': 'Tue, 24 Nov 2026 18:00:05 GMT' }), Date.UTC(2026, 10, 24, 18)),
    5000,
  );
  for (const odd of ['', '-1', 'soon', '1.5e9x'])
    assert.equal(retryAfterMs(new Headers({ 'retry-after': odd }), 0), undefined, odd);
});

test('attempts are bounded, and those of somebody who wants none are one', async () => {
  const value = await against([lost, lost, lost, lost]);
  await assert.rejects(followRequest(value.session, 'x'), { code: 'unreachable', reason: 'broken-off' });
  const once = await against([lost], { retry: { attempts: 1 } });
  await assert.rejects(followRequest(once.session, 'x'), { code: 'unreachable' });
});

test('a certificate or a host that is not there is as it is: nobody is made to wait for it', async () => {
  for (const code of ['CERT_HAS_EXPIRED', 'ENOTFOUND', 'DEPTH_ZERO_SELF_SIGNED_CERT']) {
    const value = await against([
      new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) }),
    ]);
    await assert.rejects(followRequest(value.session, 'x'), { code: 'unreachable', mayHaveArrived: false });
    assert.deepEqual(value.slept, []);
  }
});

test('a withdrawal whose answer was lost is done, and not refused for having been done', async () => {
  const cancelled = { ...view, status: 'Cancelled' as const };
  const closed = refused(409, 'case-closed');
  const value = await against([lost, closed, { value: cancelled }]);
  assert.deepEqual(await withdrawRequest(value.session, view.id), cancelled);
  // Closed by something else, or before: that is a refusal.
  const expired = await against([lost, closed, { value: { ...view, status: 'Expired' } }]);
  await assert.rejects(withdrawRequest(expired.session, view.id), { code: 'case-closed' });
  const before = await against([closed]);
  await assert.rejects(withdrawRequest(before.session, view.id), { code: 'case-closed' });
});

test('a first page whose answer was lost may count as a collection, and is not asked for again by itself', async () => {
  const value = await against([lost]);
  await assert.rejects(collect(value.session, view.id, encryptionKey), {
    code: 'unreachable',
    mayHaveArrived: true,
  });
  const waiting: Step = { status: 202, value: view, headers: { 'retry-after': '3' } };
  // It is while the log catches up, where it certainly was not opened, and where the provider says so.
  const safe = await against([nobody, busy, waiting, waiting, lost]);
  await assert.rejects(collect(safe.session, view.id, encryptionKey), { reason: 'broken-off' });
  assert.deepEqual(safe.slept.slice(-2), [3000, 3000]);
  assert.equal(safe.steps.length, 0);
});

test('a later page is asked for as often as it takes, and a collection goes on where it broke off', async () => {
  const value = await against([lost, lost, { value: 'no JWE' }]);
  const pages = collectAll(value.session, view.id, encryptionKey, { page: 'the-second' });
  await assert.rejects(pages.next(), { code: 'disclosure-not-verified' });
  assert.equal(value.signatures.length, 3);
});

test('collecting ends when patience does, by the session’s own clock', async () => {
  const waiting = (): Step => ({ status: 202, value: view, headers: { 'retry-after': '2' } });
  const value = await against([waiting(), waiting(), waiting()]);
  await assert.rejects(collect(value.session, view.id, encryptionKey, { patienceMs: 5000 }), {
    code: 'unreachable',
    reason: 'timeout',
  });
  assert.deepEqual(value.slept, [2000, 2000]);
});

test('a signal ends a call before it, in it, and while it waits, with its own reason', async () => {
  const reason = new Error('enough');
  const value = await against([], { signal: AbortSignal.abort(reason) });
  await assert.rejects(followRequest(value.session, 'x'), reason);

  const within = new AbortController();
  const hanging: typeof fetch = (_, init) =>
    new Promise((_done, fail) => {
      init?.signal?.addEventListener('abort', () => fail(init.signal?.reason));
      within.abort(reason);
    });
  const during = await against([], { fetch: hanging, signal: within.signal });
  await assert.rejects(followRequest(during.session, 'x'), reason);

  const waiting = new AbortController();
  const sleep = (ms: number, signal?: AbortSignal) => {
    queueMicrotask(() => waiting.abort(reason));
    return sleepFor(ms + 3_600_000, signal);
  };
  const after = await against([lost], { signal: waiting.signal, sleep });
  await assert.rejects(followRequest(after.session, 'x'), reason);
});

test('an error that is none of ours is not repeated', async () => {
  let count = 0;
  const broken = async () => {
    count++;
    throw new RangeError('a bug');
  };
  await assert.rejects(withRetries({}, 'safe', broken), RangeError);
  assert.equal(count, 1);
});

/** A server that is there for as long as a test of it. */
async function listening(server: Server, use: (url: string) => Promise<void>): Promise<void> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  try {
    await use(`http://127.0.0.1:${port}`);
  } finally {
    server.close();
  }
}
const once = { retry: { attempts: 1 } };

test('a host that nobody listens at, one that hangs up and one that is silent are told apart', async () => {
  let gone = '';
  await listening(createTcpServer(), async (url) => {
    gone = url;
  });
  await assert.rejects(fetchProvider(gone, fetch, once), { code: 'unreachable', reason: 'refused' });
  await listening(
    createTcpServer((socket) => socket.destroy()),
    async (url) => {
      await assert.rejects(fetchProvider(url, fetch, once), { code: 'unreachable', reason: 'broken-off' });
    },
  );
  const silent = createTcpServer((socket) => socket.on('error', () => {}).unref());
  await listening(silent, async (url) => {
    const options = { ...once, timeoutMs: 50 };
    await assert.rejects(fetchProvider(url, fetch, options), { code: 'unreachable', reason: 'timeout' });
  });
});

test('a body that breaks off is no answer', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"name":', () => response.destroy());
  });
  await listening(server, async (url) => {
    await assert.rejects(fetchProvider(url, fetch, once), { code: 'unreachable', reason: 'broken-off' });
  });
});

test('each of Node’s names for a failed connection has a reason, also within an aggregate of several', () => {
  const of = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) });
  const expected: Record<string, UnreachableReason> = {
    CERT_HAS_EXPIRED: 'certificate-expired',
    CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
    ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-of-other-host',
    SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
    UND_ERR_CONNECT_TIMEOUT: 'timeout',
    ENOTFOUND: 'host-not-found',
    EAI_AGAIN: 'host-not-found',
    ESOMETHING: 'unknown',
  };
  for (const [code, reason] of Object.entries(expected))
    assert.equal(unreachableReason(of(code)), reason, code);
  const several = new AggregateError([of('ESOMETHING'), of('ECONNREFUSED')]);
  assert.equal(unreachableReason(new TypeError('fetch failed', { cause: several })), 'refused');
  assert.equal(unreachableReason(of('toString')), 'unknown');
  assert.equal(unreachableReason('what'), 'unknown');
});

test('an answer of another version says which part of it, and not what stood there', async () => {
  const secret = 'alice@example.org';
  const its: [Step, string][] = [
    [{ value: { ...view, status: secret } }, 'status'],
    [{ value: { ...view, novelty: secret } }, 'novelty'],
    [{ value: { ...view, [secret]: 1 } }, '?'],
    [{ value: { ...view, dueAt: undefined } }, 'dueAt'],
    [{ value: { ...view, links: { [secret]: 1 } } }, 'links.?'],
    [{ status: 404, unsigned: true, value: { title: 't', status: 404, code: 'not-found' } }, 'route'],
    [
      { status: 409, unsigned: true, value: { title: secret, status: 409, code: 'of-a-later-version' } },
      'code',
    ],
    [{ status: 403, unsigned: true, value: secret }, 'body'],
  ];
  for (const [step, part] of its) {
    const { session } = await against([step]);
    await assert.rejects(followRequest(session, 'x'), (error) => {
      assert.ok(error instanceof ExchangeError);
      assert.deepEqual([error.code, error.part], ['answer-malformed', part]);
      assert.ok(!`${error.message}${JSON.stringify(error)}`.includes(secret));
      return true;
    });
  }
});
