import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findBrowser, installing } from '#dev/browser/browser.mjs';

const home = fileURLToPath(new URL('../..', import.meta.url));

test('a browser is found where each system has it, or where WRIT_BROWSER names it', () => {
  const only = (file: string) => ({ exists: (other: string) => other === file });
  const linux = { platform: 'linux', env: { PATH: '/opt/bin:/usr/bin' } };
  assert.equal(findBrowser({ ...linux, ...only('/usr/bin/chromium') }), '/usr/bin/chromium');
  assert.equal(findBrowser({ ...linux, ...only('/opt/bin/google-chrome') }), '/opt/bin/google-chrome');
  assert.equal(findBrowser({ ...linux, ...only('/home/chromium') }), undefined);
  const edge = '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge';
  assert.equal(findBrowser({ platform: 'darwin', env: {}, ...only(edge) }), edge);
  const chrome = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
  const windows = { platform: 'win32', env: { PROGRAMFILES: 'C:\\Program Files' } };
  assert.equal(findBrowser({ ...windows, ...only(chrome) }), chrome);
  assert.equal(findBrowser({ ...linux, env: { WRIT_BROWSER: '/x' }, ...only('') }), '/x');
  const none = { PATH: '/usr/bin', WRIT_BROWSER: 'none' };
  assert.equal(findBrowser({ ...linux, env: none, ...only('/usr/bin/chromium') }), undefined);
});

test('it is installed on Debian and what is made of it, where that takes nobody’s password, and nowhere else', () => {
  const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
  const root = { isRoot: true, isSudoer: false };
  const programs = (release: string, who: { isRoot: boolean; isSudoer: boolean }) =>
    installing({ release, ...who }).map((command) =>
      command.filter((word) => !word.startsWith('-')).join(' '),
    );
  const commands = [
    'env DEBIAN_FRONTEND=noninteractive apt-get update',
    'env DEBIAN_FRONTEND=noninteractive apt-get install chromium fonts-dejavu-core fonts-liberation',
  ];
  assert.deepEqual(programs(debian, root), commands);
  assert.deepEqual(programs('ID=raspbian\nID_LIKE=debian\n', root), commands);
  assert.deepEqual(
    programs(debian, { isRoot: false, isSudoer: true }),
    commands.map((command) => `sudo ${command}`),
  );
  assert.deepEqual(programs(debian, { isRoot: false, isSudoer: false }), []);
  // Its package of that name only points to a snap.
  assert.deepEqual(programs('ID=ubuntu\nID_LIKE=debian\n', root), []);
  assert.deepEqual(programs('ID=fedora\n', root), []);
  assert.deepEqual(programs('', root), []);
});

test('where there is no browser, a run names each promise that is tested in one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-no-browser-'));
  const harness = pathToFileURL(join(home, 'test/browser.ts')).href;
  const file = join(folder, 'page.test.mjs');
  writeFileSync(
    file,
    `import { inBrowser } from '${harness}';
    for (const name of ['the page does one thing', 'the page does another'])
      inBrowser(name, async () => { throw new Error('it ran'); });`,
  );
  const reporter = pathToFileURL(join(home, 'dev/testing/reporter.ts')).href;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, status } = spawnSync(process.execPath, ['--test', `--test-reporter=${reporter}`, file], {
    encoding: 'utf8',
    env: { ...env, WRIT_BROWSER: 'none' },
  });
  rmSync(folder, { recursive: true });
  assert.equal(status, 0, stdout);
  assert.match(stdout, /not tested here: 2 promises \(0 passed, 0 failed\)/);
  assert.match(stdout, /there is no Chromium here:\n.*the page does one thing\n.*the page does another/);
});
