import { CreateGrantCommand, RevokeGrantCommand } from '@aws-sdk/client-kms';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { approvedScope, findTooMuch, mint, resolvedCommitment, scopeCommitment } from '#core/cases/acts.ts';
import type { Case, Grant, StoredDecision } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { provesApproval } from '#core/cases/evidence.ts';
import { grantName } from '#core/cases/grants.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { restoreMessage } from '#core/evidence.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { leafHash } from '#core/log/tree.ts';
import { provesAdoption, provesEnrolment } from '#core/registry/evidence.ts';
import { isActive, type KeyRecord } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';
import type { StoredEpochKey } from '#core/state/vault.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { encryptionContext } from '#core/vault/seal.ts';
import { change, getCase } from './aws/cases.ts';
import { kms } from './aws/clients.ts';
import { NotSealedError, openAtDesk } from './aws/desk.ts';
import { getOutboxItem } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { type PublishedLog, publishedLog } from './aws/log.ts';
import { count, logger } from './aws/observe.ts';
import { foundingStream, getChange, getDesk, getKey, keyStream } from './aws/registry.ts';
import { vault } from './aws/state.ts';

/**
 * Mints the right to open. Runs whenever the log's published head has moved, looks at what is newly in the log, and
 * for each approval that completes a case creates one KMS grant a subject, kind and epoch, to `collect`'s role.
 *
 * It trusts nobody (I3): it verifies every reviewer's signature again over the bytes that arrived, that they are
 * distinct people over one digest and one scope, under a policy that two reviewers adopted, and that the log in the
 * bucket says the same.
 */
const { COLLECT_ROLE, POLICY } = env('COLLECT_ROLE', 'POLICY');

export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const moves = event.Records.map(({ dynamodb }) => ({
    from: BigInt(dynamodb?.OldImage?.published?.N ?? '0'),
    to: BigInt(dynamodb?.NewImage?.published?.N ?? '0'),
  })).filter(({ from, to }) => from < to);
  if (moves.length === 0) return;
  const log = await publishedLog();
  for (const { from, to } of moves) {
    if (log === undefined || log.checkpoint.size < to) throw new Error('the bucket is behind the head');
    for await (const entry of log.entries(from, to)) {
      if (entry.kind === 'decision.approved' && entry.data.status === 'AwaitingDisclosure') {
        await authorise(entry.stream.slice('case/'.length), log);
      }
    }
  }
}

async function authorise(id: string, log: PublishedLog): Promise<void> {
  const current = await getCase(id);
  if (current === undefined || current.status !== 'AwaitingDisclosure' || current.grants !== undefined)
    return;
  if (!(await isApproved(current, log))) {
    // Not an outage but somebody's attempt: nothing to retry, everything to look at.
    logger.error('approval not proven', { case: id });
    count('ApprovalsNotProven');
    return;
  }
  const epochKeys = await epochKeysIn(vault, approvedScope(current), current.subjects);
  if (epochKeys.length > POLICY.limits.grants) {
    // A number that many held can name more epoch keys than its request seemed to.
    logger.error('more doors than the policy allows', { case: id, doors: epochKeys.length });
    count('BreadthExceeded');
    await change(id, (current) => (current.grants === undefined ? findTooMuch(current) : undefined));
    return;
  }
  const grants: Grant[] = [];
  for (const epochKey of epochKeys) grants.push(await grantFor(current, epochKey));
  await record(current, grants);
}

/** Whether enough distinct enrolled reviewers signed this case's digest and scope, and the log says so too. */
async function isApproved(current: Case, log: PublishedLog): Promise<boolean> {
  const received = await logged(current, 1, log);
  if (received?.kind !== 'request.received') return false;
  const { resolved, request, priority } = received.data;
  if (
    resolved !== resolvedCommitment(current) ||
    request !== commitment(current.salt, 'request', current.requestDigest)
  )
    return false;
  if (!(await isAdopted(current.policyHash, log))) return false;

  const asker = await getKey(current.askedBy);
  if (asker === undefined || asker.revokedAt !== undefined) return false;
  const people = new Set<string>();
  for (const decision of current.decisions) {
    const key = await getKey(decision.keyId);
    if (key === undefined || !isActive(key, decision.at) || !(await isEnrolled(key, log))) continue;
    const message = await signedMessage(current, decision);
    const entry = await logged(current, decision.entry, log);
    const said =
      entry?.kind === 'decision.approved' &&
      entry.data.reviewer === commitment(current.salt, 'reviewer', key.holder) &&
      entry.data.scope === scopeCommitment(current, approvedScope(current)) &&
      entry.data.policyHash === current.policyHash &&
      entry.data.request === request;
    if (said && message !== undefined && provesApproval(current, decision, message, key))
      people.add(key.holder);
  }
  // An emergency, as it was received, opens on fewer; the others are owed.
  const { approvals, emergency } = POLICY;
  return people.size >= (priority === 'Emergency' ? Math.min(emergency.approvals, approvals) : approvals);
}

