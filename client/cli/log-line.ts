import { addressOf } from '#client/log/log.ts';
import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import { printable } from '#client/printable.ts';
import { parseTilePath, TILE_WIDTH, tileAt, tilePath } from '#core/log/tiles.ts';
import { UsageError } from './common.ts';

/** One line an entry, and how an entry is named: by its index, or by the public file that holds it. */
const width = { index: 8, at: 20, kind: 22 };

export const headLine = () => lineOf('entry', 'at (UTC)', 'kind', 'stream');

/** On a terminal as long as that is wide, elsewhere whole. */
export function entryLine(
  { index, envelope }: Pick<PlacedEntry, 'index' | 'envelope'>,
  columns = process.stdout.columns,
): string {
  const { at, kind, stream, n } = envelope;
  const second = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.exec(at)?.[0].replace('T', ' ') ?? at;
  const line = lineOf(String(index), printable(second), printable(kind), `${printable(stream)} ${n}`);
  return columns === undefined || line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}

function lineOf(index: string, at: string, kind: string, stream: string): string {
  return `${index.padStart(width.index)}  ${at.padEnd(width.at)} ${kind.padEnd(width.kind)} ${stream}`;
}

/** Which entries somebody means. */
export interface EntryPlace {
  /** Of a permalink: the provider's API. */
  url?: string;
  from: bigint;
  /** The last one; undefined for all that follow. */
  last: bigint | undefined;
}

/**
 * Reads `17`, `100-120`, `100-` or a permalink.
 *
 * @throws UsageError
 */
export function entryPlace(text: string): EntryPlace {
  const [, first, dash, last = ''] = /^(\d{1,18})(?:(-)(\d{0,18}))?$/.exec(text) ?? [];
  if (first !== undefined) {
    const from = BigInt(first);
    const to = dash === undefined ? from : last === '' ? undefined : BigInt(last);
    if (to !== undefined && to < from) throw new UsageError('a range begins with the smaller index: 100-120');
    return { from, last: to };
  }
  if (URL.canParse(text)) return permalinkPlace(new URL(text));
  throw new UsageError('entries are named by an index (17), a range (100-120, 100-) or a permalink');
}

function permalinkPlace({ origin, pathname, hash }: URL): EntryPlace {
  const [, shown] = /^#\/log\/entry\/(\d{1,18})$/.exec(hash) ?? [];
  // As the public page has it.
  if (shown !== undefined)
    return { url: `${origin}${pathname.replace(/\/+$/, '')}`, from: BigInt(shown), last: BigInt(shown) };
  const [, base, path = ''] = /^(.*)\/log\/(tile\/.*)$/.exec(pathname) ?? [];
  const tile = parseTilePath(path);
  const [, index] = /^#(\d{1,18})$/.exec(hash) ?? [];
  if (base === undefined || tile?.level !== 'entries' || index === undefined)
    throw new UsageError(
      'a permalink is the address of a bundle with the entry’s index: …/log/tile/entries/000#17',
    );
  const from = BigInt(index);
  if (from / BigInt(TILE_WIDTH) !== tile.index)
    throw new UsageError(`the file of this permalink does not hold entry ${index}`);
  return { url: `${origin}${base}`, from, last: from };
}

/** The entries of a log of some size that are meant (`to` is exclusive). @throws UsageError */
export function entryRange(
  place: EntryPlace | undefined,
  size: bigint,
): { from: bigint; to: bigint; isOne: boolean } {
  if (place === undefined) return { from: 0n, to: size, isOne: false };
  const { from, last } = place;
  if (from >= size)
    throw new UsageError(
      size === 0n ? 'the log has no entry yet' : `the log has no entry ${from}: its last is ${size - 1n}`,
    );
  const to = last === undefined || last >= size ? size : last + 1n;
  return { from, to, isOne: last === from };
}

/** The public file that holds an entry in a log of some size, and which of its entries. Undefined for a copy. */
export function permalink(url: string | undefined, index: bigint, size: bigint): string | undefined {
  if (url === undefined) return undefined;
  return `${addressOf(url, `log/${tilePath(tileAt('entries', index, size))}`)}#${index}`;
}
