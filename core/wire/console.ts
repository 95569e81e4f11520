import type { ServedRoute } from './route.ts';

/**
 * The pages that people open in a browser, and the files that the pages load. These routes are no part of the wire that
 * programs call, so neither the OpenAPI document nor the SDK has them (docs/decisions/0087-console-stack-and-hosting.md).
 */
export const consoleRoutes = {
  showSite: { method: 'GET', path: '/', server: 'console' },
  showConsole: { method: 'GET', path: '/console', server: 'console' },
  showPortal: { method: 'GET', path: '/portal', server: 'console' },
  readConsoleFile: { method: 'GET', path: '/console/{file}', server: 'console' },
} as const satisfies Readonly<Record<string, ServedRoute>>;

/** Each page: the desk of the provider's reviewers, the portal of agencies' officers, and what everybody may read. */
export const pageNames = ['desk', 'portal', 'site'] as const;
export type PageName = (typeof pageNames)[number];

/** Where each page is served, below `/v1`, and its file. What it loads is under `/v1/console/`. */
export const pages = {
  desk: { path: consoleRoutes.showConsole.path, file: 'index.html' },
  portal: { path: consoleRoutes.showPortal.path, file: 'portal.html' },
  site: { path: consoleRoutes.showSite.path, file: 'site.html' },
} as const satisfies Readonly<Record<PageName, { path: string; file: string }>>;

const pageFiles: readonly string[] = pageNames.map((name) => pages[name].file);

const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
} as const;
export type ConsoleType = (typeof types)[keyof typeof types];

/** What a page loads is named after its content: `desk-0123456789abcdef.js`. */
const loaded = /^[a-z]+-[0-9a-f]{16}\.(css|js|svg|txt)$/;

/** The content type of a file of the pages; undefined for a name that none of their files has. */
export function consoleTypeOf(name: string): ConsoleType | undefined {
  if (isPageFile(name)) return types.html;
  const [, ending] = loaded.exec(name) ?? [];
  return ending !== undefined && isEnding(ending) ? types[ending] : undefined;
}

/** Whether a file is a page itself, which has an address of its own. */
export const isPageFile = (name: string): boolean => pageFiles.includes(name);

function isEnding(ending: string): ending is keyof typeof types {
  return Object.hasOwn(types, ending);
}

/** The names of the files that a page loads, in its order: the addresses of its tags that are files of the pages. */
export function filesOfPage(html: string): string[] {
  const addresses = html.matchAll(/\s(?:src|href)="\/v1\/console\/([^"]+)"/g);
  return [...addresses].map(([, name = '']) => name).filter((name) => consoleTypeOf(name) !== undefined);
}
