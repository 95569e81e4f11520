import { z } from 'zod';
import {
  type ChangeDecision,
  changeStatuses,
  deciders,
  type Proposal,
  proposalSchema,
} from '#core/registry/change.ts';
import { call, type Session } from './exchange.ts';

/** What reviewers, and officers for their own agency, do with the registry: propose, decide, revoke. */
const change = z.strictObject({
  id: z.string(),
  status: z.enum(changeStatuses),
  proposal: proposalSchema,
  /** What a decision is over. */
  changeDigest: z.string(),
  /** Of the signing key that would be enrolled: compare it by telephone before you sign. */
  thumbprint: z.string().optional(),
  proposedAt: z.string(),
  closesAt: z.string(),
  decisions: z.array(
    z.strictObject({
      decision: z.enum(['approve', 'confirm', 'reject']),
      role: z.enum(deciders),
      holder: z.string(),
      at: z.string(),
    }),
  ),
  /** While it is pending: how many reviewers it waits for, and whether for the agency's or an operator's confirmation. */
  missing: z.strictObject({ approvals: z.int(), confirmation: z.boolean() }).optional(),
  links: z.record(z.string(), z.string()),
});
export type ChangeView = z.infer<typeof change>;

const path = (id: string, act = '') => `/v1/registry/changes/${encodeURIComponent(id)}${act}`;

/** Proposes a change. The proposer's own signature counts as their decision. */
export async function proposeChange(session: Session, proposal: Proposal): Promise<ChangeView> {
  return call(session, change, 'POST', '/v1/registry/changes', proposal);
}

export async function listChanges(
  session: Session,
  status?: (typeof changeStatuses)[number],
): Promise<ChangeView[]> {
  const query = status === undefined ? '' : `?status=${status}`;
  const answer = z.strictObject({ changes: z.array(change) });
  return (await call(session, answer, 'GET', `/v1/registry/changes${query}`)).changes;
}

export async function showChange(session: Session, id: string): Promise<ChangeView> {
  return call(session, change, 'GET', path(id));
}

/** Decides: a reviewer approves, an officer of the agency confirms, either rejects. */
export async function decideChange(
  session: Session,
  it: Pick<ChangeView, 'id' | 'changeDigest'>,
  decision: ChangeDecision['decision'],
): Promise<ChangeView> {
  return call(session, change, 'POST', path(it.id, '/decisions'), {
    decision,
    changeDigest: it.changeDigest,
  });
}

/** Revokes a key, at once: an officer those of their own agency, a reviewer any. */
export async function revokeKey(
  session: Session,
  keyid: string,
  reason: 'lost' | 'stolen' | 'left' | 'replaced',
): Promise<{ keyid: string; revokedAt: string }> {
  const answer = z.strictObject({ keyid: z.string(), revokedAt: z.string() });
  return call(session, answer, 'POST', '/v1/registry/revocations', { keyid, reason });
}
