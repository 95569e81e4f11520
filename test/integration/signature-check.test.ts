import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { followRequest, submitRequest, withdrawRequest } from '#client/agency.ts';
import { type Prepared, prepare, type Session } from '#client/exchange.ts';
import { newSigningKey, signerFromPem } from '#client/keys.ts';
import { listReviews } from '#client/reviewer.ts';
import { sha256 } from '#core/canonical.ts';
import { type ProblemCode, problemSchema } from '#core/problem.ts';
import { requestValues, signatureBase } from '#core/signature/base.ts';
import { LABEL, requestWithBody, requestWithoutBody, writeParameters } from '#core/signature/profile.ts';
import { bytes, serializeDictionary } from '#core/signature/structured.ts';
import { lacks } from '#dev/cloud/capabilities.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import type { World } from '#dev/world.ts';
import {
  casesOf,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  refusalLogged,
  refusalOf,
  refusalsOf,
  remembering,
  theWorld,
  toldWhere,
} from '../harness.ts';

const now = () => Math.floor(Date.now() / 1000);
const nonce = () => Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');

/** Sends as it is, and reads the code that it is refused with. */
async function codeOf(prepared: Prepared): Promise<ProblemCode | 'not refused'> {
  const { method, url, headers, body } = prepared;
  const answer = await fetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
  if (answer.ok) {
    await answer.body?.cancel();
    return 'not refused';
  }
  const problem = problemSchema.parse(await answer.json());
  assert.equal(problem.status, answer.status);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  return problem.code;
}

/** A signature with a statement of one's own, which our client would not make. */
async function signedWith(
  session: Session,
  target: string,
  statement: { created: number; expires: number; nonce?: string },
  value?: unknown,
): Promise<Prepared> {
  const url = new URL(target, session.url);
  const honest = await prepare(session, value === undefined ? 'GET' : 'POST', target, value);
  const { method, body } = honest;
  const message = {
    method,
    authority: url.host,
    path: url.pathname,
    query: url.search,
    headers: Object.entries(honest.headers),
    body: body ?? new Uint8Array(),
  };
  const { keyId, alg } = session.signer;
  const params = writeParameters({ nonce: nonce(), ...statement, keyId, alg });
  const covered = {
    kind: 'list',
    items: body === undefined ? requestWithoutBody : requestWithBody,
    params,
  } as const;
  const base = signatureBase(covered, requestValues(message));
  assert.ok(base);
  const value_ = bytes(await session.signer.sign(base));
  return {
    ...honest,
    headers: {
      ...honest.headers,
      'signature-input': serializeDictionary([[LABEL, covered]]),
      signature: serializeDictionary([[LABEL, { kind: 'item', value: value_, params: [] }]]),
    },
  };
}

