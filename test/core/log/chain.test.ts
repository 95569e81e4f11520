import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  emptyChain,
  extendChain,
  linkHash,
  linkJson,
  linkText,
  parseLink,
  verifyChain,
} from '#core/log/chain.ts';
import { appendEntry, type Entry } from '#core/log/entry.ts';

const entry = (n: number): Entry =>
  appendEntry(
    `case/${n}`,
    { n: 0 },
    { kind: 'grant.retired', data: { grants: n, because: 'Expired' } },
    '2026-11-20T09:00:00.000Z',
  ).entry;

const textsOf = (count: number) =>
  extendChain(
    emptyChain,
    Array.from({ length: count }, (_, i) => entry(i)),
  ).links.map(({ text }) => text);
const broken = (index: number) => ({ ok: false, index: BigInt(index) });

const chainAndPlace = fc
  .integer({ min: 1, max: 12 })
  .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1)));

test('a chain that was made verifies, and its head is what was promised', () => {
  fc.assert(
    fc.property(fc.nat(12), (size) => {
      const entries = Array.from({ length: size }, (_, i) => entry(i));
      const { links, head } = extendChain(emptyChain, entries);
      assert.deepEqual(verifyChain(links.map((l) => l.text)), { ok: true, head });
      assert.equal(head.size, BigInt(size));
      assert.deepEqual(
        links.map((l) => l.link.entry),
        entries,
      );
      assert.deepEqual(
        links.map((l) => l.text),
        links.map((l) => linkText(l.link)),
      );
    }),
  );
  assert.deepEqual(verifyChain([]), { ok: true, head: emptyChain });
});

test('in however many pieces a chain is extended, it is the same chain', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { maxLength: 6 }), (sizes) => {
      let head = emptyChain;
      const texts: string[] = [];
      for (const size of sizes) {
        const next = extendChain(
          head,
          Array.from({ length: size }, (_, i) => entry(texts.length + i)),
        );
        texts.push(...next.links.map((l) => l.text));
        head = next.head;
      }
      assert.deepEqual(texts, textsOf(texts.length));
      assert.deepEqual(verifyChain(texts), { ok: true, head });
    }),
  );
});

test('I6: a character changed anywhere is found, at the link that was changed or the one after it', () => {
  fc.assert(
    fc.property(chainAndPlace, fc.nat(), fc.integer({ min: 32, max: 126 }), ([size, at], where, to) => {
      const texts = textsOf(size);
      const text = texts[at] ?? '';
      const place = where % text.length;
      const changed = `${text.slice(0, place)}${String.fromCharCode(to)}${text.slice(place + 1)}`;
      fc.pre(changed !== text);
      const result = verifyChain(texts.with(at, changed));
      // A last link that still says something possible has nothing after it: its head gives it away.
      if (result.ok) assert.ok(at === size - 1 && result.head.hash !== linkHash(text));
      else assert.ok(result.index === BigInt(at) || result.index === BigInt(at + 1));
    }),
    { numRuns: 500 },
  );
});

test('I6: a link with another entry in it is found at the next link', () => {
  fc.assert(
    fc.property(chainAndPlace, ([size, at]) => {
      const texts = textsOf(size + 1);
      const link = parseLink(texts[at] ?? '');
      const forged = linkText({ ...link, entry: entry(1000) });
      assert.deepEqual(verifyChain(texts.with(at, forged)), broken(at + 1));
    }),
  );
});

test('I6: a link written in another way is found at its place', () => {
  const texts = textsOf(3);
  const spaced = JSON.stringify(JSON.parse(texts[1] ?? ''), undefined, 1);
  for (const other of [spaced, `${texts[1]}\n`, (texts[1] ?? '').replace('"index":"1"', '"index":1')]) {
    assert.deepEqual(verifyChain(texts.with(1, other)), broken(1));
  }
});

test('I6: a link left out is found where it is missing', () => {
  fc.assert(
    fc.property(chainAndPlace, ([size, at]) => {
      assert.deepEqual(verifyChain(textsOf(size + 1).toSpliced(at, 1)), broken(at));
    }),
  );
});

