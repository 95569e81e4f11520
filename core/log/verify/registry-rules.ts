import type { z } from 'zod';
import { timeOf } from '#core/instant.ts';
import { type EntryData, streamNames } from '#core/log/kinds.ts';
import { changeApprovals, changeDays, reopeningApprovals } from '#core/log/limits.ts';
import { addApproval, standing, tellApart } from './approvals.ts';
import { SKEW_MS } from './case-state.ts';
import type { Here } from './here.ts';
import {
  type ChangeSoFar,
  type Due,
  dueOf,
  type StoredRegistry,
  storedDue,
  type storedRegistry,
} from './registry-state.ts';
import { ACTIVATION_MS, type Signers, type SigningKey } from './signers.ts';

/**
 * Who may sign comes from the log as well: each key was named by a founding, or asked for by a change that two reviewers
 * approved, and the entry that says so stands before the key's own. So it is with policies that were adopted, and with
 * agencies whose emergencies are accepted again.
 */
const CHANGE_MS = changeDays * 86_400_000;

const roleOfKey: Readonly<Record<string, 'agency' | 'reviewer'>> = {
  agency: 'agency',
  officer: 'agency',
  reviewer: 'reviewer',
};

export class RegistryRules {
  /** Policies that a founding or a change adopted. */
  readonly adopted: Set<string>;
  /** By what the enrolment will say that it comes from: `change/<id>` or `founding/<n>`. */
  private readonly due: Map<string, Due[]>;
  /** By the stream of an agency's emergencies, whether they are accepted. */
  private readonly areAccepted: Map<string, boolean>;
  /** By the stream of a change that was applied, the agency whose emergencies it reopens. */
  private readonly reopenings: Map<string, string>;
  /** The streams of changes that were applied, and that each reinstate a key. */
  private readonly reinstatements: Set<string>;
  /** By the stream of a change that was applied, whether it holds or releases a case. */
  private readonly holds: Map<string, string>;
  /** By the stream of a change that was applied and may give an officer a key to encrypt to, their agency. */
  private readonly givers: Map<string, string>;
  private readonly signers: Signers;

  /** @param stored what another had come to know, of the same signers */
  constructor(signers: Signers, stored?: StoredRegistry) {
    this.signers = signers;
    this.adopted = new Set(stored?.adopted);
    const keyNamed = (id: string) => signers.named(id);
    this.due = new Map(stored?.due.map(([by, some]) => [by, dueOf(some, keyNamed)]));
    this.areAccepted = new Map(stored?.areAccepted);
    this.reopenings = new Map(stored?.reopenings);
    this.reinstatements = new Set(stored?.reinstatements);
    this.holds = new Map(stored?.holds);
    this.givers = new Map(stored?.givers);
  }

  stored(): z.input<typeof storedRegistry> {
    const { adopted, due, areAccepted, reopenings, reinstatements, holds, givers } = this;
    return {
      adopted: [...adopted],
      due: [...due].map(([by, some]) => [by, some.map(storedDue)]),
      areAccepted: [...areAccepted],
      reopenings: [...reopenings],
      reinstatements: [...reinstatements],
      holds: [...holds],
      givers: [...givers],
    };
  }

  found({ keys, policyHash }: EntryData<'registry.founded'>, here: Here): void {
    this.signers.found(here);
    const founders: SigningKey[] = [];
    const due = { role: 'reviewer', agency: '', founders, isRightful: true, index: here.index, at: here.at };
    this.due.set(
      `founding/${here.n}`,
      keys.map((key) => ({ ...due, key })),
    );
    this.adopted.add(policyHash);
  }

