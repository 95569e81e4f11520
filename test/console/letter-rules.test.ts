import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeIn } from '#console/site/letter/address.ts';
import { approvers, decisionsOf } from '#console/site/letter/decisions.ts';
import { mistakeText } from '#console/site/letter/mistake.ts';
import { type LetterPorts, letterReading, type Reading } from '#console/site/letter/reading.ts';
import { de } from '#console/site/letter/words-de.ts';
import { en } from '#console/site/letter/words-en.ts';
import { fr } from '#console/site/letter/words-fr.ts';
import { codeOf, groupsOf, mistakeIn, partsOfCode } from '#core/cases/notice-code.ts';
import { fileCommitment, type NoticeFile } from '#core/cases/notice-file.ts';
import { sealNoticeFile } from '#core/gateway/notice-seal.ts';
import type { Entry } from '#core/log/entry.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import type { TestLog } from '../client/report/logs.ts';
import { sentLetter } from './letters.ts';

/** What becomes of the code of a letter, without a browser. */
const letter = await sentLetter();
const { code, file, log, notices } = letter;
const { tag } = partsOfCode(code);

const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);
const other = (sign: string) => (sign === '7' ? '8' : '7');

test('one wrong sign is named by its group, whichever it is', () => {
  const bare = code.replaceAll('-', '');
  for (let i = 0; i < bare.length; i++) {
    const wrong = replaced(bare, i, other(bare.charAt(i)));
    const mistake = mistakeIn(wrong);
    assert.ok(mistake?.is === 'checks' && mistake.places.includes(i + 1), `place ${i + 1}`);
    assert.match(mistakeText(mistake, en), new RegExp(`group (\\d and )?${Math.ceil((i + 1) / 4)}\\b`));
  }
});

test('two neighbours that changed places are named', () => {
  const bare = code.replaceAll('-', '');
  const i = [...bare].findIndex((sign, at) => at > 0 && sign !== bare.charAt(at + 1));
  const swapped = replaced(replaced(bare, i, bare.charAt(i + 1)), i + 1, bare.charAt(i));
  const mistake = mistakeIn(swapped);
  assert.ok(mistake?.is === 'checks' && mistake.places.includes(i + 1) && mistake.places.includes(i + 2));
});

test('what is missing, too much, or in no code is said', () => {
  assert.equal(mistakeIn(code), undefined);
  assert.equal(mistakeIn(`  ${code.toLowerCase().replaceAll('-', ' – ')} `), undefined);
  for (const words of [en, de, fr]) {
    const said = (typed: string) => mistakeText(mistakeIn(typed) ?? assert.fail(), words);
    const all = [
      said(' - '),
      said(code.slice(0, -1)),
      said(code.slice(0, -3)),
      said(`${code}7`),
      said(replaced(code, 11, 'U')),
      said(
        replaced(
          replaced(replaced(code, 0, other(code[0] ?? '')), 10, other(code[10] ?? '')),
          20,
          other(code[20] ?? ''),
        ),
      ),
    ];
    assert.equal(new Set(all).size, all.length);
    assert.match(all[4] ?? '', /3\b.*2\b|2\b.*3\b/, 'group 3, place 2');
    for (const text of all) assert.doesNotMatch(text, /undefined|NaN/);
  }
  assert.equal(groupsOf('7k3mo'), '7K3M-0');
});

test('a code behind the address is taken from there alone', () => {
  assert.equal(codeIn(`#/letter/${code}`), code);
  assert.equal(codeIn(`#/letter/${encodeURIComponent('7K3M 0PQR')}`), '7K3M 0PQR');
  for (const hash of ['', '#/letter', '#/letter/', '#/log/entry/7', `#/report/${code}`])
    assert.equal(codeIn(hash), undefined);
});

interface Given {
  its?: TestLog;
  sealed?: Uint8Array | undefined;
  hasLog?: boolean;
}

/** Opens the code with what a server says. @returns all that was shown, in order, and what was asked for */
async function opened(
  given: Given = {},
  typed: string = code,
): Promise<{ shown: Reading[]; asked: string[] }> {
  const { its = log, hasLog = true } = given;
  const asked: string[] = [];
  const sealed = 'sealed' in given ? given.sealed : notices.get(tag);
  const ports: LetterPorts = {
    files: async (path) => {
      asked.push(path);
      return path === `notices/${tag}` ? sealed : undefined;
    },
    log: { read: its.read },
    checkpoint: async () => (hasLog ? readCheckpoint(its.read, its.key) : undefined),
  };
  const reading = letterReading(ports);
  const shown: Reading[] = [];
  reading.state.subscribe((now) => void shown.push(now));
  await reading.open(typed);
  return { shown, asked };
}

