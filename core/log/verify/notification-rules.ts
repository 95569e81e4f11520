import { timeOf } from '#core/instant.ts';
import { type CaseSoFar, SKEW_MS } from './case-state.ts';
import { type Act, type Here, isOutOf } from './here.ts';
import { MINTING_MS } from './signers.ts';

/**
 * An enforcing authority that was notified of a request: nothing is minted before it consents or its time to object is
 * over, but in an emergency, and it answers once, with a key of its own.
 */

/** What the request's entry says of it. An end that is no instant never comes. */
export function notificationOf(data: {
  notified?: string | undefined;
  notifiedUntil?: string | undefined;
  waits?: boolean | undefined;
}): Partial<CaseSoFar> {
  const { notified, notifiedUntil = '', waits = false } = data;
  return notified === undefined ? {} : { authority: notified, authorityUntil: timeOf(notifiedUntil), waits };
}

/** What opens data, or says that there is none, comes after the hold. */
export function checkNotHeld(current: CaseSoFar, here: Here): void {
  const { waits, authorityUntil, consent } = current;
  // An end that is no instant has not come.
  if (!waits || here.at >= authorityUntil - SKEW_MS) return;
  if (consent === undefined)
    here.report('notification-pending', 'a notified authority could still object, and had not consented');
  else if (consent.isRevoked(here.at, MINTING_MS) || consent.isSuspended(here.at, MINTING_MS))
    here.report('revoked-key-used', 'the key that consented was revoked or suspended before');
  // A revocation that was earlier may reach the log yet.
  else consent.neededAt = here.at;
}

export const consented: Act<'authority.consented'> = (current, data, here) => {
  answered(current, data, here);
};

/** Of a part, or of all. An approval that was wider counts no more, and what was open closes. */
export const objected: Act<'authority.objected'> = (current, data, here) => {
  const { status, scope } = data;
  const { phase } = current;
  const isPart = scope !== undefined;
  // Whether an approval lies within what may still be disclosed, nobody sees who has no salt.
  const leads: Record<string, boolean> = {
    AwaitingApproval: isPart && (phase === 'waiting' || phase === 'approved'),
    AwaitingDisclosure: isPart && (phase === 'approved' || phase === 'open' || phase === 'retired'),
    Disclosed: isPart && (phase === 'open' || phase === 'retired'),
    Rejected: !isPart && (phase === 'waiting' || phase === 'approved'),
    Suspended: phase === 'approved' || phase === 'open' || phase === 'retired',
  };
  if (!answered(current, data, here, isPart)) return;
  if (leads[status] !== true)
    here.report('act-out-of-place', `an objection leads from ${phase} to no such status`);
  if (status === 'Rejected') current.phase = 'closed';
  else if (status === 'Suspended') current.phase = 'suspended';
  else if (status === 'AwaitingApproval' && phase === 'approved')
    Object.assign(current, { phase: 'waiting', scope: '', approvals: [], expiresAt: Number.NaN });
};

/** @param consents whether disclosure waits no longer @returns whether the case takes an answer */
function answered(
  current: CaseSoFar,
  { authority, request, key: id }: { authority: string; request: string; key?: string | undefined },
  here: Here,
  consents = true,
): boolean {
  const key = here.signers.signed(id, { role: 'agency', agency: authority }, here);
  if (isOutOf(current.isEnded, current, here)) return false;
  if (current.authority === '') here.report('act-out-of-place', 'no authority was notified');
  else if (authority !== current.authority) here.report('signer-misplaced', 'another authority was notified');
  else {
    if (current.isAnswered) here.report('act-out-of-place', 'the authority has answered');
    if (here.at >= current.authorityUntil + SKEW_MS)
      here.report('act-out-of-place', 'its time to object was over');
    if (current.request !== '' && request !== current.request)
      here.report('request-differs', 'the answer is on another request');
    else if (consents && key !== undefined) current.consent = key;
    current.isAnswered = true;
  }
  return true;
}
