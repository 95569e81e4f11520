import type { SignedCheckpoint } from '#core/log/reading.ts';
import { nodesInTiles, tilePath } from '#core/log/tiles.ts';
import { consistencyProof, sameHash, verifyConsistency } from '#core/log/tree.ts';
import { FileFault, type ProvenFiles } from './proven-files.ts';

/**
 * Whether a log's tree begins with all of a smaller one that the same key signed. The tiles are proven first, so "no" is a
 * proof: the key signed two histories.
 *
 * @param files of the larger tree
 * @throws FileFault where the log's files do not show it
 */
export async function beginsWith(files: ProvenFiles, smaller: SignedCheckpoint): Promise<boolean> {
  const { of: larger } = files;
  if (smaller.size === larger.size) return sameHash(smaller.root, larger.root);
  const read = async (path: string) => {
    const bytes = await files.read(path);
    if (bytes === undefined) throw new FileFault('file-missing', `${path} is not there`, path);
    return bytes;
  };
  const nodes = nodesInTiles(larger.size, (tile) => read(tilePath(tile)));
  const proof = smaller.size === 0n ? [] : await consistencyProof(smaller.size, larger.size, nodes);
  return verifyConsistency(smaller.size, larger.size, proof, smaller.root, larger.root);
}
