import { utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { tilePath } from '#core/log/tiles.ts';
import { EMPTY_ROOT, sameHash } from '#core/log/tree.ts';
import { inParallel } from '#core/parallel.ts';
import type { LogFiles, LogSigner, Watch } from '#core/ports.ts';
import type { Head, logHead } from '#core/state/log-head.ts';
import { placeFiles, placesAtOnce } from '#core/state/log-places.ts';
import type { logStage } from '#core/state/log-stage.ts';
import {
  anotherLog,
  ensureFile,
  logAt,
  type Published,
  publishedCheckpoint,
  rootOf,
  sizeOf,
} from './files.ts';

export interface PublishPorts {
  head: ReturnType<typeof logHead>;
  stage: ReturnType<typeof logStage>;
  files: LogFiles;
  signer: LogSigner;
  watch: Watch;
}

/** Bundles and tiles that are written at once. */
const atOnce = 8;
/** A checkpoint as a sequencer writes it: three lines, an empty one, one signature, and the last newline. */
const CHECKPOINT_LINES = 6;

/**
 * Writes to the bucket all that the head says. It does not matter which sequencer staged it: each writes the same
 * files.
 *
 * @returns the head, all of it published; undefined while the log is empty
 * @throws Error if the head and the bucket are of different logs
 */
export async function publishStaged(ports: PublishPorts): Promise<Head | undefined> {
  for (;;) {
    const head = await ports.head.read();
    if (head === undefined || head.published === head.size) return head;
    // Somebody wrote it: nothing would ever make it true.
    if (head.published > head.size) throw new Error('the head says that more is published than there is');
    const published = await publishedCheckpoint(ports.files, ports.signer);
    const isDone =
      sizeOf(published) < head.size
        ? await writeFiles(ports, head, published)
        : await isPresentHead(ports, head, published);
    if (!isDone) continue;
    await ports.stage.removeBelow(head.size);
    if (!(await ports.head.markPublished(head))) continue;
    ports.watch.count('EntriesPublished', Number(head.size - head.published));
    return { ...head, published: head.size };
  }
}

/**
 * Whether the bucket's checkpoint is the head's; false if the head has moved on as well. A head that was lost, or
 * restored from a backup, would fork the log: the sequencer stops before it signs or writes anything, for neither can be
 * taken back.
 *
 * @param head undefined: there is none
 * @throws Error if the checkpoint is of another log
 */
export async function isPresentHead(
  ports: Pick<PublishPorts, 'head'>,
  head: Head | undefined,
  published: Published | undefined,
): Promise<boolean> {
  const { size, root } = head ?? { size: 0n, root: EMPTY_ROOT };
  if (sizeOf(published) === size && sameHash(rootOf(published), root)) return true;
  if ((await ports.head.read())?.size === head?.size) throw anotherLog();
  return false;
}

/**
 * Writes what a head says beyond the bucket's checkpoint: that no other head follows that one, places, bundles and
 * tiles, then the checkpoint.
 *
 * @returns false if another sequencer was first
 * @throws Error if the head was not made on the bucket's checkpoint, is not made of what is staged, or was not signed
 */
async function writeFiles(
  { stage, files, signer }: PublishPorts,
  head: Head,
  published: Published | undefined,
): Promise<boolean> {
  const entries = await stage.read(head.staged);
  if (entries === undefined) {
    // A sequencer removes a stage after it has published it.
    if (sizeOf(await publishedCheckpoint(files, signer)) === sizeOf(published))
      throw new Error('what the head says is staged is not there');
    return false;
  }
  const log = await logAt(files, head.published, rootOf(published));
  const fresh = log.append(entries);
  if (!sameHash(log.root(), head.root)) throw new Error('what is staged is not what the head says');
  const key = await signer.key();
  if (!isSignedHead(head, key)) throw new Error('the checkpoint that the head says is not the head’s');
  // Somebody who puts an old head back while a sequencer works could have two heads made on one. What a head leads to is
  // for ever, places above all: so the first that gets here is the only one.
  await ensureFile(files, `head/${head.published}`, utf8(checkpointText({ origin: key.name, ...head })));
  // Before the checkpoint, so that whoever reads it, and then no place, knows that there is no entry.
  await Promise.all([
    inParallel(placeFiles(head.published, entries), placesAtOnce, ({ path, bytes }) =>
      ensureFile(files, path, bytes),
    ),
    inParallel(fresh, atOnce, ({ tile, bytes }) => ensureFile(files, tilePath(tile), bytes)),
  ]);
  // In the place of that checkpoint and of no other: what the bucket says never gets smaller.
  return files.publish(utf8(head.checkpoint), published?.version);
}

/**
 * Whether a head's checkpoint is of its tree, and the log's key alone signed it. Somebody who writes the table can stage
 * entries of their own and name them in a head; without this they would get places that nobody can take back.
 */
function isSignedHead({ checkpoint, size, root }: Head, key: VerifierKey): boolean {
  try {
    const signed = openCheckpoint(checkpoint, key);
    const lines = checkpoint.split('\n').length;
    return signed.size === size && sameHash(signed.root, root) && lines === CHECKPOINT_LINES;
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}
