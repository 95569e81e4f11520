import { jsonDigest } from '#core/canonical.ts';
import { provenBody, restoreMessage } from '#core/evidence.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { changeApprovals } from '#core/log/limits.ts';
import {
  agencyOfProposal,
  type Change,
  changeDecisionSchema,
  encryptionKeyOfProposal,
  keyOfProposal,
  ownKeyOfProposal,
  proposalSchema,
} from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import type { EncryptionKey, KeyRecord } from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';

/**
 * What a change of the registry proves. Somebody who can write the registry's table can write a change into it, and cannot
 * sign one: two distinct reviewers signed it, and an officer of the agency that it concerns, where there was one.
 */
export interface ChangeEvidence {
  /** Whose own enrolment is proven, reviewers and officers, by their keys' ids. */
  proven: ReadonlyMap<string, KeyRecord>;
  /** The history of each agency's record, as the log has it. */
  agencies: ReadonlyMap<string, readonly Entry[]>;
}

/** Whether a change really enrolled a key: it names this key, its holder and their agency, and was signed for. */
export function provesEnrolment(change: Change, key: KeyRecord, evidence: ChangeEvidence): boolean {
  const asked = keyOfProposal(change.proposal);
  if (asked === undefined || asked.role !== key.role || asked.holder !== key.holder) return false;
  if ((asked.role === 'agency' ? asked.agency : undefined) !== key.agency) return false;
  return thumbprintOf(asked.publicKey) === key.keyId && isSignedFor(change, evidence);
}

/** Whether a change really adopted a policy: two distinct reviewers signed its hash. */
export function provesAdoption(change: Change, policyHash: string, evidence: ChangeEvidence): boolean {
  const { proposal } = change;
  return proposal.kind === 'policy' && proposal.policyHash === policyHash && isSignedFor(change, evidence);
}

/**
 * The key to encrypt to that a change really gave an agency.
 *
 * @param entry of the agency's history, which names the change
 * @returns undefined if the log names another key, or the change was not signed for
 */
export async function provenRecipient(
  change: Change,
  { data, kind }: Entry,
  evidence: ChangeEvidence,
): Promise<EncryptionKey | undefined> {
  if (kind !== 'agency.changed' || data.by !== `change/${change.id}` || data.activeFrom === undefined)
    return undefined;
  if (agencyOfProposal(change.proposal) !== data.agency || !isSignedFor(change, evidence)) return undefined;
  const asked = encryptionKeyOfProposal(change.proposal);
  if (asked === undefined) return undefined;
  const { key, thumbprint } = await importEncryptionKey(asked);
  if (commitment(change.salt, 'recipient', thumbprint) !== data.recipient) return undefined;
  return { key: { ...key }, thumbprint, activeFrom: data.activeFrom, by: data.by };
}

/** An officer's own key to encrypt to, and whose it is. */
export interface OwnRecipient {
  officer: string;
  /** Whether it came with a signing key: then it is for what that key collects, and no other of the officer's. */
  cameWithKey: boolean;
  key: EncryptionKey;
}

/**
 * The key to encrypt to that a change really gave one officer of an agency.
 *
 * @param entry of the agency's history, which names the change
 * @returns undefined if the log names another officer or key, or the change was not signed for
 */
export async function provenOwnRecipient(
  change: Change,
  { data, kind }: Entry,
  evidence: ChangeEvidence,
): Promise<OwnRecipient | undefined> {
  if (kind !== 'recipient.enrolled' || data.by !== `change/${change.id}`) return undefined;
  if (agencyOfProposal(change.proposal) !== data.agency || !isSignedFor(change, evidence)) return undefined;
  const own = ownKeyOfProposal(change.proposal);
  if (own === undefined || commitment(change.salt, 'holder', own.officer) !== data.officer) return undefined;
  const { key, thumbprint } = await importEncryptionKey(own.encryptionKey);
  if (commitment(change.salt, 'recipient', thumbprint) !== data.recipient) return undefined;
  const { activeFrom, by } = data;
  const cameWithKey = change.proposal.kind !== 'encryption-key';
  return { officer: own.officer, cameWithKey, key: { key: { ...key }, thumbprint, activeFrom, by } };
}

/** Whether all signed whose signature it took. */
function isSignedFor(change: Change, evidence: ChangeEvidence): boolean {
  if (jsonDigest(change.proposal) !== change.digest) return false;
  const reviewers = signers(change, 'approve', evidence).filter(({ role }) => role === 'reviewer');
  return (
    new Set(reviewers.map(({ holder }) => holder)).size >= changeApprovals && isConfirmed(change, evidence)
  );
}

/** Whether the agency that a change concerns confirmed it, or could not yet: nobody was enrolled for it. */
function isConfirmed(change: Change, evidence: ChangeEvidence): boolean {
  const agency = agencyOfProposal(change.proposal);
  if (agency === undefined) return true;
  const history = (evidence.agencies.get(agency) ?? []).filter(({ kind }) => kind === 'agency.changed');
  const place = history.findIndex(
    (entry) => entry.kind === 'agency.changed' && entry.data.by === `change/${change.id}`,
  );
  // What the log does not show was never applied.
  if (place < 0) return false;
  const before = history[place - 1];
  if (before === undefined) return change.proposal.kind === 'agency';
  if (before.kind === 'agency.changed' && before.data.people === 0) return true;
  return signers(change, 'confirm', evidence).some((key) => key.role === 'agency' && key.agency === agency);
}

/** The proven keys that signed a change's decisions of one sort. */
function signers(change: Change, decision: 'approve' | 'confirm', { proven }: ChangeEvidence): KeyRecord[] {
  return change.decisions.flatMap((made) => {
    const key = made.decision === decision ? proven.get(made.keyId) : undefined;
    return key !== undefined && isSigned(change, made, key) ? [key] : [];
  });
}

/** Whether one decision of a change was signed by this key: as its proposal, or as an approval of its digest. */
function isSigned(change: Change, decision: Change['decisions'][number], key: KeyRecord): boolean {
  // A key that was cooling off could sign nothing.
  if (!(Date.parse(key.activeFrom) <= Date.parse(decision.at))) return false;
  const message = restoreMessage(decision.message);
  if (message?.method !== 'POST') return false;
  const body = provenBody(message, key, decision.at);
  if (message.path === '/v1/registry/changes') {
    const proposal = proposalSchema.safeParse(body);
    return proposal.success && jsonDigest(proposal.data) === change.digest;
  }
  const approval = changeDecisionSchema.safeParse(body);
  return (
    message.path === `/v1/registry/changes/${change.id}/decisions` &&
    approval.success &&
    approval.data.decision === decision.decision &&
    approval.data.changeDigest === change.digest
  );
}

/** A public key that somebody wrote into a table may be none at all. */
function thumbprintOf(publicKey: unknown): string | undefined {
  try {
    return importPublicKey(publicKey).thumbprint;
  } catch {
    return undefined;
  }
}
