import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { histories, play } from './receipt.ts';

test('I10: in any history of requests, orders, erasures and months, what is asked for is kept until it is answered, and nothing after', async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(histories, (steps) => play(steps, reached)),
    { numRuns: Number(process.env.RUNS ?? 150) },
  );
  for (const place of ['erased and kept', 'erased and gone', 'past retention and kept', 'nothing left'])
    assert.ok(reached.has(place), `no history reached ${place}`);
});