test('I6: links left out of the middle are found where the gap is', () => {
  fc.assert(
    fc.property(chainAndPlace, ([size, a, b]) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      assert.deepEqual(verifyChain(textsOf(size + 1).toSpliced(from, to - from)), broken(from));
    }),
  );
});

test('I6: two links that changed places are found at the first of them', () => {
  fc.assert(
    fc.property(chainAndPlace, ([size, a, b]) => {
      fc.pre(a !== b);
      const texts = textsOf(size);
      const swapped = texts.with(a, texts[b] ?? '').with(b, texts[a] ?? '');
      assert.deepEqual(verifyChain(swapped), broken(Math.min(a, b)));
    }),
  );
});

test('I6: a link that is there twice is found at its second appearance', () => {
  fc.assert(
    fc.property(chainAndPlace, ([size, at]) => {
      const texts = textsOf(size);
      assert.deepEqual(verifyChain(texts.toSpliced(at, 0, texts[at] ?? '')), broken(at + 1));
    }),
  );
});

test('I6: a link cut short is found at its place, and a chain cut short has another head', () => {
  fc.assert(
    fc.property(chainAndPlace, fc.nat(), ([size, at], cut) => {
      const texts = textsOf(size);
      const text = texts[at] ?? '';
      assert.deepEqual(verifyChain(texts.with(at, text.slice(0, cut % text.length))), broken(at));
      const shorter = verifyChain(texts.slice(0, at));
      const whole = verifyChain(texts);
      assert.ok(
        shorter.ok && whole.ok && shorter.head.hash !== whole.head.hash && shorter.head.size === BigInt(at),
      );
    }),
  );
});

test('I6: a link with another number is found, though the hashes follow', () => {
  const { links } = extendChain({ ...emptyChain, size: 5n }, [entry(0), entry(1)]);
  assert.deepEqual(verifyChain(links.map((l) => l.text)), broken(0));
});

test('I6: a chain that is remade from some entry on has another head', () => {
  const forged = extendChain(emptyChain, [entry(0), entry(7), entry(2)]).links.map((l) => l.text);
  const verified = verifyChain(forged);
  const real = verifyChain(textsOf(3));
  assert.ok(verified.ok && real.ok && verified.head.size === real.head.size);
  assert.notEqual(verified.head.hash, real.head.hash);
});

test('a link comes back from its text with its index exact, beyond 2^53 too', () => {
  const index = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.constantFrom(0n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n),
  );
  fc.assert(
    fc.property(index, fc.stringMatching(/^[0-9a-f]{64}$/), (at, previous) => {
      const link = { index: at, previous, entry: entry(1) };
      assert.deepEqual(parseLink(linkText(link)), link);
      assert.equal(linkJson(link).index, at.toString());
    }),
  );
  const { links, head } = extendChain({ size: 2n ** 53n, hash: 'a'.repeat(64) }, [entry(0), entry(1)]);
  assert.deepEqual(
    links.map((l) => l.link.index),
    [2n ** 53n, 2n ** 53n + 1n],
  );
  assert.equal(head.size, 2n ** 53n + 2n);
});

test('what is no link is refused', () => {
  const link = linkJson({ index: 1n, previous: 'a'.repeat(64), entry: entry(1) });
  const bad = [
    { ...link, index: 1 },
    { ...link, index: '01' },
    { ...link, index: '-1' },
    { ...link, index: '1e3' },
    { ...link, index: '1'.repeat(21) },
    { ...link, previous: 'A'.repeat(64) },
    { ...link, previous: 'a'.repeat(63) },
    { ...link, more: 1 },
    { ...link, entry: { ...link.entry, more: 1 } },
    { ...link, entry: { ...link.entry, kind: 'other' } },
  ];
  parseLink(JSON.stringify(link));
  for (const it of bad) assert.throws(() => parseLink(JSON.stringify(it)), { name: 'ZodError' });
});
