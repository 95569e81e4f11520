import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { policyHash } from '#core/cases/policy.ts';
import { name } from '#core/registry/change.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { adopted, type DeskRecord, type KeyRecord } from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { env } from './aws/env.ts';
import { commitFounding, getDesk } from './aws/registry.ts';

/**
 * Names the provider's first reviewers: the one act of the registry that nobody signs, since nobody can yet. Invoked by
 * an operator with AWS credentials, never over the API. From then on reviewers enrol reviewers, and an operator can add
 * none; only a desk that has fewer than two people left, and so can decide nothing, may be founded again. The policy
 * that is deployed is the one that they begin with. Each founding is an entry in the log and raises an alarm.
 */
const { POLICY } = env('POLICY');

const inputSchema = z.strictObject({
  reviewers: z
    .array(
      z.strictObject({
        holder: name,
        publicKey: z.union([z.string(), z.record(z.string(), z.unknown())]),
      }),
    )
    .min(2)
    .max(10)
    .refine((list) => new Set(list.map(({ holder }) => holder)).size === list.length, {
      error: 'the same holder twice',
    }),
});
export type Founding = z.input<typeof inputSchema>;

/** @returns the keys' ids in the order given: their RFC 7638 thumbprints */
export async function handler(event: unknown): Promise<{ keyIds: string[] }> {
  const { reviewers } = inputSchema.parse(event);
  const at = new Date().toISOString();
  const none: DeskRecord = { version: 0, members: [], foundings: { n: 0, hash: '' }, policies: [] };
  const desk = (await getDesk()) ?? none;
  // Who decides today decides who joins.
  if (new Set(desk.members.map(({ holder }) => holder)).size >= 2) throw new RegistryError('desk-founded');
  const founding = `founding/${desk.foundings.n + 1}`;
  const keys: KeyRecord[] = reviewers.map(({ holder, publicKey }) => {
    const { jwk, thumbprint } = importPublicKey(publicKey);
    return {
      keyId: thumbprint,
      role: 'reviewer',
      holder,
      publicKey: { ...jwk },
      enrolledBy: founding,
      enrolledAt: at,
      activeFrom: at,
      salt: randomBytes(32),
      entries: { n: 0, hash: '' },
    };
  });
  const members = [...desk.members, ...keys.map(({ keyId, holder }) => ({ keyId, holder }))];
  const hash = policyHash(POLICY);
  await commitFounding(keys, adopted({ ...desk, members }, hash, founding), hash);
  return { keyIds: keys.map(({ keyId }) => keyId) };
}
