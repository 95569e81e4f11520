/** Every act of the gateway and of the state, each with what must have happened before it. */
import { generateKeyPairSync } from 'node:crypto';
import { digestMember } from '#core/canonical.ts';
import { mint } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import type { OrderDocument } from '#core/cases/document.ts';
import { noticesSent } from '#core/cases/notice.ts';
import { missObligations } from '#core/cases/obligations.ts';
import { ended, type PreservationRequest } from '#core/cases/preservation.ts';
import type { Request } from '#core/cases/request.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { Proposal } from '#core/registry/change.ts';
import { keyInLog } from '#core/registry/records.ts';
import { documentPartBytes } from '#core/state/documents.ts';
import { emergency } from '../cases/cases.ts';
import {
  agency,
  approval,
  asked,
  firstReviewer,
  type Gateway,
  honeytoken,
  people,
  unknown,
} from './gateway.ts';

export interface TestedAct {
  name: string;
  /** Does, undisturbed, what must have happened before. @returns the act itself, over another gateway or the same */
  begin(calls: Gateway): Promise<(calls: Gateway) => Promise<unknown>>;
  /** Done again, it is another act with an entry of its own. */
  isRepeatable: boolean;
}

function tested<Before>(value: {
  name: string;
  before(calls: Gateway): Promise<Before>;
  act(calls: Gateway, on: Before): Promise<unknown>;
  isRepeatable?: true;
}): TestedAct {
  const { name, before, act, isRepeatable = false } = value;
  return {
    name,
    isRepeatable,
    async begin(calls) {
      const on = await before(calls);
      return (again) => act(again, on);
    },
  };
}

const { alice, bob, carol, officer, newcomer } = people;
const nothing = async () => undefined;
const at = (days: number) => new Date(Date.parse('2026-11-20T09:00:00Z') + days * 86_400_000).toISOString();

const { priority: _, notice: __, ...plain } = asked;
export const preservationOrder: PreservationRequest = {
  ...plain,
  reference: 'GS-1/26',
  instrument: { ...plain.instrument, kind: 'EPOC-PR' },
};
export const emergencyAsked: Request = { ...emergency, reference: 'GS-E/26', subjects: asked.subjects };

export async function submitted({ requests, call }: Gateway, request: Request = asked) {
  return requests.submit(await call(officer, request));
}

export const decision = (view: { requestDigest: string }, request: Request = asked) => ({
  decision: 'approve' as const,
  requestDigest: view.requestDigest,
  scope: {
    subjects: request.subjects.map((_, i) => i),
    categories: request.categories,
    period: request.period,
  },
  reason: 'order checked',
});

export async function approved(calls: Gateway, request: Request = asked, by = [alice, bob]) {
  const view = await submitted(calls, request);
  for (const reviewer of by)
    await calls.reviews.decide(await calls.call(reviewer, decision(view, request), view.id));
  return view;
}

export const question = ({ requestDigest }: { requestDigest: string }) => ({
  requestDigest,
  of: ['order' as const],
  text: 'the second page is missing',
});

/** A case of which the agency was asked something, with a note and a claim. */
export async function askedFor(calls: Gateway): Promise<string> {
  const view = await submitted(calls);
  const { reviews, call } = calls;
  await reviews.claim(await call(alice, { claim: 'take' } as const, view.id));
  await reviews.note(await call(alice, { text: 'a note' }, view.id));
  await reviews.ask(await call(alice, question(view), view.id));
  return view.id;
}

/** Collected once, and the person was notified. */
export async function notified(calls: Gateway): Promise<string> {
  const { id } = await approved(calls);
  const key = keyInLog((await calls.call(officer, {})).caller.key);
  await collectedOnce(calls, id, { at: at(1), key });
  calls.clock.set(at(200));
  await calls.cases.change(id, (current) => noticesSent(current, at(200), 'An agency'));
  return id;
}

/** An approved case of which the agency collects one record. */
export async function collectedOnce(
  { cases }: Pick<Gateway, 'cases'>,
  id: string,
  { at: now, key }: { at: string; key: string },
): Promise<void> {
  const grant = {
    subject: 's',
    kind: 'access',
    epoch: '2026-09',
    keyId: 'k',
    grantId: 'g',
  } as const;
  const collecting: ((current: Case) => Outcome | undefined)[] = [
    (current) => mint(current, [grant]),
    (current) => intend(current, { at: now, recipient: 'recipient', key }),
    (current) =>
      collected(current, { at: now, records: [{ subject: 0 }], epochKeys: 1, digest: 'd', more: false }),
  ];
  for (const act of collecting) await cases.change(id, act);
}

const anotherKey = () => ({
  ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
});

