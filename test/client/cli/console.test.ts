import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { consoleInLog, consoleVerdict, publicFiles, servedConsole } from '#client/console-digest.ts';
import { ExchangeError } from '#client/errors.ts';
import { utf8 } from '#core/bytes.ts';
import { codeDigest } from '#core/code-digest.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { writ } from '#dev/writ.ts';
import { pageDigest, pageFiles } from '#lib/console.ts';
import { bytesOf, entriesOf, minutes, type Told } from '../../core/log/verify/logs.ts';
import { TestLog } from '../report/logs.ts';

const code = `sha-256=:${Buffer.alloc(32, 7).toString('base64')}:`;
const told = (body: EntryBody, minute: number): Told => ({
  stream: body.kind === 'deployment.made' ? 'deployment' : 'strangers',
  body,
  at: minutes(minute),
});
const deployment = (console?: string): EntryBody => ({
  kind: 'deployment.made',
  data: { code, policy: code, keys: [], ...(console === undefined ? {} : { console }) },
});
const other: EntryBody = { kind: 'strangers.refused', data: { hour: minutes(0), counts: {} } };
const logOf = (...bodies: EntryBody[]) => {
  const log = new TestLog();
  return log.appendBytes(bytesOf(entriesOf(bodies.map((body, i) => told(body, i)))));
};

const honest = new Map(pageFiles('desk').map(({ name, bytes }) => [name, bytes]));
const nameOf = (ending: string) => [...honest.keys()].find((name) => name.endsWith(ending)) ?? '';
const change = (name: string) => {
  const bytes = Uint8Array.from(honest.get(name) ?? []);
  bytes[bytes.length - 2] = (bytes[bytes.length - 2] ?? 0) ^ 1;
  return new Map([...honest, [name, bytes]]);
};
const without = (name: string) => new Map([...honest].filter(([each]) => each !== name));

