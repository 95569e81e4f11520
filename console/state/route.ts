import { signal } from '@preact/signals';

/**
 * Where one is in the desk. It stands behind the `#` of the address, which no server sees, and names at most a case by its
 * id: no reference, no agency, no search.
 */
export type Route =
  | { screen: 'queue' }
  | { screen: 'case'; id: string }
  | { screen: 'registry' }
  | { screen: 'statistics' };

const caseId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an address names; the queue for anything that is not known. */
export function routeOf(hash: string): Route {
  const [screen = '', id = '', ...more] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'case' && caseId.test(id) && more.length === 0) return { screen, id };
  if (id === '' && (screen === 'registry' || screen === 'statistics')) return { screen };
  return { screen: 'queue' };
}

export const hashOf = (to: Route): string => (to.screen === 'case' ? `#/case/${to.id}` : `#/${to.screen}`);

export const route = signal<Route>({ screen: 'queue' });

/** Goes somewhere, so that the browser's Back leads here again. */
export function go(to: Route): void {
  location.hash = hashOf(to);
}
