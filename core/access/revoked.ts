import { keysRevoked } from '#core/cases/acts.ts';
import { type Case, openStatuses, type Status } from '#core/cases/case.ts';
import type { Clock, Watch } from '#core/ports.ts';
import type { AgencyRecord, KeyRecord } from '#core/registry/records.ts';
import type { Cases } from './ports.ts';

/** What revoked keys end, and the keys that are revoked because they asked for a honeytoken. */
export interface RevokedPorts {
  cases: Cases & { byStatus(status: Status): AsyncIterable<Case> };
  getKey(keyId: string): Promise<KeyRecord | undefined>;
  getAgency(id: string): Promise<AgencyRecord | undefined>;
  revokedKeys(): AsyncIterable<KeyRecord>;
  /** @param party what the key belongs to, as it stands */
  commitRevocation(
    key: KeyRecord,
    by: string,
    because: string,
    at: string,
    party: { agency?: AgencyRecord },
  ): Promise<void>;
  /** Keys that asked for a honeytoken and may not be revoked for it yet. */
  caughtKeys(): AsyncIterable<{ keyId: string; done: () => Promise<void> }>;
  clock: Clock;
  watch: Watch;
}

const pending: readonly Status[] = ['AwaitingApproval', ...openStatuses, 'Suspended'];

export function revocations(ports: RevokedPorts) {
  const { cases, clock, watch } = ports;

  /** A key that asked for a honeytoken asks for nothing more. */
  async function revokeCaught(): Promise<void> {
    for await (const { keyId, done } of ports.caughtKeys()) {
      const key = await ports.getKey(keyId);
      if (key !== undefined && key.revokedAt === undefined) {
        const agency = key.agency === undefined ? undefined : await ports.getAgency(key.agency);
        // Where the registry moved meanwhile, this throws, and the stream brings it back.
        await ports.commitRevocation(
          key,
          'provider',
          'decoy',
          clock.now(),
          agency === undefined ? {} : { agency },
        );
        watch.count('KeysRevoked');
      }
      await done();
    }
  }

  /** A revoked key takes with it what is pending under it. Doing it twice changes nothing. */
  async function endWhatRevokedKeysBegan(): Promise<void> {
    const revoked = new Set<string>();
    for await (const { keyId } of ports.revokedKeys()) revoked.add(keyId);
    const isRevoked = (keyId: string) => revoked.has(keyId);
    for (const status of pending) {
      for await (const listed of cases.byStatus(status)) {
        if (keysRevoked(listed, isRevoked) !== undefined)
          await cases.change(listed.id, (current) => keysRevoked(current, isRevoked));
      }
    }
  }

  return { revokeCaught, endWhatRevokedKeysBegan };
}
