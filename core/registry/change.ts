import { z } from 'zod';
import {
  bytesUpTo,
  storedDigest,
  storedId,
  storedInstant,
  storedName,
  storedThumbprint,
} from '#core/bounds.ts';
import { utf8 } from '#core/bytes.ts';
import { jsonDigest } from '#core/canonical.ts';
import { mostDecisionBytes, mostProposalBytes } from '#core/cases/kept.ts';
import { instant } from '#core/instant.ts';
import { commitment } from '#core/log/commitment.ts';
import { type EntryBody, noEntries, streamHead } from '#core/log/entry.ts';
import { changeApprovals, reopeningApprovals } from '#core/log/limits.ts';
import { text } from '#core/text.ts';
import { RegistryError } from './errors.ts';
import { statusAt, storedStatuses } from './lapsing.ts';
import { type AgencyRecord, type KeyRecord, keyInLog, roles, salt } from './records.ts';
import { termsSchema } from './terms.ts';

/**
 * A change of the registry: proposed, decided and applied by signed messages, and by nothing else.
 *
 * It takes two distinct reviewers over one digest and, where the agency it concerns has an officer's key already, that
 * agency's own confirmation. So neither a forged letter, nor one insider, nor an operator puts a key in.
 */
/** What agencies and people are called here: for a person, the provider's own pseudonym. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
/** A JWK's members are texts, lists of texts and flags (RFC 7517 section 4). Anything else is kept out of the tables. */
const jwkText = z
  .string()
  .max(1000)
  // RFC 8785, over which a change is signed, has no form for a lone surrogate.
  .refine((s) => s.isWellFormed());
