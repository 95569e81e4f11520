import { setTimeout as sleep } from 'node:timers/promises';
import { approvedScope, resolvedCommitment, scopeCommitment } from '#core/cases/acts.ts';
import { type Case, viewCase } from '#core/cases/case.ts';
import { checkCollectable, collected, collectionFailed, intend, isPending } from '#core/cases/collecting.ts';
import { type Cursor, cursorText, readCursor } from '#core/cases/cursor.ts';
import { CaseError } from '#core/cases/errors.ts';
import { owesNothing } from '#core/cases/evidence.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { makePackage } from '#core/disclosure/package.ts';
import { disclosePage } from '#core/disclosure/page.ts';
import { makeLogProof } from '#core/log/proof.ts';
import { WireError } from '#core/problem.ts';
import { type AgencyRecord, encryptionKeyAt } from '#core/registry/records.ts';
import { type Collection, collectRoutes } from '#core/wire/agency.ts';
import { change, getCase } from './aws/cases.ts';
import { encryptFor, signPackage } from './aws/deliver.ts';
import { env } from './aws/env.ts';
import { kmsVault } from './aws/kms/vault-kms.ts';
import { type Logged, type PublishedLog, publishedLog } from './aws/log.ts';
import { count, logger } from './aws/observe.ts';
import { getAgency, getKey } from './aws/registry.ts';
import { vault } from './aws/state.ts';
import { type Answer, json, type Signed } from './middleware/event.ts';
import { serveSigned } from './middleware/serve.ts';

/**
 * Collecting: the one place where anything is opened, and only once the log in the bucket says so (I4). This
 * function's role has no right to decrypt of its own; each epoch key opens by the grant that `authorise` minted.
 */
const { AUTHORITY, POLICY, PROVIDER_NAME } = env('AUTHORITY', 'POLICY', 'PROVIDER_NAME');

const openRecords = recordsOpener({ vault, kms: kmsVault });

/** How long a call waits for the log before it answers 202. */
const patienceMs = 8_000;
const lookEveryMs = 150;

export const handler = serveSigned(collectRoutes, AUTHORITY, { collect });

async function collect(event: Signed<Collection>): Promise<Answer> {
  const agency = await agencyOf(event);
  const asked = await getCase(event.pathParameters?.id ?? '');
  if (asked === undefined || asked.agency !== agency.id) throw new WireError('not-found');
  const cursor = cursorOf(asked, event.input.page);
  checkCollectable(asked, event.at, cursor);
  // `expire` is about to cancel it: what a stolen key asked for is not handed out meanwhile.
  const asker = await getKey(asked.askedBy);
  if (asker === undefined || asker.revokedAt !== undefined) throw new CaseError('case-closed');
  if (asked.grants === undefined) return later(asked);
  if (asked.grants.length === 0) throw new CaseError('grant-missing');

  const current = await announce(asked, event, agency, cursor);
  const announced = await inTheLog(current);
  if (announced === undefined) {
    count('LogBehind');
    return later(current);
  }
  if (!(await isAsMinted(current, announced.log, event.at))) {
    logger.error('case differs from the log', { case: current.id });
    count('ApprovalsNotProven');
    await settle(current, (current) =>
      collectionFailed(current, { code: 'case-not-approved', epochKeys: 0 }),
    );
    throw new CaseError('case-not-approved');
  }
  return open(current, announced, agency, event, cursor);
}

/** Which page is asked for; without one, the first. A cursor is of this case and was made here, or it is none. */
function cursorOf(current: Case, page: string | undefined): Cursor | undefined {
  if (page === undefined) return undefined;
  const cursor = readCursor(current, page);
  if (cursor === undefined) throw new WireError('field-invalid', ['/page']);
  return cursor;
}

/** Commits the intent, or finds the one that is still waiting for its answer. */
async function announce(
  asked: Case,
  event: Signed<Collection>,
  agency: AgencyRecord,
  cursor: Cursor | undefined,
): Promise<Case> {
  const recipient = encryptionKeyAt(agency, event.at)?.thumbprint;
  if (recipient === undefined) throw new WireError('key-cooling');
  const changed = await change(asked.id, (current) => {
    checkCollectable(current, event.at, cursor);
    return isPending(current, event.at, cursor)
      ? undefined
      : intend(current, { at: event.at, recipient, cursor });
  });
  if (changed === undefined) throw new WireError('not-found');
  return changed.case;
}

