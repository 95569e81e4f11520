import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacks } from '#dev/cloud/capabilities.ts';
import { enforcementOf } from '#dev/cloud/probe.ts';
import { reportsSingleRecords } from '#dev/cloud/probe-batches.ts';
import { theWorld } from '../harness.ts';

/** The local cloud is not probed, since it is known. So it is where the probes are held to what they must find. */
test('the probes find on the local cloud what it enforces and follows', async (t) => {
  const { cloud } = await theWorld();
  const skip = lacks(cloud, 'ours');
  if (skip) return t.skip(skip);
  const [enforced, follows] = await Promise.all([
    enforcementOf({ url: cloud.endpoint, region: cloud.region, credentials: cloud.credentials }),
    reportsSingleRecords(cloud),
  ]);
  assert.deepEqual(enforced, ['iam', 'kms']);
  assert.equal(follows, true);
  // Without the gate grants decide nothing, and the probe is not to be taken in by that.
  const { emulatorEndpoint: url, region, credentials } = cloud;
  assert.deepEqual(await enforcementOf({ url, region, credentials }), ['iam']);
});
