import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monitorOnce } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { type MonitorStore, StateError } from '#client/log/monitor/store.ts';
import { encodeBundle } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { signer } from '../../../core/log/signer.ts';
import { openCase } from '../../../core/log/verify/cheats.ts';
import { bytesOf, deskOf, entriesOf, filesOf, ours, refusals } from '../../../core/log/verify/logs.ts';
import { assertOk, at, codes, type Files, hour, leaves, noteOf, Rounds } from './rounds.ts';

test('a monitor reads what is new, once, and finds nothing wrong with an honest log', async () => {
  const rounds = await Rounds.begin();
  const first = await rounds.look(at(300));
  assertOk(first);
  assert.deepEqual([first.size, first.entries, first.added], [300n, 300n, 300n]);
  rounds.paths.length = 0;
  const second = await rounds.look(at(300, 700));
  assertOk(second);
  assert.deepEqual([second.size, second.entries, second.added], [700n, 700n, 400n]);
  assert.ok(!rounds.paths.includes('tile/entries/000'), 'what was read whole is not read again');
  const third = await rounds.look(at(300, 700));
  assert.deepEqual([third.added, third.entries], [0n, 700n]);
  assert.deepEqual(rounds.untold(), []);
  assert.deepEqual(
    rounds.store.checkpoints().map(({ size }) => size),
    [700n],
    'one of each day',
  );
});

test('the newest checkpoint of each day is kept', async () => {
  const rounds = await Rounds.begin();
  for (const size of [10, 20, 30]) await rounds.look(at(size), {}, 20 * hour);
  await rounds.look(at(30, 40), {}, hour);
  const kept = rounds.store.checkpoints();
  assert.equal(new Set(kept.map(({ at: seen }) => seen.slice(0, 10))).size, kept.length);
  assert.equal(kept.at(-1)?.size, 40n);
  assert.equal(kept.at(-1)?.note, noteOf(at(30, 40)));
});

/** A log whose writer minted without approval, and left an entry out. */
const cheating = (() => {
  const { told } = openCase();
  const all = entriesOf([...deskOf(['one', 'two']), ...told.toSpliced(1, 2), ...refusals(400, 30)]);
  return bytesOf(all.toSpliced(2, 1));
})();

test('what verify finds in a log, a monitor finds once, however the log grew', async () => {
  const { findings } = await verifyLog(async (path) => filesOf(cheating).get(path), ours.key);
  for (const sizes of [
    [cheating.length],
    [5, 9, 256, cheating.length],
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, cheating.length],
  ]) {
    const rounds = await Rounds.begin();
    const found: string[] = [];
    for (const size of sizes) {
      const round = await rounds.look(filesOf(cheating.slice(0, size)));
      found.push(...codes(round.found.filter(({ isStanding }) => !isStanding)));
    }
    const lasting = codes((await rounds.look(filesOf(cheating))).standing);
    assert.deepEqual([...found, ...lasting].sort(), codes(findings).sort());
    assert.deepEqual(
      rounds.untold().filter((text) => !text.includes('enrolment-missing')),
      found.map((text) => `found ${text}`),
    );
  }
});

test('what was found in an entry is wrong in the round that found it, and is kept', async () => {
  const rounds = await Rounds.begin();
  const signed = filesOf(cheating);
  assert.equal((await rounds.look(signed)).ok, false);
  const { found, entries } = await rounds.look(signed);
  assert.deepEqual([codes(found), entries], [[], BigInt(cheating.length)]);
  assert.ok(rounds.store.counts().some(({ code }) => code === 'approvals-missing'));
});

const other = bytesOf(entriesOf([...deskOf(['one', 'two']), ...refusals(800, 21)]));

test('a log that was rewritten is not followed: both checkpoints are kept, and every round says so', async () => {
  const rounds = await Rounds.begin();
  await rounds.look(at(300));
  for (const size of [300, 400]) {
    const forked = filesOf(other.slice(0, size));
    const round = await rounds.look(forked);
    assert.ok(codes(round.standing).every((code) => code === 'log-forked') && round.standing.length > 0);
    assert.deepEqual(round.found.at(-1)?.evidence, [noteOf(at(300)), noteOf(forked)]);
    assert.deepEqual([round.ok, round.size, round.added], [false, 300n, 0n]);
    assert.deepEqual((await rounds.look(forked)).found, [], 'it is found once');
  }
  const back = await rounds.look(at(300, 350));
  assert.deepEqual(
    [back.added, back.ok, back.over],
    [50n, false, []],
    'it goes on, and what was signed stays wrong',
  );
});

