import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { lies } from '#dev/attack/lies.ts';
import { type Thief, thiefOf } from '#dev/attack/thief.ts';
import { readLog } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { theWorld } from '../harness.ts';

/**
 * On the running stack, under a role with every right on DynamoDB and no other: a sample of what `npm run attack` plays
 * whole. Every mutation of every item is tried in memory (test/mutations).
 */
const sample = [
  'an officer whom nobody enrolled',
  'a recipient whom nobody enrolled',
  'another beginning of a case',
  'a number that leads to somebody else',
  'an invented log-in',
  'a reviewer who was revoked',
];

describe('I11 proven, not believed', { concurrency: 3 }, () => {
  let world: World;
  let thief: Thief;
  before(async () => {
    world = await theWorld();
    thief = await thiefOf(world);
  });
  after(() => thief.leave());

  for (const name of sample) {
    test(`I11: ${name} gets nothing from whoever writes every table`, async () => {
      const lie = lies.find((one) => one.name === name);
      assert.ok(lie);
      const got = await lie.tell({ world, thief });
      assert.ok('nothing' in got, JSON.stringify(Object.keys(got)));
    });
  }

  test('I11: what was changed past Writ is in the log', async () => {
    const found = (await readLog(world)).some(({ entry }) => entry.kind === 'record.unproven');
    assert.ok(found);
  });
});
