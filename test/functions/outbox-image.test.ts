import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageReader, itemOf } from '#functions/aws/outbox-image.ts';
import { authenticMemoryStore } from '../memory/authentic.ts';
import { memoryChance, memoryClock, memoryWatch } from '../memory/outside.ts';

const entry = { stream: { S: 'case/1' }, n: { N: '2' }, entry: { S: '{}' }, kind: { S: 'review.opened' } };
const place = (stream: string, n: string) => ({ M: { stream: { S: stream }, n: { N: n } } });

function world() {
  const watch = memoryWatch();
  const store = authenticMemoryStore({ clock: memoryClock(), chance: memoryChance(), watch });
  /** As the table's stream brings what a function wrote. */
  const written = (image: object) => {
    store.plant('entries', { ...itemOf(image) });
    return imageOf(store.changes.at(-1)?.new ?? {});
  };
  return { watch, written, read: imageReader(store.verify) };
}

test('an outbox item is read as its table’s stream brings it', async () => {
  const { read, written, watch } = world();
  assert.deepEqual(await read(written(entry)), { stream: 'case/1', n: 2, entry: '{}' });
  const together = { L: [place('case/1', '2'), place('case/2', '1')] };
  assert.deepEqual(await read(written({ ...entry, together })), {
    stream: 'case/1',
    n: 2,
    entry: '{}',
    together: [
      { stream: 'case/1', n: 2 },
      { stream: 'case/2', n: 1 },
    ],
  });
  assert.equal(watch.counts.get('RecordsUnproven'), undefined);
});

test('I11 an entry that no function of Writ wrote is none, and raises the alarm', async () => {
  const { read, written, watch } = world();
  const real = written(entry);
  const forgeries = [
    entry,
    { ...real, entry: { S: '{"other":1}' } },
    { ...real, n: { N: '3' } },
    { ...real, more: { S: 'x' } },
    { ...real, together: { L: [place('case/1', '2')] } },
    { ...real, by: { S: 'sequence' } },
  ];
  for (const [i, forged] of forgeries.entries()) {
    assert.equal(await read(forged), undefined, JSON.stringify(forged));
    assert.equal(watch.counts.get('RecordsUnproven'), i + 1);
  }
});

test('what is no outbox item is none, even if a function wrote it', async () => {
  const { read, written } = world();
  for (const other of [
    undefined,
    null,
    7,
    {},
    [],
    { stream: 'case/1' },
    { stream: { S: 7 } },
    { n: { N: 'one' } },
  ])
    assert.equal(await read(other), undefined, JSON.stringify(other));
  for (const other of [
    { ...entry, n: { N: '1.5' } },
    { ...entry, entry: { N: '1' } },
    { ...entry, together: { S: 'all' } },
    { ...entry, together: { L: [{ M: { stream: { S: 'case/1' } } }] } },
  ])
    assert.equal(await read(written(other)), undefined, JSON.stringify(other));
});

test('an item in DynamoDB’s own JSON is the item that the store gives', () => {
  const image = {
    s: { S: '' },
    n: { N: '-1.5' },
    large: { N: '1152921504606846976' },
    yes: { BOOL: true },
    no: { NULL: true },
    bytes: { B: 'AQI=' },
    map: { M: { list: { L: [{ N: '0' }, { S: 'x' }] } } },
  };
  assert.deepEqual(itemOf(image), {
    s: '',
    n: -1.5,
    large: 2n ** 60n,
    yes: true,
    no: null,
    bytes: Uint8Array.of(1, 2),
    map: { list: [0, 'x'] },
  });
  for (const bad of [
    { SS: ['a'] },
    { S: 'a', N: '1' },
    {},
    { N: 'x' },
    { N: 1 },
    { B: '*' },
    { NULL: false },
    'a',
  ])
    assert.equal(itemOf({ bad }), undefined, JSON.stringify(bad));
});

function imageOf(item: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: unknown): unknown {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: imageOf(typeof value === 'object' && value !== null ? value : {}) };
}