export async function proposed(calls: Gateway, proposal: Proposal, by = alice) {
  return calls.enrolment.propose(await calls.call(by, proposal));
}

/** An agency whose emergencies are suspended, because one was not paid for. */
async function suspendedAgency(calls: Gateway) {
  const { id } = await approved(calls, emergencyAsked, [alice]);
  await calls.cases.change(
    id,
    (current) => missObligations(current, at(30)),
    async ({ next }) => [calls.emergencies.suspend(await calls.emergencies.get(agency), next.id)],
  );
  return id;
}

/** A case that a reviewer rejected. */
export async function rejected(calls: Gateway, request = asked): Promise<string> {
  const { id, requestDigest } = await submitted(calls, request);
  const no = { decision: 'reject', requestDigest, reason: 'not lawful' } as const;
  await calls.reviews.decide(await calls.call(alice, no, id));
  return id;
}

/** A reviewer proposes that a case that ended is held. */
export async function heldBySecond(calls: Gateway) {
  const of = await rejected(calls);
  return { of, ...(await proposed(calls, { kind: 'hold', case: of, until: at(1000) })) };
}

/** An order of two parts. */
export const order = {
  type: 'application/pdf' as const,
  bytes: new TextEncoder().encode(`%PDF-1.7\n${'x'.repeat(documentPartBytes)}`),
};
/** A request that names an order by its digest. */
export const orderedBy = ({ bytes }: { bytes: Uint8Array }): Request => ({
  ...asked,
  instrument: { ...asked.instrument, digest: digestMember(bytes) },
});

/** A case whose order is here. */
export async function handedIn(calls: Gateway, document: OrderDocument = order): Promise<string> {
  const { id } = await submitted(calls, orderedBy(document));
  await calls.requests.handIn(await calls.call(officer, document, id));
  return id;
}

const officerKey = { kind: 'officer', agency, officer: firstReviewer(newcomer) } as const;
const encryptionKey = () => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
});

