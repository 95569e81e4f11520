import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { decoded, EncodingError } from '#client/cli/given.ts';
import { writ as run } from '#dev/writ.ts';

const folder = mkdtempSync(join(tmpdir(), 'writ-given-'));
after(() => rmSync(folder, { recursive: true }));
const writ = (...args: string[]) => run(args, { XDG_CONFIG_HOME: folder });

/** A text as editors and shells write it. PowerShell 5.1's `>` writes the third. */
const encodings: Record<string, (text: string) => Buffer> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a byte order mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE with one': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE with one': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

test('a text is the same in each encoding that tells of itself', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\0') && !s.startsWith('\ufeff'));
  fc.assert(
    fc.property(text, (written) => {
      for (const [name, encode] of Object.entries(encodings))
        assert.equal(decoded(encode(written)), written, name);
    }),
  );
});

test('bytes that are no text say what they are, and are not repaired', () => {
  const of = (bytes: Uint8Array) => {
    try {
      return decoded(bytes);
    } catch (error) {
      assert.ok(error instanceof EncodingError);
      return error.message;
    }
  };
  assert.equal(of(Buffer.from('{"a":1}', 'utf16le')), 'UTF-16 without a byte order mark, or no text');
  assert.equal(of(Uint8Array.of(0x7b, 0xe9, 0x7d)), 'not UTF-8');
  assert.equal(of(Uint8Array.of(0xff, 0xfe, 0x00, 0xd8)), 'damaged UTF-16');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      assert.ok(
        !of(bytes).includes('\ufffd') ||
          Buffer.from(bytes).toString('hex').includes('efbfbd') ||
          bytes[0] === 0xff ||
          bytes[0] === 0xfe,
      );
    }),
  );
});

/** Each way in for a file that somebody hands over: the command, and what it says of a file that it read and cannot use. */
const ways: [string, (file: string) => string[], string, RegExp][] = [
  [
    'an enrolment',
    (file) => ['admin', 'agency', 'new', '--enrolment', file, '--yes'],
    '{"v":0}',
    /is no enrolment/,
  ],
  ['a policy', (file) => ['policy', 'check', file], '[]', /no policy|does not/],
  [
    'a log’s key',
    (file) => ['log', 'verify', '--dir', folder, '--key', `@${file}`],
    'no key',
    /is no verifier key/,
  ],
];

before(async () => {
  assert.equal((await writ('keys', 'new', '--role', 'reviewer', '--no-passphrase')).code, 0);
});

for (const [what, args, text, said] of ways) {
  test(`${what} is read from UTF-16 and with a byte order mark as it is without`, async () => {
    const file = join(folder, 'given');
    const answers = new Set<string>();
    for (const encode of Object.values(encodings)) {
      writeFileSync(file, encode(text));
      answers.add((await writ(...args(file))).err);
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.match([...answers].join(), said);
    writeFileSync(file, Buffer.from(text, 'utf16le'));
    assert.match(
      (await writ(...args(file))).err,
      /^error: file-malformed: .* is UTF-16 without a byte order mark.*save it as UTF-8/,
    );
  });
}

test('a passphrase and a key file are read as PowerShell writes them', async () => {
  const passphrase = join(folder, 'passphrase');
  const keys = (profile: string, file: string) =>
    writ('keys', 'new', '--role', 'agency', '--profile', profile, '--passphrase-file', file);
  for (const [i, encode] of Object.values(encodings).entries()) {
    writeFileSync(passphrase, encode('correct horse battery\r\n'), { mode: 0o600 });
    assert.equal((await keys(`p${i}`, passphrase)).code, 0);
  }
  const pem = join(folder, 'writ/p0/signing.pem');
  const text = readFileSync(pem, 'utf8');
  writeFileSync(pem, encodings['UTF-16LE with one']?.(text) ?? '');
  const { out } = await writ('doctor', '--profile', 'p0', '--json');
  assert.match(out, /signing\.pem, encrypted/);
});

/** Files that writ wrote itself, or whose bytes are signed: they are read as they stand. */
const asTheyStand = [
  'collect/pages.ts',
  'ingest/journal.ts',
  'log-prove-folder.ts',
  'profile/profile.ts',
  'request/draft-file.ts',
  'request/own-copy.ts',
  'request/remembered.ts',
  'witness/state.ts',
];

test('a file that somebody hands over is read through given.ts, wherever a command reads one', () => {
  const dir = fileURLToPath(new URL('../../../client/cli', import.meta.url));
  const found = globSync('**/*.ts', { cwd: dir }).filter((file) =>
    /readFile(Sync)?\([^;]*['"]utf-?8['"]/.test(readFileSync(join(dir, file), 'utf8')),
  );
  assert.deepEqual(
    found.filter((file) => !asTheyStand.includes(file)),
    [],
  );
});
