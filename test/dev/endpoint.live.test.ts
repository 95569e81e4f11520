import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { home } from '#dev/cloud/emulator.ts';
import { keepDirOf } from '#dev/cloud/endpoint.ts';
import { startPlain } from '#dev/cloud/plain.ts';

/**
 * `WRIT_ENDPOINT` as somebody uses it who has an emulator and nothing of ours around it: MiniStack on its own server,
 * which authorizes nobody and closes idle connections after 5 s. Each test of the running stack that is chosen here
 * stands for many of its kind.
 */
const chosen = [
  // A disclosure from end to end, and its answers.
  'one disclosure',
  // What the bucket holds is what is served, bytes and all.
  'the public log is served byte for byte as the bucket holds it',
  'the public log our own verifier finds the tree as signed, and no entry that is none',
  // Refusals that the front door, the gateway and the schema give.
  'what an agency may ask a body of more than 10 MB is refused before it is read',
  'what an agency may ask a refusal names the field by the schema’s own words and quotes nothing',
  // A second run on the same deployment.
  'a run goes on with the people of an earlier one, whose keys it has',
  // What nothing here enforces, or records.
  'the public log whoever serves it can write none of it, and read nothing else',
  'I9 access ends I9 withdrawal ends the grants at KMS',
];

test('the stack deploys at an endpoint that somebody else started, and what cannot be tested there is named', {
  timeout: 400_000,
}, async (t) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'writ-plain-'));
  t.after(() => rmSync(stateDir, { recursive: true, force: true }));
  const plain = await startPlain(stateDir);
  t.after(() => plain.stop());
  t.after(() => rmSync(keepDirOf(plain.url, '000000000000'), { recursive: true, force: true }));

  const { code, output } = await integration(
    plain.url,
    chosen.map((name) => `^${name}`),
  );
  assert.equal(code, 0, output);
  assert.match(
    output,
    /test: MiniStack \d+\.\d+\.\d+ \(light\) at http:\/\/127\.0\.0\.1:\d+, account 000000000000, eu-central-1/,
  );
  for (const name of chosen.slice(0, 6)) {
    const own = name.replace(/^(the public log|what an agency may ask) /, '');
    assert.match(output, new RegExp(`✔ ${own}`), own);
  }
  const end = output.slice(output.indexOf('not tested here: 2 promises'));
  assert.match(
    end,
    /policies of roles, users and buckets are not enforced here:\n.* whoever serves it can write none of it/,
  );
  assert.match(
    end,
    /key policies, grants and encryption contexts do not decide KMS calls here:\n.* withdrawal ends the grants/,
  );
  assert.match(end, /ℹ fail 0\n/);
});

/** `npm run test:integration` in its own surroundings, as if it were not part of another run. */
function integration(
  endpoint: string,
  patterns: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const { NODE_TEST_CONTEXT: _, WRIT_STATE: __, ...env } = process.env;
  const args = ['integration', ...patterns.map((pattern) => `--test-name-pattern=${pattern}`)];
  const child = spawn(process.execPath, [join(home, 'dev/test.ts'), ...args], {
    cwd: home,
    env: { ...env, WRIT_ENDPOINT: endpoint },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}
