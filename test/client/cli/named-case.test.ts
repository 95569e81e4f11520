import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ambiguous, isWholeId, resolve, shortestPrefix, shortIds } from '#client/cli/named-case.ts';

const first = { id: '7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11', reference: 'GS-4711/26' };
const second = { id: '7d0c9999-5f0e-4c57-9a51-0c8a0f6e2a12', reference: 'GS-4712/26' };
const third = { id: 'a5fc4972-17a3-47e9-9df7-f200d298c7b7', reference: '7d0c' };
const all = [first, second, third];

const candidates = fc.uniqueArray(fc.record({ id: fc.uuid(), reference: fc.string({ maxLength: 12 }) }), {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 20,
});

test('a whole id, a reference, and the beginning of an id name a case', () => {
  assert.deepEqual(resolve(first.id, all), { found: 'one', id: first.id, candidate: first });
  assert.deepEqual(resolve(first.id.toUpperCase(), all), { found: 'one', id: first.id, candidate: first });
  assert.deepEqual(resolve('GS-4712/26', all), { found: 'one', id: second.id, candidate: second });
  assert.deepEqual(resolve('A5fc', all), { found: 'one', id: third.id, candidate: third });
  assert.deepEqual(resolve('7d0c1e0a-5f', all), { found: 'one', id: first.id, candidate: first });
});

test('what is the beginning of two ids, a reference of two, or the one and the other is not guessed', () => {
  assert.deepEqual(resolve('7d0c', [first, second]), { found: 'several', candidates: [first, second] });
  assert.deepEqual(resolve('7d0c1', [first, { ...third, reference: '7d0c1' }]).found, 'several');
  assert.deepEqual(resolve('GS-4711/26', [first, { ...second, reference: 'GS-4711/26' }]).found, 'several');
  assert.deepEqual(resolve('7d0c', all), { found: 'several', candidates: all });
});

test('too few characters, other characters, and part of a reference name nothing', () => {
  for (const text of ['', '7d0', '7d0c1x', 'GS-4711', 'gs-4711/26', ' GS-4711/26', '-d0c', `${first.id}0`])
    assert.deepEqual(resolve(text, [first, second]), { found: 'none' }, text);
});

test('a case is found by its id and never confused with another, whatever the others are called', () => {
  fc.assert(
    fc.property(candidates, fc.nat(), fc.integer({ min: 0, max: 36 }), (some, at, length) => {
      const meant = some[at % some.length];
      assert.ok(meant);
      assert.equal(resolve(meant.id, some).found, 'one');
      const found = resolve(meant.id.slice(0, length), some);
      if (found.found === 'one')
        assert.ok(found.id.startsWith(meant.id.slice(0, length)) || found.candidate.reference !== '');
      if (found.found === 'none') assert.ok(length < shortestPrefix);
    }),
  );
});

test('a short id is eight characters, or as many as tell it from the others', () => {
  assert.deepEqual([...shortIds([third.id, first.id]).values()], ['7d0c1e0a', 'a5fc4972']);
  const twin = '7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a12';
  assert.equal(shortIds([first.id, twin]).get(first.id), first.id);
  fc.assert(
    fc.property(fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 50 }), (ids) => {
      const short = shortIds(ids, shortestPrefix);
      const known = ids.map((id) => ({ id, reference: '' }));
      for (const id of ids) assert.deepEqual(resolve(short.get(id) ?? '', known).found, 'one');
    }),
  );
});

test('candidates are named, a few of many, and a whole id needs no looking up', () => {
  const many = Array.from({ length: 11 }, (_, i) => ({ ...first, reference: `GS-${i}` }));
  const { code, message } = ambiguous('request', many);
  assert.equal(code, 'case-ambiguous');
  assert.match(message, /GS-0\), .*GS-7\) and 3 more$/);
  assert.doesNotMatch(ambiguous('request', [{ ...first, reference: 'a\u202eb' }]).message, /\u202e/);
  assert.ok(isWholeId(first.id));
  assert.ok(!isWholeId('7d0c1e0a'));
});
