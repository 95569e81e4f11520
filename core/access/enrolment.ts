import { jsonDigest } from '#core/canonical.ts';
import { provenBody, restoreMessage } from '#core/evidence.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { changeApprovals } from '#core/log/limits.ts';
import { type Change, changeDecisionSchema, keyOfProposal, proposalSchema } from '#core/registry/change.ts';
import { type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';

/**
 * Who may decide, proven from the log and from signed messages alone. Each reviewer's key was named in a founding that
 * the log shows, or was enrolled by a change that two proven reviewers signed. Somebody who can write the registry can
 * neither invent a reviewer nor bring one back (I3).
 */
export interface RegistryEvidence {
  /** Keys by their id. */
  keys: ReadonlyMap<string, KeyEvidence>;
  /** Entries of the founding stream, by the origin that names them: `founding/1`. */
  foundings: ReadonlyMap<string, Entry>;
  /** Changes as the registry holds them, by the origin that names them: `change/<id>`. */
  changes: ReadonlyMap<string, Change>;
}

export interface KeyEvidence {
  key: KeyRecord;
  /** The first entry of the key's own stream in the log. */
  enrolled: Entry | undefined;
  /** Whether that stream goes on: all that can follow an enrolment is the revocation. */
  isRevoked: boolean;
}

/** What enrolled a key or adopted a policy, as the registry writes it. */
export function readOrigin(text: string): { founding: number } | { change: string } | undefined {
  const [, founding] = /^founding\/([1-9]\d{0,8})$/.exec(text) ?? [];
  if (founding !== undefined) return { founding: Number(founding) };
  const [, change] = /^change\/([A-Za-z0-9-]{1,64})$/.exec(text) ?? [];
  return change === undefined ? undefined : { change };
}

/** Whether the log shows this key's enrolment as the registry has it: which key, whose, since when, and by what. */
export function isShownEnrolled({ key, enrolled }: KeyEvidence): boolean {
  return (
    key.role === 'reviewer' &&
    enrolled?.kind === 'key.enrolled' &&
    enrolled.data.role === 'reviewer' &&
    enrolled.data.key === keyInLog(key) &&
    enrolled.data.holder === commitment(key.salt, 'holder', key.holder) &&
    enrolled.data.by === key.enrolledBy &&
    enrolled.data.activeFrom === key.activeFrom
  );
}

/**
 * The reviewers whose enrolment is proven, from the foundings outwards. A key that vouches for itself, by whatever
 * detour, is never reached. Revoked ones are among them: that a key was revoked undoes nothing of what its holder
 * rightly signed before.
 */
export function provenReviewers(evidence: RegistryEvidence): ReadonlyMap<string, KeyRecord> {
  const proven = new Map<string, KeyRecord>();
  for (let before = -1; before < proven.size; ) {
    before = proven.size;
    for (const [keyId, shown] of evidence.keys) {
      if (!proven.has(keyId) && isEnrolledByRight(shown, evidence, proven)) proven.set(keyId, shown.key);
    }
  }
  return proven;
}

function isEnrolledByRight(
  shown: KeyEvidence,
  { foundings, changes }: RegistryEvidence,
  proven: ReadonlyMap<string, KeyRecord>,
): boolean {
  if (!isShownEnrolled(shown)) return false;
  const { key } = shown;
  const founding = foundings.get(key.enrolledBy);
  if (founding?.kind === 'registry.founded' && founding.data.keys.includes(keyInLog(key))) return true;
  const change = changes.get(key.enrolledBy);
  return change !== undefined && provesEnrolment(change, key, proven);
}

/** Whether the log shows that the desk began with this policy, or two proven reviewers signed its adoption. */
export function isAdoptedPolicy(
  policyHash: string,
  by: string | undefined,
  { foundings, changes }: RegistryEvidence,
  proven: ReadonlyMap<string, KeyRecord>,
): boolean {
  if (by === undefined) return false;
  const founding = foundings.get(by);
  if (founding?.kind === 'registry.founded' && founding.data.policyHash === policyHash) return true;
  const change = changes.get(by);
  return change !== undefined && provesAdoption(change, policyHash, proven);
}

/**
 * Whether a change really enrolled a key: it names this key and holder, and two distinct reviewers signed it. Somebody
 * who can write the registry's table can write a change into it, and cannot sign one.
 *
 * @param reviewers those whose own enrolment is proven
 */
export function provesEnrolment(
  change: Change,
  key: KeyRecord,
  reviewers: ReadonlyMap<string, KeyRecord>,
): boolean {
  const asked = keyOfProposal(change.proposal);
  if (asked === undefined || jsonDigest(change.proposal) !== change.digest) return false;
  if (asked.role !== key.role || asked.holder !== key.holder) return false;
  return thumbprintOf(asked.publicKey) === key.keyId && isSignedByTwo(change, reviewers);
}

/** Whether a change really adopted a policy: two distinct reviewers signed its hash. */
export function provesAdoption(
  change: Change,
  policyHash: string,
  reviewers: ReadonlyMap<string, KeyRecord>,
): boolean {
  const { proposal } = change;
  if (proposal.kind !== 'policy' || proposal.policyHash !== policyHash) return false;
  return jsonDigest(proposal) === change.digest && isSignedByTwo(change, reviewers);
}

function isSignedByTwo(change: Change, reviewers: ReadonlyMap<string, KeyRecord>): boolean {
  const people = new Set<string>();
  for (const decision of change.decisions) {
    if (decision.decision !== 'approve') continue;
    const reviewer = reviewers.get(decision.keyId);
    if (reviewer !== undefined && isSigned(change, decision, reviewer)) people.add(reviewer.holder);
  }
  return people.size >= changeApprovals;
}

/** Whether one decision of a change was signed by this key: as its proposal, or as an approval of its digest. */
function isSigned(change: Change, decision: Change['decisions'][number], key: KeyRecord): boolean {
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
