import { jsonDigest } from '#core/canonical.ts';
import type { ChangeDecision, Proposal } from '#core/registry/change.ts';
import type { ChangeView } from '#core/registry/change-view.ts';
import type { KeyStatus, KeyView, PersonView } from '#core/registry/key-view.ts';
import type { ChangeStatus } from '#core/registry/lapsing.ts';
import type { Revocation, RevokedKey } from '#core/registry/revocation.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { registryRoutes as routes } from '#core/wire/registry.ts';
import { perform, type Session } from './exchange.ts';
import { callOf } from './route-call.ts';

/** What reviewers, and officers for their own agency, do with the registry: propose, decide, revoke. */
export type { ChangeView } from '#core/registry/change-view.ts';
export type { KeyView, PersonView } from '#core/registry/key-view.ts';

/** Proposes a change. The proposer's own signature counts as their decision. */
export async function proposeChange(session: Session, proposal: Proposal): Promise<ChangeView> {
  return perform(session, callOf(routes.proposeChange, { body: proposal }));
}

/** Every change of a status, `Pending` where none is named, the oldest first. */
export async function listChanges(session: Session, status?: ChangeStatus): Promise<ChangeView[]> {
  const all: ChangeView[] = [];
  for await (const change of eachChange(session, status)) all.push(change);
  return all;
}

/** The same, a page at a time: the next one is fetched when the caller gets to it. */
export async function* eachChange(session: Session, status?: ChangeStatus): AsyncGenerator<ChangeView> {
  let page: string | undefined;
  do {
    const { changes, next } = await perform(session, callOf(routes.listChanges, { query: { status, page } }));
    yield* changes;
    page = next;
  } while (page !== undefined);
}

/** Whether a change is the one that its digest is of. A person reads the change, and signs the digest. */
export function hasItsDigest({
  proposal,
  changeDigest,
}: Pick<ChangeView, 'proposal' | 'changeDigest'>): boolean {
  return jsonDigest(proposal) === changeDigest;
}

export async function showChange(session: Session, id: string): Promise<ChangeView> {
  return perform(session, callOf(routes.showChange, { id }));
}

/** Decides: a reviewer approves, an officer of the agency confirms, either rejects. */
export async function decideChange(
  session: Session,
  { id, changeDigest }: Pick<ChangeView, 'id' | 'changeDigest'>,
  decision: ChangeDecision['decision'],
): Promise<ChangeView> {
  return perform(session, callOf(routes.decideChange, { id, body: { decision, changeDigest } }));
}

/**
 * Every key that is enrolled, in the order of enrolment, or that was revoked, in that of revocation: a page at a time, the
 * next one fetched when the caller gets to it. Reviewers alone may.
 */
export async function* eachKey(session: Session, status?: KeyStatus): AsyncGenerator<KeyView> {
  let page: string | undefined;
  do {
    const { keys, next } = await perform(session, callOf(routes.listKeys, { query: { status, page } }));
    yield* keys;
    page = next;
  } while (page !== undefined);
}

/** One key, by its thumbprint. */
export async function showKey(session: Session, keyid: string): Promise<KeyView> {
  return perform(session, callOf(routes.showKey, { keyid }));
}

/** A person with the keys that are not revoked, and what ends once these are. Reviewers alone may ask. */
export async function showPerson(session: Session, person: string): Promise<PersonView> {
  return perform(session, callOf(reviewRoutes.showPerson, { person }));
}

/** Revokes a key, at once: an officer those of their own agency, a reviewer any. */
export async function revokeKey(
  session: Session,
  keyid: string,
  reason: Revocation['reason'],
): Promise<RevokedKey> {
  return perform(session, callOf(routes.revokeKey, { body: { keyid, reason } }));
}