export const acts = [
  tested({
    name: 'an agency submits a request',
    before: nothing,
    act: (calls) => submitted(calls),
  }),
  tested({
    name: 'an agency submits an emergency',
    before: nothing,
    act: (calls) => submitted(calls, emergencyAsked),
  }),
  tested({
    name: 'an agency submits a request in place of another, with what it had preserved',
    async before(calls) {
      const { id } = await submitted(calls, { ...asked, reference: 'GS-0/26' });
      const preserved = [];
      for (const reference of ['P-1', 'P-2'])
        preserved.push(
          await calls.preservations.submit(await calls.call(officer, { ...preservationOrder, reference })),
        );
      return { amends: id, preservations: preserved.map((one) => one.id) };
    },
    act: (calls, on) => submitted(calls, { ...asked, ...on }),
  }),
  tested({
    name: 'an agency asks for somebody who is not there',
    before: nothing,
    act: (calls) => submitted(calls, { ...asked, subjects: [{ kind: 'account', value: unknown }] }),
  }),
  tested({
    name: 'an agency asks for a honeytoken',
    before: nothing,
    act: (calls) => submitted(calls, { ...asked, subjects: [{ kind: 'account', value: honeytoken }] }),
    isRepeatable: true,
  }),
  tested({
    name: 'an agency withdraws a request',
    before: (calls) => submitted(calls),
    act: async ({ requests, call }, { id }) => requests.withdraw(await call(officer, {}, id)),
  }),
  tested({
    name: 'an agency gives the authorisation that an emergency owes',
    before: (calls) => approved(calls, emergencyAsked, [alice]),
    act: async ({ requests, call }, { id }) =>
      requests.validate(
        await call(
          officer,
          {
            authoriserRole: 'JudgeCourtOrInvestigatingJudge',
            validatedAt: at(0),
            digest: asked.instrument.digest,
          },
          id,
        ),
      ),
  }),
  tested({
    name: 'an agency hands in the order itself',
    before: (calls) => submitted(calls, orderedBy(order)),
    act: async ({ requests, call }, { id }) => requests.handIn(await call(officer, order, id)),
  }),
  tested({
    name: 'a reviewer takes the order out',
    before: (calls) => handedIn(calls),
    act: async ({ reviews, call }, id) => reviews.order(await call(alice, undefined, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'an agency delays the notice',
    before: (calls) => submitted(calls),
    act: async ({ requests, call }, { id }) =>
      requests.delayNotice(await call(officer, { delayUntil: at(60), reason: 'flight' } as const, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'an agency has data preserved',
    before: nothing,
    act: async ({ preservations, call }) => preservations.submit(await call(officer, preservationOrder)),
  }),
  tested({
    name: 'an agency extends a preservation',
    before: async ({ preservations, call }) => preservations.submit(await call(officer, preservationOrder)),
    act: async ({ preservations, call }, { id }) => preservations.extend(await call(officer, {}, id)),
  }),
  tested({
    name: 'a reviewer sees what is asked',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, { id }) => reviews.show(await call(alice, undefined, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'a reviewer takes out a case’s file',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, { id }) => reviews.takeFile(await call(alice, undefined, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'a first reviewer approves',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, view) => reviews.decide(await call(alice, decision(view), view.id)),
  }),
  tested({
    name: 'a second reviewer approves',
    before: (calls) => approved(calls, asked, [alice]),
    act: async ({ reviews, call }, view) => reviews.decide(await call(bob, decision(view), view.id)),
  }),
  tested({
    name: 'a reviewer rejects',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, { id, requestDigest }) =>
      reviews.decide(
        await call(alice, { decision: 'reject', requestDigest, reason: 'no basis' } as const, id),
      ),
  }),
  tested({
    name: 'a reviewer claims a case',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, { id }) =>
      reviews.claim(await call(alice, { claim: 'take' } as const, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'a reviewer takes a claim over',
    async before(calls) {
      const { id } = await submitted(calls);
      await calls.reviews.claim(await calls.call(alice, { claim: 'take' } as const, id));
      return id;
    },
    act: async ({ reviews, call }, id) => reviews.claim(await call(bob, { claim: 'take-over' } as const, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'a reviewer ends a claim',
    async before(calls) {
      const { id } = await submitted(calls);
      await calls.reviews.claim(await calls.call(alice, { claim: 'take' } as const, id));
      return id;
    },
    act: async ({ reviews, call }, id) => reviews.claim(await call(alice, { claim: 'end' } as const, id)),
  }),
  tested({
    name: 'a reviewer writes a note',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, { id }) => reviews.note(await call(alice, { text: 'a note' }, id)),
    isRepeatable: true,
  }),
  tested({
    name: 'a reviewer asks the agency',
    before: (calls) => submitted(calls),
    act: async ({ reviews, call }, view) => reviews.ask(await call(alice, question(view), view.id)),
  }),
  tested({
    name: 'an agency answers the desk',
    before: askedFor,
    act: async ({ requests, call }, id) => requests.inform(await call(officer, { text: 'an answer' }, id)),
  }),
  tested({
    name: 'a reviewer suspends',
    before: (calls) => approved(calls),
    act: async ({ reviews, call }, { id, requestDigest }) =>
      reviews.suspend(await call(carol, { requestDigest, ground: 'other', reason: 'forged' } as const, id)),
  }),
  tested({
    name: 'the messenger asks whom a notice is for',
    before: notified,
    act: ({ address }, id) => address(id),
    isRepeatable: true,
  }),
  tested({
    name: 'a reviewer proposes an officer',
    before: nothing,
    act: (calls) => proposed(calls, officerKey),
    isRepeatable: true,
  }),
  tested({
    name: 'the agency confirms the last of three, and an officer joins',
    async before(calls) {
      const change = await proposed(calls, officerKey);
      await calls.enrolment.decide(await calls.call(bob, approval(change), change.id));
      return change;
    },
    act: async ({ enrolment, call }, { id, changeDigest }) =>
      enrolment.decide(await call(officer, { decision: 'confirm', changeDigest } as const, id)),
  }),
  tested({
    name: 'a second reviewer approves, and a reviewer joins',
    before: (calls) =>
      proposed(calls, { kind: 'reviewer', reviewer: { holder: 'reviewer-4', publicKey: anotherKey() } }),
    act: async ({ enrolment, call }, change) =>
      enrolment.decide(await call(bob, approval(change), change.id)),
  }),
  tested({
    name: 'a second reviewer approves, and an agency joins',
    before: (calls) =>
      proposed(calls, {
        kind: 'agency',
        agency: {
          id: 'agency-2',
          name: 'Another',
          encryptionKey: encryptionKey(),
          terms: {
            jurisdictions: ['DE'],
            instruments: ['EPOC'],
            categories: ['SubscriberData'],
            rates: { requestsPerDay: 1, emergenciesPerWeek: 0 },
          },
        },
        officer: { holder: 'officer-of-2', publicKey: anotherKey() },
      }),
    act: async ({ enrolment, call }, change) =>
      enrolment.decide(await call(bob, approval(change), change.id)),
  }),
  tested({
    name: 'a second reviewer approves, and a policy is adopted',
    before: (calls) => proposed(calls, { kind: 'policy', policyHash: `sha-256=:${'A'.repeat(43)}=:` }),
    act: async ({ enrolment, call }, change) =>
      enrolment.decide(await call(bob, approval(change), change.id)),
  }),
  tested({
    name: 'a reviewer rejects a change',
    before: (calls) => proposed(calls, officerKey),
    act: async ({ enrolment, call }, { id, changeDigest }) =>
      enrolment.decide(await call(bob, { decision: 'reject', changeDigest } as const, id)),
  }),
  tested({
    name: 'a second reviewer approves, and a case is held',
    before: (calls) => heldBySecond(calls),
    act: async ({ enrolment, call }, change) =>
      enrolment.decide(await call(bob, approval(change), change.id)),
  }),
  tested({
    name: 'a second reviewer approves, and a case is released',
    async before(calls) {
      const change = await heldBySecond(calls);
      await calls.enrolment.decide(await calls.call(bob, approval(change), change.id));
      return proposed(calls, { kind: 'release', case: change.of });
    },
    act: async ({ enrolment, call }, change) =>
      enrolment.decide(await call(bob, approval(change), change.id)),
  }),
  tested({
    name: 'a case is forgotten',
    before: rejected,
    act: ({ forgetCases }) => forgetCases(at(400)),
  }),
  tested({
    name: 'a case is forgotten, with what was written about it',
    async before(calls) {
      const id = await askedFor(calls);
      await calls.requests.inform(await calls.call(officer, { text: 'an answer' }, id));
      await calls.requests.withdraw(await calls.call(officer, {}, id));
    },
    act: ({ forgetCases }) => forgetCases(at(400)),
  }),
  tested({
    name: 'a preservation is forgotten',
    async before(calls) {
      const { id } = await calls.preservations.submit(await calls.call(officer, preservationOrder));
      calls.clock.set(at(61));
      await calls.preserved.change(id, (current) => ended(current, at(61)));
    },
    act: ({ forgetCases }) => forgetCases(at(800)),
  }),
  tested({
    name: 'an operator confirms that emergencies are accepted again',
    async before(calls) {
      await suspendedAgency(calls);
      return proposed(calls, { kind: 'emergencies', agency });
    },
    act: ({ enrolment }, { id }) => enrolment.confirm(id),
  }),
  tested({
    name: 'an emergency is overdue, and its agency’s are suspended',
    before: (calls) => approved(calls, emergencyAsked, [alice]),
    act: ({ cases, emergencies }, { id }) =>
      cases.change(
        id,
        (current) => missObligations(current, at(30)),
        async ({ next }) => [emergencies.suspend(await emergencies.get(agency), next.id)],
      ),
  }),
  tested({
    name: 'a reviewer revokes an officer’s key',
    before: nothing,
    act: async ({ enrolment, call }) =>
      enrolment.revoke(await call(alice, { keyid: officer.key.keyId, reason: 'lost' } as const)),
  }),
  tested({
    name: 'a reviewer revokes a reviewer’s key',
    before: nothing,
    act: async ({ enrolment, call }) =>
      enrolment.revoke(await call(alice, { keyid: bob.key.keyId, reason: 'lost' } as const)),
  }),
  tested({
    name: 'an operator founds the desk anew',
    async before({ enrolment, call }) {
      for (const { key } of [bob, carol])
        await enrolment.revoke(await call(alice, { keyid: key.keyId, reason: 'lost' } as const));
      return ['reviewer-5', 'reviewer-6'].map((name) => ({ holder: name, publicKey: anotherKey() }));
    },
    act: ({ found }, reviewers) => found(reviewers),
  }),
  tested({
    name: 'a deployment with another policy is recorded',
    before: ({ deployments }) => deployments.record(deployment('A')),
    act: ({ deployments }) => deployments.record(deployment('B')),
  }),
  tested({
    name: 'a refusal of an enrolled key is traced',
    before: async ({ registry }) => registry.getKey(officer.key.keyId),
    act: ({ calls }, key) =>
      calls.traceRefusal({ code: 'key-role', at: at(0), key, proven: 'nonce-of-the-refused-call' }),
  }),
  tested({
    name: 'an hour’s refusals are reported',
    async before({ calls }) {
      for (const code of ['signature-missing', 'signature-missing', 'replayed'])
        await calls.traceRefusal({ code, at: at(0), key: undefined, proven: undefined });
    },
    act: ({ calls }) => calls.reportStrangers(at(1)),
  }),
  tested({
    name: 'an entry that stands alone is put',
    before: nothing,
    act: ({ entries }) =>
      entries.putSingle('sweep/2026-11-20', {
        kind: 'sweep.done',
        data: { grants: 0, missing: 0, surplus: 0 },
      }),
  }),
];

export function deployment(letter: string) {
  const digest = `sha-256=:${letter.repeat(43)}=:`;
  return { code: digest, policy: digest, keys: ['thumbprint'] };
}
