import { toBase64url } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { retirementDue } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { caseOfGrant } from '#core/cases/grants.ts';
import type { Chance, Clock, Grants, LiveGrant, VaultKms, Watch } from '#core/ports.ts';
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

/** A grant is minted a moment before its case says so. */
const mintingMs = 300_000;

export function sweeper(ports: SweepPorts) {
  const { cases, grants, clock, watch } = ports;

  /**
   * Live grants are the grants of approved, unexpired cases. Every difference, either way, raises an alarm, and a grant
   * that no case has ends. A month that was forgotten took its key's grants with it.
   */
  async function reconcile(known: CaseGrants, keys: readonly VaultKey[], at: string): Promise<void> {
    const unseen = new Map(known);
    let surplus = 0;
    for (const { arn } of keys) {
      for await (const grant of grants.list(arn)) {
        if (unseen.delete(grant.id) || (await belongsToCase(grant)) || mayBeMinting(grant, at)) continue;
        // The alarm comes first: a crash between the two must not end a grant unseen.
        surplus++;
        report({ missing: 0, surplus: 1 });
        await grants.revoke(arn, grant.id);
      }
    }
    const missing = await countMissing(unseen, new Set(keys.map(({ arn }) => arn)));
    if (missing > 0) report({ missing, surplus: 0 });
    else watch.count('GrantMismatch', 0);
    // A day's first sweep has an entry, and each that found something.
    const isClean = missing === 0 && surplus === 0;
    const which = isClean ? at.slice(0, 'YYYY-MM-DD'.length) : ports.chance.id();
    const data = { grants: known.size, missing, surplus };
    await ports.entries.putSingle(`sweep/${which}`, { kind: 'sweep.done', data });
  }

  function report(found: { missing: number; surplus: number }): void {
    watch.error('grants differ from cases', found);
    watch.count('GrantMismatch', found.missing + found.surplus);
  }

  async function countMissing(unseen: CaseGrants, keys: ReadonlySet<string>): Promise<number> {
    let missing = 0;
    for (const [id, { caseId, keyId }] of unseen) {
      if (!keys.has(keyId)) continue;
      const current = await unlessForged(() => cases.get(caseId));
      // Unless the case was closed since it was looked at.
      if (current !== undefined && has(current, id) && retirementDue(current) === undefined) missing++;
    }
    return missing;
  }

  /** Whether the case that a grant's name gives has it after all, or is being minted this very moment. */
  async function belongsToCase(grant: LiveGrant): Promise<boolean> {
    const caseId = caseOfGrant(grant.name);
    // A case that is not proven to be Writ's own has no grants.
    const current = caseId === undefined ? undefined : await unlessForged(() => cases.get(caseId));
    if (current === undefined) return false;
    const isUnminted = current.status === 'AwaitingDisclosure' && current.grants === undefined;
    return has(current, grant.id) || (isUnminted && mayBeMinting(grant, clock.now()));
  }

  /** A key whose policy somebody changed is recorded, once for each policy that is found, and raises an alarm. */
  async function comparePolicy({ purpose, epoch, shard, arn }: VaultKey): Promise<void> {
    const found = await ports.vaultKms.policyDigest(arn);
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

function mayBeMinting({ createdAt }: LiveGrant, at: string): boolean {
  return Date.parse(at) - Date.parse(createdAt) < mintingMs;
}

function has(current: Case, grantId: string): boolean {
  return current.grants?.some((grant) => grant.grantId === grantId) ?? false;
}
