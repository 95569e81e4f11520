import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writ, writProgram } from '#dev/writ.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-output-'));
after(() => rmSync(folder, { recursive: true }));

const shell = (line: string) => {
  const { status, stderr } = spawnSync('bash', ['-c', line, 'bash', process.execPath, writProgram], {
    encoding: 'utf8',
  });
  return { status, stderr };
};
const posix = process.platform !== 'win32';

test('a reader that has gone ends the command without a word, and not as if it were done', {
  skip: !posix,
}, () => {
  for (const command of ['completion bash', '--help', 'log --help']) {
    const { status, stderr } = shell(`set -o pipefail; "$1" "$2" ${command} | true`);
    assert.equal(stderr, '', command);
    assert.ok(status === 0 || status === 141, `${command}: ${status}`);
  }
  // What comes after the reader went: the first line is taken, and then nothing.
  assert.deepEqual(shell('set -o pipefail; "$1" "$2" completion bash | head -c 1 > /dev/null').stderr, '');
});

test('a full disk is said in a line', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full here',
}, () => {
  const { status, stderr } = shell('"$1" "$2" completion bash > /dev/full');
  assert.equal(stderr, 'error: output-unwritable: what is printed cannot be written (ENOSPC)\n');
  assert.equal(status, 2);
});

test('where no profile can be written, the error names the folder, and there is no stack', async () => {
  const file = join(folder, 'no-folder');
  writeFileSync(file, '');
  const { code, err } = await writ(['keys', 'new', '--role', 'reviewer', '--no-passphrase'], {
    XDG_CONFIG_HOME: file,
  });
  assert.equal(code, 2);
  assert.match(err, /^error: file-unwritable: \S+no-folder\S* cannot be written \(ENOTDIR\)\n$/);
});

test('writ --help lists each group as the group describes itself', async () => {
  const { out } = await writ(['--help'], { COLUMNS: '200' });
  const [, commands = ''] = out.split('Commands:\n');
  const listed = [...commands.matchAll(/^ {2}([a-z]+)(?: \[\w+\])? {2,}(.+(?:\n {4,}.+)*)$/gm)].map(
    ([, name = '', says = '']) => [name, says.replaceAll(/\n\s+/g, ' ')] as const,
  );
  assert.ok(listed.length > 12);
  for (const [name, says] of listed) {
    if (name === 'help') continue;
    const { out: own } = await writ([name, '--help'], { COLUMNS: '200' });
    assert.equal(own.split('\n\n')[1]?.replaceAll('\n', ' '), says, name);
  }
});

test('writ help keys is writ keys --help', async () => {
  assert.deepEqual(await writ(['help', 'keys']), await writ(['keys', '--help']));
});
