import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { folderFor } from '#client/cli/collect/folder.ts';
import { PageStore } from '#client/cli/collect/pages.ts';
import { folderName } from '#client/package/folder-name.ts';
import { hasHidden } from '#core/text.ts';

const id = '7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11';
const other = 'c0ffee00-0000-4000-8000-000000000001';

const parent = await mkdtemp(join(tmpdir(), 'writ-folder-'));
after(() => rm(parent, { recursive: true, force: true }));

const device = /^(con|prn|aux|nul|com\d|lpt\d|conin|conout|clock)(\.|$)/i;
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 128 }),
  fc.string({ unit: 'grapheme', maxLength: 128 }),
  fc.string({ unit: fc.constantFrom('.', ' ', '-', '/', '\\', ':', 'A', '案', '\u202e'), maxLength: 128 }),
  fc
    .tuple(
      fc.constantFrom('CON', 'nul', 'Com1', 'LPT9', 'COM¹', 'AUX', 'ＣＯＮ'),
      fc.constantFrom('', '.', '.txt', ' ', '/'),
    )
    .map((parts) => parts.join('')),
);

test('whatever the reference, its folder’s name is one that every system takes', () => {
  fc.assert(
    fc.property(hostile, (reference) => {
      const name = folderName(reference, id);
      assert.ok(name !== '' && Buffer.byteLength(name) <= 120, name);
      assert.ok(!/[<>:"/\\|?*\s$]/.test(name) && !hasHidden(name), name);
      assert.ok(!/^[.-]|[.-]$/.test(name), name);
      assert.ok(!device.test(name.normalize('NFKC')), name);
      assert.equal(basename(name), name);
    }),
    { numRuns: 2000 },
  );
});

test('an everyday reference stays as it is, and one of 100 × U+6848 is cut at a letter', () => {
  assert.equal(folderName('GS-4711/26', id), 'GS-4711-26');
  assert.equal(folderName('Az. 12 Js 34/26', id), 'Az.-12-Js-34-26');
  assert.equal(folderName('GS-1.', id), 'GS-1');
  assert.equal(folderName('CON', id), 'case-CON');
  assert.equal(folderName('nul.txt', id), 'case-nul.txt');
  assert.equal(folderName('案'.repeat(100), id), `${'案'.repeat(37)}-7d0c1e0a`);
  assert.equal(folderName('...', id), id);
  assert.equal(folderName(undefined, id), id);
});

async function folderOf(name: string, caseId: string): Promise<void> {
  await mkdir(join(parent, name));
  await writeFile(
    join(parent, name, 'disclosure.json'),
    `{"v":1,"case":"${caseId}","reference":"x","pages":[]}`,
  );
}

test('a folder of another case is left alone, also under a name that differs in its capitals or its signs', async () => {
  await folderOf('GS-1-26', other);
  for (const reference of ['GS-1/26', 'gs-1/26', 'GS 1-26', 'GS-1-26.'])
    assert.match(basename(await folderFor(parent, { reference, id })), /^(GS|gs)-1-26-7d0c1e0a$/, reference);
});

test('a collection that is under way, and has no page yet, keeps its folder for its own case', async () => {
  const keys = { log: { name: 'x', publicKey: new Uint8Array(32) }, provider: [] };
  const dir = await folderFor(parent, { reference: 'GS-4/26', id });
  await PageStore.open(dir, keys, id);
  assert.match(await folderFor(parent, { reference: 'gs-4/26', id: other }), /gs-4-26-c0ffee00$/);
  await assert.rejects(PageStore.open(dir, keys, other), { code: 'collection-differs' });
  assert.equal((await PageStore.open(dir, keys, id)).count, 0);
});

test('a folder of the same case is its folder, so that a collection goes on there', async () => {
  await folderOf('GS-2-26', id);
  assert.equal(basename(await folderFor(parent, { reference: 'GS-2/26', id })), 'GS-2-26');
  // Nobody's package: it is not overwritten either (PageStore.open).
  await mkdir(join(parent, 'GS-3-26'));
  assert.equal(basename(await folderFor(parent, { reference: 'GS-3/26', id })), 'GS-3-26');
});
