import { z } from 'zod';
import { readEntry } from '#core/log/entry.ts';
import type { Store } from '#core/store/store.ts';
import { type Place, placeName } from './outbox.ts';

/**
 * Where each entry is in the log: an index to find entries by, which nobody believes.
 *
 *   place#<stream>   <number in its stream>   index in the log
 */
const PLACE = 'place#';
const placeKey = ({ stream, n }: Place) => ({ pk: `${PLACE}${stream}`, sk: String(n) });

const keySchema = z.object({ pk: z.string(), sk: z.string() });
const indexSchema = z.object({ index: z.string() });

export function logPlaces(store: Store) {
  return {
    /** The index of an entry; undefined if nobody has noted one. */
    async find(place: Place): Promise<bigint | undefined> {
      const item = await store.get('log', placeKey(place));
      return item === undefined ? undefined : BigInt(indexSchema.parse(item).index);
    },

    /** Which of some entries have a place, by `placeName`. */
    async among(places: readonly Place[]): Promise<Map<string, boolean>> {
      const wanted = new Map(places.map((place) => [placeName(place), place]));
      const isPlaced = new Map([...wanted.keys()].map((name) => [name, false]));
      for (const item of await store.getMany('log', [...wanted.values()].map(placeKey), {
        only: ['pk', 'sk'],
      })) {
        const { pk, sk } = keySchema.parse(item);
        isPlaced.set(placeName({ stream: pk.slice(PLACE.length), n: Number(sk) }), true);
      }
      return isPlaced;
    },

    /** Notes the places of entries that lie one behind the other. */
    async note(from: bigint, entries: readonly Uint8Array[]): Promise<void> {
      const puts = entries.map((bytes, i) => ({
        put: { ...placeKey(readEntry(bytes).envelope), index: (from + BigInt(i)).toString() },
      }));
      await store.writeMany('log', puts);
    },
  };
}
