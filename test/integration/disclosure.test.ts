import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import { z } from 'zod';
import {
  collect,
  collectOnce,
  followRequest,
  openDisclosure,
  submitRequest,
  withdrawRequest,
} from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { prepare, type Session, send } from '#client/exchange.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { wireInstant } from '#core/instant.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  ingest,
  login,
  newAccount,
  newAgency,
  newPhone,
  newRequest,
  number,
  refusalOf,
  refusalsOf,
  theWorld,
} from '../harness.ts';

/** What a log-in looks like when it is disclosed. */
function shown(subject: number, events: readonly IdentityEvent[]): DisclosedRecord[] {
  return events.flatMap((e) =>
    e.kind === 'access'
      ? [{ subject, category: 'TrafficData' as const, at: wireInstant(e.at), ip: e.ip, port: e.port }]
      : [],
  );
}

/** The numbers of one account, set one after the other, as they are disclosed. */
function held(subject: number, events: readonly IdentityEvent[]): DisclosedRecord[] {
  return events.flatMap((e, i) => {
    const next = events[i + 1];
    const validTo = next === undefined ? {} : { validTo: wireInstant(next.at) };
    return e.kind === 'phone'
      ? [
          {
            subject,
            category: 'SubscriberData' as const,
            phone: e.phone,
            validFrom: wireInstant(e.at),
            ...validTo,
          },
        ]
      : [];
  });
}

/** `/v1/provider`, as far as a test holds it to something. */
const providerDocument = z.object({
  categories: z.array(z.string()),
  deadlines: z.record(z.string(), z.string()),
  policy: z.looseObject({ limits: z.looseObject({ collections: z.int() }) }),
  policyHash: z.string(),
  limits: z.looseObject({ collections: z.int() }),
  keys: z.array(z.record(z.string(), z.string())),
});

