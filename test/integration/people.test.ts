import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { settle } from '#dev/world.ts';
import { theWorld } from '../harness.ts';

test('a run goes on with the people of an earlier one, whose keys it has', async () => {
  const world = await theWorld();
  const says: string[] = [];
  const again = await settle(world.cloud, world.outputs, { say: (line) => void says.push(line) });
  assert.deepEqual(says, ['went on with the people of an earlier run']);
  assert.equal(again.agency.keyId, world.agency.keyId);
  assert.deepEqual(
    again.reviewers.map(({ keyId }) => keyId),
    world.reviewers.map(({ keyId }) => keyId),
  );
});

test('a run refuses a desk that others were founded for, and says what to do', async (t) => {
  const { cloud, outputs } = await theWorld();
  const keepDir = mkdtempSync(join(tmpdir(), 'writ-people-'));
  t.after(() => rmSync(keepDir, { recursive: true }));
  await assert.rejects(
    settle({ ...cloud, keepDir }, outputs, { say: () => {} }),
    /^Error: Another deployment of Writ is at https?:.* its desk has reviewers whose keys are not here\..* delete-stack --stack-name Writ$/,
  );
});
