import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector } from '#core/access/collect.ts';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { policyHash } from '#core/cases/policy.ts';
import { healthAnswer, healthParts, isUnread, type Unread } from '#core/health/answer.ts';
import { type HealthPorts, healthLooker } from '#core/health/looking.ts';
import { noWitnesses } from '#core/log/trust-policy.ts';
import type { Proposal } from '#core/registry/change.ts';
import { formsOf } from '../../invariants/scanner.ts';
import { memoryCounter } from '../../memory/counter.ts';
import { everyFault, type Faults, faults } from '../../memory/faults.ts';
import { memoryStore } from '../../memory/store.ts';
import { retention, vaultWorld } from '../../memory/vault-world.ts';
import { answer } from '../../memory/witnesses.ts';
import { officer, one, third, two } from '../access/people.ts';
import { asked, fork, type World, world } from '../access/world.ts';
import { emergency, policy } from '../cases/cases.ts';
import { witnessing } from '../witnessing/witnessing.ts';

/** What operators are told of a desk at which everything that is counted has happened. */
const hours = 3_600_000;

function lookIn(
  current: World,
  f: Faults = faults(),
  most?: number,
  { files, witnesses }: Pick<HealthPorts, 'files' | 'witnesses'> = {
    files: current.log.files,
    witnesses: noWitnesses,
  },
) {
  const { store, clock, watch } = current;
  // As who counts sees it: nothing is verified.
  const plain = memoryStore();
  for (const table of ['cases', 'entries', 'registry', 'vaultKeys'] as const)
    for (const item of store.items(table)) plain.force(table, item);
  return healthLooker({
    counter: f.over('counter', memoryCounter(plain, most === undefined ? {} : { most })),
    store: f.over('store', store),
    files: f.over('files', files),
    clock,
    watch,
    version: '1.2.3',
    policyHash: policyHash(policy),
    witnesses,
    retention,
    vaultKeysPerEpoch: 1,
  })();
}

test('an operator is told how many witnesses are asked, and what they signed last', async () => {
  const world = witnessing(2, 'group both all w1 w2\nquorum both');
  const told = async (witnesses = world.policy) =>
    read(
      (await lookIn(await busyDesk(), faults(), undefined, { files: world.files, witnesses })).parts
        .witnesses,
    );
  assert.deepEqual(await told(noWitnesses), { asked: 0 });
  world.grow();
  assert.deepEqual(await told(), { asked: 2 });
  const [first] = world.witnesses;
  assert.ok(first);
  first.instead = () => answer(500);
  await world.run();
  const at = world.clock.now();
  assert.deepEqual(await told(), { asked: 2, cosigned: { at, entries: 3, isEnough: false } });
  first.instead = undefined;
  world.clock.advance(hours);
  await world.run();
  const later = world.clock.now();
  assert.deepEqual(await told(), { asked: 2, cosigned: { at: later, entries: 3, isEnough: true } });
});

async function minted(current: World, id: string, by = [one, two]): Promise<void> {
  for (const person of by) await current.approve(person, id);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
}

const busy = (async () => {
  const current = await world();
  await minted(current, current.id);
  const told = await current.receive({ ...asked, notice: undefined });
  await minted(current, told);
  await collector(current.collectPorts())({ ...current.call(), case: told });
  const owing = await current.receive({ ...emergency, subjects: asked.subjects });
  await minted(current, owing, [one]);
  await current.receive({ ...emergency, subjects: asked.subjects });
  await current.receive();
  const proposal: Proposal = {
    kind: 'reviewer',
    reviewer: { holder: 'reviewer-9', publicKey: third.key.publicKey },
  };
  // Its proposal is committed, and the decision over it is not.
  await current.applied(proposal, 'c0ffee00-0000-4000-8000-0000000000cc');
  await current.log.publish();
  return current;
})();
const busyDesk = async () => fork(await busy);

/** A part that was read. */
function read<T extends object>(part: T | Unread): T {
  if (isUnread(part)) assert.fail(part.unread);
  return part;
}

async function parts(current: World, most?: number) {
  const { parts: told } = healthAnswer.parse(await lookIn(current, faults(), most));
  return {
    outbox: read(told.outbox),
    log: read(told.log),
    witnesses: read(told.witnesses),
    cases: read(told.cases),
    deadlines: read(told.deadlines),
    emergencies: read(told.emergencies),
    access: read(told.access),
    notices: read(told.notices),
    keys: read(told.keys),
    changes: read(told.changes),
    vaultKeys: read(told.vaultKeys),
  };
}

