import { randomBytes, randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { jsonDigest } from '#core/canonical.ts';
import { checkAsked, checkBreadth, hoursLater, receive, withdraw } from '#core/cases/acts.ts';
import { type Case, viewCase } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { renewDelay } from '#core/cases/notice.ts';
import { validate } from '#core/cases/obligations.ts';
import { policyHash } from '#core/cases/policy.ts';
import {
  becomePart,
  checkPreservable,
  extend,
  type Preservation,
  type PreservationRequest,
  preserve,
  viewPreservation,
} from '#core/cases/preservation.ts';
import type { Delay, Request, Validation } from '#core/cases/request.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { WireError } from '#core/problem.ts';
import { checkTerms, ratesOf, type Terms } from '#core/registry/terms.ts';
import { type Nothing, requestRoutes } from '#core/wire/agency.ts';
import { rateUpdate } from './aws/calls.ts';
import { caseOfReference, change, commit, getCase } from './aws/cases.ts';
import { lambda } from './aws/clients.ts';
import { commitActs, StaleCaseError } from './aws/commit.ts';
import { sealForDesk } from './aws/desk.ts';
import { checkEmergenciesTaken } from './aws/emergencies.ts';
import { env } from './aws/env.ts';
import { checkHoneytokens } from './aws/honeytokens.ts';
import { logger } from './aws/observe.ts';
import {
  commitPreservation,
  getPreservation,
  preparePreservation,
  preservationOfReference,
} from './aws/preservations.ts';
import { checkAdopted, getAgency } from './aws/registry.ts';
import { resolve } from './aws/resolve.ts';
import { type Answer, type Caller, json, type Signed } from './middleware/event.ts';
import { serveSigned } from './middleware/serve.ts';

/**
 * What an agency may do with its requests, short of collecting: ask, follow, withdraw, say what an emergency owes and
 * that the person is to be told later; and have data preserved.
 */
const { POLICY, AUTHORITY, PRESERVE_FUNCTION } = env('POLICY', 'AUTHORITY', 'PRESERVE_FUNCTION');
const POLICY_HASH = policyHash(POLICY);

export const handler = serveSigned(requestRoutes, AUTHORITY, {
  submitRequest: submit,
  followRequest: follow,
  withdrawRequest: takeBack,
  validateRequest: takeValidation,
  delayNotice,
  preserveData: submitPreservation,
  followPreservation,
  extendPreservation,
});

async function submit({ input: request, caller, at }: Signed<Request>): Promise<Answer> {
  const agency = agencyOf(caller);
  const requestDigest = jsonDigest(request);
  const find = async () => {
    const id = await caseOfReference(agency, request.reference);
    return id === undefined ? undefined : getCase(id);
  };
  const current = await once(find, requestDigest, async () => {
    await checkAdopted(POLICY_HASH);
    const terms = await termsOf(agency);
    checkTerms(request, terms);
    checkAsked(request, POLICY, at);
    if (request.priority === 'Emergency') await checkEmergenciesTaken(agency);
    await checkHoneytokens(request.subjects, POLICY.decoys, caller.key);
    const by = { terms, limits: POLICY.limits, officer: caller.key.holder };
    const rates = ratesOf(request, by, at).map((rate) => rateUpdate(agency, rate));
    const subjects = await Promise.all(request.subjects.map((subject) => resolve(subject, request.period)));
    if (subjects.some((holders) => holders.length === 0)) {
      // Who is there and who is not can be asked no more often than anything else.
      await commitActs([], rates);
      throw new CaseError('subject-unknown');
    }
    if (request.amends !== undefined) await casesOwn(request.amends, agency);
    const preserved = await Promise.all(
      (request.preservations ?? []).map((id) => preservationsOwn(id, agency)),
    );

    const id = randomUUID();
    const outcome = receive(request, {
      id,
      agency,
      askedBy: caller.key.keyId,
      requestDigest,
      at,
      subjects,
      sealedRequest: await sealAsked(id, request),
      salt: randomBytes(32),
      policy: POLICY,
      policyHash: POLICY_HASH,
    });
    // What was preserved for it lasts as long as it can be answered and collected.
    const until = hoursLater(outcome.next.dueAt, POLICY.collectHours);
    const acts = preserved.map((one) =>
      preparePreservation(becomePart(one, { case: id, amends: request.amends, until, at })),
    );
    const committed = await commit(outcome, { acts, rates });
    for (const one of preserved) await setToWork(one.id);
    return committed.case;
  });
  return json(201, viewCase(current), { location: `/v1/requests/${current.id}` });
}

/**
 * A preservation is taken on whether or not there is anything to preserve, and says the same either way: it discloses
 * nothing, existence included.
 */
async function submitPreservation({ input, caller, at }: Signed<PreservationRequest>): Promise<Answer> {
  const agency = agencyOf(caller);
  const requestDigest = jsonDigest(input);
  const find = () => preservationOfReference(agency, input.reference);
  const preservation = await once(find, requestDigest, async () => {
    await checkAdopted(POLICY_HASH);
    const terms = await termsOf(agency);
    checkTerms(input, terms);
    checkPreservable(input, POLICY);
    checkBreadth(input, POLICY);
    await checkHoneytokens(input.subjects, POLICY.decoys, caller.key);
    const id = randomUUID();
    const outcome = preserve(input, {
      id,
      agency,
      askedBy: caller.key.keyId,
      requestDigest,
      at,
      subjects: await Promise.all(input.subjects.map((subject) => resolve(subject, input.period))),
      request: await sealAsked(id, input),
      salt: randomBytes(32),
      policy: POLICY,
    });
    const by = { terms, limits: POLICY.limits, officer: caller.key.holder };
    const rates = ratesOf({ priority: 'Routine' }, by, at);
    const taken = await commitPreservation(
      outcome,
      rates.map((rate) => rateUpdate(agency, rate)),
    );
    await setToWork(taken.id);
    return taken;
  });
  return json(201, viewPreservation(preservation));
}

/**
 * One reference is one request: what stands under it already is the answer, also where two copies of one request come
 * at the same moment and the other was first.
 *
 * @throws CaseError reference-conflict
 */
async function once<T extends { requestDigest: string }>(
  find: () => Promise<T | undefined>,
  requestDigest: string,
  make: () => Promise<T>,
): Promise<T> {
  const same = async () => {
    const known = await find();
    if (known !== undefined && known.requestDigest !== requestDigest)
      throw new CaseError('reference-conflict');
    return known;
  };
  const known = await same();
  if (known !== undefined) return known;
  try {
    return await make();
  } catch (error) {
    const twin = error instanceof StaleCaseError ? await same() : undefined;
    if (twin === undefined) throw error;
    return twin;
  }
}

async function termsOf(agency: string): Promise<Terms> {
  const terms = (await getAgency(agency))?.terms;
  if (terms === undefined) throw new WireError('key-role');
  return terms;
}

function sealAsked(id: string, asked: Request | PreservationRequest): Promise<Uint8Array> {
  return sealForDesk(new TextEncoder().encode(JSON.stringify(asked)), { case: id, part: 'request' });
}

/** Has `preserve` begin. If that is lost, the clock brings it here within the hour: what is asked for stands already. */
async function setToWork(preservation: string): Promise<void> {
  try {
    await lambda.send(
      new InvokeCommand({
        FunctionName: PRESERVE_FUNCTION,
        InvocationType: 'Event',
        Payload: JSON.stringify({ preservation }),
      }),
    );
  } catch (error) {
    logger.error('preserve was not called', { error: error instanceof Error ? error.name : '' });
  }
}

async function follow(event: Signed): Promise<Answer> {
  return json(200, viewCase(await ownCase(event)));
}

async function takeBack(event: Signed<Nothing>): Promise<Answer> {
  const { holder } = event.caller.key;
  return changed(event, (current) => withdraw(current, holder));
}

async function takeValidation(event: Signed<Validation>): Promise<Answer> {
  await checkAdopted(POLICY_HASH);
  const { input, at, caller } = event;
  return changed(event, (current) =>
    validate(current, input, { officer: caller.key.holder, at, policy: POLICY }),
  );
}

async function delayNotice(event: Signed<Delay>): Promise<Answer> {
  await checkAdopted(POLICY_HASH);
  const { input, at, caller } = event;
  return changed(event, (current) =>
    renewDelay(current, input, { officer: caller.key.holder, at, policy: POLICY }),
  );
}

/** An act of the agency's on its own case. */
async function changed(event: Signed<unknown>, act: (current: Case) => Outcome): Promise<Answer> {
  const { id } = await ownCase(event);
  const done = await change(id, act);
  if (done === undefined) throw new WireError('not-found');
  return json(200, viewCase(done.case));
}

async function followPreservation(event: Signed): Promise<Answer> {
  const preservation = await preservationsOwn(event.pathParameters?.id ?? '', agencyOf(event.caller));
  return json(200, viewPreservation(preservation));
}

async function extendPreservation(event: Signed<Nothing>): Promise<Answer> {
  await checkAdopted(POLICY_HASH);
  const { at, caller } = event;
  const preservation = await preservationsOwn(event.pathParameters?.id ?? '', agencyOf(caller));
  const extended = await commitPreservation(
    extend(preservation, { officer: caller.key.holder, at, policy: POLICY }),
  );
  await setToWork(extended.id);
  return json(200, viewPreservation(extended));
}

/** Another agency's case is not there, rather than forbidden: its existence is nobody's business. */
function ownCase(event: Signed<unknown>): Promise<Case> {
  return casesOwn(event.pathParameters?.id ?? '', agencyOf(event.caller));
}

async function casesOwn(id: string, agency: string): Promise<Case> {
  const current = await getCase(id);
  if (current === undefined || current.agency !== agency) throw new WireError('not-found');
  return current;
}

async function preservationsOwn(id: string, agency: string): Promise<Preservation> {
  const preservation = await getPreservation(id);
  if (preservation === undefined || preservation.agency !== agency) throw new WireError('not-found');
  return preservation;
}

function agencyOf(caller: Caller): string {
  if (caller.key.agency === undefined) throw new WireError('key-role');
  return caller.key.agency;
}