/** The intent, and the log that has it. */
interface Announced {
  intent: Logged;
  log: PublishedLog;
}

/** The intent as a signed checkpoint in the bucket covers it, its proof verified here; waiting for it a while. */
async function inTheLog(current: Case): Promise<Announced | undefined> {
  const { pending } = current;
  if (pending === undefined) return undefined;
  for (const until = Date.now() + patienceMs; ; await sleep(lookEveryMs)) {
    const log = await publishedLog();
    const intent = await log?.find(`case/${current.id}`, pending.entry, pending.hash);
    if (log !== undefined && intent !== undefined) return { intent, log };
    if (Date.now() >= until) return undefined;
  }
}

/**
 * Whether the case still is what the log says was received and minted, and has paid what it owed. Whoever can write
 * the table could widen what is disclosed within the epoch keys that the grants open; nobody can rewrite the bucket (I5).
 */
async function isAsMinted(current: Case, log: PublishedLog, at: string): Promise<boolean> {
  const stream = `case/${current.id}`;
  const [received, minted, paid] = await Promise.all(
    [1, current.minted ?? 0, current.debts?.settled ?? 0].map((n) => log.find(stream, n)),
  );
  const entries = { received: received?.entry, minted: minted?.entry, paid: paid?.entry };
  return (
    owesNothing(entries, at, POLICY.emergency.debtHours) &&
    received?.entry.kind === 'request.received' &&
    received.entry.data.resolved === resolvedCommitment(current) &&
    minted?.entry.kind === 'grant.minted' &&
    minted.entry.data.scope === scopeCommitment(current, approvedScope(current)) &&
    minted.entry.data.expiresAt === current.expiresAt
  );
}

async function open(
  current: Case,
  { intent, log }: Announced,
  agency: AgencyRecord,
  event: Signed<Collection>,
  cursor: Cursor | undefined,
): Promise<Answer> {
  const scope = approvedScope(current);
  const after = cursor?.after;
  let epochKeys = 0;
  const opened = openRecords(current, { after, onUnwrapped: () => epochKeys++ });
  const { records, next } = await disclosePage(scope, opened, {
    after,
    limit: POLICY.limits.records,
  }).catch(async (error: unknown) => {
    if (error instanceof CaseError) {
      const { code } = error;
      await settle(current, (current) => collectionFailed(current, { code, epochKeys }));
    }
    throw error;
  });
  const { collection, page } = current.pending ?? { collection: 0, page: 0 };
  const disclosure = makePackage({
    provider: PROVIDER_NAME,
    case: current.id,
    reference: current.reference,
    requestDigest: current.requestDigest,
    scope,
    policyHash: current.policyHash,
    collectedAt: new Date().toISOString(),
    records,
    ...(next === undefined ? {} : { page: cursorText(current, { collection, page: page + 1, after: next }) }),
    log: makeLogProof(intent.proven, log.checkpoint),
  });
  // The log names the recipient: it is encrypted to that key, whatever was enrolled since.
  const recipient = agency.encryptionKeys.find(({ thumbprint }) => thumbprint === current.pending?.recipient);
  if (recipient === undefined) throw new Error('the recipient that was announced is not the agency’s');
  const body = await encryptFor(recipient, await signPackage(disclosure), 'JWS');
  // Nothing leaves before the log's stream has what left: this commit comes before the answer.
  const { digest } = disclosure;
  await settle(current, (latest) => {
    checkCollectable(latest, event.at, cursor);
    const { collectedAt } = disclosure;
    return collected(latest, { at: collectedAt, records, epochKeys, digest, more: next !== undefined });
  });
  count('Collections');
  return { statusCode: 200, headers: { 'content-type': 'application/jose' }, body };
}

/** Ends the intent that this call carried out. If another call ended it first, this one answers nothing. */
async function settle(current: Case, act: (latest: Case) => ReturnType<typeof collected>): Promise<void> {
  await change(current.id, (latest) => {
    if (latest.pending?.entry !== current.pending?.entry) throw new WireError('try-again');
    return act(latest);
  });
}

async function agencyOf(event: Signed<Collection>): Promise<AgencyRecord> {
  const agency = await getAgency(event.caller.key.agency ?? '');
  if (agency === undefined) throw new WireError('key-role');
  return agency;
}

function later(current: Case): Answer {
  return json(202, viewCase(current), { 'retry-after': '2' });
}
