import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { filesOf as filesOfFolder } from '#client/cli/log-prove-folder.ts';
import { packageFiles, packageInMemory } from '#client/package/in-memory.ts';
import { fileNames } from '#client/package/manifest.ts';
import { type ProvenPage, provenPage } from '#client/package/page.ts';
import { provePackage } from '#client/package/prove.ts';
import { filesInZip } from '#client/zip.ts';
import { zipOf } from '#client/zip-write.ts';
import { concat, utf8 } from '#core/bytes.ts';
import { formatTrustPolicy } from '#core/log/trust-policy.ts';
import { cosigner } from '../../core/log/cosigner.ts';
import { folderOf, version } from './folder.ts';
import { coverageOf, disclosed, disclosedScope, epoc, Keys, login, phone } from './pages.ts';

const own = new Keys();
const keys = { log: own.log.key, provider: [own.jwk] };
const id = 'ce6f2d1a-0d5e-4c62-9d6f-0c7f3a1b2c4d';
const made = await disclosed(own, [[phone('+4915112345678'), login(1)], [login(2)], [login(3)]], { id });

async function pagesOf(all: readonly string[]): Promise<ProvenPage[]> {
  const pages: ProvenPage[] = [];
  for (const [i, jws] of all.entries()) {
    const page = await provenPage(jws, { id, keys, first: pages[0]?.disclosure, page: i + 1 });
    assert.ok('jws' in page);
    pages.push(page);
  }
  return pages;
}

test('a package that a page makes has the very files of the command', async () => {
  const inMemory = await packageInMemory(await pagesOf(made.jws), { keys, madeBy: version });
  const texts = inMemory?.files.map(
    ({ name, pieces }) =>
      [name, new TextDecoder('utf-8', { ignoreBOM: true }).decode(concat(...pieces))] as const,
  );
  const command = await folderOf(own, made);
  for (const [name, text] of texts ?? []) assert.equal(text.trimEnd(), command.get(name)?.trimEnd(), name);
  assert.equal(texts?.length, command.size);
});

