import middy from '@middy/core';
import { decide, issueFile, view } from '#core/cases/acts.ts';
import { type Case, statuses, viewCase } from '#core/cases/case.ts';
import { kindOf } from '#core/cases/policy.ts';
import { type Decision, decisionSchema, requestSchema } from '#core/cases/request.ts';
import { storeMessage } from '#core/evidence.ts';
import { makeCaseFile } from '#core/log/case-file.ts';
import { WireError } from '#core/problem.ts';
import { casesByStatus, change } from './aws/cases.ts';
import { openAtDesk, sealForDesk } from './aws/desk.ts';
import { env } from './aws/env.ts';
import { logger } from './aws/observe.ts';
import { getAgency } from './aws/registry.ts';
import { shareOf } from './aws/vault.ts';
import { type Answer, json, type Signed } from './middleware/event.ts';
import { parse } from './middleware/parse.ts';
import { problem } from './middleware/problem.ts';
import { routes } from './middleware/routes.ts';
import { signedRequest } from './middleware/signed-request.ts';

/** The provider's legal desk: sees what is asked and on what basis, narrows it, approves or rejects. */
const { AUTHORITY } = env('AUTHORITY');
const door = { roles: ['reviewer'], authority: AUTHORITY } as const;

export const handler = routes({
  'GET /reviews': middy<Signed, Answer>()
    .use(signedRequest({ ...door, query: { status: statuses } }))
    .use(problem(logger))
    .handler(list),
  'GET /reviews/{id}': middy<Signed, Answer>().use(signedRequest(door)).use(problem(logger)).handler(show),
  'GET /reviews/{id}/case-file': middy<Signed, Answer>()
    .use(signedRequest(door))
    .use(problem(logger))
    .handler(takeFile),
  'POST /reviews/{id}/decisions': middy<Signed<Decision>, Answer>()
    .use(signedRequest(door))
    .use(parse(decisionSchema))
    .use(problem(logger))
    .handler(takeDecision),
});

async function list(event: Signed): Promise<Answer> {
  const status = statuses.find((s) => s === event.queryStringParameters?.status) ?? 'AwaitingApproval';
  const reviews = [];
  for await (const it of casesByStatus(status)) reviews.push(reviewLine(it));
  return json(200, { reviews });
}

/** What is asked is shown in the clear, and that it was shown is in the log first. */
async function show(event: Signed): Promise<Answer> {
  const changed = await change(idOf(event), (it) => view(it, event.caller.key.holder));
  if (changed === undefined) throw new WireError('not-found');
  const it = changed.case;
  const sealed = await openAtDesk(it.request, { case: it.id, part: 'request' });
  return json(200, {
    ...reviewLine(it),
    request: requestSchema.parse(JSON.parse(new TextDecoder().decode(sealed))),
    exists: await whatExists(it),
  });
}

/** The case's file, to be handed to a court or a person who is notified. That it was taken out is in the log. */
async function takeFile(event: Signed): Promise<Answer> {
  const { holder } = event.caller.key;
  const changed = await change(idOf(event), (it) => issueFile(it, holder));
  if (changed === undefined) throw new WireError('not-found');
  const it = changed.case;
  const agency = await getAgency(it.agency);
  const recipient = agency?.encryptionKeys.map(({ thumbprint }) => thumbprint) ?? [];
  return json(200, makeCaseFile(it, { recipient, reviewer: [holder] }));
}

async function takeDecision(event: Signed<Decision>): Promise<Answer> {
  const id = idOf(event);
  const { key, message } = event.caller;
  const sealedMessage = await sealForDesk(storeMessage(message), { case: id, part: 'decision' });
  const changed = await change(id, (it) =>
    decide(it, {
      decision: event.input,
      reviewer: key.holder,
      keyId: key.keyId,
      at: event.at,
      sealedMessage,
    }),
  );
  if (changed === undefined) throw new WireError('not-found');
  return json(200, viewCase(changed.case));
}

function reviewLine(it: Case) {
  const self = `/v1/reviews/${it.id}`;
  return {
    ...viewCase(it),
    links: { self, decisions: `${self}/decisions` },
    agency: it.agency,
    asked: it.asked,
    approvalsNeeded: it.approvalsNeeded,
    decisions: it.decisions.map(({ decision, reviewer, at, scope }) => ({
      decision,
      reviewer,
      at,
      ...(scope === undefined ? {} : { scope }),
    })),
  };
}

/** Which months hold data for each subject and category asked: that something exists, not what it is. */
async function whatExists(it: Case) {
  const shares = await Promise.all(
    it.subjects.map((holders) => Promise.all(holders.map((holder) => shareOf(holder, it.asked)))),
  );
  return it.asked.subjects.flatMap((subject) =>
    it.asked.categories.map((category) => {
      const drawers = (shares[subject] ?? []).flatMap((share) => share?.drawers ?? []);
      const epochs = drawers.filter((d) => d.kind === kindOf[category]).map((d) => d.epoch);
      return { subject, category, epochs: [...new Set(epochs)].sort() };
    }),
  );
}

function idOf(event: Signed<unknown>): string {
  return event.pathParameters?.id ?? '';
}
