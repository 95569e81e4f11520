import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { verifyCosignatures } from '#core/log/cosignature.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';
import { cosigner as cosignerOf, freshHours } from '#core/witnessing/cosigner.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { interleave } from '../../memory/interleave.ts';
import { answer } from '../../memory/witnesses.ts';
import { cosigner } from '../log/cosigner.ts';
import { witnessing } from './witnessing.ts';

const both = 'group both all w1 w2\nquorum both';
const oldSizes = (calls: readonly string[]) => calls.map((body) => parseAddCheckpoint(body)?.oldSize);
const hourMs = 3_600_000;

test('a log that nobody witnesses asks nobody and writes nothing, and nothing is counted', async () => {
  const world = witnessing(2, both);
  world.grow();
  const cosign = cosignerOf({ ...world.ports, policy: parseTrustPolicy('quorum none\n') });
  await cosign({ byClock: true });
  assert.deepEqual(
    [
      world.witnesses.flatMap(({ calls }) => calls),
      world.files.files.has(cosignedPath),
      world.watch.counts.size,
    ],
    [[], false, 0],
  );
});

test('an empty log is not witnessed yet', async () => {
  const world = witnessing(2, both);
  await world.tick();
  assert.deepEqual([world.witnesses.flatMap(({ calls }) => calls), world.watch.counts.size], [[], 0]);
});

test('what is published is the checkpoint as the log signed it, with the cosignatures of its witnesses', async () => {
  const world = witnessing(2, both);
  world.grow(300);
  await world.run();
  const note = Buffer.from(world.files.files.get(cosignedPath) ?? []).toString();
  assert.ok(note.startsWith(world.log.checkpoint()));
  assert.equal(openCheckpoint(note, world.log.key).size, 300n);
  const keys = world.witnesses.map(({ cosigner: { key } }) => key);
  assert.deepEqual(
    verifyCosignatures(note, keys).map(({ key }) => key),
    keys,
  );
  assert.equal(note.split('\n').length, 4 + 3 + 1);
});

test('a witness with a post-quantum key (type 0x06) is one as any other', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-44');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-1312);
  const key = { name: 'w2.example/witness', algorithm: 'ml-dsa-44', publicKey: raw } as const;
  const world = witnessing([cosigner('w1.example/witness', 1), { key, privateKey }], both);
  world.grow();
  await world.tick();
  assert.deepEqual([world.shown(), world.codes(), world.watch.counts.size], [['w1', 'w2'], [], 0]);
});

test('a checkpoint takes one call of each witness, also where the log grew by many tiles', async () => {
  const world = witnessing(2, both);
  for (const entries of [1, 300, 70_000, 3]) {
    world.grow(entries);
    await world.run();
    assert.equal(world.published()?.size, world.witnesses[0]?.seen?.size);
  }
  for (const { calls } of world.witnesses) assert.deepEqual(oldSizes(calls), [0n, 1n, 301n, 70_301n]);
});

test('another instance knows from the published file what each witness has seen, and asks where it does not say', async () => {
  const world = witnessing(2, 'quorum w1');
  const [first, second] = world.witnesses;
  assert.ok(first && second);
  second.instead = () => answer(503);
  world.grow();
  await world.run();
  assert.deepEqual(world.shown(), ['w1']);
  world.restart();
  second.instead = undefined;
  world.grow();
  await world.run();
  assert.deepEqual(
    [oldSizes(first.calls), oldSizes(second.calls)],
    [
      [0n, 3n],
      [0n, 0n],
    ],
  );
});

test('a witness that has seen more than is known, or less, says so and is asked once more from there', async () => {
  const world = witnessing(1, 'quorum w1');
  const [witness] = world.witnesses;
  assert.ok(witness);
  for (let i = 0; i < 3; i++) {
    world.grow();
    await world.run();
  }
  // The file was lost, and then the witness was set back.
  world.files.force(cosignedPath, undefined);
  world.restart();
  world.grow();
  await world.run();
  const seen = openCheckpoint(parseAddCheckpoint(witness.calls[0] ?? '')?.checkpoint ?? '', world.log.key);
  witness.seen = seen;
  world.grow();
  await world.run();
  assert.deepEqual(oldSizes(witness.calls), [0n, 3n, 6n, 0n, 9n, 12n, 3n]);
  assert.equal(world.published()?.size, 15n);
  assert.deepEqual(world.codes(), []);
});

