import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import './env.ts';
import { pageNames, pages } from '#core/wire/console.ts';
import type { Answer } from '#functions/middleware/event.ts';
import { consoleFiles, pageFiles } from '#lib/console.ts';

/** The function as Lambda starts it: in a folder with its code and the files of the console. */
const folder = mkdtempSync(join(tmpdir(), 'writ-console-'));
let handler: (...given: never) => Promise<Answer>;
before(async () => {
  for (const { name, bytes } of consoleFiles()) writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'index.mjs'), 'the code');
  writeFileSync(join(folder, 'policy.json'), '{"a":"secret"}');
  process.env.LAMBDA_TASK_ROOT = folder;
  ({ handler } = await import('#functions/console.ts'));
});
after(() => rmSync(folder, { recursive: true }));

const page = '/console';
const file = '/console/{file}';

function get(resource: string, name?: string, headers: Record<string, string> | null = {}): Promise<Answer> {
  const path = `/v1${resource.replace('{file}', name ?? '')}`;
  return call({ resource, path, headers, pathParameters: name === undefined ? null : { file: name } });
}

function call({ path, ...event }: Record<string, unknown>): Promise<Answer> {
  return Reflect.apply(handler, undefined, [{ httpMethod: 'GET', ...event, requestContext: { path } }, {}]);
}

const bytesOf = ({ body, isBase64Encoded }: Answer) => Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

test('each page and each file that it loads are served byte for byte, under their types', async () => {
  for (const { name, type, bytes } of consoleFiles()) {
    const own = pageNames.map((each) => pages[each]).find((each) => each.file === name);
    const answer = await (own === undefined ? get(file, name) : get(own.path));
    assert.equal(answer.statusCode, 200, name);
    assert.equal(answer.headers?.['content-type'], type);
    assert.deepEqual(new Uint8Array(bytesOf(answer)), bytes, name);
  }
});

test('the page is asked for anew each time; what it loads has a name of its content, and is kept', async () => {
  const [, ...loaded] = pageFiles('desk');
  assert.equal((await get(page)).headers?.['cache-control'], 'no-cache');
  for (const { name } of loaded)
    assert.equal((await get(file, name)).headers?.['cache-control'], 'public, max-age=31536000, immutable');
});

/** Each is what a browser holds a page to, or any other page that would embed it. */
const held = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

test('every answer, refusals and redirects too, tells the browser to let nothing else in or out', async () => {
  const [, script] = pageFiles('desk');
  const answers = [
    await get(pages.site.path),
    await get(file, script?.name),
    await get(file, 'nothing.js'),
    await call({ resource: '/reviews', path: '/v1/reviews' }),
    await call({ resource: page, path: '/v1/console/' }),
    await call({ resource: page, path: '/v1//console' }),
  ];
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 404, 404, 308, 404],
  );
  for (const { headers = {} } of answers) {
    assert.deepEqual(Object.fromEntries(Object.keys(held).map((name) => [name, headers[name]])), held);
    for (const feature of ['camera', 'microphone', 'geolocation', 'usb', 'hid', 'serial', 'payment'])
      assert.match(String(headers['permissions-policy']), new RegExp(`(?:^|, )${feature}=\\(\\)(?:,|$)`));
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal(headers['set-cookie'], undefined);
  }
});

test('pages that sign may also reach the command on the reader’s machine, and are held to the same otherwise', async () => {
  for (const { path } of [pages.desk, pages.portal]) {
    const { headers = {} } = await get(path);
    const policy = held['content-security-policy'].replace(
      "connect-src 'self'",
      "connect-src 'self' http://127.0.0.1:*",
    );
    assert.deepEqual(Object.fromEntries(Object.keys(held).map((name) => [name, headers[name]])), {
      ...held,
      'content-security-policy': policy,
    });
  }
});

test('what is no file of the console is not there, whatever else lies in the folder', async () => {
  const names = [
    'index.html',
    'site.html',
    'index.mjs',
    'policy.json',
    'desk.js',
    '..',
    '../index.mjs',
    '%2e%2e%2findex.mjs',
    '__proto__',
    'constructor',
    'desk-0000000000000000.js',
  ];
  for (const name of names) {
    const answer = await get(file, name);
    assert.equal(answer.statusCode, 404, name);
    assert.equal(JSON.parse(answer.body).type, 'urn:writ:problem:not-found', name);
    assert.doesNotMatch(answer.body, /secret|the code/);
  }
});

test('the page’s address with a slash at its end leads to the one without', async () => {
  const { statusCode, headers, body } = await call({ resource: page, path: '/v1/console/' });
  assert.deepEqual([statusCode, headers?.location, body], [308, '/v1/console', '']);
  const portal = await call({ resource: '/portal', path: '/v1/portal/' });
  assert.deepEqual([portal.statusCode, portal.headers?.location], [308, '/v1/portal']);
});

test('a file is packed for whoever takes gzip, and for nobody else', async () => {
  const [, , , script] = pageFiles('desk');
  const taking = ['gzip', 'gzip, deflate, br, zstd', 'br, GZIP ;q=0.5', 'deflate,gzip;q=1.0'];
  for (const value of taking) {
    const answer = await get(file, script?.name, { 'Accept-Encoding': value });
    assert.equal(answer.headers?.['content-encoding'], 'gzip', value);
    assert.equal(answer.headers?.vary, 'accept-encoding');
    assert.deepEqual(new Uint8Array(gunzipSync(bytesOf(answer))), script?.bytes);
  }
  for (const headers of [{}, null, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0, br' }]) {
    const answer = await get(file, script?.name, headers);
    assert.equal(answer.headers?.['content-encoding'], undefined);
    assert.equal(answer.headers?.vary, 'accept-encoding');
  }
});
