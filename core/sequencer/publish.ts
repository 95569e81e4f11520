import { utf8 } from '#core/bytes.ts';
import { EMPTY_ROOT, sameHash } from '#core/log/tree.ts';
import { inParallel } from '#core/parallel.ts';
import type { LogFiles, LogSigner, Watch } from '#core/ports.ts';
import type { Head, logHead } from '#core/state/log-head.ts';
import type { logPlaces } from '#core/state/log-places.ts';
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
  places: ReturnType<typeof logPlaces>;
  files: LogFiles;
  signer: LogSigner;
  watch: Watch;
}

/** Calls to the bucket at once. */
const atOnce = 8;

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
 * Writes what a head says beyond the bucket's checkpoint: places, bundles and tiles, then the checkpoint.
 *
 * @returns false if another sequencer was first
 * @throws Error if the head was not made on the bucket's checkpoint, or is not made of what is staged
 */
async function writeFiles(
  { stage, places, files, signer }: PublishPorts,
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
  // Places are noted before the next head can be made, so no entry gets two.
  await Promise.all([
    places.note(head.published, entries),
    inParallel(fresh, atOnce, (file) => ensureFile(files, file)),
  ]);
  // In the place of that checkpoint and of no other: what the bucket says never gets smaller.
  return files.publish(utf8(head.checkpoint), published?.version);
}
