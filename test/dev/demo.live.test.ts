import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { z } from 'zod';
import { home } from '#dev/cloud/emulator.ts';
import { otherVerifiers } from '../conformance/tlog-verifiers.ts';

/** `npm run demo` as a newcomer runs it on a log of their own, from nothing to nothing. */
const run = promisify(execFile);
const demo = (...args: string[]) =>
  run(process.execPath, [join(home, 'dev/demo.ts'), ...args], { cwd: home });

// A cloud and a deployment of its own, beside the one that all tests share.
const patience = { timeout: 400_000 };

test(
  'the demo discloses from an sshd log just what the order is for, and says what it did not understand',
  patience,
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'writ-demo-'));
    t.after(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'auth.log');
    const year = new Date().getUTCFullYear() - 1;
    const line = (time: string, said: string) => `Dec 31 ${time} host sshd[1]: ${said}\n`;
    writeFileSync(
      file,
      [
        line('06:00:00', 'Accepted password for root from 192.0.2.1 port 1001 ssh2'),
        line('07:00:00', 'Accepted publickey for root from 192.0.2.2 port 1002 ssh2: ED25519 SHA256:AAAA'),
        line('07:30:00', 'Failed password for invalid user admin from 192.0.2.3 port 1003 ssh2'),
        line(
          '08:00:00',
          'message repeated 5 times: [ Failed password for root from 192.0.2.1 port 1004 ssh2]',
        ),
        line('08:30:00', 'Connection closed by 192.0.2.9'),
        line('09:00:00', 'Accepted password for root from 192.0.2.4 port 1005 ssh2'),
      ].join(''),
    );
    const day = (time: string) => `${year}-12-31T${time}Z`;
    const read = ['--zone', 'UTC', '--year', String(year), '--failed-too'];
    const options = ['--json', ...read, '--events', file, '--account', 'root'];
    const { stdout } = await demo(...options, '--from', day('07:00:00'), '--to', day('09:00:00'));

    const said = z
      .object({ records: z.array(z.unknown()), lines: z.array(z.string()), log: z.string() })
      .parse(JSON.parse(stdout));
    assert.deepEqual(said.records, [
      { subject: 0, category: 'TrafficData', at: day('07:00:00'), ip: '192.0.2.2', port: 1002 },
      {
        subject: 0,
        category: 'TrafficData',
        at: day('08:00:00'),
        ip: '192.0.2.1',
        port: 1004,
        outcome: 'failed',
      },
    ]);
    assert.match(
      said.lines.join('\n'),
      /5 events \(2 of them failed tries\) in 6 lines.*\n1 line of other things/,
    );

    // Its log, which the demo has verified itself, verifies with other people's tools as well.
    const vkey = readFileSync(join(said.log, 'log.vkey'), 'utf8').trim();
    for (const other of await otherVerifiers()) {
      await t.test(`the demo’s log verifies with ${other.name}`, async (t) => {
        if (other.missing !== undefined) return t.skip(other.missing);
        assert.equal((await other.verify(said.log, vkey)).ok, true);
      });
    }
  },
);

test('the demo tells its story under the law of the United States too', patience, async () => {
  const { stdout } = await demo('--json', '--policy', 'us-sca');
  const { records } = z.object({ records: z.array(z.unknown()) }).parse(JSON.parse(stdout));
  assert.ok(records.length > 0);
});

test('the demo names file, line and reason of a malformed event, and starts nothing', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'writ-demo-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'events.jsonl');
  const good = { account: 'a', at: '2026-11-01T00:00:00Z', ip: '192.0.2.1', port: 5 };
  writeFileSync(file, `${JSON.stringify(good)}\n${JSON.stringify({ ...good, text: 'x' })}\n`);
  await assert.rejects(demo('--events', file, '--account', 'a'), (error: Error & { stderr?: string }) => {
    assert.equal(
      error.stderr,
      `${file}:2: field-unknown; nothing of this file was sent.\nNext: JSON of another shape is read by --map, which says where its fields are; --skip-malformed leaves such lines out and sends the rest\n`,
    );
    return true;
  });
});
