import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logHash, type WitnessEvent } from '#client/log/witness/witness.ts';
import { formatAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { verifyCosignatures } from '#core/log/cosignature.ts';
import { openNote } from '#core/log/note.ts';
import { cosignatureLine } from '../../core/log/cosigner.ts';
import { signedCheckpoint, signer } from '../../core/log/signer.ts';
import { asked, by, FORK, forked, honest, keptInMemory, log, witnessOver } from './witnessed.ts';

const HASH = logHash(log.key.name);
const noteOf = (body: string) => body.slice(body.indexOf('\n\n') + 2);

test('a checkpoint that begins with the one before is cosigned, kept, and served with the log’s signature', async () => {
  const store = keptInMemory();
  const witness = witnessOver(store);
  assert.equal((await witness.latest(HASH)).status, 404);
  for (const [from, to] of [
    [0, 3],
    [3, 7],
    [7, 7],
    [7, 8],
  ] as const) {
    const body = asked(from, to);
    const answer = await witness.addCheckpoint(body);
    assert.equal(answer.status, 200, answer.body);
    const cosigned = noteOf(body) + answer.body;
    assert.deepEqual(
      verifyCosignatures(cosigned, [by.key]).map(({ seconds }) => seconds),
      [1_800_000_000n],
    );
    const served = await witness.latest(HASH);
    assert.deepEqual(served, { status: 200, type: 'text/plain; charset=utf-8', body: cosigned });
    assert.equal(served.body, store.notes.get(HASH));
    assert.ok(openNote(served.body, log.key).includes(`\n${to}\n`));
  }
});

test('each refusal has the status of tlog-witness, and keeps nothing', async () => {
  const store = keptInMemory();
  const told: WitnessEvent[] = [];
  const witness = witnessOver(store, { told });
  await witness.addCheckpoint(asked(0, 4));
  const kept = new Map(store.notes);
  const stranger = signer('stranger.example', 9);
  const impostor = signer(log.key.name, 9);
  const [text = '', signature = ''] = noteOf(asked(4, 6)).split('\n\n');
  const with64Hashes = `old 4\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${text}\n\n${signature}`;
  const unproven = formatAddCheckpoint({ oldSize: 4n, proof: [], checkpoint: noteOf(asked(4, 6)) });
  const anotherRoot = formatAddCheckpoint({
    oldSize: 4n,
    proof: [],
    checkpoint: signedCheckpoint(4, Buffer.alloc(32), log),
  });
  const other = { ...log, key: { ...log.key, name: 'other.example' } };
  const cases: [status: number, why: string, body: string][] = [
    [400, 'request-malformed', ''],
    [400, 'request-malformed', 'old 4\n\n'],
    [400, 'request-malformed', asked(4, 6).replace('old 4', 'old 04')],
    [400, 'request-malformed', asked(4, 6).replace('old 4', 'old 4 ')],
    [400, 'request-malformed', asked(4, 6).replace('\n\n', '\nAAAA\n\n')],
    [400, 'request-malformed', with64Hashes],
    [400, 'request-malformed', asked(4, 6).slice(0, -1)],
    [400, 'request-malformed', asked(4, 6).replace('\n6\n', '\n06\n')],
    [404, 'log-unknown', asked(4, 6, honest, stranger)],
    [404, 'log-unknown', asked(4, 6, honest, other)],
    [403, 'signature-missing', asked(4, 6, honest, impostor)],
    [403, 'signature-missing', asked(4, 6).replace('\n6\n', '\n7\n')],
    // Signed by the log, and a second line claims to be and is not: the note is spoilt.
    [403, 'signature-missing', `${asked(4, 6)}${noteOf(asked(4, 7)).split('\n\n')[1]}`],
    [400, 'old-size-larger', asked(5, 3)],
    [422, 'proof-invalid', unproven],
    [422, 'proof-invalid', asked(4, 6).replace(/old 4\n.{4}/, 'old 4\nAAAA')],
    [422, 'proof-invalid', anotherRoot],
  ];
  for (const [status, why, body] of cases) {
    const answer = await witness.addCheckpoint(body);
    assert.deepEqual([answer.status, answer.body], [status, `${why}\n`]);
    assert.deepEqual(told.at(-1), { ...told.at(-1), did: 'refused', why });
  }
  const size = { type: 'text/x.tlog.size', body: '4\n' };
  for (const [from, to] of [
    [0, 6],
    [3, 6],
    [5, 6],
    [0, 0],
    [3, 3],
  ] as const) {
    assert.deepEqual(await witness.addCheckpoint(asked(from, to)), { status: 409, ...size });
  }
  assert.deepEqual(store.notes, kept);
});

test('a request in which any one character is another is not cosigned, and nothing that arrives does harm', async () => {
  const store = keptInMemory();
  const witness = witnessOver(store);
  await witness.addCheckpoint(asked(0, 4));
  const kept = store.notes.get(HASH);
  const body = asked(4, 6);
  for (let i = 0; i < body.length; i++) {
    for (const other of [body[i] === 'A' ? 'B' : 'A', '']) {
      const { status } = await witness.addCheckpoint(`${body.slice(0, i)}${other}${body.slice(i + 1)}`);
      assert.ok([400, 403, 404, 409, 422].includes(status), `${status} at ${i}, ${JSON.stringify(other)}`);
    }
  }
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((text) => `${body}${text}`),
  );
  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      // With no more than another line of somebody's below it, it is what it was.
      const { status } = await witness.addCheckpoint(text === body ? '' : text);
      assert.ok([400, 403, 404].includes(status), String(status));
    }),
  );
  assert.equal(store.notes.get(HASH), kept);
  assert.equal((await witness.addCheckpoint(body)).status, 200);
});

