import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type GrantListEntry, paginateListGrants, RevokeGrantCommand } from '@aws-sdk/client-kms';
import { GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { followRequest, submitRequest } from '#client/agency.ts';
import { RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { readBundles, readCheckpoint } from '#core/log/reading.ts';
import { newTiles, TileWriter, tilePath } from '#core/log/tiles.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';
import type { ProblemCode } from '#core/problem.ts';
import { asFunction, pseudonymOf } from '#dev/as-function.ts';
import { connect } from '#dev/cloud/cloud.ts';
import { sendEvents, until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { logFiles, logKeyOf, readLog, type Told } from '#dev/log.ts';
import { approve, wholeScope } from '#dev/people.ts';
import { liveVaultKeys } from '#dev/vault-keys.ts';
import { readWorld, type World } from '#dev/world.ts';

/**
 * What tests on the running stack share: one cloud, one deployment, and data of each test's own (accounts,
 * numbers, agencies are random), so that they run side by side. Nothing here writes a table to make a step pass.
 */
let world: Promise<World> | undefined;

/** The shared deployment that `npm test` started. */
export function theWorld(): Promise<World> {
  const state = process.env.WRIT_STATE;
  if (state === undefined)
    throw new Error('Run this by npm test or npm run test:integration: it needs a deployed cloud.');
  world ??= readWorld(connect(state), join(state, 'local.json'));
  return world;
}

export { lacks } from '#dev/cloud/capabilities.ts';
export * from '#dev/people.ts';
export { asFunction, pseudonymOf };

export const newAccount = () => `account-${randomUUID()}`;
/** In the middle of a month, for tests that do something to a whole month: i10 forgets those older than nine. */
export function monthsAgo(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 15)).toISOString();
}

/** Sends events as the provider's backend does, and waits until they are sealed. */
export async function ingest(world: World, events: IdentityEvent[]): Promise<void> {
  await sendEvents(world.aws, world.outputs, events);
  for (const account of new Set(events.map((e) => e.account))) {
    const count = events.filter((e) => e.account === account && e.kind !== 'username').length;
    await until('the events are sealed', async () => (await recordsOf(world, account)) >= count, 90_000);
  }
}

/** Everything of an account in the vault, or what begins so, as an operator can read it. */
export async function itemsOf(
  world: World,
  account: string,
  prefix = '',
): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await world.aws.dynamo.send(
    new QueryCommand({
      TableName: world.outputs.VaultTableName,
      KeyConditionExpression: `pk = :pk${prefix === '' ? '' : ' AND begins_with(sk, :prefix)'}`,
      ExpressionAttributeValues: {
        ':pk': await pseudonymOf(world, account),
        ...(prefix === '' ? {} : { ':prefix': prefix }),
      },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** How many records lie in an account's items. */
export async function recordsOf(world: World, account: string): Promise<number> {
  return (await itemsOf(world, account, 'rec#')).reduce((sum, { n }) => sum + Number(n), 0);
}

/** What Kinesis hands to `seal`, of texts that need not be events. */
export function batchOf(texts: readonly string[]) {
  const from = randomUUID().replace(/\D/g, '');
  return {
    Records: texts.map((text, i) => ({
      eventSource: 'aws:kinesis',
      kinesis: {
        data: Buffer.from(text).toString('base64'),
        sequenceNumber: `49${from}${String(i).padStart(6, '0')}`,
      },
    })),
  };
}

/** A case that is approved and whose grants are minted. */
export async function approvedCase(
  world: World,
  agency: World['agency'],
  request: Request,
  scope = wholeScope(request),
): Promise<CaseView> {
  const view = await submitRequest(agency.session, request);
  await approve(world, view, scope);
  await until('the grants are minted', () => entryOf(world, view.id, 'grant.minted'), 90_000);
  return followRequest(agency.session, view.id);
}

/** The entries of one case, in the order of the log. */
export async function toldOf(world: World, caseId: string): Promise<Told[]> {
  return toldWhere(world, ({ entry }) => entry.stream === `case/${caseId}`);
}

export async function entryOf(
  world: World,
  caseId: string,
  kind: Told['entry']['kind'],
): Promise<Told | undefined> {
  return (await toldOf(world, caseId)).find(({ entry }) => entry.kind === kind);
}

/** Live grants that open one subject's epoch keys. */
export async function grantsFor(world: World, account: string): Promise<GrantListEntry[]> {
  const subject = await pseudonymOf(world, account);
  const grants = await until('the grants are listed whole', () =>
    allGrants(world).catch((error: unknown) => {
      // The grant that a page ended with was retired meanwhile: the emulator cannot go on from there.
      if (error instanceof Error && error.name === 'InvalidMarkerException') return undefined;
      throw error;
    }),
  );
  return grants.filter((g) => g.Constraints?.EncryptionContextEquals?.subject === subject);
}

/** Every grant on every vault key that is not forgotten. */
export async function allGrants(world: World): Promise<GrantListEntry[]> {
  const grants: GrantListEntry[] = [];
  for (const { arn: KeyId } of await liveVaultKeys(world.aws, world.outputs)) {
    for await (const page of paginateListGrants({ client: world.aws.kms, pageSize: 100 }, { KeyId })) {
      grants.push(...(page.Grants ?? []));
    }
  }
  return grants;
}

/** Takes grants away as an operator can. */
export async function revokeGrants(world: World, grants: readonly GrantListEntry[]): Promise<void> {
  for (const { KeyId, GrantId } of grants)
    await world.aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId }));
}

/** The code that an attempt is refused with, or what happened instead. */
export async function refusalOf(attempt: Promise<unknown>): Promise<ProblemCode | 'not refused'> {
  try {
    await attempt;
    return 'not refused';
  } catch (error) {
    if (error instanceof RefusedError) return error.code;
    throw error;
  }
}

/** The name of the error that AWS answers an attempt with, or what happened instead. */
export async function awsErrorOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'allowed';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** The log's entries that a test is about, in the order of the log. */
export async function toldWhere(world: World, which: (told: Told) => boolean): Promise<Told[]> {
  return (await readLog(world)).filter(which);
}

/** The whole log recomputed from what the bucket holds: every leaf, every tile, the root that the key signed. */
export async function treeVerifies(world: World): Promise<void> {
  const files = logFiles(world);
  const checkpoint = await readCheckpoint(files, logKeyOf(world));
  assert.ok(checkpoint);
  const { size, root } = checkpoint;
  const writer = new TileWriter();
  const made = new Map<string, Uint8Array>();
  for await (const { entries } of readBundles(files, 0n, size, size)) {
    for (const { tile, bytes } of writer.append(entries.map(leafHash))) made.set(tilePath(tile), bytes);
  }
  for (const tile of newTiles(0n, size).filter(({ level }) => level !== 'entries')) {
    const path = tilePath(tile);
    assert.deepEqual(Buffer.from((await files(path)) ?? []), Buffer.from(made.get(path) ?? []), path);
  }
  assert.ok(sameHash(writer.root(), root), 'the root is another');
}

/** Waits until a case's stream in the log has an entry of a kind, `times` times; answers the case's entries. */
export async function logged(
  world: World,
  caseId: string,
  kind: Told['entry']['kind'],
  times = 1,
): Promise<Told['entry'][]> {
  return until(
    `${kind} is in the log`,
    async () => {
      const entries = (await toldOf(world, caseId)).map(({ entry }) => entry);
      return entries.filter((entry) => entry.kind === kind).length >= times && entries;
    },
    90_000,
  );
}

/**
 * The refusals of calls that named an agency's key: first the entries of the log in their order, then what is counted of
 * those that proved nothing, each code once.
 */
export async function refusalsOf(
  world: World,
  agencyId: string,
): Promise<{ code: string; proven: boolean }[]> {
  const told = await toldWhere(
    world,
    ({ entry }) => entry.kind === 'request.refused' && entry.data.agency === agencyId,
  );
  const entries = told.flatMap(({ entry }) =>
    entry.kind === 'request.refused' ? [{ code: entry.data.code, proven: entry.data.proven }] : [],
  );
  const counted = (await countedOf(world, agencyId)).map((code) => ({ code, proven: false }));
  return [...entries, ...counted];
}

/** The codes that calls which merely named an agency's key were refused with: this hour's, the last one's, the log's. */
async function countedOf(world: World, agencyId: string): Promise<string[]> {
  const hours = [0, 1].map((back) => new Date(Date.now() - back * 3_600_000).toISOString().slice(0, 13));
  const items = await Promise.all(
    hours.map(async (hour) => {
      const Key = { pk: `refused#${hour}#agency#${agencyId}` };
      const { Item } = await world.aws.dynamo.send(
        new GetCommand({ TableName: world.outputs.CallsTableName, Key, ConsistentRead: true }),
      );
      return Object.keys(Item ?? {});
    }),
  );
  const told = await toldWhere(world, ({ entry }) => entry.kind === 'strangers.refused');
  const totals = told.flatMap(({ entry }) =>
    entry.kind === 'strangers.refused' && entry.data.agency === agencyId
      ? Object.keys(entry.data.counts)
      : [],
  );
  const codes = [...items.flat(), ...totals].filter((name) => /^[a-z][a-z-]*$/.test(name) && name !== 'pk');
  return [...new Set(codes)];
}

/** How many cases an agency has, as the table says. */
export async function casesOf(world: World, agencyId: string): Promise<number> {
  let count = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await world.aws.dynamo.send(
      new ScanCommand({
        TableName: world.outputs.CasesTableName,
        FilterExpression: 'begins_with(pk, :case) AND agency = :agency',
        ExpressionAttributeValues: { ':case': 'case#', ':agency': agencyId },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    count += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return count;
}

/** Does what time does to one case, as of an instant. */
export async function clock(world: World, caseId: string, time: string): Promise<void> {
  await invoke(world, 'Expire', { time, case: caseId });
}

/** The same session, remembering the nonce of each call: a proven refusal's entry is named by it. */
export function remembering(session: Session): { session: Session; nonces: string[] } {
  const nonces: string[] = [];
  const remember: typeof fetch = (input, init) => {
    const fields = new Headers(init?.headers).get('signature-input') ?? '';
    nonces.push(/;nonce="([^"]+)"/.exec(fields)?.[1] ?? '');
    return fetch(input, init);
  };
  return { session: { ...session, fetch: remember }, nonces };
}

/** Waits until the log tells that a call, known by its nonce, was refused to a key that had proven itself. */
export async function refusalLogged(world: World, keyId: string, code: ProblemCode, nonce: string) {
  const name = createHash('sha256').update(`${keyId}\0${code}\0${nonce}`).digest('base64url');
  return until(
    `${code} is in the log`,
    async () => (await toldWhere(world, ({ entry }) => entry.stream === `refusal/${name}`))[0]?.entry,
    90_000,
  );
}
