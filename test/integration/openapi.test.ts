import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { followPreservation, followRequest } from '#client/agency.ts';
import { openApi } from '#core/wire/openapi.ts';
import { providerDocument } from '#core/wire/provider.ts';
import { cleanEnvironment, home } from '#dev/cloud/emulator.ts';
import type { World } from '#dev/world.ts';
import { prepareCalls } from '../conformance/openapi/calls.ts';
import { refusalOf, theWorld } from '../harness.ts';

/**
 * The document is held against the running stack by somebody else's tool: schemathesis makes calls from it, well-formed
 * and not, signed by test/conformance/openapi/hooks.py, and judges each answer by it. `WRIT_OPENAPI_EXAMPLES=100` has
 * it make as many a route, and before them one for each thing that a schema says, which takes minutes.
 */
const { WRIT_OPENAPI_EXAMPLES: asked } = process.env;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
const folder = mkdtempSync(join(tmpdir(), 'writ-openapi-'));
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')));

describe('the running stack and its OpenAPI document', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });
  after(() => rmSync(folder, { recursive: true }));

  test('the document that is served is the one that the code makes', async () => {
    const answer = await fetch(`${world.cloud.url}/v1/openapi.json`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json');
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.deepEqual(await answer.json(), JSON.parse(JSON.stringify(openApi(version))));
  });

  test('the provider says its version, and which authority to sign for', async () => {
    const answer = await fetch(`${world.cloud.url}/v1/provider`);
    const published = providerDocument.parse(await answer.json());
    assert.deepEqual([published.version, published.authority], [version, world.cloud.authority]);
  });

  test('an id that is none is not there, however long it is', async () => {
    const { session } = world.agency;
    for (const id of ['none', 'a'.repeat(36), 'a'.repeat(3000)]) {
      assert.equal(await refusalOf(followRequest(session, id)), 'not-found', `${id.length} characters`);
      assert.equal(await refusalOf(followPreservation(session, id)), 'not-found', `${id.length} characters`);
    }
  });

  test('schemathesis finds no failure of the server, and no answer that the document does not have', async () => {
    const calls = join(folder, 'calls.json');
    writeFileSync(calls, JSON.stringify(await prepareCalls(world, folder)), { mode: 0o600 });
    const { code, output } = await schemathesis(
      ['run', `${world.cloud.url}/v1/openapi.json`, '--tls-verify', world.cloud.caFile],
      [
        '--checks',
        checks.join(','),
        '--phases',
        asked === undefined ? 'examples,fuzzing' : 'examples,coverage,fuzzing',
      ],
      // One after the other: calls at the same time are another order each time.
      ['--max-examples', asked ?? '5', '--seed', '8', '--workers', '1'],
      ['--no-shrink', '--generation-database', 'none', '--warnings', 'off', '--no-color'],
    );
    if (asked !== undefined) console.log(output);
    assert.equal(code, 0, output);

    function schemathesis(...args: string[][]): Promise<{ code: unknown; output: string }> {
      const bin = process.platform === 'win32' ? 'Scripts/schemathesis.exe' : 'bin/schemathesis';
      const program = join(home, '.writ/tools', bin);
      assert.ok(existsSync(program), 'npm test and npm run test:integration install schemathesis');
      const env = {
        ...cleanEnvironment(),
        PYTHONPATH: join(home, 'test/conformance/openapi'),
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONHASHSEED: '0',
        SCHEMATHESIS_HOOKS: 'hooks',
        WRIT_CALLS: calls,
      };
      return new Promise((done) => {
        const options = { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 };
        execFile(program, args.flat(), options, (error, out, err) =>
          done({ code: error === null ? 0 : error.code, output: out + err }),
        );
      });
    }
  });
});
