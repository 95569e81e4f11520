import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PackageFault, type PackageProof, provePackage } from '#client/package/prove.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { type Folder, filesOf, folderOf, sha256, version } from './folder.ts';
import { disclosed, epoc, Keys, login, named, phone } from './pages.ts';

const keys = new Keys();
const given = { log: keys.log.key, provider: [keys.jwk] };
const made = await disclosed(keys, [[phone('+4915112345678'), login(1)], [login(2), login(3)], [login(4)]]);
const folder = await folderOf(keys, made);

async function proven(folder: Folder, by = given): Promise<PackageProof> {
  const proof = await provePackage(filesOf(folder), by, version);
  assert.ok(proof);
  return proof;
}

const faultsOf = async (folder: Folder, by = given) =>
  (await proven(folder, by)).faults.map(({ code }) => code);

/** A folder in which one file is another. */
const changed = (name: string, change: (text: string) => string): Folder => {
  const text = folder.get(name) ?? '';
  const other = change(text);
  assert.notEqual(other, text);
  return new Map([...folder, [name, other]]);
};

test('a package holds by the keys that are given, and says how much it is', async () => {
  const proof = await proven(folder);
  assert.deepEqual(proof.faults, []);
  assert.deepEqual(proof.byGivenKeys, { provider: true, log: true, policy: false });
  assert.equal(proof.records, 5);
  assert.deepEqual(
    proof.pages.map(({ entry, isSigned }) => [entry?.index, isSigned]),
    [
      [0n, true],
      [1n, true],
      [2n, true],
    ],
  );
});

test('a package of no records holds', async () => {
  const own = new Keys();
  const empty = await folderOf(own, await disclosed(own, [[]]));
  const proof = await proven(empty, { log: own.log.key, provider: [own.jwk] });
  assert.deepEqual(proof.faults, []);
  assert.equal(proof.records, 0);
});

test('a package that somebody made with keys of their own holds by those alone', async () => {
  const forger = new Keys();
  const forged = await folderOf(forger, await disclosed(forger, [[login(9)]]));
  const own = await provePackage(filesOf(forged), {}, version);
  assert.deepEqual(own?.faults, []);
  assert.deepEqual(own?.byGivenKeys, { provider: false, log: false, policy: false });
  assert.deepEqual(own?.keys, { thumbprints: [forger.thumbprint], verifierKey: forger.verifierKey });
  const codes = await faultsOf(forged);
  assert.ok(codes.includes('signer-unknown'), codes.join());
  assert.ok(codes.includes('note-unsigned') || codes.includes('origin-differs'), codes.join());
});

test('a genuine place in the log does not prove records that somebody else signed', async () => {
  const forger = new Keys();
  const [page] = (await disclosed(keys, [[login(1)]])).disclosures;
  assert.ok(page);
  const jws = [await forger.sign(page)];
  const mixed = new Keys();
  Object.assign(mixed, { pem: forger.pem, jwk: forger.jwk, thumbprint: forger.thumbprint, log: keys.log });
  const forged = await folderOf(mixed, { disclosures: [page], jws });
  const byLog = await provePackage(filesOf(forged), { log: keys.log.key }, version);
  assert.deepEqual(byLog?.faults, []);
  assert.equal(byLog?.byGivenKeys.provider, false, 'so it is not proven');
  assert.ok((await faultsOf(forged)).includes('signer-unknown'));
});

test('whatever is changed in a file is found', async () => {
  const changes: [string, (text: string) => string, string][] = [
    ['records.csv', (text) => text.replace('192.0.2.2', '192.0.2.7'), 'records-differ'],
    ['records.csv', (text) => text.replace(/192.0.2.3,.*\r\n/, ''), 'records-differ'],
    ['records.csv', (text) => `${text}0,TrafficData,,,,,,\r\n`, 'records-differ'],
    ['disclosure.json', (text) => text.replace('GS-4711/26', 'GS-4712/26'), 'case-differs'],
    ['disclosure.json', (text) => text.replace('{"jws"', '{"jwz"'), 'file-malformed'],
    ['disclosure.json', (text) => text.replace(/\.[\w-]{10}/, '.AAAAAAAAAA'), 'package-malformed'],
    ['certificate.html', (text) => text.replace('Records', 'Recordz'), 'certificate-differs'],
    ['certificate.html', () => '', 'certificate-differs'],
    ['proof.json', (text) => text.replace('Example Messenger', 'Another'), 'proof-differs'],
    ['proof.json', (text) => text.replace('"index": "1"', '"index": "2"'), 'proof-differs'],
    ['proof.json', (text) => text.replace(keys.jwk.x ?? '', new Keys().jwk.x ?? ''), 'proof-differs'],
    ['proof.json', (text) => text.replace(keys.verifierKey, new Keys().verifierKey), 'proof-differs'],
    ['proof.json', (text) => text.slice(0, -2), 'file-malformed'],
  ];
  for (const [name, change, code] of changes) {
    const codes = await faultsOf(changed(name, change));
    assert.ok(
      codes.some((packageFault) => packageFault === code),
      `${name}: ${code}, not ${codes.join()}`,
    );
  }
  for (const name of folder.keys()) {
    const without = new Map([...folder].filter(([text]) => text !== name));
    assert.ok((await faultsOf(without)).includes('file-missing'), name);
  }
});

