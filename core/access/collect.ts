import { jsonDigest } from '#core/canonical.ts';
import { approvedScope } from '#core/cases/acts.ts';
import { type Case, type CaseView, viewCase } from '#core/cases/case.ts';
import { checkCollectable, collected, collectionFailed, intend, isPending } from '#core/cases/collecting.ts';
import { type Cursor, cursorText, readCursor } from '#core/cases/cursor.ts';
import { CaseError } from '#core/cases/errors.ts';
import { offeredActs } from '#core/cases/offered.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { References } from '#core/cases/references.ts';
import type { Request } from '#core/cases/request.ts';
import { cutOf, type StoredScope, storedScope } from '#core/cases/stored.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { signPackage } from '#core/disclosure/deliver.ts';
import type { recordsOpener } from '#core/disclosure/opening.ts';
import {
  type DisclosurePackage,
  fourthForm,
  makePackage,
  secondForm,
  thirdForm,
} from '#core/disclosure/package.ts';
import { disclosePage, type Page } from '#core/disclosure/page.ts';
import { mayLag } from '#core/kms-lag.ts';
import { makeLogProof } from '#core/log/proof.ts';
import { type Clock, KmsRefusal, type ProviderSigner } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import type { EncryptionKey, KeyRecord } from '#core/registry/records.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { Logged, PublishedLog } from '#core/state/published-log.ts';
import { isAsMinted } from './as-minted.ts';
import { type CallingPorts, callProof } from './calling.ts';
import { type LogReader, readHistory } from './streams.ts';
import { type Witnessed, type WitnessPorts, witnessWait } from './witnessed.ts';

/**
 * Collecting: the one place where anything is opened, and only once the log in the bucket says so (I4). Announce, wait
 * for the log, hold the case against it, open, commit what leaves, answer.
 */
export interface CollectPorts extends CallingPorts, WitnessPorts {
  cases: Pick<CaseState, 'get' | 'change'>;
  /** The log as its newest checkpoint has it; undefined before there is any. */
  readLog(): Promise<PublishedLog | undefined>;
  openRecords: ReturnType<typeof recordsOpener>;
  provider: ProviderSigner;
  references: Pick<References, 'open' | 'openOrder'>;
  clock: Clock;
  policy: Policy;
  /** As the certificate has it. */
  providerName: string;
}

/** An officer's call. */
export interface CollectCall {
  /** The caller's key, and the agency that the registry says it belongs to. */
  keyId: string;
  agency: string | undefined;
  /** That key, as the log calls it. */
  key: string;
  case: string;
  /** The cursor of a page; without one, the first page of a new collection. */
  page: string | undefined;
  /** The thumbprint of the key that the caller decrypts with, where they name it. */
  recipient?: string | undefined;
  /** Which form the package is to have; the first, where none is named. */
  form?: 2 | 3 | 4 | undefined;
  /** The request as the officer has it, from the second form on. */
  request?: Request | undefined;
  /** When it arrived. */
  at: string;
}

/** `jwe`: the disclosure. `later`: the log, its witnesses or minting are behind; the agency asks again. */
export type CollectAnswer = { jwe: string } | { later: CaseView };

/** How long a call waits for the log before it answers that it takes longer. */
export const patienceMs = 8_000;
const lookEveryMs = 150;

/** A call whose caller, case and page are checked. */
interface Checked extends Pick<CollectCall, 'form' | 'request'> {
  agency: string;
  /** The caller's key, as it is proven. */
  caller: KeyRecord;
  key: string;
  cursor: Cursor | undefined;
  recipient: string | undefined;
  at: string;
}

/** The case as the log proves it, with its intent, what may leave of it, and the key that the intent announces. */
interface Announced {
  current: Case;
  intent: Logged;
  log: PublishedLog;
  /** The log as witnesses cosigned it, where collecting waits for them and they did. */
  witnessed: Witnessed | undefined;
  recipient: EncryptionKey;
  scope: StoredScope;
}

/**
 * @throws WireError key-role, not-found, field-invalid, key-cooling, recipient-differs, try-again, record-unproven,
 *   log-unwitnessed
 * @throws CaseError case-not-approved, case-closed, collections-used-up, page-gone, grant-missing, data-forgotten
 */
