import { jsonDigest } from '#core/canonical.ts';
import { provenBody, restoreMessage } from '#core/evidence.ts';
import { changeApprovals } from '#core/log/limits.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { type Change, changeDecisionSchema, keyOfProposal, proposalSchema } from './change.ts';
import type { KeyRecord } from './records.ts';

/**
 * Whether a change really enrolled a key: it says so of this key and holder, and two distinct reviewers signed it. Who
 * can write the registry's table can write a change into it, and cannot sign one.
 *
 * @param reviewerOf a reviewer whose own enrolment is proven; undefined for anybody else
 */
export async function provesEnrolment(
  change: Change,
  key: KeyRecord,
  reviewerOf: (keyId: string) => Promise<KeyRecord | undefined>,
): Promise<boolean> {
  const asked = keyOfProposal(change.proposal);
  if (asked === undefined || jsonDigest(change.proposal) !== change.digest) return false;
  if (asked.role !== key.role || asked.holder !== key.holder) return false;
  if (importPublicKey(asked.publicKey).thumbprint !== key.keyId) return false;
  return isSignedByTwo(change, reviewerOf);
}

/** Whether a change really adopted a policy: two distinct reviewers signed its hash. */
export async function provesAdoption(
  change: Change,
  policyHash: string,
  reviewerOf: (keyId: string) => Promise<KeyRecord | undefined>,
): Promise<boolean> {
  const { proposal } = change;
  if (proposal.kind !== 'policy' || proposal.policyHash !== policyHash) return false;
  return jsonDigest(proposal) === change.digest && isSignedByTwo(change, reviewerOf);
}

async function isSignedByTwo(
  change: Change,
  reviewerOf: (keyId: string) => Promise<KeyRecord | undefined>,
): Promise<boolean> {
  const people = new Set<string>();
  for (const decision of change.decisions) {
    if (decision.decision !== 'approve') continue;
    const reviewer = await reviewerOf(decision.keyId);
    if (reviewer !== undefined && signed(change, decision, reviewer)) people.add(reviewer.holder);
  }
  return people.size >= changeApprovals;
}

/** Whether one decision of a change was signed by this key: as its proposal, or as an approval of its digest. */
function signed(change: Change, decision: Change['decisions'][number], key: KeyRecord): boolean {
  const message = restoreMessage(decision.message);
  const body = provenBody(message, key, decision.at);
  if (message.method !== 'POST') return false;
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
