import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { consoleInLog, consoleVerdict, publicFiles, servedConsole } from '#client/console-digest.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { pageNames, pages } from '#core/wire/console.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { type Ran, writ } from '#dev/writ.ts';
import { consoleFiles, pageDigest, pageFiles } from '#lib/console.ts';
import { noBrowser, theBrowser } from '../browser.ts';
import { asFunction, awsErrorOf, lacks, theWorld } from '../harness.ts';

/** The console on the running stack: through API Gateway and the front door, as a browser and as the command see it. */
describe('the console is served as it was deployed', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('each page is served as the log says of the newest deployment', async () => {
    const { url } = world.cloud;
    for (const name of pageNames) {
      const served = await servedConsole(publicFiles(url), name);
      assert.ok(served, name);
      assert.equal(served.digest, pageDigest(name));
      const recorded = await consoleInLog({ read: logFiles(world), key: logKeyOf(world) }, name);
      assert.equal(consoleVerdict(served, recorded), 'recorded', name);
    }
    const { code, out, err } = await verify(`${url}/v1`);
    assert.equal(code, 0, err);
    assert.ok(out.includes(pageDigest('desk')));
  });

  function verify(url: string): Promise<Ran> {
    const key = formatVerifierKey(logKeyOf(world));
    const env = { NODE_EXTRA_CA_CERTS: world.cloud.caFile };
    return writ(['console', 'verify', '--url', url, '--key', key], env);
  }

  describe('behind somebody who changes it on its way', () => {
    let server: Server;
    let between = '';
    let changed = '';
    before(async () => {
      server = createServer(async (request, response) => {
        const answer = await fetch(`${world.cloud.url}${request.url}`);
        const body = Buffer.from(await answer.arrayBuffer());
        if (request.url?.endsWith(changed)) body[body.length - 2] = (body[body.length - 2] ?? 0) ^ 1;
        response.writeHead(answer.status).end(body);
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      between = `http://127.0.0.1:${address.port}/v1`;
    });
    after(() => {
      server.close();
      server.closeAllConnections();
    });

    test('the command finds a changed byte in whichever file', async () => {
      changed = 'nothing';
      assert.equal((await verify(between)).code, 0);
      const [, ...loaded] = pageFiles('desk');
      for (const name of ['/v1/console', ...loaded.map((file) => file.name)]) {
        changed = name;
        const { code, out } = await verify(between);
        assert.deepEqual([code, /^Sign nothing in it/m.test(out)], [1, true], name);
      }
    });
  });

  test('packed or not, the same bytes arrive, each time under the headers that a browser holds the page to', async () => {
    for (const { name, type, bytes } of consoleFiles()) {
      const own = pageNames.map((each) => pages[each]).find(({ file }) => file === name);
      const path = own === undefined ? `console/${name}` : own.path.slice(1);
      for (const [coding, accept] of [
        ['gzip', 'text/html,application/xhtml+xml,*/*;q=0.8'],
        ['gzip', '*/*'],
        ['identity', 'text/css,*/*;q=0.1'],
      ] as const) {
        const answer = await fetch(`${world.cloud.url}/v1/${path}`, {
          headers: { 'accept-encoding': coding, accept },
        });
        assert.equal(answer.status, 200);
        assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), bytes, `${name} ${coding}`);
        assert.equal(answer.headers.get('content-encoding'), coding === 'gzip' ? 'gzip' : null);
        assert.equal(answer.headers.get('content-type'), type);
        assert.match(
          answer.headers.get('content-security-policy') ?? '',
          /^default-src 'none'; script-src 'self';/,
        );
        assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
      }
    }
  });

  test('other spellings of its address lead to it or nowhere', async () => {
    const spelled = async (path: string) => {
      const answer = await fetch(`${world.cloud.url}/v1/${path}`, { redirect: 'manual' });
      return [answer.status, answer.headers.get('location')];
    };
    assert.deepEqual(await spelled('console/'), [308, '/v1/console']);
    assert.deepEqual(await spelled('portal/'), [308, '/v1/portal']);
    const home = await fetch(`${world.cloud.url}/`);
    assert.deepEqual([home.status, home.url], [200, `${world.cloud.url}/v1/`]);
    assert.equal(await home.text(), await (await fetch(`${world.cloud.url}/v1`)).text());
    for (const path of ['console//', '/console', 'console/index.html', 'console/nothing', 'console/a/b'])
      assert.deepEqual(await spelled(path), [404, null], path);
  });

  test('the function that serves it can do nothing else', async (t) => {
    const reason = lacks(world.cloud, 'iam');
    if (reason !== false) return t.skip(reason);
    const { s3, dynamo } = await asFunction(world, 'Console');
    const { LogBucketName: Bucket, CasesTableName, RegistryTableName } = world.outputs;
    const attempts = {
      log: s3.send(new PutObjectCommand({ Bucket, Key: 'tile/0/x999/999', Body: 'x' })),
      cases: dynamo.send(new GetCommand({ TableName: CasesTableName, Key: { pk: 'case#x' } })),
      registry: dynamo.send(new GetCommand({ TableName: RegistryTableName, Key: { pk: 'x' } })),
    };
    const outcomes = await Promise.all(
      Object.entries(attempts).map(async ([what, attempt]) => [what, await awsErrorOf(attempt)] as const),
    );
    for (const [what, outcome] of outcomes) assert.match(outcome, /^AccessDenied/, what);
  });

  describe('in a browser', { skip: noBrowser }, () => {
    let page: Page;
    before(async () => {
      page = await (await theBrowser()).newPage({ ignoreHTTPSErrors: true });
      await page.goto(`${world.cloud.url}/v1/console`);
    });

    const evaluate = async <S extends z.ZodType>(schema: S, expression: string): Promise<z.infer<S>> =>
      schema.parse(await page.evaluate(expression));

    test('the script runs, and loads nothing but the console’s own files', async () => {
      await page.evaluate(`(async () => {
        const app = document.getElementById('app');
        while (app.childElementCount === 0) await new Promise(requestAnimationFrame);
      })()`);
      const loaded = await evaluate(
        z.array(z.string()),
        `performance.getEntriesByType('resource').map(({ name }) => name)`,
      );
      assert.ok(loaded.some((name) => name.endsWith('.js')));
      assert.deepEqual(
        loaded.filter((name) => !name.startsWith(`${world.cloud.url}/v1/`)),
        [],
      );
    });

    test('the page can tell nobody else anything, and makes no text into markup', async () => {
      const violated = await evaluate(
        z.record(z.string(), z.string()),
        `(async () => {
          const directive = (act) => new Promise((done) => {
            const told = ({ effectiveDirective }) => done(effectiveDirective);
            document.addEventListener('securitypolicyviolation', told, { once: true });
            Promise.resolve(act()).catch(() => {});
          });
          return {
            call: await directive(() => fetch('https://elsewhere.example/')),
            beacon: await directive(() => navigator.sendBeacon('https://elsewhere.example/', 'x')),
            image: await directive(() => { new Image().src = 'https://elsewhere.example/pixel'; }),
            form: await directive(() => {
              const form = document.createElement('form');
              form.action = 'https://elsewhere.example/';
              document.body.append(form);
              form.submit();
              form.remove();
            }),
          };
        })()`,
      );
      assert.deepEqual(violated, {
        call: 'connect-src',
        beacon: 'connect-src',
        image: 'img-src',
        form: 'form-action',
      });
      const refused = await evaluate(
        z.record(z.string(), z.string()),
        `(() => {
          const error = (act) => { try { act(); return 'none'; } catch (it) { return it.name; } };
          return {
            markup: error(() => { document.createElement('p').innerHTML = '<b>x</b>'; }),
            script: error(() => { document.createElement('script').src = '/v1/console'; }),
            worker: error(() => new Worker('/v1/console')),
            policy: error(() => trustedTypes.createPolicy('any', { createHTML: (it) => it })),
          };
        })()`,
      );
      assert.deepEqual(refused, {
        markup: 'TypeError',
        script: 'TypeError',
        worker: 'TypeError',
        policy: 'TypeError',
      });
    });
  });
});
