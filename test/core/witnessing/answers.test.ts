import assert from 'node:assert/strict';
import { randomBytes, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { concat, utf8 } from '#core/bytes.ts';
import { formatSize } from '#core/log/add-checkpoint.ts';
import { formatCosignature } from '#core/log/cosignature.ts';
import { keyId, parseNote, signatureLine } from '#core/log/note.ts';
import type { WitnessAnswer } from '#core/ports.ts';
import { answer, type MemoryWitness, secondsOf } from '../../memory/witnesses.ts';
import { cosignatureLine, cosigner } from '../log/cosigner.ts';
import { entryOf, type Witnessing, witnessing } from './witnessing.ts';

/** Whatever a witness may answer, beside one that answers as it should, before it and after it. */
interface Bad {
  says: string;
  /** What is told: why it failed, or what was found. */
  code: string;
  /** The most calls that it takes. */
  calls?: number;
  instead(of: {
    world: Witnessing;
    witness: MemoryWitness;
    honest: () => WitnessAnswer;
  }): WitnessAnswer | Promise<WitnessAnswer>;
}

const disagrees = 'a witness has seen another log under this name';
const ahead = 'a witness has cosigned a larger tree of this log than there is';
const sizeOf = ({ seen }: MemoryWitness) => seen?.size;
const textOf = (answered: WitnessAnswer) => Buffer.from(answered.body).toString();
const signing =
  (seconds: (now: bigint) => bigint): Bad['instead'] =>
  ({ world, witness }) =>
    answer(200, cosignatureLine(world.log.checkpoint(), witness.cosigner, seconds(secondsOf(world.clock))));
const status = (code: number, told: string, body = ''): Bad => ({
  says: `${code}${body === '' ? '' : ` and ${body.slice(0, 20).trim()}`}`,
  code: told,
  instead: () => answer(code, body),
});

const answers: readonly Bad[] = [
  status(400, 'refused'),
  status(403, 'refused'),
  status(404, 'log-unknown'),
  // What a real one answers to a signature that does not verify.
  status(500, 'refused', 'failed to verify\n'),
  status(502, 'refused', '<html>'),
  status(429, 'busy'),
  status(503, 'busy', 'later'),
  status(204, 'malformed'),
  status(301, 'malformed'),
  status(422, disagrees),
  status(409, disagrees),
  status(409, disagrees, 'conflict\n'),
  status(409, disagrees, '12'),
  status(409, disagrees, `${2n ** 64n}\n`),
  status(409, disagrees, `${'9'.repeat(40)}\n`),
  status(409, ahead, formatSize(2n ** 63n)),
  { says: 'the size that it was told, as another one', code: 'malformed', instead: () => answer(409, '0\n') },
  {
    says: 'another size each time',
    code: 'size-moves',
    calls: 2,
    instead: ({ witness }) => answer(409, formatSize(BigInt(witness.calls.length))),
  },
  {
    says: 'nothing, until the time is over',
    code: 'unreachable',
    instead: () => Promise.reject(new DOMException('timed out', 'TimeoutError')),
  },
  status(200, 'key-unknown'),
  status(200, 'malformed', '<html>Welcome</html>\n'),
  { says: 'bytes at random', code: 'malformed', instead: () => answer(200, randomBytes(60_000)) },
  {
    says: 'an answer without end, as far as it was read',
    code: 'malformed',
    instead: ({ honest }) => answer(200, textOf(honest()).repeat(300)),
  },
  {
    says: 'a cosignature without its last newline',
    code: 'malformed',
    instead: ({ honest }) => answer(200, textOf(honest()).slice(0, -1)),
  },
  {
    says: 'a cosignature by a key that nobody chose',
    code: 'key-unknown',
    instead: ({ world }) =>
      answer(200, cosignatureLine(world.log.checkpoint(), cosigner('w9.example', 9), secondsOf(world.clock))),
  },
  {
    says: 'a plain signature (type 0x01) of its key, which says no time',
    code: 'key-unknown',
    instead({ world, witness: { cosigner: by } }) {
      const { text } = parseNote(world.log.checkpoint());
      const id = keyId({ name: by.key.name, publicKey: by.key.publicKey });
      return answer(200, signatureLine(by.key.name, id, sign(null, utf8(text), by.privateKey)));
    },
  },
  {
    says: 'a plain signature under the id of its cosignatures (type 0x04)',
    code: 'signature-invalid',
    instead({ world, witness: { cosigner: by } }) {
      const plain = sign(null, utf8(parseNote(world.log.checkpoint()).text), by.privateKey);
      return answer(200, formatCosignature(by.key, secondsOf(world.clock), plain));
    },
  },
  {
    says: 'a cosignature of another checkpoint',
    code: 'signature-invalid',
    instead: ({ world, witness }) =>
      answer(
        200,
        cosignatureLine(
          world.log
            .twin()
            .appendBytes([entryOf('x')])
            .checkpoint(),
          witness.cosigner,
          secondsOf(world.clock),
        ),
      ),
  },
  {
    says: 'a cosignature of a text of its own, behind a blank line',
    code: 'malformed',
    instead({ world, witness: { cosigner: by } }) {
      const own = 'log.example/v1/log\n3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
      const seconds = secondsOf(world.clock);
      const signed = `cosignature/v1\ntime ${seconds}\n${world.log.checkpoint()}${own}`;
      const line = formatCosignature(by.key, seconds, sign(null, utf8(signed), by.privateKey));
      return answer(200, `${own}\n${line}`);
    },
  },
  {
    says: 'one that verifies and one that does not',
    code: 'signature-invalid',
    instead({ world, witness, honest }) {
      const bad = formatCosignature(witness.cosigner.key, secondsOf(world.clock), new Uint8Array(64));
      return answer(200, `${textOf(honest())}${bad}`);
    },
  },
  { says: 'a cosignature of no time', code: 'signature-invalid', instead: signing(() => 0n) },
  {
    says: 'a cosignature of more seconds than there are',
    code: 'signature-invalid',
    instead({ witness: { cosigner: by } }) {
      const blob = concat(new Uint8Array(8).fill(255), new Uint8Array(64));
      const [, name = '', line = ''] = formatCosignature(by.key, 1n, new Uint8Array(64)).split(' ');
      const id = Buffer.from(line, 'base64').subarray(0, 4);
      return answer(200, signatureLine(name, id, blob));
    },
  },
  { says: 'a cosignature of the next hour', code: 'clock-differs', instead: signing((now) => now + 3600n) },
  { says: 'a cosignature of yesterday', code: 'clock-differs', instead: signing((now) => now - 86_400n) },
];

async function beside(bads: readonly (Bad | undefined)[]) {
  const world = witnessing(
    bads.length,
    `group all all ${bads.map((_, i) => `w${i + 1}`).join(' ')}\nquorum all`,
  );
  for (const [i, bad] of bads.entries()) {
    const witness = world.witnesses[i];
    if (bad === undefined || witness === undefined) continue;
    witness.instead = (honest) => bad.instead({ world, witness, honest });
  }
  world.grow();
  await world.tick();
  return world;
}

describe('of two witnesses', () => {
  for (const bad of answers) {
    test(`one that answers ${bad.says} is told of, and the other’s cosignature is published`, async () => {
      for (const order of [
        [bad, undefined],
        [undefined, bad],
      ]) {
        const world = await beside(order);
        const at = order.indexOf(bad);
        assert.deepEqual(world.shown(), [`w${2 - at}`]);
        assert.deepEqual(world.codes(), [bad.code]);
        assert.equal(world.witnesses[at]?.calls.length, bad.calls ?? 1);
        const counted = { [disagrees]: 'WitnessesDisagreeing', [ahead]: 'WitnessesAhead' }[bad.code];
        const expected = [
          ...(counted === undefined ? [] : [counted]),
          'WitnessesFailing',
          'CheckpointsUnwitnessed',
        ];
        assert.deepEqual([...world.watch.counts.keys()], expected);
        // What a witness wrote is in no line: it may be anything.
        assert.doesNotMatch(JSON.stringify(world.watch.lines), /html|verify|Welcome|conflict|later/);
        // It is better the next time, and asked as any other.
        const witness = world.witnesses[at];
        assert.ok(witness);
        witness.instead = undefined;
        witness.seen = undefined;
        world.clock.advance(2 * 60_000);
        world.grow();
        await world.run();
        assert.deepEqual([world.published()?.size, world.shown()], [6n, ['w1', 'w2']]);
      }
    });
  }

  test('both of which answer something else, whatever and in whichever order, nothing is published and each is told of', async () => {
    for (const first of answers)
      for (const second of answers) {
        const world = await beside([first, second]);
        assert.equal(world.published(), undefined);
        assert.deepEqual(world.codes().toSorted(), [first.code, second.code].toSorted());
        for (const { calls } of world.witnesses) assert.ok(calls.length <= 2);
      }
  });
});

test('what a witness sends beside its own cosignature is not published', async () => {
  const world = witnessing(2, 'group all all w1 w2\nquorum all');
  const [first, second] = world.witnesses;
  assert.ok(first && second);
  const { key } = world.log;
  const forged = signatureLine(key.name, keyId(key), new Uint8Array(64));
  const ofOther = formatCosignature(second.cosigner.key, secondsOf(world.clock), new Uint8Array(64));
  const stranger = cosigner('w9.example', 9);
  first.instead = (honest) =>
    answer(
      200,
      `${forged}${ofOther}${textOf(honest())}${cosignatureLine(world.log.checkpoint(), stranger, 9n)}`,
    );
  world.grow();
  await world.run();
  assert.deepEqual(world.shown(), ['w1', 'w2']);
  const note = world.published()?.note ?? '';
  assert.ok(note.startsWith(world.log.checkpoint()));
  assert.equal(parseNote(note).signatures.length, 3);
});

test('a split view: a witness that was shown another history of the same log says so, whatever this one’s size', async () => {
  for (const entries of [1, 3, 4]) {
    const world = witnessing(2, 'quorum w2');
    const [first] = world.witnesses;
    assert.ok(first);
    const others = world.log.twin().appendBytes([entryOf('a'), entryOf('b'), entryOf('c')]);
    first.instead = undefined;
    // Somebody with the log's key showed it that one.
    await world.ports.witnesses.submit(first.url, `old 0\n\n${others.checkpoint()}`);
    world.grow(entries);
    await world.run();
    assert.deepEqual(world.codes(), [entries < 3 ? ahead : disagrees]);
    assert.deepEqual(world.shown(), ['w2']);
  }
});

test('a rollback: a log that is smaller than what was cosigned is told of, by the witness and by the published file', async () => {
  const world = witnessing(1, 'quorum w1');
  world.grow();
  await world.run();
  const before = world.files.files.get('checkpoint');
  world.grow();
  await world.run();
  world.files.force('checkpoint', before);
  await world.run();
  assert.deepEqual(world.codes(), [ahead, ahead]);
  assert.equal(world.watch.counts.get('WitnessesAhead'), 2);
  assert.equal(world.published()?.size, 6n, 'what was cosigned stays published');
  // Nor does a witness that has forgotten what it saw take it back.
  const [forgetful] = world.witnesses;
  assert.ok(forgetful);
  forgetful.seen = undefined;
  world.restart();
  await world.run();
  assert.deepEqual([sizeOf(forgetful), world.published()?.size], [3n, 6n]);
  // Without the file too.
  const other = witnessing(1, 'quorum w1');
  const [witness] = other.witnesses;
  assert.ok(witness);
  other.grow();
  witness.seen = { origin: 'log.example/v1/log', size: 7n, root: new Uint8Array(32) };
  await other.run();
  assert.deepEqual(other.codes(), [ahead]);
});

test('a witness that another run has shown a newer checkpoint is not ahead of the log', async () => {
  const world = witnessing(1, 'quorum w1');
  const [witness] = world.witnesses;
  assert.ok(witness);
  world.grow();
  witness.instead = (honest) => {
    witness.instead = undefined;
    // Meanwhile the log grew, and another instance was quicker.
    world.grow();
    witness.seen = { origin: 'log.example/v1/log', size: 6n, root: new Uint8Array(32) };
    return honest();
  };
  await world.run();
  assert.deepEqual([world.codes(), world.watch.counts.size, witness.calls.length], [[], 0, 1]);
});
