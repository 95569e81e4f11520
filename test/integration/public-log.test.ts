import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, describe, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { submitRequest } from '#client/agency.ts';
import { hoursOfTerms } from '#core/cases/deadline.ts';
import { policySchema } from '#core/cases/policy.ts';
import type { FindingCode } from '#core/log/finding-codes.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { reportOf } from '#core/log/report/reading.ts';
import { newTiles, tileAt, tilePath } from '#core/log/tiles.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { placePath } from '#core/state/log-places.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { logFiles, logKeyOf, readLog } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { otherVerifiers } from '../conformance/tlog-verifiers.ts';
import {
  asFunction,
  awsErrorOf,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  theWorld,
  toldWhere,
} from '../harness.ts';

describe('the public log', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const view = await submitRequest(agency.session, newRequest(account));
    await logged(world, view.id, 'request.received');
  });

  /** As anybody may: no key, no signature. */
  async function get(path: string, init?: RequestInit) {
    const answer = await fetch(`${world.cloud.url}/v1/${path}`, init);
    return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) };
  }

  const signedCheckpoint = async () => {
    const checkpoint = await readCheckpoint(logFiles(world), logKeyOf(world));
    assert.ok(checkpoint);
    return checkpoint;
  };

  test('is served byte for byte as the bucket holds it', async () => {
    const files = logFiles(world);
    const { size } = await signedCheckpoint();
    for (const tile of newTiles(0n, size)) {
      const path = tilePath(tile);
      const answer = await get(`log/${path}`);
      assert.equal(answer.status, 200, path);
      assert.deepEqual(answer.body, Buffer.from((await files(path)) ?? []), path);
      assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
      assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    }
  });

  test('its checkpoint is signed by the key that the provider publishes, under the address it is found at', async () => {
    const answer = await get('log/checkpoint');
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
    const { origin, size } = (await readCheckpoint(async () => answer.body, logKeyOf(world))) ?? {};
    assert.equal(origin, `${world.cloud.authority}/v1/log`);
    assert.ok(size !== undefined && size > 0n);
  });

  test('its feed is Atom, and its links lead to the page that proves the newest entry', async () => {
    const answer = await get('log/feed');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/atom+xml; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'public, max-age=60');
    assert.equal(answer.headers.get('access-control-allow-origin'), '*');
    assert.match(Buffer.from(answer.body).toString('utf8'), /href="https:\/\/[^"]+\/v1\/#\/log\/entry\/\d+"/);
  });

  async function areNotThere(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json', path);
    }
  }

  test('what is no path of a log is not there, whatever it leads to', async () => {
    const { size } = await signedCheckpoint();
    const [first] = await readLog(world);
    assert.ok(first);
    const place = placePath(first.entry);
    assert.ok(await logFiles(world)(place));
    const paths = [
      'log/tile/0/000.p/0',
      'log/tile/0/000.p/257',
      'log/tile/0/000.p/256',
      'log/tile/00/000',
      'log/tile/64/000',
      'log/tile/0/0',
      'log/tile/0/x000/000',
      'log/tile/entries/%252e%252e/%252e%252e/checkpoint',
      `log/${tilePath(tileAt(0, size + 256n * 1000n, size + 256n * 1001n))}`,
      'log/tile/7/999',
      // What the bucket holds beside the log's own files.
      `log/tile/${place}`,
    ];
    await areNotThere(paths);
    assert.notEqual((await get('log/checkpoint', { method: 'POST', body: '{}' })).status, 200);
  });

  test('what is no route of the API is not there, whatever the bucket holds by that name', async (t) => {
    const missing = lacks(world.cloud, 'gatewayResponses');
    if (missing) return t.skip(missing);
    const [first] = await readLog(world);
    assert.ok(first);
    const place = placePath(first.entry);
    // The last is a tile's path to AWS. LocalStack resolves it, and then it is the one before it.
    await areNotThere(['log/tile', 'log/stage', 'log/head/0', `log/${place}`, `log/tile/%2e%2e/${place}`]);
  });

  test('whoever serves it can write none of it, and read nothing else', async (t) => {
    const reason = lacks(world.cloud, 'iam');
    if (reason !== false) return t.skip(reason);
    const { s3, dynamo } = await asFunction(world, 'PublicLog');
    const { LogBucketName: Bucket, LogTableName, CasesTableName, VaultTableName } = world.outputs;
    const attempts = {
      write: s3.send(new PutObjectCommand({ Bucket, Key: 'tile/0/x999/999', Body: 'x' })),
      head: dynamo.send(new PutCommand({ TableName: LogTableName, Item: { pk: 'head', sk: '-' } })),
      cases: dynamo.send(new GetCommand({ TableName: CasesTableName, Key: { pk: 'case#x' } })),
      vault: dynamo.send(new GetCommand({ TableName: VaultTableName, Key: { pk: 'x', sk: 'x' } })),
    };
    const outcomes = await Promise.all(
      Object.entries(attempts).map(async ([what, attempt]) => [what, await awsErrorOf(attempt)] as const),
    );
    for (const [what, outcome] of outcomes) assert.match(outcome, /^AccessDenied/, what);
  });

  test('the transparency report is what anybody makes of the log', async () => {
    await invoke(world, 'Report', { time: new Date().toISOString() });
    const answer = await get('transparency');
    assert.equal(answer.status, 200);
    const published = z
      .looseObject({
        log: z.looseObject({ size: z.string(), checkpoint: z.string() }),
        deadlineHours: z.unknown(),
      })
      .parse(JSON.parse(answer.body.toString()));
    const files = logFiles(world);
    const key = logKeyOf(world);
    const then = await readCheckpoint(async () => Buffer.from(published.log.checkpoint), key);
    const { size } = await signedCheckpoint();
    assert.ok(then);
    const { policy } = z
      .looseObject({
        policy: policySchema,
      })
      .parse(world.provider);
    const own = await reportOf(files, then, { deadlineHours: hoursOfTerms(policy.deadlines), size });
    assert.deepEqual(JSON.parse(answer.body.toString()), JSON.parse(JSON.stringify(own)));
    assert.ok(then.size > 0n);
  });

  test('a day’s first sweep is told, and those after it only if they find something', async () => {
    const time = `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
    const stream = `sweep/${time.slice(0, 10)}`;
    await invoke(world, 'Expire', { time });
    await until('the sweep is in the log', async () =>
      (await toldWhere(world, ({ entry }) => entry.stream === stream)).at(0),
    );
    await invoke(world, 'Expire', { time });
    const told = await toldWhere(world, ({ entry }) => entry.stream === stream);
    assert.deepEqual(
      told.map(({ entry }) => entry.kind),
      ['sweep.done'],
    );
  });

  test('our own verifier finds the tree as signed, and no entry that is none', async () => {
    const found = await verifyLog(logFiles(world), logKeyOf(world), {
      since: (await signedCheckpoint()).note,
    });
    assert.equal(found.entries, found.size);
    assert.equal(found.since?.isContained, true);
    assert.deepEqual(found.unknown, {});
    // Other tests forge entries, as who can write tables could. What they forge is found, and is all that is.
    const ofHistory: FindingCode[] = [
      'entry-malformed',
      'leaf-differs',
      'tile-differs',
      'root-differs',
      'file-missing',
    ];
    assert.deepEqual(
      found.findings.filter(({ code }) => ofHistory.includes(code) || code.startsWith('note-')),
      [],
    );
  });

  test('other people’s verifiers find the same', async (t) => {
    const vkey = formatVerifierKey(logKeyOf(world));
    for (const other of await otherVerifiers()) {
      await t.test(other.name, async (t) => {
        if (other.missing !== undefined) return t.skip(other.missing);
        const older = await signedCheckpoint();
        const found = await other.verify(`${world.cloud.url}/v1/log`, vkey, older.note, world.cloud.caFile);
        assert.deepEqual([found.ok, found.why], [true, undefined]);
        assert.ok(BigInt(found.size ?? 0) >= older.size);
      });
    }
  });

  describe('deployments', { concurrency: false }, () => {
    const deployments = () => toldWhere(world, ({ entry }) => entry.stream === 'deployment');

    /** Calls as CloudFormation does, and waits for the answer that it would get. */
    async function deploy(RequestType: string, ResourceProperties: Record<string, string>) {
      let body = '';
      const server = createServer((request, answer) => {
        request.on('data', (data) => {
          body += data;
        });
        request.on('end', () => answer.end());
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      try {
        await invoke(world, 'Deployed', {
          RequestType,
          ResponseURL: `http://127.0.0.1:${port}/`,
          StackId: 'stack',
          RequestId: 'request',
          LogicalResourceId: 'Deployment',
          PhysicalResourceId: 'deployment',
          ResourceProperties,
        });
      } finally {
        await new Promise((done) => server.close(done));
      }
      return z.looseObject({ Status: z.string() }).parse(JSON.parse(body)).Status;
    }

    test('the log begins with what was deployed: code, policy and the keys that sign', async () => {
      const [first] = await toldWhere(world, ({ index }) => index === 0n);
      assert.ok(first?.entry.kind === 'deployment.made');
      const { code, console, policy, keys } = first.entry.data;
      assert.match(code, /^sha-256=:/);
      assert.match(console ?? '', /^sha-256=:/);
      assert.equal(policy, world.provider.policyHash);
      assert.deepEqual(
        keys,
        world.provider.keys.map(({ kid }) => kid),
      );
    });

    test('another deployment is an entry, the same one is none, and one that cannot be told fails', async () => {
      const before = await deployments();
      const last = before.at(-1)?.entry;
      assert.ok(last?.kind === 'deployment.made');
      const { code, console = '', portal = '', site = '' } = last.data;
      const pages = { console, portal, site };
      assert.equal(await deploy('Update', { code, ...pages }), 'SUCCESS');
      assert.equal(await deploy('Update', {}), 'FAILED');
      assert.equal(await deploy('Delete', { code, ...pages }), 'SUCCESS');
      const other = `sha-256=:${Buffer.alloc(32, 7).toString('base64')}:`;
      assert.equal(await deploy('Update', { code: other, ...pages }), 'SUCCESS');
      // As CloudFormation does when it rolls back.
      assert.equal(await deploy('Update', { code, ...pages }), 'SUCCESS');
      const after = await until('both are in the log', async () => {
        const told = await deployments();
        return told.length >= before.length + 2 && told;
      });
      assert.deepEqual(
        after.slice(before.length).map(({ entry }) => entry.kind === 'deployment.made' && entry.data.code),
        [other, code],
      );
    });
  });
});