const last = ({ shown }: { shown: Reading[] }) => shown.at(-1) ?? assert.fail();

test('a letter opens once the log says it, and is read on to the log’s end', async () => {
  const { shown, asked } = await opened();
  const open = last({ shown });
  assert.ok(open.is === 'open');
  assert.deepEqual(open.letter.file, file);
  assert.deepEqual(open.letter.later, { is: 'looked' });
  const kinds = open.letter.entries.map(({ envelope }) => envelope.kind);
  assert.equal(kinds[0], 'request.received');
  assert.ok(kinds.includes('collection.completed') && kinds.at(-1) === 'notice.addressed');
  assert.ok(
    shown.findIndex(({ is }) => is === 'looking') < shown.findIndex(({ is }) => is === 'open'),
    'nothing is shown before it is proven',
  );
  const decisions = decisionsOf(open.letter.entries);
  assert.deepEqual([decisions.map(({ who }) => who), approvers(decisions)], [[1, 2], 2]);
  assert.deepEqual(asked, [`notices/${tag}`]);
  assert.ok(!asked.join().includes(code.slice(0, 4)));
});

test('a code with a mistake is asked for nowhere', async () => {
  const { shown, asked } = await opened({}, replaced(code, 0, other(code[0] ?? '')));
  assert.deepEqual([last({ shown }).is, asked], ['typing', []]);
});

test('no file, one that does not open, and a log that cannot be believed are told apart', async () => {
  assert.equal(last(await opened({ sealed: undefined })).is, 'nothing');
  const sealed = notices.get(tag) ?? assert.fail();
  assert.equal(last(await opened({ sealed: sealed.with(20, (sealed[20] ?? 0) ^ 1) })).is, 'unopened');
  assert.equal(last(await opened({ hasLog: false })).is, 'no-log');
  assert.equal(last(await opened({}, codeOf(new Uint8Array(26).fill(3)))).is, 'nothing');
});

const without = (leave: (entry: Entry) => boolean) =>
  log.twin().append(letter.entries.filter((entry) => !leave(entry)));

test('what the log does not say is not shown', async () => {
  const its = without(({ kind }) => kind === 'notice.addressed');
  const { shown } = await opened({ its });
  assert.equal(last({ shown }).is, 'unsaid');
  assert.ok(!shown.some(({ is }) => is === 'open'));
});

test('a case of which an entry is left out is not shown', async () => {
  const { shown } = await opened({
    its: without(({ kind }) => kind === 'review.opened' || kind === 'grant.minted'),
  });
  assert.equal(last({ shown }).is, 'broken');
});

test('a file that says something else than the log does not pass, though the log commits to it', async () => {
  const parts = partsOfCode(code);
  const forged: NoticeFile = { ...file, agency: { ...file.agency, id: 'agency-9' } };
  const its = log.twin().append(rechained(letter.entries, fileCommitment(parts, forged)));
  const answer = last(await opened({ its, sealed: sealNoticeFile(parts, forged, new Uint8Array(12)) }));
  assert.deepEqual(answer, { is: 'differs', of: ['agency'] });
});

/** The same log, in which the last entry of the case commits to another file. */
function rechained(entries: readonly Entry[], commitment: string): Entry[] {
  return entries.map((entry) =>
    entry.kind === 'notice.addressed' ? { ...entry, data: { ...entry.data, files: [commitment] } } : entry,
  );
}

test('a log that breaks off says nothing of the letter; what was proven before stays', async () => {
  let left = Number.POSITIVE_INFINITY;
  const checkpoint = await readCheckpoint(log.read, log.key);
  const ports: LetterPorts = {
    files: async () => notices.get(tag),
    log: {
      read: async (path) => {
        if (path.startsWith('tile/entries/') && left-- <= 0) throw new Error('unreachable');
        return log.read(path);
      },
    },
    checkpoint: async () => checkpoint,
  };
  const reading = letterReading(ports);
  left = 0;
  await reading.open(code);
  assert.equal(reading.state.value.is, 'failed');
  left = Number.POSITIVE_INFINITY;
  const stop = reading.state.subscribe((now) => {
    if (now.is === 'open' && now.letter.later.is === 'looking') left = 0;
  });
  await reading.open(code);
  stop();
  const { state } = reading;
  const then: typeof state.value = state.value;
  assert.ok(then.is === 'open');
  assert.equal(then.letter.later.is, 'failed');
  reading.close();
  assert.deepEqual(reading.state.value, { is: 'typing' });
});
