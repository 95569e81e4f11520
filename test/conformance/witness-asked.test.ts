/** What a deployed Writ does with witnesses, tried with a real one and with ours: asking, publishing, being told the truth. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { newWitnessKey } from '#client/cli/witness/key.ts';
import { utf8 } from '#core/bytes.ts';
import { formatTrustPolicy, type TrustPolicy } from '#core/log/trust-policy.ts';
import type { CosignedFile, Watch } from '#core/ports.ts';
import { askWitness, type Outcome } from '#core/witnessing/asking.ts';
import { claimed } from '#core/witnessing/cosigned.ts';
import { cosigner } from '#core/witnessing/cosigner.ts';
import { httpWitnesses } from '#functions/aws/http/witnesses.ts';
import { makeSigner, signed } from './tlog/logs.ts';
import {
  checkpointAt,
  elsewhere,
  file,
  log,
  ourWitness,
  own,
  place,
  realWitness,
  refusedBy,
  root,
  skip,
  w1,
} from './tlog/witnesses.ts';

const read = (path: string) => readFile(join(log.directory, path));
const now = () => BigInt(Math.floor(Date.now() / 1000));
/** @param oldSize which tree it is thought to know */
const ask = (url: string, checkpoint: string, oldSize: number): Promise<Outcome> =>
  askWitness(
    { read, witnesses: httpWitnesses() },
    { url, key: w1 },
    claimed(utf8(checkpoint)),
    BigInt(oldSize),
    now(),
  );

for (const [name, start] of [
  ['a real witness', realWitness],
  ['our witness', ourWitness],
] as const) {
  describe(`Writ asks ${name}`, { skip }, () => {
    test('it cosigns, from what it was thought to know and from what it says that it knows', async () => {
      const url = await start();
      for (const [size, oldSize] of [
        [257, 0],
        [700, 257],
        [1000, 0],
        [1000, 1000],
      ] as const) {
        const outcome = await ask(url, checkpointAt(size), oldSize);
        assert.equal(
          outcome.is,
          'cosigned',
          JSON.stringify(outcome, (_, each) => String(each)),
        );
      }
      assert.deepEqual(await ask(url, checkpointAt(700), 700), { is: 'beyond', size: 1000n });
    });

    test('it tells of two logs under one name, and of no log of ours', async () => {
      const url = await start();
      assert.equal((await ask(url, checkpointAt(700), 0)).is, 'cosigned');
      assert.deepEqual(await ask(url, signed(own, 700, elsewhere), 700), { is: 'disagrees' });
      assert.deepEqual(await ask(url, signed(own, 1000, elsewhere), 700), { is: 'disagrees' });
      const stranger = signed(makeSigner('stranger.example'), 700, elsewhere);
      assert.deepEqual(await ask(url, stranger, 0), { is: 'failed', why: 'log-unknown', status: 404 });
      const impostor = await ask(url, signed(makeSigner(own.name), 1000, root), 700);
      const status = start === realWitness ? 500 : 403;
      assert.deepEqual(impostor, { is: 'failed', why: 'refused', status });
      assert.equal((await ask(url, checkpointAt(1000), 700)).is, 'cosigned');
    });
  });
}

test('what Writ publishes, cosigned by a real witness and by ours, torchwood takes under the policy that Writ publishes', {
  skip,
}, async () => {
  const key = await newWitnessKey(join(place, 'second.key'), 'witness.example/second');
  const policy: TrustPolicy = {
    logs: [{ key: own }],
    witnesses: [
      { name: 'real', key: w1, url: await realWitness() },
      { name: 'ours', key, url: await ourWitness(join(place, 'second.key')) },
    ],
    groups: [{ name: 'both', threshold: 2, members: ['real', 'ours'] }],
    quorum: 'both',
  };
  let published: { bytes: Uint8Array; version: string } | undefined;
  const cosigned: CosignedFile = {
    present: async () => published,
    replace: async (bytes, over) => {
      if (over !== published?.version) return false;
      published = { bytes, version: `${Number(over ?? 0) + 1}` };
      return true;
    },
  };
  const told: string[] = [];
  const watch: Watch = {
    count: (name: string) => told.push(name),
    warn: (what) => told.push(what),
    error: (what) => told.push(what),
  };
  let size = 257;
  const run = cosigner({
    policy,
    files: { read: async (path) => (path === 'checkpoint' ? utf8(checkpointAt(size)) : read(path)) },
    cosigned,
    witnesses: httpWitnesses(),
    clock: { now: () => new Date().toISOString() },
    watch,
  });
  const under = file(formatTrustPolicy(policy));
  for (size of [257, 257, 1000]) {
    await run({ byClock: true });
    const note = new TextDecoder().decode(published?.bytes);
    assert.ok(note.startsWith(`${own.name}\n${size}\n`));
    assert.equal(await refusedBy('checkpoint', under, note), undefined);
  }
  assert.match((await refusedBy('checkpoint', under, checkpointAt(1000))) ?? '', /policy/);
  assert.deepEqual(told, []);
});