test('an operator is told how many cases there are, and how many owe, wait or are late', async () => {
  const current = await busyDesk();
  const before = await parts(current);
  assert.deepEqual(before.cases, {
    AwaitingApproval: { count: 2 },
    AwaitingDisclosure: { count: 2 },
    Disclosed: { count: 1 },
    DisclosureNotAvailable: { count: 0 },
    Rejected: { count: 0 },
    Cancelled: { count: 0 },
    Suspended: { count: 0 },
    Expired: { count: 0 },
    Invalid: { count: 0 },
  });
  assert.deepEqual(before.emergencies, {
    undecided: { count: 1 },
    owing: { count: 1 },
    overdue: { count: 0 },
  });
  assert.deepEqual(before.deadlines, { overdue: { count: 0 }, lastQuarter: { count: 0 } });
  assert.deepEqual(before.notices, { owed: { count: 1 }, overdue: { count: 0 } });
  assert.deepEqual(before.access, { late: { count: 0 } });
  assert.deepEqual(before.keys, { enrolled: { count: 4 }, reviewers: { count: 3 }, cooling: { count: 0 } });
  assert.deepEqual(before.changes, { pending: { count: 1 }, lapsing: { count: 0 } });
  assert.deepEqual(before.outbox, { waiting: { count: 0 } });
  assert.deepEqual(before.log, { signed: 0, published: Number(await current.size()) });
  // 49 hours later what the emergency owed is not there, and nobody came to end it.
  current.clock.advance(49 * hours);
  const later = await parts(current);
  assert.deepEqual(later.emergencies, {
    undecided: { count: 1 },
    owing: { count: 1 },
    overdue: { count: 1 },
  });
  assert.deepEqual(later.deadlines, { overdue: { count: 1 }, lastQuarter: { count: 0 } });
  await expirer(current.expirePorts()).sweep(current.clock.now());
  const swept = await parts(current);
  assert.deepEqual(swept.emergencies, {
    undecided: { count: 1 },
    owing: { count: 0 },
    overdue: { count: 0 },
  });
  assert.deepEqual(swept.notices, { owed: { count: 0 }, overdue: { count: 0 } });
});

test('access that nobody ended in time, a change about to be void, a key that may not be used yet', async () => {
  const current = await busyDesk();
  current.clock.advance(13 * 24 * hours);
  assert.deepEqual((await parts(current)).changes, { pending: { count: 1 }, lapsing: { count: 1 } });
  current.clock.advance(2 * 24 * hours);
  assert.deepEqual((await parts(current)).changes, { pending: { count: 0 }, lapsing: { count: 0 } });
  // What was approved can be collected for 30 days.
  assert.deepEqual((await parts(current)).access, { late: { count: 0 } });
  current.clock.advance(16 * 24 * hours);
  assert.deepEqual((await parts(current)).access, { late: { count: 3 } });
  const [key] = current.store.items('registry').filter(({ pk }) => pk === `key#${one.key.keyId}`);
  current.store.plant('registry', { ...key, activeFrom: '2027-06-01T00:00:00.000Z' });
  assert.deepEqual((await parts(current)).keys.cooling, { count: 1 });
});

test('of a case that waits for an answer of its agency the time stands still, and it is not called late', async () => {
  const current = await world();
  current.clock.advance(400 * hours);
  assert.equal((await parts(current)).deadlines.overdue.count, 1);
  const information = { askedAt: current.clock.now(), of: [] };
  await current.forge((stored) => ({ ...stored, time: { ...stored.time, stops: true }, information }));
  assert.equal((await parts(current)).deadlines.overdue.count, 0);
  const answered = { ...information, answeredAt: current.clock.now() };
  await current.forge((stored) => ({ ...stored, information: answered }));
  assert.equal((await parts(current)).deadlines.overdue.count, 1);
});

test('the last quarter of a case’s time is told, as the clock has found it', async () => {
  const current = await world();
  const { receivedAt, dueAt } = await current.stored();
  current.clock.advance(0.8 * (Date.parse(dueAt) - Date.parse(receivedAt)));
  await expirer(current.expirePorts()).sweep(current.clock.now());
  assert.deepEqual((await parts(current)).deadlines, { overdue: { count: 0 }, lastQuarter: { count: 1 } });
});

test('a notice that is late is told, and one that the authority gives is nobody’s here', async () => {
  const current = await busyDesk();
  const [told] = current.store.items('cases').filter(({ disclosed }) => disclosed !== undefined);
  const id = String(told?.id);
  await current.forge(
    (stored) => ({ ...stored, notice: { ...stored.notice, overdueSince: stored.receivedAt } }),
    id,
  );
  const [key] = current.store.items('cases').filter(({ pk }) => pk === `case#${id}`);
  current.store.plant('cases', { ...key, awake: 'yes' });
  assert.deepEqual((await parts(current)).notices, { owed: { count: 1 }, overdue: { count: 1 } });
  const [late] = current.store.items('cases').filter(({ pk }) => pk === `case#${id}`);
  const notice: unknown = late?.notice;
  assert.ok(typeof notice === 'object');
  current.store.plant('cases', { ...late, notice: { ...notice, by: 'authority' } });
  assert.deepEqual((await parts(current)).notices, { owed: { count: 0 }, overdue: { count: 0 } });
});

