import { toHex } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import {
  approvedScope,
  findTooMuch,
  hoursLater,
  lapse,
  type Minting,
  mint,
  scopeCommitment,
} from '#core/cases/acts.ts';
import type { Case, Grant, Holder } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { grantName } from '#core/cases/grants.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { Request, Subject } from '#core/cases/request.ts';
import { storedScope } from '#core/cases/stored.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { nameOfFailure } from '#core/parts.ts';
import type { Clock, Grants, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { GrantTokens } from '#core/state/grant-tokens.ts';
import type { PublishedLog } from '#core/state/published-log.ts';
import { lastingWrapping, type StoredEpochKey, type VaultState } from '#core/state/vault.ts';
import { unlessForged } from '#core/store/authentic.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { type Proof, provesApproval } from './approval.ts';
import { EntryNotInLog, type EvidenceSources, gatherEvidence } from './evidence.ts';
import { stillNamed } from './resolved.ts';

/**
 * Mints the right to open: for each approval that completes a case, one grant for each epoch key that its scope names
 * (I3). Minting the same case again gives the same grants.
 */
export interface MintPorts extends EvidenceSources {
  /** The log as its newest checkpoint has it; undefined before there is any. */
  readLog(): Promise<PublishedLog | undefined>;
  cases: Pick<CaseState, 'get' | 'change' | 'notifications'>;
  vault: Pick<VaultState, 'epochKeysOf' | 'namesOf'>;
  /** Whom a subject stands for in a period, as the vault has it now. */
  resolve(subject: Subject, period: Request['period']): Promise<Holder[]>;
  grants: Pick<Grants, 'create' | 'revoke'>;
  tokens: Pick<GrantTokens, 'prepare'>;
  clock: Pick<Clock, 'now'>;
  watch: Watch;
  policy: Policy;
}

/** A grant, and the token that KMS takes for it until it knows the grant everywhere. */
interface Minted {
  grant: Grant;
  token: string;
}

/** How far the log's published size moved. */
export interface Move {
  from: bigint;
  to: bigint;
}

/** @returns what mints the cases of which the log has something new */
export function minter(ports: MintPorts): (moves: readonly Move[]) => Promise<void> {
  const mintAlone = caseMinter(ports);

  return async function mintPublished(moves) {
    const ahead = moves.filter(({ from, to }) => from < to);
    if (ahead.length === 0) return;
    const log = await ports.readLog();
    // Whatever is new of a case: an approval may have waited for an entry that the log did not have yet.
    const streams = new Set<string>();
    for (const { from, to } of ahead) {
      // The table says that it is published. Only the bucket proves it (I4).
      if (log === undefined || log.checkpoint.size < to) throw new Error('the bucket is behind the head');
      for await (const { stream } of log.entries(from, to))
        if (stream.startsWith('case/')) streams.add(stream);
    }
    if (log !== undefined) for (const stream of streams) await mintAlone(stream.slice('case/'.length), log);
  };
}

/**
 * @returns what mints one case, if it is approved and has no grants. It never fails: what could not be minted is found
 *   again by the clock (mint-left.ts), and no case holds up another.
 */
export function caseMinter(ports: MintPorts): (id: string, log: PublishedLog) => Promise<void> {
  const { cases, grants, clock, watch, policy } = ports;

  async function mintAlone(id: string, log: PublishedLog): Promise<void> {
    try {
      await unlessForged(() => mintCase(id, log));
    } catch (error) {
      // Its last entry brings it here again.
      if (error instanceof EntryNotInLog) return;
      watch.error('a case could not be minted', { case: id, ...nameOfFailure(error) });
      watch.count('MintingsFailed');
    }
  }

  async function mintCase(id: string, log: PublishedLog, tries = 3): Promise<void> {
    const current = await cases.get(id);
    if (current?.status !== 'AwaitingDisclosure' || current.grants !== undefined) return;
    const proof = provesApproval(await gatherEvidence(current, log, ports), policy);
    if ('missing' in proof) {
      // It may have gone on while the evidence was gathered.
      if (tries > 1 && (await cases.get(id))?.version !== current.version)
        return mintCase(id, log, tries - 1);
      // Reviewers decide about the key, and then the clock brings it here again.
      if (proof.missing === 'suspended') return;
      // Not an outage but somebody's attempt: trying again changes nothing, and an operator looks at it.
      watch.error('approval not proven', { case: id, missing: proof.missing });
      watch.count('ApprovalsNotProven');
      return;
    }
    // The clock brings it here again once the time is over, and the authority's consent as soon as the log has it.
    if (isBefore(clock.now(), proof.heldUntil)) return;
    const minting = await mintingOf(current, proof);
    const isOver = (latest: Case) => lapse({ ...latest, expiresAt: minting.expiresAt }, clock.now());
    if (isOver(current) !== undefined) {
      // So long after the approval nothing may be collected any more: a grant would outlive its end (I9).
      await cases.change(id, (latest) => (isProven(latest, current) ? isOver(latest) : undefined));
      return;
    }
    const scope = storedScope(approvedScope(current), current.receivedAt);
    const epochKeys = await epochKeysIn(ports.vault, scope, minting.holders);
    if (epochKeys.length > policy.limits.grants) {
      // A phone number that many people held names more epoch keys than its request seemed to.
      watch.error('more epoch keys than the policy allows', { case: id, epochKeys: epochKeys.length });
      watch.count('BreadthExceeded');
      await cases.change(id, (latest) => (isProven(latest, current) ? findTooMuch(latest) : undefined));
      return;
    }
    const made: Minted[] = [];
    for (const epochKey of epochKeys) made.push(await grantFor(current, epochKey, minting));
    if (await record(current, made, minting)) return;
    if (tries <= 1) throw new Error('the case went on each time that it was minted');
    await mintCase(id, log, tries - 1);
  }

  /**
   * What is set down with the grants: from the signed request, the log and the policy, and nothing from the table that they
   * do not confirm. Whom a subject stands for, the tables alone tell: so it is resolved again, and only those count whom
   * the case's first entry committed to and the vault names now.
   */
  async function mintingOf({ subjects }: Case, { request, openedAt }: Proof): Promise<Minting> {
    const { period } = request;
    const now = await Promise.all(request.subjects.map((subject) => ports.resolve(subject, period)));
    return {
      holders: stillNamed(subjects, now),
      expiresAt: hoursLater(openedAt, policy.collectHours),
      collectionsAllowed: policy.limits.collections,
      at: clock.now(),
    };
  }

  /** On the key that lasts as long as the grant: a month that ends before is kept under another. */
  async function grantFor(current: Case, epochKey: StoredEpochKey, { expiresAt }: Minting): Promise<Minted> {
    const { subject, kind, epoch } = epochKey;
    const { keyId } = lastingWrapping(epochKey, expiresAt);
    const { grantId, token } = await grants.create(
      keyId,
      { subject, kind, epoch },
      nameOf(current, epochKey),
    );
    return { grant: { subject, kind, epoch, keyId, grantId }, token };
  }

  /**
   * Commits what was minted. If the case was closed meanwhile, its grants end at once.
   *
   * @returns false if it went on otherwise: the same grants are made again
   */
  async function record(proven: Case, made: readonly Minted[], minting: Minting): Promise<boolean> {
    const { id } = proven;
    const all = made.map(({ grant }) => grant);
    const tokens = ports.tokens.prepare(
      id,
      made.map(({ token }) => token),
    );
    try {
      const changed = await cases.change(
        id,
        (latest) => {
          const outcome = mint(latest, [...all], minting);
          return isProven(latest, proven) ? outcome : undefined;
        },
        async () => [tokens],
      );
      if (changed?.entry === undefined) return false;
      watch.count('GrantsMinted', made.length);
    } catch (error) {
      if (!(error instanceof CaseError)) throw error;
      const kept = new Set((await cases.get(id))?.grants?.map(({ grantId }) => grantId));
      for (const { keyId, grantId } of all) if (!kept.has(grantId)) await grants.revoke(keyId, grantId);
    }
    return true;
  }

  return mintAlone;
}

/** Whether it is the case that was proven, and no act came between. */
function isProven(latest: Case, { version, entries }: Case): boolean {
  return latest.version === version && latest.entries.hash === entries.hash && latest.grants === undefined;
}

/** Whether an instant is there, and lies ahead. What is no instant does. */
function isBefore(now: string, until: string | undefined): boolean {
  return until !== undefined && !(Date.parse(now) >= Date.parse(until));
}

/** The same case, scope and epoch key give the same name, and so the same grant. */
function nameOf(current: Case, { subject, kind, epoch }: EpochKey): string {
  const parts = [current.id, scopeCommitment(current, approvedScope(current)), subject, kind, epoch];
  return grantName(current.id, toHex(sha256(parts.join('\0'))));
}
