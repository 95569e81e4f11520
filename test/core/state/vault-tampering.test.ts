import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Case, Grant } from '#core/cases/case.ts';
import { preservationSchema, preserve as preserveAct } from '#core/cases/preservation.ts';
import type { Subject } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { storedScope } from '#core/cases/stored.ts';
import { existence } from '#core/disclosure/existence.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { ForgedItem } from '#core/store/forged.ts';
import type { Item } from '#core/store/store.ts';
import { deliver, entryKinds, streamOf, type VaultWorld, vaultWorld } from '../../memory/vault-world.ts';
import { approved, officerKey, policy, reference, request } from '../cases/cases.ts';
import { id } from '../keeping/preservations.ts';

/**
 * I11: whoever writes the vault's table and holds no key. Every item that a case rests on is deleted, put back to each older
 * version, exchanged, emptied, and changed in each attribute. Each ends in the same disclosure or in a refusal with its
 * code, alarm and entry.
 */
const mine = '+4915112345678';
const login = (account: string, at: string, port: number) => ({ account, at, ip: '192.0.2.1', port });
const phone = (account: string, at: string, number: string) => ({ account, at, phone: number });

/** Batches, so that there are older versions of what counts. */
const batches = [
  streamOf(
    phone('anna', '2026-10-01T08:00:00Z', mine),
    login('anna', '2026-10-02T08:00:00Z', 1),
    login('bert', '2026-10-02T08:00:00Z', 91),
  ),
  streamOf(
    login('anna', '2026-10-02T09:00:00Z', 2),
    login('anna', '2026-10-20T08:00:00Z', 3),
    { account: 'anna', at: '2026-10-20T08:00:00Z', username: 'anna' },
    login('bert', '2026-10-20T08:00:00Z', 92),
  ),
  streamOf(
    login('anna', '2026-11-05T08:00:00Z', 4),
    login('anna', '2026-10-20T09:00:00Z', 7),
    phone('anna', '2026-11-06T08:00:00Z', '+4915112345679'),
    phone('bert', '2026-11-06T08:00:00Z', mine),
  ),
  streamOf(login('bert', '2026-11-09T08:00:00Z', 94)),
].map((batch, i) => batch.map((record) => ({ ...record, sequence: `${i}${record.sequence}` })));

const asked: Subject[] = [
  { kind: 'account', value: 'anna' },
  { kind: 'phone', value: mine },
  { kind: 'username', value: 'anna' },
];
const scope: Scope = {
  subjects: [0, 1, 2],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-10-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
};

/** What comes after somebody has changed something. */
const more = streamOf(
  login('anna', '2026-10-02T10:00:00Z', 5),
  login('anna', '2026-11-07T08:00:00Z', 6),
  phone('anna', '2026-11-08T08:00:00Z', mine),
  { account: 'anna', at: '2026-11-08T08:00:00Z', username: 'anna' },
  login('bert', '2026-11-07T08:00:00Z', 93),
).map((record) => ({ ...record, sequence: `9${record.sequence}` }));

async function filled(): Promise<VaultWorld> {
  const world = vaultWorld();
  for (const batch of batches) await deliver(world, batch);
  return world;
}

/** The same, a year later: most is past retention, and there because an agency asked in time to preserve it. */
async function preserved(): Promise<VaultWorld> {
  const world = await filled();
  world.clock.set('2027-09-20T09:00:00.000Z');
  const { vault, pseudonyms, preservations, preserve } = world.functions();
  const resolve = resolver({ vault, pseudonyms });
  const { priority: _, notice: __, ...order } = request;
  const { categories, period } = scope;
  await preservations.commit(
    preserveAct(preservationSchema.parse({ ...order, subjects: asked, categories, period }), {
      id,
      agency: 'agency-1',
      askedBy: 'officer-key',
      key: officerKey,
      reference,
      requestDigest: 'sha-256=:AAAA:',
      at: world.clock.now(),
      subjects: await Promise.all(asked.map((subject) => resolve(subject, period))),
      request: Uint8Array.of(1),
      salt: new Uint8Array(32).fill(7),
      policy,
    }),
  );
  await preserve(id);
  world.clock.set('2027-11-10T09:00:00.000Z');
  await world.functions().forget(world.clock.now());
  return world;
}

