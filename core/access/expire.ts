import type { Case } from '#core/cases/case.ts';
import { inParts } from '#core/parts.ts';
import type { CallState } from '#core/state/calls.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { VaultKeyState } from '#core/state/vault-keys.ts';
import { type ArrivalPorts, announcer } from './arrivals.ts';
import { type PublishingPorts, revocationPublisher } from './publishing.ts';
import { retirer } from './retire.ts';
import { type RevokedPorts, revocations } from './revoked.ts';
import { type SweepPorts, sweeper } from './sweep.ts';
import { type TimePorts, timekeeper } from './time.ts';

/**
 * Ending access (I9), and all else that time does to a case. A case's entries bring it here the moment they are
 * committed, whether or not the log can be written. The clock brings it here for what ends or falls due by itself, and to
 * hold KMS against the cases.
 */
export interface ExpirePorts extends TimePorts, RevokedPorts, SweepPorts, ArrivalPorts {
  cases: Pick<CaseState, 'get' | 'change' | 'byStatus' | 'awake' | 'page'>;
  registry: RevokedPorts['registry'];
  revocations: PublishingPorts['revocations'];
  vaultKeys: Pick<VaultKeyState, 'every'>;
  calls: Pick<CallState, 'reportStrangers'>;
}

export function expirer(ports: ExpirePorts) {
  const { cases, watch } = ports;
  const bringUpTo = timekeeper(ports);
  const retire = retirer(ports);
  const announce = announcer(ports);
  const { revokeCaught, endWhatRevokedKeysBegan } = revocations(ports);
  const publishRevocations = revocationPublisher(ports);
  const { reconcile, comparePolicy } = sweeper(ports);

  /**
   * Entries were committed.
   *
   * @param streams those that they are in, as the outbox's stream says, which nothing proves: they say where to look, and
   *   what is done there rests on the cases and the registry
   * @param begun of these, those that begin with one of the entries: cases that have arrived
   * @throws PartsFailed
   */
  async function onEntries(streams: ReadonlySet<string>, begun: readonly string[] = []): Promise<void> {
    const ofKind = (prefix: string) => [...streams].filter((stream) => stream.startsWith(prefix));
    const parts = inParts(watch, 'new entries');
    // First: eight hours are short, and retiring many grants may take minutes.
    const arrived = begun.filter((stream) => stream.startsWith('case/'));
    if (arrived.length > 0)
      await parts.attempt({ part: 'arrivals' }, () =>
        announce(arrived.map((stream) => stream.slice('case/'.length))),
      );
    for (const id of ofKind('case/').map((stream) => stream.slice('case/'.length)))
      await parts.attempt({ case: id }, () => retire(id));
    if (ofKind('decoy/').length > 0) await parts.attempt({ part: 'decoys' }, revokeCaught);
    if (ofKind('key/').length > 0) {
      await parts.attempt({ part: 'revoked keys' }, endWhatRevokedKeysBegan);
      await parts.attempt({ part: 'published revocations' }, publishRevocations);
    }
    parts.finish();
  }

  /** All that time does to one case. @returns it as it is then */
  async function runCase(current: Case, at: string): Promise<Case | undefined> {
    const latest = await bringUpTo(current, at);
    return (latest.grants?.length ?? 0) === 0 ? latest : retire(current.id);
  }

  async function runCaseOf(id: string, at: string): Promise<void> {
    const current = await cases.get(id);
    if (current !== undefined) await runCase(current, at);
  }

  /**
   * All that time does, as of an instant. Doing it twice changes nothing. What fails of it holds up nothing else: no case
   * another one, and none of them that KMS is held against the cases.
   *
   * @throws PartsFailed
   */
  async function sweep(at: string): Promise<void> {
    const known = new Map<string, { caseId: string; keyId: string }>();
    const parts = inParts(watch, 'sweep');
    await parts.attempt({ part: 'decoys' }, revokeCaught);
    await parts.attempt({ part: 'revoked keys' }, endWhatRevokedKeysBegan);
    await parts.attempt({ part: 'published revocations' }, publishRevocations);
    await parts.attempt({ part: 'cases' }, async () => {
      for await (const awake of cases.awake()) {
        const latest = await parts.attempt({ case: awake.id }, () => runCase(awake, at));
        for (const { grantId, keyId } of latest?.grants ?? [])
          known.set(grantId, { caseId: awake.id, keyId });
      }
    });
    await parts.attempt({ part: 'strangers' }, () => ports.calls.reportStrangers(at));
    const keys = (await ports.vaultKeys.every()).filter(({ forgottenAt }) => forgottenAt === undefined);
    await parts.attempt({ part: 'grants' }, () => reconcile(known, keys, at));
    for (const key of keys) {
      const { purpose, epoch, shard } = key;
      await parts.attempt({ part: 'key policy', purpose, epoch, shard }, () => comparePolicy(key));
    }
    parts.finish();
  }

  return { onEntries, sweep, runCaseOf };
}
