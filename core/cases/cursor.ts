import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { canonicalInstant, instant } from '#core/instant.ts';
import { commitment } from '#core/log/commitment.ts';

/** The page that is asked for: the collection of the case, the number of the page, and the instant that it follows. */
export interface Cursor {
  collection: number;
  page: number;
  after: string;
}

const position = z.strictObject({
  collection: z.int().positive(),
  page: z.int().min(2),
  after: instant,
});

/**
 * A cursor as the wire has it: a position and a MAC under the case's salt. All it can say is where within the approved
 * scope to go on, so a person who receives the salt later (a court, the person concerned) can forge nothing of use.
 */
export function cursorText(value: { id: string; salt: Uint8Array }, cursor: Cursor): string {
  const text = canonicalJson(cursor);
  return `${Buffer.from(text).toString('base64url')}.${mac(value, text)}`;
}

/** @returns undefined for what is no cursor of this case */
export function readCursor(value: { id: string; salt: Uint8Array }, text: string): Cursor | undefined {
  const [encoded = '', given, ...more] = text.split('.');
  const json = Buffer.from(encoded, 'base64url').toString('utf8');
  // One spelling only: what decodes must have been encoded so.
  if (more.length > 0 || Buffer.from(json).toString('base64url') !== encoded) return undefined;
  if (!same(given ?? '', mac(value, json))) return undefined;
  const { collection, page, after } = position.parse(JSON.parse(json));
  return { collection, page, after: canonicalInstant(after) };
}

function mac({ id, salt }: { id: string; salt: Uint8Array }, text: string): string {
  return commitment(salt, 'cursor', `${id} ${text}`);
}

function same(given: string, made: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(made)];
  return a.length === b.length && timingSafeEqual(a, b);
}