test('a checkpoint that has not moved is cosigned again after some hours, and not before', async () => {
  const world = witnessing(2, both);
  world.grow();
  await world.run();
  const first = world.published()?.cosignatures[0]?.seconds ?? 0n;
  for (let minutes = 5; minutes < freshHours * 60; minutes += 5) {
    world.clock.advance(5 * 60_000);
    await world.tick();
  }
  assert.deepEqual(
    world.witnesses.map(({ calls }) => calls.length),
    [1, 1],
  );
  const written = world.files.versions.length;
  world.clock.advance(5 * 60_000);
  await world.tick();
  assert.deepEqual(
    world.witnesses.map(({ calls }) => oldSizes(calls)),
    [
      [0n, 3n],
      [0n, 3n],
    ],
  );
  assert.equal(world.published()?.cosignatures[0]?.seconds, first + BigInt(freshHours * 3600));
  assert.ok(world.files.versions.length > written);
});

test('what is published stays the newest that enough have cosigned, until a newer one is', async () => {
  const world = witnessing(2, both);
  const [, second] = world.witnesses;
  assert.ok(second);
  world.grow();
  await world.run();
  second.instead = () => answer(500);
  world.grow();
  await world.run();
  assert.deepEqual([world.published()?.size, world.shown()], [3n, ['w1', 'w2']]);
  second.instead = undefined;
  world.clock.advance(20_000);
  await world.run();
  assert.deepEqual([world.published()?.size, world.shown()], [6n, ['w1', 'w2']]);
  // The first had cosigned it already, and was not asked again.
  assert.equal(world.witnesses[0]?.calls.length, 2);
});

test('until enough have cosigned one, the one that most have is published', async () => {
  const world = witnessing(3, 'group all3 all w1 w2 w3\nquorum all3');
  const failing = (...names: number[]) => {
    for (const [i, witness] of world.witnesses.entries())
      witness.instead = names.includes(i + 1) ? () => answer(500) : undefined;
    world.clock.advance(2 * hourMs);
  };
  const seen: unknown[] = [];
  for (const names of [[3], [2, 3], [1], [1, 2, 3], []]) {
    failing(...names);
    world.grow();
    await world.run();
    seen.push([world.published()?.size, world.shown()]);
  }
  assert.deepEqual(seen, [
    [3n, ['w1', 'w2']],
    [3n, ['w1', 'w2']],
    [9n, ['w2', 'w3']],
    [9n, ['w2', 'w3']],
    [15n, ['w1', 'w2', 'w3']],
  ]);
});

test('where the quorum asks for nobody, whatever was cosigned is shown', async () => {
  const world = witnessing(2, 'quorum none');
  const [first] = world.witnesses;
  assert.ok(first);
  first.instead = () => answer(500);
  world.grow();
  await world.tick();
  assert.deepEqual(world.shown(), ['w2']);
  assert.deepEqual([...world.watch.counts], [['WitnessesFailing', 1]]);
});

test('a witness that answers slowly holds up neither the others nor what is published', async () => {
  const world = witnessing(3, 'group two 2 w1 w2 w3\nquorum two');
  const slow = Promise.withResolvers<void>();
  const [first] = world.witnesses;
  assert.ok(first);
  first.instead = async (honest) => {
    await slow.promise;
    return honest();
  };
  const written = Promise.withResolvers<void>();
  const { cosigned } = world.files;
  const cosign = cosignerOf({
    ...world.ports,
    cosigned: {
      ...cosigned,
      async replace(bytes, over) {
        const isDone = await cosigned.replace(bytes, over);
        written.resolve();
        return isDone;
      },
    },
  });
  world.grow();
  const run = cosign({ byClock: false });
  await written.promise;
  assert.deepEqual(world.shown(), ['w2', 'w3']);
  slow.resolve();
  await run;
  assert.deepEqual(world.shown().toSorted(), ['w1', 'w2', 'w3']);
});

