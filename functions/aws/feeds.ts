import { AnswerRefused, bodyWithin, plainFetch } from '#core/answer-body.ts';
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
        const answer = await fetch(url, { ...plainFetch, signal: AbortSignal.timeout(withinMs) });
        if (answer.status !== 200) throw new FeedError('feed-unreachable');
        // A JWS is ASCII: a byte is a character.
        return Buffer.from(await bodyWithin(answer, mostFeedCharacters)).toString('latin1');
      } catch (cause) {
        if (cause instanceof FeedError) throw cause;
        const isTooLarge = cause instanceof AnswerRefused && cause.why === 'too-large';
        throw new FeedError(isTooLarge ? 'feed-malformed' : 'feed-unreachable', { cause });
      }
    },
  };
}
