import { signal } from '@preact/signals';

/**
 * Where one is in the portal. It stands behind the `#` of the address, which no server sees, and names at most a request or
 * a draft by its id: no reference, nobody who is asked about.
 */
export type Route =
  | { screen: 'requests' }
  | { screen: 'request'; id: string }
  | { screen: 'new'; draft?: string }
  | { screen: 'preservations' }
  | { screen: 'prove' }
  | { screen: 'key' };

const id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an address names; the requests for anything that is not known. */
export function routeOf(hash: string): Route {
  const [screen = '', named = '', ...more] = hash.replace(/^#\/?/, '').split('/');
  if (more.length > 0) return { screen: 'requests' };
  if (screen === 'requests' && id.test(named)) return { screen: 'request', id: named };
  if (screen === 'new' && id.test(named)) return { screen, draft: named };
  if (named !== '') return { screen: 'requests' };
  if (screen === 'new' || screen === 'preservations' || screen === 'prove' || screen === 'key')
    return { screen };
  return { screen: 'requests' };
}

export function hashOf(to: Route): string {
  if (to.screen === 'request') return `#/requests/${to.id}`;
  return to.screen === 'new' && to.draft !== undefined ? `#/new/${to.draft}` : `#/${to.screen}`;
}

export const route = signal<Route>({ screen: 'requests' });

/** Goes somewhere, so that the browser’s Back leads here again. */
export function go(to: Route): void {
  location.hash = hashOf(to);
}