  propose(data: EntryData<'change.proposed'>, here: Here): void {
    const { change: kind, agency = '', role, digest, policyHash = '' } = data;
    if (!this.signers.checkFounded(here)) return;
    if (here.stream.change !== undefined) {
      here.report('change-out-of-place', 'a change is proposed once');
      return;
    }
    if ((kind === 'policy') !== (policyHash !== ''))
      here.report('change-out-of-place', 'a change of policy names one, and no other change does');
    const change: ChangeSoFar = {
      ...{ kind, agency, digest, policyHash, proposedAt: here.at },
      ...{ approvals: [], isConfirmed: false, confirmedBy: undefined },
    };
    here.stream.change = change;
    this.sign(change, { ...data, decision: role === 'reviewer' ? 'approve' : 'confirm' }, here);
  }

  decide(data: EntryData<'change.decided'>, here: Here): void {
    const { decision, role, digest, status } = data;
    const { change } = here.stream;
    if (change === undefined || change === 'over') {
      const why = change === 'over' ? 'the change was over' : 'the change was never proposed';
      here.report('change-out-of-place', why);
      return;
    }
    if (digest !== change.digest) here.report('change-out-of-place', 'the decision is on another change');
    if (here.at >= change.proposedAt + CHANGE_MS + SKEW_MS)
      here.report('change-out-of-place', 'the change had lapsed');
    if (role !== 'operator') this.sign(change, data, here);
    else if (decision === 'confirm') change.isConfirmed = true;
    if (status === 'Applied') this.apply(change, here);
    if (status !== 'Pending') here.stream.change = 'over';
  }

  enrol({ by, key, role, agency = '', activeFrom }: EntryData<'key.enrolled'>, here: Here): void {
    const { name } = here.stream;
    if (!this.signers.checkFounded(here)) return;
    const known = this.signers.enrol(idOf(here), { role, agency, activeFrom: timeOf(activeFrom) }, here);
    const due = this.due.get(by) ?? [];
    const own = due.find(
      (one) => one.role === role && one.agency === agency && (one.key === undefined || one.key === key),
    );
    if (own === undefined || name !== `key/${key}`) {
      here.report('enrolment-unfounded', 'no founding names this key, and no approved change asks for it');
      return;
    }
    known.isProven = own.isRightful;
    if (own.founders !== undefined) tellApart([...own.founders, known]);
    own.founders?.push(known);
    const left = due.filter((one) => one !== own);
    if (left.length === 0) this.due.delete(by);
    else this.due.set(by, left);
  }

  /** An officer has a key to encrypt to by a change of their agency that was applied, once. */
  enrolRecipient({ agency, by, activeFrom }: EntryData<'recipient.enrolled'>, here: Here): void {
    if (this.givers.get(by) !== agency)
      here.report('recipient-unfounded', 'no change that was applied gives an officer this key');
    this.givers.delete(by);
    if (!(timeOf(activeFrom) <= here.at + ACTIVATION_MS))
      here.report('activation-too-late', 'no key may act from then on');
  }

  revoke(here: Here): void {
    this.signers.revoke(idOf(here), here);
  }

  /** A key is suspended and reinstated by turns: collecting and minting count on it (core/access/suspended.ts). */
  suspendKey({ key, agency }: EntryData<'key.suspended'>, here: Here): void {
    checkSuspension(key, here, 1);
    this.signers.suspend(key, agency, here);
  }

  reinstateKey({ key, by }: EntryData<'key.reinstated'>, here: Here): void {
    checkSuspension(key, here, 0);
    if (!this.reinstatements.delete(by))
      here.report('reinstatement-unfounded', 'no change that was applied reinstates a key');
    this.signers.reinstate(key, here);
  }

  suspendEmergencies({ agency }: EntryData<'emergencies.suspended'>, here: Here): void {
    checkAgency(agency, here);
    if (this.areAccepted.get(here.stream.name) === false)
      here.report('act-out-of-place', 'the agency’s emergencies were suspended before');
    this.areAccepted.set(here.stream.name, false);
  }

