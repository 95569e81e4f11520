import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DecryptCommand, paginateListGrants } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { collect, collectOnce, type Disclosure, submitRequest, withdrawRequest } from '#client/agency.ts';
import { howCounted } from '#client/cli/due-text.ts';
import { RefusedError } from '#client/errors.ts';
import { prepare, type Session, send } from '#client/exchange.ts';
import { decideReview, listReviews, showReview } from '#client/reviewer.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { CaseView } from '#core/cases/case.ts';
import { askedScope } from '#core/cases/request.ts';
import { scopeText } from '#core/cases/scope.ts';
import { tileAt, tilePath } from '#core/log/tiles.ts';
import type { ProblemCode } from '#core/problem.ts';
import { encryptionContext } from '#core/vault/seal.ts';
import { asAdministrator, asRole, roleOf } from './as.ts';
import { mirror, tamper } from './audit.ts';
import type { Aws } from './aws.ts';
import { countSealed, recordsExpected, sendEvents, until } from './feed.ts';
import { invoke } from './invoke.ts';
import { readLog } from './log.ts';
import type { Plot } from './plot.ts';
import type { Teller } from './teller.ts';
import { liveVaultKeys } from './vault-keys.ts';
import type { World } from './world.ts';
import { writ } from './writ.ts';

/**
 * One disclosure, end to end, as it really happens: each function is a chapter, acts through `client/` as agencies
 * and reviewers do, looks as an operator can, and throws if anything is not as it tells.
 */
export async function sealing(world: World, plot: Plot, tell: Teller): Promise<void> {
  tell.chapter('Identity events stream in and are sealed');
  const before = await countSealed(world.aws, world.outputs);
  await sendEvents(world.aws, world.outputs, plot.events);
  const sealed = await until(
    'all events are sealed',
    async () => {
      const count = (await countSealed(world.aws, world.outputs)) - before;
      return count >= recordsExpected(plot.events) && count;
    },
    120_000,
  );
  tell.fact(`${plot.events.length} events sent to Kinesis, ${sealed} records in the vault`);
  const [item] = await vaultItems(world);
  if (item === undefined) throw new Error('the vault is empty');
  const stored = JSON.stringify(item, (_, value) => (value instanceof Uint8Array ? hex(value) : value));
  const known = plot.events.flatMap((e) => {
    if (e.kind === 'access') return [e.account, e.ip];
    return [e.account, e.kind === 'phone' ? e.phone : e.username];
  });
  // A name of two letters stands in any random text.
  const telling = known.filter((value) => value.length > 5);
  check(!telling.some((value) => stored.includes(value)), 'no stored item shows who or where');
  tell.fact('A stored item, as the operator sees it: whose it is and what it says cannot be read');
  tell.detail(`${item.pk} ${item.sk.split('#').slice(0, 3).join('#')}`);
  tell.detail(`sealed ${hex(item.sealed).slice(0, 72)}…`);
}