test('a log that became smaller is not followed, and what is wrong is over when the log is back', async () => {
  const rounds = await Rounds.begin();
  await rounds.look(at(300));
  const smaller = await rounds.look(at(200));
  assert.deepEqual(codes(smaller.standing), ['log-truncated']);
  assert.deepEqual(smaller.standing[0]?.evidence, [noteOf(at(300)), noteOf(at(200))]);
  const back = await rounds.look(at(300, 310));
  assert.deepEqual([codes(back.standing), codes(back.over), back.ok], [[], ['log-truncated'], true]);
  assert.deepEqual(rounds.untold(), ['found log-truncated', 'over log-truncated']);
});

/** What somebody did to the log's files who cannot sign, and what is found of it. */
const whole = at(300, 719);
const edited = leaves.with(600, leaves[601] ?? new Uint8Array());
const without = (path: string): Files => new Map([...whole].filter(([name]) => name !== path));
const damaged: [what: string, files: Files, found: string][] = [
  ['a bundle is missing', without('tile/entries/001'), 'file-missing @256'],
  ['a tile is missing', without('tile/0/001'), 'file-missing'],
  ['the last tile is missing', without('tile/1/000.p/2'), ''],
  [
    'a bundle is cut',
    new Map(whole).set(
      'tile/entries/001',
      (whole.get('tile/entries/001') ?? new Uint8Array()).subarray(0, 900),
    ),
    'file-malformed',
  ],
  ['a tile is cut', new Map(whole).set('tile/0/001', new Uint8Array(64)), 'file-malformed'],
  [
    'an entry was exchanged',
    new Map(whole).set('tile/entries/002.p/207', encodeBundle(edited.slice(512, 719))),
    'leaf-differs @600',
  ],
  ['a bundle and its tile were exchanged', exchanged(1), 'tile-differs'],
  ['the last bundle and its tile were exchanged', exchanged(2), 'root-differs'],
];

function exchanged(index: number): Files {
  const to = Math.min(719, 256 * (index + 1));
  const entries = leaves.slice(256 * index, to).toSpliced(3, 1, leaves[0] ?? new Uint8Array());
  const width = to === 719 ? '.p/207' : '';
  return new Map(whole)
    .set(`tile/entries/00${index}${width}`, encodeBundle(entries))
    .set(`tile/0/00${index}${width}`, Buffer.concat(entries.map(leafHash)));
}

for (const [what, files, found] of damaged) {
  test(`where ${what}, nothing of it is kept, and the monitor goes on once it is mended`, async () => {
    const rounds = await Rounds.begin();
    await rounds.look(at(300));
    const round = await rounds.look(files, { bundles: 1 });
    if (found === '') return assertOk(round);
    assert.ok(
      codes(round.standing).some((code) => code.startsWith(found)),
      codes(round.standing).join(),
    );
    assert.ok(round.entries < 719n && !round.ok);
    assert.deepEqual(codes((await rounds.look(files, { bundles: 1 })).found), [], 'it is found once');
    const mended = await rounds.look(whole);
    assert.deepEqual([codes(mended.standing), mended.entries, mended.ok], [[], 719n, true]);
  });
}

test('what is no checkpoint of this log is said, and over when there is one again', async () => {
  const rounds = await Rounds.begin();
  const stranger = signer(ours.key.name, 9);
  for (const [files, code] of [
    [new Map(), 'checkpoint-missing'],
    [new Map([['checkpoint', new Uint8Array([65])]]), 'note-malformed'],
    [filesOf(leaves, [20], stranger), 'note-unsigned'],
  ] as const) {
    const round = await rounds.look(files);
    assert.deepEqual([codes(round.standing), round.ok], [[code], false]);
  }
  assertOk(await rounds.look(at(20)));
});

test('a log that cannot be read is said at once, and is a finding after an hour', async () => {
  const rounds = await Rounds.begin();
  await rounds.look(at(20));
  const first = await rounds.look(undefined);
  assert.match(first.unread ?? '', /cannot be reached/);
  assert.deepEqual([codes(first.standing), first.size, first.entries], [[], 20n, 20n]);
  assert.deepEqual(codes((await rounds.look(undefined, {}, 2 * hour)).found), ['log-unreachable']);
  assert.deepEqual(codes((await rounds.look(undefined)).found), []);
  assert.deepEqual(codes((await rounds.look(at(20))).over), ['log-unreachable']);
});