describe('the signature check', { concurrency: 4 }, () => {
  let world: World;
  let account: string;
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 20)]);
  });

  const asking = (agency: World['agency']) =>
    prepare(agency.session, 'POST', '/v1/requests', newRequest(account));
  const without = (prepared: Prepared, ...names: string[]): Prepared => ({
    ...prepared,
    headers: Object.fromEntries(Object.entries(prepared.headers).filter(([name]) => !names.includes(name))),
  });
  const withHeaders = (prepared: Prepared, headers: Record<string, string>): Prepared => ({
    ...prepared,
    headers: { ...prepared.headers, ...headers },
  });

  /** What names an enrolled key is an entry, `proven` only if the signature was that key's. */
  const named: [
    name: string,
    code: ProblemCode,
    proven: boolean,
    make: (agency: World['agency']) => Promise<Prepared>,
  ][] = [
    [
      'one that was signed long ago',
      'signature-expired',
      false,
      ({ session }) =>
        signedWith(
          session,
          '/v1/requests',
          { created: now() - 3600, expires: now() - 3540 },
          newRequest(account),
        ),
    ],
    [
      'one of the future',
      'signature-not-yet-valid',
      false,
      ({ session }) =>
        signedWith(
          session,
          '/v1/requests',
          { created: now() + 120, expires: now() + 180 },
          newRequest(account),
        ),
    ],
    [
      'one that would live for an hour',
      'signature-window',
      false,
      ({ session }) =>
        signedWith(session, '/v1/requests', { created: now(), expires: now() + 3600 }, newRequest(account)),
    ],
    [
      'one with a nonce that can be guessed',
      'signature-nonce',
      false,
      ({ session }) =>
        signedWith(
          session,
          '/v1/requests',
          { created: now(), expires: now() + 60, nonce: '1' },
          newRequest(account),
        ),
    ],
    [
      'a body changed on the way',
      'digest-mismatch',
      false,
      async (agency) => {
        const prepared = await asking(agency);
        const text = new TextDecoder().decode(prepared.body);
        return { ...prepared, body: new TextEncoder().encode(text.replace('Routine', 'Emergency')) };
      },
    ],
    [
      'a body changed on the way together with its digest',
      'signature-invalid',
      false,
      async (agency) => {
        const prepared = await asking(agency);
        const body = new TextEncoder().encode(
          new TextDecoder().decode(prepared.body).replace('Routine', 'Emergency'),
        );
        const digest = Buffer.from(sha256(body)).toString('base64');
        return { ...withHeaders(prepared, { 'content-digest': `sha-256=:${digest}:` }), body };
      },
    ],
    [
      'a digest that is none',
      'digest-malformed',
      false,
      async (agency) => withHeaders(await asking(agency), { 'content-digest': 'md5=:AAAA:' }),
    ],
    ['no digest', 'digest-missing', false, async (agency) => without(await asking(agency), 'content-digest')],
    [
      'a body that is not covered',
      'signature-components',
      false,
      async ({ session }) => ({
        ...(await prepare(session, 'GET', '/v1/requests')),
        method: 'POST',
        body: new TextEncoder().encode('{}'),
      }),
    ],
    [
      'another authority',
      'signature-invalid',
      false,
      async ({ session }) => {
        const elsewhere = { ...session, url: 'https://writ.example' };
        const prepared = await prepare(elsewhere, 'POST', '/v1/requests', newRequest(account));
        return { ...prepared, url: `${session.url}/v1/requests` };
      },
    ],
    [
      'another path',
      'signature-invalid',
      false,
      async ({ session }) => ({
        ...(await prepare(session, 'GET', '/v1/requests/one')),
        url: `${session.url}/v1/requests/another`,
      }),
    ],
    [
      'another method',
      'signature-invalid',
      false,
      async ({ session }) => {
        const prepared = await prepare(session, 'GET', '/v1/requests/one/withdrawal');
        return { ...prepared, method: 'POST' };
      },
    ],
    [
      'a query that was not signed',
      'signature-invalid',
      false,
      async ({ session }) => ({
        ...(await prepare(session, 'GET', '/v1/reviews')),
        url: `${session.url}/v1/reviews?status=Rejected`,
      }),
    ],
    [
      'a query that the route does not take',
      'query-unsupported',
      false,
      ({ session }) => prepare(session, 'GET', '/v1/requests/one?verbose=1'),
    ],
    [
      'a value that the query does not take',
      'query-unsupported',
      false,
      ({ session }) => prepare(session, 'GET', '/v1/reviews?status=Everything'),
    ],
    [
      'an agency’s key at the desk',
      'key-role',
      true,
      ({ session }) => prepare(session, 'GET', '/v1/reviews'),
    ],
  ];
  for (const [name, code, proven, make] of named) {
    test(`${name}: ${code}, and ${proven ? 'an entry' : 'a count'} under its agency`, async () => {
      const agency = await newAgency(world);
      assert.equal(await codeOf(await make(agency)), code);
      assert.equal(await casesOf(world, agency.id), 0);
      const refusal = await until(
        'the refusal is in the log',
        async () => (await refusalsOf(world, agency.id))[0],
        90_000,
      );
      assert.deepEqual(refusal, { code, proven });
    });
  }

  test('a reviewer’s key may not ask: key-role, and an entry', async () => {
    const reviewer = await newReviewer(world);
    const { session, nonces } = remembering(reviewer.session);
    assert.equal(await refusalOf(submitRequest(session, newRequest(account))), 'key-role');
    assert.equal(await refusalOf(followRequest(session, 'one')), 'key-role');
    assert.equal(await refusalOf(withdrawRequest(session, 'one')), 'key-role');
    assert.equal(nonces.length, 3);
    for (const nonce of nonces) {
      const entry = await refusalLogged(world, reviewer.keyId, 'key-role', nonce);
      assert.deepEqual(entry.data, { role: 'reviewer', code: 'key-role', proven: true });
    }
  });

  test('a replayed request changes nothing, is one entry, however often it is sent, and is counted beyond that', async () => {
    const agency = await newAgency(world);
    const prepared = await asking(agency);
    assert.equal(await codeOf(prepared), 'not refused');
    for (let i = 0; i < 3; i++) assert.equal(await codeOf(prepared), 'replayed');
    assert.equal(await casesOf(world, agency.id), 1);
    await until(
      'the refusal is in the log',
      async () => (await refusalsOf(world, agency.id)).length > 0,
      90_000,
    );
    // Whatever is written after it shows that nothing more was on its way.
    assert.equal(await codeOf(await prepare(agency.session, 'GET', '/v1/reviews')), 'key-role');
    await until(
      'the marker is in the log',
      async () => (await refusalsOf(world, agency.id)).some((r) => r.code === 'key-role'),
      90_000,
    );
    // One entry and the marker; what was sent again is counted, in the table or by a sweep's entry on its way.
    const all = await until('what was sent again is counted', async () => {
      const refusals = await refusalsOf(world, agency.id);
      return refusals.length >= 3 && refusals;
    });
    assert.deepEqual(all, [
      { code: 'replayed', proven: true },
      { code: 'key-role', proven: true },
      { code: 'replayed', proven: false },
    ]);
  });

  test('naming somebody’s key again and again makes no entry, and is counted under its agency', async () => {
    const agency = await newAgency(world);
    const forged: Session = {
      ...agency.session,
      signer: { ...signerFromPem(newSigningKey().privatePem), keyId: agency.keyId },
    };
    for (let i = 0; i < 5; i++) assert.equal(await refusalOf(listReviews(forged)), 'signature-invalid');
    assert.equal(await codeOf(await prepare(agency.session, 'GET', '/v1/reviews')), 'key-role');
    // A sweep of another test may be taking the counts from the table into the log.
    const forgeries = await until(
      'the marker is in the log, and the forgeries are counted',
      async () => {
        const refusals = await refusalsOf(world, agency.id);
        const counted = refusals.filter((r) => r.code === 'signature-invalid');
        return refusals.some((r) => r.code === 'key-role') && counted.length > 0 && counted;
      },
      90_000,
    );
    assert.ok(forgeries.every((r) => !r.proven));
  });

  test('of fifty simultaneous copies of one signed request exactly one is accepted', async () => {
    const agency = await newAgency(world);
    const prepared = await asking(agency);
    const { method, url, headers, body } = prepared;
    assert.ok(body);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const answer = await fetch(url, { method, headers, body: new Uint8Array(body) });
        return { status: answer.status, text: await answer.text() };
      }),
    );
    // What is too much at once API Gateway refuses itself; that opens nothing either.
    const arrived = answers.filter(({ status }) => status !== 429 && status < 500);
    assert.ok(arrived.length > 1);
    assert.ok(arrived.filter(({ status }) => status === 201).length <= 1);
    for (const { status, text } of arrived) {
      if (status !== 201) assert.equal(problemSchema.parse(JSON.parse(text)).code, 'replayed');
    }
    assert.equal(await casesOf(world, agency.id), 1);
  });

  test('a route has one spelling of its path: no other is there, however well it is signed', async (t) => {
    const missing = lacks(world.cloud, 'gatewayResponses');
    if (missing) return t.skip(missing);
    const { session } = await newReviewer(world);
    assert.equal(await codeOf(await prepare(session, 'GET', '/v1/reviews')), 'not refused');
    for (const path of ['/v1//reviews', '/v1/reviews/', '/v1/reviews//'])
      assert.equal(await codeOf(await prepare(session, 'GET', path)), 'not-found', path);
    // Where API Gateway hands over the path without its escapes, the signature is over another one.
    const escaped = await codeOf(await prepare(session, 'GET', '/v1/%72eviews'));
    assert.ok(escaped === 'not-found' || escaped === 'signature-invalid', escaped);
  });

  test('a query of names that every object has is refused like any other', async () => {
    const { session } = await newReviewer(world);
    for (const name of [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'valueOf',
      'then',
      'prototype',
    ]) {
      const path = `/v1/reviews?${name}=x`;
      assert.equal(await codeOf(await prepare(session, 'GET', path)), 'query-unsupported', name);
    }
  });

  test('a signature may be used for 300 seconds and by any label', async () => {
    const agency = await newAgency(world);
    const long = { created: now(), expires: now() + 300 };
    assert.equal(
      await codeOf(await signedWith(agency.session, '/v1/requests', long, newRequest(account))),
      'not refused',
    );
    const prepared = await asking(agency);
    const relabelled = withHeaders(prepared, {
      'signature-input': (prepared.headers['signature-input'] ?? '').replace(/^writ=/, 'sig1='),
      signature: (prepared.headers.signature ?? '').replace(/^writ=/, 'sig1='),
    });
    assert.equal(await codeOf(relabelled), 'not refused');
  });

  describe('what no enrolled key can be named for', () => {
    /** How often a code was counted, whether it is in the log yet or still at the door. */
    async function counted(code: string): Promise<number> {
      const told = (await toldWhere(world, ({ entry }) => entry.kind === 'strangers.refused')).map(
        ({ entry }) => (entry.kind === 'strangers.refused' ? (entry.data.counts[code] ?? 0) : 0),
      );
      return told.reduce((sum, n) => sum + n, 0) + (await atTheDoor(code));
    }
    async function atTheDoor(code: string): Promise<number> {
      const hours = [0, 1].map((back) => new Date(Date.now() - back * 3_600_000).toISOString().slice(0, 13));
      const counts = await Promise.all(
        hours.map(async (hour) => {
          const { Item } = await world.aws.dynamo.send(
            new GetCommand({
              TableName: world.outputs.CallsTableName,
              Key: { pk: `refused#${hour}` },
              ConsistentRead: true,
            }),
          );
          return z.record(z.string(), z.unknown()).parse(Item ?? {})[code];
        }),
      );
      return counts.reduce<number>((sum, n) => sum + (typeof n === 'number' ? n : 0), 0);
    }

    const stranger = (): Session => ({
      url: world.cloud.url,
      signer: signerFromPem(newSigningKey().privatePem),
      providerKeys: new Map(),
    });
    /** @param counted as what it is counted, where the answer tells less */
    const strange: [name: string, code: ProblemCode, make: () => Promise<Prepared>, counted?: ProblemCode][] =
      [
        [
          'an unsigned request',
          'signature-missing',
          async () => without(await asking(await newAgency(world)), 'signature', 'signature-input'),
        ],
        [
          'an unknown key’s request',
          'signature-invalid',
          () => prepare(stranger(), 'POST', '/v1/requests', newRequest(account)),
          'signature-key-unknown',
        ],
        [
          'a request with a second signature',
          'signature-malformed',
          async () => {
            const prepared = await asking(await newAgency(world));
            const twice = (name: string) => {
              const value = prepared.headers[name] ?? '';
              return `${value}, ${value.replace(/^writ=/, 'other=')}`;
            };
            return withHeaders(prepared, {
              signature: twice('signature'),
              'signature-input': twice('signature-input'),
            });
          },
        ],
        [
          'a signature that is no structured field',
          'signature-malformed',
          async () => withHeaders(await asking(await newAgency(world)), { signature: 'writ=nonsense' }),
        ],
      ];
    for (const [name, code, make, as = code] of strange) {
      test(`${name}: ${code}, and it is counted`, async () => {
        const prepared = await make();
        const before = await counted(as);
        assert.equal(await codeOf(prepared), code);
        await until('it is counted', async () => (await counted(as)) > before, 90_000);
      });
    }

    test('is told in the log by the clock: a total an hour, not an entry a call', async () => {
      const tellings = async () =>
        (await toldWhere(world, ({ entry }) => entry.kind === 'strangers.refused')).length;
      const before = await counted('signature-key-unknown');
      const toldBefore = await tellings();
      const calls = 12;
      for (let i = 0; i < calls; i++) {
        assert.equal(await refusalOf(listReviews(stranger())), 'signature-invalid');
      }
      assert.ok((await atTheDoor('signature-key-unknown')) > 0);

      // As EventBridge does, an hour from now.
      const time = new Date(Date.now() + 3_600_000).toISOString();
      await until(
        'the total is in the log',
        async () => {
          await invoke(world, 'Expire', { 'detail-type': 'Scheduled Event', time });
          return (await tellings()) > toldBefore && (await atTheDoor('signature-key-unknown')) === 0;
        },
        90_000,
      );
      await until(
        'none is lost',
        async () => (await counted('signature-key-unknown')) >= before + calls,
        90_000,
      );
    });
  });
});
