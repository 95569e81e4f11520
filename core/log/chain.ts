import { z } from 'zod';
import { canonicalJson, sha256 } from '#core/canonical.ts';
import { type Entry, entrySchema } from './entry.ts';

/**
 * The log as a hash chain: link i holds entry i and the hash of link i−1, one object a link, written once.
 * (The RFC 6962 tree, its checkpoints and proofs take this module's place; the sequencer and those who wait for
 * an entry know only `size`, `hash` and a link's index.)
 */
export interface Link {
  index: bigint;
  /** SHA-256 (hex) of the previous link's bytes; 64 zeros for the first. */
  previous: string;
  entry: Entry;
}

/** What is signed and moved by compare-and-swap: how many links there are and the last one's hash. */
export interface ChainHead {
  size: bigint;
  hash: string;
}

export const emptyChain: ChainHead = { size: 0n, hash: '0'.repeat(64) };

/** Appends entries in the order given. */
export function extendChain(
  head: ChainHead,
  entries: readonly Entry[],
): { links: { link: Link; text: string }[]; head: ChainHead } {
  const links: { link: Link; text: string }[] = [];
  let { size, hash } = head;
  for (const entry of entries) {
    const link: Link = { index: size, previous: hash, entry };
    const text = linkText(link);
    links.push({ link, text });
    hash = linkHash(text);
    size += 1n;
  }
  return { links, head: { size, hash } };
}

/** A link as JSON has it: the index is a decimal string, since it may pass 2^53. */
export function linkJson(link: Link): z.input<typeof linkSchema> {
  return { entry: link.entry, index: link.index.toString(), previous: link.previous };
}

/** A link's bytes: RFC 8785 JSON. */
export function linkText(link: Link): string {
  return canonicalJson(linkJson(link));
}

export function linkHash(text: string): string {
  return Buffer.from(sha256(text)).toString('hex');
}

export const linkSchema = z.strictObject({
  index: z.string().regex(/^(0|[1-9]\d{0,19})$/),
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  entry: entrySchema,
});

/** @throws ZodError if the text is not a link; SyntaxError if it is not JSON */
export function parseLink(text: string): Link {
  const link = linkSchema.parse(JSON.parse(text));
  return { index: BigInt(link.index), previous: link.previous, entry: link.entry };
}

/**
 * Checks a whole chain, first link to last.
 * @returns the head, or the index of the first link that does not follow from the one before it
 */
export function verifyChain(
  texts: Iterable<string>,
): { ok: true; head: ChainHead } | { ok: false; index: bigint } {
  let head = emptyChain;
  for (const text of texts) {
    let link: Link;
    try {
      link = parseLink(text);
    } catch {
      return { ok: false, index: head.size };
    }
    if (link.index !== head.size || link.previous !== head.hash || linkText(link) !== text) {
      return { ok: false, index: head.size };
    }
    head = { size: head.size + 1n, hash: linkHash(text) };
  }
  return { ok: true, head };
}
