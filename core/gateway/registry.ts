import { CaseError } from '#core/cases/errors.ts';
import { mostDecisionBytes, mostProposalBytes } from '#core/cases/kept.ts';
import { storeWithin } from '#core/evidence.ts';
import { mostActivationDays, mostHoldDays } from '#core/log/limits.ts';
import { inParallel } from '#core/parallel.ts';
import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import {
  agencyOfProposal,
  type Change,
  type ChangeDecision,
  confirmAsOperator,
  decideChange,
  keyOfProposal,
  ownKeyOfProposal,
  type Proposal,
  propose,
  proposerOf,
} from '#core/registry/change.ts';
import { type ChangeView, viewChange } from '#core/registry/change-view.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { RegistryError } from '#core/registry/errors.ts';
import type { ChangeStatus } from '#core/registry/lapsing.ts';
import type { AgencyRecord, KeyRecord } from '#core/registry/records.ts';
import type { Revocation, RevokedKey } from '#core/registry/revocation.ts';
import { proposalRate } from '#core/registry/terms.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { countBack, countTowards } from '#core/state/calls.ts';
import type { CaseState, ListPlace } from '#core/state/cases.ts';
import { decideUntilFirst, type Prepared, type StatePorts } from '#core/state/commit.ts';
import type { EmergencyState } from '#core/state/emergencies.ts';
import type { HeardState } from '#core/state/heard.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { Party, RegistryChanges } from '#core/state/registry-changes.ts';
import type { SuspensionState } from '#core/state/suspensions.ts';
import type { Call } from './call.ts';
import { checkOfficer, effectsOf, existingDesk } from './effects.ts';

export interface RegistryPorts extends Pick<StatePorts, 'clock' | 'chance'> {
  registry: RegistryState & RegistryChanges;
  /** What a change is decided on: records that are the newest by the log. @throws WireError record-unproven */
  newest: Pick<RegistryState, 'getAgency' | 'getDesk'>;
  emergencies: Pick<EmergencyState, 'getSuspended' | 'reopen'>;
  suspensions: Pick<SuspensionState, 'reinstate'>;
  heard: Pick<HeardState, 'reports'>;
  cases: Pick<CaseState, 'get' | 'prepareOn'>;
  watch: Watch;
  /** Hours from a key's enrolment until it may be used. */
  coolOffHours: number;
}

/**
 * Who is enrolled. Reviewers, and for their own agency its officers, propose and decide changes; they may have the keys
 * revoked that they answer for. Nothing here discloses anything, and nothing else changes the registry.
 */
