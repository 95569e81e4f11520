/** A witness over every order of what arrives at once, and over crashes on both sides of the moment when it is kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCosigned, type WitnessStore } from '#client/log/witness/witness.ts';
import { asked, by, FORK, forked, honest, keptInMemory, LARGEST, log, witnessOver } from './witnessed.ts';

/** One call of a run: which history, from where to where, what the clock says, and how keeping it ends. */
const calls = fc.record({
  tree: fc.constantFrom(honest, forked),
  /** undefined: from what was cosigned last, as a log does that was told. */
  from: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(LARGEST) }),
  /** With no `from`, how much larger: 3 at most. */
  to: fc.nat(LARGEST),
  clock: fc.integer({ min: 1, max: 50 }),
  ends: fc.constantFrom('kept', 'kept', 'kept', 'crashed-before', 'crashed-after'),
});

test('whatever arrives at once and wherever it crashes, no two roots of one size are cosigned, no smaller tree, no earlier time', async () => {
  let cosignedInAll = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(calls, { minLength: 2, maxLength: 12 }), async (s, all) => {
      const notes: string[] = [];
      const answers: string[] = [];
      let clock = 1;
      let life = 0;
      /** A process's view of the disk: once it has crashed, it reads and writes nothing more. */
      const disk = (born: number, ends: () => string): WitnessStore => {
        const alive = () => (born === life ? undefined : Promise.reject(new Error('crashed')));
        return {
          read: async () => {
            await s.schedule(Promise.resolve());
            await alive();
            return notes.at(-1);
          },
          write: async (_, note) => {
            await s.schedule(Promise.resolve());
            await alive();
            if (ends() === 'crashed-before') life++;
            await alive();
            notes.push(note);
            if (ends() === 'crashed-after') life++;
            await alive();
          },
        };
      };
      let ends: string = 'kept';
      let running = { born: -1, witness: witnessOver(keptInMemory()) };
      const process = () => {
        if (running.born !== life)
          running = {
            born: life,
            witness: witnessOver(
              disk(life, () => ends),
              { clock: () => clock },
            ),
          };
        return running;
      };
      const sent = s.scheduleSequence(
        all.map(({ tree, from, to, ...call }) => async () => {
          ({ clock, ends } = call);
          const last = notes.at(-1);
          const known = last === undefined ? 0 : Number(readCosigned(last, by.key, log.key.name)?.size);
          const { born, witness } = process();
          const size = from === undefined ? Math.min(known + (to % 4), LARGEST) : to;
          void witness.addCheckpoint(asked(from ?? known, size, tree)).then(({ status, body }) => {
            // An answer of a process that has crashed reaches nobody.
            if (status === 200 && born === life) answers.push(body);
          });
        }),
      );
      await s.waitFor(sent.task);
      await s.waitIdle();
      const cosigned = notes.map((note) => readCosigned(note, by.key, log.key.name));
      for (const [i, one] of cosigned.entries()) {
        const before = cosigned[i - 1];
        assert.ok(one);
        if (before === undefined) continue;
        assert.ok(one.size >= before.size && one.seconds >= before.seconds);
        if (one.size === before.size) assert.deepEqual(one.root, before.root);
      }
      const beyond = cosigned.filter((one) => one !== undefined && one.size > BigInt(FORK));
      const histories = new Set(
        beyond.map((one) =>
          Buffer.from(honest.mth(0, Number(one?.size))).equals(Buffer.from(one?.root ?? [])),
        ),
      );
      assert.ok(histories.size <= 1, 'two histories were cosigned');
      for (const line of answers)
        assert.ok(
          notes.some((note) => note.endsWith(line)),
          'kept before it is answered',
        );
      cosignedInAll += notes.length;
    }),
    { numRuns: 100 },
  );
  assert.ok(cosignedInAll > 100, String(cosignedInAll));
});