/** Everything that a case learns and gets, from whom its subjects stand for to its records. */
async function wholeWay(world: VaultWorld, its = scope) {
  const { vault, pseudonyms, openRecords } = world.functions();
  const resolve = resolver({ vault, pseudonyms });
  const subjects = await Promise.all(asked.map((subject) => resolve(subject, its.period)));
  const stored = storedScope(its, '2026-11-20T10:00:00.000Z');
  const grants: Grant[] = [];
  for (const { subject, kind, epoch, keyId } of await epochKeysIn(vault, stored, subjects)) {
    const made = await world.kms.grants.create(keyId, { subject, kind, epoch }, 'case');
    grants.push({ subject, kind, epoch, keyId, ...made });
  }
  const current: Case = { ...approved(), subjects, asked: its, scope: its, grants };
  const exists = await existence(vault)(current, 'amount');
  const records = await Array.fromAsync(
    openRecords(current, { scope: stored, after: undefined, onUnwrapped: () => {} }),
  );
  return { subjects, exists, records };
}

const name = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;
const keyOf = ({ pk, sk }: Item) => ({ pk: String(pk), sk: String(sk) });

/** Of which sort an item is, without whose it is. */
const sorts = {
  'the head of a subject': ({ sk }) => sk === 'head',
  'an epoch key': ({ sk }) => /^key#/.test(String(sk)),
  'an epoch key that a preservation keeps': ({ sk }) => /^kept#/.test(String(sk)),
  'a sealed record': ({ sk }) => /^rec#/.test(String(sk)),
  'a name': ({ sk }) => /^(phone|username)#/.test(String(sk)),
  'the names that a preservation keeps': ({ sk }) => /^held#/.test(String(sk)),
  'the head of a blind index': ({ sk }) => sk === '#head',
  'a look-up': ({ pk, sk }) => /^lookup#/.test(String(pk)) && /#\d{4}-\d\d$/.test(String(sk)),
  'a look-up that a preservation keeps': ({ sk }) => /#kept$/.test(String(sk)),
} satisfies Record<string, (item: Item) => boolean>;
const sortOf = (item: Item) => Object.entries(sorts).find(([, is]) => is(item))?.[0] ?? 'of no sort';

interface Lie {
  item: Item;
  what: string;
  /** What lies in its place then. */
  puts: Item | undefined;
}

/** What a thief can put in the place of an item and prove: nothing, and each thing that it was. */
function provenLies({ store }: VaultWorld, item: Item): Lie[] {
  const versions = store.changes.flatMap(({ table, new: version }) =>
    table === 'vault' && version !== undefined && name(version) === name(item) ? [version] : [],
  );
  const byMac = new Map(versions.map((version) => [macOf(version), version]));
  byMac.delete(macOf(item));
  const older = [...byMac.values()].map((puts, i) => ({ item, what: `put back to version ${i}`, puts }));
  return [{ item, what: 'deleted', puts: undefined }, ...older];
}
const macOf = ({ mac }: Item) => Buffer.from(z.custom<Uint8Array>().parse(mac)).toString('hex');

/** And what nobody can: what others are, and what it is, changed. */
function* forgedLies({ store }: VaultWorld, item: Item): Generator<Lie> {
  const others = store.items('vault').filter((other) => name(other) !== name(item));
  // One of each sort beside it in its partition, and one of its own sort in another.
  const near = others.filter((other) => sortOf(other) === sortOf(item) || other.pk === item.pk);
  const kinds = Map.groupBy(near, (other) => `${sortOf(other)} ${other.pk === item.pk}`);
  for (const [other] of kinds.values())
    if (other !== undefined)
      yield { item, what: `exchanged with ${sortOf(other)}`, puts: { ...other, ...keyOf(item) } };
  for (const attribute of Object.keys(item)) {
    if (attribute === 'pk' || attribute === 'sk') continue;
    const { [attribute]: value, ...rest } = item;
    yield { item, what: `${attribute} changed`, puts: { ...rest, [attribute]: changed(value) } };
  }
}

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (value instanceof Uint8Array) return value.map((byte, i) => (i === value.length - 1 ? byte ^ 1 : byte));
  return `${String(value)} `;
}

function tell({ store }: VaultWorld, { item, puts }: Lie): void {
  if (puts === undefined) store.remove('vault', keyOf(item));
  else store.force('vault', puts);
}

