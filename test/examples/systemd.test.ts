import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { logCommand } from '#client/cli/log.ts';
import { home } from '#dev/cloud/emulator.ts';
import { needs } from './programs.ts';

/** The units of examples/systemd, as systemd reads them, and their commands, as `writ` does. */
const folder = join(home, 'examples/systemd');
const services = ['writ-monitor.service', 'writ-witness.service'];
const units = [...services, 'writ-monitor.timer'];
const skip = needs('systemd-analyze', ['--version'], /^systemd (?:25\d|2[6-9]\d)/);

const settingOf = (unit: string, name: string) =>
  new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(join(folder, unit), 'utf8'))?.[1] ?? '';

test('systemd reads each unit without a word', { skip }, () => {
  const files = units.map((unit) => join(folder, unit));
  assert.equal(
    execFileSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8', stdio: 'pipe' }),
    '',
  );
});

for (const unit of services) {
  test(`${unit} runs a command that there is, with options that it has`, () => {
    const [path, writ, ...words] = settingOf(unit, 'ExecStart').split(' ');
    assert.deepEqual([path, writ, words.shift()], ['/usr/bin/env', 'writ', 'log']);
    let command: Command = logCommand();
    while (words[0] !== undefined && !words[0].startsWith('-')) {
      const name = words.shift();
      const next = command.commands.find((one) => one.name() === name);
      assert.ok(next, name);
      command = next;
    }
    const known = new Set(command.options.map(({ long }) => long));
    const options = words.filter((word) => word.startsWith('--'));
    assert.ok(options.length >= 4);
    assert.deepEqual(
      options.filter((option) => !known.has(option)),
      [],
    );
  });

  test(`${unit} is given no right that it does not need`, { skip }, () => {
    // An exposure of 2.0 in 10 is "OK" to systemd; a unit without any of this has 9.6.
    execFileSync('systemd-analyze', ['security', '--offline=yes', '--threshold=20', join(folder, unit)], {
      stdio: 'pipe',
    });
  });
}
