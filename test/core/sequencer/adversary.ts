import { toBase64, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { readEdge } from '#core/log/reading.ts';
import { encodeBundle, TileWriter } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import type { Item } from '#core/store/store.ts';
import type { Acts, OwnLog } from './own-log.ts';

/**
 * Somebody who writes, deletes and puts back every item of every table, and who can read the bucket and keep copies of
 * all. They cannot write to the bucket, and cannot have the log's key sign.
 */

/** One thing that they do at one moment. */
export type Attack = (log: OwnLog) => void;

const keyOf = ({ pk, sk }: Item) => ({ pk: String(pk), sk: String(sk) });
const headOf = ({ store }: OwnLog) => store.items('log').find(({ pk }) => pk === 'head');

/** Every version that an item of the log's table ever had. */
function versions({ store }: OwnLog, of: (item: Item) => boolean): Item[] {
  return store.changes.flatMap(({ table, new: item }) =>
    table === 'log' && item !== undefined && of(item) ? [item] : [],
  );
}
const heads = (log: OwnLog) => versions(log, ({ pk }) => pk === 'head');
const stages = (log: OwnLog) => versions(log, ({ pk }) => pk === 'stage');

/** The first entries of so many streams. */
export function firsts(acts: Acts, count: number): [OutboxItem, ...OutboxItem[]] {
  const [first, ...more] = acts.many(count);
  if (first === undefined) throw new RangeError('no stream');
  return [first, ...more];
}

/** Another entry of the same place, which follows on the same one. */
export function forged(item: OutboxItem): OutboxItem {
  const entry = JSON.parse(item.entry);
  const at = new Date(Date.parse(entry.at) + 1).toISOString();
  return { stream: item.stream, n: item.n, entry: canonicalJson({ ...entry, at }) };
}

/** A head that the table's writer made, over a stage of their own. Its tree is right, and its checkpoint is none of it. */
async function ownHead(log: OwnLog, items: readonly OutboxItem[]): Promise<Item[]> {
  const head = headOf(log) ?? { size: 0, published: 0, checkpoint: '', root: '' };
  const from = BigInt(String(head.published));
  const tree = new TileWriter(from, await readEdge(log.files.read, from));
  const entries = items.map(({ entry }) => utf8(entry));
  tree.append(entries.map(leafHash));
  const id = `${String(from).padStart(20, '0')}#own`;
  return [
    { pk: 'stage', sk: `${id}#000000`, width: entries.length, entries: encodeBundle(entries) },
    {
      ...head,
      pk: 'head',
      sk: '-',
      size: from + BigInt(entries.length),
      root: toBase64(tree.root()),
      published: from,
      staged: { id, parts: 1 },
    },
  ];
}

/** What they may do, whatever the state. @param aims entries that they would exchange or hide */
export async function attacks(log: OwnLog, aims: readonly OutboxItem[]): Promise<Record<string, Attack>> {
  const own = await ownHead(log, aims.map(forged));
  const back = (which: number, withStages: boolean): Attack => {
    return (log) => {
      const all = heads(log);
      const version = all.at(which) ?? all[0];
      if (version === undefined) return;
      log.store.force('log', version);
      if (withStages) for (const stage of stages(log)) log.store.force('log', stage);
    };
  };
  const claim =
    (part: (head: Item) => Item): Attack =>
    (log) => {
      const head = headOf(log);
      if (head !== undefined) log.store.force('log', { ...head, ...part(head) });
    };
  return {
    'empties the log’s table': (log) => {
      for (const item of log.store.items('log')) log.store.remove('log', keyOf(item));
    },
    'takes the head away': (log) => log.store.remove('log', { pk: 'head', sk: '-' }),
    'takes what is staged away': (log) => {
      for (const item of log.store.items('log')) if (item.pk !== 'head') log.store.remove('log', keyOf(item));
    },
    'puts the first head back': back(0, false),
    'puts the first head back, and all that was ever staged': back(0, true),
    'puts the last head but one back': back(-2, false),
    'puts the last head but two back, and all that was ever staged': back(-3, true),
    'says that all of the head is published': claim(({ size }) => ({ published: size })),
    'says that nothing of the head is published': claim(() => ({ published: 0 })),
    'names a head of their own': (log) => {
      for (const item of own) log.store.force('log', item);
    },
    'has a signature of their own beside the log’s': claim(({ checkpoint }) => ({
      checkpoint: `${String(checkpoint)}— own ${toBase64(new Uint8Array(68))}\n`,
    })),
    'exchanges what is staged': (log) => {
      for (const item of log.store.items('log'))
        if (item.pk === 'stage')
          log.store.force('log', {
            ...item,
            width: aims.length,
            entries: encodeBundle(aims.map((aim) => utf8(forged(aim).entry))),
          });
    },
    'exchanges entries in the outbox': (log) => {
      for (const aim of aims) log.store.force('entries', { ...forged(aim) });
    },
    'empties the outbox': (log) => {
      for (const { stream, n } of log.store.items('entries'))
        log.store.remove('entries', { stream: String(stream), n: Number(n) });
    },
  };
}

/**
 * What an operator does after an attack: puts the head back that the bucket says, with what it staged. What was committed
 * is in the outbox again.
 */
export function restore(log: OwnLog, committed: readonly OutboxItem[]): void {
  const { files, store } = log;
  for (const item of store.items('log')) store.remove('log', keyOf(item));
  const claims = [...files.files.keys()].filter((path) => path.startsWith('head/'));
  const from = claims.map((path) => BigInt(path.slice('head/'.length))).sort((a, b) => Number(b - a))[0];
  if (from !== undefined) {
    const [, size, root] = text(files.files.get(`head/${from}`)).split('\n');
    const genuine = heads(log).find(
      (head) => String(head.size) === size && head.root === root && isPlain(head),
    );
    if (genuine === undefined) throw new Error('the bucket says a head that there never was');
    const isPublished = text(files.files.get('checkpoint')).split('\n')[1] === size;
    store.force('log', { ...genuine, published: isPublished ? genuine.size : from });
    if (!isPublished)
      for (const stage of firstVersions(stages(log)))
        if (String(stage.sk).startsWith(`${stageId(genuine)}#`)) store.force('log', stage);
  }
  for (const item of committed) store.force('entries', { ...item });
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
const isPlain = ({ checkpoint }: Item) => String(checkpoint).split('\n').length === 6;
function stageId({ staged }: Item): string {
  return typeof staged === 'object' && staged !== null && 'id' in staged ? String(staged.id) : '';
}

/** As they were written first: what somebody made of them later is left out. */
function firstVersions(items: readonly Item[]): Item[] {
  const first = new Map<string, Item>();
  for (const item of items) if (!first.has(String(item.sk))) first.set(String(item.sk), item);
  return [...first.values()];
}
