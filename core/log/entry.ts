import { z } from 'zod';
import { storedCode } from '#core/bounds.ts';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson, isCanonical } from '#core/canonical.ts';
import { LogError } from './errors.ts';
import { type EntryData, entryKinds, isKind, type Kind, kinds } from './kinds.ts';
import { leafHash } from './tree.ts';

/**
 * Entries: what the public log says of each act. They are small, versioned, and hold nothing personal (I7):
 * counts, codes, the agency's id, the case's random id, and salted commitments.
 *
 * Entries belong to a stream: all of one case, or one refusal, one key. Within a stream they are numbered from
 * 1 and each names its predecessor's hash, so a case's entries can neither be reordered nor dropped unseen (I6).
 * `at` is when an entry was committed, by the clock of who committed it: a stream's never go back.
 */
export type EntryOf<K extends Kind> = {
  v: 1;
  kind: K;
  at: string;
  stream: string;
  n: number;
  previous?: string | undefined;
  data: EntryData<K>;
};

/** An entry as it is committed, sequenced and published. `previous` is the leaf hash of entry n−1 of its stream. */
export type Entry = { [K in Kind]: EntryOf<K> }[Kind];

/** An act as an entry records it, before it has a place in its stream. */
export type EntryBody = { [K in Kind]: { kind: K; data: EntryData<K> } }[Kind];

/** What every entry says, of whatever kind and version: enough to follow its stream. */
export interface Envelope {
  v: number;
  kind: string;
  at: string;
  stream: string;
  n: number;
  previous?: string | undefined;
}
const names: ReadonlySet<string> = new Set(['v', 'kind', 'at', 'stream', 'n', 'previous', 'data']);

/** By hand, since millions of envelopes are read: zod takes as long for one as `JSON.parse` for the entry. */
function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const { v, kind, at, stream, n, previous }: { [K in keyof Envelope]?: unknown } = value;
  return (
    isWhole(v) &&
    isText(kind, 64) &&
    isText(at, 40) &&
    isText(stream, 200) &&
    isWhole(n) &&
    (previous === undefined || (isText(previous, 64) && previous.length === 64))
  );
}

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.length <= most;
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;

const dataSchemas = new Map<string, z.ZodType>(
  kinds.map((kind) => [kind, z.strictObject(entryKinds[kind].data)]),
);

/** An envelope whose version is 1, and whose kind says what the entry does. */
function isEntry(envelope: Envelope): envelope is Entry {
  if (envelope.v !== 1 || !('data' in envelope)) return false;
  for (const name in envelope) if (!names.has(name)) return false;
  return dataSchemas.get(envelope.kind)?.safeParse(envelope.data).success === true;
}

/** An entry of any kind, as the table of kinds has it. */
export const entrySchema = z.custom<Entry>((value) => isEnvelope(value) && isEntry(value), 'no entry');

/** Where a stream of entries stands: how many it has, and the hash of the last. */
export const streamHead = z.strictObject({ n: z.int(), hash: storedCode });
export type StreamHead = z.infer<typeof streamHead>;

/** A stream that has no entry yet. */
export const noEntries: StreamHead = { n: 0, hash: '' };

/** Gives an act its place in its stream. Returns the entry and the stream's new head. */
export function appendEntry(
  stream: string,
  head: StreamHead,
  body: EntryBody,
  at: string,
): { entry: Entry; head: StreamHead } {
  const previous = head.hash === '' ? {} : { previous: head.hash };
  const entry = entrySchema.parse({ v: 1, at, stream, n: head.n + 1, ...previous, ...body });
  return { entry, head: { n: entry.n, hash: entryHash(entry) } };
}

/** An entry as the log holds it: the UTF-8 bytes of its RFC 8785 form. */
export function entryBytes(entry: Entry): Uint8Array {
  return utf8(canonicalJson(entry));
}

/** How an entry is named by the next of its stream: its leaf hash in the tree, in hex. */
export function entryHash(entry: Entry): string {
  return toHex(leafHash(entryBytes(entry)));
}

/** An entry of a log that may be younger than its reader: of a kind or version not known here, only the envelope. */
export interface EntryRead {
  envelope: Envelope;
  entry: Entry | undefined;
}

/** @throws LogError entry-malformed for what no version of Writ would have written */
export function readEntry(bytes: Uint8Array): EntryRead {
  try {
    return parseEntry(decoder.decode(bytes));
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
}

/**
 * Reads an entry that must be in its RFC 8785 form. In another form, two spellings of one entry would be two leaves, and
 * a member that stands there twice would give one leaf two meanings.
 *
 * @throws LogError entry-malformed
 */
export function readCanonicalEntry(bytes: Uint8Array): EntryRead {
  try {
    const text = decoder.decode(bytes);
    const read = parseEntry(text);
    if (!isCanonical(text, read.entry ?? read.envelope)) throw new TypeError('not the RFC 8785 form');
    return read;
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseEntry(text: string): EntryRead {
  const envelope: unknown = JSON.parse(text);
  if (!isEnvelope(envelope)) throw new TypeError('no entry');
  if (isEntry(envelope)) return { envelope, entry: envelope };
  if (envelope.v === 1 && isKind(envelope.kind)) throw new TypeError('not what its kind says');
  return { envelope, entry: undefined };
}
