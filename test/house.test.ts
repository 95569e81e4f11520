import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { definitionOf, functionNames } from '#lib/functions.ts';

/** The design's house: who may know whom, and what core does without. */
const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const sources = (folder: string) => globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }).sort();

/** Code without its comments, whose words are nobody's calls. Strings are kept. */
function code(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;
  return text.replace(token, (text) => (text.startsWith('/') ? ' ' : text));
}

/** What a file imports, types and `import()` too: a folder of ours (`core`), a package, or `node:…`. */
function importsOf(file: string): string[] {
  const all = code(read(file)).matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)'([^'\s]+)'/g);
  return [...all].map(([, specifier = '']) => {
    if (specifier.startsWith('#')) return `${specifier.slice(1)}`;
    if (specifier.startsWith('.')) return relative(root, resolve(root, dirname(file), specifier));
    return `package ${specifier}`;
  });
}

function offenders(folder: string, forbidden: RegExp): string[] {
  return sources(folder).flatMap((file) =>
    importsOf(file)
      .filter((text) => forbidden.test(text))
      .map((text) => `${file} imports ${text}`),
  );
}

function uses(folder: string, forbidden: RegExp): string[] {
  return sources(folder).flatMap((file) =>
    [...code(read(file)).matchAll(forbidden)].map(([text]) => `${file}: ${text}`),
  );
}

const aws =
  'package (@aws-sdk|@aws-crypto|@smithy|aws-cdk|constructs|aws-lambda|@aws-lambda-powertools|@middy)';

test('every import is read: of ours by folder, of others by package', () => {
  for (const folder of ['core', 'client', 'functions', 'lib']) assert.ok(sources(folder).length > 3, folder);
  const seen = importsOf('functions/expire.ts');
  for (const text of ['core/access/expire.ts', 'functions/aws/env.ts', 'package zod'])
    assert.ok(seen.includes(text), text);
  for (const folder of ['core', 'client', 'console', 'functions', 'lib']) {
    for (const file of sources(folder)) {
      for (const value of importsOf(file)) {
        assert.ok(value.startsWith('package ') || existsSync(join(root, value)), `${file}: ${value}`);
      }
    }
  }
});

test('core knows neither what runs nor what is deployed, and no AWS client', () => {
  assert.deepEqual(offenders('core', /^(?!core\/|package )/), []);
  assert.deepEqual(offenders('core', new RegExp(`^${aws}`)), []);
});

/** A circle of folders: each imports the next, and the last the first. */
function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found = new Set<string>();
  const walk = (path: readonly string[]) => {
    for (const next of edges.get(path.at(-1) ?? '') ?? []) {
      const at = path.indexOf(next);
      if (at < 0) walk([...path, next]);
      // Named from its first folder on, a circle is found once.
      else if (path.slice(at).toSorted()[0] === next) found.add([...path.slice(at), next].join(' → '));
    }
  };
  for (const folder of edges.keys()) walk([folder]);
  return [...found].sort();
}

/** The folder directly below core/ that a file is in; undefined for a file that lies in core/ itself. */
const folderOf = (file: string) => /^core\/([^/]+)\//.exec(file)?.[1];

test('no two folders of core import each other, not even types, and none does by way of others', () => {
  const edges = new Map<string, Set<string>>();
  for (const file of sources('core')) {
    const from = folderOf(file);
    if (from === undefined) continue;
    const targets = importsOf(file).flatMap((text) => folderOf(text) ?? []);
    const others = targets.filter((folder) => folder !== from);
    edges.set(from, new Set([...(edges.get(from) ?? []), ...others]));
  }
  assert.ok(edges.get('cases')?.has('log'));
  assert.deepEqual(circles(edges), []);
  assert.deepEqual(
    circles(
      new Map([
        ['a', new Set(['b'])],
        ['b', new Set(['c'])],
        ['c', new Set(['a'])],
      ]),
    ),
    ['a → b → c → a'],
  );
});

