import assert from 'node:assert/strict';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { home } from '#dev/cloud/emulator.ts';
import { mutantFolders } from '#dev/mutants/folders.ts';

test('npm run mutants knows every file of core, and tests for each folder', () => {
  const folders = mutantFolders(home);
  assert.deepEqual(
    folders.flatMap(({ files }) => files).sort(),
    globSync('core/**/*.ts', { cwd: home }).sort(),
  );
  assert.deepEqual(
    folders.filter(({ tests }) => tests.length === 0).map(({ name }) => name),
    [],
    'folders whose mutants no test would judge',
  );
});

test('a folder is judged by the tests in its place and by those that import it, and by no others', (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-mutants-'));
  t.after(() => rmSync(scratch, { recursive: true }));
  for (const [file, text] of [
    ['core/new/deep/idea.ts', ''],
    ['core/other/thing.ts', ''],
    ['core/bytes.ts', ''],
    ['test/core/new/idea.test.ts', ''],
    ['test/core/other/thing.test.ts', "import { idea } from '#core/new/deep/idea.ts';"],
    ['test/memory/orchestrator.test.ts', "import { bytes } from '#core/bytes.ts';"],
    ['test/core/signature/mutations.test.ts', "import { idea } from '#core/new/deep/idea.ts';"],
  ] as const) {
    mkdirSync(dirname(join(scratch, file)), { recursive: true });
    writeFileSync(join(scratch, file), text);
  }
  assert.deepEqual(mutantFolders(scratch), [
    { name: 'core', files: ['core/bytes.ts'], tests: ['test/memory/orchestrator.test.ts'] },
    {
      name: 'core/new',
      files: ['core/new/deep/idea.ts'],
      tests: ['test/core/new/idea.test.ts', 'test/core/other/thing.test.ts'],
    },
    { name: 'core/other', files: ['core/other/thing.ts'], tests: ['test/core/other/thing.test.ts'] },
  ]);
});
