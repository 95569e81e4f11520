import { issueFile, view } from '#core/cases/acts.ts';
import { type Case, statuses, viewCase } from '#core/cases/case.ts';
import { makeCaseFile } from '#core/cases/case-file.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import { policyHash } from '#core/cases/policy.ts';
import { type Decision, requestSchema, type Suspension } from '#core/cases/request.ts';
import { type Review, type ReviewLine, viewReviewLine } from '#core/cases/review.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { storeMessage } from '#core/evidence.ts';
import { WireError } from '#core/problem.ts';
import { encryptionKeyAt } from '#core/registry/records.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { casesByStatus, change, getCase } from './aws/cases.ts';
import { encryptFor } from './aws/deliver.ts';
import { openAtDesk, sealForDesk } from './aws/desk.ts';
import { env } from './aws/env.ts';
import { whatExists } from './aws/existence.ts';
import { checkAdopted, getAgency, getKey } from './aws/registry.ts';
import { type Answer, json, type Signed } from './middleware/event.ts';
import { serveSigned } from './middleware/serve.ts';

/** The provider's legal desk: sees what is asked and on what basis, narrows it, approves or rejects. */
const { AUTHORITY, POLICY } = env('AUTHORITY', 'POLICY');
const POLICY_HASH = policyHash(POLICY);

export const handler = serveSigned(reviewRoutes, AUTHORITY, {
  listReviews: list,
  showReview: show,
  fetchCaseFile: takeFile,
  decideReview: takeDecision,
  suspendReview: takeSuspension,
});

async function list(event: Signed): Promise<Answer> {
  const status = statuses.find((s) => s === event.queryStringParameters?.status) ?? 'AwaitingApproval';
  const reviews: ReviewLine[] = [];
  for await (const casesByStatu of casesByStatus(status)) reviews.push(viewReviewLine(casesByStatu));
  return json(200, { reviews });
}

/** What is asked is shown in the clear, and that it was shown is in the log first. */
async function show(event: Signed): Promise<Answer> {
  const current = await changed(event, (current) => view(current, event.caller.key.holder));
  const sealed = await openAtDesk(current.request, { case: current.id, part: 'request' });
  const shown: Review = {
    ...viewReviewLine(current),
    request: requestSchema.parse(JSON.parse(new TextDecoder().decode(sealed))),
    threshold: current.basis.threshold,
    exists: await whatExists(current, POLICY.desk.sees),
  };
  return json(200, shown);
}

/** The case's file, to be handed to a court or a person who is notified. That it was taken out is in the log. */
async function takeFile(event: Signed): Promise<Answer> {
  const { holder } = event.caller.key;
  const current = await changed(event, (current) => issueFile(current, holder));
  const [agency, asker] = await Promise.all([getAgency(current.agency), getKey(current.askedBy)]);
  const recipient = agency?.encryptionKeys.map(({ thumbprint }) => thumbprint) ?? [];
  const officer = asker === undefined ? [] : [asker.holder];
  return json(200, makeCaseFile(current, { recipient, officer, reviewer: [holder] }));
}

async function takeDecision(event: Signed<Decision>): Promise<Answer> {
  const { input: decision, at, caller } = event;
  const { key, message } = caller;
  if (decision.decision === 'approve') await checkAdopted(POLICY_HASH);
  const id = idOf(event);
  const sealedMessage = await sealForDesk(storeMessage(message), { case: id, part: 'decision' });
  const said = decision.decision === 'reject' ? await explained(event, decision.reason) : {};
  const by = { reviewer: key.holder, keyId: key.keyId, at, sealedMessage, ...said };
  const current = await changed(event, (latest) =>
    decide(latest, decision, { ...by, policy: POLICY, policyHash: POLICY_HASH }),
  );
  return json(200, viewCase(current));
}

async function takeSuspension(event: Signed<Suspension>): Promise<Answer> {
  const { input, caller } = event;
  const { explanation = '' } = await explained(event, input.reason);
  const current = await changed(event, (latest) =>
    suspend(latest, input, { reviewer: caller.key.holder, explanation }),
  );
  return json(200, viewCase(current));
}

/** What a reviewer says of it, for the agency's eyes alone: it may name whom the request names. */
async function explained(event: Signed<unknown>, reason: string): Promise<{ explanation?: string }> {
  const current = await getCase(idOf(event));
  const agency = current === undefined ? undefined : await getAgency(current.agency);
  const recipient = agency === undefined ? undefined : encryptionKeyAt(agency, event.at);
  return recipient === undefined ? {} : { explanation: await encryptFor(recipient, reason, 'text/plain') };
}

/** A reviewer's act on a case. */
async function changed(event: Signed<unknown>, act: (current: Case) => Outcome): Promise<Case> {
  const done = await change(idOf(event), act);
  if (done === undefined) throw new WireError('not-found');
  return done.case;
}

function idOf(event: Signed<unknown>): string {
  return event.pathParameters?.id ?? '';
}
