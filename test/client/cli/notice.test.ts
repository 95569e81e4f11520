import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addressedSchema, type LetterFacts, letterOf, letterText } from '#client/notice/letter.ts';
import { letterPage } from '#client/notice/letter-page.ts';
import { letterLanguages } from '#client/notice/words.ts';
import { codeOf, partsOfCode } from '#core/cases/notice-code.ts';
import type { Addressed } from '#core/gateway/addressing.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ } from '#dev/writ.ts';
import { notified } from '../../core/gateway/acts.ts';
import { gateway, inhabited } from '../../core/gateway/gateway.ts';
import { TestLog } from '../report/logs.ts';

const cloud = await inhabited();
const calls = gateway(cloud);
const id = await notified(calls);
const answer: Addressed = await calls.address(id);
const [facts] = addressedSchema.parse(JSON.parse(JSON.stringify(answer))).subjects;
assert.ok(facts);
const entries: Entry[] = cloud.store
  .items('entries')
  .map(({ entry }) => entrySchema.parse(JSON.parse(String(entry))))
  .sort((a, b) => (a.stream === b.stream ? a.n - b.n : a.at < b.at ? -1 : 1));

const asUtc = { url: 'https://disclosure.example/v1', zone: 'UTC' } as const;
const changed = (more: Partial<LetterFacts['file']>): LetterFacts => ({
  ...facts,
  file: { ...facts.file, ...more },
});