test('a certificate that is changed together with its hash is found all the same', async () => {
  const certificate = (folder.get('certificate.html') ?? '').replace('Example Messenger', 'Somebody else');
  const was = sha256(folder.get('certificate.html') ?? '');
  const both = new Map([
    ...changed('proof.json', (text) => text.replace(was, sha256(certificate))),
    ['certificate.html', certificate],
  ]);
  assert.deepEqual(await faultsOf(both), ['certificate-differs']);
});

test('the certificate that another version made must name these very files', async () => {
  const other = { ...given };
  const check = async (folder: Folder) =>
    (await provePackage(filesOf(folder), other, 'writ 9.0.0'))?.faults.map(({ code }) => code);
  assert.deepEqual(await check(folder), []);
  const hash = sha256(folder.get('records.csv') ?? '');
  const codes = await check(changed('certificate.html', (text) => text.replace(hash, sha256('x'))));
  assert.ok(codes?.includes('certificate-differs'));
});

/** The same pages in another order, or fewer of them, or others: everything else made to fit. */
async function rearranged(pages: readonly DisclosurePackage[]): Promise<Folder> {
  return folderOf(keys, {
    disclosures: [...pages],
    jws: await Promise.all(pages.map((page) => keys.sign(page))),
  });
}

test('pages that are left out, swapped, repeated or of another case are found, everything else fitting', async () => {
  const [one, two, three] = made.disclosures;
  assert.ok(one && two && three);
  const [other] = (await disclosed(keys, [[login(7)]], { reference: 'another' })).disclosures;
  assert.ok(other);
  assert.deepEqual(await faultsOf(await rearranged([one, two, three])), []);
  const wrong: [DisclosurePackage[], string][] = [
    [[one, two], 'pages-differ'],
    [[two, three], 'pages-differ'],
    [[one, three], 'pages-differ'],
    [[one, three, two], 'pages-differ'],
    [[one, two, two, three], 'pages-differ'],
    [[one, two, other], 'case-differs'],
    [[one, { ...two, scope: { ...two.scope, subjects: [0, 1] } }, three], 'case-differs'],
    [[one, { ...two, requestDigest: 'another' }, three], 'case-differs'],
    [[one, { ...two, records: [] }, three], 'digest-differs'],
    [[{ ...one, case: 'another' }], 'entry-differs'],
  ];
  for (const [pages, code] of wrong) {
    const codes = await faultsOf(await rearranged(pages));
    assert.ok(
      codes.some((packageFault) => packageFault === code),
      `${code}, not ${codes.join()}`,
    );
  }
});

test('what is no package at all is none', async () => {
  assert.equal(await provePackage(filesOf(new Map()), given, version), undefined);
  const nonsense = new Map([['proof.json', '[]']]);
  assert.deepEqual(
    (await provePackage(filesOf(nonsense), {}, version))?.faults.map(({ code }) => code),
    ['file-malformed', 'file-missing'],
  );
});

const second = await disclosed(keys, [[login(1)], [login(2)]], { order: epoc, subjects: named });
const secondFolder = await folderOf(keys, second);

test('a package that names its subjects holds, and its proof says whom, by which order, and how much of each', async () => {
  const { faults, order, subjects, counts } = await proven(secondFolder);
  assert.deepEqual([faults, order, subjects], [[], epoc, named]);
  assert.deepEqual(counts, [
    { subject: 0, category: 'SubscriberData', records: 0 },
    { subject: 0, category: 'TrafficData', records: 2 },
  ]);
});

test('who changes a name, an order or a count in a package is found', async () => {
  const other = (name: string, from: string | RegExp, to: string): Folder => {
    const text = secondFolder.get(name) ?? '';
    assert.notEqual(text.replace(from, to), text, name);
    return new Map([...secondFolder, [name, text.replace(from, to)]]);
  };
  const changes: [Folder, PackageFault][] = [
    [other('disclosure.json', '+4915112345678', '+4915112345679'), 'case-differs'],
    [other('disclosure.json', 'StGB 176b', 'StGB 185'), 'case-differs'],
    [other('disclosure.json', '"records":2', '"records":1'), 'counts-differ'],
    [other('records.csv', "'+4915112345678", "'+4915112345679"), 'records-differ'],
    [other('certificate.html', 'phone +4915112345678', 'phone +4915112345679'), 'certificate-differs'],
  ];
  for (const [changedFolder, code] of changes)
    assert.ok((await faultsOf(changedFolder)).includes(code), code);
});

test('a folder of before certificates had a second form is proven as it was', async () => {
  const certificate = `<h1>Certificate of records</h1>${sha256(folder.get('disclosure.json') ?? '')} ${sha256(folder.get('records.csv') ?? '')}`;
  const proof = JSON.parse(folder.get('proof.json') ?? '');
  const old = {
    ...proof,
    madeBy: version,
    files: { ...proof.files, 'certificate.html': sha256(certificate) },
  };
  const before = new Map([...folder, ['certificate.html', certificate], ['proof.json', JSON.stringify(old)]]);
  assert.deepEqual((await proven(before)).faults, []);
  assert.equal(JSON.parse(folder.get('disclosure.json') ?? '').v, 1);
});
