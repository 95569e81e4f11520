import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { writ as run } from '#dev/writ.ts';

const missing = (shell: string) =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not on this machine`;

/** What bash would offer after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const { out } = await run(['completion', 'bash']);
  const line = words.map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = spawnSync(
    'bash',
    [
      '-c',
      `${out}\nCOMP_WORDS=(writ ${line}); COMP_CWORD=${words.length}; _writ; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8' },
  );
  return (stdout || stderr).trim().split('\n');
}

test('bash completes commands, what lies below them, and their options', {
  skip: missing('bash'),
}, async () => {
  assert.deepEqual(await offered('key'), ['keys']);
  assert.deepEqual(await offered('log', 'pr'), ['prove']);
  assert.deepEqual(await offered('bridge', '--ask'), ['--ask-all']);
  assert.deepEqual(await offered('keys', 'new', '--ro'), ['--role']);
  // An option's argument, or a file of this name, leads to no other command.
  assert.deepEqual(await offered('log', 'prove', 'keys', '--prov'), ['--provider']);
});

test('zsh and fish take what is printed for them', async (t) => {
  for (const shell of ['zsh', 'fish']) {
    await t.test(shell, { skip: missing(shell) }, async () => {
      const { out } = await run(['completion', shell]);
      const { status, stderr } = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    });
  }
});

test('a shell that is not known is refused', async () => {
  const { code, err } = await run(['completion', 'tcsh']);
  assert.equal(code, 2);
  assert.match(err, /^error: usage: the shell is bash, zsh or fish\n$/);
});
