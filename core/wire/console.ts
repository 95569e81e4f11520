import type { ServedRoute } from './route.ts';

/**
 * The console: a page for people, and the files that it loads. These routes are no part of the wire that programs call, so
 * neither the OpenAPI document nor the SDK has them (docs/decisions/0087-console-stack-and-hosting.md).
 */
export const consoleRoutes = {
  showConsole: { method: 'GET', path: '/console', server: 'console' },
  readConsoleFile: { method: 'GET', path: '/console/{file}', server: 'console' },
} as const satisfies Readonly<Record<string, ServedRoute>>;

/** The page itself. It is served at `/v1/console`; what it loads is beside it, under `/v1/console/`. */
export const consolePage = 'index.html';

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
} as const;
export type ConsoleType = (typeof types)[keyof typeof types];

/** What the page loads is named after its content: `desk-0123456789abcdef.js`. */
const loaded = /^[a-z]+-[0-9a-f]{16}\.(css|js|svg|txt)$/;

/** The content type of a file of the console; undefined for a name that none of its files has. */
export function consoleTypeOf(name: string): ConsoleType | undefined {
  if (name === consolePage) return types.html;
  const [, ending] = loaded.exec(name) ?? [];
  return ending !== undefined && isEnding(ending) ? types[ending] : undefined;
}

function isEnding(ending: string): ending is keyof typeof types {
  return Object.hasOwn(types, ending);
}

/** The names of the files that a page loads, in its order: the addresses of its tags that are the console's own. */
export function filesOfPage(html: string): string[] {
  const addresses = html.matchAll(/\s(?:src|href)="\/v1\/console\/([^"]+)"/g);
  return [...addresses].map(([, name = '']) => name).filter((name) => consoleTypeOf(name) !== undefined);
}