export async function asking(world: World, plot: Plot, tell: Teller): Promise<CaseView> {
  tell.chapter('An agency asks');
  const { session } = world.agency;
  const unsigned = await fetch(`${session.url}/v1/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plot.request),
  });
  const { code } = z.object({ code: z.string() }).parse(await unsigned.json());
  check(unsigned.status === 401 && code === 'signature-missing', 'an unsigned request is refused');
  tell.fact(`Unsigned: refused (${unsigned.status} ${code})`);

  const tampered = await prepare(session, 'POST', '/v1/requests', plot.request);
  const swapped = JSON.stringify({ ...plot.request, reference: 'somebody else’s' });
  await refused(tell, 'One word changed on the way', 'digest-mismatch', () =>
    send(session, { ...tampered, body: new TextEncoder().encode(swapped) }),
  );
  const view = await submitRequest(session, plot.request);
  check(view.requestDigest === jsonDigest(plot.request), 'the case has the digest of what was asked');
  tell.fact(`Signed by an enrolled key: accepted, ${view.status}, answer due ${view.dueAt}`);
  tell.detail(howCounted(view, plot.law.policy));
  tell.detail(`request digest ${view.requestDigest}`);

  const once = await prepare(session, 'GET', `/v1/requests/${view.id}`);
  await send(session, once);
  await refused(tell, 'The same signed message a second time', 'replayed', () => send(session, once));
  await refused(tell, 'Collecting before approval', 'case-not-approved', () =>
    collectOnce(session, view.id, world.agency.encryptionKey),
  );
  return view;
}

export async function deciding(world: World, plot: Plot, view: CaseView, tell: Teller): Promise<void> {
  tell.chapter('Two reviewers decide');
  const [first, second] = world.reviewers;
  if (first === undefined || second === undefined) throw new Error('two reviewers are needed');
  const waiting = await listReviews(first.session, 'AwaitingApproval');
  const review = await showReview(first.session, view.id);
  check(
    waiting.some((line) => line.id === view.id),
    'the case is on the desk',
  );
  const exists = review.exists.map((e) => `${e.category} in ${e.epochs.join(', ') || 'no month'}`).join('; ');
  tell.fact(`The desk sees what is asked, by whom, on what basis, and what exists: ${exists}`);

  const approve = (session: Session) =>
    decideReview(session, view.id, {
      decision: 'approve',
      requestDigest: view.requestDigest,
      scope: plot.scope,
      reason: 'order checked',
    });
  const one = await approve(first.session);
  check(one.status === 'AwaitingApproval', 'one approval opens nothing');
  const isNarrowed = scopeText(plot.scope) !== scopeText(askedScope(plot.request));
  tell.fact(
    `${first.holder} approves ${plot.scope.period.from} to ${plot.scope.period.to}${isNarrowed ? ', narrower than was asked' : ''}: still ${one.status}`,
  );
  await refused(tell, `${first.holder} approves again`, 'decision-repeated', () => approve(first.session));
  const two = await approve(second.session);
  check(two.status === 'AwaitingDisclosure', 'two approvals complete the case');
  tell.fact(`${second.holder} approves the same digest and scope: ${two.status}`);

  await until('the grants are minted', async () =>
    (await readLog(world)).some(
      ({ entry }) => entry.kind === 'grant.minted' && entry.stream === `case/${view.id}`,
    ),
  );
  const grants = await grantsOf(world.aws, world);
  tell.fact(`The approvals are in the log; ${grants.length} KMS grants appeared, for collect’s role alone:`);
  for (const { Operations, Constraints } of grants) {
    const { subject = '', kind, epoch } = Constraints?.EncryptionContextEquals ?? {};
    tell.detail(
      `${Operations?.join()} only where subject=${subject.slice(0, 6)}… kind=${kind} epoch=${epoch}`,
    );
  }
}

export async function collecting(
  world: World,
  plot: Plot,
  view: CaseView,
  tell: Teller,
): Promise<Disclosure> {
  tell.chapter('The agency collects');
  const disclosure = await collect(world.agency.session, view.id, world.agency.encryptionKey);
  const { records, scope, digest, log } = disclosure.package;
  tell.fact(`Decrypted with the agency’s key, signed by the provider: ${records.length} records, ${digest}`);
  const expected = expectedRecords(plot);
  check(jsonDigest(records) === jsonDigest(expected), 'the records are exactly the approved scope');
  tell.fact(`They are exactly the approved scope: ${scope.categories.join(', ')}, nothing else of anybody`);
  tell.fact(`Entry ${log.proof.index} of the log announced this before anything was opened`);
  return disclosure;
}

export async function auditing(world: World, view: CaseView, tell: Teller): Promise<void> {
  tell.chapter('The log keeps it');
  const Bucket = world.outputs.LogBucketName;
  const log = await until('the collection is in the log', async () => {
    const entries = await readLog(world);
    return (
      entries.some(
        ({ entry }) => entry.kind === 'collection.completed' && entry.stream === `case/${view.id}`,
      ) && entries
    );
  });
  tell.fact(
    `${log.length} entries in the Object Lock bucket, in the tree that the log’s key signed. This case’s:`,
  );
  for (const { entry, index } of log.filter((placed) => placed.entry.stream === `case/${view.id}`)) {
    tell.detail(`${String(index).padStart(3)}  ${entry.at}  ${entry.kind}`);
  }
  const admin = await asAdministrator(world.cloud, world.aws);
  try {
    // What was written before the deployment was over, the emulator did not lock yet: the newest it did.
    const Key = tilePath(tileAt('entries', BigInt(log.length - 1), BigInt(log.length)));
    const { Versions } = await world.aws.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const { VersionId } = Versions?.[0] ?? {};
    const { s3 } = admin.aws;
    await denied(tell, 'An administrator deletes an entry', () =>
      s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true })),
    );
    await denied(tell, 'An administrator overwrites an entry', () =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'something else' })),
    );
    await denied(tell, 'Even the account’s root deletes the version', () =>
      world.aws.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
    );
  } finally {
    await admin.leave();
  }
}

export async function closing(world: World, view: CaseView, tell: Teller): Promise<void> {
  tell.chapter('The agency withdraws, and access ends');
  const sealedKey = await wrappedKeyInGrant(world);
  const asCollect = await asRole(
    world.cloud,
    world.aws,
    await roleOf(world.aws, world.outputs.CollectFunctionName),
  );
  const open = () => asCollect.kms.send(new DecryptCommand(sealedKey));
  check((await open()).Plaintext?.length === 32, 'collect’s role opens with the grant');
  tell.fact('With the grant, collect’s role can unwrap the key of this subject and month');
  const withdrawn = await withdrawRequest(world.agency.session, view.id);
  tell.fact(`Withdrawn: ${withdrawn.status}`);
  await until('the grants are gone', async () => (await grantsOf(world.aws, world)).length === 0);
  tell.fact('No grant is left in KMS');
  await refused(tell, 'Collecting', 'case-closed', () =>
    collectOnce(world.agency.session, view.id, world.agency.encryptionKey),
  );
  await denied(tell, 'Straight to KMS with the credentials of collect’s role', open);
}

/** Anybody checks it all, with the public log and nothing else. */
export async function checking(
  world: World,
  files: { log: string; disclosure: string },
  tell: Teller,
): Promise<number> {
  tell.chapter('Anybody checks');
  const count = await mirror(world, files.log);
  tell.fact(`The public log, copied without a key or an account: ${count} files`);
  const [key, provider] = ['log.vkey', 'provider.json'].map((name) => join(files.log, name));
  const offline = ['--dir', files.log, '--key', `@${key}`];
  const verified = await writ(['log', 'verify', ...offline, '--json']);
  check(verified.code === 0, 'the log verifies');
  const { size } = z.object({ size: z.string() }).parse(JSON.parse(verified.out));
  tell.fact(`writ log verify: ${size} entries, every tile and the root as signed, and a history that can be`);
  const proven = await writ(['log', 'prove', files.disclosure, '--provider', String(provider)]);
  check(proven.code === 0, 'the disclosure is proven');
  tell.fact(`writ log prove: ${lastLine(proven.out)}`);
  const copy = `${files.log}-tampered`;
  const changed = BigInt(size) / 2n;
  tamper(files.log, copy, changed, BigInt(size));
  const caught = await writ(['log', 'verify', '--dir', copy, '--key', `@${key}`]);
  rmSync(copy, { recursive: true });
  check(caught.code === 1 && caught.out.includes(`entry ${changed} `), 'the change is caught');
  tell.fact(`One letter changed in a copy: ${lastLine(caught.out)}`);
  // What the clock does every hour.
  await invoke(world, 'Report', { time: new Date().toISOString() });
  const online = ['--url', `${world.cloud.url}/v1`, '--key', `@${key}`];
  const report = await writ(['report', ...online, '--verify'], { NODE_EXTRA_CA_CERTS: world.cloud.caFile });
  check(report.code === 0, 'the transparency report is what the log says');
  tell.fact('The published transparency report is what the log’s entries add up to');
  return Number(size);
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? '';

/** The provider's backend erases an account (GDPR Art. 17). */
export async function erasing(world: World, plot: Plot, tell: Teller): Promise<void> {
  tell.chapter('An account is erased');
  // Where there is another than the one whose data is preserved.
  const subject = accountOf(plot);
  const account = plot.events.find((e) => e.account !== subject)?.account ?? subject;
  const before = await countSealed(world.aws, world.outputs);
  const { FunctionError, Payload } = await world.aws.lambda.send(
    new InvokeCommand({
      FunctionName: world.outputs.ForgetFunctionName,
      Payload: JSON.stringify({ account }),
    }),
  );
  check(FunctionError === undefined, 'forget answers');
  const { erased, preserved } = z
    .object({ erased: z.array(z.unknown()), preserved: z.array(z.unknown()) })
    .parse(JSON.parse(Buffer.from(Payload ?? []).toString()));
  if (preserved.length > 0)
    tell.fact(`What is preserved of it stays until that ends: ${preserved.length} of its months`);
  check(erased.length + preserved.length > 0, 'the account is erased');
  const gone = before - (await countSealed(world.aws, world.outputs));
  const its = plot.events.filter((e) => e.account === account);
  check(preserved.length > 0 || gone >= recordsExpected(its), 'its records are gone');
  tell.fact(`${erased.length} of its months lost their keys, and with them ${gone} records`);
  await until('the erasure is in the log', async () =>
    (await readLog(world)).some(({ entry }) => entry.kind === 'account.erased'),
  );
  tell.fact('The log says that an account was erased, and not whose');
}

/** Whom the order is about. */
function accountOf({ events, request }: Pick<Plot, 'events' | 'request'>): string | undefined {
  const subject = request.subjects[0];
  return subject?.kind === 'phone'
    ? events.find((e) => e.kind === 'phone' && e.phone === subject.value)?.account
    : subject?.value;
}

/** What an approved scope should yield, worked out from the events themselves and not by Writ's code. */
export function expectedRecords(plot: Omit<Plot, 'law'>): unknown[] {
  const { events, request, scope } = plot;
  const subject = request.subjects[0];
  const account = accountOf(plot);
  const mine = events.filter((e) => e.account === account);
  const numbers = mine
    .filter((e) => e.kind === 'phone')
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  // A number stands for its holder from when it was set until the next one was.
  const set = subject?.kind === 'phone' ? numbers.findIndex((e) => e.phone === subject.value) : -1;
  const from = Math.max(Date.parse(scope.period.from), Date.parse(numbers[set]?.at ?? '') || 0);
  const to = Math.min(
    Date.parse(scope.period.to),
    Date.parse((set < 0 ? undefined : numbers[set + 1]?.at) ?? '') || Infinity,
  );
  const wire = (at: string) => at.replace('.000Z', 'Z');
  const logins = mine
    .filter((e) => e.kind === 'access')
    .filter((e) => Date.parse(e.at) >= from && Date.parse(e.at) < to)
    .map(({ at, ip, port, outcome }) => ({
      at: wire(at),
      ip,
      port,
      ...(outcome === undefined ? {} : { outcome }),
    }));
  const distinct = [...new Set(logins.map((l) => JSON.stringify(l)))].map((text) => JSON.parse(text));
  const latest = new Map(
    logins
      .filter(({ outcome }) => outcome === undefined)
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.port - b.port)
      .map((l) => [l.ip, l]),
  );
  const phones = numbers.flatMap((e, i) => {
    const next = numbers[i + 1];
    const held = Date.parse(e.at) < to && (next === undefined || Date.parse(next.at) > from);
    const until = next === undefined ? {} : { validTo: wire(next.at) };
    return held ? [{ phone: e.phone, validFrom: wire(e.at), ...until }] : [];
  });
  const per = {
    TrafficData: distinct,
    UserIdentifyingData: [...latest.values()],
    SubscriberData: phones,
  };
  return scope.categories
    .flatMap((category) => per[category].map((r) => ({ subject: 0, category, ...r })))
    .map((record) => ({
      record,
      time: Date.parse(record.at ?? record.validFrom),
      text: JSON.stringify(record),
    }))
    .sort((a, b) => a.time - b.time || (a.text < b.text ? -1 : 1))
    .map(({ record }) => record);
}

/** Every live grant on a vault key. */
export async function grantsOf(aws: Aws, world: World) {
  const lists = await Promise.all(
    (await liveVaultKeys(aws, world.outputs)).map(({ arn: KeyId }) =>
      Array.fromAsync(paginateListGrants({ client: aws.kms }, { KeyId })),
    ),
  );
  return lists.flat().flatMap(({ Grants = [] }) => Grants);
}

/** A wrapped key that some live grant opens, as a call to KMS. */
export async function wrappedKeyInGrant(world: World) {
  const [grant] = await grantsOf(world.aws, world);
  const { subject = '', kind, epoch = '' } = grant?.Constraints?.EncryptionContextEquals ?? {};
  const { Items } = await world.aws.dynamo.send(
    new ScanCommand({
      TableName: world.outputs.VaultTableName,
      FilterExpression: 'pk = :pk AND sk = :sk',
      ExpressionAttributeValues: { ':pk': subject, ':sk': `key#${kind}#${epoch}` },
    }),
  );
  const item = z.object({ wrappedKey: z.custom<Uint8Array>(), keyId: z.string() }).parse(Items?.[0]);
  return {
    KeyId: item.keyId,
    CiphertextBlob: item.wrappedKey,
    EncryptionContext: encryptionContext({ subject, kind: kind === 'phone' ? 'phone' : 'access', epoch }),
  };
}

async function vaultItems(world: World) {
  const { Items } = await world.aws.dynamo.send(
    new ScanCommand({
      TableName: world.outputs.VaultTableName,
      FilterExpression: 'begins_with(sk, :rec)',
      ExpressionAttributeValues: { ':rec': 'rec#' },
    }),
  );
  return z.array(z.object({ pk: z.string(), sk: z.string(), sealed: z.custom<Uint8Array>() })).parse(Items);
}

/** An attempt that Writ must refuse with just this code. */
export async function refused(
  tell: Teller,
  what: string,
  code: ProblemCode,
  attempt: () => Promise<unknown>,
): Promise<void> {
  const error = await attempt().then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof RefusedError) || error.code !== code) {
    throw new Error(`${what}: expected ${code}`, { cause: error });
  }
  tell.fact(`${what}: refused (${error.status} ${code})`);
}

/** An attempt that AWS must deny. */
async function denied(tell: Teller, what: string, attempt: () => Promise<unknown>): Promise<void> {
  const error = await attempt().then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof Error) || !/^AccessDenied/.test(error.name)) {
    throw new Error(`${what}: expected AccessDenied`, { cause: error });
  }
  tell.fact(`${what}: ${error.name}`);
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`This does not hold: ${what}`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
