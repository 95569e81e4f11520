import { printable } from '#core/text.ts';
import { claimedCheckpoint } from './checkpoint.ts';
import { type EntryRead, readEntry } from './entry.ts';
import { type ReadFile, readProven } from './reading.ts';
import { sentenceOf } from './sentences.ts';

/**
 * The newest entries as a feed (RFC 4287), for newsrooms: a link, a sentence and a time each. Every entry has its
 * inclusion proof verified against the checkpoint before it is told of; whoever reads the feed proves it on the page that
 * its links lead to.
 */

/** How many entries a feed has: two bundles of the log at most are read for it. */
export const feedEntries = 50;

export interface FeedEntry extends EntryRead {
  index: bigint;
}

export interface Feed {
  /** The log's name: a URL without its scheme. */
  origin: string;
  /** The newest first. */
  entries: readonly FeedEntry[];
}

/**
 * The newest entries under the checkpoint that the files have. Its signature is not verified here: who serves it has no key
 * to hold it against, and its readers do.
 *
 * @returns undefined while there is no checkpoint
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function newestEntries(read: ReadFile): Promise<Feed | undefined> {
  const bytes = await read('checkpoint');
  if (bytes === undefined) return undefined;
  const of = claimedCheckpoint(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  const files = new Map<string, ReturnType<ReadFile>>();
  const once: ReadFile = (path) => {
    const file = files.get(path) ?? read(path);
    files.set(path, file);
    return file;
  };
  const entries: FeedEntry[] = [];
  const last = of.size > BigInt(feedEntries) ? of.size - BigInt(feedEntries) : 0n;
  for (let index = of.size - 1n; index >= last; index--)
    entries.push({ index, ...readEntry((await readProven(once, index, of)).bytes) });
  return { origin: of.origin, entries };
}

/**
 * A feed as Atom.
 *
 * @param site where people read the log, such as `https://writ.example.org/v1/`: the feed itself is below it, at `log/feed`
 */
export function atomOf({ origin, entries }: Feed, site: string): string {
  const [host = ''] = origin.split('/');
  const updated = entries[0]?.envelope.at ?? new Date(0).toISOString();
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>${escaped(`tag:${host},2026:${encodeURI(origin)}`)}</id>
  <title>${escaped(`The log ${origin}`)}</title>
  <subtitle>Requests for data, what was decided and what was handed over. Each link leads to the proof.</subtitle>
  <updated>${escaped(instant(updated))}</updated>
  <author><name>${escaped(origin)}</name></author>
  <generator>Writ</generator>
  <link rel="self" type="application/atom+xml" href="${escaped(`${site}log/feed`)}"/>
  <link rel="alternate" type="text/html" href="${escaped(`${site}#/log`)}"/>
${entries.map((entry) => atomEntry(entry, { origin, host, site })).join('')}</feed>
`;
}

function atomEntry(
  { index, envelope, entry }: FeedEntry,
  { origin, host, site }: { origin: string; host: string; site: string },
): string {
  const at = instant(envelope.at);
  const sentence =
    entry === undefined ? 'An entry of a kind that this version does not know.' : sentenceOf(entry);
  return `  <entry>
    <id>${escaped(`tag:${host},${at.slice(0, 10)}:${encodeURI(origin)}/entry/${index}`)}</id>
    <title>${escaped(sentence)}</title>
    <updated>${escaped(at)}</updated>
    <link rel="alternate" type="text/html" href="${escaped(`${site}#/log/entry/${index}`)}"/>
    <category term="${escaped(envelope.kind)}"/>
    <summary>${escaped(`Entry ${index}: ${envelope.kind}, number ${envelope.n} of ${envelope.stream}.`)}</summary>
  </entry>
`;
}

/** RFC 3339, whatever an entry says: one that names no time would make the feed unreadable. */
function instant(at: string): string {
  const ms = Date.parse(at);
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString();
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text within an element or an attribute. Characters that XML has no place for are among those that nobody sees. */
export function escaped(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (each) => entities[each] ?? '');
}
