import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { digestText, linksSchema, pageToken } from '#core/text.ts';
import {
  type Change,
  changeDecisionSchema,
  deciders,
  keyOfProposal,
  missing,
  name,
  proposalSchema,
} from './change.ts';
import { changeStatuses, closesAt, statusAt } from './lapsing.ts';
import type { AgencyRecord } from './records.ts';

/** Who decided a change, and how. */
export const changeDecided = z.strictObject({
  decision: changeDecisionSchema.shape.decision,
  role: z.enum(deciders),
  holder: name,
  at: instant,
});

/** The decisions on a change as they are shown: without the signed messages. */
export function viewDecisions({ decisions }: Pick<Change, 'decisions'>): z.infer<typeof changeDecided>[] {
  return decisions.map(({ decision, role, holder, at }) => ({ decision, role, holder, at }));
}

/** A change of the registry as reviewers, and the agency that it concerns, see it. */
export const changeView = z.strictObject({
  id: z.uuid(),
  status: z.enum(changeStatuses),
  proposal: proposalSchema,
  /** What a decision is over. */
  changeDigest: digestText,
  /** Of the signing key that would be enrolled: compare it by telephone before you sign. */
  thumbprint: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
  proposedAt: instant,
  closesAt: instant,
  decisions: z.array(changeDecided),
  /** While it is pending: how many reviewers it waits for, and whether for the agency's or an operator's confirmation. */
  missing: z.strictObject({ approvals: z.int(), confirmation: z.boolean() }).optional(),
  links: linksSchema,
});
export type ChangeView = z.infer<typeof changeView>;

/** A page of the list. `next` names the following one, where there may be one. */
export const changeList = z.strictObject({ changes: z.array(changeView), next: pageToken.optional() });

/** @param agency the one that the change concerns, if it is enrolled */
export function viewChange(change: Change, agency: AgencyRecord | undefined, at: string): ChangeView {
  const status = statusAt(change, at);
  const self = `/v1/registry/changes/${change.id}`;
  const asked = keyOfProposal(change.proposal);
  return {
    id: change.id,
    status,
    proposal: change.proposal,
    changeDigest: change.digest,
    ...(asked === undefined ? {} : { thumbprint: importPublicKey(asked.publicKey).thumbprint }),
    proposedAt: change.proposedAt,
    closesAt: closesAt(change),
    decisions: viewDecisions(change),
    ...(status === 'Pending' ? { missing: missing(change, agency) } : {}),
    links: { self, decisions: `${self}/decisions` },
  };
}
