import { z } from 'zod';
import {
  asciiUpTo,
  bytesUpTo,
  storedEpoch,
  storedId,
  storedInstant,
  storedKeyArn,
  storedSubject,
  storedThumbprint,
} from '#core/bounds.ts';
import { mostPreservationDays } from '#core/log/limits.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { type Kind, kinds } from '#core/vault/kinds.ts';
import { epochForgottenAfter, monthsLater } from '#core/vault/retention.ts';
import { keyFingerprint } from '#core/vault/seal.ts';
import { type NameKind, nameKinds } from '#core/vault/subject.ts';
import { type Group, type Place, type Tally, tallySchema } from '#core/vault/tally.ts';

/**
 * What lies where in the vault's table, all of it under a subject's pseudonym or a blind index:
 *
 *   subject            head                        which epoch keys the subject has, which are kept, and the names' tallies
 *   subject            key#<kind>#<epoch>          an epoch key: public key, wrapped private key, its records' tally
 *   subject            kept#<kind>#<epoch>#<key>   the same as a preservation keeps it until that ends, wrapped under its key
 *   subject            held#<kind>                 which names of a kind a preservation keeps until it ends
 *   subject            rec#<kind>#<instant>#<id>   sealed records of one day, from that instant on, and to which key
 *   subject            phone#<instant>             the blind index of the number that held from then on
 *   subject            username#<instant>          likewise of the username
 *   lookup#<blind>     #head                       the look-ups' tally, and whom a preservation keeps
 *   lookup#<blind>     <subject>#<epoch>           who got this number or name in that month
 *   lookup#<blind>     <subject>#kept              who had it, until a preservation ends
 *
 * Items are counted: records in their epoch key's tally by day, names in the subject's head by day, look-ups in theirs
 * by month, each at its `place` (core/vault/tally.ts). When one ends is computed from that. Its `ttl` says the same to
 * DynamoDB, which removes what is past it within days, and decides nothing here.
 */
export const epochKeyItemKey = (of: EpochKey) => ({ pk: of.subject, sk: `key#${of.kind}#${of.epoch}` });
export const keptItemKey = (of: EpochKey & { publicKey: Uint8Array }) => ({
  pk: of.subject,
  sk: `kept#${of.kind}#${of.epoch}#${keyFingerprint(of.publicKey)}`,
});
export const headItemKey = (subject: string) => ({ pk: subject, sk: 'head' });
export const heldItemKey = (kind: NameKind, subject: string) => ({ pk: subject, sk: `held#${kind}` });
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
export const keptLookupItemKey = (blind: string, subject: string) => lookupItemKey(blind, subject, 'kept');
export const lookupHeadItemKey = (blind: string) => ({ pk: lookupPartition(blind), sk: '#head' });

/** An instant as DynamoDB's TTL has it: unix seconds. */
export const ttlOf = (instant: string) => Math.floor(Date.parse(instant) / 1000);

/** What a head knows of what has ended it forgets so many days later: longer than anything of that can be there. */
const lingerDays = mostPreservationDays + 30;
export const lingering = (instant: string, sign: 1 | -1 = 1) =>
  new Date(Date.parse(instant) + sign * lingerDays * 86_400_000).toISOString();

export const itemKey = z.object({ pk: asciiUpTo(64), sk: asciiUpTo(96) });
export type ItemKey = z.infer<typeof itemKey>;

/** Whom an item is about: its partition says it, and of a look-up what follows. Of the head of look-ups, nobody. */
export const subjectOf = ({ pk, sk }: ItemKey): string =>
  pk.startsWith(lookupPartition('')) ? sk.slice(0, sk.indexOf('#')) : pk;
export type VaultItem = ItemKey & Record<string, unknown>;

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
export const tallyText = json.pipe(tallySchema);

// What KMS gives for a key of 32 bytes has some 200; 6,144 is its own bound (API Reference, `Encrypt`).
const wrapped = { publicKey: bytesUpTo(32), wrappedKey: bytesUpTo(6144), keyId: storedKeyArn };
export const epochKeyItem = itemKey.extend({ ...wrapped, tally: z.string(), ttl: z.number() });
/** Preservations end within so many months, and one key more is the epoch's own. */
export const mostEarlier = 14;
export const keptItem = epochKeyItem.extend({
  until: storedInstant,
  /** It never lasts longer once it has no item of its own, whoever else asks to preserve it. */
  latest: storedInstant.optional(),
  /** How it was wrapped before, once for each KMS key: grants that were minted then name those. */
  earlier: z
    .array(z.strictObject({ wrappedKey: bytesUpTo(6144), keyId: storedKeyArn }))
    .max(mostEarlier)
    .optional(),
});

