import { z } from 'zod';
import { keysOf } from '#client/exchange.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { generateEncryptionKey, generateSigningKey, type KeyPair, publicPart } from '#client/webcrypto.ts';
import type { VerificationKey } from '#core/signature/keys.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { KeyError } from './errors.ts';

/**
 * The keys of this browser: made here, and kept so that no code, this one included, can read the private part. Whoever
 * clears the browser's data has to be enrolled anew. Nothing about a case is ever stored.
 */
const cryptoKey = (type: 'private' | 'public') =>
  z.custom<KeyPair['privateKey']>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      'type' in value &&
      value.type === type &&
      // A private key that could be read is none that was made here.
      'extractable' in value &&
      value.extractable === (type === 'public'),
  );

const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array);

/** A passkey that opens the page: its public part. It signs no call. */
const passkey = z.strictObject({ id: bytes, publicKey: bytes, algorithm: z.int() });
export type StoredPasskey = z.infer<typeof passkey>;

const storedKey = z.strictObject({
  v: z.literal(1),
  /** The RFC 7638 thumbprint. */
  keyId: z.string(),
  /** What its holder calls it: at most 64 characters. */
  name: z.string().min(1).max(64),
  createdAt: z.iso.datetime(),
  privateKey: cryptoKey('private'),
  publicKey: cryptoKey('public'),
  provider: z.strictObject({
    /** `https://host[:port]`. */
    url: z.string(),
    /** The thumbprints of the keys that it signed with when a person compared them. */
    thumbprints: z.array(z.string()).min(1),
  }),
  /** What the provider calls the holder, once it has said so. */
  holder: z.string().optional(),
  /** What an officer's answers are encrypted to: ECDH on P-256. A reviewer's key has none, and is stored as it always was. */
  encryption: z
    .strictObject({
      /** The RFC 7638 thumbprint. */
      keyId: z.string(),
      privateKey: cryptoKey('private'),
      publicKey: cryptoKey('public'),
    })
    .optional(),
  passkey: passkey.optional(),
});
export type StoredKey = z.infer<typeof storedKey>;

/** Where keys lie: IndexedDB in a browser (indexed-db.ts), a map in tests. What it returns is parsed here. */
export interface KeyStorePort {
  all(): Promise<unknown[]>;
  /** By its key id; in the place of what is there. */
  put(key: StoredKey): Promise<void>;
  remove(keyId: string): Promise<void>;
}

/** The newest first. @throws KeyError key-malformed */
export async function storedKeys(port: KeyStorePort): Promise<StoredKey[]> {
  const parsed = z.array(storedKey).safeParse(await port.all());
  if (!parsed.success) throw new KeyError('key-malformed', { cause: parsed.error });
  return parsed.data.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/**
 * Makes a key and keeps it.
 *
 * @param provider with the thumbprints that a person compared
 * @param at when: ISO 8601
 * @param decrypts whether a key that answers are encrypted to is made with it
 * @throws KeyError key-exists: its holder could not tell the two apart
 */
export async function makeKey(
  port: KeyStorePort,
  {
    name,
    provider,
    at,
    decrypts = false,
  }: { name: string; provider: StoredKey['provider']; at: string; decrypts?: boolean },
): Promise<StoredKey> {
  if ((await storedKeys(port)).some((key) => isNamed(key, name))) throw new KeyError('key-exists');
  const pair = await newPair();
  const { thumbprint: keyId } = await publicPart(pair);
  const encryption = decrypts ? { encryption: await newEncryption() } : {};
  const key = storedKey.parse({
    v: 1,
    keyId,
    name: written(name),
    createdAt: at,
    ...pair,
    provider,
    ...encryption,
  });
  await port.put(key);
  return key;
}

/** Ed25519, or P-256 where the browser knows no other. */
async function newPair(): Promise<KeyPair> {
  const make = (alg: SignatureAlgorithm) => generateSigningKey(alg);
  return make('ed25519').catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotSupportedError') return make('ecdsa-p256-sha256');
    throw error;
  });
}

async function newEncryption(): Promise<NonNullable<StoredKey['encryption']>> {
  const pair = await generateEncryptionKey();
  const { thumbprint: keyId } = await publicPart(pair);
  return { keyId, ...pair };
}

const written = (name: string) => name.trim().normalize('NFC');

/** Whether a person means this key by what they typed. */
export const isNamed = ({ name }: Pick<StoredKey, 'name'>, typed: string) => name === written(typed);

/** For good: without another copy of it, its holder has to be enrolled anew. */
export async function forgetKey(port: KeyStorePort, keyId: string): Promise<void> {
  await port.remove(keyId);
}

/** @throws KeyError key-unknown */
async function change(
  port: KeyStorePort,
  keyId: string,
  changed: (key: StoredKey) => StoredKey,
): Promise<StoredKey> {
  const key = (await storedKeys(port)).find((each) => each.keyId === keyId);
  if (key === undefined) throw new KeyError('key-unknown');
  const next = storedKey.parse(changed(key));
  await port.put(next);
  return next;
}

/** Keeps what the provider calls the holder. @throws KeyError key-unknown */
export const rememberHolder = (port: KeyStorePort, keyId: string, holder: string) =>
  change(port, keyId, (key) => ({ ...key, holder }));

/** Keeps the passkey that opens the page from now on. @throws KeyError key-unknown */
export const rememberPasskey = (port: KeyStorePort, keyId: string, made: StoredPasskey) =>
  change(port, keyId, (key) => ({ ...key, passkey: made }));

/**
 * Keeps the provider's keys, once a person has compared them by another way.
 *
 * @throws KeyError key-unknown
 */
export const acceptProvider = (port: KeyStorePort, keyId: string, thumbprints: string[]) =>
  change(port, keyId, (key) => ({ ...key, provider: { ...key.provider, thumbprints } }));

/**
 * Whether the provider signs with the keys that were compared. `changed` stops the page: nothing is believed and nothing
 * signed until a person has compared the new ones.
 */
export type ProviderKeys =
  | { state: 'same'; keys: ReadonlyMap<string, VerificationKey> }
  | { state: 'changed'; unknown: string[] };

/** @throws SignatureError key-refused for what is published and no key */
export function providerKeys(
  { provider }: Pick<StoredKey, 'provider'>,
  published: Pick<ProviderDocument, 'keys'>,
): ProviderKeys {
  const keys = keysOf(published);
  const unknown = [...keys.keys()].filter((thumbprint) => !provider.thumbprints.includes(thumbprint));
  return unknown.length === 0 && keys.size > 0 ? { state: 'same', keys } : { state: 'changed', unknown };
}