/** Whether the log shows that the desk began with this policy, or that two reviewers signed its adoption. */
async function isAdopted(policyHash: string, log: PublishedLog): Promise<boolean> {
  const by = (await getDesk())?.policies.find((policy) => policy.policyHash === policyHash)?.by;
  const [kind, name = ''] = by?.split('/') ?? [];
  if (kind === 'founding') {
    const founding = (await log.find(foundingStream, Number(name)))?.entry;
    return founding?.kind === 'registry.founded' && founding.data.policyHash === policyHash;
  }
  const made = kind === 'change' ? await getChange(name) : undefined;
  return made !== undefined && provesAdoption(made, policyHash, (keyId) => provenReviewer(keyId, log, ['']));
}

/** The reviewer's message as it arrived; undefined for what the desk never sealed, which somebody forged. */
async function signedMessage(current: Case, { message }: StoredDecision): Promise<Message | undefined> {
  try {
    return restoreMessage(await openAtDesk(message, { case: current.id, part: 'decision' }));
  } catch (error) {
    // A forgery must not keep the stream from bringing the next case.
    if (error instanceof NotSealedError) return undefined;
    throw error;
  }
}

/**
 * Whether the log shows this reviewer's key and whose it is, does not show it revoked, and it was enrolled by right:
 * named in the founding that the log shows, or signed in by two reviewers of whom the same is true. Who can write the
 * registry can neither invent a reviewer nor bring one back.
 */
async function isEnrolled(
  key: KeyRecord,
  log: PublishedLog,
  among: readonly string[] = [],
): Promise<boolean> {
  const id = commitment(key.salt, 'key', key.keyId);
  const entry = (await log.find(keyStream(key), 1))?.entry;
  const shown =
    key.role === 'reviewer' &&
    entry?.kind === 'key.enrolled' &&
    entry.data.role === 'reviewer' &&
    entry.data.key === id &&
    entry.data.by === key.enrolledBy &&
    entry.data.activeFrom === key.activeFrom &&
    entry.data.holder === commitment(key.salt, 'holder', key.holder);
  if (!shown || (await isRevokedInLog(key, log, among.length > 0))) return false;

  const [kind, name = ''] = key.enrolledBy.split('/');
  if (kind === 'founding') {
    const founding = (await log.find(foundingStream, Number(name)))?.entry;
    return founding?.kind === 'registry.founded' && founding.data.keys.includes(id);
  }
  // A key that vouches for itself, by whatever detour, vouches for nothing.
  if (kind !== 'change' || among.includes(key.keyId)) return false;
  const made = await getChange(name);
  return (
    made !== undefined &&
    provesEnrolment(made, key, (keyId) => provenReviewer(keyId, log, [...among, key.keyId]))
  );
}

/** A reviewer whose own enrolment is proven, as a voucher for what they signed then. */
async function provenReviewer(
  keyId: string,
  log: PublishedLog,
  among: readonly string[],
): Promise<KeyRecord | undefined> {
  const reviewer = await getKey(keyId);
  return reviewer !== undefined && (await isEnrolled(reviewer, log, among)) ? reviewer : undefined;
}

/** Revoking a reviewer undoes nothing of what they rightly signed before: whom they enrolled stays. */
async function isRevokedInLog(key: KeyRecord, log: PublishedLog, asVoucher: boolean): Promise<boolean> {
  return !asVoucher && (await log.find(keyStream(key), 2)) !== undefined;
}

/**
 * Entry n of the case as the bucket holds it; undefined if none was ever committed.
 * @throws if it is not there yet: the stream brings us back
 */
async function logged(current: Case, n: number, log: PublishedLog): Promise<Entry | undefined> {
  const stream = `case/${current.id}`;
  const committed = await getOutboxItem({ stream, n });
  if (committed === undefined) return undefined;
  const there = await log.find(stream, n, toHex(leafHash(utf8(committed.entry))));
  if (there === undefined) throw new Error('an entry of the case is not in the log yet');
  return there.entry;
}

/** One grant: Decrypt, for `collect`'s role, in exactly this epoch key's context. Its name makes it idempotent. */
async function grantFor(current: Case, epochKey: StoredEpochKey): Promise<Grant> {
  const { GrantId, GrantToken } = await kms.send(
    new CreateGrantCommand({
      KeyId: epochKey.keyId,
      GranteePrincipal: COLLECT_ROLE,
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextEquals: encryptionContext(epochKey) },
      Name: nameOf(current, epochKey),
    }),
  );
  const { subject, kind, epoch, keyId } = epochKey;
  return {
    subject,
    kind,
    epoch,
    keyId,
    grantId: z.string().parse(GrantId),
    token: z.string().parse(GrantToken),
  };
}

function nameOf(current: Case, epochKey: EpochKey): string {
  const { subject, kind, epoch } = epochKey;
  const digest = sha256(
    [current.id, scopeCommitment(current, approvedScope(current)), subject, kind, epoch].join('\0'),
  );
  return grantName(current.id, Buffer.from(digest).toString('hex'));
}

/** Commits what was minted. If the case was closed meanwhile, the doors close again at once. */
async function record(current: Case, grants: Grant[]): Promise<void> {
  try {
    await change(current.id, (current) => mint(current, grants));
    count('GrantsMinted', grants.length);
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    const kept = new Set((await getCase(current.id))?.grants?.map((g) => g.grantId));
    for (const { keyId, grantId } of grants) {
      if (!kept.has(grantId)) await kms.send(new RevokeGrantCommand({ KeyId: keyId, GrantId: grantId }));
    }
  }
}
