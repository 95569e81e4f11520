import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type BareItem, parseDictionary, serializeDictionary } from '#core/signature/structured.ts';

interface Case {
  file: string;
  name: string;
  type: 'dictionary' | 'list' | 'item';
  raw?: string[];
  mustFail?: true;
  canFail?: true;
  expected?: unknown;
  canonical?: string[];
}

const file = new URL('../vectors/structured-fields/cases.json', import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(file, 'utf8'));

/**
 * The field as a dictionary, which is all that the profile's parser reads: an item or a list of one member
 * becomes that of the key `a`. A list of several has no dictionary that holds it so literally.
 */
function dictionaryOf({ type, raw, expected }: Case): string | undefined {
  // Blanks around a field belong to HTTP and are gone before the parser; a leading one would part `a=` and value.
  const text = raw?.join(', ') ?? '';
  if (type === 'dictionary') return text;
  if (type === 'item') return `a=${text.replace(/^ +/, '')}`;
  const single = Array.isArray(expected) ? expected.length === 1 : !text.includes(',');
  return single ? `a=${text.replace(/^ +/, '')}` : undefined;
}

// Their separators, put into the key `aa`, make `a` twice of it.
const TWICE = new Set(['0x2c in dictionary key', '0x3b in parameterised list key']);

/** What the profile refuses although RFC 9651 takes it, and why. */
function strictness(each: Case): string | undefined {
  if (each.canFail && each.name !== 'two lines string') return 'the RFC lets a parser refuse it';
  const text = (each.raw ?? []).join(', ');
  const values = JSON.stringify(each.expected ?? '');
  if (values.includes('"__type":"date"')) return 'dates';
  if (values.includes('"__type":"displaystring"')) return 'display strings';
  if (/duplicate|repeated/i.test(each.name) || TWICE.has(each.name)) return 'a key twice';
  if (/[0-9]\.[0-9]/.test(text) && !/["]/.test(text)) return 'decimals';
  return undefined;
}

/** A bare item in the notation of these cases, but for byte sequences, which stand there in base32. */
function noted(item: BareItem): unknown {
  if (item.type === 'token') return { __type: 'token', value: item.value };
  return item.type === 'bytes'
    ? { __type: 'binary', value: base32(item.value) }
    : item.value === 0
      ? 0
      : item.value;
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = (bits.match(/.{1,5}/g) ?? []).map(
    (five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)],
  );
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=');
}

function value(text: string): unknown {
  const params = (all: readonly (readonly [string, BareItem])[]) =>
    all.map(([key, item]) => [key, noted(item)]);
  return parseDictionary(text)?.map(([key, member]) => [
    key,
    member.kind === 'item'
      ? [noted(member.value), params(member.params)]
      : [member.items.map((item) => [noted(item.value), params(item.params)]), params(member.params)],
  ]);
}

/** `a=?1` is written `a` in a dictionary, which an item alone is not. */
function canonicalOf({ type, raw, canonical }: Case): string {
  const text = (canonical ?? raw ?? []).join(', ');
  return type === 'dictionary' ? text : `a=${text}`.replace(/^a=\?1/, 'a');
}

const parsing = cases.filter(({ raw }) => raw !== undefined);
const bad = parsing.filter(({ mustFail }) => mustFail);
const good = parsing.filter((each) => !each.mustFail && dictionaryOf(each) !== undefined);
const strict = good.filter((each) => strictness(each) !== undefined);
const taken = good.filter((each) => strictness(each) === undefined);
/** So that no case goes missing unseen. */
const counts: { refused: number; taken: number; strict: Record<string, number> } = {
  refused: 851,
  taken: 510,
  strict: {
    'the RFC lets a parser refuse it': 5,
    dates: 8,
    'a key twice': 4,
    'display strings': 6,
    decimals: 160,
  },
};

// A tab may end a dictionary, and may not end an item: this one does not survive being put into a dictionary.
const ITEM_ONLY = new Set(['trailing space']);

const where = ({ file, name }: Case) => `${file}: ${name}`;

test('every field of the HTTP working group that must fail is refused', (t) => {
  let run = 0;
  for (const each of bad) {
    const text = dictionaryOf(each);
    if (text === undefined || ITEM_ONLY.has(each.name)) continue;
    assert.equal(parseDictionary(text), undefined, where(each));
    run++;
  }
  t.diagnostic(`${run} of ${bad.length}; the others are lists with a comma, or end as only an item must not`);
  assert.equal(run, counts.refused);
});

test('every field of the working group that the profile can mean is read as it says, and written so', (t) => {
  for (const each of taken) {
    const text = dictionaryOf(each) ?? '';
    const { expected } = each;
    const wanted =
      each.type === 'dictionary' ? expected : [['a', each.type === 'list' ? [expected].flat()[0] : expected]];
    assert.deepEqual(value(text), wanted, where(each));
    const dictionary = parseDictionary(text);
    assert.ok(dictionary);
    assert.equal(serializeDictionary(dictionary), canonicalOf(each), where(each));
  }
  t.diagnostic(`${taken.length} fields`);
  assert.equal(taken.length, counts.taken);
});

test('what the profile refuses beyond the working group is refused for one of the reasons it names', (t) => {
  const reasons: Record<string, number> = {};
  for (const each of strict) {
    const reason = strictness(each) ?? '';
    assert.equal(parseDictionary(dictionaryOf(each) ?? ''), undefined, `${where(each)} (${reason})`);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(reasons));
  assert.deepEqual(reasons, counts.strict);
});
