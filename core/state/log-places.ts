import { toBase64url, toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { leafHash } from '#core/log/tree.ts';
import { inParallel } from '#core/parallel.ts';
import type { LogFiles } from '#core/ports.ts';
import { type Place, placeName } from './outbox.ts';

/**
 * Where each entry is in the log: a file of the bucket for each, which nobody can change, exchange or delete. The
 * sequencer writes it before the checkpoint that covers the entry. So a stream has one entry of each number for ever, and
 * where the bucket has no place n, no checkpoint that was read before covers an entry n.
 *
 *   place/<SHA-256 of the stream's name, base64url>/<number in its stream>   <index in the log> <leaf hash, hex>
 *
 * A stream's name may be a stranger's text, so its hash stands in the path.
 */
const PLACES = 'place/';

/** Where an entry is, and which it is. */
export interface Placed {
  index: bigint;
  /** The entry's leaf hash, in hex. */
  hash: string;
}

/** Calls to the bucket at once: an S3 client has fifty connections, and bundles and tiles are written beside places. */
export const placesAtOnce = 40;

export function placePath({ stream, n }: Place): string {
  return `${PLACES}${toBase64url(sha256(utf8(stream)))}/${n}`;
}

/** The files that say where entries are which lie one behind the other. */
export function placeFiles(
  from: bigint,
  entries: readonly Uint8Array[],
): { path: string; bytes: Uint8Array }[] {
  return entries.map((bytes, i) => ({
    path: placePath(readEntry(bytes).envelope),
    bytes: utf8(`${from + BigInt(i)} ${toHex(leafHash(bytes))}\n`),
  }));
}

/** @throws LogError file-malformed */
function readPlace(bytes: Uint8Array): Placed {
  const [, index, hash] =
    /^(0|[1-9]\d{0,19}) ([0-9a-f]{64})\n$/.exec(new TextDecoder('latin1').decode(bytes)) ?? [];
  if (index === undefined || hash === undefined) throw new LogError('file-malformed');
  return { index: BigInt(index), hash };
}

export function logPlaces(files: Pick<LogFiles, 'read'>) {
  /** @returns undefined if the bucket has none @throws LogError file-malformed */
  const find = async (place: Place): Promise<Placed | undefined> => {
    const bytes = await files.read(placePath(place));
    return bytes === undefined ? undefined : readPlace(bytes);
  };
  return {
    find,

    /** Whether a stream goes on behind entry n: one look into the bucket, without its checkpoint. */
    follows: async (stream: string, n: number): Promise<boolean> =>
      (await find({ stream, n: n + 1 })) !== undefined,

    /** Some entries' places, by `placeName`; undefined for one that has none. */
    async among(places: readonly Place[]): Promise<Map<string, Placed | undefined>> {
      const wanted = new Map(places.map((place) => [placeName(place), place]));
      const found = await inParallel([...wanted], placesAtOnce, async ([name, place]) => {
        const placed = await find(place);
        return [name, placed] as const;
      });
      return new Map(found);
    },
  };
}