/** What an act ends in: what it gives, or that it was refused. @throws what is neither */
async function endOf<T>(world: VaultWorld, what: string, act: () => Promise<T>): Promise<T | 'refused'> {
  const alarms = world.watch.counts.get('RecordsUnproven') ?? 0;
  try {
    return await act();
  } catch (error) {
    assert.ok(error instanceof ForgedItem, `${what}: ${String(error)}`);
    assert.ok((world.watch.counts.get('RecordsUnproven') ?? 0) > alarms, `${what}: no alarm`);
    return 'refused';
  }
}

/** The vault as it is, to go back to. */
function saved({ store }: VaultWorld): () => void {
  const items = store.items('vault');
  return () => {
    for (const item of store.items('vault')) store.remove('vault', keyOf(item));
    for (const item of items) store.force('vault', item);
  };
}

for (const [make, where] of [
  [filled, 'the vault'],
  [preserved, 'a vault past retention, of which a preservation keeps some'],
] as const) {
  test(`I11 what somebody does to ${where} ends in the same disclosure or in a refusal, with alarm and entry`, async (t) => {
    const world = await make();
    const truth = await wholeWay(world);
    assert.ok(truth.records.length > 0);
    const bySort = Map.groupBy(world.store.items('vault'), sortOf);
    for (const [sort, items] of bySort) {
      await t.test(
        `I11 ${sort} that is deleted, put back to an older version, moved or changed is noticed`,
        async (t) => {
          let [same, refused] = [0, 0];
          for (const item of items) {
            for (const lie of [...provenLies(world, item), ...forgedLies(world, item)]) {
              const what = `${sort}, ${lie.what}`;
              tell(world, lie);
              const outcome = await endOf(world, what, () => wholeWay(world));
              if (outcome === 'refused') refused++;
              else {
                same++;
                assert.deepEqual(outcome, truth, what);
              }
              world.store.force('vault', item);
            }
          }
          t.diagnostic(`${same + refused} lies: ${refused} refused, ${same} without effect`);
          assert.ok(refused > 0);
        },
      );
    }
    assert.deepEqual(await wholeWay(world), truth, 'put right, all is as it was');
    assert.ok(entryKinds(world).includes('record.unproven'));
  });
}

test('I11 whatever was deleted or put back before more events are sealed, a case gets all or is refused', async (t) => {
  const world = await filled();
  const back = saved(world);
  const before = await wholeWay(world);
  await deliver(world, more);
  const after = await wholeWay(world);
  assert.ok(after.records.length > before.records.length);
  back();
  let [all, refused] = [0, 0];
  const lies = world.store.items('vault').flatMap((item) => provenLies(world, item));
  for (const lie of lies) {
    const what = `${sortOf(lie.item)}, ${lie.what}`;
    tell(world, lie);
    const held = await world.functions().seal(more);
    const outcome = await endOf(world, what, () => wholeWay(world));
    if (outcome === 'refused') refused++;
    else {
      all++;
      // What could not be sealed comes again.
      if (held.size === 0) assert.deepEqual(outcome, after, what);
    }
    back();
  }
  t.diagnostic(`${all + refused} lies: ${refused} refused, ${all} without effect`);
});

test('whatever was deleted or put back before, an erasure takes everything of an account, and of nobody else', async () => {
  for (const make of [filled, preserved]) {
    const world = await make();
    const subject = await world.functions().pseudonyms.pseudonymOf('anna');
    const isHers = (item: Item) => name(item).includes(subject);
    const back = saved(world);
    await world.functions().erase('anna');
    const hers = world.store.items('vault').filter(isHers).map(name);
    const others = world.store
      .items('vault')
      .filter((item) => !isHers(item))
      .map(name);
    back();
    for (const lie of world.store.items('vault').flatMap((item) => provenLies(world, item))) {
      if (!isHers(lie.item)) continue;
      const what = `${sortOf(lie.item)}, ${lie.what}`;
      tell(world, lie);
      await world.functions().erase('anna');
      const left = world.store.items('vault');
      // What a preservation keeps stays, and nothing more; but for the look-up of a name that is not there or not counted. It
      // leads to nothing, and ends by itself.
      const more = left.filter(
        (item) => isHers(item) && !hers.includes(name(item)) && sortOf(item) !== 'a look-up',
      );
      assert.deepEqual(more.map(sortOf), [], what);
      const there = new Set(left.map(name));
      for (const other of others)
        assert.ok(there.has(other) || other === name(lie.item), `${what}: ${other} is gone`);
      back();
    }
  }
});
