import { mayLag } from '#core/kms-lag.ts';
import type { VaultKms, Watch, Workers } from '#core/ports.ts';
import type { VaultKey, VaultKeyState } from '#core/state/vault-keys.ts';
import { type Purpose, shardOf } from '#core/vault/vault-keys.ts';

/**
 * Which vault key wraps a subject's epoch keys of an epoch. `prepare` is asked for the keys where there are none yet. A
 * key's policy is looked at before the key is first used: one that somebody else could open with is not used (I2).
 */
export function wrappingKeys(ports: {
  vaultKeys: Pick<VaultKeyState, 'of'>;
  kms: Pick<VaultKms, 'policyDigest'>;
  workers: Pick<Workers, 'prepare'>;
  watch: Watch;
  /** The digest of the one policy that every vault key must have. */
  policyDigest: string;
}) {
  /** Keys by purpose and epoch that this instance has looked at. */
  const seen = new Map<string, Promise<VaultKey[]>>();

  async function findKeys(purpose: Purpose, epoch: string): Promise<VaultKey[]> {
    let keys = await ports.vaultKeys.of(purpose, epoch);
    if (keys.length === 0) {
      await ports.workers.prepare(purpose, epoch);
      keys = await ports.vaultKeys.of(purpose, epoch);
      if (keys.length === 0) throw new Error('there is no vault key for this epoch');
    }
    if (keys.some(({ forgottenAt }) => forgottenAt !== undefined)) return [];
    for (const { arn } of keys) {
      if ((await ports.kms.policyDigest(arn)) === ports.policyDigest) continue;
      ports.watch.count('VaultKeyPolicyDiffers');
      throw new Error('a vault key has another policy than the fixed one');
    }
    return keys;
  }

  return {
    /**
     * @returns the key's ARN; undefined once the epoch is forgotten
     * @throws if the key cannot be had or its policy is not the fixed one
     */
    async keyFor(purpose: Purpose, epoch: string, subject: string): Promise<string | undefined> {
      const name = `${purpose}#${epoch}`;
      const known = seen.get(name) ?? findKeys(purpose, epoch);
      seen.set(name, known);
      const keys = await known.catch((error: unknown) => {
        seen.delete(name);
        throw error;
      });
      return keys[shardOf(subject, keys.length)]?.arn;
    },

    /** Whether KMS may not find an epoch's keys yet, or not count their tags. */
    async isNew(purpose: Purpose, epoch: string, now: string): Promise<boolean> {
      return (await ports.vaultKeys.of(purpose, epoch)).some(({ madeAt }) => mayLag(madeAt, now));
    },

    /** A key that could not be used may have been destroyed since it was looked at. */
    lookAgain(purpose: Purpose, epoch: string): void {
      seen.delete(`${purpose}#${epoch}`);
    },
  };
}
export type WrappingKeys = ReturnType<typeof wrappingKeys>;
