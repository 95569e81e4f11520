import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { home } from '#dev/cloud/emulator.ts';

/** `npm run ingest` as it is called. What it does: test/client/cli/ingest-send.test.ts. */
const folder = mkdtempSync(join(tmpdir(), 'writ-ingest-'));
after(() => rmSync(folder, { recursive: true }));

const run = promisify(execFile);
const command = (...args: string[]) => run(process.execPath, [join(home, 'dev/ingest.ts'), ...args]);

test('--help says what there is, on standard output', async () => {
  for (const flag of ['--help', '-h']) {
    const { stdout, stderr } = await command(flag);
    for (const option of [
      '--format',
      '--zone',
      '--year',
      '--failed-too',
      '--skip-malformed',
      '--again',
      '--json',
    ])
      assert.ok(stdout.includes(option));
    assert.equal(stderr, '');
  }
});

test('a wrong call ends with 2, and with how to call it', async () => {
  const path = join(folder, 'events');
  writeFileSync(path, '');
  const wrong: [string[], RegExp][] = [
    [[], /^Missing: a file of events\.\n/],
    [[join(folder, 'nowhere')], /^Missing: that file\.\n/],
    [[path, path], /^One file at a time\.\n/],
    [[path, '--year', '26'], /^--year takes four digits\.\n/],
    [[path, '--bogus'], /^Unknown option '--bogus'/],
  ];
  const calls = wrong.map(async ([args, said]) => {
    await assert.rejects(
      command(...args),
      (error: ExecFileException & { stderr?: string; stdout?: string }) => {
        assert.equal(error.code, 2);
        assert.match(error.stderr ?? '', said);
        assert.match(error.stderr ?? '', /\nSee npm run ingest -- --help\n$/);
        assert.equal(error.stdout, '');
        return true;
      },
    );
  });
  await Promise.all(calls);
});
