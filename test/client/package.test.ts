import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { z } from 'zod';
import { pack } from '#dev/pack.ts';
import { selfSigned, serve } from './cli/certificates.ts';

/** The package as it is packed, in a project that has nothing else. */
const home = fileURLToPath(new URL('../..', import.meta.url));
const local = (path: string) => join(home, 'node_modules', path);
const folder = mkdtempSync(join(tmpdir(), 'writ-package-'));
const project = join(folder, 'project');
const tarball = join(folder, 'writ.tgz');

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  engines: z.looseObject({ node: z.string().optional() }).default({}),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
});
const manifest = (path: string) =>
  manifestSchema.parse(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));

/** All that an installation brings: a package's own, and theirs, where Node would find them. */
function closure(from: string, found = new Map<string, string>()): Map<string, string> {
  for (const name of Object.keys(manifest(from).dependencies)) {
    const nested = join(from, 'node_modules', name);
    const path = existsSync(nested) ? nested : local(name);
    if (found.has(path)) continue;
    found.set(path, name);
    closure(path, found);
  }
  return found;
}

function run(program: string, args: readonly string[], cwd = project) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
const node = (args: readonly string[], cwd?: string) => run(process.execPath, args, cwd);

/** Programs of this name on the machine, whatever the project brings. */
const onPath = (name: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .filter((file) => existsSync(file));
/** The oldest Node that is promised, as `npm test` brings it; else another 20 that is here. */
const oldest = join(home, '.writ/node-oldest/node');
const node20 = [...(existsSync(oldest) ? [oldest] : []), ...onPath('node')].find((file) =>
  run(file, ['--version'], home).stdout.startsWith('v20.'),
);
const npm = onPath('npm')[0];

before(async () => {
  await pack();
  assert.ok(npm, 'npm is needed to pack');
  const { stdout, stderr } = run(
    npm,
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    home,
  );
  const [{ filename }] = z.tuple([z.looseObject({ filename: z.string() })]).parse(JSON.parse(stdout));
  assert.ok(filename, stderr);
  // Installed as npm does it, from what is here already: the suite needs no network.
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  assert.equal(run('tar', ['xzf', join(folder, filename), '-C', join(project, 'node_modules')]).status, 0);
  renameSync(join(project, 'node_modules/package'), join(project, 'node_modules/writ'));
  renameSync(join(folder, filename), tarball);
  for (const name of Object.keys(manifest(join(project, 'node_modules/writ')).dependencies)) {
    const to = join(project, 'node_modules', name);
    mkdirSync(dirname(to), { recursive: true });
    symlinkSync(local(name), to);
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
});
after(() => rmSync(folder, { recursive: true }));

test('the tarball holds what is built, and nothing of the checkout', () => {
  const { stdout } = run('tar', ['tzf', tarball]);
  const files = stdout.trim().split('\n');
  const expected = /^package\/(package\.json|README\.md|LICENSE|client\/bin\.mjs|dist\/.+)$/;
  assert.deepEqual(
    files.filter((file) => !expected.test(file)),
    [],
  );
  for (const file of [
    'client/bin.mjs',
    'dist/cli.js',
    'dist/browser.js',
    'dist/types/client/index.d.ts',
    'LICENSE',
  ])
    assert.ok(files.includes(`package/${file}`), file);
});

test('publint finds nothing', () => {
  const { status, stdout } = node([local('publint/src/cli.js'), 'run', tarball, '--strict']);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /All good!/);
});

test('are the types wrong? They are not, for whoever imports', () => {
  const attw = local('@arethetypeswrong/cli/dist/index.js');
  const { status, stdout, stderr } = node([attw, tarball, '--profile', 'esm-only', '--no-color']);
  assert.equal(status, 0, stdout + stderr);
});

test('an installation brings no AWS, and nothing that wants a later Node than it says', () => {
  const installed = join(project, 'node_modules/writ');
  const all = closure(installed);
  assert.ok(all.size >= 5, 'the closure was walked');
  const aws = /aws|smithy|^constructs$|middy|cdk/;
  assert.deepEqual(
    [...all.values()].filter((name) => aws.test(name)),
    [],
  );
  assert.equal(manifest(installed).engines.node, '>=20.19');
  for (const path of all.keys()) {
    const { name, engines } = manifest(path);
    const [, major = '0', minor = '0'] =
      /^>=\s*v?(\d+)(?:\.(\d+))?(?:\.\d+)?$/.exec(engines.node ?? '>=0') ?? [];
    assert.ok(Number(major) < 20 || (Number(major) === 20 && Number(minor) <= 19), `${name} ${engines.node}`);
  }
});

test('the command runs, from a link as npm makes one', () => {
  const link = join(project, 'node_modules/.bin/writ');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync('../writ/client/bin.mjs', link);
  const { version } = manifest(home);
  assert.deepEqual(node([link, '--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
  const { status, stdout } = node([link, '--help']);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: writ /);
});

test('every group of commands loads on Node 20.19', {
  skip: node20 === undefined && 'there is no Node 20 here',
}, () => {
  const bin = 'node_modules/writ/client/bin.mjs';
  assert.match(run(node20 ?? '', [bin, '--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  const { status, stdout, stderr } = run(node20 ?? '', [bin, 'completion', 'fish']);
  assert.equal(status, 0, stderr);
  for (const group of ['doctor', 'ingest', 'operate', 'report'])
    assert.ok(stdout.includes(`-a ${group} -d`), group);
});

/** What Node 20.19 has of the language: ES2023, and well-formed strings. */
const oldestLib = ['es2023', 'es2024.string'];

test('what people install uses nothing that Node 20.19 lacks', () => {
  const config = join(project, 'oldest.json');
  const compilerOptions = { noEmit: true, lib: oldestLib, target: 'es2023', typeRoots: [local('@types')] };
  const files = ['client/cli/writ.ts', 'client/index.ts', 'client/node.ts'].map((file) => join(home, file));
  const check = (of: readonly string[]) => {
    writeFileSync(
      config,
      JSON.stringify({ extends: join(home, 'tsconfig.json'), compilerOptions, files: of, include: [] }),
    );
    return node([local('typescript/bin/tsc'), '--project', config]);
  };
  assert.deepEqual(check(files), { status: 0, stdout: '', stderr: '' });
  const planted = join(project, 'planted.ts');
  writeFileSync(planted, 'export const all = await Array.fromAsync([1]);\n');
  assert.match(check([planted]).stdout, /fromAsync/);
});

test('doctor looks at a provider on Node 20.19, with an authority beside those that Node was started with', {
  skip: node20 === undefined && 'there is no Node 20 here',
}, async () => {
  const [ours, others] = [selfSigned(), selfSigned({ host: 'elsewhere.example' })];
  const url = await serve(ours, (_, answer) => answer.end('{}'));
  const { out } = await new Promise<{ out: string }>((resolve) => {
    execFile(
      node20 ?? '',
      ['node_modules/writ/client/bin.mjs', 'doctor', '--url', url, '--ca', ours.file],
      { cwd: project, env: { ...process.env, NODE_EXTRA_CA_CERTS: others.file, XDG_CONFIG_HOME: folder } },
      (_, stdout) => resolve({ out: stdout }),
    );
  });
  assert.match(out, /node: Node 20\./);
  assert.match(out, /certificate: for localhost/);
  assert.match(out, /no Writ answers at/);
});

/** Signs, is answered, verifies; one error class for both entries; and a disclosure that is none. */
const program = `
import assert from 'node:assert/strict';
import { ExchangeError, followRequest, generateSigningKey, importPublicKey, openSession, parseVerifierKey,
  proveDisclosure, signerFromCryptoKey } from 'writ';
import { newSigningKey, publicJwk, signerFromPem } from 'writ/node';

const { privatePem } = newSigningKey();
const published = { name: 'P', policyHash: 'x', revoked: [], keys: [{ ...publicJwk(privatePem), kid: 'k' }] };
assert.equal(signerFromPem(privatePem).keyId, importPublicKey(publicJwk(privatePem)).thumbprint);
for (const signer of [signerFromPem(privatePem), await signerFromCryptoKey(await generateSigningKey('ecdsa-p256-sha256'))]) {
  let signed;
  const fetch = async (url, { headers }) => {
    signed = headers.signature;
    return Response.json({ ok: true });
  };
  const session = await openSession({ url: 'https://gateway.example', signer, fetch }, published);
  await assert.rejects(followRequest(session, 'x'), (it) => it instanceof ExchangeError && it.code === 'answer-unsigned');
  assert.match(signed, /^[a-z0-9]+=:.{86}==:$/);
}
const key = parseVerifierKey('example.com/foo+530d903a+AQiYOC7Mp1bAQ2ueLcd5pW3oSxnsB0oK6cQ/9TR1DJsU');
assert.equal(await proveDisclosure('{}', key), undefined);
`;

test('the SDK runs where it is installed, on this Node and on Node 20 where there is one', async (t) => {
  const file = join(project, 'use.mjs');
  const { formatVerifierKey } = await import('#core/log/note.ts');
  const text = formatVerifierKey({ name: 'example.com/foo', publicKey: new Uint8Array(32).fill(9) });
  writeFileSync(file, program.replace(/'example\.com[^']+'/, `'${text}'`));
  assert.deepEqual(node([file]), { status: 0, stdout: '', stderr: '' });
  if (node20 === undefined) return t.diagnostic('there is no Node 20 here');
  const { status, stderr } = run(node20, [file]);
  assert.equal(status, 0, stderr);
});

/** The examples of the README and docs/sdk.md, each a module. */
function examples(): string[] {
  return ['README.md', 'docs/sdk.md'].flatMap((file) => {
    const text = readFileSync(join(home, file), 'utf8');
    return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  });
}

test('the examples in README.md and docs/sdk.md are right by the packed types, without skipping anybody’s', () => {
  const files = examples().map((code, i) => {
    const file = `example-${i}.ts`;
    writeFileSync(join(project, file), code);
    return file;
  });
  assert.ok(files.length >= 8);
  symlinkSync(local('@types'), join(project, 'node_modules/@types'));
  const check = (compilerOptions: Record<string, unknown>, of: string[]) => {
    const options = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, ...compilerOptions };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: of }));
    return node([local('typescript/bin/tsc'), '--project', join(project, 'tsconfig.json')]);
  };
  const good = { status: 0, stdout: '', stderr: '' };
  const inNode = files.filter((file) => !readFileSync(join(project, file), 'utf8').includes('location'));
  assert.deepEqual(check({ lib: ['esnext'], types: ['node'] }, inNode), good);
  // In a browser's project there is no Node to have types of.
  const inBrowser = files.filter((file) => !readFileSync(join(project, file), 'utf8').includes('node'));
  assert.ok(inBrowser.length >= 6);
  const dom = {
    lib: ['esnext', 'dom', 'dom.iterable'],
    types: [],
    moduleResolution: 'bundler',
    module: 'esnext',
  };
  assert.deepEqual(check(dom, inBrowser), good);
});

test('a code that no provider has does not compile: codes are a union', () => {
  writeFileSync(
    join(project, 'union.ts'),
    `import type { ProblemCode } from 'writ';\nexport const code: ProblemCode = 'case-closde';\n`,
  );
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'union.json'), JSON.stringify({ compilerOptions, files: ['union.ts'] }));
  const { status, stdout } = node([local('typescript/bin/tsc'), '--project', join(project, 'union.json')]);
  assert.notEqual(status, 0);
  assert.match(stdout, /'"case-closde"' is not assignable to type/);
});

test('a browser’s bundle of it has nothing of Node', async () => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from 'writ';`, resolveDir: project },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2024',
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  assert.deepEqual(output?.imports, []);
  assert.ok(Object.keys(metafile.inputs).some((file) => file.endsWith('writ/dist/browser.js')));
  const text = outputFiles[0]?.text ?? '';
  assert.ok(text.length > 50_000);
  assert.doesNotMatch(text, /node:|\bBuffer\b\.|\bprocess\.(?!env)/);
});
