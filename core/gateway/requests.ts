import { jsonDigest } from '#core/canonical.ts';
import { checkAsked, hoursLater, receive, withdraw } from '#core/cases/acts.ts';
import {
  type AskedView,
  type Case,
  type CaseLine,
  type CaseView,
  lineOfCase,
  mostHolders,
  type Status,
  viewAsked,
  viewCase,
} from '#core/cases/case.ts';
import type { OrderDocument } from '#core/cases/document.ts';
import { CaseError } from '#core/cases/errors.ts';
import { giveInformation } from '#core/cases/information.ts';
import type { AgencyLetter, LetterView } from '#core/cases/letters.ts';
import type { Answer } from '#core/cases/messages.ts';
import { renewDelay, tellPerson } from '#core/cases/notice.ts';
import { validate } from '#core/cases/obligations.ts';
import { offeredActs } from '#core/cases/offered.ts';
import { becomePart } from '#core/cases/preservation.ts';
import { preserveOnReceipt } from '#core/cases/receipt.ts';
import type { Delay, Request, Telling, Validation } from '#core/cases/request.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { WireError } from '#core/problem.ts';
import { keyInLog } from '#core/registry/records.ts';
import { type AgencyView, checkTerms } from '#core/registry/terms.ts';
import type { AgencyPageQuery, AgencyPlace } from '#core/state/agency-lists.ts';
import type { Prepared } from '#core/state/commit.ts';
import { sealAsked } from './asked.ts';
import { type AskingPorts, beginPreserving, limitsOf, onceForReference, termsOf } from './asking.ts';
import { agencyOf, type Call } from './call.ts';
import { uploadDocument } from './documents.ts';
import { keepLetter, lettersFor } from './letters.ts';
import { questionFor, sealMessage } from './messages.ts';
import { checkAuthority, notificationsOf } from './notifications.ts';
import { ownCase, ownPreservation } from './own.ts';

/**
 * What an agency may do with its requests, short of collecting: ask, follow, withdraw, give what an emergency owes, and
 * delay the notice to the person.
 */
