import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64, toHex, utf8 } from '#core/bytes.ts';
import type { LogErrorCode } from '#core/log/errors.ts';
import { formatNote, formatVerifierKey, keyId, openNote, parseVerifierKey } from '#core/log/note.ts';
import { signedNote, signer } from './signer.ts';

interface Published {
  signed: { source: string; key: string; text: string; note: string }[];
  keyUnpublished: { source: string; name: string; note: string }[];
  malformedKeys: string[];
}

const published: Published = JSON.parse(
  readFileSync(new URL('../../vectors/tlog/notes.json', import.meta.url), 'utf8'),
);

const ours = signer('log.example/writ', 1);
const text = 'What was disclosed\nis in the log.\n';

const signed = (of: string, by = ours) => signedNote(of, by);

/** The signature line alone. */
const line = (of: string, by = ours) => signed(of, by).slice(of.length + 1);

function refused(note: string, code: LogErrorCode, key = ours.key): void {
  assert.throws(() => openNote(note, key), { name: 'LogError', code }, JSON.stringify(note.slice(0, 200)));
}

for (const [i, { source, key, text, note }] of published.signed.entries()) {
  test(`a published note opens with its key (${i + 1}, ${source})`, () => {
    const verifier = parseVerifierKey(key);
    assert.equal(openNote(note, verifier), text);
    const [, signature = ''] = /(\S+)\n$/.exec(note) ?? [];
    assert.equal(formatNote(text, verifier, Buffer.from(signature, 'base64').subarray(4)), note);
  });
}

test('a published note with two signatures opens with either key', () => {
  const [peter, enoch] = published.signed.filter(({ source }) => source === 'Go’s note package');
  assert.ok(peter && enoch && peter.text === enoch.text);
  const both = peter.note + enoch.note.slice(enoch.text.length + 1);
  for (const { key } of [peter, enoch]) assert.equal(openNote(both, parseVerifierKey(key)), peter.text);
});

test('a published note opens with no key but its own', () => {
  for (const { key, note } of published.signed) {
    const own = parseVerifierKey(key);
    refused(note, 'note-unsigned');
    refused(note, 'note-unsigned', { ...own, name: 'somebody.example' });
    refused(note, 'note-unsigned', { ...own, publicKey: ours.key.publicKey });
  }
});

test('published notes whose keys are not published are notes all the same', () => {
  for (const { note, name } of published.keyUnpublished) {
    refused(note, 'note-unsigned');
    refused(note, 'note-unsigned', { ...ours.key, name });
    // Read by somebody who knows a key that signed it too, the text is whole, with its empty line.
    const body = note.slice(0, note.lastIndexOf('\n\n') + 1);
    assert.equal(openNote(note + line(body), ours.key), body);
  }
});

test('a note with any bit changed is refused', () => {
  const [{ key, note } = { key: '', note: '' }] = published.signed;
  const verifier = parseVerifierKey(key);
  const bytes = utf8(note);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(
      () => openNote(new TextDecoder().decode(changed), verifier),
      { name: 'LogError' },
      `${bit}`,
    );
  }
});

test('a published verifier key is read and written as it is', () => {
  for (const { key } of published.signed) {
    const parsed = parseVerifierKey(key);
    assert.equal(formatVerifierKey(parsed), key);
    assert.equal(toHex(keyId(parsed)), key.split('+')[1]);
  }
});

function keyRefused(text: string): void {
  assert.throws(() => parseVerifierKey(text), { name: 'LogError', code: 'verifier-key-malformed' }, text);
}

test('a verifier key in part, or with a character changed, is none', () => {
  const [, { key } = { key: '' }] = published.signed;
  for (let from = 0; from < key.length; from++) {
    for (let to = from + 1; to <= key.length; to++) {
      if (to - from < key.length) keyRefused(key.slice(from, to));
    }
    keyRefused(key.slice(0, from) + String.fromCharCode(key.charCodeAt(from) + 1) + key.slice(from + 1));
  }
});