/** One whole way, and what its answers are. What leaves of what is test/core/access/disclosure.test.ts, in memory. */
describe('one disclosure', { concurrency: 4 }, () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  /** The records that an approved request yields. */
  async function disclosed(request: Request): Promise<DisclosedRecord[]> {
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, request);
    return (await collect(agency.session, view.id, agency.encryptionKey)).package.records;
  }

  test('a request by phone number is answered for its holders in that period', async () => {
    const [first, second, phone] = [newAccount(), newAccount(), newPhone()];
    const byFirst = [number(first, 200, phone), number(first, 120)];
    const bySecond = [number(second, 60, phone)];
    const logins = [login(first, 150), login(second, 50)];
    await ingest(world, [...byFirst, ...bySecond, ...logins]);
    const asked = (from: number, to: number) =>
      newRequest('', {
        subjects: [{ kind: 'phone', value: phone }],
        categories: ['SubscriberData', 'TrafficData'],
        period: { from: ago(from), to: ago(to) },
      });

    const [early, late] = await Promise.all([disclosed(asked(180, 130)), disclosed(asked(55, 5))]);
    assert.deepEqual(early, [...held(0, byFirst).slice(0, 1), ...shown(0, logins.slice(0, 1))]);
    assert.deepEqual(late, [...held(0, bySecond), ...shown(0, logins.slice(1))]);

    const agency = await newAgency(world);
    const between = submitRequest(agency.session, asked(110, 70));
    assert.equal(await refusalOf(between), 'subject-unknown', 'nobody held it then');
  });

  describe('its answers', { concurrency: 1 }, () => {
    let account: string;
    let agency: World['agency'];
    let view: CaseView;
    before(async () => {
      account = newAccount();
      await ingest(world, [login(account, 20)]);
      agency = await newAgency(world);
      view = await approvedCase(world, agency, newRequest(account));
    });

    test('a collection is a JWE to the agency around a JWS of the provider', async () => {
      const path = `/v1/requests/${view.id}/collection`;
      const answer = await until(
        'the collection is answered',
        async () => {
          const answered = await send(agency.session, await prepare(agency.session, 'POST', path, {}));
          return answered.status === 200 && answered;
        },
        90_000,
      );
      assert.equal(answer.headers.get('content-type'), 'application/jose');

      // With jose alone, as an agency without our client would.
      const jwe = new TextDecoder().decode(answer.body);
      const { plaintext, protectedHeader } = await compactDecrypt(
        jwe,
        await importJWK(agency.encryptionKey, 'ECDH-ES'),
      );
      assert.equal(protectedHeader.alg, 'ECDH-ES');
      assert.equal(protectedHeader.enc, 'A256GCM');
      const published = providerDocument.parse(await (await fetch(`${world.cloud.url}/v1/provider`)).json());
      const [jwk = {}] = published.keys;
      const { payload, protectedHeader: signed } = await compactVerify(
        new TextDecoder().decode(plaintext),
        await importJWK({ ...jwk }, 'ES256'),
      );
      assert.equal(signed.kid, jwk.kid);
      const disclosure = JSON.parse(new TextDecoder().decode(payload));
      assert.equal(disclosure.case, view.id);
      assert.equal(disclosure.reference, view.reference);
      assert.equal(disclosure.policyHash, published.policyHash);
      assert.equal(disclosure.digest, jsonDigest(disclosure.records));
      assert.equal(disclosure.log.entry.kind, 'collection.intended');
      assert.equal(disclosure.certificate.digest, disclosure.digest);
      assert.equal(disclosure.certificate.records, disclosure.records.length);
    });

    test('a disclosure that was changed on the way, or is for another key, is not opened', async () => {
      const { jws } = await collect(agency.session, view.id, agency.encryptionKey);
      const other = await newAgency(world);
      for (const wrong of [jws, 'x.y.z.a.b', '']) {
        await assert.rejects(
          openDisclosure(agency.session, wrong, agency.encryptionKey),
          (e) => e instanceof ExchangeError && e.code === 'disclosure-not-verified',
        );
      }
      assert.equal(await refusalOf(collectOnce(other.session, view.id, other.encryptionKey)), 'not-found');
    });

    test('the agency sees its case, another agency’s key sees that there is none', async () => {
      assert.equal((await followRequest(agency.session, view.id)).id, view.id);
      const other = await newAgency(world);
      assert.equal(await refusalOf(followRequest(other.session, view.id)), 'not-found');
      assert.equal(await refusalOf(withdrawRequest(other.session, view.id)), 'not-found');
      assert.equal(await refusalOf(followRequest(agency.session, 'no-such-case')), 'not-found');
      assert.notEqual((await followRequest(agency.session, view.id)).status, 'Cancelled');
      await until(
        'the refusals are in the log',
        async () => {
          const codes = (await refusalsOf(world, other.id)).map((r) => r.code);
          return codes.filter((code) => code === 'not-found').length === 2;
        },
        90_000,
      );
    });

    test('are signed by the provider over the very call; changed ones are noticed', async () => {
      const path = `/v1/requests/${view.id}`;
      const answer = await send(agency.session, await prepare(agency.session, 'GET', path));
      assert.match(answer.headers.get('signature-input') ?? '', /"signature";req/);

      const through = (change: (answer: Response, body: string) => Response): Session => ({
        ...agency.session,
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          return change(response, await response.text());
        },
      });
      const { signature: otherSignature } = (await prepare(agency.session, 'GET', path)).headers;
      const changes: [name: string, session: Session, code: string][] = [
        [
          'another body',
          through(
            (response, body) => new Response(body.replace('"collections":', '"collections": '), response),
          ),
          'answer-not-verified',
        ],
        [
          'another body with its digest',
          through((response, body) => {
            const changed = body.replace(/"status":"\w+"/, '"status":"Rejected"');
            const headers = new Headers(response.headers);
            const digest = createHash('sha256').update(changed).digest('base64');
            headers.set('content-digest', `sha-256=:${digest}:`);
            return new Response(changed, { status: response.status, headers });
          }),
          'answer-not-verified',
        ],
        [
          'another status',
          through((response, body) => new Response(body, { status: 201, headers: response.headers })),
          'answer-not-verified',
        ],
        [
          'another signature',
          through((response, body) => {
            const headers = new Headers(response.headers);
            headers.set('signature', otherSignature ?? '');
            return new Response(body, { status: response.status, headers });
          }),
          'answer-not-verified',
        ],
        [
          'no signature',
          through((response, body) => {
            const headers = new Headers(response.headers);
            headers.delete('signature');
            return new Response(body, { status: response.status, headers });
          }),
          'answer-unsigned',
        ],
      ];
      for (const [name, session, code] of changes) {
        await assert.rejects(
          followRequest(session, view.id),
          (e) => e instanceof ExchangeError && e.code === code,
          name,
        );
      }
      // An answer to one call does not pass for the answer to another.
      const earlier = await fetch(`${world.cloud.url}${path}`, {
        headers: (await prepare(agency.session, 'GET', path)).headers,
      });
      const kept = { body: await earlier.text(), headers: earlier.headers };
      const replaying: Session = {
        ...agency.session,
        fetch: async () => new Response(kept.body, { status: 200, headers: kept.headers }),
      };
      await assert.rejects(
        followRequest(replaying, view.id),
        (e) => e instanceof ExchangeError && e.code === 'answer-not-verified',
      );
    });

    test('refusals are signed too, once the caller has proven who they are', async () => {
      const prepared = await prepare(agency.session, 'GET', '/v1/requests/no-such-case');
      await assert.rejects(send(agency.session, prepared), { code: 'not-found', verified: true });
    });

    test('the review shows in which months data exists and how much, and none of it', async () => {
      const [first] = world.reviewers;
      assert.ok(first);
      const other = newAccount();
      const event = login(other, 20);
      await ingest(world, [event]);
      const request = newRequest(other, { categories: ['SubscriberData', 'TrafficData'] });
      const asked = await submitRequest(agency.session, request);
      const review = await showReview(first.session, asked.id);
      assert.deepEqual(review.exists, [
        { subject: 0, category: 'SubscriberData', epochs: [], records: 0 },
        { subject: 0, category: 'TrafficData', epochs: [event.at.slice(0, 7)], records: 1 },
      ]);
      await decideReview(first.session, asked.id, {
        decision: 'reject',
        requestDigest: asked.requestDigest,
        reason: 'only looked',
      });
    });
  });

  test('the provider says who it is, which key signs, and under which rules, to everybody', async () => {
    const answer = await fetch(`${world.cloud.url}/v1/provider`);
    assert.equal(answer.status, 200);
    const provider = providerDocument.parse(await answer.json());
    assert.deepEqual(provider.categories, ['SubscriberData', 'UserIdentifyingData', 'TrafficData']);
    assert.deepEqual(provider.deadlines, { Routine: 'PT240H', Emergency: 'PT8H' });
    assert.equal(provider.policyHash, jsonDigest(provider.policy));
    assert.equal(provider.limits.collections, provider.policy.limits.collections);
    assert.equal(provider.keys.length, 1);
    const [key = {}] = provider.keys;
    assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['EC', 'P-256', 'ES256', 'sig']);
    assert.equal(key.d, undefined);
  });
});
