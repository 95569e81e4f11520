import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { writ } from '#dev/writ.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-policy-'));
after(() => rmSync(folder, { recursive: true }));
const shipped = (name: string) => new URL(`../../../policy/${name}.json`, import.meta.url).pathname;

test('policy check prints the hash of a shipped policy, which is that of its JSON', async () => {
  const policy: unknown = JSON.parse(readFileSync(shipped('minimal'), 'utf8'));
  const { code, out } = await writ(['policy', 'check', shipped('minimal')]);
  assert.equal(code, 0);
  assert.equal(out.split('\n')[0], jsonDigest(policy));
  assert.match(out, /TrafficData +not disclosed/);
  const asJson = await writ(['policy', 'check', shipped('minimal'), '--json']);
  assert.deepEqual(JSON.parse(asJson.out), { policyHash: jsonDigest(policy), policy });
});

test('policy check says what is wrong with one that cannot be used, and ends with 1', async () => {
  const policy = JSON.parse(readFileSync(shipped('minimal'), 'utf8'));
  const file = join(folder, 'policy.json');
  writeFileSync(file, JSON.stringify({ ...policy, approvals: 1, content: true }));
  const { code, err } = await writ(['policy', 'check', file]);
  assert.equal(code, 1);
  assert.match(err, /approvals/);
  assert.match(err, /content/);
});

test('policy check of a file that is not there, or no JSON, is wrong usage', async () => {
  const file = join(folder, 'no.json');
  assert.equal((await writ(['policy', 'check', file])).code, 2);
  writeFileSync(file, '{');
  assert.equal((await writ(['policy', 'check', file])).code, 2);
});