const jwkMember = z.union([jwkText, z.boolean(), z.array(jwkText).max(10)]);
/** A name that every object has anyway (`constructor`) is no member's. */
const jwkName = z
  .string()
  .regex(/^[A-Za-z0-9_#]{1,32}$/)
  .refine((name) => !(name in Object.prototype));
const plainJwk = z.record(jwkName, jwkMember);
const jwkUpTo = (mostBytes: number) =>
  z
    .record(z.string(), z.unknown())
    .refine(
      (key) =>
        Object.keys(key).length <= 20 &&
        plainJwk.safeParse(key).success &&
        utf8(JSON.stringify(key)).length <= mostBytes,
    )
    .meta({ mostBytes });
/** A key with a chain of certificates beside it takes less. */
export const jwk = jwkUpTo(16_000);
/** One beside two others in a proposal. */
export const smallJwk = jwkUpTo(4000);
/** PEM or JWK. */
export const publicKey = z.union([z.string().max(1000), jwk]);
const newKey = { holder: name, publicKey, activeFrom: instant.optional() };
/** An officer's keys: to sign with, and to decrypt what they collect. Without the second it is the agency's. */
const newOfficer = z.strictObject({ ...newKey, encryptionKey: smallJwk.optional() });

/** What can be proposed, as it stands on the wire. */
export const proposalSchema = z.discriminatedUnion('kind', [
  /** A new agency with its first officer. */
  z.strictObject({
    kind: z.literal('agency'),
    agency: z.strictObject({ id: name, name: text(200), encryptionKey: jwk, terms: termsSchema }),
    officer: newOfficer,
  }),
  /** Other terms for an agency. */
  z.strictObject({ kind: z.literal('terms'), agency: name, terms: termsSchema }),
  /** One more officer's key, be it another officer or another key of the same. */
  z.strictObject({ kind: z.literal('officer'), agency: name, officer: newOfficer }),
  /** Another key to encrypt disclosures to, in place of the one before: one officer's own, or the agency's. */
  z.strictObject({
    kind: z.literal('encryption-key'),
    agency: name,
    /** Whose own it is, by their pseudonym. */
    officer: name.optional(),
    encryptionKey: jwk,
    activeFrom: instant.optional(),
  }),
  /** One more reviewer's key. */
  z.strictObject({ kind: z.literal('reviewer'), reviewer: z.strictObject(newKey) }),
  /** Another policy, by its hash: it may be deployed once it is adopted. */
  z.strictObject({
    kind: z.literal('policy'),
    policyHash: z.string().regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/),
  }),
  /** An agency's emergencies, which were suspended, are to be accepted again. An operator confirms. */
  z.strictObject({ kind: z.literal('emergencies'), agency: name }),
  /** A case is not to be forgotten before an instant: a court needs it still. */
  z.strictObject({ kind: z.literal('hold'), case: z.uuid(), until: instant }),
  /** A key that is suspended, since another provider revoked it, is to count again. */
  z.strictObject({ kind: z.literal('reinstate'), keyid: z.string().regex(/^[\w-]{43}$/) }),
  /** It need not be held any longer. */
  z.strictObject({ kind: z.literal('release'), case: z.uuid() }),
]);
export type Proposal = z.infer<typeof proposalSchema>;

/** A decision on a change, as it stands on the wire: reviewers approve, an officer of the agency confirms. */
export const changeDecisionSchema = z.strictObject({
  decision: z.enum(['approve', 'confirm', 'reject']),
  changeDigest: z.string().max(100),
});
export type ChangeDecision = z.infer<typeof changeDecisionSchema>;

/** Who may sign a change; and an operator, who signs nothing and is known to AWS. */
export const deciders = [...roles, 'operator'] as const;

/** Approvals of one change at most, and confirmations: those that it needs, and as many again that change nothing. */
const mostAlike = 2 * changeApprovals;
/** Those and a rejection. */
const mostChangeDecisions = 2 * mostAlike + 1;

export const changeSchema = z.strictObject({
  id: storedId,
  version: z.int(),
  status: z.enum(storedStatuses),
  proposal: proposalSchema,
  /** Over the RFC 8785 form of the proposal: what everybody signs. */
  digest: storedDigest,
  proposedAt: storedInstant,
  decisions: z
    .array(
      z.strictObject({
        decision: changeDecisionSchema.shape.decision,
        role: z.enum(deciders),
        holder: storedName,
        keyId: storedThumbprint,
        at: storedInstant,
        /** The signed message as it arrived, for `authorise` to verify again. */
        message: bytesUpTo(mostProposalBytes),
      }),
    )
    .max(mostChangeDecisions)
    .meta({ mostBytes: mostProposalBytes + mostChangeDecisions * (mostDecisionBytes + 400) }),
  salt,
  entries: streamHead,
});
export type Change = z.infer<typeof changeSchema>;

/** A suspension of emergencies is ended by a reviewer and an operator; every other change takes two reviewers. */
function approvalsFor(proposal: Proposal): number {
  return proposal.kind === 'emergencies' ? reopeningApprovals : changeApprovals;
}

export interface ChangeOutcome {
  next: Change;
  entry: EntryBody;
}

interface Act {
  by: KeyRecord;
  at: string;
  /** As it is kept. */
  message: Uint8Array;
}

/** The agency that a proposal concerns; undefined for the provider's own side. */
export function agencyOfProposal(proposal: Proposal): string | undefined {
  if (proposal.kind === 'agency') return proposal.agency.id;
  return 'agency' in proposal ? proposal.agency : undefined;
}

/** The key that a proposal would enrol, if any. */
export function keyOfProposal(proposal: Proposal) {
  if (proposal.kind === 'agency' || proposal.kind === 'officer') {
    return { role: 'agency', agency: agencyOfProposal(proposal), ...proposal.officer } as const;
  }
  return proposal.kind === 'reviewer' ? ({ role: 'reviewer', ...proposal.reviewer } as const) : undefined;
}

/** The key to encrypt to that a proposal would give the agency as a whole, if any. */
export function encryptionKeyOfProposal(proposal: Proposal): unknown {
  if (proposal.kind === 'agency') return proposal.agency.encryptionKey;
  return proposal.kind === 'encryption-key' && proposal.officer === undefined
    ? proposal.encryptionKey
    : undefined;
}

/** The key to encrypt to that a proposal would give one officer, if any: what they collect is for it alone. */
export function ownKeyOfProposal(
  proposal: Proposal,
): { officer: string; encryptionKey: Record<string, unknown>; activeFrom?: string | undefined } | undefined {
  if (proposal.kind === 'agency' || proposal.kind === 'officer') {
    const { holder, encryptionKey, activeFrom } = proposal.officer;
    return encryptionKey && { officer: holder, encryptionKey, activeFrom };
  }
  if (proposal.kind !== 'encryption-key' || proposal.officer === undefined) return undefined;
  const { officer, encryptionKey, activeFrom } = proposal;
  return { officer, encryptionKey, activeFrom };
}

/**
 * Proposes. The proposer's own signature is their decision: a reviewer's approval, or an officer's confirmation of what
 * they ask for their own agency.
 *
 * @throws RegistryError change-not-yours: an officer proposes for another agency, or what only reviewers may
 */
export function propose(proposal: Proposal, act: Act & { id: string; salt: Uint8Array }): ChangeOutcome {
  const { by } = act;
  const agency = agencyOfProposal(proposal);
  const mayOfficer = proposal.kind === 'officer' || proposal.kind === 'encryption-key';
  if (by.role === 'agency' && (!mayOfficer || agency !== by.agency))
    throw new RegistryError('change-not-yours');
  const digest = jsonDigest(proposal);
  const decision = by.role === 'reviewer' ? 'approve' : 'confirm';
  const next: Change = {
    id: act.id,
    version: 0,
    status: 'Pending',
    proposal,
    digest,
    proposedAt: act.at,
    decisions: [{ decision, ...signedBy(act) }],
    salt: act.salt,
    entries: noEntries,
  };
  return {
    next,
    entry: {
      kind: 'change.proposed',
      data: {
        change: proposal.kind,
        ...(agency === undefined ? {} : { agency }),
        role: by.role,
        by: commitment(act.salt, 'holder', by.holder),
        key: keyInLog(by),
        digest: commitment(act.salt, 'change', digest),
        ...(proposal.kind === 'policy' ? { policyHash: proposal.policyHash } : {}),
      },
    },
  };
}

/** What the registry says while a change is decided. */
export interface Standing {
  /** The agency that the change concerns, if it is enrolled. */
  agency: AgencyRecord | undefined;
  /** Whether the key of an earlier decision may still act. */
  stands(keyId: string): boolean;
}

/**
 * Decides. A key that was revoked since it signed counts for nothing.
 *
 * @throws RegistryError change-closed, change-digest-mismatch, change-not-yours, change-repeated
 */
export function decideChange(
  change: Change,
  act: Act & { decision: ChangeDecision },
  standing: Standing,
): ChangeOutcome {
  const { by, decision } = act;
  if (statusAt(change, act.at) !== 'Pending') throw new RegistryError('change-closed');
  if (decision.changeDigest !== change.digest) throw new RegistryError('change-digest-mismatch');
  // An agency has no say in whether its own emergencies are accepted.
  const concerns =
    by.role === 'reviewer' ||
    (change.proposal.kind !== 'emergencies' && by.agency === agencyOfProposal(change.proposal));
  const own = by.role === 'reviewer' ? 'approve' : 'confirm';
  if (!concerns || (decision.decision !== 'reject' && decision.decision !== own)) {
    throw new RegistryError('change-not-yours');
  }
  const standingOnes = standingIn(change, standing);
  if (standingOnes.some(({ holder, role }) => holder === by.holder && role === by.role)) {
    throw new RegistryError('change-repeated');
  }
  // More of a kind than it needs add nothing, and would fill its record. It is rejected at any time.
  const alike = standingOnes.filter((one) => one.decision === decision.decision).length;
  if (decision.decision !== 'reject' && alike >= mostAlike) throw new RegistryError('change-closed');
  const decisions = [...standingOnes, { decision: decision.decision, ...signedBy(act) }];
  return decided(change, decisions, standing.agency, { key: keyInLog(by) });
}

/**
 * An operator confirms, known by AWS credentials alone: that an agency's emergencies are accepted again.
 *
 * @throws RegistryError change-closed, change-not-yours
 */
export function confirmAsOperator(change: Change, at: string, standing: Standing): ChangeOutcome {
  if (statusAt(change, at) !== 'Pending') throw new RegistryError('change-closed');
  if (change.proposal.kind !== 'emergencies') throw new RegistryError('change-not-yours');
  const operator = {
    role: 'operator',
    holder: 'operator',
    keyId: '',
    at,
    message: new Uint8Array(),
  } as const;
  return decided(
    change,
    [...standingIn(change, standing), { decision: 'confirm', ...operator }],
    standing.agency,
  );
}

/** The decisions that count still. An operator has no key that could be revoked. */
function standingIn({ decisions }: Change, standing: Standing): Change['decisions'] {
  return decisions.filter(({ role, keyId }) => role === 'operator' || standing.stands(keyId));
}

function decided(
  change: Change,
  decisions: Change['decisions'],
  agency: AgencyRecord | undefined,
  signed: { key?: string } = {},
): ChangeOutcome {
  const next: Change = { ...change, decisions };
  const last = decisions.at(-1);
  if (last === undefined) throw new Error('nobody decided');
  const status = last.decision === 'reject' ? 'Rejected' : isComplete(next, agency) ? 'Applied' : 'Pending';
  return {
    next: { ...next, status },
    entry: {
      kind: 'change.decided',
      data: {
        decision: last.decision,
        role: last.role,
        by: commitment(change.salt, 'holder', last.holder),
        ...signed,
        digest: commitment(change.salt, 'change', change.digest),
        status,
      },
    },
  };
}

/** Who proposed it, while their decision still counts. */
export function proposerOf({ decisions, proposedAt }: Change): string | undefined {
  return decisions.find(({ at }) => at === proposedAt)?.holder;
}

/** What a change still waits for. */
export function missing(
  change: Change,
  agency: AgencyRecord | undefined,
): { approvals: number; confirmation: boolean } {
  const people = (decision: string) =>
    new Set(change.decisions.filter((d) => d.decision === decision).map(({ holder }) => holder)).size;
  return {
    approvals: Math.max(0, approvalsFor(change.proposal) - people('approve')),
    // By the agency; of whether its emergencies are accepted, by an operator.
    confirmation:
      (change.proposal.kind === 'emergencies' || (agency?.members.length ?? 0) > 0) &&
      people('confirm') === 0,
  };
}

function isComplete(change: Change, agency: AgencyRecord | undefined): boolean {
  const { approvals, confirmation } = missing(change, agency);
  return approvals === 0 && !confirmation;
}

function signedBy({ by, at, message }: Act) {
  return { role: by.role, holder: by.holder, keyId: by.keyId, at, message };
}

/** When a new key may act: after the cool-off, and not before it was asked to. */
export function activeFrom(at: string, coolOffHours: number, asked?: string): string {
  const cooled = Date.parse(at) + coolOffHours * 3_600_000;
  return new Date(Math.max(cooled, asked === undefined ? 0 : Date.parse(asked))).toISOString();
}
