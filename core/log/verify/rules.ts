import { z } from 'zod';
import type { Entry, EntryOf } from '#core/log/entry.ts';
import { type EntryData, entryKinds, isExclusive, type Kind, kinds, streamNames } from '#core/log/kinds.ts';
import * as cases from './case-rules.ts';
import { CaseSoFar, endedCase } from './case-state.ts';
import * as decisions from './decision-rules.ts';
import { EmbargoRules, storedEmbargoes } from './embargo-rules.ts';
import type { Act, Here } from './here.ts';
import { letterWritten } from './letter-rules.ts';
import * as notifications from './notification-rules.ts';
import { PolicyRules, storedPolicies } from './policy-rules.ts';
import * as preservations from './preservation-rules.ts';
import { RegistryRules } from './registry-rules.ts';
import { storedRegistry } from './registry-state.ts';
import { Signers, storedSigners } from './signers.ts';

/**
 * What must hold of each kind of entry, given those before it. The tree shows that nothing was changed since the
 * checkpoint was signed; these rules show what the log's own operator cannot have made up afterwards: an entry that
 * names another is younger than it, and what a collection needs is there before it.
 */

/**
 * What is known of the log so far, beside its cases, preservations and changes, which are kept with their streams. It grows
 * with who may sign, with what they adopt, and with what is withheld and not yet revealed; not with the log.
 */
export const storedLog = z.strictObject({
  signers: storedSigners,
  registry: storedRegistry,
  policies: storedPolicies,
  embargoes: storedEmbargoes,
});

export class LogSoFar {
  readonly signers: Signers;
  readonly registry: RegistryRules;
  readonly policies: PolicyRules;
  readonly embargoes: EmbargoRules;

  /** @param stored what another had come to know */
  constructor(stored?: z.output<typeof storedLog>) {
    this.signers = new Signers(stored?.signers);
    this.registry = new RegistryRules(this.signers, stored?.registry);
    this.policies = new PolicyRules(this.registry.adopted, stored?.policies);
    this.embargoes = new EmbargoRules(stored?.embargoes);
  }

  stored(): z.input<typeof storedLog> {
    const { signers, registry, policies, embargoes } = this;
    return {
      signers: signers.stored(),
      registry: registry.stored(),
      policies: policies.stored(),
      embargoes: embargoes.stored(),
    };
  }
}

type Rule<K extends Kind> = (log: LogSoFar, data: EntryData<K>, here: Here) => void;

/** Every kind has a rule, if only one that says that there is none: without it this does not compile. */
const rules: { readonly [K in Kind]: Rule<K> } = {
  'request.received': (log, data, here) => {
    here.stream.case ??= new CaseSoFar();
    actOn<'request.received'>(here, data, cases.received);
    log.embargoes.received(data, here);
    log.policies.checkAsked(data.policyHash, here);
  },
  'review.opened': ofCase(noAct),
  'case-file.issued': ofCase(noAct),
  'decision.approved': (log, data, here) => {
    actOn<'decision.approved'>(here, data, decisions.approved);
    log.embargoes.approved(data, here);
    log.policies.checkAdopted(data.policyHash, here);
  },
  'decision.rejected': ofCase(decisions.rejected),
  'decision.voided': ofCase(decisions.voided),
  'grant.minted': ofCase(cases.minted),
  'grant.retired': ofCase(cases.retired),
  'data.absent': ofCase(cases.absent),
  'collection.intended': ofCase(cases.intended),
  'collection.completed': ofCase(cases.completed),
  'collection.failed': ofCase(cases.failed),
  'authorisation.validated': ofCase(decisions.validated),
  'emergency.overdue': ofCase(decisions.overdue),
  'deadline.passed': ofCase(cases.deadlinePassed),
  'case.withdrawn': ofCase(cases.ending(['waiting', 'approved', 'open', 'retired'], 'closed')),
  'case.expired': ofCase(cases.expired),
  'case.invalid': ofCase(cases.ending(['approved'], 'closed')),
  'case.cancelled': ofCase(cases.ending(['waiting', 'approved', 'open', 'retired', 'suspended'], 'closed')),
  'case.suspended': ofCase(cases.suspended),
  'case.claimed': ofCase(cases.whilePending),
  'case.unclaimed': ofCase(cases.whilePending),
  'note.added': ofCase(noAct),
  'information.asked': ofCase(decisions.informationAsked),
  'information.given': ofCase(decisions.informationGiven),
  'letter.written': ofCase(letterWritten),
  'order.received': ofCase(cases.orderReceived),
  'authority.consented': ofCase(notifications.consented),
  'authority.objected': (log, data, here) => {
    actOn<'authority.objected'>(here, data, notifications.objected);
    log.embargoes.objected(data, here);
  },
  'case.held': (log, data, here) => {
    log.registry.useHold('hold', data.change, here);
    actOn<'case.held'>(here, data, cases.held);
  },
  'case.released': (log, data, here) => {
    log.registry.useHold('release', data.change, here);
    actOn<'case.released'>(here, data, cases.released);
  },
  'case.revealed': (log, data, here) => {
    actOn<'case.revealed'>(here, data, noAct);
    log.embargoes.revealed(data, here);
  },
  'case.forgotten': (log, data, here) => {
    actOn<'case.forgotten'>(here, data, cases.forgotten);
    log.embargoes.forgotten(here);
  },
  'notice.delayed': (log, data, here) => {
    actOn<'notice.delayed'>(here, data, cases.noticeDelayed);
    log.embargoes.delayed(data, here);
  },
  'notice.sent': ofCase(cases.noticeSent),
  'notice.overdue': ofCase(cases.checkUnnotified),
  'notice.addressed': ofCase(cases.noticeAddressed),
  'notice.told': ofCase(cases.noticeTold),

  'preservation.received': ofPreservation(preservations.received),
  'preservation.kept': ofPreservation(preservations.kept),
  'preservation.extended': ofPreservation(preservations.extended),
  'preservation.requested': ofPreservation(preservations.requested),
  'preservation.ended': ofPreservation(preservations.ended),
  'preservation.forgotten': forgottenPreservation,

  'registry.founded': (log, data, here) => log.registry.found(data, here),
  'change.proposed': (log, data, here) => log.registry.propose(data, here),
  'change.decided': (log, data, here) => log.registry.decide(data, here),
  // What gave the right to it is checked where the change, the founding or the revocation is.
  'desk.changed': noRule,
  'agency.changed': (_, { agency }, here) => {
    if (here.stream.name !== `agency/${agency}`)
      here.report('entry-misplaced', 'it is of another agency than its stream');
  },
  'recipient.enrolled': (log, data, here) => {
    if (here.stream.name !== `agency/${data.agency}`)
      here.report('entry-misplaced', 'it is of another agency than its stream');
    log.registry.enrolRecipient(data, here);
  },
  'key.enrolled': (log, data, here) => log.registry.enrol(data, here),
  'key.revoked': (log, _, here) => log.registry.revoke(here),
  'key.suspended': (log, data, here) => log.registry.suspendKey(data, here),
  'key.reinstated': (log, data, here) => log.registry.reinstateKey(data, here),
  // Which revocation it is of cannot be told from the log, and is not meant to be.
  'revocation.published': noRule,
  'emergencies.suspended': (log, data, here) => log.registry.suspendEmergencies(data, here),
  'emergencies.reopened': (log, data, here) => log.registry.reopenEmergencies(data, here),

  'deployment.made': (log, { policy }) => log.policies.deploy(policy),
  'policy.changed': (log, { to }) => log.policies.deploy(to),

  'request.refused': noRule,
  'strangers.refused': noRule,
  'decoy.asked': noRule,
  'vault.key-made': noRule,
  'vault.key-forgotten': noRule,
  'vault.policy-differs': noRule,
  'account.erased': noRule,
  'sweep.done': noRule,
  'reconciliation.done': noRule,
  'record.unproven': noRule,
};

