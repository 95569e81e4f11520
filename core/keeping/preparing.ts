import { inParts } from '#core/parts.ts';
import type { Chance, Clock, VaultKms, Watch } from '#core/ports.ts';
import type { VaultKeyState } from '#core/state/vault-keys.ts';
import type { Retention } from '#core/vault/retention.ts';
import { keyDigest, keysAhead, mayBeMade, type VaultKeyName } from '#core/vault/vault-keys.ts';

/** After this, a claim to be making a key is taken to have failed. */
export const claimSeconds = 120;

/** How long others wait for the one that is making it. */
const patienceMs = 10_000;
const lookEveryMs = 200;

export interface PreparePorts {
  vaultKeys: Pick<VaultKeyState, 'of' | 'claim' | 'made'>;
  kms: Pick<VaultKms, 'create'>;
  clock: Clock;
  chance: Pick<Chance, 'id'>;
  watch: Watch;
  retention: Retention;
  /** Keys that share an epoch's epoch keys. */
  keysPerEpoch: number;
  /** The digest of the policy that `create` gives a key. */
  policyDigest: string;
}

/**
 * Makes vault keys: ahead of time by the clock, and for other months when `seal` or `preserve` first need one. Each has
 * the one fixed policy, and an entry in the log says that it was made (I2).
 */
export function keyMaker(ports: PreparePorts) {
  const { vaultKeys, kms, clock, chance, watch, retention, keysPerEpoch, policyDigest } = ports;

  async function make(name: VaultKeyName, now: string): Promise<void> {
    const claim = chance.id();
    const stale = new Date(Date.parse(now) - claimSeconds * 1000).toISOString();
    if (!(await vaultKeys.claim(name, { claim, at: now, stale }))) return madeByAnother(name);
    const { purpose, epoch } = name;
    const arn = await kms.create(`Writ: wraps the vault, ${purpose} ${epoch}`);
    const data = { purpose, epoch, key: keyDigest(arn), policy: policyDigest };
    if (!(await vaultKeys.made(name, claim, arn, { kind: 'vault.key-made', data })))
      return madeByAnother(name);
    watch.count('VaultKeysMade');
  }

  async function madeByAnother({ purpose, epoch, shard }: VaultKeyName): Promise<void> {
    const until = Date.parse(clock.now()) + patienceMs;
    for (; Date.parse(clock.now()) < until; await clock.pause(lookEveryMs)) {
      if ((await vaultKeys.of(purpose, epoch)).some((key) => key.shard === shard)) return;
    }
    throw new Error('somebody else is making this key, and is not done');
  }

  /** Those of an epoch that are not made yet. @throws if none may be made, or somebody else does not get done */
  async function prepare(wanted: Omit<VaultKeyName, 'shard'>): Promise<void> {
    const now = clock.now();
    if (!mayBeMade(wanted, retention, now)) throw new Error('no key is made for this epoch');
    const made = new Set((await vaultKeys.of(wanted.purpose, wanted.epoch)).map(({ shard }) => shard));
    for (let shard = 0; shard < keysPerEpoch; shard++) {
      if (!made.has(shard)) await make({ ...wanted, shard }, now);
    }
  }

  /** This month's and the next one's, of every kind that is kept. What fails holds up no other. @throws PartsFailed */
  async function prepareAhead(): Promise<void> {
    const parts = inParts(watch, 'prepare');
    for (const wanted of keysAhead(retention, clock.now()))
      await parts.attempt({ purpose: wanted.purpose, epoch: wanted.epoch }, () => prepare(wanted));
    parts.finish();
  }

  return { prepare, prepareAhead };
}