test('a log without an entry for too long is quiet, until it moves again', async () => {
  const rounds = await Rounds.begin();
  const options = { quietAfterMs: 26 * hour };
  assertOk(await rounds.look(at(20), options));
  const quiet = await rounds.look(at(20), options, 26 * hour);
  assert.deepEqual(codes(quiet.found), ['log-quiet']);
  const late = bytesOf(entriesOf([...deskOf(['one', 'two']), ...refusals(13, 20), ...refusals(1, 28 * 60)]));
  const again = await Rounds.begin();
  await again.look(filesOf(late.slice(0, -1)), options, 26 * hour);
  assert.deepEqual(codes((await again.look(filesOf(late), options)).over), ['log-quiet']);
});

test('an enrolment that is on its way is not missing; after an hour it is', async () => {
  const rounds = await Rounds.begin();
  const cut = at(2);
  assertOk(await rounds.look(cut, {}, -30 * 60_000));
  assert.deepEqual(codes((await rounds.look(cut, {}, hour)).found), ['enrolment-missing @1']);
  assert.deepEqual(codes((await rounds.look(at(300))).standing), []);
});

/** A store whose process is killed at one of its steps: what was not whole was not done. */
function killedAt(store: MonitorStore, step: number, when: 'before' | 'after'): MonitorStore {
  let steps = 0;
  const atOnce: MonitorStore['atOnce'] = (work) => {
    const isLast = ++steps === step;
    if (isLast && when === 'before') throw new Error('killed');
    const result = store.atOnce(work);
    if (isLast) throw new Error('killed');
    return result;
  };
  return new Proxy(store, {
    get: (target, name: keyof MonitorStore) => {
      if (name === 'atOnce') return atOnce;
      const member = target[name];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

test('a monitor that is killed at any step loses nothing and repeats nothing', async () => {
  const sizes = [9, 300, cheating.length];
  const play = async (rounds: Rounds, kill?: { step: number; when: 'before' | 'after' }) => {
    let isKilled = false;
    for (const size of sizes) {
      const files = filesOf(cheating.slice(0, size));
      if (size === 300 && kill !== undefined) {
        const store = killedAt(rounds.store, kill.step, kill.when);
        isKilled = await rounds.look(files, { store, bundles: 1 }, 0).then(
          () => false,
          () => true,
        );
      }
      await rounds.look(files, { bundles: 1 });
    }
    return { isKilled, untold: rounds.untold(), counts: rounds.store.counts() };
  };
  const expected = await play(await Rounds.begin());
  for (const when of ['before', 'after'] as const) {
    let kills = 0;
    for (let step = 1; ; step++) {
      const { isKilled, untold, counts } = await play(await Rounds.begin(), { step, when });
      if (!isKilled) break;
      kills++;
      assert.deepEqual(
        { untold, counts },
        { untold: expected.untold, counts: expected.counts },
        `${step} ${when}`,
      );
    }
    assert.ok(kills >= 5, 'there are steps at which it can be killed');
  }
});

test('of its streams, a monitor has in memory those of one step', async () => {
  const store = await openMonitorStore(':memory:');
  const rounds = await Rounds.begin(store);
  let inStep = 0;
  let most = 0;
  const streams: MonitorStore['streams'] = {
    get: (name) => store.streams.get(name),
    set: (name, text) => {
      most = Math.max(most, ++inStep);
      store.streams.set(name, text);
    },
  };
  const counting = new Proxy(store, {
    get: (target, name: keyof MonitorStore) => {
      if (name === 'streams') return streams;
      if (name === 'atOnce') inStep = 0;
      const member = target[name];
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  assertOk(await rounds.look(at(719), { store: counting, bundles: 1 }));
  assert.ok(most > 100 && most <= 256, `${most}`);
});

test('what is known of one log is not used for another', async () => {
  const rounds = await Rounds.begin();
  await rounds.look(at(20));
  const stranger = signer('other.example/v1/log', 2);
  await assert.rejects(
    monitorOnce({ read: async () => undefined, key: stranger.key, store: rounds.store, now: rounds.now }),
    (error) => error instanceof StateError && error.code === 'state-of-another-log',
  );
});
