import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import type { LogErrorCode } from '#core/log/errors.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { signedCheckpoint, signedNote, signer } from './signer.ts';

const ours = signer('log.example/writ', 1);
const origin = ours.key.name;
const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
const root64 = toBase64(root);

function refused(note: string, code: LogErrorCode, key = ours.key): void {
  assert.throws(() => openCheckpoint(note, key), { name: 'LogError', code }, JSON.stringify(note));
}

const malformed = (...texts: string[]) => {
  for (const text of texts) refused(signedNote(text, ours), 'checkpoint-malformed');
};

test('a checkpoint’s text is its origin, its size and its root, a line each', () => {
  assert.equal(
    checkpointText({ origin, size: 20_852_163n, root }),
    'log.example/writ\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
  );
});

test('tlog-checkpoint’s own example is read, once a key that is known has signed it', () => {
  const { keyUnpublished }: { keyUnpublished: { name: string; note: string }[] } = JSON.parse(
    readFileSync(new URL('../../vectors/tlog/notes.json', import.meta.url), 'utf8'),
  );
  const example = keyUnpublished.find(({ name }) => name === 'example.com/behind-the-sofa');
  assert.ok(example);
  const log = signer(example.name, 2);
  const text = example.note.slice(0, example.note.lastIndexOf('\n\n') + 1);
  const own = signedNote(text, log).slice(text.length + 1);
  assert.deepEqual(openCheckpoint(example.note + own, log.key), {
    origin: 'example.com/behind-the-sofa',
    size: 20_852_163n,
    root: Uint8Array.from(root),
  });
  refused(example.note, 'note-unsigned', log.key);
});

test('a checkpoint comes back as it was signed', () => {
  const size = fc.bigInt(0n, 2n ** 64n - 1n);
  fc.assert(
    fc.property(size, fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
      assert.deepEqual(openCheckpoint(signedCheckpoint(size, root, ours), ours.key), { origin, size, root });
    }),
    { numRuns: 50 },
  );
});

test('a log is named as its key: the checkpoint of another is refused, whoever signed it', () => {
  for (const other of ['log.example/other', 'log.example/writ/', 'LOG.example/writ', ' log.example/writ'])
    refused(signedNote(`${other}\n1\n${root64}\n`, ours), 'origin-differs');
  // The Go checksum database's key has another name than its heads.
  const others: { key: string; head: string } = JSON.parse(
    readFileSync(new URL('../../vectors/tlog/go-checksum-database.json', import.meta.url), 'utf8'),
  );
  refused(others.head, 'origin-differs', parseVerifierKey(others.key));
});

test('what nobody signed, or another key, is not even read', () => {
  const text = checkpointText({ origin, size: 1n, root });
  refused(text, 'note-malformed');
  refused(`${text}\n`, 'note-malformed');
  refused(signedNote(text, signer(origin, 2)), 'note-unsigned');
  refused(signedNote('x\n', signer(origin, 2)), 'note-unsigned');
  refused(signedCheckpoint(1, root, ours).replace('\n1\n', '\n2\n'), 'note-unsigned');
});

test('a size is decimal, written in one way, and below 2^64', () => {
  const of = (size: string) => `${origin}\n${size}\n${root64}\n`;
  malformed(
    ...[
      '',
      '00',
      '01',
      '007',
      '-1',
      '-0',
      '+1',
      '1.0',
      '1e3',
      '0x10',
      ' 1',
      '1 ',
      '1_000',
      '1,000',
      '１',
    ].map(of),
    ...[
      'NaN',
      'Infinity',
      '1n',
      `${2n ** 64n}`,
      `${2n ** 64n + 1n}`,
      '99999999999999999999',
      '9'.repeat(40),
    ].map(of),
  );
  for (const size of ['0', '1', '9007199254740993', `${2n ** 63n}`, `${2n ** 64n - 1n}`])
    assert.equal(openCheckpoint(signedNote(of(size), ours), ours.key).size, BigInt(size));
});

test('a root is 32 bytes, in base64 with its padding', () => {
  const of = (root: string) => `${origin}\n1\n${root}\n`;
  malformed(
    of(''),
    of(toBase64(root.subarray(1))),
    of(toBase64(Buffer.concat([root, Buffer.alloc(1)]))),
    of(toBase64(Buffer.concat([root, root]))),
    of(root64.slice(0, -1)),
    of(`${root64}=`),
    of(` ${root64}`),
    of(`${root64} `),
    of(root64.replace('/', '_')),
    // The same bytes, the bits left over not zero.
    of(root64.replace(/I=$/, 'J=')),
    of(root.toString('hex')),
  );
});

test('a checkpoint has its three lines, and none of them is empty', () => {
  malformed(
    '\n',
    `${origin}\n`,
    `${origin}\n1\n`,
    `${origin}\n${root64}\n`,
    `1\n${root64}\n`,
    `\n1\n${root64}\n`,
    `\n${origin}\n1\n${root64}\n`,
    `${origin}\n\n1\n${root64}\n`,
    `${origin}\n1\n\n${root64}\n`,
    `${origin}\n${root64}\n1\n`,
  );
});

test('extension lines are passed over, unless one is empty', () => {
  const text = checkpointText({ origin, size: 7n, root });
  for (const extension of ['x\n', 'first\nsecond\n', ' \n', '— x AAAAAAA=\n', `${origin}\n8\n${root64}\n`])
    assert.deepEqual(openCheckpoint(signedNote(text + extension, ours), ours.key), {
      origin,
      size: 7n,
      root: Uint8Array.from(root),
    });
  malformed(...['\n', '\n\n', 'first\n\n', '\nsecond\n', 'first\n\nsecond\n'].map((each) => text + each));
});
