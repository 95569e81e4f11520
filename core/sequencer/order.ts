import { z } from 'zod';
import { toHex, utf8 } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import { leafHash } from '#core/log/tree.ts';
import type { Watch } from '#core/ports.ts';
import type { logPlaces } from '#core/state/log-places.ts';
import { type OutboxItem, type outbox, type Place, placeName } from '#core/state/outbox.ts';
import { isSound, type Refusal, reportMalformed } from './soundness.ts';

export interface OrderPorts {
  outbox: ReturnType<typeof outbox>;
  places: ReturnType<typeof logPlaces>;
  watch: Watch;
}

export interface Ordered {
  /** What is to be appended, in its order. */
  unplaced: OutboxItem[];
  /** Why others of the entries that arrived are not: for each that is neither in the log nor appended. */
  refused: Refusal[];
}

/** An entry that may get its place. */
interface Candidate {
  item: OutboxItem;
  name: string;
  /** Its leaf hash, and that of the entry before it, in hex. */
  hash: string;
  previous: string | undefined;
}

/**
 * Which of some entries have no place in the log yet, in the order in which they get one: each behind its predecessors
 * in its stream, and those of one transaction one behind the other. A table's stream can bring a case's entries out of
 * order, or a transaction's in two batches; the log never does.
 *
 * A stream in the log is a chain: an entry gets place n if the bucket has none there, and if it names the hash of the
 * entry in place n − 1. Where the outbox holds something else, the log goes on without it.
 *
 * @param arrived sound items
 */
export async function inOrder(
  { outbox, places, watch }: OrderPorts,
  arrived: readonly OutboxItem[],
): Promise<Ordered> {
  const brought = new Map<string, Candidate>();
  const broughtTo = new Map<string, Candidate[]>();
  for (const candidate of arrived.map(candidateOf)) {
    if (brought.has(candidate.hash)) continue;
    brought.set(candidate.hash, candidate);
    broughtTo.set(candidate.name, [...(broughtTo.get(candidate.name) ?? []), candidate]);
  }
  const placed = await places.among(
    arrived.flatMap((item) => [item, ...predecessor(item), ...(item.together ?? [])]),
  );
  const ordered = new Map<string, Candidate>();
  /** The hash of the entry that has a place, or is to get it. */
  const hashAt = async (place: Place): Promise<string | undefined> => {
    const name = placeName(place);
    if (!placed.has(name)) placed.set(name, await places.find(place));
    return placed.get(name)?.hash ?? ordered.get(name)?.hash;
  };
  const committed = new Map<string, Candidate | undefined>();
  const inOutbox = async (place: Place): Promise<Candidate[]> => {
    const name = placeName(place);
    if (!committed.has(name)) {
      const item = await committedAt({ outbox, watch }, place);
      committed.set(name, item && candidateOf(item));
    }
    return [committed.get(name) ?? []].flat();
  };
  /** What arrived for a place, the first first; what the outbox holds there, where nothing did. */
  const candidatesAt = async (place: Place): Promise<Candidate[]> =>
    broughtTo.get(placeName(place)) ?? inOutbox(place);
  const fits = async ({ item, previous }: Candidate): Promise<boolean> => {
    if ((await hashAt(item)) !== undefined) return false;
    const [before] = predecessor(item);
    return before === undefined
      ? previous === undefined
      : previous !== undefined && previous === (await hashAt(before));
  };
  // Once each: two transactions that claim to lie within each other must not hold up the log.
  const tried = new Set<string>();

  const take = async (taken: Candidate): Promise<void> => {
    if (tried.has(taken.hash) || (await hashAt(taken.item)) !== undefined) return;
    tried.add(taken.hash);
    const transaction: Candidate[][] = [];
    for (const place of taken.item.together ?? [taken.item]) {
      if (placeName(place) === taken.name) transaction.push([taken]);
      // Somebody may have emptied the outbox: the log still gets what is left of a transaction.
      else if ((await hashAt(place)) === undefined) transaction.push(await candidatesAt(place));
    }
    const members = transaction.flat();
    for (const { hash } of members) tried.add(hash);
    const own = new Set(members.map(({ name }) => name));
    for (const { item, previous } of members) {
      for (const place of predecessor(item)) {
        if (own.has(placeName(place)) || (await hashAt(place)) !== undefined) continue;
        const isNamed = ({ hash }: Candidate) => hash === previous;
        const before = brought.get(previous ?? '') ?? (await inOutbox(place)).find(isNamed);
        if (before !== undefined) await take(before);
      }
    }
    for (const member of members) if (await fits(member)) ordered.set(member.name, member);
  };
  for (const candidate of brought.values()) await take(candidate);
  // What was passed over while its predecessor waited for it.
  const byNumber = [...brought.values()].sort((a, b) => a.item.n - b.item.n);
  for (const candidate of byNumber) if (await fits(candidate)) ordered.set(candidate.name, candidate);

  const refused: Refusal[] = [];
  for (const { item, hash } of brought.values()) {
    const present = await hashAt(item);
    if (present !== hash) refused.push(present === undefined ? 'unchained' : 'taken');
  }
  return { unplaced: [...ordered.values()].map(({ item }) => item), refused };
}

function candidateOf(item: OutboxItem): Candidate {
  const bytes = utf8(item.entry);
  const { previous } = readEntry(bytes).envelope;
  return { item, name: placeName(item), hash: toHex(leafHash(bytes)), previous };
}

/** An entry from the outbox; undefined if there is none in its place. */
async function committedAt(
  { outbox, watch }: Pick<OrderPorts, 'outbox' | 'watch'>,
  place: Place,
): Promise<OutboxItem | undefined> {
  try {
    const item = await outbox.get(place);
    return item === undefined || isSound(item) ? item : reportMalformed(watch);
  } catch (error) {
    if (error instanceof z.ZodError) return reportMalformed(watch);
    throw error;
  }
}

function predecessor({ stream, n }: Place): Place[] {
  return n > 1 ? [{ stream, n: n - 1 }] : [];
}
