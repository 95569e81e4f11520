import { z } from 'zod';
import {
  asciiUpTo,
  bytesUpTo,
  storedCode,
  storedDigest,
  storedId,
  storedInstant,
  storedName,
  storedThumbprint,
} from '#core/bounds.ts';
import { commitment } from '#core/log/commitment.ts';
import { streamHead } from '#core/log/entry.ts';
import { termsSchema } from './terms.ts';

/**
 * Who is enrolled, as the registry's table holds it. People are known by the provider's own pseudonymous ids; nobody's
 * name is here.
 */
export const roles = ['agency', 'reviewer'] as const;
export type Role = (typeof roles)[number];

export const salt = bytesUpTo(32);
const mostJwkBytes = 512;
/** A public key's own members, as it was imported. */
const jwk = z
  .record(z.string(), z.unknown())
  .refine((key) => JSON.stringify(key).length <= mostJwkBytes)
  .meta({ mostBytes: mostJwkBytes });

/** Unrevoked keys of one party at most: so many fit into its record (test/limits/). */
export const mostMembers = 1000;
/** Encryption keys that one agency ever had: it has a new one each year, or each month for 16 years. */
export const mostEncryptionKeys = 200;

/** An enrolled signing key and the one person who holds it. */
export const keyRecord = z.strictObject({
  /** RFC 7638 thumbprint. */
  keyId: storedThumbprint,
  role: z.enum(roles),
  holder: storedName,
  agency: storedName.optional(),
  publicKey: jwk,
  /** `founding/<n>`, or `change/<id>`: the stream and, for a founding, the entry that its right comes from. */
  enrolledBy: storedCode,
  enrolledAt: storedInstant,
  /** Before this it may do nothing: time to notice an enrolment that nobody should have made. */
  activeFrom: storedInstant,
  revokedAt: storedInstant.optional(),
  /** Why, by a code. Keys that earlier versions revoked lack it. */
  because: storedCode.optional(),
  /** Its number in the feed for other providers, once it is there. */
  publishedAs: z.int().positive().optional(),
  /** Once another provider said that it revoked this key. */
  suspension: z
    .strictObject({
      /** Since when it is suspended; absent once reviewers reinstated it. */
      since: storedInstant.optional(),
      /** Which provider said so last, by the name of its log; which item of its feed; and why. */
      provider: asciiUpTo(253),
      item: storedDigest,
      reason: storedCode,
      /** The stream of suspensions and reinstatements. */
      entries: streamHead,
    })
    .optional(),
  salt,
  entries: streamHead,
});
export type KeyRecord = z.infer<typeof keyRecord>;

/** An unrevoked key of a party and its holder. */
const member = z.strictObject({ keyId: storedThumbprint, holder: storedName });
export type Member = z.infer<typeof member>;

const encryptionKey = z.strictObject({
  /** P-256 or X25519: what disclosures are encrypted to. */
  key: jwk,
  /** RFC 7638 thumbprint of that key. */
  thumbprint: storedThumbprint,
  activeFrom: storedInstant,
  /** The change that enrolled it: `change/<id>`. */
  by: storedCode,
});
export type EncryptionKey = z.infer<typeof encryptionKey>;

export const agencyRecord = z.strictObject({
  id: storedName,
  version: z.int(),
  name: z.string().max(200),
  terms: termsSchema,
  /** Its officers' unrevoked keys. */
  members: z.array(member).max(mostMembers),
  /** In order of enrolment. */
  encryptionKeys: z.array(encryptionKey).min(1).max(mostEncryptionKeys),
  /** Its stream in the log, which has an entry for each version: an older version that is put back is behind it. */
  entries: streamHead,
});
export type AgencyRecord = z.infer<typeof agencyRecord>;

/** How many policies may be deployed: that which was adopted last, and the one before, until it is replaced. */
const policiesKept = 2;

/** The provider's own side: its reviewers' unrevoked keys, and the foundings that its rights come from. */
export const deskRecord = z.strictObject({
  version: z.int(),
  members: z.array(member).max(mostMembers),
  foundings: streamHead,
  /** Policies that may be deployed, the one adopted last first; and by which founding or change. */
  policies: z
    .array(z.strictObject({ policyHash: storedDigest, by: storedCode }))
    .max(policiesKept)
    .default([]),
  /** The record's own stream in the log, as an agency's. */
  entries: streamHead,
});
export type DeskRecord = z.infer<typeof deskRecord>;

/** How many people hold a party's keys. */
export function peopleOf({ members }: { members: readonly Member[] }): number {
  return new Set(members.map(({ holder }) => holder)).size;
}

/** The desk with another policy adopted. */
export function adopted(desk: DeskRecord, policyHash: string, by: string): DeskRecord {
  const others = desk.policies.filter((policy) => policy.policyHash !== policyHash);
  return { ...desk, policies: [{ policyHash, by }, ...others].slice(0, policiesKept) };
}

/** An agency's emergencies, where they were ever suspended. */
export const emergenciesRecord = z.strictObject({
  agency: storedName,
  /** The case whose obligations were missed; absent once emergencies are accepted again. */
  suspendedBy: storedId.optional(),
  entries: streamHead,
});
export type EmergenciesRecord = z.infer<typeof emergenciesRecord>;

/** How the log calls a key: an immutable log is no place for a person's key (I7). Its salt is the key's own. */
export function keyInLog({ keyId, salt }: Pick<KeyRecord, 'keyId' | 'salt'>): string {
  return commitment(salt, 'key', keyId);
}

export function isSuspended({ suspension }: Pick<KeyRecord, 'suspension'>): boolean {
  return suspension?.since !== undefined;
}

/** Whether a key may act at an instant. */
export function isActive(key: KeyRecord, at: string): boolean {
  const isEnded = key.revokedAt !== undefined || isSuspended(key);
  return !isEnded && Date.parse(key.activeFrom) <= Date.parse(at);
}
