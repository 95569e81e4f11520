/** docs/witness.md, held to the code: what a witness answers, what it bears, what is shown. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { witnessCommand } from '#client/cli/log-witness.ts';
import {
  headersMs,
  mostBodyBytes,
  mostConnections,
  mostHeaderBytes,
  requestMs,
} from '#client/cli/witness/serving.ts';
import { refusalStatus } from '#client/log/witness/decide.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { anchorsOf } from './anchors.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const page = read('docs/witness.md');

test('every reason to refuse is explained with its status, and no other', () => {
  const rows = [...page.matchAll(/^\| (4\d\d) \| `([a-z-]+)` \|/gm)];
  const explained = rows.map(([, status, code = '']) => [code, Number(status)]);
  assert.deepEqual(Object.fromEntries(explained), refusalStatus);
  assert.equal(explained.length, Object.keys(refusalStatus).length);
});

test('its bounds are those that are kept', () => {
  const [body, headers] = [mostBodyBytes / 1024, mostHeaderBytes / 1024];
  const times = `${headersMs / 1000} seconds for headers and ${requestMs / 1000} for a request`;
  assert.ok(
    page.includes(
      `bodies of ${body} KiB, headers of ${headers} KiB, ${times}, ${mostConnections} connections`,
    ),
  );
  assert.ok(page.includes(`client_max_body_size ${body}k;`));
});

test('each option that it shows is the command’s', () => {
  const known = new Set(witnessCommand().options.map(({ long }) => long));
  const lines = page.split('\n').filter((line) => line.includes('writ log witness --'));
  const shown = lines.flatMap((line) => [...line.matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option));
  assert.ok(lines.length >= 2 && shown.length >= 5);
  for (const option of shown) assert.ok(known.has(option ?? ''), option);
});

test('the policies that it shows can be read', () => {
  const policies = [...page.matchAll(/^```\n((?:log|witness) [^`]*)```/gm)];
  assert.equal(policies.length, 2);
  for (const [, text = ''] of policies) assert.ok(parseTrustPolicy(text));
});

test('its links lead somewhere', () => {
  const links = [...page.matchAll(/\]\(([^)#]*)(#[^)]+)?\)/g)].filter(
    ([, target = '']) => !target.startsWith('http'),
  );
  assert.ok(links.length > 3);
  for (const [, target = '', anchor = ''] of links) {
    const file = target === '' ? 'docs/witness.md' : join(dirname('docs/witness.md'), target);
    assert.ok(existsSync(join(home, file)), file);
    if (anchor !== '') assert.ok(anchorsOf(read(file)).has(anchor.slice(1)), `${file}${anchor}`);
  }
});
