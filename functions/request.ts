import { randomBytes, randomUUID } from 'node:crypto';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import middy from '@middy/core';
import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import { checkAsked, checkBreadth, receive, withdraw } from '#core/cases/acts.ts';
import { type Case, type Holder, viewCase } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { policyHash } from '#core/cases/policy.ts';
import {
  type PreservationRequest,
  preservationSchema,
  preserve,
  viewPreservation,
} from '#core/cases/preservation.ts';
import { type Request, requestSchema, type Subject } from '#core/cases/request.ts';
import { heldWithin, validities } from '#core/disclosure/validity.ts';
import { WireError } from '#core/problem.ts';
import { checkTerms, ratesOf, type Terms } from '#core/registry/terms.ts';
import { blindIndex, pseudonymOf } from './aws/blind-index.ts';
import { caseOfReference, change, commit, getCase } from './aws/cases.ts';
import { lambda } from './aws/clients.ts';
import { StaleCaseError } from './aws/commit.ts';
import { sealForDesk } from './aws/desk.ts';
import { rateUpdate } from './aws/door.ts';
import { env } from './aws/env.ts';
import { logger } from './aws/observe.ts';
import { commitPreservation, preservationOfReference } from './aws/preservations.ts';
import { getAgency } from './aws/registry.ts';
import { drawersOf, namesOf, subjectsOf } from './aws/vault.ts';
import { type Answer, type Caller, json, type Signed } from './middleware/event.ts';
import { parse } from './middleware/parse.ts';
import { problem } from './middleware/problem.ts';
import { routes } from './middleware/routes.ts';
import { signedRequest } from './middleware/signed-request.ts';

/** What an agency may do with its requests, short of collecting: ask, follow, withdraw; and have data preserved. */
const { POLICY, AUTHORITY, PRESERVE_FUNCTION } = env('POLICY', 'AUTHORITY', 'PRESERVE_FUNCTION');
const door = { roles: ['agency'], authority: AUTHORITY } as const;

export const handler = routes({
  'POST /requests': middy<Signed<Request>, Answer>()
    .use(signedRequest(door))
    .use(parse(requestSchema))
    .use(problem(logger))
    .handler(submit),
  'GET /requests/{id}': middy<Signed, Answer>().use(signedRequest(door)).use(problem(logger)).handler(follow),
  'POST /requests/{id}/withdrawal': middy<Signed<Record<string, never>>, Answer>()
    .use(signedRequest(door))
    .use(parse(z.strictObject({})))
    .use(problem(logger))
    .handler(takeBack),
  'POST /preservations': middy<Signed<PreservationRequest>, Answer>()
    .use(signedRequest(door))
    .use(parse(preservationSchema))
    .use(problem(logger))
    .handler(submitPreservation),
});

async function submit({ input: request, caller, at }: Signed<Request>): Promise<Answer> {
  const agency = agencyOf(caller);
  const requestDigest = jsonDigest(request);
  const find = async () => {
    const id = await caseOfReference(agency, request.reference);
    return id === undefined ? undefined : getCase(id);
  };
  const it = await once(find, requestDigest, async () => {
    const terms = await termsOf(agency);
    checkTerms(request, terms);
    checkAsked(request, POLICY);
    const subjects = await Promise.all(request.subjects.map((subject) => resolve(subject, request.period)));
    if (subjects.some((holders) => holders.length === 0)) throw new CaseError('subject-unknown');

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
      policyHash: policyHash(POLICY),
    });
    const rates = ratesOf(request, terms, at).map((rate) => rateUpdate(agency, rate));
    return (await commit(outcome, rates)).case;
  });
  return json(201, viewCase(it), { location: `/v1/requests/${it.id}` });
}

/**
 * A preservation is taken on whether or not there is anything to preserve, and says the same either way: it discloses
 * nothing, existence included.
 */
async function submitPreservation({ input, caller, at }: Signed<PreservationRequest>): Promise<Answer> {
  const agency = agencyOf(caller);
  const requestDigest = jsonDigest(input);
  const find = () => preservationOfReference(agency, input.reference);
  const it = await once(find, requestDigest, async () => {
    const terms = await termsOf(agency);
    checkTerms(input, terms);
    checkBreadth(input, POLICY);
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
    });
    const rates = ratesOf({ priority: 'Routine' }, terms, at).map((rate) => rateUpdate(agency, rate));
    const taken = await commitPreservation(outcome, rates);
    await setToWork(taken.id);
    return taken;
  });
  return json(201, viewPreservation(it));
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

async function takeBack(event: Signed<Record<string, never>>): Promise<Answer> {
  const { id } = await ownCase(event);
  const changed = await change(id, withdraw);
  if (changed === undefined) throw new WireError('not-found');
  return json(200, viewCase(changed.case));
}

/**
 * Whom a subject stands for in a period: an account is itself; a number or username is whoever had it, while they had
 * it. Only subjects about whom something is stored count as known.
 */
async function resolve(subject: Subject, period: Request['period']): Promise<Holder[]> {
  if (subject.kind === 'account') {
    const pseudonym = await pseudonymOf(subject.value);
    return (await drawersOf(pseudonym)).length > 0 ? [{ subject: pseudonym }] : [];
  }
  const blind = await blindIndex(subject.kind, subject.value);
  const holders: Holder[] = [];
  for (const candidate of await subjectsOf(blind)) {
    for (const { from, to, blind: which } of validities(await namesOf(subject.kind, candidate))) {
      const held = { from, ...(to === undefined ? {} : { to }) };
      if (which === blind && heldWithin(held, period)) holders.push({ subject: candidate, ...held });
    }
  }
  return holders;
}

/** Another agency's case is not there, rather than forbidden: its existence is nobody's business. */
async function ownCase(event: Signed<unknown>): Promise<Case> {
  const it = await getCase(event.pathParameters?.id ?? '');
  if (it === undefined || it.agency !== agencyOf(event.caller)) throw new WireError('not-found');
  return it;
}

function agencyOf(caller: Caller): string {
  if (caller.key.agency === undefined) throw new WireError('key-role');
  return caller.key.agency;
}
