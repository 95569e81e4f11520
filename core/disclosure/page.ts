import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import type { Scope } from '#core/cases/scope.ts';
import { type DisclosedRecord, selectionOf } from '#core/categories/categories.ts';
import { canonicalInstant, instant } from '#core/instant.ts';
import { commitment } from '#core/log/commitment.ts';
import { categoriesOf, disclose, distinctName, isLater, type Opened, timeOf } from './records.ts';

/**
 * Large disclosures come in pages, in order of time. A page ends between two instants, never within one, so where the
 * next begins is an instant and nothing else.
 */
export interface Page {
  records: DisclosedRecord[];
  /** The instant of the last record, where more follow. */
  next?: string;
}

/**
 * One page of what an approved scope discloses.
 *
 * Reads on to the period's end only where it must: a category that takes the latest use of an address does not know it
 * before. It holds a page, and of what it reads beyond it each address once.
 *
 * @param opened records of a moment in order of time, all after `after`; lasting ones in any order
 * @param after the instant that the page before ended with
 * @param limit records, passed only by those of one instant
 */
export async function disclosePage(
  scope: Scope,
  opened: AsyncIterable<Opened>,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Page> {
  const lasting: Opened[] = [];
  const each = new Map<string, Opened>();
  const latest = new Map<string, Opened>();
  const readsToTheEnd = scope.categories.some((category) => selectionOf(category) !== 'each');
  let last = '';
  let cut = false;
  for await (const value of opened) {
    if (!('at' in value)) {
      lasting.push(value);
      continue;
    }
    // What is not disclosed must not count towards a page either.
    const categories = categoriesOf(value, scope);
    if (categories.length === 0) continue;
    cut ||= each.size >= limit && value.at > last;
    if (cut && !readsToTheEnd) break;
    for (const category of categories) {
      const name = distinctName(category, value);
      if (selectionOf(category) === 'each') {
        if (cut) continue;
        each.set(name, value);
        last = value.at;
      } else {
        const seen = latest.get(name);
        if (seen === undefined || isLater(category, value, seen)) latest.set(name, value);
      }
    }
  }
  const from = after === undefined ? -Infinity : Date.parse(after);
  const records = disclose(scope, [...lasting, ...each.values(), ...latest.values()]).filter(
    (record) => timeOf(record) > from,
  );
  const end = records[limit - 1];
  const page = end === undefined ? records : records.filter((record) => timeOf(record) <= timeOf(end));
  if (end === undefined || (page.length === records.length && !cut)) return { records: page };
  return { records: page, next: new Date(timeOf(end)).toISOString() };
}

/** Which page is asked for: of which collection of the case, the how manieth, and after which instant. */
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
 * scope to go on, so whoever is given the salt later (a court, a person notified) can forge nothing of use.
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
