import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { DecryptCommand } from '@aws-sdk/client-kms';
import {
  collect,
  collectOnce,
  followRequest,
  giveInformation,
  handInOrder,
  openExplanation,
  submitRequest,
  validateRequest,
} from '#client/agency.ts';
import { orderDigests } from '#client/order-digest.ts';
import { proposeChange } from '#client/registry.ts';
import {
  addNote,
  askInformation,
  claimReview,
  decideReview,
  fetchOrder,
  listReviews,
  showReview,
  suspendReview,
} from '#client/reviewer.ts';
import type { CaseView } from '#core/cases/case.ts';
import { mostDocumentBytes } from '#core/cases/document.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Aws } from '#dev/aws.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approvedCase,
  asFunction,
  awsErrorOf,
  clock,
  entryOf,
  grantsFor,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldWhere,
  unvalidated,
  wholeScope,
} from '../harness.ts';
import { firstWrappedKey, storedCase, storedTokens } from '../invariants/tools.ts';

const hoursFrom = (at: string, hours: number) => new Date(Date.parse(at) + hours * 3_600_000).toISOString();

describe('the case desk', { concurrency: 4 }, () => {
  let world: World;
  let asCollect: Aws;
  let skip: string | false = false;
  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kms');
    asCollect = await asFunction(world, 'Collect');
  });

  /** An account with data, an agency, and what it asks of it. */
  async function asked(changes: Partial<Request> = {}) {
    const account = newAccount();
    const [agency] = await Promise.all([
      newAgency(world),
      ingest(world, [login(account, 20), login(account, 3)]),
    ]);
    const request = newRequest(account, changes);
    const view = await submitRequest(agency.session, request);
    return { account, agency, request, view };
  }

  const reviewer = (index: number) => {
    const person = world.reviewers[index];
    assert.ok(person);
    return person;
  };

  function decide(index: number, view: CaseView, scope: Scope) {
    const { requestDigest } = view;
    const reason = 'order checked';
    return decideReview(reviewer(index).session, view.id, {
      decision: 'approve',
      requestDigest,
      scope,
      reason,
    });
  }

  /** Whether the account's first epoch key opens for `collect`'s role, with the case's grant and its token. */
  async function opener(account: string, caseId: string): Promise<() => Promise<string>> {
    const { CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    const GrantTokens = await storedTokens(world, caseId);
    return () =>
      awsErrorOf(asCollect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, GrantTokens })));
  }

  async function openEmergency() {
    const value = await asked(unvalidated());
    const scope = wholeScope(value.request);
    const opened = await decide(0, value.view, scope);
    await until('the grants are minted', () => entryOf(world, value.view.id, 'grant.minted'), 90_000);
    return { ...value, scope, opened };
  }

  test('works together: a claim in the list, a note, a question that the agency answers, and the case opens all the same', async () => {
    const { agency, request, view } = await asked();
    const { id, requestDigest } = view;
    const [first, second] = [reviewer(0).session, reviewer(1).session];
    await claimReview(first, id);
    assert.equal(await refusalOf(claimReview(second, id)), 'case-claimed');
    const listed = (await listReviews(second)).find((line) => line.id === id);
    assert.equal(listed?.claimedBy, reviewer(0).holder);
    await addNote(first, id, 'I called the court.');
    await askInformation(first, id, { requestDigest, of: ['order'], text: 'Where is page two?' });
    const needed = await followRequest(agency.session, id);
    assert.deepEqual([needed.status, needed.information?.of], ['AwaitingApproval', ['order']]);
    const question = await openExplanation(needed.information?.question ?? '', agency.encryptionKey);
    assert.equal(question, 'Where is page two?');
    assert.equal(
      await refusalOf(askInformation(second, id, { requestDigest, of: ['order'], text: 'x' })),
      'information-pending',
    );
    await giveInformation(agency.session, id, { text: 'Here.', digest: request.instrument.digest });
    const { notes, questions } = await showReview(second, id);
    assert.deepEqual(
      notes?.map(({ text }) => text),
      ['I called the court.'],
    );
    assert.equal(questions?.[0]?.answer?.text, 'Here.');
    for (const index of [0, 1]) await decide(index, view, wholeScope(request));
    await logged(world, id, 'grant.minted');
    await collect(agency.session, id, agency.encryptionKey, { patienceMs: 90_000 });
  });

  test('the order that an agency hands in is what a reviewer takes out, to the byte, also the largest', async () => {
    const bytes = new Uint8Array(mostDocumentBytes).map((_, i) => (i * 7919) >> 8);
    bytes.set(new TextEncoder().encode('%PDF-1.7\n'));
    const digest = orderDigests(bytes).member;
    const { instrument } = newRequest(newAccount());
    const { agency, view } = await asked({ instrument: { ...instrument, digest } });
    assert.equal(view.links.order, `/v1/requests/${view.id}/order`);
    const order = { type: 'application/pdf', bytes } as const;
    const another = { ...order, bytes: bytes.slice(0, 1000) };
    assert.equal(await refusalOf(handInOrder(agency.session, view.id, another)), 'order-digest-differs');
    const after = await handInOrder(agency.session, view.id, order);
    assert.equal(after.links.order, undefined);
    const { session } = reviewer(0);
    assert.equal((await showReview(session, view.id)).document?.received?.bytes, bytes.length);
    assert.deepEqual(orderDigests(await fetchOrder(session, view.id, digest)).member, digest);
    await logged(world, view.id, 'order.received');
  });

  test('a rejection has a ground, and says to the agency alone what the reviewer wrote', async () => {
    const { agency, view } = await asked();
    const reason = 'the account is a journalist’s';
    const { requestDigest } = view;
    // Only a key that the log proves is encrypted to: the agency's enrolment comes before its request.
    await logged(world, view.id, 'request.received');
    await decideReview(reviewer(0).session, view.id, {
      decision: 'reject',
      requestDigest,
      ground: 'press-freedom',
      reason,
    });
    const { status, reason: ground, explanation = '' } = await followRequest(agency.session, view.id);
    assert.deepEqual([status, ground], ['Rejected', 'press-freedom']);
    assert.equal(await openExplanation(explanation, agency.encryptionKey), reason);
    const stranger = await newAgency(world);
    await assert.rejects(openExplanation(explanation, stranger.encryptionKey));
    const stored = JSON.stringify(await storedCase(world, view.id));
    assert.ok(!stored.includes('journalist'), 'the case holds it in the clear');
    const entry = (await logged(world, view.id, 'decision.rejected')).at(-1);
    assert.ok(entry?.kind === 'decision.rejected' && entry.data.because === 'press-freedom');
  });

  test('the desk is told how much there is, and whether the offence meets the threshold', async () => {
    const { view } = await asked({ categories: ['TrafficData', 'UserIdentifyingData'] });
    const review = await showReview(reviewer(0).session, view.id);
    assert.equal(review.threshold, 'met');
    assert.deepEqual(
      review.exists.map(({ records }) => records),
      [2, 2],
    );
  });

  test('an offence below the threshold orders identification, and no history', async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const instrument = { ...newRequest(account).instrument, offence: 'StGB 185' };
    const history = newRequest(account, { instrument });
    assert.equal(await refusalOf(submitRequest(agency.session, history)), 'offence-below-threshold');
    const identify = newRequest(account, { instrument, categories: ['UserIdentifyingData'] });
    assert.equal((await submitRequest(agency.session, identify)).status, 'AwaitingApproval');
  });

  test('I9 a reviewer’s suspension ends the grants at KMS', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, request } = await asked();
    const view = await approvedCase(world, agency, { ...request, reference: `${request.reference}-2` });
    const open = await opener(account, view.id);
    assert.equal(await open(), 'allowed');
    const { requestDigest } = view;
    const suspension = { requestDigest, ground: 'immunity-or-privilege', reason: 'counsel called' } as const;
    const suspended = await suspendReview(reviewer(2).session, view.id, suspension);
    assert.equal(suspended.status, 'Suspended');
    await until('no grant is left', async () => (await grantsFor(world, account)).length === 0, 90_000);
    assert.equal(await open(), 'AccessDeniedException');
    assert.equal(await refusalOf(collectOnce(agency.session, view.id, agency.encryptionKey)), 'case-closed');
    assert.equal(await refusalOf(decide(1, view, wholeScope(request))), 'case-closed');
  });

  test('I9 expiry ends the grants at KMS, and not a moment before', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, request } = await asked();
    const view = await approvedCase(world, agency, { ...request, reference: `${request.reference}-2` });
    const open = await opener(account, view.id);
    const { expiresAt = '' } = view;
    await clock(world, view.id, new Date(Date.parse(expiresAt) - 1).toISOString());
    assert.equal(await open(), 'allowed');
    await clock(world, view.id, expiresAt);
    assert.equal(await open(), 'AccessDeniedException');
    assert.equal((await followRequest(agency.session, view.id)).status, 'Expired');
    await logged(world, view.id, 'grant.retired');
  });

  test('I3 an emergency opens on one signature, and stays open once what it owes is paid', async () => {
    const { account, agency, view, scope, opened } = await openEmergency();
    assert.equal(opened.status, 'AwaitingDisclosure');
    assert.deepEqual(opened.debts?.owed, ['second-signature', 'authorisation']);
    const { records } = (await collect(agency.session, view.id, agency.encryptionKey)).package;
    assert.equal(records.length, 2);

    const narrower = { ...scope, period: { from: ago(10), to: ago(5) } };
    assert.equal(await refusalOf(decide(1, view, narrower)), 'scope-differs');
    assert.equal(await refusalOf(decide(0, view, scope)), 'decision-repeated');
    const signed = await decide(1, view, scope);
    assert.deepEqual(signed.debts?.owed, ['authorisation']);
    assert.equal(await refusalOf(decide(2, view, scope)), 'case-closed');
    const validation = {
      validatedAt: ago(0),
      digest: `sha-256=:${'B'.repeat(43)}=:`,
    };
    const bySomebody = { ...validation, authoriserRole: 'OtherCompetentAuthority' } as const;
    assert.equal(
      await refusalOf(validateRequest(agency.session, view.id, bySomebody)),
      'authoriser-insufficient',
      'who asked validates nothing',
    );
    const byJudge = { ...validation, authoriserRole: 'JudgeCourtOrInvestigatingJudge' } as const;
    const paid = await validateRequest(agency.session, view.id, byJudge);
    assert.deepEqual(paid.debts?.owed, []);
    assert.equal(await refusalOf(validateRequest(agency.session, view.id, byJudge)), 'nothing-owed');

    await clock(world, view.id, hoursFrom(paid.debts?.dueAt ?? '', 1));
    assert.equal((await followRequest(agency.session, view.id)).status, 'Disclosed');
    assert.equal((await grantsFor(world, account)).length, 1);
    assert.equal((await collect(agency.session, view.id, agency.encryptionKey)).package.records.length, 2);
  });

  test('I3 an emergency that is not paid for in time closes at KMS, and its agency’s next are refused until a reviewer and an operator reopen them', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, view, request, opened } = await openEmergency();
    const open = await opener(account, view.id);
    await decide(1, view, wholeScope(request));
    const { dueAt = '' } = opened.debts ?? {};
    await clock(world, view.id, new Date(Date.parse(dueAt) - 1).toISOString());
    assert.equal(await open(), 'allowed');
    await clock(world, view.id, dueAt);
    assert.equal(await open(), 'AccessDeniedException');
    const { status, reason } = await followRequest(agency.session, view.id);
    assert.deepEqual([status, reason], ['Suspended', 'emergency-overdue']);
    const overdue = (await logged(world, view.id, 'emergency.overdue')).find(
      ({ kind }) => kind === 'emergency.overdue',
    );
    assert.ok(overdue?.kind === 'emergency.overdue' && overdue.data.debt === 'authorisation');

    const another = () =>
      submitRequest(agency.session, newRequest(account, { priority: 'Emergency', threat: 'limb' }));
    assert.equal(await refusalOf(another()), 'emergencies-suspended');
    assert.equal((await submitRequest(agency.session, newRequest(account))).status, 'AwaitingApproval');
    const proposal = { kind: 'emergencies', agency: agency.id } as const;
    assert.equal(await refusalOf(proposeChange(agency.session, proposal)), 'change-not-yours');
    const change = await proposeChange(reviewer(0).session, proposal);
    assert.deepEqual([change.status, change.missing], ['Pending', { approvals: 0, confirmation: true }]);
    assert.equal(await refusalOf(another()), 'emergencies-suspended', 'a reviewer alone reopens nothing');
    assert.deepEqual(await invoke(world, 'Operate', { confirm: change.id }), { status: 'Applied' });
    assert.equal((await another()).status, 'AwaitingApproval');
    assert.equal(await refusalOf(proposeChange(reviewer(0).session, proposal)), 'emergencies-open');
    const told = await until('both are in the log', async () => {
      const entries = await toldWhere(world, ({ entry }) => entry.stream === `emergencies/${agency.id}`);
      return entries.length === 2 && entries.map(({ entry }) => entry.kind);
    });
    assert.deepEqual(told, ['emergencies.suspended', 'emergencies.reopened']);
  });

  test('I3 a rejection of an emergency that is open closes it', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, view } = await openEmergency();
    const open = await opener(account, view.id);
    const { requestDigest } = view;
    const decision = {
      decision: 'reject',
      requestDigest,
      ground: 'manifest-error',
      reason: 'forged',
    } as const;
    assert.equal((await decideReview(reviewer(1).session, view.id, decision)).status, 'Rejected');
    await until('no grant is left', async () => (await grantsFor(world, account)).length === 0, 90_000);
    assert.equal(await open(), 'AccessDeniedException');
    assert.equal(await refusalOf(collectOnce(agency.session, view.id, agency.encryptionKey)), 'case-closed');
  });

  test('half, three quarters and the whole of a deadline are told once each', async () => {
    const { view } = await asked();
    const at = (share: number) => {
      const [from, to] = [Date.parse(view.receivedAt), Date.parse(view.dueAt)];
      return new Date(Math.ceil(from + share * (to - from))).toISOString();
    };
    for (const share of [0.49, 0.5, 0.6, 0.75, 1, 1.5]) await clock(world, view.id, at(share));
    const parts = (await logged(world, view.id, 'deadline.passed', 3)).flatMap((entry) =>
      entry.kind === 'deadline.passed' ? [entry.data.part] : [],
    );
    assert.deepEqual(parts, ['half', 'three-quarters', 'whole']);
  });

  test('an amended request is a new one that names the old, and only one’s own', async () => {
    const { account, agency, view } = await asked();
    const amended = await submitRequest(agency.session, newRequest(account, { amends: view.id }));
    assert.notEqual(amended.id, view.id);
    assert.equal(amended.links.amends, `/v1/requests/${view.id}`);
    assert.equal((await followRequest(agency.session, view.id)).status, 'AwaitingApproval');
    const other = await newAgency(world);
    const foreign = newRequest(account, { amends: view.id });
    assert.equal(await refusalOf(submitRequest(other.session, foreign)), 'not-found');
  });
});
