import { z } from 'zod';
import { fromBase64url, toBase64url } from '#core/bytes.ts';
import { WireError } from '#core/problem.ts';
import { thumbprint } from '#core/registry/key-view.ts';
import type { AgencyPlace } from '#core/state/agency-lists.ts';
import type { ListPlace } from '#core/state/cases.ts';
import type { TokenParameter } from './route.ts';

/**
 * A list that grows is answered a page at a time. `next` of an answer names the following page; the caller hands it back
 * as it is. It holds the place of the last line, an instant and an id, and nobody's data. A
 * caller who makes one up gets a page of a list that they may read anyway, so it carries no MAC.
 */
export const pageParameter: TokenParameter = {
  pattern: /^[A-Za-z0-9_-]{1,128}$/,
  description: 'The `next` of the page before; without it, the first page',
};

/** How many lines a page has at most. */
export const pageLines = 200;

/** What the document says of a list with pages. */
export const pagesText = `A page has up to ${pageLines} lines; where more may follow, \`next\` names the following page.`;

const [at, id] = [z.iso.datetime(), z.uuid()];
/** A line is found by its id, and a key by its thumbprint. */
const placeParts = z.tuple([at, z.union([id, thumbprint])]);
const agencyPlaceParts = z.tuple([at, id, z.enum(['case', 'preservation', 'notification'])]);

export function pageAfter({ at, id }: ListPlace): string {
  return pageOf(at, id);
}

/** @throws WireError page-unknown: no list named this page */
export function placeOfPage(page: string): ListPlace {
  const [at, id] = partsOf(page, placeParts);
  return { at, id };
}

/** The same for a list of what an agency has, which says of what kind the last line was. */
export function pageAfterOwn({ at, id, of }: AgencyPlace): string {
  return pageOf(at, id, of);
}

/** @throws WireError page-unknown */
export function placeOfOwnPage(page: string): AgencyPlace {
  const [at, id, of] = partsOf(page, agencyPlaceParts);
  return { at, id, of };
}

function pageOf(...parts: readonly string[]): string {
  return toBase64url(new TextEncoder().encode(parts.join(' ')));
}

function partsOf<T>(page: string, schema: z.ZodType<T>): T {
  const { data } = schema.safeParse(new TextDecoder().decode(fromBase64url(page)).split(' '));
  if (data === undefined) throw new WireError('page-unknown');
  return data;
}
