import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { capabilities, lacks } from '#dev/cloud/capabilities.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = read('docs/localstack.md');
const requirements = read('dev/localstack/requirements.txt');

describe('docs/localstack.md', () => {
  test('names the version of LocalStack that is pinned, and no other', () => {
    const [, pinned] = /^localstack-core==(\S+) /m.exec(requirements) ?? [];
    assert.ok(pinned);
    const named = [...doc.matchAll(/localstack-core (\d[\d.]*\d)/g)].map(([, version]) => version);
    assert.ok(named.length >= 3);
    assert.deepEqual([...new Set(named)], [pinned]);
  });

  test('counts the packages that are pinned, each with a hash', () => {
    const packages = requirements.split(/^(?=[a-z0-9])/m).filter((text) => !text.startsWith('#'));
    assert.ok(doc.includes(`and ${packages.length - 1} packages that it needs`));
    for (const text of packages) assert.match(text, /^\S+==\S+ \\\n( +--hash=sha256:[0-9a-f]{64}( \\)?\n)+/);
    // What builds some of them is the very package of the list.
    const [builder = ''] = packages.filter((text) => text.startsWith('setuptools=='));
    assert.ok(builder !== '' && read('dev/localstack/build-requirements.txt').includes(builder));
  });

  test('names as missing what probes look for, in their words', () => {
    const rows = [...doc.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, name, words]) => ({ name, words }));
    assert.ok(rows.length >= 5);
    for (const { name, words } of rows) {
      const capability = capabilities.find((each) => each === name);
      assert.ok(capability, name);
      assert.equal(lacks({ can: [] }, capability), words);
    }
  });

  test('mounts and names files that are there, and sets only what LocalStack is told in host mode too', () => {
    const [, mounted = ''] = /\$PWD\/(\S+):\/etc\/localstack\/init\/start\.d\//.exec(doc) ?? [];
    assert.ok(mounted !== '' && existsSync(join(home, mounted)));
    const [, files = ''] = /\| file \| does \|.*\n.*\n((?:\|.*\n)+)/.exec(doc) ?? [];
    const named = [...files.matchAll(/`([\w/]+\.(?:py|mjs|ts))`/g)].map(([, file = '']) => file);
    assert.ok(named.length >= 6);
    for (const file of named)
      assert.ok(
        ['', 'writ_localstack'].some((folder) => existsSync(join(home, 'dev/localstack', folder, file))),
        file,
      );
    const start = read('dev/localstack/start.ts');
    const set = [...doc.matchAll(/-e ([A-Z_]+)=(\w+)/g)];
    assert.ok(set.length >= 2);
    for (const [, name, value] of set) assert.ok(start.includes(`${name}: '${value}'`), name);
  });

  test('LocalStack finds plugins of ours that are there', () => {
    const points = read('dev/localstack/writ_localstack-1.dist-info/entry_points.txt');
    const values = [...points.matchAll(/= writ_localstack\.(\w+):(\w+)$/gm)];
    assert.equal(values.length, 3);
    for (const [, module, name] of values)
      assert.match(
        read(`dev/localstack/writ_localstack/${module}.py`),
        new RegExp(`^(class|def) ${name}\\b`, 'm'),
      );
  });
});
