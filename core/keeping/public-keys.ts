import { EventError } from '#core/events/identity.ts';
import type { Clock, VaultKms, Watch } from '#core/ports.ts';
import type { VaultState } from '#core/state/vault.ts';
import { ttlOf } from '#core/state/vault-items.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { epochForgottenAt, type Retention } from '#core/vault/retention.ts';
import { generateEpochKeyPair } from '#core/vault/seal.ts';
import type { WrappingKeys } from './wrapping.ts';

/** Public keys that one instance remembers, and how long it believes them. */
const most = 50_000;
const believedMs = 60_000;

export interface PublicKeyPorts {
  vault: Pick<VaultState, 'findEpochKeys' | 'addEpochKey'>;
  kms: Pick<VaultKms, 'wrap'>;
  wrapping: WrappingKeys;
  clock: Clock;
  watch: Watch;
  retention: Retention;
}

/**
 * The public keys that events are sealed to; a new pair at the first sight of a subject, kind and epoch. A public key is
 * remembered for a moment only: it never changes, but an erasure takes the epoch key away, and nobody opens what is
 * sealed to it after that.
 */
export function publicKeys({ vault, kms, wrapping, clock, watch, retention }: PublicKeyPorts) {
  const known = new Map<string, { publicKey: Uint8Array; untilMs: number }>();
  const nowMs = () => Date.parse(clock.now());
  const recall = (name: string) => {
    const value = known.get(name);
    return value !== undefined && nowMs() < value.untilMs ? value.publicKey : undefined;
  };
  const remember = (name: string, publicKey: Uint8Array) =>
    known.set(name, { publicKey, untilMs: nowMs() + believedMs });

  /** A new pair. KMS wraps its private half, which is then wiped. */
  async function make(of: EpochKey): Promise<Uint8Array> {
    const keyId = await wrapping.keyFor(of.kind, of.epoch, of.subject);
    if (keyId === undefined) throw new EventError('time-before-retention');
    const { publicKey, privateKey } = generateEpochKeyPair();
    let wrappedKey: Uint8Array;
    try {
      wrappedKey = await kms.wrap(keyId, of, privateKey);
    } catch (error) {
      wrapping.lookAgain(of.kind, of.epoch);
      throw error;
    } finally {
      privateKey.fill(0);
    }
    const ttl = ttlOf(epochForgottenAt(of.kind, of.epoch, retention));
    if (await vault.addEpochKey({ ...of, publicKey, wrappedKey, keyId, ttl })) {
      watch.count('EpochKeysMade');
      return publicKey;
    }
    // Another writer was first: its key counts, and ours is forgotten.
    const theirs = (await vault.findEpochKeys([of])).get(epochKeyName(of));
    if (theirs === undefined) throw new Error('an epoch key is neither there nor could be made');
    return theirs.publicKey;
  }

  return {
    /** Looks up many at a time those that this instance has not seen lately. */
    async lookUp(epochKeys: readonly EpochKey[]): Promise<void> {
      if (known.size >= most) known.clear();
      const unknown = epochKeys.filter((of) => recall(epochKeyName(of)) === undefined);
      for (const [name, { publicKey }] of await vault.findEpochKeys(unknown)) remember(name, publicKey);
    },

    async of(epochKey: EpochKey): Promise<Uint8Array> {
      const name = epochKeyName(epochKey);
      const there = recall(name);
      if (there !== undefined) return there;
      const made = await make(epochKey);
      remember(name, made);
      return made;
    },
  };
}