export interface StoredEpochKey extends EpochKey {
  publicKey: Uint8Array;
  /** The private key under a vault key, bound to this epoch key by its encryption context. */
  wrappedKey: Uint8Array;
  /** The vault key that it is wrapped under. */
  keyId: string;
  /** When it ends, in unix seconds. */
  ttl: number;
  /** What its records are counted by. */
  records: Group;
  /** The same private key as it is wrapped otherwise, and until when that lasts: a grant names one of the keys. */
  also: readonly Wrapping[];
  /** When preservations of it end at the latest. */
  latest?: string | undefined;
}

export interface Wrapping {
  wrappedKey: Uint8Array;
  keyId: string;
  /** In unix seconds. */
  ttl: number;
}

/** An item of an epoch key, as it is in the table: its own, or kept by a preservation until an instant. */
export interface EpochKeyItem extends Omit<StoredEpochKey, 'records' | 'also' | 'latest'> {
  sk: string;
  /** As it is stored: a condition compares it. */
  tally: string;
}
export type KeptItem = EpochKeyItem & Pick<z.infer<typeof keptItem>, 'until' | 'latest' | 'earlier'>;

/** The wrappings that a kept item has beside its own, once one more is an earlier one. */
export function withEarlier(
  before: Pick<KeptItem, 'earlier'> | undefined,
  wrapping: Pick<StoredEpochKey, 'wrappedKey' | 'keyId'> | undefined,
  { keyId: now }: Pick<StoredEpochKey, 'keyId'>,
): Pick<KeptItem, 'earlier'> {
  const { earlier = [] } = before ?? {};
  const more = wrapping === undefined ? [] : [{ wrappedKey: wrapping.wrappedKey, keyId: wrapping.keyId }];
  const all = [...new Map([...earlier, ...more].map((one) => [one.keyId, one])).values()];
  const kept = all.filter(({ keyId }) => keyId !== now).slice(-mostEarlier);
  return kept.length === 0 ? {} : { earlier: kept };
}

export function parseEpochKey(item: unknown): EpochKeyItem {
  const { pk, ...rest } = epochKeyItem.parse(item);
  return { ...rest, ...nameIn(pk, rest.sk) };
}

export function parseKept(item: unknown): KeptItem {
  const { pk, ...rest } = keptItem.parse(item);
  return { ...rest, ...nameIn(pk, rest.sk) };
}

function nameIn(subject: string, sk: string): EpochKey {
  const [, kind, epoch] = sk.split('#');
  return { subject, kind: z.enum(kinds).parse(kind), epoch: z.string().parse(epoch) };
}

/** An epoch key's name, and which key pair: after an erasure, an account that comes back has another. */
export function keyPairName(of: EpochKey & { publicKey: Uint8Array }): string {
  return `${epochKeyName(of)} ${keyFingerprint(of.publicKey)}`;
}

/** The records of an epoch key: its days, `02`, end so many months after they began. */
export function recordGroup(
  { epoch }: EpochKey,
  tally: string | undefined,
  kept: { until: string; tally: string } | undefined,
): Group {
  return {
    tally: tally === undefined ? undefined : tallyText.parse(tally),
    kept: kept && { until: kept.until, tally: tallyText.parse(kept.tally) },
    endOf: (day, months) => recordsEnd(epoch, day, months),
  };
}
export const recordSlot = (at: string) => at.slice('YYYY-MM-'.length, 'YYYY-MM-DD'.length);
export const recordsEnd = (epoch: string, day: string, months: number) =>
  monthsLater(`${epoch}-${day}T00:00:00.000Z`, months);

export const recordItem = itemKey.extend({
  // A thousand records take 22 KB (core/vault/seal.ts).
  sealed: bytesUpTo(65_536),
  key: asciiUpTo(16),
  n: z.number(),
  place: z.int().nonnegative(),
  ttl: z.number(),
});

