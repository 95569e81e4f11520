import { utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { formatNote } from '#core/log/note.ts';
import { EMPTY_ROOT, type Hash, leafHash } from '#core/log/tree.ts';
import type { Chance, LogSigner } from '#core/ports.ts';
import type { Head } from '#core/state/log-head.ts';
import { stageOf } from '#core/state/log-stage.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { StoreConflict } from '#core/store/store.ts';
import { publishedCheckpoint, treeAt } from './files.ts';
import { isPresentHead, type PublishPorts } from './publish.ts';

export type StagePorts = PublishPorts & { chance: Pick<Chance, 'id'> };

/**
 * Stages entries behind a head, has the checkpoint signed that covers them, and moves the head: from then on they are in
 * the log, whoever writes them to the bucket.
 *
 * @param head as `publishStaged` answered it
 * @throws StoreConflict if the head has moved: then nothing of these entries is in the log
 * @throws Error if the head and the bucket are of different logs
 */
export async function stageEntries(
  ports: StagePorts,
  head: Head | undefined,
  items: readonly OutboxItem[],
): Promise<void> {
  const { files, signer, chance } = ports;
  const entries = items.map(({ entry }) => utf8(entry));
  const from = head?.size ?? 0n;
  const tree = await treeAt(files, from, head?.root ?? EMPTY_ROOT);
  tree.append(entries.map(leafHash));
  const [size, root] = [tree.size, tree.root()];

  const stage = stageOf(from, entries, chance.id());
  let checkpoint: string;
  try {
    await Promise.all([
      ports.stage.put(stage),
      publishedCheckpoint(files, signer).then((published) => isPresentHead(ports, head, published)),
    ]);
    checkpoint = await signCheckpoint(signer, { size, root });
  } catch (error) {
    await ports.stage.remove(stage.name);
    throw error;
  }
  try {
    await ports.head.move(head, { size, root, checkpoint, staged: stage.name });
  } catch (error) {
    // A call that timed out may have moved the head after all: only what no head names is removed.
    const isConflict = error instanceof StoreConflict;
    if (isConflict && (await ports.head.read())?.staged.id !== stage.name.id)
      await ports.stage.remove(stage.name);
    throw error;
  }
}

/** The checkpoint of a tree, signed, and verified as anybody will verify it. */
async function signCheckpoint(signer: LogSigner, tree: { size: bigint; root: Hash }): Promise<string> {
  const key = await signer.key();
  const text = checkpointText({ origin: key.name, ...tree });
  const note = formatNote(text, key, await signer.sign(utf8(text)));
  openCheckpoint(note, key);
  return note;
}
