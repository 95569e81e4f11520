import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zipOf } from '#client/zip-write.ts';
import { NoPackage, packageIn } from '#console/package/dropped.ts';
import { keysIn, keysOfPackage, proved, recordsIn, verdictOf } from '#console/package/proving.ts';
import { concat, utf8 } from '#core/bytes.ts';
import { folderOf, version } from '../client/package/folder.ts';
import { disclosed, Keys, login, phone } from '../client/package/pages.ts';

const own = new Keys();
const made = await disclosed(own, [[phone('+4915112345678'), login(1)], [login(2)]]);
const folder = [...(await folderOf(own, made))].map(([name, text]) => ({ name, bytes: utf8(text) }));

const dropped = (files: readonly { name: string; bytes: Uint8Array }[], below = '') =>
  files.map(({ name, bytes }) => ({ path: `${below}${name}`, bytes: async () => bytes }));
const archive = (below: string) => ({
  path: 'package.zip',
  bytes: async () =>
    concat(...zipOf(folder.map(({ name, bytes }) => ({ name: below + name, pieces: [bytes] })))),
});
const refused = (why: NoPackage['why']) => (error: unknown) =>
  error instanceof NoPackage && error.why === why;

test('a package is found in its ZIP, with its folder or without, in a folder, and in loose files', async () => {
  const ways = [[archive('')], [archive('GS-4711-26/')], dropped(folder), dropped(folder, '/GS-4711-26/')];
  for (const way of ways) {
    const files = await packageIn(way);
    assert.deepEqual([...files.keys()].sort(), folder.map(({ name }) => name).sort());
  }
});

test('what is no package, several, or a broken archive is said as that', async () => {
  await assert.rejects(packageIn([]), refused('no-package'));
  await assert.rejects(
    packageIn(
      dropped([
        { name: 'notes.txt', bytes: utf8('a') },
        { name: 'b.txt', bytes: utf8('b') },
      ]),
    ),
    refused('no-package'),
  );
  await assert.rejects(packageIn([...dropped(folder, 'a/'), ...dropped(folder, 'b/')]), refused('several'));
  await assert.rejects(
    packageIn([{ path: 'a.zip', bytes: async () => utf8('no archive') }]),
    refused('broken-archive'),
  );
});

test('a package proves by keys that somebody has from elsewhere, and is consistent by its own alone', async () => {
  const files = await packageIn(dropped(folder));
  const by = async (keys: Parameters<typeof proved>[1]) => {
    const proof = await proved(files, keys, version);
    assert.ok(proof);
    return verdictOf(proof);
  };
  assert.equal(await by(undefined), 'consistent');
  const text = JSON.stringify({ keys: [own.jwk], log: { verifierKey: own.verifierKey } });
  assert.equal(await by(keysIn(text)), 'proven');
  assert.equal(await by(keysOfPackage(files)), 'proven', 'once its reader has compared them');
  const stranger = new Keys();
  assert.equal(await by({ provider: [stranger.jwk], verifierKey: stranger.verifierKey }), 'wrong');
  assert.equal(recordsIn(files)?.records.length, 3);
});

test('a file that has no keys of a provider gives none', () => {
  for (const text of [
    '',
    'no json',
    '{}',
    '{"keys":[{}],"log":{"verifierKey":"x"}}',
    JSON.stringify({ keys: [{ kty: 'oct' }], log: { verifierKey: own.verifierKey } }),
  ])
    assert.equal(keysIn(text), undefined, text);
});