test('a verifier key of another algorithm or length, or written in another way, is none', () => {
  for (const key of published.malformedKeys) keyRefused(key);
  const { name, publicKey } = ours.key;
  const written = formatVerifierKey(ours.key);
  const [, peter = { key: '' }] = published.signed;
  keyRefused(peter.key.replace('c74f20a3', 'C74F20A3'));
  const [, id = '', base64 = ''] = /^[^+]+\+([^+]+)\+(.+)$/.exec(written) ?? [];
  keyRefused(`${name}+${id}+${base64}=`);
  keyRefused(`${name}+${id}+${base64.slice(0, -1)}`);
  keyRefused(`${name}+${id}+ ${base64}`);
  keyRefused(`${name}+0${id}+${base64}`);
  keyRefused(`${written}\n`);
  keyRefused(`x+${written}`);
  keyRefused(`+${written}`);
  keyRefused(`\n${written}`);
  for (const wrong of [publicKey.subarray(1), Buffer.concat([publicKey, Buffer.alloc(1)]), new Uint8Array()])
    keyRefused(formatVerifierKey({ name, publicKey: wrong }));
  for (const space of ['', ' ', 'a b', 'a+b', 'a\u00a0b', 'a\u0085b', 'a\u2003b', 'a\u3000b', 'a\nb', 'a\tb'])
    keyRefused(formatVerifierKey({ name: space, publicKey }));
  for (const name of ['ключ', 'a\u200bb', 'log.example/~writ?x=1#y', '—', 'a\u007fb', 'a\u0081b', '\ufeff'])
    assert.deepEqual(parseVerifierKey(formatVerifierKey({ name, publicKey })).name, name);
});

test('what is signed opens, whatever lines the text has', () => {
  const textLine = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones that no note may hold
    .map((text) => text.toWellFormed().replace(/[\u0000-\u001f]/g, ''));
  fc.assert(
    fc.property(fc.array(textLine, { maxLength: 5 }), (lines) => {
      const body = lines.map((line) => `${line}\n`).join('') || '\n';
      assert.equal(openNote(signed(body), ours.key), body);
    }),
  );
});

test('a text may have empty lines, and look like a signature', () => {
  for (const body of [
    '\n',
    '\n\n',
    'a\n\nb\n',
    'a\n\n',
    '\na\n',
    signed(text),
    `${text}\n— not a signature\n`,
    '— \n',
    '\u007f\u0085\u2028\ufeff\ufffd😀\n',
  ])
    assert.equal(openNote(signed(body), ours.key), body, JSON.stringify(body));
});

test('text in front of a note, or a note within a note, is not what was signed', () => {
  refused(`It was not so.\n${signed(text)}`, 'note-unsigned');
  refused(`It was not so.\n\n${signed(text)}`, 'note-unsigned');
  refused(`${text}\n${text}\n${line(text)}`, 'note-unsigned');
  refused(`${signed(text)}\n${line(text)}`, 'note-unsigned');
  refused(signed(text).replace('disclosed', 'dıscloſed'), 'note-unsigned');
  refused(`\ufeff${signed(text)}`, 'note-unsigned');
});

test('what has not the form of a note is none', () => {
  const note = signed(text);
  for (const malformed of [
    '',
    '\n',
    '\n\n',
    text,
    `${text}\n`,
    `${text}\n\n`,
    note.slice(0, -1),
    `${note}\n`,
    `${note} `,
    `${note}Unexpected line.\n`,
    `${note}\n\n`,
    text + line(text),
    `${text.slice(0, -1)}\n${line(text)}`,
    line(text),
    `\n${line(text)}`,
    `${text}\n${text}`,
    `${text}\n ${line(text)}`,
  ])
    refused(malformed, 'note-malformed');
});

test('a note has no control character but the newline', () => {
  for (let code = 0; code < 0x20; code++) {
    if (code === 0x0a) continue;
    const control = String.fromCharCode(code);
    refused(signed(`a${control}b\n`), 'note-malformed');
    refused(signed(text).replace('writ ', `writ${control} `), 'note-malformed');
    refused(signed(text) + line(text, signer(`w${control}`, 2)), 'note-malformed');
  }
  refused(signed(text).replaceAll('\n', '\r\n'), 'note-malformed');
  refused(signed(text).replace(/\n$/, '\r\n'), 'note-malformed');
});

test('a note is UTF-8: a half of a surrogate pair is none', () => {
  for (const half of ['\ud83d', '\ude00', '\ude00\ud83d']) {
    refused(signed(`a${half}\n`), 'note-malformed');
    refused(signed(text) + line(text, signer(`w${half}`, 2)), 'note-malformed');
  }
});

