import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { test } from 'node:test';
import type { MonitorOptions } from '#client/log/monitor/monitor.ts';
import type { Other } from '#client/log/monitor/others.ts';
import { SourceError } from '#client/log/source.ts';
import {
  cosignedMessage,
  formatCosignature,
  type WitnessKey,
  withSignatures,
} from '#core/log/cosignature.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { type Signer, signer } from '../../../core/log/signer.ts';
import { bytesOf, deskOf, entriesOf, filesOf, refusals } from '../../../core/log/verify/logs.ts';
import { assertOk, at, codes, type Files, hour, leaves, noteOf, Rounds } from './rounds.ts';

const theirs = bytesOf(entriesOf([...deskOf(['one', 'two']), ...refusals(800, 21)]));
const shown = (note: string | undefined): Partial<MonitorOptions> => ({
  others: [{ name: 'the witness w', read: async () => note }],
});

test('a split view is found by what another was shown: both checkpoints prove it, and it is never over', async () => {
  for (const size of [20, 300, 400]) {
    const rounds = await Rounds.begin();
    const forked = noteOf(filesOf(theirs.slice(0, size)));
    const round = await rounds.look(at(400), shown(forked));
    assert.deepEqual([codes(round.found), round.ok], [['log-forked'], false]);
    assert.deepEqual(round.found[0]?.evidence, [noteOf(at(400)), forked]);
    assert.match(round.found[0]?.message ?? '', /the witness w/);
    const next = await rounds.look(at(400, 500), shown(forked));
    assert.deepEqual([codes(next.found), codes(next.standing), next.added], [[], ['log-forked'], 100n]);
    assert.equal((await rounds.look(at(400, 500), shown(noteOf(at(400))))).ok, false);
  }
});

test('a fork that is always larger than the log is found as soon as the log is as large as it was', async () => {
  const rounds = await Rounds.begin();
  assertOk(await rounds.look(at(300), shown(noteOf(filesOf(theirs.slice(0, 350))))));
  const round = await rounds.look(at(300, 360), shown(noteOf(filesOf(theirs.slice(0, 500)))));
  assert.deepEqual(codes(round.found), ['log-forked']);
});

test('what others were shown of the same tree is nothing wrong, be it older or newer', async () => {
  const rounds = await Rounds.begin();
  for (const note of [noteOf(at(0)), noteOf(at(20)), noteOf(at(300))])
    assertOk(await rounds.look(at(300), shown(note)));
  assertOk(await rounds.look(at(300), shown(noteOf(at(310)))));
  assertOk(await rounds.look(at(300, 320), shown(noteOf(at(330)))));
});

test('others who were shown more for over an hour are a finding, until the log is as large', async () => {
  const rounds = await Rounds.begin();
  const ahead = shown(noteOf(at(400)));
  assertOk(await rounds.look(at(300), ahead));
  assertOk(await rounds.look(at(300), ahead));
  assert.deepEqual(codes((await rounds.look(at(300), ahead, 1)).found), ['log-behind']);
  const round = await rounds.look(at(300, 400), ahead);
  assert.deepEqual([codes(round.over), round.ok], [['log-behind'], true]);
});

test('who cannot be asked, or has another log’s checkpoint, is named, and proves nothing', async () => {
  const rounds = await Rounds.begin();
  const stranger = signer('other.example/v1/log', 3);
  const silent: Other = {
    name: 'silent',
    read: async () => {
      throw new SourceError('https://w.example cannot be reached');
    },
  };
  const others = [
    silent,
    { name: 'empty', read: async () => undefined },
    { name: 'other', read: async () => noteOf(filesOf(leaves, [3], stranger)) },
  ];
  const round = await rounds.look(at(300), { others });
  assertOk(round);
  assert.deepEqual(
    round.unasked.map(({ name }) => name),
    ['silent', 'empty', 'other'],
  );
  assert.match(round.unasked[0]?.why ?? '', /cannot be reached/);
});

const witnesses = [signer('w.example/one', 11), signer('w.example/two', 12)];
const witnessKey = ({ key }: Signer): WitnessKey => ({ ...key, algorithm: 'ed25519' });
const policy: TrustPolicy = {
  logs: [],
  witnesses: witnesses.map((one, i) => ({ name: `w${i}`, key: witnessKey(one) })),
  groups: [{ name: 'both', threshold: 2, members: ['w0', 'w1'] }],
  quorum: 'both',
};

/** The checkpoint of these files with cosignatures of so many witnesses. */
function cosigned(files: Files, by: readonly Signer[] = witnesses): string {
  const note = noteOf(files);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const lines = by.map((one) => {
    const key = witnessKey(one);
    return formatCosignature(key, 1n, sign(null, cosignedMessage(key, text, 1n), one.privateKey));
  });
  return withSignatures(note, lines);
}

const withCosigned = (files: Files, note: string) => new Map(files).set('cosigned', Buffer.from(note));
const options = { witnesses: { policy, afterMs: hour } };

test('a log that enough witnesses cosign in time is as it should be, and how far they are behind is said', async () => {
  const rounds = await Rounds.begin();
  const round = await rounds.look(withCosigned(at(300), cosigned(at(300))), options);
  assertOk(round);
  assert.deepEqual(round.witnessed, { size: 300n, lag: 0n });
  const behind = await rounds.look(withCosigned(at(300, 400), cosigned(at(300))), options);
  assertOk(behind);
  assert.deepEqual(behind.witnessed, { size: 300n, lag: 100n });
  // What it had an hour ago is cosigned now, and what it has now has time.
  assertOk(await rounds.look(withCosigned(at(400, 500), cosigned(at(400))), options));
  assertOk(await rounds.look(withCosigned(at(500), cosigned(at(400))), options));
  const inTheNewest = new Map(at(500)).set('checkpoint', Buffer.from(cosigned(at(500))));
  assert.deepEqual((await rounds.look(inTheNewest, options)).witnessed, { size: 500n, lag: 0n });
});

test('a log that too few witnesses cosign, or none in time, is unwitnessed until they do', async () => {
  const forged = cosigned(at(300)).replace(/(— w\.example\/one )(.{20})./, '$1$2A');
  for (const note of [cosigned(at(300), witnesses.slice(1)), cosigned(at(200)), noteOf(at(300)), forged]) {
    const rounds = await Rounds.begin();
    const files = withCosigned(at(300), note);
    assertOk(await rounds.look(files, options));
    assertOk(await rounds.look(files, options));
    assert.deepEqual(codes((await rounds.look(files, options, 1)).found), ['log-unwitnessed']);
    const round = await rounds.look(withCosigned(at(300), cosigned(at(300))), options);
    assert.deepEqual([codes(round.over), round.ok], [['log-unwitnessed'], true]);
  }
});

test('a cosigned checkpoint of another history is a fork', async () => {
  const rounds = await Rounds.begin();
  const round = await rounds.look(withCosigned(at(300), cosigned(filesOf(theirs.slice(0, 250)))), options);
  assert.deepEqual(codes(round.found), ['log-forked']);
});
