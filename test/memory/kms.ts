import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { concat, toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson, jsonDigest, sha256 } from '#core/canonical.ts';
import type { VerifierKey } from '#core/log/note.ts';
import {
  type DeskContext,
  type DeskSeal,
  type Grants,
  KmsRefusal,
  type LiveGrant,
  type LogSigner,
  type Macs,
  type ProviderSigner,
  type VaultKms,
} from '#core/ports.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { encryptionContext } from '#core/vault/seal.ts';

/**
 * KMS in memory, with real cryptography: what is bound by an encryption context opens with no other, a grant opens one
 * epoch key and no other, and a destroyed key opens nothing. It follows at once, unless a test says by how much it lags.
 */
export interface MemoryKms {
  vault: VaultKms;
  grants: Grants;
  macs: Macs;
  desk: DeskSeal;
  provider: ProviderSigner & { jwk: PublicJwk };
  log: LogSigner & { verifierKey: VerifierKey };
  /** The vault's keys by ARN. Tests may change `policyDigest` and `state`, as an administrator would. */
  readonly keys: ReadonlyMap<string, VaultKey>;
  /** How much later than it is done KMS knows of each change that is made from now on. */
  readonly lagMs: Lag;
  /** The grants that nobody has revoked. */
  liveGrants(): HeldGrant[];
  /** The grants that still open at this instant, with their tokens: revoked ones too, while KMS lags. */
  openingGrants(): HeldGrant[];
  /** The same keys and grants, on which one goes on without the other. @param now the instant at which grants are made */
  fork(now: () => string): MemoryKms;
}

export interface Lag {
  /** A new grant: until then it is not listed, counts with its token alone, and is not found to be revoked. */
  minted(): number;
  /** A revoked grant: until then it is listed, and opens. */
  revoked(): number;
  /** A new key: until then it is not found. */
  made(): number;
  /** The tags of a new key: until then it is not taken for the vault's. */
  tagged(): number;
}

export interface VaultKey {
  readonly arn: string;
  readonly description: string;
  state: 'enabled' | 'pending-deletion' | 'destroyed';
  policyDigest: string;
}

export interface HeldGrant extends LiveGrant {
  keyId: string;
  of: EpochKey;
}

export interface MemoryKmsOptions {
  /** The digest of the one policy that `create` gives a vault key. */
  policyDigest?: string;
  origin?: string;
  /** Makes the keys of the index, the provider and the log: the same seed, the same keys. */
  seed?: string;
  /** The instant at which grants are made. */
  now?: () => string;
}

export function memoryKms({
  policyDigest = jsonDigest('the fixed policy'),
  origin = 'log.example',
  seed = 'writ',
  now = () => '2026-11-20T09:00:00.000Z',
}: MemoryKmsOptions = {}): MemoryKms {
  const own = {
    macs: {
      mac: async (message: Uint8Array) =>
        createHmac('sha256', derived(seed, 'index')).update(message).digest(),
    },
    desk: deskSeal(),
    provider: providerSigner(derived(seed, 'provider')),
    log: logSigner(origin, derived(seed, 'log')),
  };
  const over = ({ fork, ...vault }: ReturnType<typeof vaultKeys>): MemoryKms => ({
    ...vault,
    ...own,
    fork: (time) => over(fork(time)),
  });
  return over(vaultKeys(policyDigest, now));
}

interface Grant extends HeldGrant {
  tokens: Set<string>;
  /** Unix milliseconds from which KMS knows of it. */
  knownFrom: number;
  /** Unix milliseconds from which KMS knows that it was revoked. */
  goneFrom?: number;
}

interface KeyMaterial extends VaultKey {
  material: Uint8Array;
  foundFrom: number;
  taggedFrom: number;
}

interface VaultKeys
  extends Pick<MemoryKms, 'vault' | 'grants' | 'keys' | 'lagMs' | 'liveGrants' | 'openingGrants'> {
  fork(now: () => string): VaultKeys;
}

