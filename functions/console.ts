import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { WireError } from '#core/problem.ts';
import { consoleRoutes, consoleTypeOf, isPageFile, type PageName, pages } from '#core/wire/console.ts';
import type { Answer, Arrived } from './middleware/event.ts';
import { serveEverybody } from './middleware/serve.ts';

/**
 * The pages for browsers, and the files that they load, as they lie beside this code. So the digest of the code that is
 * deployed covers them, and nobody can exchange them in a bucket. This function has no right: a page calls the API as every other client
 * does, with its reader's own key or, where everybody may read, with none.
 */
const folder = process.env.LAMBDA_TASK_ROOT ?? '.';
const files = new Map<string, Served>();
for (const name of readdirSync(folder)) {
  const type = consoleTypeOf(name);
  if (type === undefined) continue;
  const whole = readFileSync(`${folder}/${name}`);
  files.set(name, { type, whole, packed: gzipSync(whole) });
}

interface Served {
  type: string;
  whole: Buffer;
  packed: Buffer;
}

/**
 * What a browser holds a page to. `connect-src`: the API that the page is of and, where somebody signs, `writ bridge` on the
 * reader's own machine (docs/decisions/0088-keys-in-the-browser.md). Nobody may frame it, so nobody can lay it under another
 * page.
 */
const policyWith = (connected: string) => [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  `connect-src ${connected}`,
  "font-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

const signing = policyWith("'self' http://127.0.0.1:*").join('; ');
const reading = policyWith("'self'").join('; ');

/** What a page never asks for. */
const denied = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

const onEveryAnswer = {
  'content-security-policy': reading,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': denied.map((feature) => `${feature}=()`).join(', '),
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

const serve = serveEverybody(consoleRoutes, {
  showSite: async (event) => answer(pages.site.file, event),
  showConsole: async (event) => answer(pages.desk.file, event, signing),
  showPortal: async (event) => answer(pages.portal.file, event, signing),
  readConsoleFile: async (event) => {
    const name = event.pathParameters?.file ?? '';
    // A page has one address.
    if (isPageFile(name)) throw new WireError('not-found');
    return answer(name, event);
  },
});

export const handler: typeof serve = async (event, context) => {
  const page = mistyped(event);
  const { headers, ...rest } = page === undefined ? await serve(event, context) : toPage(page);
  return { ...rest, headers: { ...onEveryAnswer, ...headers } };
};

/** The page of an address that has a slash at its end, as people write them. Each route has one spelling: this one leads to it. */
function mistyped({ httpMethod, requestContext: { path } }: Arrived): PageName | undefined {
  if (httpMethod !== 'GET') return undefined;
  return (['desk', 'portal'] as const).find((name) => path === `/v1${pages[name].path}/`);
}

const toPage = (name: PageName): Answer => ({
  statusCode: 308,
  headers: { location: `/v1${pages[name].path}`, 'cache-control': 'no-cache' },
  body: '',
});

/** A page is asked for anew each time. What it loads has a name of its content, and is kept for good. */
function answer(name: string, { headers }: Pick<Arrived, 'headers'>, policy = reading): Answer {
  const file = files.get(name);
  if (file === undefined) throw new WireError('not-found');
  const isPacked = takesGzip(headers);
  return {
    statusCode: 200,
    headers: {
      'content-type': file.type,
      'content-security-policy': policy,
      'cache-control': isPageFile(name) ? 'no-cache' : 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    },
    body: (isPacked ? file.packed : file.whole).toString('base64'),
    isBase64Encoded: true,
  };
}

/** Whether a caller takes gzip (RFC 9110 section 12.5.3). API Gateway packs nothing: it would pack signed answers too. */
function takesGzip(headers: Arrived['headers'] | null): boolean {
  const [, value] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'accept-encoding') ?? [];
  return (value ?? '').split(',').some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
