import { approvedScope } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { checkCollectable, collected, collectionFailed, intend, isPending } from '#core/cases/collecting.ts';
import { type Cursor, cursorText, readCursor } from '#core/cases/cursor.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Policy } from '#core/cases/policy.ts';
import { cutOf, type StoredScope, storedScope } from '#core/cases/stored.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { signPackage } from '#core/disclosure/deliver.ts';
import type { recordsOpener } from '#core/disclosure/opening.ts';
import { type DisclosurePackage, makePackage } from '#core/disclosure/package.ts';
import { disclosePage, type Page } from '#core/disclosure/page.ts';
import { makeLogProof } from '#core/log/proof.ts';
import type { Clock, ProviderSigner, Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { type AgencyRecord, encryptionKeyAt } from '#core/registry/records.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Logged, PublishedLog } from '#core/state/published-log.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { gatherMinted, isAsMinted } from './as-minted.ts';

/**
 * Collecting: the one place where anything is opened, and only once the log in the bucket says so (I4). Announce, wait
 * for the log, hold the case against it, open, commit what leaves, answer.
 */
export interface CollectPorts {
  cases: Pick<CaseState, 'get' | 'change'>;
  registry: Pick<RegistryState, 'getAgency' | 'getKey'>;
  /** The log as its newest checkpoint has it; undefined before there is any. */
  readLog(): Promise<PublishedLog | undefined>;
  openRecords: ReturnType<typeof recordsOpener>;
  provider: ProviderSigner;
  clock: Clock;
  watch: Watch;
  policy: Policy;
  /** As the certificate has it. */
  providerName: string;
}

/** An officer's call. */
export interface CollectCall {
  /** The agency that the caller's key belongs to. */
  agency: string | undefined;
  case: string;
  /** The cursor of a page; without one, the first page of a new collection. */
  page: string | undefined;
  /** When it arrived. */
  at: string;
}

/** `jwe`: the disclosure. `later`: the log, or minting, is behind; the agency asks again. */
export type CollectAnswer = { jwe: string } | { later: Case };

/** How long a call waits for the log before it answers that it takes longer. */
export const patienceMs = 8_000;
const lookEveryMs = 150;

/** A call whose caller, case and page are checked. */
interface Checked {
  agency: AgencyRecord;
  cursor: Cursor | undefined;
  at: string;
}

/** The intent, and the log that has it. */
interface Announced {
  current: Case;
  intent: Logged;
  log: PublishedLog;
}

/**
 * @throws WireError key-role, not-found, field-invalid, key-cooling, try-again
 * @throws CaseError case-not-approved, case-closed, collections-used-up, page-gone, grant-missing, data-forgotten
 */
export function collector(ports: CollectPorts): (call: CollectCall) => Promise<CollectAnswer> {
  const { cases, registry, clock, watch, policy } = ports;

  async function collect(call: CollectCall): Promise<CollectAnswer> {
    const agency = await registry.getAgency(call.agency ?? '');
    if (agency === undefined) throw new WireError('key-role');
    const asked = await cases.get(call.case);
    if (asked === undefined || asked.agency !== agency.id) throw new WireError('not-found');
    const checked = { agency, cursor: cursorOf(asked, call.page), at: call.at };
    checkCollectable(asked, call.at, checked.cursor);
    // `expire` is about to cancel it: what a stolen key asked for is not handed out meanwhile.
    const asker = await registry.getKey(asked.askedBy);
    if (asker === undefined || asker.revokedAt !== undefined) throw new CaseError('case-closed');
    if (asked.grants === undefined) return { later: asked };
    if (asked.grants.length === 0) throw new CaseError('grant-missing');

    const current = await announce(asked.id, checked);
    const announced = await inTheLog(current);
    if (announced === undefined) {
      watch.count('LogBehind');
      return { later: current };
    }
    const scope = await mintedScope(announced, call.at);
    return { jwe: await open(announced, scope, checked) };
  }

  /** Commits the intent, or finds the one that still waits for its answer. */
  async function announce(id: string, { agency, cursor, at }: Checked): Promise<Case> {
    const recipient = encryptionKeyAt(agency, at)?.thumbprint;
    if (recipient === undefined) throw new WireError('key-cooling');
    const changed = await cases.change(id, (current) => {
      checkCollectable(current, at, cursor);
      return isPending(current, at, cursor) ? undefined : intend(current, { at, recipient, cursor });
    });
    if (changed === undefined) throw new WireError('not-found');
    return changed.case;
  }

  /** The intent as a signed checkpoint in the bucket covers it, its proof verified here; waits for it a while. */
  async function inTheLog(current: Case): Promise<Announced | undefined> {
    const { pending } = current;
    if (pending === undefined) return undefined;
    const until = Date.parse(clock.now()) + patienceMs;
    for (;;) {
      const log = await ports.readLog();
      const intent = await log?.find(`case/${current.id}`, pending.entry, pending.hash);
      if (log !== undefined && intent !== undefined) return { current, intent, log };
      if (Date.parse(clock.now()) >= until) return undefined;
      await clock.pause(lookEveryMs);
    }
  }

  /**
   * What may leave: the approved scope, as far as it was stored when the request arrived. The log says when that was, so
   * nobody moves it by writing the table (I5).
   *
   * @throws CaseError case-not-approved: somebody changed the case in the table
   */
  async function mintedScope({ current, log }: Announced, at: string): Promise<StoredScope> {
    const minted = await gatherMinted(current, log);
    if (minted.received !== undefined && isAsMinted(current, minted, at, policy.emergency.debtHours))
      return storedScope(approvedScope(current), current.receivedAt, minted.received.at);
    watch.error('case differs from the log', { case: current.id });
    watch.count('ApprovalsNotProven');
    const code = 'case-not-approved';
    await endIntent(current, (latest) => collectionFailed(latest, { code, epochKeys: 0 }));
    throw new CaseError(code);
  }

  async function open(announced: Announced, scope: StoredScope, checked: Checked): Promise<string> {
    const { current } = announced;
    // The log names the recipient: the package is encrypted to that key, whatever was enrolled since.
    const recipient = checked.agency.encryptionKeys.find(
      ({ thumbprint }) => thumbprint === current.pending?.recipient,
    );
    if (recipient === undefined) throw new Error('the recipient that was announced is not the agency’s');
    const { records, next, epochKeys } = await openPage(current, scope, checked.cursor?.after);
    const disclosure = packageOf(announced, { scope, records, next });
    const jwe = await encryptFor(recipient, await signPackage(disclosure, ports.provider), 'JWS');
    const { collectedAt, digest } = disclosure;
    const more = next !== undefined;
    // Nothing leaves before the log's stream has what left: this commit comes before the answer.
    await endIntent(current, (latest) => {
      checkCollectable(latest, checked.at, checked.cursor);
      return collected(latest, { at: collectedAt, records, epochKeys, digest, more });
    });
    watch.count('Collections');
    return jwe;
  }

  async function openPage(
    current: Case,
    scope: StoredScope,
    after: string | undefined,
  ): Promise<Page & { epochKeys: number }> {
    let epochKeys = 0;
    const opened = ports.openRecords(current, { scope, after, onUnwrapped: () => epochKeys++ });
    try {
      const { limits } = policy;
      const page = await disclosePage(scope, opened, { after, limit: limits.records });
      return { ...page, epochKeys };
    } catch (error) {
      // What KMS refused is recorded. An outage is not: the intent waits for another try.
      if (error instanceof CaseError) {
        const { code } = error;
        await endIntent(current, (latest) => collectionFailed(latest, { code, epochKeys }));
      }
      throw error;
    }
  }

  function packageOf(
    { current, intent, log }: Announced,
    {
      scope: { asOf },
      records,
      next,
    }: { scope: StoredScope; records: DisclosurePackage['records']; next: string | undefined },
  ): DisclosurePackage {
    const { collection, page } = current.pending ?? { collection: 0, page: 0 };
    const scope = approvedScope(current);
    const until = cutOf(scope.period, asOf);
    return makePackage({
      provider: ports.providerName,
      case: current.id,
      reference: current.reference,
      requestDigest: current.requestDigest,
      scope,
      ...(until === undefined ? {} : { until }),
      policyHash: current.policyHash,
      collectedAt: clock.now(),
      records,
      ...(next === undefined
        ? {}
        : { page: cursorText(current, { collection, page: page + 1, after: next }) }),
      log: makeLogProof(intent.proven, log.checkpoint),
    });
  }

  /** Ends the intent that this call carried out. If another call ended it first, this one answers nothing. */
  async function endIntent(of: Case, act: (latest: Case) => Outcome): Promise<void> {
    const changed = await cases.change(of.id, (latest) => {
      if (latest.pending?.entry !== of.pending?.entry) throw new WireError('try-again');
      return act(latest);
    });
    // Somebody deleted the case: no entry would say what leaves.
    if (changed === undefined) throw new WireError('not-found');
  }

  return collect;
}

/** A cursor is of this case and was made here. @throws WireError field-invalid for what is none */
function cursorOf(current: Case, page: string | undefined): Cursor | undefined {
  if (page === undefined) return undefined;
  const cursor = readCursor(current, page);
  if (cursor === undefined) throw new WireError('field-invalid', ['/page']);
  return cursor;
}