describe('the letter', () => {
  test('says in each language who asked, for what, on what basis, when it left, how to check it, and the code', () => {
    for (const language of letterLanguages) {
      const letter = letterOf(changed({ contact: 'privacy@provider.example' }), { language, ...asUtc });
      for (const text of [letterText(letter), letterPage(letter)]) {
        for (const said of [
          'An agency',
          'A provider',
          'somebody',
          '2023/1543',
          '2026',
          facts.code,
          id,
          'log.example',
        ])
          assert.ok(text.includes(said), `${language}: ${said}`);
        assert.ok(
          text.includes(`writ notice open ${facts.code} --url https://disclosure.example/v1`),
          language,
        );
        assert.ok(text.includes('privacy@provider.example'), language);
      }
      const parts = letter.sections.flatMap(({ heading = '', paragraphs = [], facts: rows = [] }) => [
        heading,
        ...paragraphs,
        ...rows.flat(),
      ]);
      for (const part of parts) assert.doesNotMatch(part, /undefined|null|NaN|\[object/);
    }
  });

  test('says why it comes now: nobody delayed it, the authority did, or an order forbade it', () => {
    const until = '2027-02-20T00:00:00.000Z';
    const texts = letterLanguages.flatMap((language) =>
      [
        undefined,
        { until, reason: 'flight', ordered: false } as const,
        { until, reason: 'flight', ordered: true } as const,
      ].map((delay) => {
        const { delay: _, ...file } = facts.file;
        const one = { ...facts, file: delay === undefined ? file : { ...file, delay } };
        return letterText(letterOf(one, { language, ...asUtc }));
      }),
    );
    assert.equal(new Set(texts).size, 9);
    assert.ok(texts[1]?.includes('20 February 2027'));
  });

  test('an order that no language has a name for is called as the authority calls it', () => {
    for (const language of letterLanguages) {
      const one = changed({ basis: { ...facts.file.basis, instrument: 'Subpoena', jurisdiction: 'US' } });
      const text = letterText(letterOf(one, { language, ...asUtc }));
      assert.ok(text.includes('Subpoena'));
      assert.ok(!text.includes('2023/1543'), 'a remedy of another law');
    }
  });

  test('as text it has lines of 72 characters, but for what is typed off', () => {
    for (const language of letterLanguages) {
      const typed = letterOf(facts, { language, ...asUtc }).sections.map((section) => section.typed);
      for (const line of letterText(letterOf(facts, { language, ...asUtc })).split('\n'))
        assert.ok(line.length <= 72 || typed.includes(line.trim()), line);
    }
  });

  test('as a page it loads and runs nothing, and what others wrote is text in it', () => {
    const evil = '"><script>alert(1)</script><img src=https://evil.example>';
    const one = changed({ agency: { id: 'a', name: evil }, provider: evil, contact: evil });
    for (const language of letterLanguages) {
      const page = letterPage(
        letterOf({ ...one, asked: { kind: 'account', value: evil } }, { language, ...asUtc }),
      );
      assert.ok(!/<script|<img|<link|@import|url\(/i.test(page));
      assert.match(page, /default-src 'none'; style-src 'unsafe-inline'/);
      assert.match(page, /@page\{size:A4/);
      assert.match(page, new RegExp(`<html lang="${language}`));
    }
  });

  test('what is no answer of Notice, or holds a code with an error in it, makes no letter', () => {
    const bad = (change: object) =>
      addressedSchema.safeParse({ case: id, subjects: [{ ...JSON.parse(JSON.stringify(facts)), ...change }] })
        .success;
    assert.equal(bad({}), true);
    const wrong = `${facts.code.slice(0, -1)}${facts.code.endsWith('0') ? '1' : '0'}`;
    for (const change of [{ code: wrong }, { file: {} }, { asked: { kind: 'ip', value: 'x' } }])
      assert.equal(bad(change), false);
  });
});

const stored = (await calls.notices.get(partsOfCode(facts.code).tag)) ?? assert.fail();

describe('writ notice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-notice-'));
  after(() => rmSync(folder, { recursive: true }));
  const log = new TestLog('log.example').append(entries);
  const key = formatVerifierKey(log.key);
  const file = join(folder, 'out.json');
  writeFileSync(file, JSON.stringify(answer));
  let sealed = stored;
  let files = log.files;
  const asked: string[] = [];
  const server = createServer(({ url: path = '' }, response) => {
    asked.push(path);
    const found =
      path === `/v1/notices/${partsOfCode(facts.code).tag}`
        ? sealed
        : files.get(path.replace(/^\/v1\/log\//, ''));
    if (found === undefined) response.writeHead(404).end();
    else response.end(found);
  });
  let url = '';
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    url = `http://127.0.0.1:${address.port}/v1`;
  });
  after(() => server.close());
  const run = (...args: string[]) => writ(['notice', ...args], { XDG_CONFIG_HOME: folder });

  test('letter prints what Notice answered', async () => {
    const text = await run('letter', file, '--lang', 'de', '--url', url, '--zone', 'Europe/Berlin');
    assert.deepEqual([text.code, text.err], [0, '']);
    assert.match(text.out, /DATEN ÜBER SIE WURDEN AN EINE BEHÖRDE HERAUSGEGEBEN/);
    assert.ok(text.out.includes(`writ notice open ${facts.code} --url ${url}`));
    const page = await run('letter', file, '--html', '--subject', '0');
    assert.match(page.out, /^<!doctype html>/);
    assert.equal((await run('letter', file, '--subject', '7')).code, 1);
    assert.equal((await run('letter', file, '--zone', 'Nowhere')).code, 2);
  });

  test('open shows what left and what the log says, and asks the server for nothing that yields the code', async () => {
    const { code, out, err } = await run(
      'open',
      facts.code.toLowerCase().replaceAll('-', ' '),
      '--url',
      url,
      '--key',
      key,
    );
    assert.equal(code, 0, err);
    for (const said of [
      'An agency (agency-1)',
      '1 record',
      'approved what was asked',
      'the notice to you went out',
    ])
      assert.ok(out.includes(said), `${said}\n${out}`);
    assert.match(out, /The log says that exactly this was given to you: entry \d+ of the case/);
    assert.ok(!out.includes('reviewer-1'), 'it names a reviewer');
    for (const path of asked)
      assert.ok(!path.includes(facts.code.slice(0, 4)), 'a part of the code went to the server');
  });

  test('open tells no code, a code that nobody was given, what was changed, and what the log does not say, apart', async () => {
    const open = (code: string) => run('open', code, '--url', url, '--key', key);
    const wrong = `${facts.code.startsWith('0') ? '1' : '0'}${facts.code.slice(1)}`;
    const none = await open(wrong);
    assert.deepEqual([none.code, none.out], [2, '']);
    assert.ok(!none.err.includes(wrong.slice(5, 14)), 'a code is repeated');
    assert.match((await open(codeOf(new Uint8Array(26).fill(3)))).err, /Nothing is there for this code/);
    const right = sealed;
    sealed = right.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
    assert.match((await open(facts.code)).err, /does not open with this code/);
    sealed = right;
    files = log.twin().append(entries.filter(({ kind }) => kind !== 'notice.addressed')).files;
    const unsaid = await open(facts.code);
    assert.deepEqual(
      [unsaid.code, /does not say that you were given this/.test(unsaid.out)],
      [1, true],
      unsaid.err,
    );
    files = log.files;
  });
});
