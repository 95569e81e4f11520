import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { countsOf, folded, policyRows, type Row } from '#console/registry/policy-diff.ts';
import { readPolicy } from '#console/registry/policy-read.ts';
import { canonicalJson } from '#core/canonical.ts';
import { policyHash, policySchema } from '#core/cases/policy.ts';

const read = (name: string) => readFileSync(new URL(`../../policy/${name}.json`, import.meta.url), 'utf8');
const eu = policySchema.parse(JSON.parse(read('eu-e-evidence')));
const us = policySchema.parse(JSON.parse(read('us-sca')));
const different = (rows: readonly Row[]) => rows.filter(({ is }) => is !== 'same');

test('spaces and the order of names are no difference', () => {
  const turned = Object.fromEntries(Object.entries(eu).toReversed());
  assert.deepEqual(different(policyRows(eu, turned)), []);
});

test('another value is one line that changed, where it stands', () => {
  const other = { ...eu, emergency: { ...eu.emergency, debtHours: 47 } };
  assert.deepEqual(different(policyRows(eu, other)), [
    {
      is: 'changed',
      depth: 2,
      within: 'emergency',
      before: `debtHours: ${eu.emergency.debtHours}`,
      after: 'debtHours: 47',
    },
  ]);
});

test('a rule that is new or gone is all of its lines, and its neighbours stay', () => {
  const [first, ...rest] = eu.categories.TrafficData;
  assert.ok(first !== undefined);
  const less = { ...eu, categories: { ...eu.categories, TrafficData: rest } };
  const gone = different(policyRows(eu, less));
  assert.ok(gone.length > 3 && gone.every(({ is }) => is === 'removed'));
  const added = different(policyRows(less, eu));
  assert.deepEqual(
    added.map(({ after }) => after),
    gone.map(({ before }) => before),
  );
  assert.ok(added.every(({ is }) => is === 'added'));
});

test('a member of a list that changed within shows what changed within', () => {
  const [first, ...rest] = eu.categories.TrafficData;
  assert.ok(first !== undefined);
  const other = {
    ...eu,
    categories: { ...eu.categories, TrafficData: [{ ...first, offence: 'any' as const }, ...rest] },
  };
  const rows = different(policyRows(eu, other));
  assert.deepEqual(
    rows.map(({ is, within, after }) => [is, within, after]),
    [['changed', 'categories › TrafficData › 1', 'offence: "any"']],
  );
});

/** What a side of the rows says, read again. */
function sideOf(rows: readonly Row[], side: 'before' | 'after'): unknown {
  const text = rows
    .flatMap((row) => row[side] ?? [])
    .map((line) => line.replace(/^([A-Za-z0-9_-]+): /, '"$1":'))
    .join('\n')
    .replaceAll(/([^[{\n])\n(?=[^\]}])/g, '$1,\n');
  return JSON.parse(text);
}

test('both sides of the rows say the two policies whole', () => {
  for (const [before, after] of [
    [eu, us],
    [us, eu],
  ]) {
    const rows = policyRows(before, after);
    assert.equal(canonicalJson(sideOf(rows, 'before')), canonicalJson(before));
    assert.equal(canonicalJson(sideOf(rows, 'after')), canonicalJson(after));
  }
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 3 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(fc.array(value), fc.array(value), (before, after) => {
      const rows = policyRows(before, after);
      assert.equal(canonicalJson(sideOf(rows, 'before')), canonicalJson(before));
      assert.equal(canonicalJson(sideOf(rows, 'after')), canonicalJson(after));
      assert.equal(different(rows).length === 0, canonicalJson(before) === canonicalJson(after));
    }),
  );
});

test('what is the same is folded away, but for what stands beside a difference', () => {
  const rows = policyRows(eu, { ...eu, collectHours: 1 });
  const parts = folded(rows);
  assert.deepEqual(
    parts.map(({ isFolded }) => isFolded),
    [true, false, true],
  );
  assert.equal(parts[1]?.rows.length, 5);
  assert.equal(
    parts.reduce((n, part) => n + part.rows.length, 0),
    rows.length,
  );
  assert.deepEqual(countsOf(rows), { added: 0, removed: 0, changed: 1 });
});

test('a hidden character in a policy shows', () => {
  const rows = policyRows({ name: 'a' }, { name: 'a\u202eb' });
  assert.equal(different(rows)[0]?.after, 'name: "a\\u{202e}b"');
});

test('a file that can be used has its hash, warnings, and what this deployment could not keep', () => {
  const at = '2026-11-30T00:00:00Z';
  const found = readPolicy(read('eu-e-evidence'), at, 24);
  assert.ok(found.is === 'policy');
  assert.equal(found.hash, policyHash(eu));
  assert.deepEqual(found.unkeepable, []);
  const late = readPolicy(read('eu-e-evidence'), at, 240);
  assert.ok(late.is === 'policy' && late.unkeepable.some(({ at: path }) => path === 'deadlines.Routine'));
  const preservation = { ...eu.preservation, onReceipt: false };
  const unusual = readPolicy(JSON.stringify({ ...eu, preservation }), at, undefined);
  assert.ok(unusual.is === 'policy');
  assert.ok(unusual.warnings.some(({ code }) => code === 'receipt-unpreserved'));
});

test('a file that cannot be used says where', () => {
  const at = '2026-11-30T00:00:00Z';
  assert.deepEqual(readPolicy('{"a":1,"a":1}', at, 24), { is: 'no-json' });
  assert.deepEqual(readPolicy('policy', at, 24), { is: 'no-json' });
  const wrong = readPolicy(JSON.stringify({ ...eu, approvals: 1 }), at, 24);
  assert.ok(wrong.is === 'faults');
  assert.deepEqual(
    wrong.faults.map((fault) => fault.at),
    ['approvals'],
  );
});
