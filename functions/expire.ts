import { randomUUID } from 'node:crypto';
import { paginateListGrants, RevokeGrantCommand } from '@aws-sdk/client-kms';
import type { DynamoDBStreamEvent, EventBridgeEvent } from 'aws-lambda';
import { z } from 'zod';
import { sha256 } from '#core/canonical.ts';
import { keysRevoked, retired, retirementDue } from '#core/cases/acts.ts';
import { type Case, openStatuses } from '#core/cases/case.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { caseOfGrant } from '#core/cases/grants.ts';
import { noticesSent } from '#core/cases/notice.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { VaultKey } from '#core/state/vault-keys.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';
import { reportStrangers } from './aws/calls.ts';
import { awakeCases, casesByStatus, change, getCase } from './aws/cases.ts';
import { caughtKeys } from './aws/caught.ts';
import { kms } from './aws/clients.ts';
import { clockTime, tick } from './aws/clock.ts';
import type { Prepared } from './aws/commit.ts';
import { getEmergencies, suspendEmergencies } from './aws/emergencies.ts';
import { putSingleEntry } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { fixedPolicyDigest } from './aws/key-policy.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { sendNotices } from './aws/notices.ts';
import { count, logger } from './aws/observe.ts';
import { commitRevocation, getAgency, getKey, revokedKeys } from './aws/registry.ts';
import { vaultKeys } from './aws/state.ts';

/**
 * Closes doors (I9), and does all else that time does to a case. A case's entries bring it here the moment they are
 * committed, whether or not the log can be written; the clock brings it here for what ends, falls due or is to be told by
 * itself, and to hold KMS's grants against the cases and the vault keys' policies against the fixed one (I2).
 */
const { COLLECT_ROLE, POLICY, CLOCK } = env('COLLECT_ROLE', 'POLICY', 'CLOCK');

/** A grant is minted a moment before its case says so. */
const mintingSeconds = 300;

/** One case's time, for whoever need not wait for the next sweep. */
const ofCase = tick.extend({ case: z.string() });

export async function handler(
  event: DynamoDBStreamEvent | EventBridgeEvent<string, unknown> | z.infer<typeof ofCase>,
): Promise<void> {
  if ('Records' in event) {
    const streams = new Set(event.Records.map(({ dynamodb }) => dynamodb?.Keys?.stream?.S ?? ''));
    for (const stream of streams) {
      if (stream.startsWith('case/')) await retire(stream.slice('case/'.length));
    }
    if ([...streams].some((stream) => stream.startsWith('decoy/'))) await revokeCaught();
    if ([...streams].some((stream) => stream.startsWith('key/'))) await endWhatRevokedKeysBegan();
    return;
  }
  const at = clockTime(tick.parse(event), CLOCK);
  const one = ofCase.safeParse(event);
  if (!one.success) return sweep(at);
  const current = await getCase(one.data.case);
  if (current !== undefined) await run(current, at);
}

/** All that time does, as of an instant. Doing it twice changes nothing. */
async function sweep(at: string): Promise<void> {
  const live: Live = new Map();
  await revokeCaught();
  await endWhatRevokedKeysBegan();
  for await (const awakeCase of awakeCases()) {
    const now = await run(awakeCase, at);
    for (const { grantId, keyId } of now?.grants ?? []) live.set(grantId, { caseId: awakeCase.id, keyId });
  }
  const keys = (await vaultKeys.every()).filter(({ forgottenAt }) => forgottenAt === undefined);
  await reconcile(live, keys, at);
  for (const key of keys) await comparePolicy(key);
  await reportStrangers(at);
}

/** All that time does to one case. @returns it as it is then */
async function run(current: Case, at: string): Promise<Case | undefined> {
  const latest = await runTime(current, at);
  if (noticesSent(latest, at) !== undefined) await tell(latest, at);
  return (latest.grants?.length ?? 0) === 0 ? latest : retire(current.id);
}

/** What falls due, act by act. */
async function runTime(current: Case, at: string): Promise<Case> {
  let latest = current;
  while (nextOfTime(latest, at, POLICY) !== undefined) {
    const done = await change(current.id, (read) => nextOfTime(read, at, POLICY), alongside);
    // Somebody else was first, and there is nothing left to do.
    if (done?.entry === undefined) return done?.case ?? latest;
    latest = done.case;
    const { kind } = done.entry;
    if (kind === 'deadline.passed') count('DeadlinesPassed', 1, latest.deadline);
    else if (kind === 'emergency.overdue') count('EmergenciesOverdue');
    else if (kind === 'notice.overdue') count('NoticesOverdue');
  }
  return latest;
}

/** An emergency that is overdue takes its agency's others with it, until they are reopened. */
async function alongside({ next, entry }: Outcome): Promise<Prepared[]> {
  if (entry.kind !== 'emergency.overdue') return [];
  const emergencies = await getEmergencies(next.agency);
  return emergencies.suspendedBy === undefined ? [suspendEmergencies(emergencies, next.id)] : [];
}

/** Sends a case's notices, then says so: a crash between the two sends them again, under the same ids. */
async function tell(current: Case, at: string): Promise<void> {
  const agency = await getAgency(current.agency);
  try {
    count('NoticesSent', await sendNotices(current, agency?.name ?? current.agency));
  } catch (error) {
    // The next sweep tries again; the others' go out meanwhile.
    logger.error('notices could not be sent', {
      case: current.id,
      error: error instanceof Error ? error.name : '',
    });
    count('NoticesFailed');
    return;
  }
  // What was collected meanwhile is told of next time.
  const { answers } = current.disclosed ?? {};
  await change(current.id, (latest) =>
    latest.disclosed?.answers === answers ? noticesSent(latest, at) : undefined,
  );
}

