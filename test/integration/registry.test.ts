import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { collect, followRequest, submitRequest } from '#client/agency.ts';
import { openSession, type Session } from '#client/exchange.ts';
import { newEncryptionKey, newSigningKey, privateJwk, publicJwk, signerFromPem } from '#client/keys.ts';
import { fetchProvider } from '#client/provider.ts';
import { decideChange, listChanges, proposeChange, revokeKey, showChange } from '#client/registry.ts';
import { decideReview, listReviews } from '#client/reviewer.ts';
import type { Proposal } from '#core/registry/change.ts';
import { until } from '#dev/feed.ts';
import { readLog } from '#dev/log.ts';
import { enrol, exampleTerms, invokeFound, type World } from '#dev/world.ts';
import {
  approvedCase,
  grantsFor,
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  refusalOf,
  theWorld,
  toldWhere,
  wholeScope,
} from '../harness.ts';

describe('the registry', () => {
  let world: World;
  let account = '';
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 3)]);
  });

  const reviewer = (i: number): Session => {
    const person = world.reviewers[i];
    assert.ok(person);
    return person.session;
  };
  const sessionOf = (privatePem: string) =>
    openSession({ url: world.cloud.url, signer: signerFromPem(privatePem) }, world.provider);
  const newOfficer = (agency: string, activeFrom?: string) => {
    const { privatePem, publicPem } = newSigningKey();
    const proposal: Proposal = {
      kind: 'officer',
      agency,
      officer: {
        holder: `officer-${randomUUID()}`,
        publicKey: publicPem,
        ...(activeFrom === undefined ? {} : { activeFrom }),
      },
    };
    return { privatePem, proposal, keyId: signerFromPem(privatePem).keyId };
  };
  const ask = (session: Session) => submitRequest(session, newRequest(account));

  test('a second officer joins when two reviewers approve and the first officer confirms, not before', async () => {
    const agency = await newAgency(world);
    const { privatePem, proposal, keyId } = newOfficer(agency.id);
    const change = await proposeChange(reviewer(0), proposal);
    assert.equal(change.thumbprint, keyId, 'what is compared by telephone');
    assert.deepEqual(change.missing, { approvals: 1, confirmation: true });
    assert.ok((await listChanges(reviewer(1), 'Pending')).some(({ id }) => id === change.id));

    const half = await decideChange(reviewer(1), change, 'approve');
    assert.equal(half.status, 'Pending');
    const recruit = await sessionOf(privatePem);
    assert.equal(await refusalOf(ask(recruit)), 'signature-invalid');

    assert.deepEqual((await showChange(agency.session, change.id)).missing, {
      approvals: 0,
      confirmation: true,
    });
    assert.equal((await decideChange(agency.session, change, 'confirm')).status, 'Applied');
    await ask(recruit);

    const stream = `change/${change.id}`;
    const entries = await until('the change is in the log', async () => {
      const links = await toldWhere(world, ({ entry }) => entry.stream === stream);
      return links.length === 3 && links.map(({ entry }) => entry);
    });
    assert.deepEqual(
      entries.map((entry) => (entry.kind === 'change.decided' ? entry.data.status : entry.kind)),
      ['change.proposed', 'Pending', 'Applied'],
    );
    const enrolled = await toldWhere(
      world,
      ({ entry }) => entry.kind === 'key.enrolled' && entry.data.by === stream,
    );
    assert.equal(enrolled.length, 1);
  });

  test('a change is not there for another agency', async () => {
    const [agency, other] = [await newAgency(world), await newAgency(world)];
    const change = await proposeChange(agency.session, newOfficer(agency.id).proposal);
    assert.equal(await refusalOf(showChange(other.session, change.id)), 'not-found');
    assert.equal(await refusalOf(decideChange(other.session, change, 'confirm')), 'not-found');
    assert.equal(await refusalOf(listChanges(agency.session)), 'key-role');
  });

  test('a key may not be used before it is active', async () => {
    const agency = await newAgency(world);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const { privatePem, proposal } = newOfficer(agency.id, tomorrow);
    const change = await proposeChange(agency.session, proposal);
    await decideChange(reviewer(0), change, 'approve');
    assert.equal((await decideChange(reviewer(1), change, 'approve')).status, 'Applied');
    assert.equal(await refusalOf(ask(await sessionOf(privatePem))), 'key-cooling');
  });

  test('another encryption key is confirmed by the agency, and what is collected then goes to it', async () => {
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    const { privatePem } = newEncryptionKey();
    const encryptionKey = { ...publicJwk(privatePem) };
    const change = await proposeChange(agency.session, {
      kind: 'encryption-key',
      agency: agency.id,
      encryptionKey,
    });
    await decideChange(reviewer(0), change, 'approve');
    assert.equal((await decideChange(reviewer(1), change, 'approve')).status, 'Applied');
    const { package: disclosure } = await collect(agency.session, view.id, privateJwk(privatePem));
    assert.equal(disclosure.records.length, 1);
  });

  test('other terms hold from the next request on, and an agency cannot give itself any', async () => {
    const agency = await newAgency(world);
    const terms = { ...exampleTerms, jurisdictions: ['FR'] };
    const proposal: Proposal = { kind: 'terms', agency: agency.id, terms };
    assert.equal(await refusalOf(proposeChange(agency.session, proposal)), 'change-not-yours');
    const change = await proposeChange(reviewer(0), proposal);
    await decideChange(reviewer(1), change, 'approve');
    assert.equal((await decideChange(agency.session, change, 'confirm')).status, 'Applied');
    assert.equal(await refusalOf(ask(agency.session)), 'agency-jurisdiction');
  });

  test('what cannot be applied is refused before anybody else is asked to sign it', async () => {
    const agency = await newAgency(world);
    const { proposal } = newOfficer(agency.id);
    const { proposal: elsewhere } = newOfficer(`nowhere-${randomUUID()}`);
    assert.equal(await refusalOf(proposeChange(reviewer(0), elsewhere)), 'agency-unknown');
    const key = agency.session.signer.keyId;
    assert.ok(key);
    assert.equal(proposal.kind, 'officer');
    const weak = { ...proposal, officer: { holder: 'x', publicKey: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } } };
    assert.equal(await refusalOf(proposeChange(reviewer(0), weak as Proposal)), 'key-refused');
  });

  test('an officer revokes a key of their own agency, and none of another', async () => {
    const [agency, other] = [await newAgency(world), await newAgency(world)];
    assert.equal(await refusalOf(revokeKey(other.session, agency.keyId, 'stolen')), 'not-found');
    const first = await revokeKey(agency.session, agency.keyId, 'lost');
    assert.equal(await refusalOf(ask(agency.session)), 'signature-key-unknown');
    // Revoking twice is no error, and does not move the moment.
    assert.deepEqual(await revokeKey(reviewer(0), agency.keyId, 'lost'), first);
    const { revoked } = await fetchProvider(world.cloud.url);
    assert.ok(revoked.some(({ keyid }) => keyid === agency.keyId));
  });

  test('I9 revoking the officer’s key cancels what is pending under it and ends its grants', async () => {
    const agency = await newAgency(world);
    const own = newAccount();
    await ingest(world, [login(own, 3)]);
    const open = await approvedCase(world, agency, newRequest(own));
    const waiting = await submitRequest(agency.session, newRequest(own));
    assert.equal((await grantsFor(world, own)).length, 1);
    // Somebody else of the agency, who may follow its cases afterwards.
    const { privatePem, proposal } = newOfficer(agency.id);
    const change = await proposeChange(agency.session, proposal);
    await decideChange(reviewer(0), change, 'approve');
    await decideChange(reviewer(1), change, 'approve');
    const colleague = await sessionOf(privatePem);
    // Who collects is proven by the log. Here no time passes from an enrolment to the first use.
    await until('the enrolment is in the log', async () =>
      (await readLog(world)).some(
        ({ entry }) =>
          entry.kind === 'change.decided' &&
          entry.stream === `change/${change.id}` &&
          entry.data.status === 'Applied',
      ),
    );

    await revokeKey(colleague, agency.keyId, 'stolen');
    assert.equal(
      await refusalOf(collect(colleague, open.id, agency.encryptionKey)),
      'case-closed',
      'at once, whether or not the case says so yet',
    );
    for (const { id } of [open, waiting]) {
      await logged(world, id, 'case.cancelled');
      assert.equal((await followRequest(colleague, id)).status, 'Cancelled');
    }
    await logged(world, open.id, 'grant.retired');
    assert.deepEqual(await grantsFor(world, own), []);
  });

  test('I3 revoking a reviewer’s key voids decisions that wait for another, and suspends what they opened', async () => {
    const agency = await newAgency(world);
    const own = newAccount();
    await ingest(world, [login(own, 3)]);
    const request = newRequest(own);
    const [open, waiting] = [
      await submitRequest(agency.session, request),
      await submitRequest(agency.session, { ...request, reference: `T-${randomUUID()}` }),
    ];
    const traitor = await newReviewer(world);
    const approve = (session: Session, view: typeof open) =>
      decideReview(session, view.id, {
        decision: 'approve',
        requestDigest: view.requestDigest,
        scope: wholeScope(request),
        reason: 'checked',
      });
    await approve(traitor.session, open);
    await approve(reviewer(0), open);
    await logged(world, open.id, 'grant.minted');
    await approve(traitor.session, { ...waiting });

    await revokeKey(reviewer(0), traitor.keyId, 'stolen');
    assert.equal(await refusalOf(listReviews(traitor.session)), 'signature-key-unknown');
    await logged(world, open.id, 'case.suspended');
    await logged(world, open.id, 'grant.retired');
    assert.equal((await followRequest(agency.session, open.id)).status, 'Suspended');
    assert.deepEqual(await grantsFor(world, own), []);
    await logged(world, waiting.id, 'decision.voided');
    // One approval more is one approval, not two.
    assert.equal((await approve(reviewer(0), waiting)).status, 'AwaitingApproval');
  });

  test('a reviewer whom reviewers enrolled approves with full effect', async () => {
    const agency = await newAgency(world);
    const recruit = await newReviewer(world);
    const request = newRequest(account);
    const view = await submitRequest(agency.session, request);
    for (const session of [recruit.session, reviewer(0)]) {
      await decideReview(session, view.id, {
        decision: 'approve',
        requestDigest: view.requestDigest,
        scope: wholeScope(request),
        reason: 'checked',
      });
    }
    await logged(world, view.id, 'grant.minted');
  });

  test('an operator cannot name reviewers while there are two', async () => {
    const reviewers = [1, 2].map((i) => ({
      holder: `insider-${i}-${randomUUID()}`,
      publicKey: newSigningKey().publicPem,
    }));
    await assert.rejects(invokeFound(world.aws, world.outputs, { reviewers }), /found failed/);
  });

  test('ten reviewers who are enrolled at once are all enrolled', async () => {
    const recruits = Array.from({ length: 10 }, () => ({
      holder: `reviewer-${randomUUID()}`,
      publicKey: newSigningKey().publicPem,
    }));
    const before = world.reviewers;
    await Promise.all(recruits.map((recruit) => enrol(before, { kind: 'reviewer', reviewer: recruit })));
  });
});
