import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { environment } from '#core/environment.ts';
import { entryKinds, kinds } from '#core/log/kinds.ts';
import {
  isProven,
  macKeyVariable,
  provenTables,
  type TableName,
  tableNames,
  tables,
  tableVariable,
} from '#core/store/tables.ts';
import { servedRoutes } from '#core/wire/routes.ts';
import { variablesOf } from '#lib/function-definition.ts';
import { definitionOf, type FunctionName, functionNames, functionServing } from '#lib/functions.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const all = functionNames.map((name) => ({ name, ...definitionOf(name) }));

test('a file is one function’s alone, and each function says in a line what it does', () => {
  for (const key of ['file', 'does'] as const)
    assert.equal(new Set(all.map((definition) => definition[key])).size, all.length, key);
  for (const { name, does } of all) assert.match(does, /^[a-z][^.\n]{10,100}$/, name);
});

test('something wakes every function: a stream, the clock, a call, a deployment, another function or a person', () => {
  const invoked = new Set<string>(all.flatMap(({ invokes = [] }) => invokes));
  for (const { name, wokenBy } of all)
    assert.ok(Object.keys(wokenBy).length > 0 || invoked.has(name), `nothing wakes ${name}`);
});

test('every route has one function, whose file has the name that the wire gives it', () => {
  for (const { server, path } of servedRoutes)
    assert.equal(definitionOf(functionServing(server)).file, server, path);
  const serving = all.flatMap(({ wokenBy: { routes } }) => routes ?? []);
  assert.equal(new Set(serving).size, serving.length);
  const servers = new Set<string>(servedRoutes.map(({ server }) => server));
  assert.deepEqual(new Set<string>(serving), servers);
});

test('a kind of entry wakes functions that read the outbox, and each reader of some kinds is woken by one at least', () => {
  const reading = all.flatMap(({ file, wokenBy: { stream } }) =>
    stream?.of === 'outbox' ? [{ file, entries: stream.entries }] : [],
  );
  // Of each function that reads some kinds, the name that core gives it is its file.
  for (const { file, entries } of reading) assert.ok(entries === 'all' || entries === file, file);
  const woken = new Set<string>(kinds.flatMap((kind) => entryKinds[kind].wakes));
  assert.deepEqual(
    woken,
    new Set(reading.map(({ entries }) => entries).filter((entries) => entries !== 'all')),
  );
});

test('no stream has more than two readers, as DynamoDB recommends', () => {
  const streams = all.flatMap(({ wokenBy: { stream } }) => stream?.of ?? []);
  for (const each of new Set(streams))
    assert.ok(streams.filter((stream) => stream === each).length <= 2, each);
});

test('I4: one function alone writes the log’s bucket and signs its checkpoints', () => {
  const writers = all.filter(({ buckets }) => buckets?.log === 'write').map(({ name }) => name);
  const signers = all.filter(({ keys }) => keys?.log?.includes('Sign')).map(({ name }) => name);
  assert.deepEqual([writers, signers], [['Sequence'], ['Sequence']]);
});

test('I4: one function alone writes the cosigned checkpoint, and has no table, no key and no other file', () => {
  const cosigning = all.filter(({ buckets }) => buckets?.log === 'cosign');
  assert.deepEqual(
    cosigning.map(({ name, tables: of, keys, invokes }) => [name, of, keys, invokes]),
    [['Cosign', {}, undefined, undefined]],
  );
});

test('every variable of the environment is given to a function', () => {
  const given = new Set(all.flatMap((definition) => [...variablesOf(definition)]));
  assert.deepEqual([...given].sort(), Object.keys(environment).sort());
});

const writing = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];

/** The functions that may do one of these things with a table, by their files. */
function filesThatMay(table: TableName, actions: readonly string[]): string[] {
  const some = all.filter(({ tables: of }) => of[table]?.some((action) => actions.includes(action)));
  return some.map(({ file }) => file).sort();
}

test('I11 the writers of a table are the functions that have the right to write it, and no others', () => {
  for (const table of provenTables)
    assert.deepEqual(tables[table].believed.writers.toSorted(), filesThatMay(table, writing), table);
});

test('I11 no function may change a part of an item that carries a MAC', () => {
  for (const table of provenTables) assert.deepEqual(filesThatMay(table, ['UpdateItem']), [], table);
  assert.notDeepEqual(filesThatMay('calls', ['UpdateItem']), []);
});

test('a function that counts a table reads none of it, and has no key of its MACs', () => {
  const counting = all.filter(({ counts }) => counts !== undefined);
  assert.deepEqual(
    counting.map(({ name }) => name),
    ['Health'],
  );
  for (const definition of counting) {
    const given = variablesOf(definition);
    for (const table of provenTables) {
      assert.equal(definition.tables[table], undefined, table);
      assert.ok(!given.has(macKeyVariable(table)), table);
    }
  }
});

test('I11 of a table whose items carry no MAC it is said why whatever it holds is harmless', () => {
  const harmless = tableNames.filter((table) => !isProven(table));
  assert.deepEqual(harmless, ['calls', 'log', 'notices', 'revocations']);
  for (const table of tableNames) {
    const { believed } = tables[table];
    if ('harmless' in believed) assert.match(believed.harmless, /^[A-Z].{100,}\.$/, table);
  }
});

const read = await variablesRead();

for (const definition of all) {
  test(`${definition.name} has the variables that its code asks for, and no setting that it does not`, () => {
    const given = [...variablesOf(definition)];
    const asked = read.get(definition.name) ?? new Set();
    assert.deepEqual(
      [...asked].filter((name) => !given.some((variable) => variable === name)),
      [],
      'asked for and not given',
    );
    // Code may ask for a table through the store, by the table's name.
    const used: readonly string[] = [
      ...tableNames
        .filter((table) => definition.tables[table] !== undefined)
        .flatMap((table) => [tableVariable(table), ...(isProven(table) ? [macKeyVariable(table)] : [])]),
      ...tableNames.filter((table) => definition.counts?.[table] !== undefined).map(tableVariable),
    ];
    const settings = given.filter((name) => !used.includes(name));
    assert.deepEqual(
      settings.filter((name) => !asked.has(name)),
      [],
      'given and not asked for',
    );
  });
}

/** What each function's code asks for by `env(…)`, in all modules that its bundle has. */
async function variablesRead(): Promise<Map<FunctionName, Set<string>>> {
  const { metafile } = await build({
    entryPoints: all.map(({ file }) => `functions/${file}.ts`),
    absWorkingDir: root,
    outdir: 'none',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const asks = (file: string): string[] =>
    file.startsWith('functions/')
      ? [...readFileSync(join(root, file), 'utf8').matchAll(/\benv\(([^)]*)\)/g)].flatMap(([, names = '']) =>
          [...names.matchAll(/'([A-Z_]+)'/g)].map(([, name = '']) => name),
        )
      : [];
  return new Map(
    all.map(({ name, file }) => {
      const output = metafile.outputs[`none/${file}.mjs`];
      assert.ok(output, file);
      return [name, new Set(Object.keys(output.inputs).flatMap(asks))];
    }),
  );
}