test('this month’s and the next month’s vault keys are counted, and one that is missing is missed', async () => {
  const current = await world();
  const vaults = vaultWorld({ now: current.clock.now() });
  await vaults.functions().prepareAhead();
  const keys = vaults.store.items('vaultKeys');
  const holding = async (items: typeof keys) => {
    for (const { pk, sk } of current.store.items('vaultKeys'))
      current.store.remove('vaultKeys', { pk: String(pk), sk: Number(sk) });
    for (const item of items) current.store.force('vaultKeys', item);
    return (await parts(current)).vaultKeys;
  };
  assert.deepEqual(await holding(keys), { needed: 2, thisMonth: 2, nextMonth: 2 });
  assert.deepEqual(await holding(keys.slice(1)), { needed: 2, thisMonth: 1, nextMonth: 2 });
  const claimed = keys.map(({ keyArn: _, ...item }) => item);
  assert.deepEqual(await holding(claimed), { needed: 2, thisMonth: 0, nextMonth: 0 });
});

test('entries that no checkpoint covers wait, and the oldest says since when; nothing waits once they are published', async () => {
  const current = await busyDesk();
  current.clock.advance(hours);
  await current.receive();
  const from = current.clock.now();
  current.clock.advance(hours / 2);
  await current.receive();
  const { outbox } = await parts(current);
  assert.equal(outbox.waiting.count, 2);
  assert.ok(outbox.oldest && outbox.oldest.from <= from && from < outbox.oldest.to);
  await current.log.publish();
  assert.deepEqual((await parts(current)).outbox, { waiting: { count: 0 } });
});

test('what is not in the log by a day’s search is found from where that stands; a search that ends early says so', async () => {
  const current = await busyDesk();
  await current.receive();
  const span = current.clock.now().slice(0, '2026-11-24T09:4'.length);
  current.clock.advance(40 * hours);
  // Nobody has searched: a day and two hours are looked through.
  assert.deepEqual((await parts(current)).outbox, { waiting: { count: 0 } });
  await current.store.write({ table: 'log', put: { pk: 'swept', sk: '-', from: span } });
  assert.equal((await parts(current)).outbox.waiting.count, 1);
  current.clock.advance(100 * hours);
  const { outbox } = await parts(current);
  assert.deepEqual(outbox.waiting, { count: 1, atLeast: true });
});

test('a count that ends at its limit says that there may be more', async () => {
  const { cases, keys } = await parts(await busyDesk(), 1);
  assert.deepEqual(cases.AwaitingApproval, { count: 1, atLeast: true });
  assert.deepEqual(cases.Disclosed, { count: 1 });
  assert.deepEqual(keys.cooling, { count: 0, atLeast: true });
});

test('whatever cannot be read is told by its part, and the others are told all the same', async () => {
  const current = await busyDesk();
  const from = current.clock.now().slice(0, '2026-11-24T09:4'.length);
  await current.store.write({ table: 'log', put: { pk: 'swept', sk: '-', from } });
  const calm = faults();
  const whole = await lookIn(current, calm);
  let failed = 0;
  for (const { at, fault } of everyFault(calm.calls.length)) {
    if (fault !== 'fails') continue;
    const answer = healthAnswer.parse(await lookIn(current, faults({ at, fault })));
    const unread = healthParts.filter((name) => isUnread(answer.parts[name]));
    assert.equal(unread.length, 1, calm.calls[at]);
    failed++;
    for (const name of healthParts) {
      if (unread.includes(name)) assert.deepEqual(answer.parts[name], { unread: 'PlannedFault' });
      else assert.deepEqual(answer.parts[name], whole.parts[name]);
    }
  }
  assert.ok(failed > 20);
  // What failed is written down by part and error, and nothing else.
  for (const { facts } of current.watch.lines) assert.deepEqual(Object.keys(facts), ['part', 'error']);
});

test('no id, name, reference or key of what is counted is in the answer', async () => {
  const current = await busyDesk();
  const answer = JSON.stringify(await lookIn(current));
  const cases = current.store.items('cases');
  const values = [
    ...cases.flatMap(({ id, pk }) => [id, pk]),
    ...current.store.items('registry').flatMap(({ pk, keyId, holder }) => [pk, keyId, holder]),
    ...current.store.items('entries').map(({ stream }) => stream),
    ...['alice', 'agency-1', 'An agency', current.subject, officer.key.keyId, one.key.keyId],
  ].flatMap((value) => (typeof value === 'string' && value.length > 3 ? [value] : []));
  assert.ok(values.length > 40);
  for (const value of values) for (const form of formsOf(value)) assert.ok(!answer.includes(form), value);
});
