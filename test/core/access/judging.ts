import assert from 'node:assert/strict';
import { provesApproval } from '#core/access/approval.ts';
import { type ApprovalEvidence, gatherEvidence } from '#core/access/evidence.ts';
import { minter } from '#core/access/mint.ts';
import type { Request } from '#core/cases/request.ts';
import { policy } from '../cases/cases.ts';
import type { Holder } from '../registry/registry.ts';
import { asked, type World, world } from './world.ts';

/** A case that these people approved, all of it in the log, and nothing minted. */
export async function approvedBy(people: readonly Holder[], of: Request = asked): Promise<World> {
  const current = await world(of);
  for (const person of people) await current.approve(person);
  await current.log.publish();
  return current;
}

export async function evidenceOf(current: World): Promise<ApprovalEvidence> {
  const log = await current.log.read();
  assert.ok(log);
  return gatherEvidence(await current.stored(), log, current.mintPorts());
}

export const verdict = (evidence: ApprovalEvidence) => {
  const proof = provesApproval(evidence, policy);
  return 'missing' in proof ? proof.missing : [...proof.reviewers];
};

/** What is said of the case as it stands in the tables; and that minting says the same. */
export async function judged(current: World, what: string) {
  const said = verdict(await evidenceOf(current));
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  const isMinted = current.kms.liveGrants().length > 0;
  assert.equal(isMinted, Array.isArray(said), what);
  return said;
}
