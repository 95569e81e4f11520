import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { disturbed, fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent, newKinds, shapes } from '../../memory/consistent.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { acts } from './acts.ts';
import { gateway, inhabited } from './gateway.ts';

/**
 * Every act that commits, with every call to the outside disturbed: it fails, its answer is lost, it is done twice. Then
 * the caller tries again.
 */
describe('I6 a crash at any call', () => {
  let cloud: MemoryCloud;
  before(async () => {
    cloud = await inhabited();
    consistent(cloud.store);
  });

  for (const { name, begin, isRepeatable } of acts) {
    test(`I6 ${name}: after a crash anywhere and another try, once, and the case and its entries agree`, async () => {
      const given = fork(cloud);
      const act = await begin(gateway(given));
      consistent(given.store);
      const whole = fork(given);
      const counted = faults();
      await outcomeOf(act(gateway(disturbed(whole, counted), whole.store)));
      consistent(whole.store);
      const expected = newKinds(given.store, whole.store);
      assert.ok(counted.calls.includes('store.write'), 'it commits');

      for (const plan of everyFault(counted.calls.length)) {
        const where = `${plan.fault} at ${counted.calls[plan.at]} (${plan.at})`;
        const crashed = fork(given);
        const planned = faults(plan);
        const first = await outcomeOf(act(gateway(disturbed(crashed, planned), crashed.store)));
        assert.ok(planned.done, where);
        consistent(crashed.store);
        // Another try, as its caller makes it; one that was answered has no reason to.
        if (first !== 'done') await outcomeOf(act(gateway(crashed)));
        consistent(crashed.store);
        const kinds = newKinds(given.store, crashed.store);
        if (isRepeatable) assert.deepEqual(new Set(kinds), new Set(expected), where);
        else {
          assert.deepEqual(kinds, expected, where);
          assert.deepEqual(shapes(crashed.store), shapes(whole.store), where);
        }
      }
    });
  }
});

/** Whatever else happens than a crash or a refusal is a fault of ours. */
async function outcomeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (isPlanned(error)) return 'crashed';
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
