import { sameBytes } from '#core/bytes.ts';
import type { Case, Grant } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { StoredScope } from '#core/cases/stored.ts';
import { dayOf } from '#core/instant.ts';
import { KmsRefusal, type VaultKms } from '#core/ports.ts';
import type { GrantTokens } from '#core/state/grant-tokens.ts';
import { keyPairName, type StoredEpochKey, type VaultState, wrappedBy } from '#core/state/vault.ts';
import { epochKeyItemKey } from '#core/state/vault-items.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import { publicKeyOf } from '#core/vault/hpke.ts';
import { isLasting, isLastingRecord, spanOf } from '#core/vault/kinds.ts';
import { privateEpochKey, recordOpener } from '#core/vault/seal.ts';
import { heldWithin } from '#core/vault/validity.ts';
import type { Opened } from './records.ts';
import { type Share, shareOf } from './shares.ts';
import { inOrder, merged } from './stream.ts';

type Opener = ReturnType<typeof recordOpener>;

/** An epoch key that a grant of the case opens, for one subject of the request. */
interface Opening {
  index: number;
  epochKey: StoredEpochKey;
  share: Share;
  /** Unwraps the private key when it is first needed, and once. */
  opener: () => Promise<Opener>;
}

type Moment = Extract<Opened, { at: string }>;

/** Opens what a case's grants open. */
export function recordsOpener({
  vault,
  kms,
  tokens,
}: {
  vault: VaultState;
  kms: Pick<VaultKms, 'unwrap'>;
  tokens: Pick<GrantTokens, 'of'>;
}) {
  async function openingsOf(current: Case, scope: StoredScope, onUnwrapped: () => void): Promise<Opening[]> {
    const tokenOf = await tokens.of(current.id, current.grants ?? []);
    // An account that came back after its erasure has another key pair, which the same grant may name.
    const openers = new Map<string, () => Promise<Opener>>();
    const openings: Opening[] = [];
    for (const index of scope.subjects) {
      for (const holder of current.subjects[index] ?? []) {
        const share = await shareOf(vault, holder, scope);
        for (const epochKey of share?.epochKeys ?? []) {
          const grant = grantFor(current, epochKey);
          // An epoch key that came to be after the grants were minted has none: it stays shut.
          if (share === undefined || grant === undefined) continue;
          const name = keyPairName(epochKey);
          const opener =
            openers.get(name) ??
            once(() => unwrap(epochKey, grant.keyId, tokenOf.get(grant.grantId), onUnwrapped));
          openers.set(name, opener);
          openings.push({ index, epochKey, share, opener });
        }
      }
    }
    return openings;
  }

  async function unwrap(
    epochKey: StoredEpochKey,
    keyId: string,
    token: string | undefined,
    onUnwrapped: () => void,
  ): Promise<Opener> {
    const { subject, kind, epoch, publicKey } = epochKey;
    const { wrappedKey } = wrappedBy(epochKey, keyId) ?? epochKey;
    const of = { subject, kind, epoch };
    try {
      const raw = await kms.unwrap(keyId, of, wrappedKey, token);
      onUnwrapped();
      const key = privateEpochKey(raw);
      raw.fill(0);
      // Another key pair of this month, put in the place of this one, would open as well: nothing is opened with it.
      if (!sameBytes(publicKeyOf(key), publicKey)) return vault.refuse(epochKeyItemKey(epochKey));
      return recordOpener(of, key);
    } catch (error) {
      if (!(error instanceof KmsRefusal)) throw error;
      if (error.code === 'denied') throw new CaseError('grant-missing', { cause: error });
      // Its month is past retention, and its key destroyed (I10).
      if (error.code === 'gone' || error.code === 'unknown')
        throw new CaseError('data-forgotten', { cause: error });
      throw error;
    }
  }

  async function* lastingIn({ index, epochKey, share, opener }: Opening): AsyncGenerator<Opened> {
    // What lasts lies where it was set, maybe long before it was asked for.
    for await (const item of vault.sealedItems(epochKey, epochBounds(epochKey.epoch))) {
      for (const { at, record } of (await opener())(item)) {
        if (!isLastingRecord(record)) continue;
        const validity = share.held[record.kind].find(({ from }) => from === at);
        if (validity === undefined || !heldWithin(validity, share.period)) continue;
        const until = validity.to === undefined ? {} : { validTo: validity.to };
        yield { subject: index, ...record, validFrom: at, ...until };
      }
    }
  }

  /** One holder's records of moments in order of time, month after month. */
  async function* momentsOf(openings: readonly Opening[], after: string): AsyncGenerator<Moment> {
    const inTime = openings.toSorted((a, b) => (a.epochKey.epoch < b.epochKey.epoch ? -1 : 1));
    for (const month of Map.groupBy(inTime, ({ epochKey }) => epochKey.epoch).values())
      yield* merged(month.map((opening) => momentsIn(opening, after)));
  }

  async function* momentsIn(
    { index, epochKey, share, opener }: Opening,
    after: string,
  ): AsyncGenerator<Moment> {
    const span = spanOf(epochKey.kind, epochKey.epoch, share.period);
    if (after >= span.to) return;
    const from = after > span.from ? after : span.from;
    for await (const { at, record } of inOrder(opened({ ...span, from }, epochKey, opener))) {
      if (at < span.from || at >= span.to || at <= after || isLastingRecord(record)) continue;
      yield { subject: index, at, ...record };
    }
  }

  /** The items that may hold records of a span: an item holds a day's, and may have begun before the span did. */
  async function* opened(span: Share['period'], epochKey: StoredEpochKey, opener: Opening['opener']) {
    for await (const item of vault.sealedItems(epochKey, { from: dayOf(span.from), to: span.to }))
      yield { at: item.at, records: (await opener())(item) };
  }

  /**
   * Opens what a case's grants open, within its approved period: one `kms:Decrypt` an epoch key, whatever the number of
   * records in it, and none for an epoch key that is not read. What lasts comes first, then what happened in a moment in
   * order of time, as a stream: the caller stops when it has enough.
   *
   * @param from.after only moments later than this instant
   * @param from.onUnwrapped called for each epoch key whose private key KMS has unwrapped
   * @throws CaseError grant-missing when KMS refuses, data-forgotten when the key is gone
   */
  return async function* openRecords(
    current: Case,
    {
      scope,
      after = '',
      onUnwrapped,
    }: { scope: StoredScope; after: string | undefined; onUnwrapped: () => void },
  ): AsyncGenerator<Opened> {
    const openings = await openingsOf(current, scope, onUnwrapped);
    const { lasting = [], moments = [] } = Object.groupBy(openings, ({ epochKey }) =>
      isLasting(epochKey.kind) ? 'lasting' : 'moments',
    );
    for (const opening of lasting) yield* lastingIn(opening);
    const byShare = Map.groupBy(moments, ({ share }) => share);
    yield* merged([...byShare.values()].map((some) => momentsOf(some, after)));
  };
}
function grantFor(current: Case, epochKey: StoredEpochKey): Grant | undefined {
  return current.grants?.find(
    (grant) =>
      epochKeyName(grant) === epochKeyName(epochKey) && wrappedBy(epochKey, grant.keyId) !== undefined,
  );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
