import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { GetObjectCommand, GetObjectRetentionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { formatWitnessKey, verifyCosignatures } from '#core/log/cosignature.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { cosignedPath, readCosigned } from '#core/witnessing/cosigned.ts';
import { asAdministrator, asRole, roleOf } from '#dev/as.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { cosigner } from '../core/log/cosigner.ts';
import { awsErrorOf, lacks, theWorld } from '../harness.ts';
import { memoryWitness, memoryWitnesses } from '../memory/witnesses.ts';
import { serveWitness } from '../witness-server.ts';
import { becomeFunction, fileOf } from './own-function.ts';

/** The function that asks witnesses, under its own role, and two witnesses on the loopback address. */
describe('I4: cosign', () => {
  let world: World;
  let Bucket: string;
  const stops: (() => void)[] = [];
  const witnesses = [1, 2].map((n) => memoryWitness(cosigner(`w${n}.example/witness`, n), `memory://w${n}`));
  before(async () => {
    world = await theWorld();
    Bucket = world.outputs.LogBucketName;
  });
  after(() => {
    for (const stop of stops) stop();
  });

  test('publishes the checkpoint with both cosignatures, locked, and asks nobody a second time', async () => {
    const clock = { now: () => new Date().toISOString() };
    const port = memoryWitnesses(witnesses, logKeyOf(world), clock);
    const lines = await Promise.all(
      witnesses.map(async ({ cosigner: { key }, url }, i) => {
        const served = await serveWitness(port, url);
        stops.push(served.stop);
        return `witness w${i + 1} ${formatWitnessKey(key)} ${served.url}/witness\n`;
      }),
    );
    const text = `${lines.join('')}group both all w1 w2\nquorum both\n`;
    await becomeFunction(world, 'Cosign', { WITNESSES: fileOf(text) });
    const { handler } = await import('#functions/cosign.ts');
    const head = { Records: [] };
    await handler(head);
    const bytes = await logFiles(world)(cosignedPath);
    assert.ok(bytes);
    const note = Buffer.from(bytes).toString();
    const { size } = openCheckpoint(note, logKeyOf(world));
    const keys = witnesses.map(({ cosigner: { key } }) => key);
    assert.deepEqual(
      verifyCosignatures(note, keys).map(({ key }) => key),
      keys,
    );
    assert.equal(readCosigned(bytes, parseTrustPolicy(text))?.size, size);
    // The log of a running stack goes on growing: each checkpoint is asked for once.
    await handler(head);
    const newest = (await readCheckpoint(logFiles(world), logKeyOf(world)))?.size ?? 0n;
    for (const { calls, seen } of witnesses) {
      assert.ok(seen !== undefined && seen.size <= newest);
      assert.equal(new Set(calls).size, calls.length);
    }
    if (lacks(world.cloud, 'objectLock') !== undefined) return;
    const { s3 } = world.aws;
    const { VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key: cosignedPath }));
    const { Retention } = await s3.send(
      new GetObjectRetentionCommand({ Bucket, Key: cosignedPath, VersionId }),
    );
    assert.equal(Retention?.Mode, 'COMPLIANCE');
  });

  test('its role writes no other file of the log, and nobody else writes its file', async (t) => {
    const reason = lacks(world.cloud, 'iam');
    if (reason) return t.skip(reason);
    const put = (aws: World['aws'], Key: string) =>
      awsErrorOf(aws.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })));
    const as = async (name: 'Cosign' | 'Sequence' | 'PublicLog') =>
      asRole(world.cloud, world.aws, await roleOf(world.aws, world.outputs[`${name}FunctionName`]));
    const cosign = await as('Cosign');
    for (const Key of ['checkpoint', 'tile/0/x999/999', 'place/x/1', 'head/1', 'cosigned/x', 'other'])
      assert.match(await put(cosign, Key), /^AccessDenied/, Key);
    const administrator = await asAdministrator(world.cloud, world.aws);
    try {
      for (const aws of [await as('Sequence'), await as('PublicLog'), administrator.aws])
        assert.match(await put(aws, cosignedPath), /^AccessDenied/);
    } finally {
      await administrator.leave();
    }
  });

  test('a file that is larger than any note is read as none', async () => {
    const { s3CosignedFile, s3LogFiles } = await import('#functions/aws/s3/log-files.ts');
    const file = s3CosignedFile(Bucket);
    const before = await file.present();
    assert.ok(before);
    assert.equal(await file.replace(new Uint8Array(600_000), before.version), true);
    const present = await file.present();
    assert.equal(present?.bytes.length, 0);
    assert.equal((await s3LogFiles(Bucket).read(cosignedPath))?.length, 0);
    assert.equal(
      await file.replace(before.bytes, before.version),
      false,
      'a version that is not the present one',
    );
    assert.equal(await file.replace(before.bytes, present?.version), true);
  });
});