export function collector(ports: CollectPorts): (call: CollectCall) => Promise<CollectAnswer> {
  const { cases, prover, references, clock, watch, policy } = ports;
  const proof = callProof(ports);
  const witnesses = witnessWait(ports);

  const view = async (current: Case) =>
    viewCase(current, await references.open(current), offeredActs(current, { at: clock.now(), policy }), {
      order: await references.openOrder(current),
    });

  async function collect(call: CollectCall): Promise<CollectAnswer> {
    if (call.agency === undefined) throw new WireError('key-role');
    const asked = await cases.get(call.case);
    if (asked === undefined || asked.agency !== call.agency) throw new WireError('not-found');
    if (call.request !== undefined && jsonDigest(call.request) !== asked.requestDigest)
      throw new WireError('field-invalid', ['/request']);
    const cursor = cursorOf(asked, call.page);
    checkCollectable(asked, call.at, cursor);
    const log = await ports.readLog();
    if (log === undefined) return { later: await view(asked) };
    const caller = await proof.checkCaller(log, call);
    const { key, recipient, form, request, at } = call;
    const checked = { agency: asked.agency, caller, key, cursor, recipient, form, request, at };
    await proof.checkSigners(log, asked);
    if (asked.grants === undefined) return { later: await view(asked) };
    if (asked.grants.length === 0) throw new CaseError('grant-missing');
    await proof.checkNewest(log, asked);

    const current = await announce(log, asked.id, checked);
    const announced = current && (await inTheLog(current, checked));
    if (announced === undefined || 'waits' in announced) {
      if (announced === undefined) watch.count('LogBehind');
      return { later: await view(current ?? asked) };
    }
    return { jwe: await open(announced, checked) };
  }

  /**
   * Commits the intent, or finds the one that still waits for its answer. One that is for another officer's key is another.
   * A caller who cannot decrypt the answer is refused before: it would count, and the person would be notified of it.
   *
   * @returns undefined while the log is behind
   * @throws WireError recipient-differs
   */
  async function announce(
    log: LogReader,
    id: string,
    { agency, caller, key, cursor, recipient: named, at }: Checked,
  ): Promise<Case | undefined> {
    const recipient = await proof.recipientAt(log, { agency, officer: caller }, at);
    if (recipient === undefined) return undefined;
    const { thumbprint } = recipient;
    if (named !== undefined && named !== thumbprint) throw new WireError('recipient-differs');
    const changed = await cases.change(id, (current) => {
      checkCollectable(current, at, cursor);
      if (current.pending?.recipient === thumbprint && isPending(current, at, cursor)) return undefined;
      return intend(current, { at, recipient: thumbprint, key, cursor });
    });
    if (changed === undefined) throw new WireError('not-found');
    return changed.case;
  }

  /**
   * The intent as a signed checkpoint in the bucket covers it, its proof verified here, and as witnesses saw it, where the
   * policy waits for them; waits for both a while. Then the case is held against its whole history.
   *
   * @returns undefined while the log is behind; `waits` while its witnesses are
   * @throws WireError log-unwitnessed
   */
  async function inTheLog(
    current: Case,
    checked: Checked,
  ): Promise<Announced | { waits: 'witnesses' } | undefined> {
    const { pending } = current;
    if (pending === undefined) return undefined;
    const until = Date.parse(clock.now()) + patienceMs;
    for (;;) {
      const log = await ports.readLog();
      const intent = await log?.find(`case/${current.id}`, pending.entry, pending.hash);
      const seen = intent && (await witnesses.seen(intent));
      if (log !== undefined && intent !== undefined && seen !== undefined && seen !== 'waits') {
        const proven = await proveCase(log, current, checked);
        const witnessed = seen === 'without' ? undefined : seen;
        if (proven !== undefined) return { ...proven, intent, log, witnessed };
      }
      if (Date.parse(clock.now()) >= until) return seen === 'waits' ? { waits: 'witnesses' } : undefined;
      await clock.pause(lookEveryMs);
    }
  }

  /**
   * The case as it is now, by its history, what may leave of it, and whom the intent is for. What may leave is the approved
   * scope, as far as it was stored when the request arrived. The log says when that was, so nobody moves it by writing the
   * table (I5).
   *
   * @returns undefined while the log is behind
   * @throws CaseError case-not-approved: somebody changed the case in the table
   */
  async function proveCase(
    log: PublishedLog,
    announced: Case,
    { agency, caller, at, cursor }: Checked,
  ): Promise<Pick<Announced, 'current' | 'recipient' | 'scope'> | undefined> {
    const { id, pending } = announced;
    let current = announced;
    let history = await readHistory(log, `case/${id}`, current.entries);
    if ('fault' in history && history.fault === 'longer') {
      // Another act came since, or the case was put back.
      const latest = await cases.get(id);
      if (latest === undefined) throw new WireError('not-found');
      checkCollectable(latest, at, cursor);
      if (latest.pending?.entry !== pending?.entry) throw new WireError('try-again');
      current = latest;
      history = await readHistory(log, `case/${id}`, current.entries);
    }
    if ('fault' in history && history.fault === 'behind') return undefined;
    const entries = 'entries' in history ? history.entries : undefined;
    const received = entries?.[0];
    const recipient = await prover.recipient(log, { agency, officer: caller }, pending?.at ?? '');
    if (
      entries !== undefined &&
      received !== undefined &&
      isAsMinted(current, entries, at, policy.emergency.debtHours) &&
      recipient !== undefined &&
      recipient.thumbprint === pending?.recipient
    ) {
      await proof.checkHistory(log, current, entries, at);
      const scope = storedScope(approvedScope(current), current.receivedAt, received.at);
      return { current, recipient, scope };
    }
    const error = proof.differs(id);
    const { code } = error;
    // A case that was put back has no place for an entry.
    if (entries !== undefined)
      await endIntent(current, (latest) => collectionFailed(latest, { code, epochKeys: 0 }));
    throw error;
  }

  async function open(announced: Announced, checked: Checked): Promise<string> {
    // The log names the recipient: the package is encrypted to that key, whatever was enrolled since.
    const { current, recipient, scope } = announced;
    // Before any record: one that does not open is not this case's.
    const reference = await references.open(current);
    const page = await openPage(current, scope, checked.cursor?.after);
    const { records, next, epochKeys } = page;
    const disclosure = packageOf(announced, checked, reference, page);
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
    // The grants are for those whom the request still named when they were minted.
    const minted = { ...current, subjects: current.holders ?? [] };
    const opened = ports.openRecords(minted, { scope, after, onUnwrapped: () => epochKeys++ });
    try {
      const { limits } = policy;
      const page = await disclosePage(scope, opened, { after, limit: limits.records });
      return { ...page, epochKeys };
    } catch (error) {
      // What KMS refused is recorded. An outage is not: the intent waits for another try. Nor is what KMS refused while it
      // may not know the grants yet, or the key that they are on.
      if (error instanceof CaseError) {
        if (mayPass(error) && mayLag(current.grantsAt, clock.now())) throw new WireError('try-again');
        const { code } = error;
        await endIntent(current, (latest) => collectionFailed(latest, { code, epochKeys }));
      }
      throw error;
    }
  }

  function packageOf(
    { current, scope: searched, intent, log, witnessed }: Announced,
    { form, request }: Checked,
    reference: string,
    { records, next }: Page,
  ): DisclosurePackage {
    const { collection, page } = current.pending ?? { collection: 0, page: 0 };
    const scope = approvedScope(current);
    const until = cutOf(scope.period, searched.asOf);
    const { proven, checkpoint } = witnessed ?? { proven: intent.proven, checkpoint: log.checkpoint };
    return makePackage({
      provider: ports.providerName,
      case: current.id,
      reference,
      requestDigest: current.requestDigest,
      scope,
      ...(form === undefined ? {} : secondForm({ basis: current.basis, scope }, request)),
      ...(form === undefined || form < 3
        ? {}
        : thirdForm(current, { approved: scope, searched }, { records, request })),
      ...(form === undefined || form < 4 ? {} : fourthForm(proven, checkpoint)),
      ...(until === undefined ? {} : { until }),
      policyHash: current.policyHash,
      collectedAt: clock.now(),
      records,
      ...(next === undefined
        ? {}
        : { page: cursorText(current, { collection, page: page + 1, after: next }) }),
      log: makeLogProof(proven, checkpoint),
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

/** Whether KMS may refuse this only because it follows late. A key that is being destroyed it knows. */
function mayPass({ cause }: CaseError): boolean {
  return cause instanceof KmsRefusal && cause.code !== 'gone';
}
