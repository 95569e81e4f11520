import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toBase64url } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { mostPreservationDays } from '#core/log/limits.ts';
import { epochBounds, epochOf, nextEpoch } from './epoch.ts';
import { type Kind, kinds } from './kinds.ts';
import { epochForgottenAt, type Retention } from './retention.ts';

/**
 * The KMS keys that wrap the vault: one a kind and month, so that each kind is forgotten when its own retention is
 * over, and one for each month in which preservations end. When such a month is over, its key is destroyed, and
 * with it every epoch key that was ever wrapped under it, whatever backups still hold (I10).
 */
export const purposes = [...kinds, 'preserved'] as const;
export type Purpose = (typeof purposes)[number];

/** `shard`: an epoch can have several keys, since KMS allows 50,000 grants on one (docs/scale.md). */
export const vaultKeyName = z.strictObject({
  purpose: z.enum(purposes),
  epoch: z.string(),
  shard: z.int().nonnegative(),
});
export type VaultKeyName = z.infer<typeof vaultKeyName>;

/** What is sealed, by whom a key is used: kinds that are kept have one for this month and the next, ahead of time. */
export function keysAhead(retention: Retention, now: string): Omit<VaultKeyName, 'shard'>[] {
  const epoch = epochOf(now);
  return keptKinds(retention).flatMap((purpose) => [
    { purpose, epoch },
    { purpose, epoch: nextEpoch(epoch) },
  ]);
}

/** Whether a key may be made at all: for a month from which something may still arrive, or in which something ends. */
export function mayBeMade(
  { purpose, epoch }: Pick<VaultKeyName, 'purpose' | 'epoch'>,
  retention: Retention,
  now: string,
): boolean {
  const thisEpoch = epochOf(now);
  if (purpose === 'preserved') {
    const last = epochOf(new Date(Date.parse(now) + mostPreservationDays * 86_400_000).toISOString());
    return epoch >= thisEpoch && epoch <= last;
  }
  return (
    retention[purpose] > 0 &&
    epoch <= nextEpoch(thisEpoch) &&
    forgottenAt({ purpose, epoch }, retention) > now
  );
}

/** From when on a key is of no more use: then it is destroyed. */
export function forgottenAt(
  { purpose, epoch }: Pick<VaultKeyName, 'purpose' | 'epoch'>,
  retention: Retention,
): string {
  return purpose === 'preserved' ? epochBounds(epoch).to : epochForgottenAt(purpose, epoch, retention);
}

/** Which of an epoch's keys wraps a subject's epoch keys: always the same, spread evenly. */
export function shardOf(subject: string, shards: number): number {
  return createHash('sha256').update(subject).digest().readUInt32BE(0) % shards;
}

function keptKinds(retention: Retention): Kind[] {
  return kinds.filter((kind) => retention[kind] > 0);
}

/** How the log names a key: the SHA-256 of its ARN, in base64url. */
export function keyDigest(arn: string): string {
  return toBase64url(sha256(arn));
}