function vaultKeys(
  fixedPolicyDigest: string,
  now: () => string,
  keys = new Map<string, KeyMaterial>(),
  grants: Grant[] = [],
): VaultKeys {
  const nowMs = () => Date.parse(now());
  const none = () => 0;
  const lagMs: Lag = { minted: none, revoked: none, made: none, tagged: none };
  const found = (arn: string) => {
    const key = keys.get(arn);
    if (key === undefined || nowMs() < key.foundFrom) throw new KmsRefusal('unknown');
    return key;
  };
  const usable = (arn: string) => {
    const key = found(arn);
    if (key.state !== 'enabled') throw new KmsRefusal('gone');
    return key;
  };
  const isKnown = ({ knownFrom }: Grant) => nowMs() >= knownFrom;
  const isGone = ({ goneFrom = Number.POSITIVE_INFINITY }: Grant) => nowMs() >= goneFrom;
  const wrapWith = (
    { arn, material }: { arn: string; material: Uint8Array },
    of: EpochKey,
    raw: Uint8Array,
  ) => seal(material, encryptionContext(of), raw, arn);
  const unwrapWith = (
    { arn, material }: { arn: string; material: Uint8Array },
    of: EpochKey,
    wrapped: Uint8Array,
  ) => open(material, encryptionContext(of), wrapped, arn);

  const vault: VaultKms = {
    wrap: async (keyId, of, privateKey) => wrapWith(usable(keyId), of, privateKey),

    async unwrap(keyId, of, wrappedKey, grantToken) {
      // KMS looks at the right to use a key first, and then at the key's state.
      const allowed = grants.some(
        (grant) =>
          !isGone(grant) &&
          grant.keyId === keyId &&
          epochKeyName(grant.of) === epochKeyName(of) &&
          (isKnown(grant) || (grantToken !== undefined && grant.tokens.has(grantToken))),
      );
      if (!allowed && keys.get(keyId)?.state === 'enabled') throw new KmsRefusal('denied');
      return unwrapWith(usable(keyId), of, wrappedKey);
    },

    async rewrap(of, wrappedKey, from, to) {
      const [source, target] = [usable(from), usable(to)];
      // lib/vault.ts denies `preserve` each key without the vault's tag.
      if (nowMs() < Math.max(source.taggedFrom, target.taggedFrom)) throw new KmsRefusal('denied');
      return wrapWith(target, of, unwrapWith(source, of, wrappedKey));
    },

    async create(description) {
      const arn = `arn:aws:kms:eu-central-1:111122223333:key/${toHex(randomBytes(16))}`;
      keys.set(arn, {
        arn,
        description,
        state: 'enabled',
        policyDigest: fixedPolicyDigest,
        material: randomBytes(32),
        foundFrom: nowMs() + lagMs.made(),
        taggedFrom: nowMs() + lagMs.tagged(),
      });
      return arn;
    },

    async policyDigest(keyId) {
      const key = found(keyId);
      if (key.state === 'destroyed') throw new KmsRefusal('gone');
      return key.policyDigest;
    },

    async scheduleDeletion(keyId) {
      const key = keys.get(keyId);
      if (key?.state === 'enabled') key.state = 'pending-deletion';
    },
  };

  return {
    keys,
    vault,
    lagMs,
    fork: (time) =>
      vaultKeys(
        fixedPolicyDigest,
        time,
        new Map([...keys].map(([arn, key]) => [arn, { ...key }])),
        grants.map((grant) => ({ ...grant, tokens: new Set(grant.tokens) })),
      ),
    liveGrants: () => grants.filter(({ goneFrom }) => goneFrom === undefined).map(held),
    openingGrants: () => grants.filter((grant) => !isGone(grant)).map(held),
    grants: {
      async create(keyId, of, name) {
        usable(keyId);
        const token = toHex(randomBytes(16));
        const known = grants.find(
          (grant) =>
            grant.goneFrom === undefined &&
            grant.keyId === keyId &&
            grant.name === name &&
            epochKeyName(grant.of) === epochKeyName(of),
        );
        // The same grant, with one more token.
        if (known !== undefined) {
          known.tokens.add(token);
          return { grantId: known.id, token };
        }
        const { subject, kind, epoch } = of;
        const id = toHex(randomBytes(32));
        grants.push({
          id,
          name,
          keyId,
          of: { subject, kind, epoch },
          createdAt: now(),
          tokens: new Set([token]),
          knownFrom: nowMs() + lagMs.minted(),
        });
        return { grantId: id, token };
      },

      async revoke(keyId, grantId) {
        const grant = grants.find((one) => one.keyId === keyId && one.id === grantId);
        if (grant === undefined || grant.goneFrom !== undefined || !isKnown(grant)) return 'unknown';
        grant.goneFrom = nowMs() + lagMs.revoked();
        return 'ended';
      },

      async *list(keyId) {
        found(keyId);
        const listed = grants.filter((grant) => isKnown(grant) && !isGone(grant) && grant.keyId === keyId);
        for (const grant of listed) {
          const { id, name, createdAt } = grant;
          yield { id, name, createdAt };
        }
      },
    },
  };
}

