import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { deploy } from '#dev/cloud/cloud.ts';
import type { World } from '#dev/world.ts';
import { lacks, theWorld } from '../harness.ts';

describe('a monitor of its own stack', () => {
  let world: World;
  let skip: string | false;
  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'ours');
  });

  test('reads the log in rounds, and keeps what it knows between them', async (t) => {
    if (skip) return t.skip(skip);
    const { aws, cloud, provider } = world;
    const stateDir = mkdtempSync(join(tmpdir(), 'writ-monitor-'));
    t.after(() => rmSync(stateDir, { recursive: true }));
    const stackName = `WritMonitor${Date.now()}`;
    const outputs = await deploy(
      { ...cloud, stateDir },
      {
        app: 'node bin/monitor.ts',
        stackName,
        say: () => {},
        context: { stackName, url: `${cloud.url}/v1`, key: provider.log?.verifierKey ?? '' },
      },
    );
    const round = async () => {
      const answer = await aws.lambda.send(
        new InvokeCommand({ FunctionName: outputs.FunctionName, Payload: '{}', LogType: 'Tail' }),
      );
      assert.equal(answer.FunctionError, undefined, Buffer.from(answer.Payload ?? []).toString());
    };
    await round();
    await round();
    const Bucket = outputs.StateBucketName;
    const { Versions = [] } = await aws.s3.send(new ListObjectVersionsCommand({ Bucket }));
    const states = z
      .array(z.object({ Key: z.literal('state/monitor.sqlite') }))
      .parse(Versions.filter(({ Key }) => Key?.startsWith('state/')));
    assert.equal(states.length, 2);
  });
});
