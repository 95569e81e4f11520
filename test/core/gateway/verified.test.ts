import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyLog } from '#core/log/verify/verify.ts';
import { memoryLog } from '../access/log.ts';
import { acts } from './acts.ts';
import { gateway, inhabited } from './gateway.ts';

/** Every act that commits, on a desk whose every entry is in a log: what anybody finds who verifies it. */
describe('I11 the log of the desk as it is', () => {
  for (const { name, begin } of acts) {
    test(`I11 ${name}: the verifier finds nothing to say against it`, async () => {
      const cloud = await inhabited();
      const log = memoryLog(cloud.store, cloud.kms.log);
      const act = await begin(gateway(cloud));
      // Some acts are refused, and leave an entry.
      await act(gateway(cloud)).catch(() => undefined);
      await log.publish();
      const { findings } = await verifyLog(
        async (path) => log.files.files.get(path),
        cloud.kms.log.verifierKey,
      );
      assert.deepEqual(
        findings.map(({ code, message }) => `${code}: ${message}`),
        [],
      );
    });
  }
});
