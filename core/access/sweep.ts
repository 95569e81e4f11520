import { toBase64url } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { retirementDue } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { caseOfGrant } from '#core/cases/grants.ts';
import { mayLag } from '#core/kms-lag.ts';
import { inParts, type Parts } from '#core/parts.ts';
import {
  type Chance,
  type Clock,
  type Grants,
  KmsRefusal,
  type LiveGrant,
  type VaultKms,
  type Watch,
} from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { EntryState } from '#core/state/entries.ts';
import type { VaultKey } from '#core/state/vault-keys.ts';
import { unlessForged } from '#core/store/authentic.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';

/** Holding KMS against what should be there: grants against the cases (I9), key policies against the fixed one (I2). */
export interface SweepPorts {
  cases: Pick<CaseState, 'get'>;
  grants: Pick<Grants, 'list' | 'revoke'>;
  vaultKms: Pick<VaultKms, 'policyDigest'>;
  /** The digest of the policy that every vault key must have. */
  fixedPolicyDigest: string;
  entries: Pick<EntryState, 'putSingle'>;
  clock: Clock;
  chance: Chance;
  watch: Watch;
}

/** Grants that cases have, by id: of which case, on which vault key. */
export type CaseGrants = ReadonlyMap<string, { caseId: string; keyId: string }>;

/**
 * What differs is looked at again after this. KMS answers from many hosts: what one of them says once is no difference.
 */
const lookAgainMs = 2_000;

/** What one look at KMS finds: grants that no case has, with the key each is on; grants that it does not show, by id. */
interface Differences {
  surplus: ReadonlyMap<string, string>;
  missing: CaseGrants;
  /** Whether every key could be looked at. */
  isWhole: boolean;
}

