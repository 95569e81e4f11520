import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { monitorRound, type RoundPorts } from '../../monitor/round.ts';
import {
  bytesOf,
  entriesOf,
  filesOf,
  minutes,
  ours,
  preamble,
  refusals,
  wholeCase,
} from '../core/log/verify/logs.ts';

const entries = bytesOf(entriesOf([...preamble(), ...wholeCase(), ...refusals(601, 20)]));
const half = filesOf(entries, [300]);
const whole = filesOf(entries, [300, entries.length]);
const forked = filesOf(bytesOf(entriesOf([...preamble(), ...refusals(700, 20)])));
const now = Date.parse(minutes(700));

type Files = ReadonlyMap<string, Uint8Array>;

/** What lies outside of a function: the state, what was told, the evidence. */
class Outside {
  state: { bytes: Uint8Array; version: string } | undefined;
  readonly told: string[] = [];
  readonly evidence: string[] = [];
  files: Files = half;
  timeLeft = 600_000;
  /** Fails once. */
  failing: 'save' | 'tell' | 'read' | undefined;
  private saved = 0;

  private fail(at: typeof this.failing): void {
    if (this.failing !== at) return;
    this.failing = undefined;
    throw new Error(`${String(at)} failed`);
  }

  readonly ports: RoundPorts = {
    load: async () => this.state,
    save: async (bytes, over) => {
      this.fail('save');
      if (over !== this.state?.version) throw new Error('another round was first');
      this.state = { bytes, version: String(++this.saved) };
    },
    keepEvidence: async (name) => {
      this.evidence.push(name);
    },
    tell: async (_, { what, code }) => {
      this.fail('tell');
      this.told.push(`${what} ${code}`);
    },
    read: async (path) => {
      this.fail('read');
      return this.files.get(path);
    },
    timeLeft: () => this.timeLeft,
  };

  readonly round = () => monitorRound(this.ports, { key: ours.key, now });
}

test('a round goes on where the last one kept its state', async () => {
  const outside = new Outside();
  assert.equal((await outside.round()).added, 300n);
  outside.files = whole;
  const { added, entries: all, ok } = await outside.round();
  assert.deepEqual([added, all, ok], [BigInt(entries.length - 300), BigInt(entries.length), true]);
  assert.equal((await outside.round()).added, 0n);
  assert.deepEqual(outside.told, []);
});

test('a log that forked is told once, its notes are kept, and every round says that it is wrong', async () => {
  const outside = new Outside();
  await outside.round();
  outside.files = forked;
  for (let rounds = 0; rounds < 3; rounds++) assert.equal((await outside.round()).ok, false);
  assert.deepEqual(outside.told, ['found log-forked']);
  assert.equal(outside.evidence.length, 2);
});

test('what could not be told is told in the next round, and the state is kept all the same', async () => {
  const outside = new Outside();
  await outside.round();
  outside.files = forked;
  outside.failing = 'tell';
  await assert.rejects(outside.round(), /tell failed/);
  assert.deepEqual(outside.told, []);
  await outside.round();
  assert.deepEqual(outside.told, ['found log-forked']);
});

test('a round whose state could not be kept is gone through again: told twice rather than never', async () => {
  const outside = new Outside();
  await outside.round();
  outside.files = forked;
  outside.failing = 'save';
  await assert.rejects(outside.round(), /save failed/);
  await outside.round();
  assert.deepEqual(outside.told, ['found log-forked', 'found log-forked']);
});

test('of two rounds at the same time one keeps its state, and the other fails', async () => {
  const outside = new Outside();
  const { ports } = outside;
  let loading = 0;
  const { promise: bothLoaded, resolve } = Promise.withResolvers<void>();
  const load: RoundPorts['load'] = async () => {
    const state = await ports.load();
    if (++loading === 2) resolve();
    await bothLoaded;
    return state;
  };
  const both = [1, 2].map(() => monitorRound({ ...ports, load }, { key: ours.key, now }));
  const ends = (await Promise.allSettled(both)).map(({ status }) => status);
  assert.deepEqual(ends.toSorted(), ['fulfilled', 'rejected']);
  assert.equal((await outside.round()).added, 0n);
});

test('a round that has no time left keeps what it read, and the next one goes on', async () => {
  const outside = new Outside();
  outside.files = whole;
  let reads = 0;
  const { ports } = outside;
  const slow: RoundPorts = { ...ports, timeLeft: () => (reads++ < 6 ? 600_000 : 0) };
  const cut = await monitorRound(slow, { key: ours.key, now });
  assert.equal(cut.isCut, true);
  assert.deepEqual(outside.told, []);
  const { isCut, entries: all, ok } = await outside.round();
  assert.deepEqual([isCut, all, ok], [false, BigInt(entries.length), true]);
});

test('a state that is damaged is an error, and not a beginning', async () => {
  const outside = new Outside();
  await outside.round();
  outside.state = { bytes: utf8('no database'), version: '1' };
  await assert.rejects(outside.round(), { name: 'StateError' });
});
