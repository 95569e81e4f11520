import type { ChangeDecision, changeStatuses, Proposal } from '#core/registry/change.ts';
import { type ChangeView, changeList, changeView } from '#core/registry/change-view.ts';
import { type Revocation, type RevokedKey, revokedKey } from '#core/registry/revocation.ts';
import { call, type Session } from './exchange.ts';

/** What reviewers, and officers for their own agency, do with the registry: propose, decide, revoke. */
export type { ChangeView } from '#core/registry/change-view.ts';

const path = (id: string, act = '') => `/v1/registry/changes/${encodeURIComponent(id)}${act}`;

/** Proposes a change. The proposer's own signature counts as their decision. */
export async function proposeChange(session: Session, proposal: Proposal): Promise<ChangeView> {
  return call(session, changeView, 'POST', '/v1/registry/changes', proposal);
}

export async function listChanges(
  session: Session,
  status?: (typeof changeStatuses)[number],
): Promise<ChangeView[]> {
  const query = status === undefined ? '' : `?status=${status}`;
  return (await call(session, changeList, 'GET', `/v1/registry/changes${query}`)).changes;
}

export async function showChange(session: Session, id: string): Promise<ChangeView> {
  return call(session, changeView, 'GET', path(id));
}

/** Decides: a reviewer approves, an officer of the agency confirms, either rejects. */
export async function decideChange(
  session: Session,
  value: Pick<ChangeView, 'id' | 'changeDigest'>,
  decision: ChangeDecision['decision'],
): Promise<ChangeView> {
  return call(session, changeView, 'POST', path(value.id, '/decisions'), {
    decision,
    changeDigest: value.changeDigest,
  });
}

/** Revokes a key, at once: an officer those of their own agency, a reviewer any. */
export async function revokeKey(
  session: Session,
  keyid: string,
  reason: Revocation['reason'],
): Promise<RevokedKey> {
  return call(session, revokedKey, 'POST', '/v1/registry/revocations', { keyid, reason });
}
