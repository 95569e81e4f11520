import { CaseError } from '#core/cases/errors.ts';
import type { StreamHead } from '#core/log/entry.ts';
import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { AgencyRecord, DeskRecord } from '#core/registry/records.ts';
import type { EmergencyState } from '#core/state/emergencies.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyStream, deskStream } from '#core/state/registry-changes.ts';
import type { LogReader } from './streams.ts';

/**
 * The registry's records, each only if it is the newest. Each change of one is an entry of its stream in the log. So a
 * record behind which the log goes on is an old one that somebody put back: with it would come back terms that were
 * narrowed, officers who left, or a suspension that was never made.
 */
export interface FreshPorts {
  registry: Pick<RegistryState, 'getAgency' | 'getDesk'>;
  emergencies: Pick<EmergencyState, 'get'>;
  log: Pick<LogReader, 'follows'>;
  watch: Watch;
}

export interface FreshRegistry {
  /** @throws WireError record-unproven */
  getAgency(id: string): Promise<AgencyRecord | undefined>;
  /** @throws WireError record-unproven */
  getDesk(): Promise<DeskRecord | undefined>;
  /**
   * @throws CaseError policy-not-adopted: what is deployed is not what two reviewers adopted; WireError record-unproven
   */
  checkAdopted(policyHash: string): Promise<void>;
  /** @throws CaseError emergencies-suspended; WireError record-unproven */
  checkAccepted(agency: string): Promise<void>;
}

export function freshRegistry({ registry, emergencies, log, watch }: FreshPorts): FreshRegistry {
  async function newest<T extends { entries: StreamHead } | undefined>(
    stream: string,
    read: () => Promise<T>,
  ): Promise<T> {
    for (let before: number | undefined; ; ) {
      const record = await read();
      const n = record?.entries.n ?? 0;
      if (!(await log.follows(stream, n))) return record;
      // It may have changed between the two: then the next reading has the change.
      if (n === before) break;
      before = n;
    }
    watch.error('a record is older than the log', { stream: stream.replace(/\/.*/, '') });
    watch.count('ApprovalsNotProven');
    throw new WireError('record-unproven');
  }

  return {
    getAgency: (id) => newest(agencyStream(id), () => registry.getAgency(id)),
    getDesk: () => newest(deskStream, registry.getDesk),
    async checkAdopted(policyHash) {
      // An old record that adopts it adopted it by right. One that does not may be gone, or have been put back.
      if (adopts(await registry.getDesk(), policyHash)) return;
      if (adopts(await newest(deskStream, registry.getDesk), policyHash)) return;
      throw new CaseError('policy-not-adopted');
    },
    async checkAccepted(agency) {
      const { suspendedBy } = await newest(`emergencies/${agency}`, () => emergencies.get(agency));
      if (suspendedBy !== undefined) throw new CaseError('emergencies-suspended');
    },
  };
}

function adopts(desk: DeskRecord | undefined, policyHash: string): boolean {
  return desk?.policies.some((policy) => policy.policyHash === policyHash) ?? false;
}