function noRule(): void {}
function noAct(): void {}

function ofCase<K extends Kind>(act: Act<K>): Rule<K> {
  return (_, data, here) => actOn<K>(here, data, act);
}

function ofPreservation<K extends Kind>(act: preservations.PreservationAct<K>): Rule<K> {
  return (_, data, here) => {
    const { stream } = here;
    const order = stream.preservation ?? new preservations.PreservationSoFar();
    if (stream.preservation === undefined && act !== preservations.received)
      here.report('request-missing', 'the preservation does not start with its order');
    if (order.isOver) here.report('act-out-of-place', 'the preservation has ended');
    else act(order, data, here);
    stream.preservation = order.isOver ? preservations.OVER : order;
  };
}

/** It may be forgotten once, after its end. */
function forgottenPreservation(_: LogSoFar, __: unknown, here: Here): void {
  const { stream } = here;
  const order = stream.preservation;
  if (order?.isOver !== true || order.isForgotten)
    here.report('act-out-of-place', 'the preservation has not ended');
  stream.preservation = preservations.FORGOTTEN;
}

/** What an entry does to the case whose stream it stands in. */
function actOn<K extends Kind>(here: Here, data: EntryData<K>, act: Act<K>): void {
  const { stream, at } = here;
  if (stream.case === undefined) here.report('request-missing', 'the case does not start with its request');
  const known = stream.case ?? new CaseSoFar();
  if (known.phase === 'forgotten') {
    here.report('act-out-of-place', 'the case is forgotten');
    return;
  }
  // Cases that have ended share one object: an act changes a copy.
  const current = known.isEnded ? new CaseSoFar(known) : known;
  act(current, data, here);
  stream.case = current.isEnded ? endedCase(current, at) : current;
}

/** Where kinds must stand that may stand nowhere else. */
const homes = new Map<string, string>(
  kinds.flatMap((kind) => {
    const { stream } = entryKinds[kind];
    return isExclusive[stream] ? [[kind, streamNames[stream]]] : [];
  }),
);

/** Applies the rule of the entry's kind. */
export function applyRule(log: LogSoFar, entry: Entry, here: Here): void {
  const home = homes.get(entry.kind);
  if (home !== undefined && !entry.stream.startsWith(home))
    here.report('entry-misplaced', 'its kind has no place in this stream');
  else apply(log, entry, here);
}

function apply<K extends Kind>(log: LogSoFar, { kind, data }: EntryOf<K>, here: Here): void {
  const rule: Rule<K> = rules[kind];
  rule(log, data, here);
}