export function registryDesk(ports: RegistryPorts) {
  const { registry, newest, emergencies, suspensions, heard, chance, clock, watch } = ports;

  async function view(change: Change): Promise<ChangeView> {
    return viewChange(change, await concernedAgency(change.proposal), clock.now());
  }

  async function concernedAgency(proposal: Proposal): Promise<AgencyRecord | undefined> {
    const id = agencyOfProposal(proposal);
    return id === undefined ? undefined : registry.getAgency(id);
  }

  /** A change, for reviewers and for the agency that it concerns. To others it is not there. */
  async function visible({ id, caller: { key } }: Call<unknown>): Promise<Change> {
    const change = await registry.getChange(id);
    if (change === undefined || (key.role === 'agency' && agencyOfProposal(change.proposal) !== key.agency))
      throw new WireError('not-found');
    return change;
  }

  /**
   * What cannot be applied anyhow is refused before anybody else is asked to sign it.
   *
   * @throws SignatureError key-refused; CaseError case-not-held; RegistryError agency-enrolled, agency-unknown,
   *   officer-unknown, emergencies-open, key-enrolled, key-revoked-elsewhere, key-not-suspended, case-unknown,
   *   hold-too-long; WireError field-invalid
   */
  async function checkPossible(proposal: Proposal, at: string): Promise<void> {
    if (agencyOfProposal(proposal) !== undefined) {
      const agency = await concernedAgency(proposal);
      const isThere = agency !== undefined;
      if (proposal.kind === 'agency' && isThere) throw new RegistryError('agency-enrolled');
      if (proposal.kind !== 'agency' && !isThere) throw new RegistryError('agency-unknown');
      if (proposal.kind === 'encryption-key' && isThere) checkOfficer(proposal.officer, agency);
    }
    if (proposal.kind === 'hold' || proposal.kind === 'release') await checkHold(proposal, at);
    if (proposal.kind === 'emergencies') await emergencies.getSuspended(proposal.agency);
    const asked = keyOfProposal(proposal);
    if (proposal.kind === 'encryption-key') checkActivation(proposal.activeFrom, '/activeFrom', at);
    if (asked !== undefined)
      checkActivation(
        asked.activeFrom,
        `/${asked.role === 'agency' ? 'officer' : 'reviewer'}/activeFrom`,
        at,
      );
    if (asked !== undefined) {
      const known = await registry.getKey(importPublicKey(asked.publicKey).thumbprint);
      if (known !== undefined) throw new RegistryError('key-enrolled');
      await checkUnheard(proposal);
    }
    if (proposal.kind === 'reinstate')
      suspensions.reinstate(await registry.getKey(proposal.keyid), 'change/unknown');
    if (proposal.kind === 'agency') await importEncryptionKey(proposal.agency.encryptionKey);
    if (proposal.kind === 'encryption-key') await importEncryptionKey(proposal.encryptionKey);
    const own = ownKeyOfProposal(proposal);
    if (own !== undefined) await importEncryptionKey(own.encryptionKey);
  }

  /**
   * A key that another provider revoked since somebody may misuse it is enrolled nowhere: its holder makes another.
   *
   * @throws RegistryError key-revoked-elsewhere
   */
  async function checkUnheard(proposal: Proposal): Promise<void> {
    const asked = keyOfProposal(proposal);
    if (asked === undefined) return;
    const reports = await heard.reports(importPublicKey(asked.publicKey).thumbprint);
    if (reports.length > 0) throw new RegistryError('key-revoked-elsewhere');
  }

  /** @throws RegistryError case-unknown, hold-too-long; CaseError case-not-held */
  async function checkHold(
    proposal: Extract<Proposal, { kind: 'hold' | 'release' }>,
    at: string,
  ): Promise<void> {
    const current = await ports.cases.get(proposal.case);
    if (current === undefined) throw new RegistryError('case-unknown');
    if (proposal.kind === 'release') {
      if (current.heldUntil === undefined) throw new CaseError('case-not-held');
      return;
    }
    const days = (Date.parse(proposal.until) - Date.parse(at)) / 86_400_000;
    if (days <= 0 || days > mostHoldDays) throw new RegistryError('hold-too-long');
  }

  /** What a key belongs to, as it stands. */
  async function partyOf(key: KeyRecord, from: RegistryPorts['newest']): Promise<Party> {
    if (key.agency === undefined) return { desk: await existingDesk(from) };
    const agency = await from.getAgency(key.agency);
    return agency === undefined ? {} : { agency };
  }

  /** A key is revoked though the log cannot be read, and though somebody put the record of its party back. */
  async function partyToLeave(key: KeyRecord): Promise<Party> {
    try {
      return await partyOf(key, newest);
    } catch (error) {
      if (error instanceof WireError) return {};
      watch.error('a party’s record could not be proven', {
        error: error instanceof Error ? error.name : '',
      });
      return partyOf(key, registry);
    }
  }

  return {
    async propose({ input: proposal, caller, at }: Call<Proposal>): Promise<ChangeView> {
      await checkPossible(proposal, at);
      const id = chance.id();
      const act = {
        id,
        salt: chance.bytes(32),
        by: caller.key,
        at,
        message: storeWithin(mostProposalBytes, caller.message),
      };
      return decideUntilFirst(ports, async () => {
        // Nobody else has this id: what is there is what an earlier try committed.
        const known = await registry.getChange(id);
        if (known !== undefined) return view(known);
        const limit = countTowards(caller.key.holder, proposalRate(at));
        const also = { writes: [], entries: [], guards: [limit] };
        return view(await registry.commitChange(propose(proposal, act), { also }));
      });
    },

    /**
     * Changes of one status, the oldest first.
     *
     * @param lines how many at most
     * @param from the place that an earlier part of the list ended at
     * @returns `next`: where the rest begins, if there may be more
     */
    async list(
      status: ChangeStatus,
      { lines, from }: { lines: number; from?: ListPlace | undefined },
    ): Promise<{ changes: ChangeView[]; next?: ListPlace | undefined }> {
      // Proposals may be large. A page is what one read of the table holds, 1 MB at most: an answer ends at 6 MB.
      const { changes, next } = await registry.pageOfChanges(status, {
        at: clock.now(),
        limit: lines,
        from,
      });
      return { changes: await inParallel(changes, 16, view), ...(next === undefined ? {} : { next }) };
    },

    async show(call: Call): Promise<ChangeView> {
      return view(await visible(call));
    },

    decide(call: Call<ChangeDecision>): Promise<ChangeView> {
      const { at, caller, input: decision } = call;
      const act = { by: caller.key, at, decision, message: storeWithin(mostDecisionBytes, caller.message) };
      return decideUntilFirst(ports, async () => {
        const change = await visible(call);
        const concerned = agencyOfProposal(change.proposal);
        const agency = concerned === undefined ? undefined : await newest.getAgency(concerned);
        const stands = await registry.standingDeciders(change, at);
        const outcome = decideChange(change, act, { agency, stands });
        const also = decidedByAnother(change, outcome.next);
        if (outcome.next.status !== 'Applied') return view(await registry.commitChange(outcome, { also }));
        // It may have been revoked elsewhere since it was proposed.
        await checkUnheard(outcome.next.proposal);
        const facts = { at, coolOffHours: ports.coolOffHours, salt: chance.bytes(32) };
        const effects = await effectsOf(
          {
            registry: { getDesk: newest.getDesk, getKey: registry.getKey },
            emergencies,
            suspensions,
            cases: ports.cases,
          },
          outcome.next,
          agency,
          facts,
        );
        const both = effects.also === undefined ? also : together(also, effects.also);
        return view(await registry.commitChange(outcome, { ...effects, also: both }));
      });
    },

    /**
     * Confirms, as an operator, that an agency's emergencies are accepted again.
     *
     * @returns the change's status
     * @throws RegistryError change-closed, change-not-yours, emergencies-open
     */
    confirm(id: string): Promise<Change['status']> {
      const at = clock.now();
      return decideUntilFirst(ports, async () => {
        const change = await registry.getChange(id);
        if (change === undefined) throw new Error('there is no such change');
        const agency = await concernedAgency(change.proposal);
        const stands = await registry.standingDeciders(change, at);
        const outcome = confirmAsOperator(change, at, { agency, stands });
        const { proposal, status } = outcome.next;
        const effects =
          status === 'Applied' && proposal.kind === 'emergencies'
            ? { also: await emergencies.reopen(proposal.agency, id) }
            : {};
        return (await registry.commitChange(outcome, effects)).status;
      });
    },

    revoke({ at, caller, input }: Call<Revocation>): Promise<RevokedKey> {
      const by = caller.key;
      return decideUntilFirst(ports, async () => {
        const key = await registry.getKey(input.keyid);
        // An officer answers for the keys of their own agency, a reviewer for all.
        if (key === undefined || (by.role === 'agency' && key.agency !== by.agency))
          throw new WireError('not-found');
        if (key.revokedAt !== undefined) return { keyid: key.keyId, revokedAt: key.revokedAt };
        await registry.commitRevocation(key, by.holder, input.reason, at, await partyToLeave(key));
        watch.count('KeysRevoked');
        return { keyid: key.keyId, revokedAt: at };
      });
    },
  };
}

/** A key that may act from a far day on is forgotten until then. @throws WireError field-invalid */
function checkActivation(activeFrom: string | undefined, pointer: string, at: string): void {
  if (Date.parse(activeFrom ?? at) > Date.parse(at) + mostActivationDays * 86_400_000)
    throw new WireError('field-invalid', [pointer]);
}

/** What another person has decided no longer counts towards the limit of who proposed it. */
function decidedByAnother(before: Change, after: Change): Prepared {
  const proposer = proposerOf(before);
  const isDecided = after.status !== 'Pending' && after.decisions.at(-1)?.holder !== proposer;
  const writes =
    proposer !== undefined && isDecided ? [countBack(proposer, proposalRate(before.proposedAt))] : [];
  return { writes, entries: [] };
}

function together(one: Prepared, other: Prepared): Prepared {
  return {
    writes: [...one.writes, ...other.writes],
    entries: [...one.entries, ...other.entries],
    guards: [...(one.guards ?? []), ...(other.guards ?? [])],
  };
}
