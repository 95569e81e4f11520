import { TILE_WIDTH, type Tile } from '#core/log/tiles.ts';

/**
 * All files of a log, in the order in which a tree is built from them: each bundle, the tile over it, and each tile of
 * a higher level once the tiles that it is over are full; then the tiles that are not full.
 *
 * @param tiles false for the bundles alone
 */
export function* everyFile(size: bigint, tiles = true): Generator<Tile> {
  const step = BigInt(TILE_WIDTH);
  for (let index = 0n; index * step < size; index++) {
    const left = size - index * step;
    const width = left < step ? Number(left) : TILE_WIDTH;
    yield { level: 'entries', index, width };
    if (!tiles) continue;
    yield { level: 0, index, width };
    if (width < TILE_WIDTH) continue;
    let above = index + 1n;
    for (let level = 1; above % step === 0n; level++) {
      above /= step;
      yield { level, index: above - 1n, width: TILE_WIDTH };
    }
  }
  if (!tiles) return;
  for (let level = 1, there = size / step; there > 0n; level++, there /= step) {
    const width = Number(there % step);
    if (width > 0) yield { level, index: there / step, width };
  }
}
