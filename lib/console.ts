import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { utf8 } from '#core/bytes.ts';
import { codeDigest } from '#core/code-digest.ts';
import {
  type ConsoleType,
  consoleTypeOf,
  filesOfPage,
  type PageName,
  pageNames,
  pages,
} from '#core/wire/console.ts';
import { logRoutes } from '#core/wire/everybody.ts';
import { forBrowsers } from './browser.ts';
import { keptBundles, root } from './bundles.ts';
import { licencesOf, packagesOf } from './licences.ts';

/**
 * The pages as they are served: of each one HTML file, one script, one style sheet, an icon, the words of its languages, and
 * the licences of what the script is made of. The same sources always give the same bytes, whose digests the log has of each
 * deployment.
 */
export interface ConsoleFile {
  name: string;
  type: ConsoleType;
  bytes: Uint8Array;
}

/** A page, and then what it loads, in its order. */
export function pageFiles(page: PageName): readonly ConsoleFile[] {
  const known = files.get(page) ?? readFiles(keptBundles('console', sources, makeFiles), pages[page].file);
  files.set(page, known);
  return known;
}

const files = new Map<PageName, readonly ConsoleFile[]>();

/** The files of all pages, each once. */
export function consoleFiles(): readonly ConsoleFile[] {
  return [...new Map(pageNames.flatMap(pageFiles).map((file) => [file.name, file])).values()];
}

/** The SHA-256 over all files of a page, as `sha-256=:…:`. */
export function pageDigest(page: PageName): string {
  return codeDigest(new Map(pageFiles(page).map(({ name, bytes }) => [name, bytes])));
}

const sources = [
  'console/**/*.{ts,tsx,css,svg,json}',
  'client/**/*.ts',
  'core/**/*.ts',
  'lib/{browser,console,licences}.ts',
  'lib/zod/*.js',
];

function readFiles(folder: string, page: string): ConsoleFile[] {
  const read = (name: string): ConsoleFile => {
    const type = consoleTypeOf(name);
    if (type === undefined) throw new Error(`no file of a page is called ${name}`);
    return { name, type, bytes: new Uint8Array(readFileSync(`${folder}/${name}`)) };
  };
  const html = read(page);
  return [html, ...filesOfPage(new TextDecoder().decode(html.bytes)).map(read)];
}

function makeFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const page of pageNames)
    for (const [name, bytes] of bundlePage(page)) writeFileSync(`${folder}/${name}`, bytes);
}

/** Where the sources of a page lie, and what it says to a browser that runs no script. */
const sourcesOf: Record<PageName, { main: string; words: string; title: string; noScript: string }> = {
  desk: {
    main: 'console/main.tsx',
    words: 'console/words',
    title: 'Writ',
    noScript:
      'This page signs with your key in your browser, so it needs JavaScript. The command writ does the same without a browser.',
  },
  portal: {
    main: 'console/portal/main.tsx',
    words: 'console/portal/words',
    title: 'Writ: requests for data',
    noScript:
      'This page signs with your key in your browser, so it needs JavaScript. The command writ does the same without a browser.',
  },
  site: {
    main: 'console/site/main.tsx',
    words: 'console/site/words',
    title: 'Who asked for data, and what was handed over',
    noScript:
      'This provider answers lawful requests for IP addresses and telephone numbers, never for messages. Each request, decision and handover is in a public log. This page proves in your browser what it shows of the log, so it needs JavaScript. Without it, read /v1/transparency and /v1/log/checkpoint, or use the command writ log verify.',
  },
};

/** Makes the files of a page anew, by their names, whatever is kept of earlier ones. */
export function bundlePage(page: PageName): Map<string, Uint8Array> {
  const { main, words } = sourcesOf[page];
  const { js, css, packages } = bundle(main);
  const loaded = {
    icon: named('favicon', 'svg', utf8(icon)),
    style: named(page, 'css', css),
    script: named(page, 'js', js),
    licences: named('licences', 'txt', utf8(licencesOf(packages))),
  };
  const languages = {
    de: named('de', 'js', wordsIn('de', words)),
    fr: named('fr', 'js', wordsIn('fr', words)),
  };
  const html = { name: pages[page].file, bytes: utf8(pageOf(page, loaded, languages)) };
  const files = [html, ...Object.values(loaded), ...Object.values(languages)];
  return new Map(files.map(({ name, bytes }) => [name, bytes]));
}

