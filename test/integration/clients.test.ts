/** Clients that other people's generators make of docs/openapi.json: each is imported whole, and makes a call. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { home } from '#dev/cloud/emulator.ts';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';

const document = join(home, 'docs/openapi.json');
const generators = join(home, '.writ/generators/node_modules');
const python = join(home, '.writ/tools', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** All modules of the package, and a call; what is printed is the provider's name. */
const inPython = `
import importlib, pkgutil, ssl, sys
import writ_client
modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(writ_client.__path__, "writ_client.")]
assert len(modules) > 300, len(modules)
from writ_client import Client
from writ_client.api.everybody import show_provider
from writ_client.models import ProposalEncryptionKey, SubjectPhone
client = Client(base_url=sys.argv[1], verify_ssl=ssl.create_default_context(cafile=sys.argv[2]))
print(show_provider.sync(client=client).name)
`;

const inTypeScript = `
import createClient from 'openapi-fetch';
import type { components, paths } from './types.ts';
const subject: components['schemas']['Subject'] = { kind: 'phone', value: '+4915112345678' };
const { data } = await createClient<paths>({ baseUrl: process.argv[2] ?? '' }).GET('/provider');
console.log(data?.name, subject.kind);
`;

const inHeyApi = `
import { showProvider } from './client/index.ts';
import type { Proposal } from './client/index.ts';
const proposal: Proposal = { kind: 'policy', policyHash: 'sha-256=:x:' };
const { data } = await showProvider({ baseUrl: process.argv[2] ?? '' });
console.log(data?.name, proposal.kind);
`;

describe('clients that others’ generators make', { concurrency: 2 }, () => {
  let world: World;
  // Within the checkout, where TypeScript finds what the generators brought.
  mkdirSync(join(home, '.writ'), { recursive: true });
  const folder = mkdtempSync(join(home, '.writ/clients-'));
  before(async () => {
    world = await theWorld();
    symlinkSync(generators, join(folder, 'node_modules'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = async (program: string, args: readonly string[], cwd = folder) => {
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: world.cloud.caFile,
      PATH: [dirname(python), process.env.PATH].join(delimiter),
    };
    return (
      await promisify(execFile)(program, args, { cwd, env, maxBuffer: 16 * 1024 * 1024 })
    ).stdout.trim();
  };
  const node = (...args: string[]) => run(process.execPath, args);
  const api = () => `${world.cloud.url}/v1`;
  const name = async () => {
    const answer: unknown = await (await fetch(`${api()}/provider`)).json();
    return String(Object(answer).name);
  };

  test('openapi-python-client: every module is imported, and one calls', async () => {
    const to = join(folder, 'python');
    await run(python, ['-m', 'openapi_python_client', 'generate', '--path', document, '--output-path', to]);
    writeFileSync(join(to, 'call.py'), inPython);
    assert.equal(await run(python, ['call.py', api(), world.cloud.caFile], to), await name());
  });

  test('openapi-typescript with openapi-fetch: the types fit, and a call is answered', async () => {
    await node(
      join(generators, 'openapi-typescript/bin/cli.js'),
      document,
      '--output',
      join(folder, 'types.ts'),
    );
    writeFileSync(join(folder, 'fetch.ts'), inTypeScript);
    await checkTypes('fetch.ts');
    assert.equal(await bundledAndRun('fetch.ts'), `${await name()} phone`);
  });

  test('@hey-api/openapi-ts: the types fit, and a call is answered', async () => {
    await node(
      join(generators, '@hey-api/openapi-ts/bin/run.js'),
      '-i',
      document,
      '-o',
      join(folder, 'client'),
    );
    writeFileSync(join(folder, 'hey.ts'), inHeyApi);
    await checkTypes('hey.ts');
    assert.equal(await bundledAndRun('hey.ts'), `${await name()} policy`);
  });

  const checkTypes = (file: string) =>
    node(
      join(generators, 'typescript/bin/tsc'),
      ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'esnext'],
      ...[
        '--moduleResolution',
        'bundler',
        '--allowImportingTsExtensions',
        '--lib',
        'es2023,dom,dom.iterable',
      ],
      ...['--typeRoots', join(home, 'node_modules/@types'), '--types', 'node', join(folder, file)],
    );

  async function bundledAndRun(file: string): Promise<string> {
    const outfile = join(folder, file.replace(/\.ts$/, '.mjs'));
    await build({
      entryPoints: [join(folder, file)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    });
    return node(outfile, api());
  }
});
