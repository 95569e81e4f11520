import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import { openJws } from '#core/jws.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { readEntry, type StreamHead } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { leafHash } from '#core/log/tree.ts';
import type { VerificationKey } from '#core/signature/keys.ts';
import {
  type FeedPage,
  feedPage,
  firstOfPage,
  mostFeedCharacters,
  pageOfItem,
  type ReadItem,
  revocationStream,
} from './feed.ts';

/**
 * What must hold of a page of another provider's feed before anything is done by it. Its signer's key alone makes no item:
 * each is in the public log too, in the place of its number, where everybody sees it.
 */

/**
 * Why a page is refused.
 *
 * - `feed-unreachable`: nothing answers in time, or not with a page.
 * - `feed-malformed`: it is no such page, or larger than one may be.
 * - `feed-unsigned`: none of the provider's keys that were pinned signed it.
 * - `feed-origin-differs`: it is another provider's, by the name of its log.
 * - `feed-stale`: it was signed too long ago, or in the future: somebody's copy.
 * - `feed-unlogged`: the log does not have an item, as its pinned key signed the checkpoint.
 * - `feed-cut`: it lacks an item that was there before, or is of an older checkpoint.
 * - `feed-rewritten`: an item is not the one that was there before, or does not follow on it.
 */
export const feedFaults = [
  'feed-unreachable',
  'feed-malformed',
  'feed-unsigned',
  'feed-origin-differs',
  'feed-stale',
  'feed-unlogged',
  'feed-cut',
  'feed-rewritten',
] as const;
export type FeedFault = (typeof feedFaults)[number];

export class FeedError extends Error {
  override name = 'FeedError';
  readonly code: FeedFault;

  constructor(code: FeedFault, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Who publishes a feed: both of its keys are known beforehand. */
export interface FeedSigner {
  log: VerifierKey;
  /** P-256. */
  keys: readonly VerificationKey[];
}

/** How far a reader came: the last item's number and entry, and the size of the checkpoint that showed it. */
export interface FeedPlace {
  head: StreamHead;
  size: bigint;
}

export const beginning: FeedPlace = { head: { n: 0, hash: '' }, size: 0n };

/** A page's items, and the place after them. */
export interface VerifiedPage {
  items: readonly (ReadItem & { digest: string })[];
  place: FeedPlace;
  more: boolean;
  issuedAt: string;
}

/** An answer is kept for a minute, and clocks differ. */
const freshSeconds = 600;
const aheadSeconds = 60;

/**
 * @param page which one was asked for
 * @param seen how far the reader came before
 * @param now ISO 8601
 * @throws FeedError
 */
export function verifyFeedPage(
  jws: string,
  signer: FeedSigner,
  { page, seen, now }: { page: number; seen: FeedPlace; now: string },
): VerifiedPage {
  if (jws.length > mostFeedCharacters) throw new FeedError('feed-malformed');
  const payload = openJws(jws, 'writ-revocations+jws', signer.keys);
  if (payload === undefined) throw new FeedError('feed-unsigned');
  const { data } = feedPage.safeParse(payload);
  if (data?.page !== page) throw new FeedError('feed-malformed');
  if (data.provider !== signer.log.name) throw new FeedError('feed-origin-differs');
  checkFresh(data.issuedAt, now);
  const size = sizeOf(data, signer.log);
  if (size < seen.size) throw new FeedError('feed-cut');
  const { items, head } = follow(data, signer.log, seen.head);
  return { items, place: { head, size }, more: data.more, issuedAt: data.issuedAt };
}

function checkFresh(issuedAt: string, now: string): void {
  const age = (Date.parse(now) - Date.parse(issuedAt)) / 1000;
  if (!(age <= freshSeconds && age >= -aheadSeconds)) throw new FeedError('feed-stale');
}

function sizeOf({ checkpoint }: FeedPage, key: VerifierKey): bigint {
  try {
    return openCheckpoint(checkpoint, key).size;
  } catch (cause) {
    throw unlogged(cause);
  }
}

/** Goes through the page's items, each the entry of its number, and each naming the one before. */
function follow(
  { page, items, checkpoint }: FeedPage,
  key: VerifierKey,
  seen: StreamHead,
): { items: VerifiedPage['items']; head: StreamHead } {
  let before: StreamHead | undefined = page === 0 ? beginning.head : undefined;
  if (seen.n === firstOfPage(page) - 1) before = seen;
  const verified = items.map(({ item, entry, proof }, i) => {
    if (item.n !== firstOfPage(page) + i) throw new FeedError('feed-malformed');
    const head = headOf({ item, entry, proof }, checkpoint, key, before);
    if (head.n === seen.n && head.hash !== seen.hash) throw new FeedError('feed-rewritten');
    before = head;
    return { ...item, digest: jsonDigest(item) };
  });
  const last = before ?? beginning.head;
  // A page that lacks what was seen of it was cut, or is an older one.
  if (seen.n > 0 && pageOfItem(seen.n) === page && last.n < seen.n) throw new FeedError('feed-cut');
  return { items: verified, head: last.n < seen.n ? seen : last };
}

/** Where the stream stands after an item. */
function headOf(
  { item, entry, proof }: Pick<FeedPage['items'][number], 'item' | 'entry' | 'proof'>,
  checkpoint: string,
  key: VerifierKey,
  before: StreamHead | undefined,
): StreamHead {
  const bytes = logged(() => {
    verifyLogProof({ entry, proof, checkpoint }, key);
    return utf8(canonicalJson(entry));
  });
  const read = logged(() => readEntry(bytes).entry);
  const isIts =
    read?.kind === 'revocation.published' &&
    read.stream === revocationStream &&
    read.n === item.n &&
    read.data.item === jsonDigest(item) &&
    read.data.because === item.reason;
  if (!isIts) throw new FeedError('feed-unlogged');
  if (before !== undefined && (read.previous ?? '') !== before.hash) throw new FeedError('feed-rewritten');
  return { n: item.n, hash: toHex(leafHash(bytes)) };
}

function logged<T>(act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw unlogged(cause);
  }
}

function unlogged(cause: unknown): unknown {
  return cause instanceof LogError ? new FeedError('feed-unlogged', { cause }) : cause;
}