describe('writ console verify', () => {
  let log = logOf(other);
  let files: ReadonlyMap<string, Uint8Array> = honest;
  let url = '';
  let server: Server;
  before(async () => {
    server = createServer((request, response) => {
      const [, path = ''] = (request.url ?? '').split('/v1/');
      const name = path === 'console' ? 'index.html' : path.replace(/^console\//, '');
      const found = path.startsWith('log/') ? log.files.get(path.slice('log/'.length)) : files.get(name);
      response.writeHead(found === undefined ? 404 : 200).end(found);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    url = `http://127.0.0.1:${address.port}`;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  const verify = async (...more: string[]) => {
    const key = formatVerifierKey(log.key);
    return writ(['console', 'verify', '--url', `${url}/v1`, '--key', key, ...more]);
  };
  /** As a page checks itself. */
  const verdict = async () => {
    const served = await servedConsole(publicFiles(url));
    const { key } = log;
    const recorded = await consoleInLog({ read: (path) => publicFiles(url)(`log/${path}`), key });
    return served === undefined ? 'none' : consoleVerdict(served, recorded);
  };

  test('what is served as it was deployed is said with its digest, and is no error', async () => {
    [log, files] = [logOf(deployment(code), other, deployment(pageDigest('desk')), other), honest];
    const { code: exit, out } = await verify();
    assert.equal(exit, 0);
    for (const name of honest.keys()) assert.ok(out.includes(`${name}: sha-256=:`), name);
    assert.ok(out.includes(`all of it: ${pageDigest('desk')}`));
    assert.match(out, /^What is served is what the log says of the deployment of 2\d{3}-\d{2}-\d{2} .*\.$/m);
    assert.equal(await verdict(), 'recorded');
  });

  test('a byte that was changed in any file is found, and the reader is told to sign nothing', async () => {
    log = logOf(deployment(pageDigest('desk')));
    for (const name of honest.keys()) {
      files = change(name);
      assert.equal(await verdict(), 'changed', name);
    }
    files = change(nameOf('.js'));
    const { code: exit, out } = await verify();
    assert.equal(exit, 1);
    assert.match(out, /desk-\w+\.js: sha-256=:\S+, which is not what the page says of it/);
    assert.match(out, /^What is served is not what the log says of the deployment of /m);
    assert.match(out, /^Sign nothing in it, and tell the operator\./m);
    assert.ok(out.includes(`in the log: ${pageDigest('desk')}`));
  });

  test('a page that was changed together with what it loads holds by itself, and not against the log', async () => {
    log = logOf(deployment(pageDigest('desk')));
    const evil = utf8('send(everything)');
    const page = new TextDecoder().decode(honest.get('index.html'));
    const hash = await crypto.subtle.digest('SHA-384', new Uint8Array(evil));
    const integrity = `sha384-${Buffer.from(hash).toString('base64')}`;
    const script = nameOf('.js');
    const forged = page.replace(new RegExp(`(${script}" integrity=")[^"]*`), `$1${integrity}`);
    assert.notEqual(forged, page);
    files = new Map([...honest, [script, evil], ['index.html', utf8(forged)]]);
    const served = await servedConsole(publicFiles(url));
    assert.ok(served?.files.every(({ holds }) => holds !== false));
    assert.equal(await verdict(), 'changed');
    assert.equal((await verify()).code, 1);
  });

  test('a file that the page loads and that is not served is named', async () => {
    [log, files] = [logOf(deployment(pageDigest('desk'))), without(nameOf('.css'))];
    const { code: exit, out } = await verify();
    assert.equal(exit, 1);
    assert.match(out, /desk-\w+\.css: the page loads it, and it is not served/);
    assert.equal(await verdict(), 'changed');
  });

  test('a console that the newest deployment does not have is an error, an older one that had it notwithstanding', async () => {
    [log, files] = [logOf(deployment(pageDigest('desk')), deployment()), honest];
    const { code: exit, out } = await verify();
    assert.equal(exit, 1);
    assert.match(out, /^A page is served, and the log says of the deployment of .* that it has none\.$/m);
    assert.equal(await verdict(), 'unrecorded');
  });

  test('a log without a deployment, and a provider without a console, are not relied on', async () => {
    [log, files] = [logOf(other), honest];
    const compared = await verify();
    assert.equal(compared.code, 3);
    assert.match(compared.out, /^It was compared with nothing: /m);
    assert.equal(await verdict(), 'unknown');
    files = new Map();
    const missing = await verify();
    assert.equal(missing.code, 3);
    assert.match(
      missing.err,
      /^error: console-missing: the provider serves no such page\. Next: is --url right\?$/m,
    );
    assert.equal(await verdict(), 'none');
  });

  test('as JSON it says verdict, address, digests and what the log has', async () => {
    [log, files] = [logOf(deployment(code)), honest];
    const { code: exit, out } = await verify('--json');
    assert.equal(exit, 1);
    const { verdict, address, digest, missing, recorded, keyFrom, files: listed } = JSON.parse(out);
    assert.deepEqual([verdict, address, digest], ['changed', `${url}/v1/console`, pageDigest('desk')]);
    assert.deepEqual([missing, recorded.digest, keyFrom], [[], code, 'given']);
    assert.deepEqual(
      listed.map(({ name }: { name: string }) => name),
      [...honest.keys()],
    );
  });

  test('a copy of the log will not do, and what cannot be reached is said', async () => {
    const copy = await writ(['console', 'verify', '--dir', '.']);
    assert.deepEqual([copy.code, /unknown option '--dir'/.test(copy.err)], [2, true]);
    const key = formatVerifierKey(log.key);
    const nobody = await writ(['console', 'verify', '--url', 'http://127.0.0.1:9/v1', '--key', key]);
    assert.equal(nobody.code, 3);
    await assert.rejects(
      publicFiles('http://127.0.0.1:9', fetch, { retry: { attempts: 1 } })('console'),
      ExchangeError,
    );
  });
});

test('the digest is that of the files by name, in whatever order they are fetched', () => {
  const backwards = new Map([...honest].toReversed());
  assert.equal(codeDigest(backwards), pageDigest('desk'));
});
