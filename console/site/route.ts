import { signal } from '@preact/signals';
import { isKind, type Kind } from '#core/log/kinds.ts';

/**
 * Where one is in the site. It stands behind the `#` of the address, which no server sees: the server learns which files
 * of the log are read, as of every reader, and not what of them is looked at.
 */
export type Route =
  | { screen: 'home' }
  | { screen: 'log'; kind?: Kind }
  | { screen: 'day'; day: string; kind?: Kind }
  | { screen: 'stream'; stream: string }
  | { screen: 'entry'; index: bigint }
  | { screen: 'checkpoint' }
  | { screen: 'prove' }
  | { screen: 'report'; year?: string }
  | { screen: 'letter' };

export type Screen = Route['screen'];

/** What an address names; home for anything that is not known. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [screen = '', ...rest] = path.split('/');
  const named = new URLSearchParams(query).get('kind') ?? '';
  const kind = isKind(named) ? { kind: named } : {};
  switch (screen) {
    case 'log':
      return inLog(rest, kind) ?? { screen: 'log', ...kind };
    case 'checkpoint':
    case 'prove':
    case 'letter':
      return { screen };
    case 'report':
      return /^(\d{4}|all)$/.test(rest[0] ?? '') ? { screen, year: rest[0] ?? 'all' } : { screen };
    default:
      return { screen: 'home' };
  }
}

function inLog([part = '', ...rest]: string[], kind: { kind?: Kind }): Route | undefined {
  const name = rest.map(decoded).join('/');
  switch (part) {
    case 'entry':
      return /^\d{1,18}$/.test(name) ? { screen: 'entry', index: BigInt(name) } : undefined;
    case 'day':
      return isDay(name) ? { screen: 'day', day: name, ...kind } : undefined;
    case 'case':
      return isStream(name) ? { screen: 'stream', stream: `case/${name}` } : undefined;
    case 'stream':
      return isStream(name) ? { screen: 'stream', stream: name } : undefined;
    default:
      return undefined;
  }
}

/** A stream's name is the provider's, and an address anybody's: what cannot be one is none. */
const isStream = (name: string) => /^[\w./:+-]{1,200}$/.test(name);

const isDay = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

export function hashOf(to: Route): string {
  switch (to.screen) {
    case 'home':
      return '#/';
    case 'log':
      return `#/log${queryOf(to.kind)}`;
    case 'day':
      return `#/log/day/${to.day}${queryOf(to.kind)}`;
    case 'entry':
      return `#/log/entry/${to.index}`;
    case 'stream':
      return to.stream.startsWith('case/') ? `#/log/${to.stream}` : `#/log/stream/${to.stream}`;
    case 'report':
      return to.year === undefined ? '#/report' : `#/report/${to.year}`;
    default:
      return `#/${to.screen}`;
  }
}

const queryOf = (kind: Kind | undefined) => (kind === undefined ? '' : `?kind=${kind}`);

export const route = signal<Route>({ screen: 'home' });

/** Goes somewhere, so that the browser's Back leads here again. */
export function go(to: Route): void {
  location.hash = hashOf(to);
}
