import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector } from '#core/access/collect.ts';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { ForgedItem } from '#core/store/forged.ts';
import type { Item } from '#core/store/store.ts';
import type { TableName } from '#core/store/tables.ts';
import { agencyChangeId, officer, one, two } from './people.ts';
import { ofKind, type World, world } from './world.ts';

/** What somebody reaches who can write every table and has no key: a refusal and an alarm, of what they touched alone. */

/** Changes an attribute of an item past everybody. */
function tamper({ store }: World, table: TableName, which: (item: Item) => boolean, change: Item): void {
  const found = store.items(table).find(which);
  assert.ok(found, 'there is no such item');
  store.force(table, { ...found, ...change });
}
const isCase = (id: string) => (item: Item) => item.pk === `case#${id}`;
const alarms = ({ watch }: World) => watch.counts.get('RecordsUnproven') ?? 0;

/** Two cases that two reviewers approved, in the log. */
async function twoApproved(): Promise<{ current: World; other: string }> {
  const current = await world();
  const other = await current.receive();
  for (const id of [current.id, other]) for (const person of [one, two]) await current.approve(person, id);
  await current.log.publish();
  return { current, other };
}

const mintAll = async (current: World) =>
  minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);

test('I11 a case that somebody changed in the table mints nothing, and its neighbour is minted', async () => {
  for (const change of [
    { subjects: [[{ subject: 'somebody else' }]] },
    { version: 9 },
    { more: 1 },
    { mac: 'x' },
  ]) {
    const { current, other } = await twoApproved();
    tamper(current, 'cases', isCase(current.id), change);
    await mintAll(current);
    assert.notEqual((await current.stored(other)).grants, undefined);
    assert.equal(current.kms.liveGrants().length, current.epochKeys.length);
    await assert.rejects(current.stored(), ForgedItem);
    assert.ok(alarms(current) > 0);
    const [entry] = ofKind(current.entriesIn(forgeryStreams(current)[0] ?? ''), 'record.unproven');
    assert.deepEqual(entry?.data, { table: 'cases', kind: 'case', writer: 'request' });
  }
});

test('I11 nothing is opened for a case, a caller, a recipient or a record that somebody changed', async () => {
  const touched: [string, TableName, (current: World) => (item: Item) => boolean, Item][] = [
    ['the case', 'cases', ({ id }) => isCase(id), { expiresAt: '2099-01-01T00:00:00.000Z' }],
    [
      'who calls',
      'registry',
      () =>
        ({ pk }) =>
          pk === `key#${officer.key.keyId}`,
      { holder: 'another' },
    ],
    [
      "the change that enrolled the recipient's key",
      'registry',
      () =>
        ({ pk }) =>
          pk === `change#${agencyChangeId}`,
      { decisions: [] },
    ],
    [
      'a record',
      'vault',
      () =>
        ({ sk }) =>
          String(sk).startsWith('rec#'),
      { n: 2 },
    ],
    [
      'an epoch key',
      'vault',
      () =>
        ({ sk }) =>
          String(sk).startsWith('key#'),
      { keyId: 'another' },
    ],
  ];
  for (const [what, table, which, change] of touched) {
    const current = await world();
    for (const person of [one, two]) await current.approve(person);
    await current.log.publish();
    await mintAll(current);
    await current.log.publish();
    tamper(current, table, which(current), change);
    await assert.rejects(
      collector(current.collectPorts())(current.call()),
      { code: 'record-unproven' },
      what,
    );
    assert.ok(alarms(current) > 0, what);
    if (what !== 'a record') assert.deepEqual(current.opened, [], what);
  }
});

test('I9 I11 the grants of a case that somebody changed end with the next sweep, and those of its neighbour stay', async () => {
  const { current, other } = await twoApproved();
  await mintAll(current);
  tamper(current, 'cases', isCase(current.id), { dueAt: '2099-01-01T00:00:00.000Z' });
  current.clock.advance(301_000);
  await expirer(current.expirePorts()).sweep(current.clock.now());
  const held = (await current.stored(other)).grants?.map(({ grantId }) => grantId).sort();
  assert.deepEqual(
    current.kms
      .liveGrants()
      .map(({ id }) => id)
      .sort(),
    held,
  );
  assert.ok((current.watch.counts.get('GrantMismatch') ?? 0) > 0);
});

test('I11 an item of the list that somebody changed, and one that they made, are left out of it and stop nobody', async () => {
  const current = await world();
  const others = [await current.receive(), await current.receive()];
  tamper(current, 'cases', isCase(current.id), { version: 7 });
  current.store.force('cases', {
    pk: 'case#made up',
    status: 'AwaitingApproval',
    dueAt: '2026',
    awake: 'yes',
  });
  const listed = await Array.fromAsync(current.state.cases.byStatus('AwaitingApproval'), ({ id }) => id);
  assert.deepEqual(listed.sort(), others.toSorted());
  const { cases } = await current.state.cases.page('AwaitingApproval', { limit: 10 });
  assert.deepEqual(cases.map(({ id }) => id).sort(), others.toSorted());
  const awake = await Array.fromAsync(current.state.cases.awake(), ({ id }) => id);
  assert.deepEqual(awake.sort(), others.toSorted());
  assert.equal(alarms(current), 6);
});

function forgeryStreams({ store }: World): string[] {
  const streams = store.items('entries').map(({ stream }) => String(stream));
  return streams.filter((stream) => stream.startsWith('forgery/'));
}
