import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import './env.ts';
import { utf8 } from '#core/bytes.ts';
import { keyId, signatureLine } from '#core/log/note.ts';
import { noWitnesses, parseTrustPolicy, type TrustPolicy } from '#core/log/trust-policy.ts';
import { logRoutes } from '#core/wire/log.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import { logPolicy } from '#functions/handlers/provider.ts';
import { TestLog } from '../client/report/logs.ts';
import { context, eventOf } from '../console/gateway-event.ts';
import { cosignatureLine, cosigner } from '../core/log/cosigner.ts';
import { type Witnessing, witnessing } from '../core/witnessing/witnessing.ts';
import { secondsOf } from '../memory/witnesses.ts';

/** What everybody is shown of cosigned checkpoints, whatever lies in the one file that `cosign` may write. */
const { serveEverybody } = await import('#functions/middleware/serve.ts');

function asking({ files, policy }: Witnessing, witnesses: TrustPolicy = policy) {
  const serve = serveEverybody(
    logRoutes,
    logHandlers({
      files,
      report: { read: async () => undefined },
      notices: { get: async () => undefined },
      witnesses,
    }),
  );
  return async (what: 'checkpoint' | 'cosigned') => {
    const route = what === 'checkpoint' ? logRoutes.readCheckpoint : logRoutes.readCosigned;
    const target = `/v1/log/${what}`;
    const call = {
      method: 'GET',
      authority: 'writ.example.org',
      target,
      headers: [],
      body: new Uint8Array(),
    };
    const { statusCode, headers, body } = await serve(eventOf(call, route, {}), context);
    return { statusCode, headers, text: Buffer.from(body, 'base64').toString() };
  };
}

const cosignedLog = async () => {
  const world = witnessing(2, 'group both all w1 w2\nquorum both');
  world.grow();
  await world.run();
  return world;
};

test('the newest checkpoint is shown with its cosignatures, and nobody keeps it', async () => {
  const world = await cosignedLog();
  const answer = await asking(world)('checkpoint');
  assert.deepEqual(
    [answer.statusCode, answer.headers],
    [
      200,
      {
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'no-cache',
        'access-control-allow-origin': '*',
      },
    ],
  );
  assert.equal(answer.text, world.published()?.note);
  assert.deepEqual(await asking(world)('cosigned'), answer);
});

test('a checkpoint that nobody has cosigned yet is shown as it is, and beside it the one that somebody has', async () => {
  const world = await cosignedLog();
  const cosigned = world.published()?.note;
  world.grow();
  assert.equal((await asking(world)('checkpoint')).text, world.log.checkpoint());
  assert.equal((await asking(world)('cosigned')).text, cosigned);
});

test('where nobody witnesses the log, the checkpoint is as it was, and there is no cosigned one', async () => {
  const world = await cosignedLog();
  assert.equal((await asking(world, noWitnesses)('checkpoint')).text, world.log.checkpoint());
  assert.equal((await asking(world, noWitnesses)('cosigned')).statusCode, 404);
  const empty = asking(witnessing(1, 'quorum w1'));
  assert.deepEqual(
    [(await empty('checkpoint')).statusCode, (await empty('cosigned')).statusCode],
    [404, 404],
  );
});

describe('I4, I11: a thief of cosign’s role', () => {
  /** What they put into the one file that they may write. */
  const files: Record<string, (world: Witnessing) => string | Uint8Array> = {
    nothing: () => '',
    'bytes that are no text': () => Uint8Array.of(0xff, 0xfe, 0),
    'a page': () => '<script>alert(1)</script>\n\n— x AAAAAAAA\n',
    'the checkpoint alone': ({ log }) => log.checkpoint(),
    'another log’s checkpoint, which the same witnesses cosigned': (world) => {
      const other = new TestLog('other.example/log').appendBytes([utf8('{}')]).checkpoint();
      return (
        other +
        world.witnesses.map((w) => cosignatureLine(other, w.cosigner, secondsOf(world.clock))).join('')
      );
    },
    'a cosignature by a key of their own': (world) =>
      world.log.checkpoint() +
      cosignatureLine(world.log.checkpoint(), cosigner('w1.example/witness', 77), 9n),
    'a larger checkpoint with cosignatures of this one': (world) => {
      const larger = world.log.twin().appendBytes([1, 2, 3, 4, 5].map((n) => utf8(`{"n":${n}}`)));
      return (
        larger.checkpoint() +
        (world
          .published()
          ?.cosignatures.map(({ line }) => line)
          .join('') ?? '')
      );
    },
    'a cosignature that does not verify': (world) =>
      world.log.checkpoint() +
      cosignatureLine(world.log.twin().checkpoint(), cosigner('w1.example/witness', 1), 9n),
  };
  for (const [what, make] of Object.entries(files)) {
    test(`who writes ${what} has nothing of it shown, and the next run puts it right`, async () => {
      const world = await cosignedLog();
      const was = world.published()?.note;
      const bytes = make(world);
      world.files.force(cosignedPath, typeof bytes === 'string' ? utf8(bytes) : bytes);
      assert.equal((await asking(world)('checkpoint')).text, world.log.checkpoint());
      assert.equal((await asking(world)('cosigned')).statusCode, 404);
      world.restart();
      await world.run();
      assert.equal((await asking(world)('cosigned')).text, was);
      assert.deepEqual(world.codes(), []);
    });
  }

  test('who puts a false signature of the log’s below a cosigned checkpoint spoils none that is served as the newest', async () => {
    const world = await cosignedLog();
    const { key } = world.log;
    const forged = signatureLine(key.name, keyId(key), new Uint8Array(64));
    world.files.force(cosignedPath, utf8(`${world.published()?.note}${forged}`));
    const { text } = await asking(world)('checkpoint');
    assert.ok(text.startsWith(world.log.checkpoint()) && !text.includes(forged));
    assert.equal(text.split('— ').length, 4);
  });

  test('who takes cosignatures away has the checkpoint served without them, and no other', async () => {
    const world = await cosignedLog();
    const [, second] = world.published()?.cosignatures ?? [];
    world.files.force(cosignedPath, utf8(`${world.log.checkpoint()}${second?.line}`));
    assert.equal((await asking(world)('checkpoint')).text, `${world.log.checkpoint()}${second?.line}`);
  });
});

test('the trust policy that is published has the log’s own line, and reads as what the setting says', () => {
  const { policy } = witnessing(2, 'group both all w1 w2\nquorum both');
  const { key } = new TestLog('log.example/v1/log');
  const answer = logPolicy(key, policy, { 'cache-control': 'public, max-age=60' });
  assert.equal(answer.headers?.['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.headers?.['access-control-allow-origin'], '*');
  const read = parseTrustPolicy(answer.body);
  assert.deepEqual(read, { ...policy, logs: [{ key: read.logs[0]?.key }] });
  assert.deepEqual(read.logs[0]?.key.name, key.name);
  const alone = parseTrustPolicy(logPolicy(key, noWitnesses, {}).body);
  assert.deepEqual([alone.logs.length, alone.witnesses, alone.quorum], [1, [], 'none']);
});
