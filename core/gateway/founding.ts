import { noEntries } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { adopted, type DeskRecord, type KeyRecord, peopleOf } from '#core/registry/records.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { decideUntilFirst, type StatePorts } from '#core/state/commit.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { RegistryChanges } from '#core/state/registry-changes.ts';

export interface FoundingPorts extends Pick<StatePorts, 'clock' | 'chance'> {
  registry: Pick<RegistryState, 'getDesk'> & Pick<RegistryChanges, 'commitFounding'>;
  /** Of the policy that is deployed: the first reviewers begin with it. */
  policyHash: string;
}

/** A person who is to be a reviewer, and their public key, PEM or JWK. */
export interface FirstReviewer {
  holder: string;
  publicKey: Parameters<typeof importPublicKey>[0];
}

/** As few can decide nothing: a desk that is left with fewer people may be founded again. */
const fewestPeople = 2;

/**
 * Names the provider's first reviewers: the one act of the registry that nobody signs, since nobody can yet.
 *
 * @returns the ids of their keys, in the order given
 * @throws RegistryError desk-founded, key-enrolled, holder-conflict; SignatureError key-refused
 */
export function found(ports: FoundingPorts, reviewers: readonly FirstReviewer[]): Promise<string[]> {
  const { registry, clock, chance, policyHash } = ports;
  const at = clock.now();
  return decideUntilFirst(ports, async () => {
    const none: DeskRecord = {
      version: 0,
      members: [],
      foundings: noEntries,
      policies: [],
      entries: noEntries,
    };
    const desk = (await registry.getDesk()) ?? none;
    // Who decides today decides who joins.
    if (peopleOf(desk) >= fewestPeople) throw new RegistryError('desk-founded');
    const founding = `founding/${desk.foundings.n + 1}`;
    const keys = reviewers.map(({ holder, publicKey }): KeyRecord => {
      const { jwk, thumbprint } = importPublicKey(publicKey);
      return {
        keyId: thumbprint,
        role: 'reviewer',
        holder,
        publicKey: { ...jwk },
        enrolledBy: founding,
        enrolledAt: at,
        activeFrom: at,
        salt: chance.bytes(32),
        entries: noEntries,
      };
    });
    const members = [...desk.members, ...keys.map(({ keyId, holder }) => ({ keyId, holder }))];
    await registry.commitFounding(keys, adopted({ ...desk, members }, policyHash, founding), policyHash);
    return keys.map(({ keyId }) => keyId);
  });
}