  reopenEmergencies({ agency, change }: EntryData<'emergencies.reopened'>, here: Here): void {
    checkAgency(agency, here);
    if (this.areAccepted.get(here.stream.name) !== false)
      here.report('act-out-of-place', 'the agency’s emergencies were not suspended');
    this.areAccepted.set(here.stream.name, true);
    if (this.reopenings.get(`change/${change}`) !== agency)
      here.report('reopening-unfounded', 'no change that was applied reopens them');
    this.reopenings.delete(`change/${change}`);
  }

  /** A case is held or released by a change of that kind that was applied, once. */
  useHold(kind: 'hold' | 'release', change: string, here: Here): void {
    const name = `change/${change}`;
    if (this.holds.get(name) !== kind) here.report('hold-unfounded', 'no change that was applied says so');
    this.holds.delete(name);
  }

  /** The entries that name a key which the log has not enrolled, and when they were committed. */
  missing(): { index: number; at: number }[] {
    return [...this.due.values()].flatMap((some) => some.map(({ index, at }) => ({ index, at })));
  }

  /** Takes a decision that a key signed: a reviewer's approval, or a confirmation by the agency's own officer. */
  private sign(
    change: ChangeSoFar,
    { decision, role, by, key: id }: Pick<EntryData<'change.decided'>, 'decision' | 'role' | 'by' | 'key'>,
    here: Here,
  ): void {
    const agency = role === 'reviewer' ? undefined : change.agency;
    const key = this.signers.signed(id, { role, agency }, here);
    if (key === undefined) return;
    if (decision === 'approve' && role === 'reviewer') addApproval(change.approvals, { person: by, key });
    if (decision === 'confirm' && role === 'agency') change.confirmedBy = key;
  }

  /** @returns whether reviewers approved it, and whoever else has a say, each with a key that stands */
  private checkApproved(change: ChangeSoFar, isReopening: boolean, here: Here): boolean {
    const { agency, approvals, isConfirmed, confirmedBy } = change;
    const counted = standing(approvals, here.at);
    const isApproved = counted.length >= (isReopening ? reopeningApprovals : changeApprovals);
    if (!isApproved) here.report('change-unapproved', 'fewer reviewers than it takes approved the change');
    tellApart(counted.map(({ key }) => key));
    if (isReopening && !isConfirmed) here.report('change-unapproved', 'no operator confirmed the change');
    if (isReopening || !this.signers.hasOfficer(agency, here.at)) return isApproved;
    const isAgreed =
      confirmedBy !== undefined && !confirmedBy.isRevoked(here.at) && !confirmedBy.isSuspended(here.at);
    if (!isAgreed) here.report('change-unapproved', 'no officer of the agency confirmed the change');
    return isApproved && isAgreed;
  }

  private apply(change: ChangeSoFar, here: Here): void {
    const { kind, agency, policyHash } = change;
    const { name } = here.stream;
    const isReopening = kind === 'emergencies';
    const isRightful = this.checkApproved(change, isReopening, here);
    const role = roleOfKey[kind];
    if (role !== undefined)
      this.due.set(name, [{ role, agency, isRightful, index: here.index, at: here.at }]);
    if (kind === 'encryption-key' || role === 'agency') this.givers.set(name, agency);
    if (policyHash !== '') this.adopted.add(policyHash);
    if (isReopening) this.reopenings.set(name, agency);
    if (kind === 'hold' || kind === 'release') this.holds.set(name, kind);
    if (kind === 'reinstate') this.reinstatements.add(name);
  }
}

/** What the log calls the key whose stream this is. */
const idOf = ({ stream }: Here) => stream.name.slice(streamNames.key.length);

function checkSuspension(key: string, here: Here, odd: 0 | 1): void {
  if (here.stream.name !== `${streamNames.suspension}${key}`)
    here.report('entry-misplaced', 'it is of another key than its stream');
  if (here.n % 2 !== odd) here.report('act-out-of-place', 'a key is suspended and reinstated by turns');
}

function checkAgency(agency: string, here: Here): void {
  if (here.stream.name !== `emergencies/${agency}`)
    here.report('entry-misplaced', 'it is of another agency than its stream');
}
