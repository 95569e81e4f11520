import { z } from 'zod';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { type Kind, kinds } from '#core/vault/kinds.ts';
import { keyFingerprint } from '#core/vault/seal.ts';
import type { NameKind } from '#core/vault/subject.ts';

/**
 * What lies where in the vault's table, all of it under a subject's pseudonym or a blind index:
 *
 *   subject            key#<kind>#<epoch>          an epoch key: public key, wrapped private key
 *   subject            kept#<kind>#<epoch>#<key>   the same, wrapped under a preservation's key until that ends
 *   subject            rec#<kind>#<instant>#<id>   sealed records of one day, from that instant on, and to which key
 *   subject            phone#<instant>             the blind index of the number that held from then on
 *   subject            username#<instant>          likewise of the username
 *   subject            erasure                     an erasure that is under way
 *   lookup#<blind>     <subject>#<epoch>           who got this number or name in that month
 *
 * Every item has a `ttl`. DynamoDB removes what is past it within days; what reads here passes over it at once.
 */
export const epochKeyItemKey = (of: EpochKey) => ({ pk: of.subject, sk: `key#${of.kind}#${of.epoch}` });
export const keptItemKey = (of: EpochKey & { publicKey: Uint8Array }) => ({
  pk: of.subject,
  sk: `kept#${of.kind}#${of.epoch}#${keyFingerprint(of.publicKey)}`,
});
export const recordPrefix = (kind?: Kind) => (kind === undefined ? 'rec#' : `rec#${kind}#`);
export const recordItemKey = (of: EpochKey, at: string, id: string) => ({
  pk: of.subject,
  sk: `${recordPrefix(of.kind)}${at}#${id}`,
});
export const namePrefix = (kind: NameKind) => `${kind}#`;
export const nameItemKey = (kind: NameKind, subject: string, at: string) => ({
  pk: subject,
  sk: `${namePrefix(kind)}${at}`,
});
export const lookupPartition = (blind: string) => `lookup#${blind}`;
export const lookupItemKey = (blind: string, subject: string, epoch: string) => ({
  pk: lookupPartition(blind),
  sk: `${subject}#${epoch}`,
});
export const erasureItemKey = (subject: string) => ({ pk: subject, sk: 'erasure' });

/** An instant as DynamoDB's TTL has it: unix seconds. */
export const ttlOf = (instant: string) => Math.floor(Date.parse(instant) / 1000);

export const itemKey = z.object({ pk: z.string(), sk: z.string() });
export type ItemKey = z.infer<typeof itemKey>;
export type VaultItem = ItemKey & Record<string, unknown>;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const epochKeyItem = itemKey.extend({
  publicKey: bytes,
  wrappedKey: bytes,
  keyId: z.string(),
  ttl: z.number(),
});

export interface StoredEpochKey extends EpochKey {
  publicKey: Uint8Array;
  /** The private key under a vault key, bound to this epoch key by its encryption context. */
  wrappedKey: Uint8Array;
  /** The vault key that it is wrapped under. */
  keyId: string;
  /** When it ends, in unix seconds. */
  ttl: number;
}

/** @param item one of an epoch key, its own or kept */
export function parseEpochKey(item: unknown): StoredEpochKey {
  const { pk, sk, ...rest } = epochKeyItem.parse(item);
  const [, kind, epoch] = sk.split('#');
  return { ...rest, subject: pk, kind: z.enum(kinds).parse(kind), epoch: z.string().parse(epoch) };
}

/** An epoch key's name, and which key pair: after an erasure, an account that comes back has another. */
export function keyPairName(of: EpochKey & { publicKey: Uint8Array }): string {
  return `${epochKeyName(of)} ${keyFingerprint(of.publicKey)}`;
}

const recordItem = itemKey.extend({ sealed: bytes, key: z.string(), n: z.number() });

/** An item of sealed records: the instant of its first, and the fingerprint of the key that it is sealed to. */
export function parseRecords(item: unknown) {
  const { pk, sk, sealed, key, n } = recordItem.parse(item);
  const [, kind, at = '', id = ''] = sk.split('#');
  return { subject: pk, kind: z.enum(kinds).parse(kind), at, id, sealed, key, n };
}

export const nameItem = z.object({ sk: z.string(), blind: z.string() });

const epochs = z.array(z.object({ kind: z.enum(kinds), epoch: z.string() }));
const keptEpochs = z.array(z.object({ kind: z.enum(kinds), epoch: z.string(), until: z.string() }));
export const erasureItem = z.object({ id: z.string(), erased: epochs, preserved: keptEpochs });

/** An erasure that is under way: its id, and the epoch keys that it takes and those that it may not. */
export type Erasure = z.infer<typeof erasureItem>;
