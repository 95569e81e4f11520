import type { FeedReader } from '#core/ports.ts';
import { mostFeedCharacters } from '#core/revocations/feed.ts';
import { FeedError } from '#core/revocations/verify.ts';

/** How long a page may take, its last byte included. */
const patienceMs = 10_000;

/** Reads pages of other providers' feeds. No redirect is followed: the address is the one that was pinned. */
export const feedReader: FeedReader = readerWithin(patienceMs);

/** @param withinMs how long a page may take */
export function readerWithin(withinMs: number): FeedReader {
  return {
    async read(url) {
      try {
        const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(withinMs) });
        if (answer.status !== 200 || answer.body === null) throw new FeedError('feed-unreachable');
        return await textOf(answer.body);
      } catch (cause) {
        throw cause instanceof FeedError ? cause : new FeedError('feed-unreachable', { cause });
      }
    },
  };
}

/** A JWS is ASCII: a byte is a character. */
async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const part of body) {
    length += part.length;
    if (length > mostFeedCharacters) throw new FeedError('feed-malformed');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('latin1');
}