export function sweeper(ports: SweepPorts) {
  const { cases, grants, clock, watch } = ports;

  /**
   * Live grants are the grants of approved, unexpired cases. Every difference, either way, raises an alarm, and a grant
   * that no case has ends. A month that was forgotten took its key's grants with it.
   *
   * KMS lags behind what was done (kms-lag.ts): a grant that was minted a moment ago may be missing, and one that was
   * retired a moment ago may be there. Neither is told while it may be that, by the instant that the case carries under its
   * MAC, or KMS gives with the grant. What was found is looked at once more, and told if it is still so. So nothing real is
   * hidden for longer than KMS may take.
   *
   * @throws PartsFailed in the end, if a key could not be looked at, or a grant not ended
   */
  async function reconcile(known: CaseGrants, keys: readonly VaultKey[], at: string): Promise<void> {
    const parts = inParts(watch, 'sweep of grants');
    const lookAt = (some: readonly VaultKey[]) => look(known, some, at, parts);
    const { missing, surplus, isWhole } = await confirmed(await lookAt(keys), keys, lookAt);
    for (const [id, arn] of surplus) {
      // The alarm comes first: a crash between the two must not end a grant unseen.
      report({ missing: 0, surplus: 1 });
      await parts.attempt({ part: 'a grant that no case has' }, () => grants.revoke(arn, id));
    }
    if (missing.size > 0) report({ missing: missing.size, surplus: 0 });
    else watch.count('GrantMismatch', 0);
    const isClean = missing.size === 0 && surplus.size === 0;
    if (!isClean || isWhole) await record({ known, missing, surplus }, isClean, at);
    parts.finish();
  }

  /** A day's first sweep has an entry, and each that found something. */
  async function record(
    { known, missing, surplus }: Pick<Differences, 'missing' | 'surplus'> & { known: CaseGrants },
    isClean: boolean,
    at: string,
  ): Promise<void> {
    const which = isClean ? at.slice(0, 'YYYY-MM-DD'.length) : ports.chance.id();
    const data = { grants: known.size, missing: missing.size, surplus: surplus.size };
    await ports.entries.putSingle(`sweep/${which}`, { kind: 'sweep.done', data });
  }

  function report(found: { missing: number; surplus: number }): void {
    watch.error('grants differ from cases', found);
    watch.count('GrantMismatch', found.missing + found.surplus);
  }

  /** What a second look finds too. */
  async function confirmed(
    found: Differences,
    keys: readonly VaultKey[],
    lookAt: (keys: readonly VaultKey[]) => Promise<Differences>,
  ): Promise<Differences> {
    const concerned = new Set(found.surplus.values());
    for (const { keyId } of found.missing.values()) concerned.add(keyId);
    if (concerned.size === 0) return found;
    await clock.pause(lookAgainMs);
    const again = await lookAt(keys.filter(({ arn }) => concerned.has(arn)));
    return {
      isWhole: found.isWhole && again.isWhole,
      surplus: new Map([...again.surplus].filter(([id]) => found.surplus.has(id))),
      missing: new Map([...again.missing].filter(([id]) => found.missing.has(id))),
    };
  }

  /** One key that KMS does not answer for keeps no other from being looked at. */
  async function look(
    known: CaseGrants,
    keys: readonly VaultKey[],
    at: string,
    parts: Parts,
  ): Promise<Differences> {
    const unseen = new Map(known);
    const surplus = new Map<string, string>();
    const arns = new Set<string>();
    for (const key of keys) {
      const { purpose, epoch, shard } = key;
      await parts.attempt({ part: 'a key’s grants', purpose, epoch, shard }, async () => {
        for await (const grant of listed(key)) {
          if (unseen.delete(grant.id) || mayBeMinting(grant, at) || (await belongsToCase(grant))) continue;
          surplus.set(grant.id, key.arn);
        }
        arns.add(key.arn);
      });
    }
    const missing = new Map<string, { caseId: string; keyId: string }>();
    for (const [id, grant] of unseen)
      if (arns.has(grant.keyId) && (await isMissing(id, grant.caseId))) missing.set(id, grant);
    return { surplus, missing, isWhole: arns.size === keys.length };
  }

  /** A key's grants: none while KMS may not find the key yet. */
  async function* listed(key: VaultKey): AsyncGenerator<LiveGrant> {
    try {
      yield* grants.list(key.arn);
    } catch (error) {
      if (!isNotYet(error, key)) throw error;
    }
  }

  function isNotYet(error: unknown, { madeAt }: VaultKey): boolean {
    return error instanceof KmsRefusal && error.code === 'unknown' && mayLag(madeAt, clock.now());
  }

  /** Whether a case should have a grant that KMS does not show, and has had it for longer than KMS may take to show it. */
  async function isMissing(id: string, caseId: string): Promise<boolean> {
    const current = await unlessForged(() => cases.get(caseId));
    // Unless the case was closed since it was looked at.
    if (current === undefined || !has(current, id) || retirementDue(current) !== undefined) return false;
    return !mayLag(current.grantsAt, clock.now());
  }

  /**
   * Whether the case that a grant's name gives has it after all, is being minted this very moment, or had its grants retired
   * so lately that KMS may still show them.
   */
  async function belongsToCase(grant: LiveGrant): Promise<boolean> {
    const caseId = caseOfGrant(grant.name);
    // A case that is not proven to be Writ's own has no grants.
    const current = caseId === undefined ? undefined : await unlessForged(() => cases.get(caseId));
    if (current === undefined) return false;
    const isUnminted = current.status === 'AwaitingDisclosure' && current.grants === undefined;
    return (
      has(current, grant.id) ||
      (isUnminted && mayBeMinting(grant, clock.now())) ||
      mayShowRetired(current, clock.now())
    );
  }

  /** A key whose policy somebody changed is recorded, once for each policy that is found, and raises an alarm. */
  async function comparePolicy(vaultKey: VaultKey): Promise<void> {
    const { purpose, epoch, shard, arn } = vaultKey;
    const found = await ports.vaultKms.policyDigest(arn).catch((error: unknown) => {
      if (!isNotYet(error, vaultKey)) throw error;
      return ports.fixedPolicyDigest;
    });
    if (found === ports.fixedPolicyDigest) return;
    watch.count('VaultKeyPolicyDiffers');
    watch.error('a vault key has another policy', { purpose, epoch, shard });
    const key = keyDigest(arn);
    const data = { purpose, epoch, key, policy: ports.fixedPolicyDigest, found };
    const stream = `vault-policy/${key}/${toBase64url(sha256(found))}`;
    await ports.entries.putSingle(stream, { kind: 'vault.policy-differs', data });
  }

  return { reconcile, comparePolicy };
}

/** A grant is minted a moment before its case says so. */
function mayBeMinting({ createdAt }: LiveGrant, at: string): boolean {
  return mayLag(createdAt, at);
}

/** Whether a case had grants until so lately that KMS may still show them. One that somebody adds now is too young anyway. */
function mayShowRetired({ grants, grantsAt }: Case, now: string): boolean {
  return grants?.length === 0 && mayLag(grantsAt, now);
}

function has(current: Case, grantId: string): boolean {
  return current.grants?.some((grant) => grant.grantId === grantId) ?? false;
}
