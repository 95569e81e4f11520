import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { draftsOf } from '#client/epoc/drafts.ts';
import { FormError } from '#client/epoc/form.ts';
import { readOrderForm } from '#client/epoc/read.ts';
import { saidLine } from '#client/epoc/words.ts';
import { german } from '#client/epoc/words-de.ts';
import { english } from '#client/epoc/words-en.ts';
import { french } from '#client/epoc/words-fr.ts';
import { concat, utf8 } from '#core/bytes.ts';
import { requestSchema } from '#core/cases/request.ts';
import { bytesOf, epoc, message, now, provider } from './forms.ts';

/** Forms come from outside: whatever is in them, an import ends with drafts that the wire takes, or with a coded error. */

function survives(bytes: Uint8Array): void {
  let read: ReturnType<typeof readOrderForm>;
  try {
    read = readOrderForm(bytes);
  } catch (error) {
    assert.ok(error instanceof FormError, `not a coded error: ${String(error)}`);
    return;
  }
  const { drafts, said } = draftsOf(read, { provider, now });
  const lackable = /^(?:instrument\.(?:digest|kind|jurisdiction|offence)|period|reference|order)$/;
  for (const { draft, kind } of drafts) {
    const { error } = requestSchema.safeParse({
      ...draft,
      ...(kind === 'preservation' ? { priority: 'Routine' } : {}),
    });
    const wrong = (error?.issues ?? []).filter(({ path }) => !lackable.test(path.join('.')));
    assert.deepEqual(wrong, []);
  }
  for (const words of [english, german, french]) for (const each of said) assert.ok(saidLine(each, words));
}

test('any bytes give drafts or a coded error', () => {
  const begins = fc.constantFrom('', '<', '{', '<a>', '{"form":"writ-order-form"');
  const text = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.string({ maxLength: 100 }).map(utf8));
  fc.assert(fc.property(begins, text, (begin, rest) => survives(concat(utf8(begin), rest))));
});

test('a form in JSON with any of its values changed gives drafts that the wire takes, or a coded error', () => {
  const paths = pathsOf(epoc);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) =>
      survives(bytesOf(changed(epoc, path, value))),
    ),
    { numRuns: 120 },
  );
});

test('a message with any piece of it cut out, doubled or replaced gives drafts that the wire takes, or a coded error', () => {
  const whole = message();
  const piece = fc.constantFrom(
    '',
    '<',
    '>',
    '&',
    '&amp;',
    '&#0;',
    '&#x202e;',
    ']]>',
    '<!--',
    '<a/>',
    '"',
    '\u0000',
    '9',
  );
  const cut = fc.nat(whole.length - 1);
  fc.assert(
    fc.property(cut, fc.nat(60), fc.nat(3), piece, (at, length, times, put) => {
      const [head, middle, tail] = [
        whole.slice(0, at),
        whole.slice(at, at + length),
        whole.slice(at + length),
      ];
      survives(utf8(head + middle.repeat(times) + put + tail));
    }),
    { numRuns: 120 },
  );
});

test('a message with any text of it replaced by any other gives drafts that the wire takes, or a coded error', () => {
  const whole = message();
  const texts = [...whole.matchAll(/>([^<>\s][^<>]*)</g)].map(({ index = 0, 1: text = '' }) => ({
    at: index + 1,
    text,
  }));
  const escaped = (text: string) =>
    text.replace(/[<>&]/g, (each) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;' })[each] ?? each);
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.string({ maxLength: 40, unit: 'grapheme' }),
      ({ at, text }, put) =>
        survives(utf8(whole.slice(0, at) + escaped(put) + whole.slice(at + text.length))),
    ),
    { numRuns: 120 },
  );
});

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, each]) => pathsOf(each, [...path, name]))];
}

function changed(value: unknown, [first, ...rest]: Path, put: unknown): unknown {
  if (first === undefined) return put;
  if (Array.isArray(value))
    return value.map((each, i) => (String(i) === first ? changed(each, rest, put) : each));
  if (typeof value !== 'object' || value === null) return put;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === first ? changed(each, rest, put) : each]),
  );
}
