import { keysRevoked } from '#core/cases/acts.ts';
import { openStatuses, type Status } from '#core/cases/case.ts';
import { inParts } from '#core/parts.ts';
import type { Chance, Clock, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import { decideUntilFirst } from '#core/state/commit.ts';
import type { HoneytokenState } from '#core/state/honeytokens.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { RegistryChanges } from '#core/state/registry-changes.ts';

/** What revoked keys end, and the keys that are revoked because they asked for a honeytoken. */
export interface RevokedPorts {
  cases: Pick<CaseState, 'byStatus' | 'change'>;
  registry: Pick<RegistryState, 'getAgency' | 'getKey' | 'revokedKeys'> &
    Pick<RegistryChanges, 'commitRevocation'>;
  honeytokens: Pick<HoneytokenState, 'caughtKeys'>;
  clock: Clock;
  chance: Chance;
  watch: Watch;
}

const pending: readonly Status[] = ['AwaitingApproval', ...openStatuses, 'Suspended'];

export function revocations(ports: RevokedPorts) {
  const { cases, registry, honeytokens, clock, watch } = ports;

  /** A key that asked for a honeytoken asks for nothing more. @throws PartsFailed */
  async function revokeCaught(): Promise<void> {
    const parts = inParts(watch, 'keys that asked for a decoy');
    for await (const { keyId, done } of honeytokens.caughtKeys()) {
      // Where it fails, or the key's record is not proven to be Writ's own, the next sweep tries again.
      await parts.attempt({}, async () => {
        await decideUntilFirst(ports, () => revoke(keyId));
        await done();
      });
    }
    parts.finish();
  }

  async function revoke(keyId: string): Promise<void> {
    const key = await registry.getKey(keyId);
    if (key === undefined || key.revokedAt !== undefined) return;
    const agency = key.agency === undefined ? undefined : await registry.getAgency(key.agency);
    // The log says "decoy" for a honeytoken.
    await registry.commitRevocation(
      key,
      'provider',
      'decoy',
      clock.now(),
      agency === undefined ? {} : { agency },
    );
    watch.count('KeysRevoked');
  }

  /** A revoked key takes with it what is pending under it. Doing it twice changes nothing. @throws PartsFailed */
  async function endWhatRevokedKeysBegan(): Promise<void> {
    const revoked = new Set<string>();
    for await (const { keyId } of registry.revokedKeys()) revoked.add(keyId);
    const isRevoked = (keyId: string) => revoked.has(keyId);
    const parts = inParts(watch, 'cases under revoked keys');
    for (const status of pending) {
      for await (const listed of cases.byStatus(status)) {
        if (keysRevoked(listed, isRevoked, clock.now()) === undefined) continue;
        await parts.attempt({ case: listed.id }, () =>
          cases.change(listed.id, (current) => keysRevoked(current, isRevoked, clock.now())),
        );
      }
    }
    parts.finish();
  }

  return { revokeCaught, endWhatRevokedKeysBegan };
}
