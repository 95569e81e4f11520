import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { collectOnce, followRequest, submitRequest, withdrawRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import { prepare, type Session, send } from '#client/exchange.ts';
import { decideReview } from '#client/reviewer.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import { count } from '#core/cases/deadline.ts';
import { policySchema } from '#core/cases/policy.ts';
import { priorities, type Request } from '#core/cases/request.ts';
import { signRequest } from '#core/signature/sign.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  casesOf,
  grantsFor,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  refusalsOf,
  theWorld,
  toldWhere,
  wholeScope,
} from '../harness.ts';

/** Signs and sends bytes that need not be JSON, as a client of one's own could. */
async function post(
  session: Session,
  path: string,
  body: Uint8Array,
  contentType = 'application/json',
): Promise<unknown> {
  const url = new URL(path, session.url);
  const created = Math.floor(Date.now() / 1000);
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
  const headers = await signRequest(
    { method: 'POST', authority: url.host, path: url.pathname, query: '', body, contentType },
    session.signer,
    { created, expires: created + 60, nonce },
  );
  headers['content-type'] = contentType;
  return send(session, { method: 'POST', url: url.href, headers, body });
}
const bytes = (text: string) => new TextEncoder().encode(text);

describe('what an agency may ask', { concurrency: 4 }, () => {
  let world: World;
  let account: string;
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 20)]);
  });

  /** Refused with this code; no case; and in the log just that the agency's proven call was refused. */
  async function refused(code: string, attempt: (agency: World['agency']) => Promise<unknown>) {
    const agency = await newAgency(world);
    assert.equal(await refusalOf(attempt(agency)), code);
    assert.equal(await casesOf(world, agency.id), 0, 'no case came of it');
    await until(
      'the refusal is in the log',
      async () => (await refusalsOf(world, agency.id)).length > 0,
      90_000,
    );
    const told = await toldWhere(
      world,
      ({ entry }) => 'agency' in entry.data && entry.data.agency === agency.id,
    );
    assert.deepEqual(told.map(({ entry }) => entry.kind).sort(), [
      'agency.changed',
      'change.proposed',
      'key.enrolled',
      'request.refused',
    ]);
    assert.deepEqual(await refusalsOf(world, agency.id), [{ code, proven: true }]);
  }

  /** A body that the type would not allow. */
  const raw = (body: unknown) => (agency: World['agency']) =>
    post(agency.session, '/v1/requests', bytes(JSON.stringify(body)));
  const ask = (changes: Partial<Request>) => (agency: World['agency']) =>
    submitRequest(agency.session, newRequest(account, changes));

  const refusals: [name: string, code: string, attempt: (agency: World['agency']) => Promise<unknown>][] = [
    [
      'a field that is not part of a request',
      'field-unknown',
      (a) => raw({ ...newRequest(account), keywords: ['x'] })(a),
    ],
    [
      'an unknown field of a subject',
      'field-unknown',
      (a) =>
        raw({ ...newRequest(account), subjects: [{ kind: 'account', value: account, messages: true }] })(a),
    ],
    [
      'an unknown field of the instrument',
      'field-unknown',
      (a) => {
        const request = newRequest(account);
        return raw({ ...request, instrument: { ...request.instrument, note: 'x' } })(a);
      },
    ],
    ...['MessageContent', 'Content', 'ContentData', 'content', 'TrafficData,Content', 'Location', '*'].map(
      (category): [string, string, (agency: World['agency']) => Promise<unknown>] => [
        `the category ${category}`,
        'category-unsupported',
        (a) => raw({ ...newRequest(account), categories: ['TrafficData', category] })(a),
      ],
    ),
    ['no category at all', 'field-invalid', (a) => raw({ ...newRequest(account), categories: [] })(a)],
    [
      'a subject by IP address',
      'field-invalid',
      (a) => raw({ ...newRequest(account), subjects: [{ kind: 'ip', value: '192.0.2.1' }] })(a),
    ],
    ['an account nobody has', 'subject-unknown', (a) => submitRequest(a.session, newRequest(newAccount()))],
    [
      'a number nobody has',
      'subject-unknown',
      (a) => ask({ subjects: [{ kind: 'phone', value: '+491520000000001' }] })(a),
    ],
    [
      'a username nobody has',
      'subject-unknown',
      (a) => ask({ subjects: [{ kind: 'username', value: `nobody-${account}` }] })(a),
    ],
    [
      'one unknown subject beside a known one',
      'subject-unknown',
      (a) =>
        ask({
          subjects: [
            { kind: 'account', value: account },
            { kind: 'account', value: newAccount() },
          ],
        })(a),
    ],
    [
      'a number that is not in E.164',
      'field-invalid',
      (a) => ask({ subjects: [{ kind: 'phone', value: '0152 000' }] })(a),
    ],
    ['no JSON', 'body-malformed', (a) => post(a.session, '/v1/requests', bytes('{"reference": '))],
    [
      'JSON in another encoding than UTF-8',
      'body-malformed',
      (a) => post(a.session, '/v1/requests', Buffer.from('{}', 'utf16le')),
    ],
    ['a list for an object', 'field-invalid', (a) => raw([newRequest(account)])(a)],
    ['nothing', 'field-invalid', (a) => raw({})(a)],
    ['70 KB of reference', 'body-too-large', (a) => ask({ reference: 'x'.repeat(70_000) })(a)],
    [
      'a body of another media type',
      'media-type',
      (a) => post(a.session, '/v1/requests', bytes(JSON.stringify(newRequest(account))), 'text/plain'),
    ],
    [
      'TrafficData on a prosecutor’s order',
      'authoriser-insufficient',
      (a) => {
        const { instrument } = newRequest(account);
        return ask({ instrument: { ...instrument, authoriserRole: 'PublicProsecutor' } })(a);
      },
    ],
    [
      'more subjects than the policy’s ten',
      'limit-exceeded',
      (a) =>
        ask({ subjects: Array.from({ length: 11 }, () => ({ kind: 'account', value: newAccount() })) })(a),
    ],
    [
      'a longer period than the policy’s 1100 days',
      'limit-exceeded',
      (a) => ask({ period: { from: ago(1101), to: ago(0) } })(a),
    ],
    [
      'a period that ends before it begins',
      'field-invalid',
      (a) => ask({ period: { from: ago(1), to: ago(2) } })(a),
    ],
    ['an empty period', 'field-invalid', (a) => ask({ period: { from: ago(1), to: ago(1) } })(a)],
    ['a civil matter', 'field-invalid', (a) => raw({ ...newRequest(account), investigation: 'civil' })(a)],
    [
      'a subject named twice',
      'field-invalid',
      (a) =>
        ask({
          subjects: [
            { kind: 'account', value: account },
            { kind: 'account', value: account },
          ],
        })(a),
    ],
    ['a control character in the reference', 'field-invalid', (a) => ask({ reference: 'a\u0000b' })(a)],
  ];
  for (const [name, code, attempt] of refusals) {
    test(`${name} is refused: ${code}`, () => refused(code, attempt));
  }

  test('a body of more than 10 MB is refused before it is read', async () => {
    const body = new Uint8Array(10 * 1024 * 1024 + 1).fill(0x20);
    const answer = await fetch(`${world.cloud.url}/v1/requests`, { method: 'POST', body });
    await answer.body?.cancel();
    assert.equal(answer.status, 413);
  });

  test('a refusal names the field by the schema’s own words and quotes nothing', async () => {
    const agency = await newAgency(world);
    const secret = `secret-${newAccount()}`;
    const bodies = [
      { ...newRequest(account), [secret]: secret },
      { ...newRequest(account), categories: [secret] },
      { ...newRequest(account), subjects: [{ kind: secret, value: secret }] },
      { ...newRequest(account), period: { from: secret, to: secret } },
    ];
    for (const body of bodies) {
      const error = await raw(body)(agency).then(
        () => undefined,
        (e: unknown) => e,
      );
      assert.ok(error instanceof RefusedError);
      assert.ok(!JSON.stringify(error.problem).includes(secret));
    }
    const answer = await fetch(`${world.cloud.url}/v1/requests`, { method: 'POST', body: '{}' });
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    const problem = z
      .strictObject({ type: z.string(), title: z.string(), status: z.int(), code: z.string() })
      .parse(await answer.json());
    assert.deepEqual(
      [problem.type, problem.status, problem.code],
      ['urn:writ:problem:signature-missing', 401, 'signature-missing'],
    );
  });

  test('the same request under the same reference is the same case', async () => {
    const agency = await newAgency(world);
    const request = newRequest(account);
    const first = await submitRequest(agency.session, request);
    const prepared = await prepare(agency.session, 'POST', '/v1/requests', request);
    const again = await send(agency.session, prepared);
    assert.equal(again.status, 201);
    assert.equal(again.headers.get('location'), first.links.self);
    assert.deepEqual(JSON.parse(new TextDecoder().decode(again.body)), first);
    assert.equal(await casesOf(world, agency.id), 1);
  });

  test('ten simultaneous copies of one request become one case, told once', async () => {
    const agency = await newAgency(world);
    const request = newRequest(account);
    const views = await Promise.all(Array.from({ length: 10 }, () => submitRequest(agency.session, request)));
    assert.equal(new Set(views.map((v) => v.id)).size, 1);
    assert.equal(await casesOf(world, agency.id), 1);
    const id = views[0]?.id ?? '';
    assert.deepEqual(
      (await logged(world, id, 'request.received')).map((e) => e.kind),
      ['request.received'],
    );
  });

  test('another request under a used reference is refused, and the first stays as it was', async () => {
    const agency = await newAgency(world);
    const request = newRequest(account);
    const first = await submitRequest(agency.session, request);
    const other = { ...request, priority: 'Emergency' as const };
    assert.equal(await refusalOf(submitRequest(agency.session, other)), 'reference-conflict');
    assert.deepEqual(await followRequest(agency.session, first.id), first);
    assert.equal(await casesOf(world, agency.id), 1);
    // References are each agency's own.
    const elsewhere = await newAgency(world);
    assert.notEqual((await submitRequest(elsewhere.session, request)).id, first.id);
  });

  test('deadlines are counted by the calendar of the policy that is published: in days, and in hours for an emergency', async () => {
    const agency = await newAgency(world);
    const { policy } = z.object({ policy: policySchema }).parse(world.provider);
    for (const priority of priorities) {
      const term = policy.deadlines[priority];
      const view = await submitRequest(agency.session, newRequest(account, { priority }));
      assert.equal(view.dueAt, count(view.receivedAt, term, calendarOf(policy)).dueAt);
      assert.deepEqual(view.due?.term, term);
      assert.equal(view.status, 'AwaitingApproval');
    }
  });

  test('withdrawal closes the case to everything, and its grants are gone', async () => {
    const mine = newAccount();
    await ingest(world, [login(mine, 20)]);
    const agency = await newAgency(world);
    const request = newRequest(mine);
    const view = await approvedCase(world, agency, request);
    assert.ok((await grantsFor(world, mine)).length > 0);

    assert.equal((await withdrawRequest(agency.session, view.id)).status, 'Cancelled');

    await until('the grants are gone', async () => (await grantsFor(world, mine)).length === 0, 90_000);
    const { id, requestDigest } = view;
    const [, , third] = world.reviewers;
    assert.ok(third);
    const after = {
      collecting: () => collectOnce(agency.session, id, agency.encryptionKey),
      withdrawing: () => withdrawRequest(agency.session, id),
      approving: () =>
        decideReview(third.session, id, {
          decision: 'approve',
          requestDigest,
          scope: wholeScope(request),
          reason: 'too late',
        }),
      rejecting: () =>
        decideReview(third.session, id, { decision: 'reject', requestDigest, reason: 'too late' }),
    };
    for (const [act, attempt] of Object.entries(after)) {
      assert.equal(await refusalOf(attempt()), 'case-closed', act);
    }
    const entries = await logged(world, id, 'grant.retired');
    assert.deepEqual(
      entries.map((e) => e.kind).filter((kind) => /withdrawn|retired|collection/.test(kind)),
      ['case.withdrawn', 'grant.retired'],
    );
  });

  test('a request that nobody decided yet can be withdrawn too', async () => {
    const agency = await newAgency(world);
    const view = await submitRequest(agency.session, newRequest(account));
    // Withdrawal takes no body or an empty object.
    const path = `/v1/requests/${view.id}/withdrawal`;
    const answer = await send(agency.session, await prepare(agency.session, 'POST', path));
    assert.equal(answer.status, 200);
    assert.equal((await followRequest(agency.session, view.id)).status, 'Cancelled');
    const again = post(agency.session, path, bytes('{"because":"x"}'));
    assert.equal(await refusalOf(again), 'field-unknown');
  });
});
