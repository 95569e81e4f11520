/** What somebody could do to a log, and in what words verifiers refuse it. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, fromBase64 } from '#core/bytes.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { decodeBundle, encodeBundle, TILE_WIDTH, tileHashes } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import { type Log, makeEntries, makeSigner, rootOf, type Signer, signed, writeLog } from './logs.ts';

/** What the four say, each in its own words, of what is not in the tree, not there, not signed, not the same log. */
const OTHER_TREE =
  /hash mismatch for entry|inconsistent tile|log has:|calculated root|not what its tile says|not the root of|root is another/;
const NO_FILE = /no such file|could not get tile|no checkpoint found/;
const UNSIGNED = /signature/i;
const OTHER_NAME = /Origin|policy components|another log's/;
const OTHER_PAST = /calculated root|invalid transparency proof|ConsistencyProofInvalid|smaller than it was/;

export interface Tampering {
  what: string;
  because: RegExp;
  /** What is done to a copy of the log of 1,000. */
  change?: (directory: string) => void;
  /** The verifier key and the older checkpoint that are given, where they are not what they should be. */
  key?: string;
  old?: string;
}

/** @param whole a log of these entries by this signer, which published at 257, 700 and 1,000 */
export function tamperings(own: Signer, entries: readonly Uint8Array[], whole: Log): Tampering[] {
  return [...ofFiles(entries), ...ofCheckpoint(own, entries, whole), ...ofPast(own, entries, whole)];
}

const SECOND_BUNDLE = 'tile/entries/001';
const SECOND_TILE = 'tile/0/001';
const LAST_BUNDLE = 'tile/entries/003.p/232';
const LAST_TILE = 'tile/0/003.p/232';

function ofFiles(entries: readonly Uint8Array[]): Tampering[] {
  /** An entry of the second bundle. */
  const at = (place: number) => entries[TILE_WIDTH + place] ?? empty;
  return [
    { what: 'an edited entry', because: OTHER_TREE, change: flip(SECOND_BUNDLE, 40) },
    { what: 'an edited entry in a partial bundle', because: OTHER_TREE, change: flip(LAST_BUNDLE, 40) },
    {
      what: 'an edited entry whose hash was edited with it',
      because: OTHER_TREE,
      change: (directory) => {
        flip(SECOND_BUNDLE, 40)(directory);
        const [edited = empty] = bundle(directory);
        const tile = tileHashes(readFileSync(join(directory, SECOND_TILE)), { width: TILE_WIDTH });
        writeFileSync(join(directory, SECOND_TILE), concat(...tile.with(0, leafHash(edited))));
      },
    },
    {
      what: 'two entries that changed places',
      because: OTHER_TREE,
      change: rebundle((all) => all.with(100, at(101)).with(101, at(100))),
    },
    {
      what: 'an entry that is there twice',
      because: OTHER_TREE,
      change: rebundle((all) => all.with(101, at(100))),
    },
    {
      what: 'an entry left out',
      // Some meet the end of the bundle before the hash of an entry.
      because: new RegExp(`${OTHER_TREE.source}|out of range|file-malformed`),
      change: rebundle((all) => all.toSpliced(100, 1)),
    },
    { what: 'an edited tile', because: OTHER_TREE, change: flip(SECOND_TILE, 3200) },
    { what: 'an edited partial tile', because: OTHER_TREE, change: flip(LAST_TILE, 3200) },
    { what: 'an edited tile of the level above', because: OTHER_TREE, change: flip('tile/1/000.p/3', 40) },
    { what: 'a bundle that is not there', because: NO_FILE, change: remove(SECOND_BUNDLE) },
    { what: 'a tile that is not there', because: NO_FILE, change: remove(SECOND_TILE) },
    { what: 'a checkpoint that is not there', because: NO_FILE, change: remove('checkpoint') },
  ];
}