test('core reaches no disk, no network and no other process', () => {
  const nodes = sources('core').flatMap((file) =>
    importsOf(file).filter((text) => text.startsWith('package node:')),
  );
  // node:net is there for isIPv4 and isIPv6 alone.
  const allowed = ['package node:crypto', 'package node:net'];
  assert.deepEqual(
    [...new Set(nodes)].filter((text) => !allowed.includes(text)),
    [],
  );
  for (const file of sources('core').filter((source) => importsOf(source).includes('package node:net'))) {
    assert.match(read(file), /^import \{ isIPv4, isIPv6 \} from 'node:net';$/m, file);
  }
  assert.deepEqual(
    uses('core', /\bfetch\(|\bWebSocket\b|\brequire\(|\bprocess\.|\bsetTimeout\b|\bsetInterval\b/g),
    [],
  );
});

test('core has no clock and no chance of its own', () => {
  assert.deepEqual(
    uses(
      'core',
      /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\.random\b|\bperformance\b|\bTemporal\.Now\b/g,
    ),
    [],
  );
});

test('clients import core and packages, and nothing of AWS but where operators’ commands load it', () => {
  // And of the manifest its version.
  assert.deepEqual(offenders('client', /^(?!core\/|client\/|package )/), [
    'client/cli/version.ts imports package.json',
  ]);
  const loading = /^client\/cli\/aws\.ts /;
  assert.deepEqual(
    offenders('client', new RegExp(`^${aws}`)).filter((offender) => !loading.test(offender)),
    [],
  );
  assert.doesNotMatch(read('client/cli/aws.ts'), /\bfrom '@/);
});

test('the console imports client, core and itself, and of packages what it is drawn and parsed with', () => {
  assert.deepEqual(
    offenders(
      'console',
      /^(?!core\/|client\/|console\/|package (preact|@preact\/signals|zod)(\/[a-z/-]+)?$)/,
    ),
    [],
  );
  // What a browser has no part of: the command, files of keys, and what reads a disk.
  assert.deepEqual(offenders('console', /^client\/(cli\/|node\.ts|keys\.ts|doctor\/)/), []);
});

test('the console makes no text into markup or code', () => {
  const forbidden =
    /\b(?:dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML)\b|\beval\(|\bnew Function\b|\bdocument\.write\b/g;
  assert.deepEqual(uses('console', forbidden), []);
});

/** What the console keeps between visits beside its key: nothing of a case. */
const keepsInStorage: Record<string, string> = {
  'console/first/opening.ts': 'thumbprints of the provider’s keys, as its reader compared them',
  'console/portal/requests/watching.tsx': 'whether a message is shown when a request changes',
  'console/queue/watching.tsx': 'filters and the order of the list (console/queue/kept.ts)',
  'console/site/compared-key.ts': 'the log’s key, as a reader of the public pages compared it',
  'console/start.ts': 'the language',
  'console/ui/language.tsx': 'the language',
};

test('the console keeps no cookie, and each file that keeps something in the browser says what', () => {
  assert.deepEqual(uses('console', /\bdocument\.cookie\b|\bsessionStorage\b|\bcaches\.\w+/g), []);
  const keeping = sources('console').filter((file) => /\blocalStorage\b/.test(code(read(file))));
  assert.deepEqual(keeping, Object.keys(keepsInStorage).sort());
});

test('nobody imports the console: lib bundles it', () => {
  for (const folder of ['core', 'client', 'functions', 'lib', 'bin'])
    assert.deepEqual(offenders(folder, /^console\//), []);
});

test('functions import core and themselves; lib imports core and itself', () => {
  assert.deepEqual(offenders('functions', /^(?!core\/|functions\/|package )/), []);
  assert.deepEqual(offenders('lib', /^(?!core\/|lib\/|package )/), []);
  assert.deepEqual(offenders('functions', /^package (aws-cdk|constructs)/), []);
  assert.deepEqual(offenders('lib', /^package @aws-sdk/), []);
});

test('every function of the table has its file, and every file its function', () => {
  const named = functionNames.map((name) => `functions/${definitionOf(name).file}.ts`);
  assert.deepEqual(named.sort(), globSync('functions/*.ts', { cwd: root }).sort());
});

/** Who reads JSON with `JSON.parse` alone, and why a name that stands twice in it, or a deep nest, does no harm there. */
const readsPlainJson: Record<string, string> = {
  'core/json.ts': 'is the rule',
  'core/log/entry.ts': 'takes an entry only in its RFC 8785 form, which has each name once (decision 41)',
  'core/log/proof.ts': 'takes an entry only in its RFC 8785 form',
  'core/sequencer/soundness.ts': 'takes an entry only in its RFC 8785 form',
  'core/trail/hourly.ts': 'reads an entry that we committed',
  'core/log/verify/stored.ts': 'we wrote it',
  'core/trail/cloudtrail.ts':
    'CloudTrail wrote it, which has names with escapes; what is unreadable is counted',
  'core/cases/cursor.ts': 'we wrote it: it has our MAC',
  'core/cases/withheld.ts': 'we wrote it, in its RFC 8785 form: the item has our MAC',
  'core/state/keepings.ts': 'we wrote it: the item has our MAC',
  'core/state/vault-items.ts': 'we wrote it: the item has our MAC',
  'core/evidence.ts': 'we wrote it; the message within is read by the rule, once its signature holds',
  'core/environment.ts': 'the stack wrote it',
  'core/wire/openapi.ts': 'copies what it made itself',
  'client/cli/agent/asking.ts': 'our own agent answers it, over a socket that this user alone reaches',
  'client/cli/agent/process.ts':
    'this user asks it, over a socket that nobody else reaches; each call is parsed',
  'client/cli/for-good.ts': 'reads a body that we just made',
  'client/cli/request/draft-file.ts': 'we wrote it, encrypted to our own key',
  'client/asking/own-copy.ts': 'we wrote it, and its digest is that of what was sent',
  'client/cli/confirm-call.ts': 'lays out a body that we just made',
  'client/cli/ingest/journal.ts': 'we wrote it',
  'client/cli/profile/profile.ts': 'we wrote it',
  'client/cli/request/remembered.ts': 'we wrote it',
  'client/cli/operate/invoke.ts': 'our own functions answer it',
  'client/cli/operate/remove/account.ts': 'CloudFormation gives the template of a stack, anybody’s',
  'client/cli/doctor/stack.ts': 'CloudFormation gives the template of our stack',
  'console/queue/kept.ts': 'we wrote it',
  'console/registry/policy-diff.ts': 'makes a copy in the RFC 8785 form',
  'console/portal/collect/covers.ts': 'reads a body that we just made',
  'console/portal/state/kept.ts': 'we wrote it: it opens with our own key alone',
  'console/sign/read-back.ts': 'takes a body only if it writes back to the very same text',
  'lib/version.ts': 'is our package.json',
};

test('what others wrote is read by core/json.ts, and each file that calls JSON.parse says whose JSON it reads', () => {
  const callers = ['bin', 'core', 'client', 'console', 'functions', 'lib'].flatMap((folder) =>
    sources(folder).filter((file) => /\bJSON\.parse\b/.test(code(read(file)))),
  );
  assert.deepEqual(callers.sort(), Object.keys(readsPlainJson).sort());
});

test('I1: nothing that is deployed writes to the console', () => {
  for (const folder of ['core', 'functions', 'lib', 'bin']) {
    assert.deepEqual(uses(folder, /\bconsole\.(?!ts')\w+|\bprocess\.std(?:out|err)\b/g), []);
  }
});

test('nothing silences the compiler or the linter, except where it says why', () => {
  for (const folder of ['bin', 'core', 'client', 'console', 'functions', 'lib', 'dev']) {
    for (const file of sources(folder)) {
      assert.doesNotMatch(read(file), /@ts-(?:ignore|expect-error|nocheck)/, file);
      assert.doesNotMatch(code(read(file)), /\bas any\b|\bas unknown as\b/, file);
      assert.doesNotMatch(read(file), /biome-ignore [\w/]+\s*$/m, file);
    }
  }
});

const manifest = z
  .object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(read('package.json')));
const depended = { ...manifest.dependencies, ...manifest.devDependencies };

test('every dependency has one exact version', () => {
  for (const [name, version] of Object.entries(depended)) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  const twice = Object.keys(manifest.dependencies).filter((name) => name in manifest.devDependencies);
  assert.deepEqual(twice, []);
  for (const name of Object.keys(manifest.allowScripts)) assert.ok(name in depended, name);
});

test('every dependency earns its line in docs/decisions/dependencies.md', () => {
  const lines = read('docs/decisions/dependencies.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const documented = new Set(
    lines.flatMap((line) => {
      const [, cell = ''] = line.split('|');
      const [first = '', ...more] = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
      // `@aws-sdk/client-a`, `-b` and `c` stand for @aws-sdk/client-b and @aws-sdk/c.
      const [scope = ''] = first.startsWith('@') ? first.split('/') : [];
      return [
        first,
        ...more.flatMap((text) =>
          text.startsWith('-') ? [`${scope}/client${text}`] : [text, `${scope}/${text}`],
        ),
      ];
    }),
  );
  assert.deepEqual(
    Object.keys(depended).filter((name) => !documented.has(name)),
    [],
  );
});

test('every decision says its context, what was decided, and what follows', () => {
  const folder = join(root, 'docs/decisions');
  const records = readdirSync(folder).filter((name) => /^\d{4}-/.test(name));
  for (const [i, name] of records.sort().entries()) {
    assert.equal(Number(name.slice(0, 4)), i + 1, name);
    const text = readFileSync(join(folder, name), 'utf8');
    const parts = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(parts, ['Context', 'Decision', 'Consequence'], name);
    assert.match(text, new RegExp(`^# ${i + 1}\\. \\S`), name);
  }
});
