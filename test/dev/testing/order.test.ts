import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inOrder, longest } from '#dev/testing/order.ts';

const needs = {
  needsCloud: (file: string) => /^test\/(integration|invariants)\//.test(file),
  startsBrowser: (file: string) => file.startsWith('test/console/'),
};
const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `test/${name}/${String(i).padStart(2, '0')}.test.ts`);

test('every file is started once, whatever kinds there are', () => {
  for (const [cloudy, browsing, computing] of [
    [0, 0, 0],
    [3, 0, 9],
    [0, 4, 0],
    [5, 7, 2],
    [20, 6, 60],
  ] as const) {
    const files = [
      ...numbered('integration', cloudy),
      ...numbered('console', browsing),
      ...numbered('core', computing),
    ];
    assert.deepEqual(inOrder(files, needs).toSorted(), files.toSorted());
  }
});

test('files that start a browser are far from each other, and none is among the last', () => {
  const files = [...numbered('integration', 20), ...numbered('console', 6), ...numbered('core', 60)];
  const order = inOrder(files, needs);
  const at = order.flatMap((file, i) => (file.startsWith('test/console/') ? [i] : []));
  const gaps = at.slice(1).map((place, i) => place - (at[i] ?? 0));
  assert.ok(Math.min(...gaps) >= 9, gaps.join());
  assert.ok(Math.max(...at) < 0.75 * order.length);
});

test('the longest are first, and those that need the cloud take turns with the others', () => {
  const order = inOrder(
    [
      'test/core/a.test.ts',
      'test/integration/b.test.ts',
      'test/invariants/i1.test.ts',
      'test/dev/demo.live.test.ts',
    ],
    needs,
  );
  assert.deepEqual(order, [
    'test/dev/demo.live.test.ts',
    'test/core/a.test.ts',
    'test/invariants/i1.test.ts',
    'test/integration/b.test.ts',
  ]);
});

test('batches compute longest, and are started before what else computes', () => {
  const files = [...numbered('core', 3), '/x/computing-1.test.mjs', ...numbered('integration', 2)];
  const order = inOrder(files, needs);
  assert.equal(order[0], '/x/computing-1.test.mjs');
});

test('every file that is named as long is there', () => {
  const home = fileURLToPath(new URL('../../../', import.meta.url));
  assert.deepEqual(
    longest.filter((file) => !existsSync(join(home, file))),
    [],
  );
});
