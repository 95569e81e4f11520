import { DecryptCommand } from '@aws-sdk/client-kms';
import { approvedScope } from '#core/cases/acts.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { Period } from '#core/cases/scope.ts';
import type { Opened } from '#core/disclosure/records.ts';
import { inOrder, merged } from '#core/disclosure/stream.ts';
import { canonicalInstant } from '#core/instant.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import type { Kind } from '#core/vault/kinds.ts';
import { encryptionContext, privateEpochKey, recordOpener } from '#core/vault/seal.ts';
import { heldWithin } from '#core/vault/validity.ts';
import { kms } from './clients.ts';
import { type Share, type StoredEpochKey, sealedItems, shareOf } from './vault.ts';

type Opener = ReturnType<typeof recordOpener>;

/** A epoch key that a grant of the case opens, for one subject of the request. */
interface Door {
  index: number;
  epochKey: StoredEpochKey;
  share: Share;
  /** Unwraps the epoch key's key when it is first needed, and once. */
  opener: () => Promise<Opener>;
}

/**
 * Opens what a case's grants open, within its approved period: one `kms:Decrypt` a epoch key, whatever the number of
 * records in it, and none for a epoch key that is not read. Numbers first, then log-ins in order of time, as a stream:
 * whoever has enough stops.
 *
 * @param from.after only log-ins later than this instant
 * @param from.onUnwrapped called for each epoch key whose key KMS has unwrapped
 * @throws CaseError grant-missing when KMS refuses, data-forgotten when the key is gone
 */
export async function* openRecords(
  current: Case,
  from: { after: string | undefined; onUnwrapped: () => void },
): AsyncGenerator<Opened> {
  const { after } = from;
  const doors = await doorsOf(current, from.onUnwrapped);
  for (const door of doors.filter(({ epochKey }) => epochKey.kind === 'phone')) yield* numbersIn(door);
  yield* merged([...byShare(doors, 'access').values()].map((group) => logins(group, after)));
}

async function doorsOf(current: Case, onUnwrapped: () => void): Promise<Door[]> {
  const scope = approvedScope(current);
  const openers = new Map<Grant, () => Promise<Opener>>();
  const doors: Door[] = [];
  for (const index of scope.subjects) {
    for (const holder of current.subjects[index] ?? []) {
      const share = await shareOf(holder, scope);
      for (const epochKey of share?.epochKeys ?? []) {
        const grant = grantFor(current, epochKey);
        // A epoch key that came to be after the grants were minted has none: it stays shut.
        if (share === undefined || grant === undefined) continue;
        const opener = openers.get(grant) ?? once(() => unwrap(epochKey, grant, onUnwrapped));
        openers.set(grant, opener);
        doors.push({ index, epochKey, share, opener });
      }
    }
  }
  return doors;
}

function grantFor(current: Case, epochKey: StoredEpochKey): Grant | undefined {
  return current.grants?.find(
    (grant) => epochKeyName(grant) === epochKeyName(epochKey) && grant.keyId === epochKey.keyId,
  );
}

/** The doors of one kind, those of one holder together. */
function byShare(doors: readonly Door[], kind: Kind): Map<Share, Door[]> {
  return Map.groupBy(
    doors.filter(({ epochKey }) => epochKey.kind === kind),
    ({ share }) => share,
  );
}

async function* numbersIn({ index, epochKey, share, opener }: Door): AsyncGenerator<Opened> {
  const { period, numbers } = share;
  // A number lies where it was set, maybe long before it was asked for.
  for await (const item of sealedItems(epochKey, epochBounds(epochKey.epoch))) {
    for (const { at, record } of (await opener())(item)) {
      const validity = numbers.find((v) => v.from === at);
      if (record.kind !== 'phone' || validity === undefined || !heldWithin(validity, period)) continue;
      const until = validity.to === undefined ? {} : { validTo: validity.to };
      yield { subject: index, kind: 'phone', phone: record.phone, validFrom: at, ...until };
    }
  }
}

type Login = Opened & { kind: 'access' };

/** One holder's log-ins in order of time, month after month. */
async function* logins(doors: readonly Door[], after = ''): AsyncGenerator<Login> {
  const inTime = doors.toSorted((a, b) => (a.epochKey.epoch < b.epochKey.epoch ? -1 : 1));
  for (const month of Map.groupBy(inTime, ({ epochKey }) => epochKey.epoch).values()) {
    yield* merged(month.map((door) => loginsIn(door, after)));
  }
}

async function* loginsIn({ index, epochKey, share, opener }: Door, after: string): AsyncGenerator<Login> {
  const span = spanIn(epochKey, share.period);
  if (after >= span.to) return;
  const from = after > span.from ? after : span.from;
  for await (const { at, record } of inOrder(opened({ ...span, from }, epochKey, opener))) {
    if (at < span.from || at >= span.to || at <= after || record.kind !== 'access') continue;
    yield { subject: index, kind: 'access', at, ip: record.ip, port: record.port };
  }
}

/** The items that may hold records of a span: an item holds a day's, and may have begun before the span did. */
async function* opened(span: Period, epochKey: StoredEpochKey, opener: Door['opener']) {
  const day = `${span.from.slice(0, 'YYYY-MM-DD'.length)}T00:00:00.000Z`;
  for await (const item of sealedItems(epochKey, { from: day, to: span.to })) {
    yield { at: item.at, records: (await opener())(item) };
  }
}

/** Which part of a period lies in a epoch key's month. */
function spanIn(epochKey: StoredEpochKey, period: Period): Period {
  const epoch = epochBounds(epochKey.epoch);
  const [from, to] = [canonicalInstant(period.from), canonicalInstant(period.to)];
  return { from: from > epoch.from ? from : epoch.from, to: to < epoch.to ? to : epoch.to };
}

async function unwrap(epochKey: StoredEpochKey, grant: Grant, onUnwrapped: () => void): Promise<Opener> {
  const { subject, kind, epoch } = epochKey;
  try {
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        KeyId: epochKey.keyId,
        CiphertextBlob: epochKey.wrappedKey,
        EncryptionContext: encryptionContext(epochKey),
        GrantTokens: [grant.token],
      }),
    );
    if (Plaintext === undefined) throw new Error('KMS gave no plaintext');
    onUnwrapped();
    const key = privateEpochKey(Plaintext);
    Plaintext.fill(0);
    return recordOpener({ subject, kind, epoch }, key);
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'AccessDeniedException') throw new CaseError('grant-missing');
    // Its month is past retention, and its key destroyed (I10).
    if (name === 'KMSInvalidStateException' || name === 'NotFoundException')
      throw new CaseError('data-forgotten');
    throw error;
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
