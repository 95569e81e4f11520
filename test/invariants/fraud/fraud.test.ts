import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { followRequest, submitRequest } from '#client/agency.ts';
import { openSession, type Prepared, prepare, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideChange, proposeChange, revokeKey, showChange } from '#client/registry.ts';
import { showReview } from '#client/reviewer.ts';
import type { Request } from '#core/cases/request.ts';
import type { ProblemCode } from '#core/problem.ts';
import type { Proposal } from '#core/registry/change.ts';
import { signRequest } from '#core/signature/sign.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { enrol, exampleTerms, type World } from '#dev/world.ts';
import {
  approve,
  casesOf,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalLogged,
  refusalOf,
  refusalsOf,
  remembering,
  theWorld,
  toldWhere,
  wholeScope,
} from '../../harness.ts';
import { bare, codeOf } from '../tools.ts';

/**
 * Published abuse of police requests, played against the running stack. Each must be refused and must leave its trace
 * in the log. docs/fraud.md says where each comes from.
 */
describe('fraud', () => {
  let world: World;
  let account = '';
  const tally = { refused: 0, of: 0 };
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 3)]);
  });
  after(() => console.log(`fraud: ${tally.refused} of ${tally.of} patterns refused and traced`));

  const pattern = (name: string, play: () => Promise<void>): void => {
    test(`fraud: ${name}`, async () => {
      tally.of++;
      await play();
      tally.refused++;
    });
  };
  const said = async ({ url, method, headers, body }: Prepared) => {
    const answer = await bare(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body: new Uint8Array(body) }),
    });
    return answer.status < 300 ? 'accepted' : codeOf(answer.text);
  };
  const asking = (session: Session, request: Request = newRequest(account)) =>
    prepare(session, 'POST', '/v1/requests', request);
  const strangersTold = async (code: string) => {
    const links = await toldWhere(world, ({ entry }) => entry.kind === 'strangers.refused');
    return links.reduce(
      (sum, { entry }) => sum + (entry.kind === 'strangers.refused' ? (entry.data.counts[code] ?? 0) : 0),
      0,
    );
  };
  /** Waits until an agency's refusals in the log hold these codes. */
  const traced = (agency: string, ...codes: ProblemCode[]) =>
    until(
      `the log shows ${codes.join(', ')}`,
      async () => {
        const seen = (await refusalsOf(world, agency)).map(({ code }) => code);
        return codes.every((code) => seen.includes(code));
      },
      90_000,
    );
  /** What somebody is refused, and that the log shows it under their proven key. */
  const refusedAndLogged = async (
    session: Session,
    code: ProblemCode,
    attempt: (session: Session) => Promise<unknown>,
  ) => {
    const { session: remembered, nonces } = remembering(session);
    assert.equal(await refusalOf(attempt(remembered)), code);
    await refusalLogged(world, session.signer.keyId, code, nonces[0] ?? '');
  };
  const reviewer = (i: number): Session => {
    const person = world.reviewers[i];
    assert.ok(person);
    return person.session;
  };
  const strangerOf = (pem = newSigningKey().privatePem) =>
    openSession({ url: world.cloud.url, signer: signerFromPem(pem) }, world.provider);

  pattern('a forged request, as by mail from a hacked police mailbox, without an enrolled key', async () => {
    const before = [await strangersTold('signature-missing'), await strangersTold('signature-key-unknown')];
    const request = newRequest(account, { priority: 'Emergency' });
    const letter = await bare(`${world.cloud.url}/v1/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', from: 'lka@police.example' },
      body: JSON.stringify(request),
    });
    assert.equal(codeOf(letter.text), 'signature-missing');
    assert.equal(await said(await asking(await strangerOf(), request)), 'signature-invalid');
    // Strangers are no entries of their own: the clock tells them as a total.
    const time = new Date(Date.now() + 3_600_000).toISOString();
    await until(
      'the totals are in the log',
      async () => {
        await invoke(world, 'Expire', { 'detail-type': 'Scheduled Event', time });
        const now = [await strangersTold('signature-missing'), await strangersTold('signature-key-unknown')];
        return now.every((count, i) => count > (before[i] ?? 0));
      },
      90_000,
    );
  });

  pattern('a stolen key, after its revocation', async () => {
    const agency = await newAgency(world);
    const pending = await submitRequest(agency.session, newRequest(account));
    await revokeKey(reviewer(2), agency.keyId, 'stolen');
    assert.equal(await said(await asking(agency.session)), 'signature-key-unknown');
    assert.equal(await refusalOf(followRequest(agency.session, pending.id)), 'signature-key-unknown');
    assert.equal(await casesOf(world, agency.id), 1);
    await traced(agency.id, 'signature-key-unknown');
    await logged(world, pending.id, 'case.cancelled');
    const revocations = await toldWhere(
      world,
      ({ entry }) => entry.kind === 'key.revoked' && entry.data.agency === agency.id,
    );
    assert.equal(revocations.length, 1);
  });

  pattern(
    'a real request, replayed: again, to another path, for another agency, on another day',
    async () => {
      const [agency, other] = [await newAgency(world), await newAgency(world)];
      const message = await asking(agency.session);
      assert.equal(await said(message), 'accepted');
      assert.equal(await said(message), 'replayed');
      const elsewhere = { ...message, url: `${world.cloud.url}/v1/preservations` };
      assert.notEqual(await said(elsewhere), 'accepted');
      const reviews = { ...message, url: `${world.cloud.url}/v1/registry/changes` };
      assert.equal(await said(reviews), 'signature-invalid');
      const fields = message.headers['signature-input'] ?? '';
      const theirs = {
        ...message.headers,
        'signature-input': fields.replace(agency.keyId, other.keyId),
      };
      assert.equal(await said({ ...message, headers: theirs }), 'signature-invalid');
      // Captured two days ago, and never sent then.
      const created = Math.floor(Date.now() / 1000) - 2 * 86_400;
      const { host } = new URL(world.cloud.url);
      const contentType = 'application/json';
      const body = message.body ?? new Uint8Array();
      const old = await signRequest(
        { method: 'POST', authority: host, path: '/v1/requests', query: '', contentType, body },
        agency.session.signer,
        { created, expires: created + 300, nonce: `captured-${randomUUID()}` },
      );
      const headers = { ...old, 'content-type': contentType };
      assert.equal(await said({ ...message, headers }), 'signature-expired');
      assert.equal(await casesOf(world, agency.id), 1);
      assert.equal(await casesOf(world, other.id), 0);
      await traced(agency.id, 'replayed', 'signature-invalid', 'signature-expired');
      await traced(other.id, 'signature-invalid');
    },
  );

  pattern('an officer asking outside their jurisdiction, instruments or categories', async () => {
    const agency = await newAgency(world, {
      jurisdictions: ['DE'],
      instruments: ['EPOC'],
      categories: ['SubscriberData'],
    });
    const { instrument } = newRequest(account);
    const within = { categories: ['SubscriberData' as const] };
    const beyond = [
      ['agency-jurisdiction', { ...within, instrument: { ...instrument, jurisdiction: 'HU' } }],
      ['agency-instrument', { ...within, instrument: { ...instrument, kind: 'MLA' } }],
      ['agency-category', { categories: ['TrafficData' as const] }],
    ] as const;
    for (const [code, changes] of beyond) {
      await refusedAndLogged(agency.session, code, (session) =>
        submitRequest(session, newRequest(account, { ...changes, categories: [...changes.categories] })),
      );
    }
    assert.equal(await casesOf(world, agency.id), 0);
  });

  pattern('a mass of emergencies', async () => {
    const emergenciesPerWeek = 3;
    const rates = { ...exampleTerms.rates, emergenciesPerWeek };
    const agency = await newAgency(world, { rates });
    const flood = await Promise.all(
      Array.from({ length: 12 }, async () =>
        said(await asking(agency.session, newRequest(account, { priority: 'Emergency' }))),
      ),
    );
    const reached = flood.filter((code) => code !== 'try-again');
    assert.equal(reached.filter((code) => code === 'accepted').length, emergenciesPerWeek);
    assert.equal(reached.filter((code) => code === 'rate-exceeded').length, reached.length - 3);
    assert.equal(await casesOf(world, agency.id), emergenciesPerWeek);
    // What is urgent for one does not lock the other door: routine requests go on.
    assert.equal(await said(await asking(agency.session)), 'accepted');
    await traced(agency.id, 'rate-exceeded');
  });

  pattern('one person holding an officer’s and a reviewer’s key', async () => {
    const agency = await newAgency(world);
    const second: Proposal = {
      kind: 'reviewer',
      reviewer: { holder: agency.holder, publicKey: newSigningKey().publicPem },
    };
    const change = await proposeChange(reviewer(0), second);
    await refusedAndLogged(reviewer(1), 'holder-conflict', (session) =>
      decideChange(session, change, 'approve'),
    );
    assert.equal((await showChange(reviewer(0), change.id)).status, 'Pending');
    const officers = publicJwk(readFileSync(world.agency.privateKeyFile, 'utf8'));
    const same: Proposal = {
      kind: 'reviewer',
      reviewer: { holder: `other-${randomUUID()}`, publicKey: { ...officers } },
    };
    await refusedAndLogged(reviewer(0), 'key-enrolled', (session) => proposeChange(session, same));
  });

  pattern('an enrolment smuggled in by one insider', async () => {
    const { privatePem, publicPem } = newSigningKey();
    const smuggled: Proposal = {
      kind: 'agency',
      agency: {
        id: `agency-${randomUUID()}`,
        name: 'Police',
        encryptionKey: { ...publicJwk(newEncryptionKey().privatePem) },
        terms: exampleTerms,
      },
      officer: { holder: `officer-${randomUUID()}`, publicKey: publicPem },
    };
    const insider = await newInsider();
    const change = await proposeChange(insider.first, smuggled);
    for (const session of [insider.first, insider.second]) {
      await refusedAndLogged(session, 'change-repeated', (session) =>
        decideChange(session, change, 'approve'),
      );
    }
    assert.equal((await showChange(reviewer(0), change.id)).status, 'Pending');
    assert.equal(await said(await asking(await strangerOf(privatePem))), 'signature-invalid');
    // Even two of them do not get a key into an agency that has one already: it must confirm, and says no.
    const agency = await newAgency(world);
    const key = newSigningKey();
    const planted: Proposal = {
      kind: 'officer',
      agency: agency.id,
      officer: { holder: `officer-${randomUUID()}`, publicKey: key.publicPem },
    };
    const plot = await proposeChange(insider.first, planted);
    assert.equal((await decideChange(reviewer(0), plot, 'approve')).status, 'Pending');
    assert.equal(await said(await asking(await strangerOf(key.privatePem))), 'signature-invalid');
    assert.equal((await decideChange(agency.session, plot, 'reject')).status, 'Rejected');
    await until('the rejection is in the log', async () => {
      const links = await toldWhere(world, ({ entry }) => entry.stream === `change/${plot.id}`);
      return links.some(({ entry }) => entry.kind === 'change.decided' && entry.data.status === 'Rejected');
    });
  });

  pattern('a request that was approved, then swapped for another body under the same reference', async () => {
    const agency = await newAgency(world);
    const victim = newAccount();
    await ingest(world, [login(victim, 3)]);
    const request = newRequest(account);
    const view = await submitRequest(agency.session, request);
    await approve(world, view, wholeScope(request));
    const swapped = { ...request, subjects: [{ kind: 'account' as const, value: victim }] };
    await refusedAndLogged(agency.session, 'reference-conflict', (session) =>
      submitRequest(session, swapped),
    );
    const review = await showReview(reviewer(2), view.id);
    assert.deepEqual(review.request.subjects, request.subjects);
    assert.equal(review.requestDigest, view.requestDigest);
    assert.equal(await casesOf(world, agency.id), 1);
  });

  /** A reviewer with two keys. */
  async function newInsider(): Promise<{ first: Session; second: Session }> {
    const holder = `insider-${randomUUID()}`;
    const sessions: Session[] = [];
    for (let i = 0; i < 2; i++) {
      const { privatePem, publicPem } = newSigningKey();
      await enrol(world.reviewers, { kind: 'reviewer', reviewer: { holder, publicKey: publicPem } });
      sessions.push(await strangerOf(privatePem));
    }
    const [first, second] = sessions;
    assert.ok(first && second);
    return { first, second };
  }
});