test('a witness that is replaced is asked no more, and what it alone cosigned gives way', async () => {
  const world = witnessing(2, 'quorum w1');
  const [first, second] = world.witnesses;
  assert.ok(first && second);
  second.instead = () => answer(404);
  world.grow();
  await world.run();
  assert.deepEqual(world.shown(), ['w1']);
  second.instead = undefined;
  const next = world.policy.witnesses.filter(({ name }) => name === 'w2');
  const cosign = cosignerOf({ ...world.ports, policy: { ...world.policy, witnesses: next, quorum: 'w2' } });
  await cosign({ byClock: false });
  assert.deepEqual(world.shown(), ['w2']);
  assert.equal(first.calls.length, 1);
});

test('the clock counts what an alarm waits for: who fails, and that no quorum has the newest checkpoint', async () => {
  const world = witnessing(2, both);
  const [first] = world.witnesses;
  assert.ok(first);
  first.instead = () => answer(500);
  world.grow();
  await world.run();
  assert.deepEqual([...world.watch.counts], [], 'the stream may run a hundred times in five minutes');
  for (let ticks = 0; ticks < 12; ticks++) {
    world.clock.advance(5 * 60_000);
    await world.tick();
  }
  assert.deepEqual(
    [...world.watch.counts],
    [
      ['WitnessesFailing', 12],
      ['CheckpointsUnwitnessed', 12],
    ],
  );
  first.instead = undefined;
  world.clock.advance(2 * hourMs);
  await world.tick();
  assert.deepEqual(world.watch.counts.get('WitnessesFailing'), 12);
  assert.deepEqual(world.watch.counts.get('CheckpointsUnwitnessed'), 12);
});

test('a witness that fails for long is asked ever more rarely, once an hour at last', async () => {
  const world = witnessing(2, 'quorum w2');
  const [first, second] = world.witnesses;
  assert.ok(first && second);
  first.instead = () => answer(500);
  for (let minute = 0; minute < 6 * 60; minute++) {
    world.grow(1);
    await world.run();
    world.clock.advance(60_000);
  }
  // After 15, 30 and 60 seconds, 2, 4, 8, 16, 32 minutes, and then each 60.
  assert.deepEqual([first.calls.length, second.calls.length], [13, 360]);
  assert.equal(world.published()?.size, 360n);
});

test('whatever fails at whichever call, the next run publishes what enough have cosigned', async () => {
  const undisturbed = async (plan?: Parameters<typeof faults>[0]) => {
    const world = witnessing(2, both);
    const over = faults(plan);
    const ports = {
      ...world.ports,
      files: over.over('files', world.ports.files),
      cosigned: over.over('cosigned', world.ports.cosigned),
      witnesses: over.over('witnesses', world.ports.witnesses),
    };
    const cosign = cosignerOf(ports);
    world.grow();
    await cosign({ byClock: true }).catch((error: unknown) => assert.ok(isPlanned(error)));
    world.grow();
    await cosign({ byClock: true }).catch((error: unknown) => assert.ok(isPlanned(error)));
    return { world, cosign, calls: over.calls.length, isDone: over.done };
  };
  const { calls } = await undisturbed();
  assert.ok(calls > 10);
  for (const plan of everyFault(calls)) {
    const { world, cosign } = await undisturbed(plan);
    world.clock.advance(2 * hourMs);
    await cosign({ byClock: true });
    const { size } = world.published() ?? {};
    assert.deepEqual([size, world.shown()], [6n, ['w1', 'w2']], `${plan.fault} at ${plan.at}`);
  }
});

test('two runs at once, in whichever order, publish one checkpoint with all cosignatures', async () => {
  for (let seed = 0; seed < 64; seed++) {
    const world = witnessing(2, both);
    world.grow();
    const order = Array.from({ length: 12 }, (_, i) => (seed >> (i % 6)) & 1);
    const results = await interleave(
      order,
      [0, 1].map(() => async (turns) => {
        const { cosigned, witnesses } = world.ports;
        const cosign = cosignerOf({
          ...world.ports,
          cosigned: turns.over(cosigned),
          witnesses: turns.over(witnesses),
        });
        await cosign({ byClock: false });
      }),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled'],
    );
    assert.deepEqual([world.published()?.size, world.shown()], [3n, ['w1', 'w2']], String(seed));
  }
});
