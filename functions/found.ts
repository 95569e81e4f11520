import { z } from 'zod';
import { policyHash } from '#core/cases/policy.ts';
import { found } from '#core/gateway/founding.ts';
import { name } from '#core/registry/change.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { newest } from './aws/newest.ts';
import { registry } from './aws/state.ts';

/**
 * Names the provider's first reviewers: the one act of the registry that nobody signs, since nobody can yet. An operator
 * invokes it with AWS credentials, never over the API. From then on reviewers enrol reviewers, and an operator can add
 * none; only a desk that has fewer than two people left, and so can decide nothing, may be founded again. The first
 * reviewers begin with the policy that is deployed. Each founding is an entry in the log and raises an alarm.
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
  const ports = {
    // A record of the desk that somebody put back, from before its people joined, would let others be named.
    registry: { ...registry, getDesk: newest.getDesk },
    clock: systemClock,
    chance: systemChance,
    policyHash: policyHash(POLICY),
  };
  return { keyIds: await found(ports, reviewers) };
}
