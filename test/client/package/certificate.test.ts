import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf } from '#client/package/manifest.ts';
import { folderOf, sha256 } from './folder.ts';
import { disclosed, Keys, login } from './pages.ts';

const keys = new Keys();

async function certificate(reference = 'GS-4711/26') {
  const made = await disclosed(keys, [[login(1)], [login(2), login(3)]], { reference });
  const folder = await folderOf(keys, made);
  return { text: folder.get('certificate.html') ?? '', folder, made };
}

test('the certificate says what a custodian certifies: hashes, digests, keys, and where the log announced it', async () => {
  const { text, folder, made } = await certificate();
  const [first] = made.disclosures;
  assert.ok(first);
  const said = [
    sha256(folder.get('records.csv') ?? ''),
    sha256(folder.get('disclosure.json') ?? ''),
    ...made.disclosures.map(({ digest }) => digest),
    first.case,
    first.certificate.process,
    keys.thumbprint,
    keys.verifierKey,
    '902(13)',
    'writ log prove .',
    '3, in 2 signed pages',
    'Signature',
  ];
  for (const value of said) assert.ok(text.includes(value), value);
});

test('the certificate runs nothing and fetches nothing, and what came from elsewhere is no markup in it', async () => {
  const { text } = await certificate('<script>alert(1)</script>"\'&');
  assert.doesNotMatch(text, /<script|<link|<img|<iframe|\bon\w+=|url\(|https?:/i);
  assert.match(text, /default-src 'none'/);
  assert.ok(text.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;'));
});

test('I5: where the period reaches beyond the receipt of the request, package and certificate say when that was', async () => {
  const until = '2026-11-19T10:00:00Z';
  const made = await disclosed(keys, [[login(1)], [login(2)]], { until });
  const text = (await folderOf(keys, made)).get('certificate.html') ?? '';
  assert.match(text, /Cut at the receipt of the request \(UTC\)<\/th><td>2026-11-19T10:00:00Z: no record/);
  for (const disclosure of made.disclosures) {
    assert.equal(headOf(disclosure).until, until);
    assert.match(
      disclosure.certificate.process,
      /dated before the receipt of the request, 2026-11-19T10:00:00Z,/,
    );
  }
  const { text: plain, made: whole } = await certificate();
  assert.doesNotMatch(plain, /receipt of the request/);
  for (const disclosure of whole.disclosures) assert.equal('until' in headOf(disclosure), false);
});
