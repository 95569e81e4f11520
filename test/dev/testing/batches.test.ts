import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { batched } from '#dev/testing/batches.ts';

const home = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'writ-batches-'));
after(() => rmSync(folder, { recursive: true }));

const every = globSync('test/**/*.test.ts', { cwd: home });

test('every test file is started once: by itself, or in one batch', () => {
  const started = batched(home, folder, every).flatMap((file) =>
    file.startsWith(folder)
      ? [...readFileSync(file, 'utf8').matchAll(/import '(.+)';/g)].map(([, url = '']) =>
          fileURLToPath(url).slice(home.length),
        )
      : [file],
  );
  assert.deepEqual(started.toSorted(), every.toSorted());
  assert.ok(readdirSync(folder).length > 1);
});

test('a few files are not worth a batch', () => {
  const few = every.filter((file) => file.startsWith('test/core/log/')).slice(0, 3);
  assert.deepEqual(batched(home, folder, few), few);
});

test('no file that shares a process changes what the others stand on', () => {
  const shared = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/import '(.+)';/g)].map(([, url = '']) =>
      fileURLToPath(url),
    ),
  );
  const changing =
    /process\.(chdir|exit)\(|process\.env\.\w+ (\?\?)?= |mock\.timers\.enable|setDefaultCACertificates/;
  assert.deepEqual(
    shared.filter((file) => changing.test(readFileSync(file, 'utf8'))),
    [],
  );
});
