import type { RouteCall } from '#client/route-call.ts';
import { canonicalJson } from '#core/canonical.ts';
import { collectionSchema, collectRoutes } from '#core/wire/agency.ts';

const { method, path } = collectRoutes.collect;
const route = `${method} ${path}`;

/**
 * What an officer's signature of a collection is for: that one collection, of which each page is asked for until the provider's
 * log has caught up, and every page after the one that was signed. Another first page would be another collection, and is
 * counted, so it is never covered.
 */
export function coversCollection(confirmed: RouteCall, call: RouteCall): boolean {
  if (confirmed.route !== route) return false;
  if (call === confirmed) return true;
  if (call.route !== route || call.target !== confirmed.target || call.method !== confirmed.method)
    return false;
  const [was, is] = [bodyOf(confirmed), bodyOf(call)];
  if (was === undefined || is?.page === undefined) return false;
  return canonicalJson({ ...is, page: '' }) === canonicalJson({ ...was, page: '' });
}

function bodyOf({ body }: RouteCall) {
  try {
    return collectionSchema.safeParse(JSON.parse(body ?? '')).data;
  } catch {
    return undefined;
  }
}
