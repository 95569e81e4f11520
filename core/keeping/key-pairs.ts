import { EventError } from '#core/events/identity.ts';
import type { VaultKms } from '#core/ports.ts';
import type { NewKeyPair } from '#core/state/vault-sealing.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { monthsOf, type Retention } from '#core/vault/retention.ts';
import { generateEpochKeyPair } from '#core/vault/seal.ts';
import type { WrappingKeys } from './wrapping.ts';

export interface KeyPairPorts {
  kms: Pick<VaultKms, 'wrap'>;
  wrapping: WrappingKeys;
  retention: Retention;
}

/**
 * Makes the key pairs that events are sealed to, at the first sight of a subject, kind and epoch. KMS wraps the private
 * half, which is then wiped.
 */
export function keyPairs({ kms, wrapping, retention }: KeyPairPorts) {
  /** @throws EventError time-before-retention once the epoch is forgotten */
  return async function makeKeyPair(of: EpochKey): Promise<NewKeyPair> {
    const keyId = await wrapping.keyFor(of.kind, of.epoch, of.subject);
    if (keyId === undefined) throw new EventError('time-before-retention');
    const { publicKey, privateKey } = generateEpochKeyPair();
    try {
      const wrappedKey = await kms.wrap(keyId, of, privateKey);
      return { publicKey, wrappedKey, keyId, months: monthsOf(of.kind, retention) };
    } catch (error) {
      wrapping.lookAgain(of.kind, of.epoch);
      throw error;
    } finally {
      privateKey.fill(0);
    }
  };
}