function bundle(main: string): { js: Uint8Array; css: Uint8Array; packages: string[] } {
  const { outputFiles, metafile } = buildSync({
    ...forBrowsers,
    // Without the languages of zod's own messages, which nobody reads here: a fifth of the script.
    alias: { ...forBrowsers.alias, zod: './lib/zod/index.js' },
    absWorkingDir: root,
    entryPoints: [main],
    outdir: 'console',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    metafile: true,
    write: false,
  });
  const output = (ending: string) => {
    const [found, ...more] = outputFiles.filter(({ path }) => path.endsWith(ending));
    if (found === undefined || more.length > 0) throw new Error(`${main} has not one ${ending}`);
    return found.contents;
  };
  return { js: output('.js'), css: output('.css'), packages: packagesOf(Object.keys(metafile.inputs)) };
}

/** The words of a language, in a file of its own: a reader fetches the one that they read. */
function wordsIn(language: 'de' | 'fr', folder: string): Uint8Array {
  const { outputFiles, metafile } = buildSync({
    ...forBrowsers,
    absWorkingDir: root,
    entryPoints: [`${folder}/${language}.ts`],
    minify: true,
    metafile: true,
    write: false,
  });
  const other = Object.keys(metafile.inputs).find(
    (file) => !file.endsWith(`-${language}.ts`) && !file.endsWith(`/${language}.ts`),
  );
  // State that is there twice is two states: what the page signals, a copy of it here would not.
  if (other !== undefined) throw new Error(`the words of ${language} bring ${other}`);
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`there are no words of ${language}`);
  return file.contents;
}

interface Named {
  name: string;
  bytes: Uint8Array;
}

/** Under a name of its content, which a browser may keep for good. */
function named(what: string, ending: string, bytes: Uint8Array): Named {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return { name: `${what}-${hash}.${ending}`, bytes };
}

/**
 * Nothing in the page is a program or a style: its Content-Security-Policy lets only files in. Addresses begin with the
 * path, since a page is served at an address of its own, beside none of its files.
 */
function pageOf(
  page: PageName,
  { icon, style, script, licences }: Record<'icon' | 'style' | 'script' | 'licences', Named>,
  languages: Record<string, Named>,
): string {
  const { title, noScript } = sourcesOf[page];
  const at = ({ name }: Named) => `/v1/console/${name}`;
  // Such a link fetches nothing: the page does, for whoever chooses the language (console/words/speak.ts).
  const alternates = Object.entries(languages).map(
    ([language, file]) =>
      `<link rel="alternate" hreflang="${language}" type="text/javascript" href="${at(file)}" integrity="${integrityOf(file)}">
`,
  );
  const feed =
    page === 'site'
      ? `<link rel="alternate" type="application/atom+xml" title="The newest entries" href="/v1${logRoutes.readFeed.path}">
`
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" type="image/svg+xml" href="${at(icon)}">
<link rel="stylesheet" href="${at(style)}" integrity="${integrityOf(style)}">
<script type="module" src="${at(script)}" integrity="${integrityOf(script)}"></script>
${alternates.join('')}<link rel="license" href="${at(licences)}">
${feed}</head>
<body>
<div id="app"></div>
<noscript>${noScript}</noscript>
</body>
</html>
`;
}

/** As Subresource Integrity writes it. */
function integrityOf({ bytes }: Named): string {
  return `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
}

/** A sheet with three lines. */
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="2" width="22" height="28" rx="3" fill="#1d4ed8"/><path d="M10 10h12M10 16h12M10 22h7" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>
`;
