import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { submitRequest } from '#client/agency.ts';
import { pack } from '#dev/pack.ts';
import type { World } from '#dev/world.ts';
import { approve, ingest, login, newAccount, newRequest, theWorld, wholeScope } from '../harness.ts';

/** The first example of docs/sdk.md, as a reader would run it: in a folder of its own, on the package as it is built. */
const home = fileURLToPath(new URL('../..', import.meta.url));

describe('docs/sdk.md', () => {
  let world: World;
  let folder: string;
  const account = newAccount();
  const events = [login(account, 20), login(account, 10)];
  before(async () => {
    world = await theWorld();
    await ingest(world, events);
    mkdirSync(join(home, '.writ'), { recursive: true });
    // Below the checkout, so that the package finds what it depends on.
    folder = mkdtempSync(join(home, '.writ', 'sdk-'));
    const packed = join(folder, 'node_modules/writ');
    await pack(join(packed, 'dist'));
    copyFileSync(join(home, 'package.json'), join(packed, 'package.json'));
    // Or else `writ` would be the checkout itself.
    writeFileSync(join(folder, 'package.json'), '{}');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('the example that asks, follows and collects does, and prints what was approved', async () => {
    const [, code = ''] =
      /<!-- runs -->\n```ts\n(.*?)^```$/ms.exec(readFileSync(join(home, 'docs/sdk.md'), 'utf8')) ?? [];
    const request = newRequest(account);
    writeFileSync(join(folder, 'example.mts'), code);
    writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
    const child = spawn(process.execPath, [join(folder, 'example.mts')], {
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: world.cloud.caFile,
        WRIT_URL: world.cloud.url,
        SIGNING_KEY: world.agency.privateKeyFile,
        ENCRYPTION_KEY: world.agency.encryptionKeyFile,
        REQUEST: join(folder, 'request.json'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((done) => child.once('close', done));
    const printed: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      printed.push(line);
      if (!line.startsWith('AwaitingApproval due ')) continue;
      // Asking the same again under its reference answers the same case: here is its id.
      await approve(world, await submitRequest(world.agency.session, request), wholeScope(request));
    }
    assert.equal(await ended, 0);
    const records = printed
      .slice(1)
      .map((line) => z.looseObject({ ip: z.string() }).parse(JSON.parse(line)).ip);
    assert.deepEqual(
      records,
      events.map((event) => event.kind === 'access' && event.ip),
    );
  });
});
