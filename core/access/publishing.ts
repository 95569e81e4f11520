import { jsonDigest } from '#core/canonical.ts';
import { signJws } from '#core/jws.ts';
import { makeLogProof } from '#core/log/proof.ts';
import { inParallel } from '#core/parallel.ts';
import { inParts } from '#core/parts.ts';
import type { Chance, Clock, ProviderSigner, Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import {
  type FeedPage,
  firstOfPage,
  pageItems,
  type RevocationItem,
  revocationStream,
} from '#core/revocations/feed.ts';
import { decideUntilFirst } from '#core/state/commit.ts';
import type { PublishedLog } from '#core/state/published-log.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { isToPublish, type RevocationState } from '#core/state/revocations.ts';

/** What tells other providers of agency keys that were revoked for misuse. */
export interface PublishingPorts {
  registry: Pick<RegistryState, 'getKey' | 'revokedKeys'>;
  revocations: Pick<RevocationState, 'publish'>;
  clock: Clock;
  chance: Chance;
  watch: Watch;
}

/**
 * Numbers what was revoked since, and commits each with its entry. It follows the revocation, and is no part of it: a
 * revocation must not wait for a record that all revocations share, and that somebody could spoil.
 */
export function revocationPublisher(ports: PublishingPorts): () => Promise<void> {
  const { registry, revocations, watch } = ports;
  /** @throws PartsFailed */
  return async () => {
    const parts = inParts(watch, 'revocations to publish');
    for await (const listed of registry.revokedKeys()) {
      if (!isToPublish(listed)) continue;
      // The list may be a moment behind.
      await parts.attempt({}, () =>
        decideUntilFirst(ports, async () => {
          const key = await registry.getKey(listed.keyId);
          if (key !== undefined) await revocations.publish(key);
        }),
      );
    }
    parts.finish();
  };
}

export interface FeedPorts {
  revocations: Pick<RevocationState, 'page'>;
  readLog(): Promise<PublishedLog | undefined>;
  provider: ProviderSigner;
  logOrigin: string;
  clock: Pick<Clock, 'now'>;
  watch: Watch;
}

/** How long a signed page is handed out again: anybody may ask, and each signature takes of what KMS signs in a second. */
const keptMs = 60_000;
/** So many pages are kept: 50,000 items. */
const mostPages = 1000;
/** Reads of the bucket at once. */
const readers = 8;

/** Signs pages of the feed, each at most once a minute. */
export function revocationFeed({ revocations, readLog, provider, logOrigin, clock, watch }: FeedPorts) {
  const kept = new Map<number, { until: number; jws: string }>();

  /**
   * What the log has of the items, in order. The newest may not be in it yet.
   *
   * @throws WireError record-unproven: the table is not as the log has it
   */
  async function proven(log: PublishedLog, items: readonly RevocationItem[]): Promise<FeedPage['items']> {
    const found = await inParallel(items, readers, async (item) => {
      const logged = await log.find(revocationStream, item.n);
      if (logged === undefined) return undefined;
      const { entry, proven } = logged;
      if (entry.kind !== 'revocation.published' || entry.data.item !== jsonDigest(item)) throw unproven();
      const proof = makeLogProof(proven, log.checkpoint);
      return { item, entry: proof.entry, proof: proof.proof };
    });
    const end = found.indexOf(undefined);
    return found.slice(0, end < 0 ? found.length : end).filter((one) => one !== undefined);
  }

  /** An item that somebody deleted or changed must not be passed over in silence. */
  function unproven(): WireError {
    watch.error('the feed of revoked keys is not as the log has it');
    watch.count('RecordsUnproven');
    return new WireError('record-unproven');
  }

  async function make(page: number): Promise<string> {
    const log = await readLog();
    if (log === undefined) throw new WireError('try-again');
    const stored = await revocations.page(page);
    const first = firstOfPage(page);
    if (stored.some(({ n }, i) => n !== first + i)) throw unproven();
    const items = await proven(log, stored);
    if (items.length === stored.length && stored.length < pageItems) {
      if ((await log.find(revocationStream, first + stored.length)) !== undefined) throw unproven();
    }
    if (page > 0 && items.length === 0) throw new WireError('page-unknown');
    const more =
      items.length === pageItems && (await log.find(revocationStream, first + pageItems)) !== undefined;
    const { note } = log.checkpoint;
    const signed: FeedPage = {
      feed: 1,
      provider: logOrigin,
      issuedAt: clock.now(),
      page,
      items,
      more,
      checkpoint: note,
    };
    return signJws(signed, 'writ-revocations+jws', provider);
  }

  /**
   * @returns a page as a JWS
   * @throws WireError page-unknown, record-unproven, try-again
   */
  return async (page: number): Promise<string> => {
    const now = Date.parse(clock.now());
    const known = kept.get(page);
    if (known !== undefined && now < known.until) return known.jws;
    const jws = await make(page);
    if (kept.size >= mostPages) kept.clear();
    kept.set(page, { until: now + keptMs, jws });
    return jws;
  };
}
