import { inParts } from '#core/parts.ts';
import type { Chance, Clock, FeedReader, Watch } from '#core/ports.ts';
import { isMisuse, pageOfItem } from '#core/revocations/feed.ts';
import type { Subscription } from '#core/revocations/subscription.ts';
import { beginning, FeedError, type VerifiedPage, verifyFeedPage } from '#core/revocations/verify.ts';
import { decideUntilFirst } from '#core/state/commit.ts';
import type { HeardState, Report } from '#core/state/heard.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { SuspensionState } from '#core/state/suspensions.ts';

/**
 * Heeds other providers: a key that one of them revoked for misuse is suspended here, until reviewers of this provider
 * have looked. A suspension gives nobody a right, and takes one away that two reviewers give back; so a provider who
 * lies, or whose keys were stolen, can stop officers for as long as that takes, and can do no more.
 */
export interface HeedPorts {
  subscriptions: readonly Subscription[];
  feeds: FeedReader;
  heard: Pick<HeardState, 'place' | 'moveTo' | 'note'>;
  registry: Pick<RegistryState, 'getKey'>;
  suspensions: Pick<SuspensionState, 'suspend'>;
  clock: Clock;
  chance: Chance;
  watch: Watch;
}

/** Pages of one provider in one run: the next run goes on. */
const mostPages = 20;
/** A feed that was not taken for so long raises an alarm: it may be down, or somebody keeps us from it. */
const unreadHours = 24;

/** @returns what reads every feed, and heeds it. One that cannot be read or is refused holds up no other. */
export function heeder(ports: HeedPorts): () => Promise<void> {
  const { feeds, heard, registry, suspensions, clock, watch } = ports;

  async function heed({ url, signer }: Subscription): Promise<void> {
    const provider = signer.log.name;
    const began = (await heard.place(provider)) ?? beginning;
    let { head, size } = began;
    for (let pages = 0; pages < mostPages; pages++) {
      const page = head.n === 0 ? 0 : pageOfItem(head.n) + (pages === 0 ? 0 : 1);
      const jws = await feeds.read(`${url}/revocations?page=${page}`);
      const now = clock.now();
      const verified = verifyFeedPage(jws, signer, { page, seen: { head, size: began.size }, now });
      // What was heard before is looked at again: a key may have been enrolled in the moment between.
      for (const item of verified.items) await hear(provider, item);
      head = verified.place.head;
      if (verified.place.size > size) size = verified.place.size;
      const place = { head, size };
      await decideUntilFirst(ports, () => heard.moveTo(provider, place, now));
      if (!verified.more) return;
    }
  }

  async function hear(
    provider: string,
    { n, thumbprint, reason, revokedAt, digest }: VerifiedPage['items'][number],
  ): Promise<void> {
    // What a newer provider may revoke keys for is not known to be misuse.
    if (!isMisuse(reason)) return;
    const report: Report = { provider, n, item: digest, reason, revokedAt };
    // First: whoever enrols it from now on is told.
    await decideUntilFirst(ports, () => heard.note(thumbprint, report));
    await decideUntilFirst(ports, async () => {
      const key = await registry.getKey(thumbprint);
      if (key !== undefined && (await suspensions.suspend(key, report))) {
        watch.error('a key was suspended: another provider revoked it', { provider, reason });
        watch.count('KeysSuspended');
      }
    });
  }

  async function checkRead(provider: string): Promise<void> {
    const place = await heard.place(provider);
    const since = Date.parse(place?.readAt ?? '');
    if (Date.parse(clock.now()) - since <= unreadHours * 3_600_000) return;
    watch.error('the feed of another provider was not read for a day', { provider });
    watch.count('RevocationFeedsUnread');
  }

  async function heedOrRefuse(subscription: Subscription): Promise<void> {
    try {
      await heed(subscription);
    } catch (error) {
      if (!(error instanceof FeedError)) throw error;
      const provider = subscription.signer.log.name;
      watch.error('the feed of another provider was not taken', { provider, code: error.code });
      // What does not answer may answer in an hour. What is refused is somebody's attempt, or the provider's fault.
      if (error.code !== 'feed-unreachable') watch.count('RevocationFeedsRefused');
      await checkRead(provider);
    }
  }

  return async () => {
    const parts = inParts(watch, 'feeds of other providers');
    for (const subscription of ports.subscriptions)
      await parts.attempt({ provider: subscription.signer.log.name }, () => heedOrRefuse(subscription));
    parts.finish();
  };
}