test('of two histories the second is never cosigned, at the same size or at a larger one', async () => {
  const store = keptInMemory();
  const witness = witnessOver(store);
  assert.equal((await witness.addCheckpoint(asked(0, 7))).status, 200);
  for (const to of [7, 9]) {
    const answer = await witness.addCheckpoint(asked(7, to, forked));
    assert.deepEqual([answer.status, answer.body], [422, 'proof-invalid\n']);
  }
  assert.equal((await witness.addCheckpoint(asked(FORK, 9, forked))).status, 409);
  assert.equal((await witness.addCheckpoint(asked(7, 9))).status, 200);
});

test('the first checkpoint of a log needs no proof, and may have none; the empty tree has one root', async () => {
  const first = formatAddCheckpoint({
    oldSize: 0n,
    proof: [Buffer.alloc(32)],
    checkpoint: noteOf(asked(0, 6)),
  });
  const notEmpty = formatAddCheckpoint({
    oldSize: 0n,
    proof: [],
    checkpoint: signedCheckpoint(0, Buffer.alloc(32), log),
  });
  const store = keptInMemory();
  const witness = witnessOver(store);
  assert.equal((await witness.addCheckpoint(first)).status, 422);
  assert.deepEqual((await witness.addCheckpoint(notEmpty)).body, 'empty-root-differs\n');
  assert.equal((await witness.addCheckpoint(notEmpty)).status, 422);
  assert.equal(store.notes.size, 0);
  assert.equal((await witness.addCheckpoint(asked(0, 0))).status, 200);
  assert.equal((await witness.addCheckpoint(asked(0, 0))).status, 200);
  assert.equal((await witness.addCheckpoint(asked(0, 6))).status, 200);
});

test('signatures of others are passed over, and neither cosigned nor kept', async () => {
  const stranger = signer('stranger.example', 9);
  const body = asked(0, 6);
  const [, theirs = ''] = signedCheckpoint(6, honest.mth(0, 6), stranger).split('\n\n');
  const own = cosignatureLine(noteOf(body), by, 5n);
  const store = keptInMemory();
  const answer = await witnessOver(store).addCheckpoint(`${body}${theirs}${own}`);
  assert.equal(answer.status, 200);
  assert.equal(store.notes.get(HASH), noteOf(body) + answer.body);
});

test('a log with two keys is witnessed by either, and not where the other one’s line is false', async () => {
  const second = signer(log.key.name, 7);
  const store = keptInMemory();
  const witness = witnessOver(store, { logs: [log.key, second.key] });
  const by2 = signedCheckpoint(6, honest.mth(0, 6), second).split('\n\n')[1] ?? '';
  const false2 = signedCheckpoint(7, honest.mth(0, 7), second).split('\n\n')[1] ?? '';
  assert.equal((await witness.addCheckpoint(asked(0, 4, honest, second))).status, 200);
  assert.equal((await witness.addCheckpoint(`${asked(4, 6)}${false2}`)).status, 403);
  assert.equal((await witness.addCheckpoint(`${asked(4, 6)}${by2}`)).status, 200);
  assert.ok(store.notes.get(HASH)?.includes(by2));
});

test('what is kept and damaged, or another’s, stops the log and is never taken for nothing', async () => {
  const store = keptInMemory();
  const witness = witnessOver(store);
  await witness.addCheckpoint(asked(0, 4));
  const good = store.notes.get(HASH) ?? '';
  const ofAnother = cosignatureLine(good, { ...by, key: { ...by.key, name: 'w2' } }, 5n);
  const otherLog = signedCheckpoint(4, honest.mth(0, 4), signer('other.example', 1));
  const damaged = [
    '',
    good.slice(0, -2),
    good.replace('\n4\n', '\n3\n'),
    good.slice(0, good.indexOf('\n\n') + 2) + ofAnother,
    otherLog + cosignatureLine(otherLog, by, 5n),
  ];
  for (const note of damaged) {
    store.notes.set(HASH, note);
    for (const body of [asked(0, 6), asked(4, 6)]) {
      const answer = await witness.addCheckpoint(body);
      assert.deepEqual([answer.status, answer.body], [500, 'state-damaged\n']);
    }
    assert.equal((await witness.latest(HASH)).status, 500);
    assert.equal(store.notes.get(HASH), note);
  }
  store.notes.set(HASH, good);
  assert.equal((await witness.addCheckpoint(asked(4, 6))).status, 200);
});

test('what cannot be kept is not cosigned', async () => {
  const store = keptInMemory();
  const full = { ...store, write: () => Promise.reject(new Error('ENOSPC')) };
  const answer = await witnessOver(full).addCheckpoint(asked(0, 4));
  assert.deepEqual([answer.status, answer.body], [500, 'state-unwritable\n']);
  const unreadable = { ...store, read: () => Promise.reject(new Error('EIO')) };
  assert.equal((await witnessOver(unreadable).addCheckpoint(asked(0, 4))).status, 500);
  assert.equal((await witnessOver(store).addCheckpoint(asked(0, 4))).status, 200);
});
