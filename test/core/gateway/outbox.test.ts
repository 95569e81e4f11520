import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { StoreConflict } from '#core/store/store.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { memoryChance } from '../../memory/outside.ts';
import { acts } from './acts.ts';
import { gateway, inhabited } from './gateway.ts';

describe('I6 an act whose entry cannot be written', () => {
  let cloud: MemoryCloud;
  before(async () => {
    cloud = await inhabited();
  });

  for (const { name, begin } of acts) {
    test(`I6 ${name}: not where the places of its entries are taken`, async () => {
      const given = fork(cloud);
      const act = await begin(gateway(given));
      const known = consistent(given.store);
      // Where its entries would stand, if the one id that is drawn is always the same.
      const free = withOneId(given);
      await act(gateway(free)).catch(() => undefined);
      const places = [...consistent(free.store)].flatMap(([stream, entries]) =>
        entries.slice(known.get(stream)?.length ?? 0).map(({ n, kind }) => ({ stream, n, kind })),
      );
      const taken = withOneId(given);
      for (const { stream, n } of places)
        taken.store.plant('entries', { stream, n, kind: 'forged', entry: '{}' });
      const held = contentsOf(taken);
      const answer = await act(gateway(taken)).catch((error: unknown) => error);
      // An entry that stands alone is there already, for all that its writer knows.
      const isAlone = places.every(({ stream }) => /^(refusal|sweep|decoy|strangers)\//.test(stream));
      // Forget leaves what it cannot delete to its next run.
      const isForgetting = places.some(({ kind }) => /^(case|preservation)\.forgotten$/.test(kind));
      if (isForgetting) assert.equal(answer, undefined);
      else if (!isAlone) assert.ok(answer instanceof StoreConflict, String(answer));
      assert.deepEqual(contentsOf(taken), held);
    });
  }
});

function withOneId(cloud: MemoryCloud): MemoryCloud {
  const id = () => 'c0ffee00-0000-4000-8000-000000000001';
  return { ...fork(cloud), chance: { ...memoryChance('the same for both'), id } };
}

/** What acts change, beside counts of refusals and rates, and parts of an order, which the next upload writes over. */
function contentsOf({ store }: MemoryCloud) {
  const cases = store.items('cases').filter(({ pk }) => !String(pk).startsWith('document#'));
  return [cases, store.items('registry'), store.items('entries')];
}