function ofCheckpoint(own: Signer, entries: readonly Uint8Array[], whole: Log): Tampering[] {
  const [, , newest = ''] = whole.checkpoints;
  const root = fromBase64(rootOf(whole)) ?? empty;
  const stranger = makeSigner();
  const renamed = { ...own, name: 'log.writ.example/2027' };
  const edited = writeLog(entries.with(300, empty), [1000], own);
  return [
    {
      what: 'a whole tree rebuilt over an edited entry, below the checkpoint that was signed',
      because: OTHER_TREE,
      change: (directory) => {
        replace(edited)(directory);
        publish(newest)(directory);
      },
    },
    {
      what: 'a checkpoint that was edited',
      because: UNSIGNED,
      change: publish(newest.replace('\n1000\n', '\n999\n')),
    },
    {
      what: 'a checkpoint re-signed by another key',
      because: UNSIGNED,
      change: publish(signed(stranger, 1000, root)),
    },
    {
      what: "a checkpoint signed for a root that is not the tiles'",
      because: OTHER_TREE,
      change: publish(
        signed(
          own,
          1000,
          root.map((byte) => byte ^ 1),
        ),
      ),
    },
    {
      what: "a checkpoint signed for a size that is not the tiles'",
      because: OTHER_TREE,
      change: publish(signed(own, 700, root)),
    },
    {
      what: "another log's checkpoint, signed by the same key",
      because: UNSIGNED,
      change: publish(signed(renamed, 1000, root)),
    },
    {
      what: "another log's checkpoint below this one's name",
      because: OTHER_NAME,
      change: publish(signed(own, 1000, root, renamed.name)),
    },
    { what: 'a log under another key', because: UNSIGNED, key: formatVerifierKey(stranger) },
    { what: 'a log under another name', because: UNSIGNED, key: formatVerifierKey(renamed) },
  ];
}

/** What an older checkpoint, kept by somebody, gives away. */
function ofPast(own: Signer, entries: readonly Uint8Array[], whole: Log): Tampering[] {
  const [at257 = '', , at1000 = ''] = whole.checkpoints;
  const fork = writeLog([...entries.slice(0, 200), ...makeEntries(1200).slice(400)], [257, 1000], own);
  const [fork257 = '', fork1000 = ''] = fork.checkpoints;
  const [strangers = ''] = writeLog(entries, [257], makeSigner()).checkpoints;
  return [
    { what: 'a fork of what was published before', because: OTHER_PAST, old: fork257 },
    { what: 'a fork of the same size', because: OTHER_PAST, old: fork1000 },
    {
      what: 'a log that was truncated',
      because: OTHER_PAST,
      change: replace(writeLog(entries, [257, 700], own)),
      old: at1000,
    },
    { what: 'a log that was begun anew', because: OTHER_PAST, change: replace(fork), old: at257 },
    { what: 'an older checkpoint of another key', because: UNSIGNED, old: strangers },
  ];
}

const empty = new Uint8Array();

type Change = (directory: string) => void;

function flip(path: string, at: number): Change {
  return (directory) => {
    const bytes = readFileSync(join(directory, path));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(directory, path), bytes);
  };
}

function remove(path: string): Change {
  return (directory) => rmSync(join(directory, path));
}

function publish(note: string): Change {
  return (directory) => writeFileSync(join(directory, 'checkpoint'), note);
}

function replace(log: Log): Change {
  return (directory) => {
    rmSync(directory, { recursive: true });
    cpSync(log.directory, directory, { recursive: true });
  };
}

/** The second bundle's entries. */
function bundle(directory: string): Uint8Array[] {
  return decodeBundle(readFileSync(join(directory, SECOND_BUNDLE)), { width: TILE_WIDTH });
}

function rebundle(change: (entries: Uint8Array[]) => Uint8Array[]): Change {
  return (directory) =>
    writeFileSync(join(directory, SECOND_BUNDLE), encodeBundle(change(bundle(directory))));
}
