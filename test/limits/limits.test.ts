import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { tableNames } from '#core/store/tables.ts';
import { list } from '../mutations/list.ts';
import { isOver, type Limit, type Line, told } from './aws-limits.ts';
import { itemSizes, itemSorts } from './items.ts';
import { longestMatch } from './longest-match.ts';
import { asItem, asJson, mostBytes, NoBound } from './schema-sizes.ts';
import { everyLine, forDocs, inDocs } from './table.ts';
import { bodySizes } from './wire-sizes.ts';

describe('everything fits into what AWS takes', () => {
  let lines: Line[];
  before(() => {
    lines = everyLine();
  });
  const over = (...of: readonly Limit[]) =>
    lines.filter((line) => of.includes(line.limit) && isOver(line)).map(told);
  const count = (limit: Limit) => lines.filter((line) => line.limit === limit).length;

  test('every sort of item of every table, at its largest, is an item of DynamoDB', () => {
    assert.deepEqual(over('item'), []);
  });

  test('every sort of item that the way of a request leaves is among them', () => {
    for (const table of tableNames)
      for (const sort of Object.keys(list[table])) assert.ok(sort in itemSorts[table], `${table} ${sort}`);
    assert.ok(itemSizes().length > 90);
  });

  test('every transaction has at most 100 items and 4 MB', () => {
    assert.deepEqual(over('transaction', 'transactionItems'), []);
    assert.ok(count('transaction') >= 6);
  });

  test('every answer of every route passes Lambda and API Gateway', () => {
    assert.deepEqual(over('lambdaPayload', 'gatewayPayload'), []);
  });

  test('every body that a schema takes passes its route, but for requests of a hundred of the longest names', () => {
    const refused = bodySizes().filter(({ schema, taken }) => schema > taken);
    assert.deepEqual(refused.map(({ id }) => id).sort(), ['collect', 'preserveData', 'submitRequest']);
  });

  test('every role, function, key, bucket, topic, queue and rule of both stages, and their templates', () => {
    const ofStack: Limit[] = [
      'rolePolicies',
      'trustPolicy',
      'environment',
      'lambdaPolicy',
      'lambdaCode',
      'keyPolicy',
      'bucketPolicy',
      'topicPolicy',
      'queuePolicy',
      'eventPattern',
      'ruleTargets',
      'template',
      'templateResources',
      'templateOutputs',
    ];
    assert.deepEqual(over(...ofStack), []);
    for (const limit of ofStack) assert.ok(count(limit) > 0, limit);
    // Two permissions a route and stage: one for the deployed API, one for the console's test of it.
    assert.ok(lines.some(({ limit, largest }) => limit === 'lambdaPolicy' && largest > 4000));
  });

  test('what KMS, S3 and Kinesis are given', () => {
    const others: Limit[] = ['grantName', 'grantConstraint', 'encryptPlaintext', 'objectKey', 'kinesisCall'];
    assert.deepEqual(over(...others), []);
    for (const limit of others) assert.ok(count(limit) > 0, limit);
  });

  test('docs/scale.md has the table as `npm run bench -- sizes -- --write` writes it', () => {
    assert.equal(inDocs(), forDocs(lines));
  });
});

describe('how sizes are read from schemas', () => {
  test('a value at its bounds has the size that is told, as an item and as JSON', () => {
    const schema = z.strictObject({
      id: z.string().max(3),
      list: z.array(z.enum(['a', 'bcd'])).max(2),
      flag: z.boolean().optional(),
    });
    // "id" + 3 × 3, "list" + 3 + 2 × (1 + 3), "flag" + 1, each with a byte beside, and 3 around.
    assert.equal(mostBytes(schema, asItem), 3 + (2 + 1 + 9) + (4 + 1 + 3 + 2 * 4) + (4 + 1 + 1));
    const largest = { id: '€€€', list: ['bcd', 'bcd'], flag: false };
    const written = Buffer.byteLength(JSON.stringify(largest));
    const most = mostBytes(schema, asJson);
    assert.ok(most >= written && most <= written + 4, `${most} for ${written}`);
  });

  test('what has no bound is named by its path', () => {
    const schema = z.object({ a: z.object({ b: z.array(z.object({ c: z.string() })).max(2) }) });
    assert.throws(() => mostBytes(schema, asItem), new NoBound('/a/b/*/c: a text of any length'));
    assert.throws(() => mostBytes(z.object({ d: z.array(z.int()) }), asItem), NoBound);
    assert.throws(() => mostBytes(z.object({ e: z.unknown() }), asItem), NoBound);
    assert.equal(
      mostBytes(schema, asItem, { '/a/b/*/c': 10 }),
      mostBytes(schema, asItem, { '/a/b/*/c': 9 }) + 2,
    );
  });

  test('the longest text of a pattern is known, where there is one', () => {
    for (const [pattern, length] of [
      [/^sha-256=:[A-Za-z0-9+/]{43}=:$/, 54],
      [/^[a-z][a-z-]{0,63}$/, 64],
      [/^(0|[1-9]\d{0,19})$/, 20],
      [/^PT\d+H$/, undefined],
      [/^(?=a)(?:ab|c)?$/, 2],
      [/abc/, undefined],
    ] as const)
      assert.equal(longestMatch(pattern), length, String(pattern));
  });
});