/** An item of sealed records: the instant of its first, the fingerprint of the key that it is sealed to, and its place. */
export function parseRecords(item: unknown) {
  const { pk, sk, ...rest } = recordItem.parse(item);
  const [, kind, at = '', id = ''] = sk.split('#');
  return { ...rest, sk, subject: pk, kind: z.enum(kinds).parse(kind), at, id, slot: recordSlot(at) };
}

export const nameItem = itemKey.extend({
  blind: storedThumbprint,
  place: z.int().nonnegative(),
  ttl: z.number(),
});
export type NameItem = z.infer<typeof nameItem> & Place & { at: string };

export function parseName(kind: NameKind, item: unknown): NameItem {
  const parsed = nameItem.parse(item);
  const at = parsed.sk.slice(namePrefix(kind).length);
  return { ...parsed, at, slot: nameSlot(at) };
}

/** A subject's names of a kind: their days, `2026-11-02`, end so many months after they began. */
export function nameGroup(tally: Tally, kept: Group['kept']): Group {
  return { tally, kept, endOf: namesEnd };
}
export const nameSlot = (at: string) => at.slice(0, 'YYYY-MM-DD'.length);
export const namesEnd = (day: string, months: number) => monthsLater(`${day}T00:00:00.000Z`, months);

/** The names that a preservation keeps. */
export const heldItem = itemKey.extend({ until: storedInstant, tally: z.string() });
export type HeldItem = z.infer<typeof heldItem> & { kind: NameKind };

export function parseHeld(item: unknown): HeldItem {
  const parsed = heldItem.parse(item);
  return { ...parsed, kind: z.enum(nameKinds).parse(parsed.sk.slice('held#'.length)) };
}

export const lookupItem = itemKey.extend({ place: z.int().nonnegative(), ttl: z.number() });
export const keptLookupItem = itemKey.extend({ until: storedInstant });

export function parseLookup(item: unknown) {
  const { sk, ...rest } = lookupItem.parse(item);
  const [subject = '', slot = ''] = sk.split('#');
  return { ...rest, sk, subject, slot };
}

export function parseKeptLookup(item: unknown) {
  const { sk, until } = keptLookupItem.parse(item);
  return { subject: sk.slice(0, -'#kept'.length), until };
}

/** Look-ups: their months end when the last of a month's names does. */
export function lookupGroup(tally: Tally): Group {
  return { tally, endOf: lookupsEnd };
}
export const lookupsEnd = (epoch: string, months: number) => epochForgottenAfter(epoch, months);

const epochOf = z.object({ kind: z.enum(kinds), epoch: storedEpoch });
const erasureForm = z.object({
  id: storedId,
  erased: z.array(epochOf),
  preserved: z.array(epochOf.extend({ until: storedInstant })),
});

/** An erasure that is under way: its id, and the epoch keys that it takes and those that it may not. */
export type Erasure = z.infer<typeof erasureForm>;

/** What a subject's head says. */
export const headForm = z.object({
  /** The epoch keys, each with its pair's fingerprint and the months that it is kept after its own. */
  keys: z.array(epochOf.extend({ key: asciiUpTo(16), months: z.int().nonnegative() })),
  /** What preservations keep: the item, until when, and a digest of what it says. */
  kept: z.array(z.object({ sk: asciiUpTo(96), until: storedInstant, digest: storedThumbprint })),
  names: z.array(z.tuple([z.enum(nameKinds), tallySchema])).transform((list) => new Map(list)),
  erasing: erasureForm.optional(),
});
export type SubjectHead = z.infer<typeof headForm>;

/** What the head of a blind index says: the tally, and which subjects a preservation keeps until when. */
export const lookupHeadForm = z.object({
  tally: tallySchema,
  kept: z.array(z.object({ subject: storedSubject, until: storedInstant })),
});
export type LookupHead = z.infer<typeof lookupHeadForm>;

/** A head as it was read: a write of it holds only while the table has the same. */
export interface Stored<T> {
  says: T;
  text: string;
  ttl: number;
}

const headItem = z.object({ says: z.string(), ttl: z.number() });

function storedHead<T>(form: z.ZodType<T>, item: unknown): Stored<T> {
  const { says: text, ttl } = headItem.parse(item);
  return { says: form.parse(json.parse(text)), text, ttl };
}
export const parseSubjectHead = (item: unknown): Stored<SubjectHead> => storedHead(headForm, item);
export const parseLookupHead = (item: unknown): Stored<LookupHead> => storedHead(lookupHeadForm, item);
