import { z } from 'zod';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
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
type EntryOf<K extends Kind> = {
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

function schemaOf<K extends Kind>(kind: K) {
  return z.strictObject({
    v: z.literal(1),
    kind: z.literal(kind),
    at: z.string(),
    stream: z.string().max(200),
    n: z.int().positive(),
    previous: z.string().length(64).optional(),
    data: z.strictObject(entryKinds[kind].data),
  });
}

const schemas = new Map<string, z.ZodType>(kinds.map((kind) => [kind, schemaOf(kind)]));
const kindSchema = z.looseObject({ kind: z.string() });

/** An entry of any kind, as the table of kinds has it. */
export const entrySchema = z.custom<Entry>().check((given) => {
  const { data: named } = kindSchema.safeParse(given.value);
  const schema = schemas.get(named?.kind ?? '');
  const issues = schema === undefined ? unknownKind : (schema.safeParse(given.value).error?.issues ?? []);
  for (const { path, message } of issues)
    given.issues.push({ code: 'custom', path: [...path], message, input: given.value });
});
const unknownKind = [{ path: ['kind'], message: 'no kind of entry' }];

/** Where a stream of entries stands: how many it has, and the hash of the last. */
export const streamHead = z.strictObject({ n: z.int(), hash: z.string() });
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

/** What every entry says, of whatever kind and version: enough to follow its stream. */
const envelopeSchema = z.looseObject({
  v: z.int().positive(),
  kind: z.string().max(64),
  at: z.string().max(40),
  stream: z.string().max(200),
  n: z.int().positive(),
  previous: z.string().length(64).optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

/**
 * Reads an entry of a log that may be younger than its reader: of a kind or version that is not known here, only the
 * envelope can be told.
 *
 * @throws LogError entry-malformed for what no version of Writ would have written
 */
export function readEntry(bytes: Uint8Array): { envelope: Envelope; entry?: Entry } {
  try {
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    const envelope = envelopeSchema.parse(json);
    if (envelope.v !== 1 || !isKind(envelope.kind)) return { envelope };
    return { envelope, entry: entrySchema.parse(json) };
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
}
