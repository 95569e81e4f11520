import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TableShape, tables, tableVariable } from '#core/store/tables.ts';

const shapes: [string, TableShape][] = Object.entries(tables);

test('a table is named to its functions by a variable of its name, word by word', () => {
  assert.equal(tableVariable('cases'), 'CASES_TABLE');
  assert.equal(tableVariable('vaultKeys'), 'VAULT_KEYS_TABLE');
});

test('an index lists by another attribute than its table is keyed by', () => {
  for (const [name, { key, indexes = {} }] of shapes)
    for (const index of Object.values(indexes)) assert.notEqual(index.hash, key.hash, name);
});

test('I10: DynamoDB removes by itself what lies in the vault, ended cases and what is counted of calls, and nothing else', () => {
  assert.deepEqual(
    shapes.filter(([, { expires }]) => expires).map(([name]) => name),
    ['calls', 'cases', 'vault'],
  );
});

test('I6: the outbox and the log wake whom they concern, and no other table does', () => {
  assert.deepEqual(
    shapes.flatMap(([name, { stream }]) => (stream === undefined ? [] : [[name, stream]])),
    [
      ['entries', 'new'],
      ['log', 'new-and-old'],
    ],
  );
});