test('what is saved as an archive, unpacked, is proven by the command, and in the page', async (t) => {
  const inMemory = await packageInMemory(await pagesOf(made.jws), { keys, madeBy: version });
  assert.ok(inMemory);
  const archive = concat(...zipOf(inMemory.files));
  const files = await filesInZip(archive, 1_000_000);
  const folder = await mkdtemp(join(tmpdir(), 'writ-package-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  const given = { log: keys.log, provider: keys.provider };
  for (const read of [filesOfFolder(folder), packageFiles(files)]) {
    const proof = await provePackage(read, given, version);
    assert.deepEqual(proof?.faults, []);
    assert.equal(proof?.records, 4);
  }
});

test('a changed byte of any file is found, and the file is named', async () => {
  const inMemory = await packageInMemory(await pagesOf(made.jws), { keys, madeBy: version });
  assert.ok(inMemory);
  const whole = new Map(inMemory.files.map(({ name, pieces }) => [name, concat(...pieces)]));
  for (const name of [fileNames.records, fileNames.certificate]) {
    const bytes = Uint8Array.from(whole.get(name) ?? []);
    const at = bytes.length - 20;
    bytes[at] = bytes[at] === 0x30 ? 0x31 : 0x30;
    const proof = await provePackage(packageFiles(new Map([...whole, [name, bytes]])), keys, version);
    assert.ok(
      proof?.faults.some(({ file }) => file === name),
      name,
    );
  }
});

test('a page is taken only where it holds, and is the next of its collection', async () => {
  const faultsOf = async (jws: string, changes: { id?: string; page?: number; keys?: typeof keys } = {}) => {
    const first = made.disclosures[0];
    const page = await provenPage(jws, { id, keys, first, page: 2, ...changes });
    return 'jws' in page ? [] : page;
  };
  const [one = '', two = '', three = ''] = made.jws;
  assert.deepEqual(await faultsOf(two), []);
  assert.deepEqual(await faultsOf(three), ['pages-differ'], 'one is left out');
  assert.deepEqual(await faultsOf(one), ['pages-differ'], 'one comes twice');
  assert.deepEqual(await faultsOf(two, { id: 'another' }), ['case-differs']);
  assert.deepEqual(await faultsOf('no page'), ['package-malformed']);
  const stranger = new Keys();
  assert.deepEqual(await faultsOf(two, { keys: { ...keys, provider: [stranger.jwk] } }), ['signer-unknown']);
  assert.deepEqual(await faultsOf(two, { keys: { ...keys, log: stranger.log.key } }), ['note-unsigned']);
});

const w1 = cosigner('w1.example/witness', 41);
const w2 = cosigner('w2.example/witness', 42);

/** A package of the fourth form of a log that the first of two witnesses cosigned. @param quorum who must have */
async function witnessedPackage(quorum: 'one' | 'two') {
  const provider = new Keys();
  const policy = formatTrustPolicy({
    logs: [{ key: provider.log.key }],
    witnesses: [
      { name: 'one', key: w1.key },
      { name: 'two', key: w2.key },
    ],
    groups: [],
    quorum,
  });
  const facts = { id, order: epoc, coverage: coverageOf(disclosedScope), isFourth: true, cosigners: [w1] };
  const { jws } = await disclosed(provider, [[login(1)], [login(2)]], facts);
  const its = { log: provider.log.key, provider: [provider.jwk], policy };
  const pages: ProvenPage[] = [];
  for (const [i, text] of jws.entries()) {
    const page = await provenPage(text, { id, keys: its, first: pages[0]?.disclosure, page: i + 1 });
    assert.ok('jws' in page);
    pages.push(page);
  }
  const inMemory = await packageInMemory(pages, { keys: its, madeBy: version });
  assert.ok(inMemory);
  const files = new Map(inMemory.files.map(({ name, pieces }) => [name, concat(...pieces)]));
  const given = { log: its.log, provider: its.provider };
  const faultsIn = async (name: string, change: (text: string) => string) => {
    const text = new TextDecoder().decode(files.get(name));
    assert.notEqual(change(text), text);
    const changed = new Map([...files, [name, utf8(change(text))]]);
    return (await provePackage(packageFiles(changed), given, version))?.faults ?? [];
  };
  return { pages, files, certificate: inMemory.certificate, given, faultsIn };
}

test('a package of the fourth form has each page’s tlog-proof as a file, and says who cosigned the log', async () => {
  const { pages, files, certificate, given, faultsIn } = await witnessedPackage('one');
  assert.deepEqual(
    [...files.keys()].filter((name) => name.endsWith('.tlog-proof')),
    ['disclosure.tlog-proof', 'disclosure-2.tlog-proof'],
  );
  assert.equal(new TextDecoder().decode(files.get('disclosure.tlog-proof')), pages[0]?.disclosure.tlogProof);
  assert.match(certificate, /Witnesses who are not the provider .*w1\.example\/witness on/s);
  const proof = await provePackage(packageFiles(files), given, version);
  assert.deepEqual(proof?.faults, []);
  assert.deepEqual(proof?.pages[0]?.witnesses?.isQuorum, true);
  // The files of proofs are copies: a folder without them is whole.
  const without = new Map([...files].filter(([name]) => !name.endsWith('.tlog-proof')));
  assert.deepEqual((await provePackage(packageFiles(without), given, version))?.faults, []);
  const codes = async (name: string, change: (text: string) => string) =>
    (await faultsIn(name, change)).map(({ code }) => code);
  assert.deepEqual(await codes('disclosure.tlog-proof', (text) => text.replace('index 0', 'index 1')), [
    'tlog-proof-differs',
  ]);
  assert.ok(
    (await codes('proof.json', (text) => text.replace('"name": "w1', '"name": "w9'))).includes(
      'proof-differs',
    ),
  );
  assert.ok(
    (await codes('proof.json', (text) => text.replace('quorum one', 'quorum two'))).includes('proof-differs'),
  );
  assert.ok(
    (await codes('proof.json', (text) => text.replace('quorum one', 'quorum'))).includes('file-malformed'),
  );
});

test('where fewer witnesses cosigned than the provider’s list asks for, the certificate names none', async () => {
  const { certificate, files, given } = await witnessedPackage('two');
  assert.doesNotMatch(certificate, /Witnesses|w1\.example/);
  assert.deepEqual((await provePackage(packageFiles(files), given, version))?.faults, []);
});

test('a page whose tlog-proof is another page’s is not taken', async () => {
  const provider = new Keys();
  const facts = { id, order: epoc, coverage: coverageOf(disclosedScope), isFourth: true };
  const { disclosures } = await disclosed(provider, [[login(1)], [login(2)]], facts);
  const [first, second] = disclosures;
  assert.ok(first && second?.tlogProof);
  const jws = await provider.sign({ ...first, tlogProof: second.tlogProof });
  const its = { log: provider.log.key, provider: [provider.jwk] };
  assert.deepEqual(await provenPage(jws, { id, keys: its, first: undefined, page: 1 }), [
    'tlog-proof-differs',
  ]);
});
