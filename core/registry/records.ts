import { z } from 'zod';
import { commitment } from '#core/log/commitment.ts';
import { streamHead } from '#core/log/entry.ts';
import { termsSchema } from './terms.ts';

/**
 * Who is enrolled, as the registry's table holds it. People are known by the provider's own pseudonymous ids; nobody's
 * name is here.
 */
export const roles = ['agency', 'reviewer'] as const;
export type Role = (typeof roles)[number];

export const salt = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const jwk = z.record(z.string(), z.unknown());

/** An enrolled signing key and the one person who holds it. */
export const keyRecord = z.strictObject({
  /** RFC 7638 thumbprint. */
  keyId: z.string(),
  role: z.enum(roles),
  holder: z.string(),
  agency: z.string().optional(),
  publicKey: jwk,
  /** `founding/<n>`, or `change/<id>`: the stream and, for a founding, the entry that its right comes from. */
  enrolledBy: z.string(),
  enrolledAt: z.string(),
  /** Before this it may do nothing: time to notice an enrolment that nobody should have made. */
  activeFrom: z.string(),
  revokedAt: z.string().optional(),
  salt,
  entries: streamHead,
});
export type KeyRecord = z.infer<typeof keyRecord>;

/** An unrevoked key of a party and its holder. */
const member = z.strictObject({ keyId: z.string(), holder: z.string() });
export type Member = z.infer<typeof member>;

const encryptionKey = z.strictObject({
  /** P-256 or X25519: what disclosures are encrypted to. */
  key: jwk,
  /** RFC 7638 thumbprint of that key. */
  thumbprint: z.string(),
  activeFrom: z.string(),
  /** The change that enrolled it: `change/<id>`. */
  by: z.string(),
});
export type EncryptionKey = z.infer<typeof encryptionKey>;

export const agencyRecord = z.strictObject({
  id: z.string(),
  version: z.int(),
  name: z.string(),
  terms: termsSchema,
  /** Its officers' unrevoked keys. */
  members: z.array(member),
  /** In order of enrolment. */
  encryptionKeys: z.array(encryptionKey).min(1),
  /** Its stream in the log, which has an entry for each version: an older version that is put back is behind it. */
  entries: streamHead,
});
export type AgencyRecord = z.infer<typeof agencyRecord>;

/** The provider's own side: its reviewers' unrevoked keys, and the foundings that its rights come from. */
export const deskRecord = z.strictObject({
  version: z.int(),
  members: z.array(member),
  foundings: streamHead,
  /** Policies that may be deployed, the one adopted last first; and by which founding or change. */
  policies: z.array(z.strictObject({ policyHash: z.string(), by: z.string() })).default([]),
  /** The record's own stream in the log, as an agency's. */
  entries: streamHead,
});
export type DeskRecord = z.infer<typeof deskRecord>;

/** How many people hold a party's keys. */
export function peopleOf({ members }: { members: readonly Member[] }): number {
  return new Set(members.map(({ holder }) => holder)).size;
}

/** How many policies may be deployed: that which was adopted last, and the one before, until it is replaced. */
const policiesKept = 2;

/** The desk with another policy adopted. */
export function adopted(desk: DeskRecord, policyHash: string, by: string): DeskRecord {
  const others = desk.policies.filter((policy) => policy.policyHash !== policyHash);
  return { ...desk, policies: [{ policyHash, by }, ...others].slice(0, policiesKept) };
}

/** An agency's emergencies, where they were ever suspended. */
export const emergenciesRecord = z.strictObject({
  agency: z.string(),
  /** The case whose obligations were missed; absent once emergencies are accepted again. */
  suspendedBy: z.string().optional(),
  entries: streamHead,
});
export type EmergenciesRecord = z.infer<typeof emergenciesRecord>;

/** How the log calls a key: an immutable log is no place for a person's key (I7). Its salt is the key's own. */
export function keyInLog({ keyId, salt }: Pick<KeyRecord, 'keyId' | 'salt'>): string {
  return commitment(salt, 'key', keyId);
}

/** Whether a key may act at an instant. */
export function isActive(key: KeyRecord, at: string): boolean {
  return key.revokedAt === undefined && Date.parse(key.activeFrom) <= Date.parse(at);
}
