/** The gate's answers where KMS lags (lag.ts): what it does not find yet, and what it lists otherwise than the emulator. */
import type { Facts, KnownFacts } from '#dev/cloud/gate/call.ts';
import type { Grant } from '#dev/cloud/gate/decide.ts';
import { type Incoming, type Reply, refusal } from '#dev/cloud/gate/emulated.ts';
import type { KmsLag } from '#dev/cloud/gate/lag.ts';

/** @returns what KMS answers if it does not find the key yet, or the grant that is to end */
export function notFoundYet(
  lag: KmsLag,
  { operation, request: { GrantId, GrantToken } }: Incoming,
  keyArn: string,
): Reply | undefined {
  const ends = operation === 'RevokeGrant' || (operation === 'RetireGrant' && GrantToken === undefined);
  if (lag.hidesKey(keyArn)) return refusal(400, 'NotFoundException', `Key '${keyArn}' does not exist`);
  if (ends && GrantId !== undefined && lag.hidesGrant(GrantId))
    return refusal(400, 'NotFoundException', 'The grant does not exist.');
  return undefined;
}

/** Notes what a call has changed, and lists the grants that KMS knows. */
export function asLagging(
  lag: KmsLag,
  { operation, request }: Incoming,
  { key, grants }: Facts & Pick<KnownFacts, 'key'>,
  reply: Reply,
): Reply {
  if (reply.status !== 200) return reply;
  if (operation === 'CreateGrant') {
    const { GrantId } = JSON.parse(reply.body.toString('utf8')) as { GrantId: string };
    lag.wasMinted(GrantId, request.Name ?? '');
  }
  if (operation === 'RevokeGrant' || operation === 'RetireGrant') {
    const ended = grants.find(({ GrantId, GrantTokens = [] }) =>
      request.GrantToken === undefined
        ? GrantId === request.GrantId
        : GrantTokens.includes(request.GrantToken),
    );
    if (ended !== undefined) lag.wasRevoked(ended, key.arn);
  }
  return operation === 'ListGrants' ? listing(lag, request, key.arn, reply) : reply;
}

interface Listing {
  Grants: Grant[];
  Truncated?: boolean;
}

function listing(lag: KmsLag, request: Incoming['request'], keyArn: string, reply: Reply): Reply {
  const page = JSON.parse(reply.body.toString('utf8')) as Listing;
  const known = page.Grants.filter(({ GrantId }) => !lag.hidesGrant(GrantId));
  // What was revoked comes with the last page.
  const asked = ({ GrantId, GranteePrincipal }: Grant) =>
    page.Truncated !== true &&
    (request.GrantId ?? GrantId) === GrantId &&
    (request.GranteePrincipal ?? GranteePrincipal) === GranteePrincipal;
  const revoked = lag
    .stillLive(keyArn)
    .filter(asked)
    .map(({ GrantTokens: _, ...grant }) => grant);
  if (known.length === page.Grants.length && revoked.length === 0) return reply;
  return { ...reply, body: Buffer.from(JSON.stringify({ ...page, Grants: [...known, ...revoked] })) };
}
