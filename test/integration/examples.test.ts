/** Each example asks and follows on the running stack, with the keys of `.writ/local.json`, as an agency would. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import type { World } from '#dev/world.ts';
import { type Given, programs, run } from '../examples/programs.ts';
import { ingest, login, newAccount, newRequest, theWorld } from '../harness.ts';

const view = z.looseObject({
  id: z.string(),
  reference: z.string(),
  status: z.string(),
  requestDigest: z.string(),
});

describe('the examples, on the running stack', { concurrency: 2 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-examples-'));
  const providerFile = join(scratch, 'provider.json');
  let world: World;
  let account: string;
  let given: Given;

  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 20)]);
    writeFileSync(providerFile, JSON.stringify(world.provider));
    const { privateKeyFile: keyFile, keyId } = world.agency;
    given = { keyFile, keyId, providerFile, caFile: world.cloud.caFile };
  });
  after(() => rmSync(scratch, { recursive: true }));

  for (const program of programs) {
    test(`${program.name}: asks, follows, and verifies the answers`, { skip: program.skip }, async () => {
      const folder = join(scratch, program.name);
      mkdirSync(folder);
      const command = await program.build(folder);
      const request = newRequest(account);
      const body = join(folder, 'request.json');
      writeFileSync(body, JSON.stringify(request, null, 2));
      const call = async (method: string, path: string, ...file: string[]) => {
        const { code, stdout, stderr } = await run(command, given, [method, world.cloud.url + path, ...file]);
        return { code, said: stderr.trim(), answer: JSON.parse(stdout || 'null') };
      };

      const asked = await call('POST', '/v1/requests', body);
      assert.deepEqual([asked.code, asked.said], [0, '201, verified']);
      const { id, ...its } = view.parse(asked.answer);
      assert.deepEqual([its.reference, its.status], [request.reference, 'AwaitingApproval']);
      assert.equal(its.requestDigest, jsonDigest(request));

      const followed = await call('GET', `/v1/requests/${id}`);
      assert.deepEqual([followed.code, followed.said], [0, '200, verified']);
      assert.deepEqual(followed.answer, asked.answer);

      // What a proven key is refused is signed as well.
      const refused = await call('GET', `/v1/requests/${crypto.randomUUID()}`);
      assert.deepEqual([refused.code, refused.said], [1, '404, verified']);
      assert.equal(refused.answer.code, 'not-found');
    });
  }
});
