import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headOf } from '#client/package/manifest.ts';
import { folderOf, sha256 } from './folder.ts';
import { disclosed, epoc, type Facts, Keys, login, named } from './pages.ts';

const keys = new Keys();

async function certificate(
  reference = 'GS-4711/26',
  facts: Facts = {},
  pages = [[login(1)], [login(2), login(3)]],
) {
  const made = await disclosed(keys, pages, { reference, ...facts });
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
    'writ log prove .',
    'holds 2 pages',
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

const withOrder = (order: typeof epoc, pages?: Parameters<typeof certificate>[2]) =>
  certificate('GS-4711/26', { order, subjects: named }, pages);

test('the certificate fits the instrument: an EPOC’s is an answer to it, and a US court’s is what its rules ask for', async () => {
  const { text: eu } = await withOrder(epoc);
  assert.match(eu, /<h1>Answer to a European Production Order<\/h1>/);
  assert.match(eu, /Regulation \(EU\) 2023\/1543/);
  assert.doesNotMatch(eu, /902\(|perjury|custodian/);
  for (const kind of ['MLA', 'EPOC', 'SearchWarrant']) {
    const { text: us } = await withOrder({ ...epoc, kind, jurisdiction: 'US' });
    for (const said of ['902(13)', '902(14)', 'custodian', 'under penalty of perjury'])
      assert.ok(us.includes(said), said);
  }
  const others = ['toString', '__proto__', 'Subpoena'].map((kind) => withOrder({ ...epoc, kind }));
  for (const { text } of [...(await Promise.all(others)), await certificate()]) {
    assert.match(text, /<h1>Statement of the origin of records<\/h1>/);
    assert.doesNotMatch(text, /902\(|perjury|2023\/1543/);
  }
});

test('the certificate names who was asked for as they were asked for, the order, and how much there is of each', async () => {
  const { text, folder } = await withOrder(epoc);
  for (const said of [
    '<td>0: phone +4915112345678</td><td>SubscriberData</td><td>0</td>',
    '<td>0: phone +4915112345678</td><td>TrafficData</td><td>3</td>',
    'EPOC, under the law of DE',
    'a judge, court or investigating judge',
    'StGB 176b',
    `<code>${'00'.repeat(32)}</code>`,
    Buffer.byteLength(folder.get('records.csv') ?? '').toLocaleString('en'),
  ])
    assert.ok(text.includes(said), said);
  assert.doesNotMatch(text, /The answer holds no record/);
});

test('a certificate of no records says so, subject by subject', async () => {
  const { text } = await withOrder(epoc, [[]]);
  assert.match(text, /The answer holds no record\./);
  assert.ok(text.includes('<td>TrafficData</td><td>0</td>'));
});

test('on paper each page has its number, the reference and the case, which are no style sheet', async () => {
  const { text, made } = await certificate('a";}</style><script>x\\');
  const style = text.slice(text.indexOf('<style>'), text.indexOf('</style>'));
  assert.match(style, /"Page " counter\(page\) " of " counter\(pages\)/);
  const [, foot = ''] = /@bottom-left\{content:"([^"]*)"/.exec(style) ?? [];
  const read = foot.replaceAll(/\\([0-9a-f]+) /g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  assert.equal(read, `a";}</style><script>x\\ · case ${made.disclosures[0]?.case}`);
  assert.equal(text.split('</style>').length, 2);
});