function held({ id, name, createdAt, keyId, of }: Grant): HeldGrant {
  return { id, name, createdAt, keyId, of };
}

function deskSeal(): DeskSeal {
  const key = randomBytes(32);
  const bound = ({ case: id, part }: DeskContext) => ({ case: id, part });
  return {
    seal: async (plaintext, context) => seal(key, bound(context), plaintext, 'desk'),
    open: async (sealed, context) => open(key, bound(context), sealed, 'desk'),
  };
}

function providerSigner(seed: Uint8Array): MemoryKms['provider'] {
  const privateKey = p256(seed);
  const { jwk, thumbprint } = importPublicKey(createPublicKey(privateKey).export({ format: 'jwk' }));
  return {
    jwk,
    keyId: async () => thumbprint,
    sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

function logSigner(origin: string, seed: Uint8Array): MemoryKms['log'] {
  const privateKey = pkcs8('302e020100300506032b657004220420', seed);
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const verifierKey = { name: origin, publicKey: Buffer.from(x, 'base64url') };
  return {
    verifierKey,
    key: async () => verifierKey,
    sign: async (text) => sign(null, text, privateKey),
  };
}

/** Any 32 bytes below the order are a P-256 private key: one that begins with a zero bit is. */
function p256(seed: Uint8Array): KeyObject {
  const scalar = Uint8Array.from(seed);
  scalar[0] = (scalar[0] ?? 0) & 0x7f;
  return pkcs8('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', scalar);
}

function pkcs8(prefix: string, raw: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.concat([Buffer.from(prefix, 'hex'), raw]),
    format: 'der',
    type: 'pkcs8',
  });
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM. The context and the key's name are bound as associated data. Layout: nonce, tag, ciphertext. */
function seal(key: Uint8Array, context: object, plaintext: Uint8Array, keyName: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundText(context, keyName));
  const ciphertext = concat(cipher.update(plaintext), cipher.final());
  return concat(nonce, cipher.getAuthTag(), ciphertext);
}

function open(key: Uint8Array, context: object, sealed: Uint8Array, keyName: string): Uint8Array {
  const bytes = Buffer.from(sealed);
  const start = NONCE_BYTES + TAG_BYTES;
  if (bytes.length < start) throw new KmsRefusal('not-sealed');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(boundText(context, keyName)).setAuthTag(bytes.subarray(NONCE_BYTES, start));
    return concat(decipher.update(bytes.subarray(start)), decipher.final());
  } catch (cause) {
    throw new KmsRefusal('not-sealed', { cause });
  }
}

function boundText(context: object, keyName: string): Uint8Array {
  return utf8(canonicalJson({ context, key: keyName }));
}

function derived(seed: string, purpose: string): Uint8Array {
  return sha256(`${seed} ${purpose}`);
}
