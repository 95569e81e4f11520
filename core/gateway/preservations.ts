import { jsonDigest } from '#core/canonical.ts';
import { checkBreadth } from '#core/cases/acts.ts';
import { mostHolders } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import {
  checkPreservable,
  extend,
  isOrdered,
  type OrderedPreservation,
  type PreservationRequest,
  type PreservationView,
  preserve,
  viewPreservation,
} from '#core/cases/preservation.ts';
import { checkStored } from '#core/cases/stored.ts';
import { WireError } from '#core/problem.ts';
import { keyInLog } from '#core/registry/records.ts';
import { checkTerms } from '#core/registry/terms.ts';
import type { AgencyPageQuery, AgencyPlace } from '#core/state/agency-lists.ts';
import { sealAsked } from './asked.ts';
import { type AskingPorts, beginPreserving, limitsOf, onceForReference, termsOf } from './asking.ts';
import { agencyOf, type Call } from './call.ts';
import { ownPreservation } from './own.ts';

/**
 * What an agency may have preserved. A preservation is accepted whether or not there is anything to preserve, and says
 * the same either way: it discloses nothing, existence included.
 */
export function preservationDesk(ports: Omit<AskingPorts, 'cases' | 'emergencies' | 'calls'>) {
  const { preservations, registry, references, chance, policy, policyHash } = ports;

  const view = async (shown: OrderedPreservation) =>
    viewPreservation(shown, await references.open(shown), ports.clock.now());

  async function accept(
    { input, caller, at }: Call<PreservationRequest>,
    agency: string,
    requestDigest: string,
  ): Promise<OrderedPreservation> {
    await registry.checkAdopted(policyHash);
    const terms = await termsOf(ports, agency);
    checkTerms(input, terms);
    checkPreservable(input, policy, at);
    checkBreadth(input, policy);
    checkStored(input.period, at);
    await ports.checkHoneytokens(input.subjects, policy.decoys, caller.key);
    const subjects = await Promise.all(input.subjects.map((subject) => ports.resolve(subject, input.period)));
    if (subjects.flat().length > mostHolders) throw new CaseError('limit-exceeded');
    const id = chance.id();
    const outcome = preserve(input, {
      id,
      agency,
      askedBy: caller.key.keyId,
      key: keyInLog(caller.key),
      reference: await references.seal(agency, input.reference, id),
      requestDigest,
      at,
      subjects,
      request: await sealAsked(ports, id, caller.message),
      salt: chance.bytes(32),
      policy,
    });
    const officer = caller.key.holder;
    const limits = limitsOf({ priority: 'Routine' }, { agency, terms, policy, officer }, at);
    const accepted = await preservations.commit(outcome, limits);
    await beginPreserving(ports, accepted.id);
    return accepted;
  }

  return {
    /** Accepts an order. The same order under the same reference is the same preservation. */
    async submit(call: Call<PreservationRequest>): Promise<PreservationView> {
      const agency = agencyOf(call);
      const requestDigest = jsonDigest(call.input);
      const tag = await references.tagOf(agency, call.input.reference);
      const preservation = await onceForReference(ports, requestDigest, {
        find: () => preservations.ofReference(agency, tag),
        make: () => accept(call, agency, requestDigest),
      });
      return view(preservation);
    },

    /** A page of what the caller's agency had preserved, the newest first. */
    async list(
      call: Call,
      query: AgencyPageQuery<OrderedPreservation['status']>,
    ): Promise<{ preservations: PreservationView[]; next?: AgencyPlace }> {
      const { listed, ...rest } = await preservations.ofAgency(agencyOf(call), query);
      return { preservations: await Promise.all(listed.map(view)), ...rest };
    },

    async follow(call: Call): Promise<PreservationView> {
      return view(await ownPreservation(preservations, call.id, agencyOf(call)));
    },

    async extend(call: Call<unknown>): Promise<PreservationView> {
      await registry.checkAdopted(policyHash);
      const { id } = await ownPreservation(preservations, call.id, agencyOf(call));
      const act = { officer: call.caller.key.holder, at: call.at, policy };
      const done = await preservations.change(id, (current) => extend(current, act));
      if (done === undefined || !isOrdered(done.preservation)) throw new WireError('not-found');
      await beginPreserving(ports, id);
      return view(done.preservation);
    },
  };
}