export function requestDesk(ports: AskingPorts) {
  const {
    cases,
    preservations,
    registry,
    emergencies,
    calls,
    references,
    clock,
    chance,
    policy,
    policyHash,
  } = ports;

  /** A case as its agency may see it, and do with it, now. */
  const seen = async (
    current: Case,
    beside: { question?: string | undefined; letters?: LetterView[] } = {},
  ) => {
    const offered = offeredActs(current, { at: clock.now(), policy });
    const order = await references.openOrder(current);
    return viewCase(current, await references.open(current), offered, { ...beside, order });
  };
  const view = async (current: Case) => {
    const [question, letters] = await Promise.all([questionFor(ports, current), lettersFor(ports, current)]);
    return seen(current, { question, letters });
  };

  /** Accepts a request. The same request under the same reference is the same case. */
  async function submit(call: Call<Request>): Promise<CaseView> {
    const { input: request } = call;
    const agency = agencyOf(call);
    const requestDigest = jsonDigest(request);
    const tag = await references.tagOf(agency, request.reference);
    const current = await onceForReference(ports, requestDigest, {
      find: () => cases.ofReference(agency, tag),
      make: () => accept(call, agency, requestDigest),
    });
    return view(current);
  }

  async function accept(call: Call<Request>, agency: string, requestDigest: string): Promise<Case> {
    const { input: request, caller, at } = call;
    const terms = await checkRequest(call, agency);
    const officer = caller.key.holder;
    const limits = limitsOf(request, { agency, terms, policy, officer }, at);
    const subjects = await Promise.all(
      request.subjects.map((subject) => ports.resolve(subject, request.period)),
    );
    if (subjects.some((holders) => holders.length === 0)) {
      // Who is there and who is not can be asked no more often than anything else.
      await calls.countAsked(limits);
      throw new CaseError('subject-unknown');
    }
    if (subjects.flat().length > mostHolders) {
      // How many people had a number is nobody's to ask either.
      await calls.countAsked(limits);
      throw new CaseError('limit-exceeded');
    }
    const amended = request.amends === undefined ? undefined : await ownCase(cases, request.amends, agency);
    const preserved = await Promise.all(
      (request.preservations ?? []).map((id) => ownPreservation(preservations, id, agency)),
    );

    const id = chance.id();
    const outcome = receive(request, {
      id,
      agency,
      askedBy: caller.key.keyId,
      key: keyInLog(caller.key),
      reference: await references.seal(agency, request.reference, id),
      order: request.order === undefined ? undefined : await references.sealOrder(agency, request.order, id),
      requestDigest,
      at,
      subjects,
      sealedRequest: await sealAsked(ports, id, caller.message),
      salt: chance.bytes(32),
      policy,
      policyHash,
    });
    // What was preserved for it lasts as long as it can be answered and collected.
    const until = hoursLater(outcome.next.dueAt, policy.collectHours);
    const changes: Prepared[] = preserved.map((one) =>
      preservations.prepare(becomePart(one, { case: id, amended, until, at })),
    );
    // What the request names is preserved from this transaction on.
    const facts = { id: chance.id(), salt: chance.bytes(32), key: keyInLog(caller.key), policy };
    const own = preserveOnReceipt(outcome.next, facts);
    if (own !== undefined) changes.push(await preservations.prepareNew(own));
    const notifications = notificationsOf(outcome.next, request, cases);
    const committed = await cases.commit(outcome, {
      changes: [...changes, ...notifications],
      guards: limits,
    });
    for (const { id } of [...preserved, ...(own === undefined ? [] : [own.next])])
      await beginPreserving(ports, id);
    return committed.case;
  }

  /** @returns the agency's terms */
  async function checkRequest({ input: request, caller, at }: Call<Request>, agency: string) {
    await registry.checkAdopted(policyHash);
    const terms = await termsOf(ports, agency);
    checkTerms(request, terms);
    checkAsked(request, policy, at);
    await checkAuthority(registry, request);
    if (request.priority === 'Emergency') await emergencies.checkAccepted(agency);
    await ports.checkHoneytokens(request.subjects, policy.decoys, caller.key);
    return terms;
  }

  /** An act of the agency's on its own case. */
  async function changed(call: Call<unknown>, act: (current: Case) => Outcome): Promise<CaseView> {
    const { id } = await ownCase(cases, call.id, agencyOf(call));
    const done = await cases.change(id, act);
    if (done === undefined) throw new WireError('not-found');
    return view(done.case);
  }

  return {
    submit,

    /** A page of what the caller's agency asked for, whichever of its officers did: the newest first. */
    async list(
      call: Call,
      query: AgencyPageQuery<Status>,
    ): Promise<{ requests: CaseLine[]; next?: AgencyPlace }> {
      const { listed, ...rest } = await cases.ofAgency(agencyOf(call), query);
      return { requests: (await Promise.all(listed.map((each) => seen(each)))).map(lineOfCase), ...rest };
    },

    async follow(call: Call): Promise<CaseView> {
      return view(await ownCase(cases, call.id, agencyOf(call)));
    },

    /** The caller's agency, as the registry has it. @throws WireError key-role */
    async showAgency(call: Call): Promise<AgencyView> {
      const record = await registry.getAgency(agencyOf(call));
      if (record === undefined) throw new WireError('key-role');
      const { id, name, terms } = record;
      return { id, name, terms };
    },

    /** What was asked of one of the agency's cases, whichever of its officers asked. It names nobody. */
    async showAsked(call: Call): Promise<AskedView> {
      return viewAsked(await ownCase(cases, call.id, agencyOf(call)));
    },

    async withdraw(call: Call<unknown>): Promise<CaseView> {
      return changed(call, (current) => withdraw(current, call.caller.key.holder));
    },

    /** Takes the validated authorisation that an emergency owes. */
    async validate(call: Call<Validation>): Promise<CaseView> {
      await registry.checkAdopted(policyHash);
      const { key } = call.caller;
      const act = { officer: key.holder, key: keyInLog(key), at: call.at, policy };
      return changed(call, (current) => validate(current, call.input, act));
    },

    /** Answers what the desk asked. Reviewers alone read it. */
    async inform(call: Call<Answer>): Promise<CaseView> {
      const { id } = await ownCase(cases, call.id, agencyOf(call));
      const { input, at, caller } = call;
      const { holder } = caller.key;
      const sealed = await sealMessage(ports, 'answer', call);
      const act = { officer: holder, key: keyInLog(caller.key), at, written: jsonDigest(input), policy };
      const done = await cases.change(
        id,
        (current) => giveInformation(current, act),
        async ({ next }) => [cases.messages.prepare('answer', next, { author: holder, at, sealed })],
      );
      if (done === undefined) throw new WireError('not-found');
      return view(done.case);
    },

    /** Takes the order itself, where the policy takes it. */
    async handIn(call: Call<OrderDocument>): Promise<CaseView> {
      return view(await uploadDocument(ports, call));
    },

    /** Writes to the desk. Reviewers alone read it; the agency reads the copy that it sends along. */
    async write(call: Call<AgencyLetter>): Promise<CaseView> {
      await ownCase(cases, call.id, agencyOf(call));
      return view(await keepLetter(ports, 'agency', call, call.input.copy));
    },

    async delayNotice(call: Call<Delay>): Promise<CaseView> {
      await registry.checkAdopted(policyHash);
      const act = { officer: call.caller.key.holder, at: call.at, policy };
      return changed(call, (current) => renewDelay(current, call.input, act));
    },

    /** The authority told the person, as it says. */
    async tellPerson(call: Call<Telling>): Promise<CaseView> {
      const { key } = call.caller;
      const act = { officer: key.holder, key: keyInLog(key), at: call.at };
      return changed(call, (current) => tellPerson(current, call.input, act));
    },
  };
}
