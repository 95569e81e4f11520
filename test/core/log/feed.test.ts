import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { elements, readXml } from '#client/order/xml-document.ts';
import { sentences as de } from '#console/site/log/sentences-de.ts';
import { sentences as fr } from '#console/site/log/sentences-fr.ts';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { atomOf, feedEntries, newestEntries } from '#core/log/feed.ts';
import { kinds } from '#core/log/kinds.ts';
import type { ReadFile } from '#core/log/reading.ts';
import { sentenceOf } from '#core/log/sentences.ts';
import { history, TestLog } from '../../client/report/logs.ts';
import { entryOf } from './arbitrary.ts';

/** The feed of the newest entries, as a newsroom's reader takes it. */
const site = 'https://writ.example.org/v1/';
const atom = 'http://www.w3.org/2005/Atom';
const entries = history();
const log = new TestLog('writ.example.org/v1/log').append(entries);

const textIn = ({ textContent }: { textContent: string | null }) => textContent ?? '';

async function feedOf(its: TestLog, read: ReadFile = its.read): Promise<string> {
  const feed = await newestEntries(read);
  assert.ok(feed !== undefined);
  return atomOf(feed, site);
}

/** What another program reads in it: Python's parser, which is of other people. */
function asPython(xml: string): { ids: string[]; titles: string[]; links: string[]; tags: string[] } {
  const script = `
import json, sys, xml.etree.ElementTree as tree
a = '{http://www.w3.org/2005/Atom}'
feed = tree.fromstring(sys.stdin.buffer.read())
each = feed.findall(a + 'entry')
print(json.dumps({
  'ids': [e.findtext(a + 'id') for e in each],
  'titles': [e.findtext(a + 'title') for e in each],
  'links': [e.find(a + 'link').get('href') for e in each],
  'tags': [feed.tag] + [child.tag for child in feed if child.tag != a + 'entry'],
}))`;
  return JSON.parse(execFileSync('python3', ['-c', script], { input: xml, encoding: 'utf8' }));
}

test('a feed has the newest 50 entries, the newest first, each with its sentence and an address of its own', async () => {
  const read = asPython(await feedOf(log));
  const newest = entries.slice(-feedEntries).toReversed();
  assert.deepEqual(
    read.titles,
    newest.map((entry) => sentenceOf(entry)),
  );
  const indices = newest.map((_, i) => entries.length - 1 - i);
  assert.deepEqual(
    read.links,
    indices.map((index) => `${site}#/log/entry/${index}`),
  );
  assert.deepEqual(
    read.ids,
    indices.map(
      (index, i) =>
        `tag:writ.example.org,${newest[i]?.at.slice(0, 10)}:writ.example.org/v1/log/entry/${index}`,
    ),
  );
  assert.deepEqual(
    read.tags.map((tag) => tag.replace(`{${atom}}`, '')),
    ['feed', 'id', 'title', 'subtitle', 'updated', 'author', 'generator', 'link', 'link'],
    'RFC 4287 section 4.1.1: exactly one id, title and updated, and an author',
  );
});

test('our own reader of XML, which takes no declarations of types, reads the same', async () => {
  const document = readXml(utf8(await feedOf(log)));
  const titles = elements(document, atom, 'title').map(textIn);
  assert.equal(titles.length, 1 + feedEntries);
  assert.deepEqual(
    titles.slice(1, 3),
    entries
      .slice(-2)
      .toReversed()
      .map((entry) => sentenceOf(entry)),
  );
  for (const updated of elements(document, atom, 'updated'))
    assert.match(textIn(updated), /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
});

test('the id of an entry is the same in every feed that has it', async () => {
  const grown = new TestLog('writ.example.org/v1/log').append(entries.slice(0, 100));
  const before = asPython(await feedOf(grown)).ids;
  grown.append(entries.slice(100, 110));
  const after = asPython(await feedOf(grown)).ids;
  assert.deepEqual(after.slice(10), before.slice(0, 40));
});

test('what an agency or a stream is called never becomes markup', async () => {
  const evil = '</title><script>alert("1")</script>&amp;\u0000\u202e';
  const envelope = { v: 9, kind: 'a<b&"\'>', at: 'no time', stream: evil, n: 1 };
  const received = entries.find(({ kind }) => kind === 'request.received');
  assert.ok(received?.kind === 'request.received');
  const named: Entry = { ...received, data: { ...received.data, agency: evil.slice(0, 64) } };
  const its = new TestLog().append([named]).appendBytes([utf8(canonicalJson(envelope))]);
  const xml = await feedOf(its);
  const { titles, tags } = asPython(xml);
  assert.deepEqual(titles, ['An entry of a kind that this version does not know.', sentenceOf(named)]);
  assert.ok(!xml.includes('<script'));
  assert.equal(tags.length, 9);
  assert.match(xml, /<updated>1970-01-01T00:00:00\.000Z<\/updated>/);
});

test('a log without an entry has a feed without any, and no log none', async () => {
  assert.equal(await newestEntries(async () => undefined), undefined);
  const empty = new TestLog().appendBytes([]);
  assert.deepEqual(asPython(await feedOf(empty)).ids, []);
});

test('what the checkpoint does not prove is in no feed', async () => {
  const spoil =
    (spoiled: RegExp): ReadFile =>
    async (path) => {
      const bytes = await log.read(path);
      return bytes === undefined || !spoiled.test(path)
        ? bytes
        : bytes.with(bytes.length - 8, (bytes.at(-8) ?? 0) ^ 1);
    };
  for (const path of [/^tile\/entries/, /^tile\/0/])
    await assert.rejects(feedOf(log, spoil(path)), LogError, String(path));
});

test('few files are read for it, each once, however long the log is', async () => {
  const long = new TestLog();
  for (let i = 0; i < 40; i++) long.append(entries.slice(0, 500));
  long.append(entries.slice(0, 20));
  const paths: string[] = [];
  await feedOf(long, async (path) => {
    paths.push(path);
    return long.read(path);
  });
  assert.ok(paths.length <= 8, paths.join(' '));
  assert.equal(new Set(paths).size, paths.length);
});

test('every kind is said in each language, in a sentence on one line, whatever its codes are', () => {
  for (const kind of kinds)
    for (const value of fc.sample(entryOf(kind), { numRuns: 40, seed: 7 })) {
      const entry = entrySchema.parse(value);
      for (const language of [undefined, de, fr]) {
        const sentence = sentenceOf(entry, language);
        assert.match(sentence, /^[^\n]+[.]$/u, `${kind}: ${sentence}`);
        assert.doesNotMatch(sentence, /\bundefined\b|\bNaN\b|\[object/u, `${kind}: ${sentence}`);
      }
    }
});

test('what was said of people in an entry is in no sentence: no commitment and no digest', () => {
  for (const kind of kinds)
    for (const value of fc.sample(entryOf(kind), { numRuns: 10, seed: 8 })) {
      const said = [undefined, de, fr]
        .map((language) => sentenceOf(entrySchema.parse(value), language))
        .join('\n');
      const codes = JSON.stringify(entrySchema.parse(value).data).match(/"[\w-]{43}"|sha-256=:[^"]+/g) ?? [];
      for (const code of codes) assert.ok(!said.includes(code.replaceAll('"', '')), kind);
    }
});
