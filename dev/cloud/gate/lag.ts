/**
 * KMS that follows later than a change is made, for the grants and keys that a test names: all others follow at once, so
 * that tests on one cloud do not disturb each other.
 *
 * AWS KMS Developer Guide, "AWS KMS eventual consistency", "Grants in AWS KMS" (grant token, eventual consistency) and "ABAC
 * for AWS KMS". It documents what may happen until KMS follows; here it does happen, each of it for as long as the rule says.
 */
import { z } from 'zod';
import type { Facts } from '#dev/cloud/gate/call.ts';
import type { Grant } from '#dev/cloud/gate/decide.ts';

const changes = z.enum([
  /** A new grant is not listed, counts with its token alone, and is not found to be revoked. */
  'minted',
  /** A grant that was revoked or retired is listed, and opens. */
  'revoked',
  /** A new key is not found. */
  'made',
  /** The tags of a new key do not count. */
  'tagged',
]);
type Change = z.infer<typeof changes>;

/** Grants whose name begins so, and keys whose description does, lag from now on. */
export const lagRule = z.strictObject({
  name: z.string().min(1),
  changes: z.array(changes).min(1),
  /** How long; without it, until the rule is ended. */
  delayMs: z.int().positive().optional(),
});
export type LagRule = z.infer<typeof lagRule>;

interface Pending {
  readonly rule: LagRule;
  readonly since: number;
}

export type KmsLag = ReturnType<typeof kmsLag>;

/** @param now unix milliseconds */
export function kmsLag(now: () => number = Date.now) {
  const rules = new Map<string, LagRule>();
  const minted = new Map<string, Pending>();
  const revoked = new Map<string, Pending & { grant: Grant; keyArn: string }>();
  const made = new Map<string, Pending>();

  function ruleOf(name: string, change: Change): Pending | undefined {
    const rule = [...rules.values()].find((one) => name.startsWith(one.name) && one.changes.includes(change));
    return rule === undefined ? undefined : { rule, since: now() };
  }

  function isPending(pending: Pending | undefined): boolean {
    if (pending === undefined || rules.get(pending.rule.name) !== pending.rule) return false;
    return now() < pending.since + (pending.rule.delayMs ?? Number.POSITIVE_INFINITY);
  }

  return {
    /** Takes the place of an earlier rule of the name, and of what that held back. */
    begin: (rule: LagRule): void => void rules.set(rule.name, rule),

    /** KMS has followed in all that a rule held back. */
    end: (name: string): void => void rules.delete(name),

    wasMinted(grantId: string, name: string): void {
      const pending = ruleOf(name, 'minted');
      if (pending !== undefined && !minted.has(grantId)) minted.set(grantId, pending);
    },

    wasRevoked(grant: Grant, keyArn: string): void {
      const pending = ruleOf(grant.Name ?? '', 'revoked');
      if (pending !== undefined) revoked.set(grant.GrantId, { ...pending, grant, keyArn });
    },

    wasMade(keyArn: string, description: string): void {
      const pending = ruleOf(description, 'made') ?? ruleOf(description, 'tagged');
      if (pending !== undefined) made.set(keyArn, pending);
    },

    /** Whether KMS does not find a grant yet. */
    hidesGrant: (grantId: string): boolean => isPending(minted.get(grantId)),

    /** Whether KMS does not find a key yet. */
    hidesKey(keyArn: string): boolean {
      const pending = made.get(keyArn);
      return isPending(pending) && pending?.rule.changes.includes('made') === true;
    },

    /** Grants of a key that were revoked, as far as KMS does not know it yet. */
    stillLive: (keyArn: string): Grant[] =>
      [...revoked.values()]
        .filter((one) => one.keyArn === keyArn && isPending(one))
        .map(({ grant }) => grant),

    /** What KMS knows, of what the emulator does. @param tokens of grants, given with the call */
    seen(facts: Facts, tokens: readonly string[] = []): Facts {
      const { key } = facts;
      if (key === null) return facts;
      const counts = ({ GrantId, GrantTokens = [] }: Grant) =>
        !this.hidesGrant(GrantId) || GrantTokens.some((token) => tokens.includes(token));
      const pending = made.get(key.arn);
      const untagged = isPending(pending) && pending?.rule.changes.includes('tagged') === true;
      return {
        ...facts,
        key: untagged ? { ...key, tags: {} } : key,
        grants: [...facts.grants.filter(counts), ...this.stillLive(key.arn)],
      };
    },
  };
}
