import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventText } from '#core/events/identity.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import { writ } from '#dev/writ.ts';
import { lacks, login, newAccount, number, recordsOf, theWorld } from '../harness.ts';

/** `writ ingest` as the operator of any deployment runs it: with credentials in the environment, to the stack's stream. */
const folder = mkdtempSync(join(tmpdir(), 'writ-ingest-'));
after(() => rmSync(folder, { recursive: true }));

describe('writ ingest', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('what writ ingest sends is sealed, once, and a second run sends nothing', async () => {
    const { cloud, outputs } = world;
    const account = newAccount();
    const events = [login(account, 3), login(account, 2), number(account, 5)];
    const file = join(folder, 'events.jsonl');
    writeFileSync(file, events.map((event) => `${eventText(event)}\n`).join(''));
    const env = {
      XDG_STATE_HOME: folder,
      AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
      NODE_EXTRA_CA_CERTS: cloud.caFile,
    };
    const where = [
      '--stream',
      outputs.EventStreamName,
      '--region',
      cloud.region,
      '--endpoint',
      cloud.endpoint,
    ];
    const first = await writ(['ingest', file, ...where, '--json'], env);
    assert.equal(first.code, 0, first.err);
    const { sent, resumedFrom } = JSON.parse(first.out);
    assert.deepEqual({ sent, resumedFrom }, { sent: 3, resumedFrom: 0 });
    await until('the events are sealed', async () => (await recordsOf(world, account)) === 3, 90_000);
    const second = await writ(['ingest', file, ...where], env);
    assert.equal(second.code, 0);
    assert.match(second.out, /nothing was sent now\. --again sends it again\.\n$/);
    const nobody = await writ(['ingest', file, ...where, '--again'], {
      ...env,
      AWS_ACCESS_KEY_ID: 'NOBODYSKEY',
    });
    if (lacks(cloud, 'iam') === false) {
      assert.equal(nobody.code, 3);
      assert.match(
        nobody.err,
        /^error: not-sent: The stream took the first 0 events, .* Next: give credentials /,
      );
    }
  });
});
