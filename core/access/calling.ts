import type { Case } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { isActive, isSuspended, type KeyRecord, keyInLog } from '#core/registry/records.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { agencyStream } from '#core/state/registry-changes.ts';
import { signersOf } from './history.ts';
import type { Answered, Prover, Recipient } from './prover.ts';
import { isRevokedInLog } from './registry-evidence.ts';
import type { LogReader } from './streams.ts';
import { isNamedSuspended, isSuspendedInLog } from './suspended.ts';

/** What is proven of a collecting call before anything is announced: who calls, whose case it is, and to whom it goes. */
export interface CallingPorts {
  cases: Pick<CaseState, 'get'>;
  registry: Pick<RegistryState, 'getKey' | 'getAgency'>;
  /** Who is enrolled, by the log. */
  prover: Prover;
  watch: Watch;
}

/** Whoever calls, as the registry's table has them. */
interface Caller {
  keyId: string;
  agency: string | undefined;
  at: string;
}

export function callProof({ cases, registry, prover, watch }: CallingPorts) {
  /**
   * The registry says that the caller's key is this agency's.
   *
   * @returns it, as it is proven
   * @throws WireError record-unproven, key-cooling, key-suspended
   */
  async function checkCaller(log: LogReader, { keyId, agency, at }: Caller): Promise<KeyRecord> {
    const key = await prover.key(log, keyId);
    if (key?.role !== 'agency' || key.agency !== agency) throw unproven('caller');
    if (await isSuspendedInLog(log, key)) throw new WireError('key-suspended');
    if (!isActive(key, at)) throw new WireError('key-cooling');
    if (await isRevokedInLog(log, key)) throw unproven('caller');
    return key;
  }

  /**
   * What a stolen key asked for or approved is not handed out. `expire` is about to end such a case, if it is not kept
   * from it.
   *
   * @throws CaseError case-closed; case-not-approved where somebody changed the case; WireError key-suspended
   */
  async function checkSigners(log: LogReader, { id, askedBy, agency, decisions }: Case): Promise<void> {
    const approvals = decisions.filter(({ decision }) => decision === 'approve');
    const keys = [askedBy, ...approvals.map(({ keyId }) => keyId)];
    const shown = await Promise.all(keys.map((keyId) => prover.key(log, keyId)));
    const signers = shown.filter((key) => key !== undefined);
    if (shown[0]?.agency !== agency || signers.length !== keys.length) throw differs(id);
    const revoked = await Promise.all(signers.map((key) => isRevokedInLog(log, key)));
    // The registry's word is enough to close, and newer than the log.
    const asker = await registry.getKey(askedBy);
    if (revoked.includes(true) || asker?.revokedAt !== undefined) throw new CaseError('case-closed');
    // Its case stays as it is: reviewers say whether the key was misused.
    const suspended = await Promise.all(signers.map((key) => isSuspendedInLog(log, key)));
    if (suspended.includes(true) || (asker !== undefined && isSuspended(asker)))
      throw new WireError('key-suspended');
  }

  /**
   * The same of those whom the case's history names, of whom its item may have left one out, or put another in their place.
   *
   * @throws CaseError case-closed; case-not-approved where somebody changed the case; WireError key-suspended
   */
  async function checkHistory(
    log: LogReader,
    { id, askedBy }: Case,
    entries: readonly Entry[],
    at: string,
  ): Promise<void> {
    const [received] = entries;
    const asker = await prover.key(log, askedBy);
    const isTheirs = received?.kind === 'request.received' && asker && received.data.key === keyInLog(asker);
    if (isTheirs !== true) throw differs(id);
    const signers = signersOf(entries, at);
    const revoked = await Promise.all(signers.map((key) => log.follows(`key/${key}`, 1)));
    if (revoked.includes(true)) throw new CaseError('case-closed');
    const suspended = await Promise.all(signers.map((key) => isNamedSuspended(log, key)));
    if (suspended.includes(true)) throw new WireError('key-suspended');
  }

  /** Somebody can put an old version back: from before it was withdrawn. @throws CaseError case-not-approved */
  async function checkNewest(log: LogReader, { id, entries }: Case): Promise<void> {
    if (!(await log.follows(`case/${id}`, entries.n))) return;
    // It may have gone on meanwhile. What it is then is checked once more, with its whole history.
    const latest = await cases.get(id);
    if ((latest?.entries.n ?? 0) <= entries.n) throw differs(id);
  }

  /**
   * What an officer's answer is encrypted to at an instant. The log says so. The agency's record says only whether the log
   * has all that changed it: a key may be among that, and what is announced to the one before would be no more for it when
   * the log has caught up.
   *
   * @returns undefined while the log is behind
   * @throws WireError record-unproven
   */
  async function recipientAt(log: LogReader, to: Answered, at: string): Promise<Recipient | undefined> {
    const record = await registry.getAgency(to.agency);
    const recipient = await prover.recipient(log, to, at);
    const last = record?.entries.n ?? 0;
    if (last > 0 && (await log.find(agencyStream(to.agency), last)) === undefined) return undefined;
    if (recipient === undefined) throw unproven('recipient');
    return recipient;
  }

  function unproven(who: 'caller' | 'recipient'): WireError {
    watch.error('a key is not proven by the log', { who });
    watch.count('ApprovalsNotProven');
    return new WireError('record-unproven');
  }

  function differs(id: string): CaseError {
    watch.error('case differs from the log', { case: id });
    watch.count('ApprovalsNotProven');
    return new CaseError('case-not-approved');
  }

  return { checkCaller, checkSigners, checkHistory, checkNewest, recipientAt, differs };
}
