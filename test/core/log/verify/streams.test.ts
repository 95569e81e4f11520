import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { Streams } from '#core/log/verify/streams.ts';
import type { Ground } from '#core/log/verify/walk.ts';

function ground(text: string): Ground {
  const bytes = utf8(`${text}    `);
  return { bytes, view: new DataView(bytes.buffer) };
}

const find = (streams: Streams, name: string, before = '') =>
  streams.find(ground(`${before}${name}`), utf8(before).length, utf8(before + name).length);

test('streams are kept apart by their whole names, and remember where each stands', () => {
  const acts = fc.array(fc.tuple(fc.stringMatching(/^[ab]{0,6}$/), fc.maxSafeNat()), { maxLength: 200 });
  fc.assert(
    fc.property(acts, fc.integer(), (all, seed) => {
      const streams = new Streams(seed);
      const known = new Map<
        string,
        { number: number; count: number; time: number; index: number; hash: Uint8Array }
      >();
      for (const [i, [name, count]] of all.entries()) {
        const id = find(streams, name, 'x'.repeat(i % 5));
        const before = known.get(name);
        assert.equal(streams.number(id), before?.number ?? known.size);
        assert.deepEqual(
          [streams.count(id), streams.time(id), streams.index(id)],
          [before?.count ?? 0, before?.time ?? 0, before?.index ?? 0],
        );
        if (before !== undefined) assert.ok(streams.isLast(id, ground(toHex(before.hash)).view, 0));
        const hash = sha256(`${i}`);
        const words = new Int32Array(16);
        new Uint8Array(words.buffer).set(hash, 32);
        streams.move(id, count, i * 1000.5, i, words, 1);
        known.set(name, { number: before?.number ?? known.size, count, time: i * 1000.5, index: i, hash });
        assert.equal(streams.size, known.size);
      }
    }),
  );
});

test('a hundred thousand streams are found again, each its own', () => {
  const streams = new Streams(7);
  const name = (i: number) => `case/${toHex(sha256(`${i}`)).slice(0, 36)}${'é'.repeat(i % 3)}`;
  for (let i = 0; i < 100_000; i++) streams.move(find(streams, name(i)), i + 1, i, i, new Int32Array(8), 0);
  assert.equal(streams.size, 100_000);
  for (let i = 0; i < 100_000; i += 7) assert.equal(streams.count(find(streams, name(i))), i + 1);
});

test('a hash that is not the last one’s, to a digit, or not in lower-case hex, is not it', () => {
  const streams = new Streams(1);
  const id = find(streams, 'a');
  const hash = sha256('hash');
  const words = new Int32Array(8);
  new Uint8Array(words.buffer).set(hash);
  streams.move(id, 1, 0, 0, words, 0);
  const hex = toHex(hash);
  assert.ok(streams.isLast(id, ground(`..${hex}`).view, 2));
  for (let i = 0; i < 64; i++) {
    for (const digit of '0123456789abcdefABF\u0000g/:`') {
      const other = hex.slice(0, i) + digit + hex.slice(i + 1);
      assert.equal(streams.isLast(id, ground(other).view, 0), other === hex, other);
    }
  }
});

test('names that meet in one sum are kept apart all the same', () => {
  // As sums are made: with a seed that is known, two names of one are soon found.
  const seed = 5;
  const sumOf = (name: string) => {
    const bytes = Buffer.from(name);
    let sum = seed ^ bytes.length;
    for (let at = 0; at < bytes.length; at += 4) {
      sum = Math.imul(sum ^ bytes.readInt32BE(at), 0x9e3779b1);
      sum ^= sum >>> 15;
    }
    return sum ^ (sum >>> 13);
  };
  const seen = new Map<number, string>();
  const pairs: [string, string][] = [];
  for (let i = 0; pairs.length < 3; i++) {
    const name = toHex(sha256(`${i}`)).slice(0, 16);
    const other = seen.get(sumOf(name));
    if (other !== undefined) pairs.push([name, other]);
    seen.set(sumOf(name), name);
  }
  for (const [one, other] of pairs) {
    const streams = new Streams(seed);
    const id = find(streams, one);
    streams.move(id, 7, 0, 0, new Int32Array(8), 0);
    assert.equal(streams.count(find(streams, other)), 0);
    assert.equal(streams.count(find(streams, one)), 7);
    assert.equal(streams.size, 2);
  }
});