/** Whoever asked for a decoy asks no more. */
async function revokeCaught(): Promise<void> {
  for await (const { keyId, settle } of caughtKeys()) {
    const key = await getKey(keyId);
    if (key !== undefined && key.revokedAt === undefined) {
      const agency = key.agency === undefined ? undefined : await getAgency(key.agency);
      const party = agency === undefined ? {} : { agency };
      // Where the registry moved meanwhile, this throws, and the stream brings it back.
      await commitRevocation(key, 'provider', 'decoy', new Date().toISOString(), party);
      count('KeysRevoked');
    }
    await settle();
  }
}

/** Grants that cases have, by id: of which case, on which vault key. */
type Live = Map<string, { caseId: string; keyId: string }>;

/** A revoked key takes with it what is pending under it. Doing it twice changes nothing. */
async function endWhatRevokedKeysBegan(): Promise<void> {
  const gone = new Set<string>();
  for await (const { keyId } of revokedKeys()) gone.add(keyId);
  const isRevoked = (keyId: string) => gone.has(keyId);
  for (const status of ['AwaitingApproval', ...openStatuses, 'Suspended'] as const) {
    for await (const casesByStatu of casesByStatus(status)) {
      if (keysRevoked(casesByStatu, isRevoked) !== undefined)
        await change(casesByStatu.id, (current) => keysRevoked(current, isRevoked));
    }
  }
}

/** Revokes a closed case's grants at KMS, then says so. */
async function retire(id: string): Promise<Case | undefined> {
  const current = await getCase(id);
  const because = current === undefined ? undefined : retirementDue(current);
  if (current === undefined || because === undefined) return current;
  for (const grant of current.grants ?? []) await revoke(grant.keyId, grant.grantId);
  const changed = await change(id, (latest) =>
    retirementDue(latest) === undefined ? undefined : retired(latest, because),
  );
  count('GrantsRetired', current.grants?.length ?? 0);
  return changed?.case;
}

async function revoke(keyId: string, grantId: string): Promise<void> {
  try {
    await kms.send(new RevokeGrantCommand({ KeyId: keyId, GrantId: grantId }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NotFoundException')) throw error;
  }
}

/**
 * Live grants = grants of approved, unexpired cases. Whatever differs, either way, is a finding; but a month that is
 * forgotten took its key's grants with it.
 */
async function reconcile(live: Live, keys: readonly VaultKey[], at: string): Promise<void> {
  const unseen = new Map(live);
  let surplus = 0;
  for (const { arn } of keys) {
    for await (const grant of grantsOn(arn)) {
      if (unseen.delete(grant.id) || (await belongs(grant))) continue;
      if (Date.parse(at) - grant.createdAt.getTime() < mintingSeconds * 1000) continue;
      await revoke(arn, grant.id);
      surplus++;
    }
  }
  const kept = new Set(keys.map(({ arn }) => arn));
  let missing = 0;
  for (const [id, { caseId, keyId }] of unseen) {
    if (!kept.has(keyId)) continue;
    // Unless the case was closed since it was looked at.
    const current = await getCase(caseId);
    if (current !== undefined && has(current, id) && retirementDue(current) === undefined) missing++;
  }
  const differs = missing > 0 || surplus > 0;
  if (differs) logger.error('grants differ from cases', { missing, surplus });
  count('GrantMismatch', missing + surplus);
  // A day's first sweep is told, and every one that found something.
  const which = differs ? randomUUID() : at.slice(0, 'YYYY-MM-DD'.length);
  const data = { grants: live.size, missing, surplus };
  await putSingleEntry(`sweep/${which}`, { kind: 'sweep.done', data });
}

/** A key whose policy somebody changed shows in the log, once each policy that is found, and raises an alarm. */
async function comparePolicy(key: VaultKey): Promise<void> {
  const found = await kmsVault.policyDigest(key.arn);
  if (found === fixedPolicyDigest) return;
  const { purpose, epoch, shard } = key;
  count('VaultKeyPolicyDiffers');
  logger.error('a vault key has another policy', { purpose, epoch, shard });
  const which = Buffer.from(sha256(found)).toString('base64url');
  const data = { purpose, epoch, key: keyDigest(key.arn), policy: fixedPolicyDigest, found };
  await putSingleEntry(`vault-policy/${keyDigest(key.arn)}/${which}`, { kind: 'vault.policy-differs', data });
}

/** Whether a grant's own case, by the grant's name, has it after all, or is being minted this very moment. */
async function belongs(grant: LiveGrant): Promise<boolean> {
  const caseId = caseOfGrant(grant.name);
  const current = caseId === undefined ? undefined : await getCase(caseId);
  if (current === undefined) return false;
  const minting = current.status === 'AwaitingDisclosure' && current.grants === undefined;
  return (
    has(current, grant.id) || (minting && Date.now() - grant.createdAt.getTime() < mintingSeconds * 1000)
  );
}

function has(current: Case, grantId: string): boolean {
  return current.grants?.some((grant) => grant.grantId === grantId) ?? false;
}

interface LiveGrant {
  id: string;
  name: string;
  createdAt: Date;
}

async function* grantsOn(keyArn: string): AsyncGenerator<LiveGrant> {
  for await (const { Grants = [] } of paginateListGrants({ client: kms, pageSize: 100 }, { KeyId: keyArn })) {
    for (const { GrantId, GranteePrincipal, Name = '', CreationDate = new Date(0) } of Grants) {
      if (GrantId === undefined || GranteePrincipal !== COLLECT_ROLE) continue;
      yield { id: GrantId, name: Name, createdAt: CreationDate };
    }
  }
}
