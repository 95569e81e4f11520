import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkKeys, keyHistory } from '#client/log/keys.ts';
import type { KeyView } from '#client/registry.ts';
import { toBase64url } from '#core/bytes.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { entriesOf, minutes, type Told } from '../../core/log/verify/logs.ts';

const salt = new Uint8Array(32).fill(9);
const idOf = (name: string) => name.padEnd(43, '_');
const inLog = (name: string) => commitment(salt, 'key', idOf(name));

function view(name: string, changes: Partial<KeyView> = {}): KeyView {
  return {
    keyid: idOf(name),
    role: 'reviewer',
    holder: name,
    enrolledAt: minutes(1),
    activeFrom: minutes(0),
    enrolledBy: 'founding/1',
    decisions: [],
    log: { key: inLog(name), salt: toBase64url(salt) },
    ...changes,
  };
}

function enrols(name: string, more: object = {}): Told {
  const data = {
    role: 'reviewer' as const,
    key: inLog(name),
    holder: commitment(salt, 'holder', name),
    by: 'founding/1',
    activeFrom: minutes(0),
    ...more,
  };
  return { stream: `key/${inLog(name)}`, body: { kind: 'key.enrolled', data }, at: minutes(1) };
}

function revokes(name: string, at = minutes(5)): Told {
  const data = { role: 'reviewer', key: inLog(name), by: commitment(salt, 'holder', 'bob'), because: 'left' };
  return { stream: `key/${inLog(name)}`, body: { kind: 'key.revoked', data }, at };
}

async function* placed(entries: readonly Entry[]) {
  for (const [i, entry] of entries.entries()) yield { index: BigInt(i), entry };
}
const later = Date.parse(minutes(60));
const check = (told: readonly Told[], shown: readonly KeyView[], now = later) =>
  checkKeys(placed(entriesOf(told)), shown, now);
const saidOf = async (...given: Parameters<typeof check>) =>
  (await check(...given)).differences.map(({ says }) => says);

test('keys that the log enrols and revokes just so differ in nothing', async () => {
  const told = [enrols('alice'), enrols('bob'), revokes('bob')];
  const shown = [view('alice'), view('bob', { revokedAt: minutes(5) })];
  assert.deepEqual(await check(told, shown), { differences: [], tooYoung: 0 });
});

test('I11: whatever the registry shows otherwise than the log is named', async () => {
  const other = new Uint8Array(32).fill(1);
  const cases: [Told[], KeyView[], RegExp][] = [
    [[], [view('alice')], /does not enrol it/],
    [[enrols('alice')], [], /a key that the registry does not show/],
    [[enrols('alice')], [view('alice', { holder: 'mallory' })], /for somebody else/],
    [[enrols('alice')], [view('alice', { keyid: idOf('mallory') })], /another key’s/],
    [[enrols('alice')], [view('alice', { role: 'agency', agency: 'a' })], /another party/],
    [[enrols('alice')], [view('alice', { enrolledBy: 'change/1' })], /another change/],
    [[enrols('alice')], [view('alice', { activeFrom: minutes(9) })], /another time/],
    [[enrols('alice')], [view('alice', { revokedAt: minutes(9) })], /does not revoke it/],
    [[enrols('alice'), revokes('alice')], [view('alice')], /the log revokes it/],
    [
      [enrols('alice')],
      [view('alice', { log: { key: inLog('alice'), salt: toBase64url(other) } })],
      /another key’s/,
    ],
  ];
  for (const [told, shown, text] of cases) {
    const [said, ...more] = await saidOf(told, shown);
    assert.match(said ?? '', text);
    assert.deepEqual(more, []);
  }
});

test('what changed minutes ago may not be in the log yet: it is counted, and called no difference', async () => {
  const soon = Date.parse(minutes(2));
  assert.deepEqual(await check([], [view('alice')], soon), { differences: [], tooYoung: 1 });
  assert.deepEqual(await check([enrols('alice')], [], soon), { differences: [], tooYoung: 1 });
  const revoked = view('alice', { revokedAt: minutes(59) });
  assert.deepEqual(await check([enrols('alice')], [revoked]), { differences: [], tooYoung: 1 });
});

test('a key’s history is its own entries, and those that it signed, whoever else signed in the same streams', async () => {
  const signed = (name: string, stream: string): Told => ({
    stream,
    body: {
      kind: 'change.decided',
      data: {
        decision: 'approve',
        role: 'reviewer',
        by: inLog('x'),
        key: inLog(name),
        digest: inLog('y'),
        status: 'Applied',
      },
    },
    at: minutes(3),
  });
  const told = [
    enrols('alice'),
    enrols('bob'),
    signed('alice', 'change/1'),
    signed('bob', 'change/1'),
    revokes('alice'),
  ];
  const { own, signed: found } = await keyHistory(placed(entriesOf(told)), inLog('alice'));
  assert.deepEqual(
    own.map(({ index }) => index),
    [0n, 4n],
  );
  assert.deepEqual(
    found.map(({ index, entry }) => [index, entry.stream]),
    [[2n, 'change/1']],
  );
});
