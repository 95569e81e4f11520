import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeList } from '#core/wire/routes.ts';
import { BODIES, check, inputOf } from '#dev/fuzzing/target.ts';

test('no parser of what strangers send is surprised by thirty thousand inputs, and each takes and refuses some', () => {
  const accepted = new Map<string, number>();
  const refused = new Map<string, number>();
  for (let seed = 1; seed <= 30_000; seed++) {
    const input = inputOf(seed);
    if (seed % 100 === 0) assert.deepEqual(inputOf(seed), input, 'a seed stands for one input');
    try {
      const into = check(input) ? accepted : refused;
      into.set(input.on, (into.get(input.on) ?? 0) + 1);
    } catch (cause) {
      throw new Error(`npm run fuzz -- --input '${JSON.stringify(input)}'`, { cause });
    }
  }
  for (const on of ['request', 'answer', 'dictionary', 'key', 'json', 'query', 'body']) {
    for (const verdicts of [accepted, refused])
      assert.ok((verdicts.get(on) ?? 0) > 200, `${on}: ${verdicts.get(on)}`);
  }
});

test('the fuzzer has a body of every route that takes one', () => {
  const taking = routeList.filter(({ body }) => body !== undefined).map(({ id }) => id);
  assert.deepEqual(BODIES.map(([route]) => route).toSorted(), taking.toSorted());
});