test('a signature line is an em dash, a name, an id with a signature, each in one way', () => {
  const good = line(text);
  const [, , base64 = ''] = good.trimEnd().split(' ');
  const name = ours.key.name;
  for (const malformed of [
    good.replace('—', '-'),
    good.replace('—', '–'),
    good.replace('—', '―'),
    good.replace('— ', '—'),
    good.replace('— ', '—  '),
    good.replace('— ', '—\u00a0'),
    good.replace('—', ''),
    ` ${good}`,
    `— ${name}${base64}\n`,
    `— ${name}  ${base64}\n`,
    `— ${base64}\n`,
    `— ${name} \n`,
    `— ${name}\n`,
    `—  ${base64}\n`,
    `— ${name} ${base64} \n`,
    `— ${name} ${base64} x\n`,
    `— a+b ${base64}\n`,
    `— a b ${base64}\n`,
    `— a\u2003b ${base64}\n`,
    `— a\u0085b ${base64}\n`,
    `— ${name} ${base64.slice(0, -1)}\n`,
    `— ${name} ${base64}=\n`,
    `— ${name} ${base64.replaceAll('/', '_').replaceAll('+', '-')}_\n`,
    // An id, and nothing signed.
    `— ${name} ${toBase64(keyId(ours.key))}\n`,
    `— ${name} ${toBase64(Buffer.alloc(3))}\n`,
    // The same bytes in another spelling: 68 of them leave two bits over.
    `— ${name} ${nonCanonical(base64)}\n`,
  ]) {
    refused(`${text}\n${malformed}`, 'note-malformed');
    refused(`${signed(text)}${malformed}`, 'note-malformed');
  }
});

function nonCanonical(base64: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = base64.indexOf('=') - 1;
  assert.ok(last > 0, 'there are bits left over');
  const other = alphabet[alphabet.indexOf(base64[last] ?? '') + 1] ?? '';
  const spelt = base64.slice(0, last) + other + base64.slice(last + 1);
  assert.equal(Buffer.from(spelt, 'base64').compare(Buffer.from(base64, 'base64')), 0);
  return spelt;
}

test('signatures of keys that nobody knows are passed over, on whichever side they stand', () => {
  const witness = signer('witness.example/w1', 2);
  const sameName = signer(ours.key.name, 3);
  const sameKey = { ...ours, key: { ...ours.key, name: 'other.example' } };
  // Our id under another name, signing nothing at all.
  const sameId = `— other.example ${toBase64(Buffer.concat([keyId(ours.key), Buffer.alloc(64)]))}\n`;
  const postQuantum = `— pq.example ${toBase64(Buffer.alloc(4 + 4_900, 9))}\n`;
  // Neither a Unicode space nor a plus, so a name, whatever else it is.
  const oddName = line(text, signer('a\u007f\u0081\ufeff\u200b—', 4));
  const others = [
    line(text, witness),
    line(text, sameName),
    line(text, sameKey),
    sameId,
    postQuantum,
    oddName,
  ];
  for (const other of [...others, others.join('')]) {
    assert.equal(openNote(`${text}\n${other}${line(text)}`, ours.key), text);
    assert.equal(openNote(`${text}\n${line(text)}${other}`, ours.key), text);
    refused(`${text}\n${other}`, 'note-unsigned');
  }
});

test('a signature by our key that fails spoils the note, even beside one that holds', () => {
  const over = (signature: Uint8Array) => formatNote(text, ours.key, signature).slice(text.length + 1);
  const good = sign(null, utf8(text), ours.privateKey);
  const changed = Uint8Array.from(good);
  changed[0] = (changed[0] ?? 0) ^ 1;
  for (const bad of [
    changed,
    sign(null, utf8('Something else.\n'), ours.privateKey),
    sign(null, utf8(text.trimEnd()), ours.privateKey),
    sign(null, utf8(`${text}\n`), ours.privateKey),
    good.subarray(0, 63),
    good.subarray(0, 1),
    Buffer.concat([good, Buffer.alloc(1)]),
    Buffer.alloc(64),
  ]) {
    refused(`${text}\n${over(bad)}`, 'note-unsigned');
    refused(`${text}\n${over(good)}${over(bad)}`, 'note-unsigned');
    refused(`${text}\n${over(bad)}${over(good)}`, 'note-unsigned');
  }
  assert.equal(openNote(`${text}\n${over(good)}${over(good)}`, ours.key), text);
});

test('a note has up to 64 signatures, be they post-quantum ones, and a limit to its length', () => {
  const other = `— pq.example ${toBase64(Buffer.alloc(4 + 4_900, 9))}\n`;
  assert.equal(openNote(signed(text) + other.repeat(63), ours.key), text);
  refused(signed(text) + other.repeat(64), 'note-malformed');
  refused(`${text}\n${line(text).repeat(65)}`, 'note-malformed');
  const longest = `${'a'.repeat(524_288 - signed('\n').length)}\n`;
  assert.equal(openNote(signed(longest), ours.key), longest);
  refused(signed(`a${longest}`), 'note-malformed');
  refused('\n\n'.repeat(4_000_000), 'note-malformed');
  refused(`${text}\n${'— a AAAA\n'.repeat(1_000_000)}`, 'note-malformed');
});
