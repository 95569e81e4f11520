import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readImage } from '#functions/aws/outbox-image.ts';

const image = { stream: { S: 'case/1' }, n: { N: '2' }, entry: { S: '{}' }, kind: { S: 'review.opened' } };
const place = (stream: unknown, n: unknown) => ({ M: { stream: { S: stream }, n: { N: n } } });

test('an outbox item is read as its table’s stream brings it', () => {
  assert.deepEqual(readImage(image), { stream: 'case/1', n: 2, entry: '{}' });
  const together = { L: [place('case/1', '2'), place('case/2', '1')] };
  assert.deepEqual(readImage({ ...image, together }), {
    stream: 'case/1',
    n: 2,
    entry: '{}',
    together: [
      { stream: 'case/1', n: 2 },
      { stream: 'case/2', n: 1 },
    ],
  });
});

test('what is no outbox item is none', () => {
  const { stream: _, ...noStream } = image;
  const { n: __, ...noNumber } = image;
  const { entry: ___, ...noEntry } = image;
  for (const other of [
    undefined,
    {},
    noStream,
    noNumber,
    noEntry,
    { ...image, n: { N: '0' } },
    { ...image, n: { N: '1.5' } },
    { ...image, n: { N: 'one' } },
    { ...image, entry: { N: '1' } },
    { ...image, together: { S: 'all' } },
    { ...image, together: { L: [place('case/1', 'x')] } },
  ])
    assert.equal(readImage(other), undefined, JSON.stringify(other));
});
