import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'writ-unfollowed-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs a file of tests as a whole run does. */
function run(source: string) {
  const file = join(folder, 'one.test.mjs');
  writeFileSync(file, `import { after, before, describe, test } from 'node:test';\n${source}`);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const preload = `--import=${new URL('../../../dev/testing/unfollowed.ts', import.meta.url)}`;
  const args = [preload, '--test', '--test-reporter=tap', file];
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { status, stdout };
}

test('in a run no promise is followed, and tests and hooks stand where they are written', () => {
  const { status, stdout } = run(`
    import assert from 'node:assert/strict';
    import { executionAsyncId } from 'node:async_hooks';
    const done = [];
    describe('outer', () => {
      before(async () => void done.push(await 'before'));
      after(() => void done.push('after'));
      describe('inner', () => {
        test('awaits', async (t) => {
          await t.test('below', async () => void done.push(await 'below'));
          const ids = new Set();
          for (let i = 0; i < 10; i++) ids.add((await i, executionAsyncId()));
          assert.equal(ids.size, 1, 'a promise that is followed has a number of its own');
        });
      });
    });
    test('is the last', () => assert.deepEqual(done, ['before', 'below', 'after']));`);
  assert.equal(status, 0, stdout);
  const lines = stdout.split('\n').filter((line) => / - (outer|inner|awaits|below|is the last)$/.test(line));
  const found = lines.filter((line) => !line.includes('#')).map((line) => line.replace(/ok \d+ - /, ''));
  assert.deepEqual(found, ['            below', '        awaits', '    inner', 'outer', 'is the last']);
});

const unseen = {
  'a promise that nobody waits for': "await 1; void Promise.reject(new Error('went wrong'));",
  'a callback': "setImmediate(() => { throw new Error('went wrong'); });",
};
for (const [where, what] of Object.entries(unseen))
  test(`in a run an error in ${where} fails it, and is told`, () => {
    const { status, stdout } = run(`
      const turn = () => new Promise((done) => setImmediate(done));
      test('sees nothing of it', async () => { ${what} await turn(); await turn(); });`);
    assert.equal(status, 1);
    assert.match(stdout, /went wrong/);
  });

test('no describe waits: a test that it named afterwards would not be its own', () => {
  const waiting = globSync('test/**/*.ts', { cwd: home }).filter((file) =>
    /\bdescribe\((?:[^()]|\([^()]*\))*?, async \(/.test(readFileSync(join(home, file), 'utf8')),
  );
  assert.deepEqual(waiting, []);
});
