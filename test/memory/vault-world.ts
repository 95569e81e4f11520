import { utf8 } from '#core/bytes.ts';
import { jsonDigest } from '#core/canonical.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { eraser } from '#core/keeping/erasing.ts';
import { forgetter } from '#core/keeping/forgetting.ts';
import { aroundPreserved } from '#core/keeping/going-around.ts';
import { keyMaker } from '#core/keeping/preparing.ts';
import { preserver } from '#core/keeping/preserving.ts';
import { releaser } from '#core/keeping/releasing.ts';
import { sealer } from '#core/keeping/sealing.ts';
import { wrappingKeys } from '#core/keeping/wrapping.ts';
import { readEntry } from '#core/log/entry.ts';
import { caseState } from '#core/state/cases.ts';
import { entryState } from '#core/state/entries.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { keepingState } from '#core/state/keepings.ts';
import { preservationState } from '#core/state/preservations.ts';
import { vaultState } from '#core/state/vault.ts';
import { vaultKeyState } from '#core/state/vault-keys.ts';
import { tableNames } from '#core/store/tables.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import { pseudonyms } from '#core/vault/pseudonyms.ts';
import { keyFingerprint, privateEpochKey, recordOpener } from '#core/vault/seal.ts';
import { type AuthenticMemoryStore, authenticMemoryStore } from './authentic.ts';
import { type Faults, faults, type Plan } from './faults.ts';
import type { Turns } from './interleave.ts';
import { type MemoryKms, memoryKms } from './kms.ts';
import { type MemoryClock, type MemoryWatch, memoryChance, memoryClock, memoryWatch } from './outside.ts';

/** The vault and what is done to it, in memory. */
export interface VaultWorld {
  store: AuthenticMemoryStore;
  kms: MemoryKms;
  clock: MemoryClock;
  watch: MemoryWatch;
  /**
   * New instances of every function, each call of which to the outside is counted and may be disturbed.
   *
   * @param turns in whose turn the calls to the tables take place
   */
  functions(plan?: Plan, turns?: Turns): ReturnType<typeof functionsOf>;
  /** The same world as it stands, on which one goes on without the other. What the watch has counted is left behind. */
  fork(): VaultWorld;
}

export const fixedPolicyDigest = jsonDigest('the fixed policy');
export const retention = { phone: 12, access: 12 };

export function vaultWorld({ now = '2026-11-20T09:00:00.000Z', keysPerEpoch = 1 } = {}): VaultWorld {
  const clock = memoryClock(now);
  const outside = { clock, watch: memoryWatch(), chance: memoryChance() };
  const store = authenticMemoryStore(outside);
  return worldOver(
    { ...outside, store, kms: memoryKms({ policyDigest: fixedPolicyDigest, now: clock.now }) },
    keysPerEpoch,
  );
}

type Ground = Omit<VaultWorld, 'functions' | 'fork'> & { chance: ReturnType<typeof memoryChance> };
let forks = 0;

function worldOver(ground: Ground, keysPerEpoch: number): VaultWorld {
  return {
    ...ground,
    functions: (plan, turns) => functionsOf(ground, faults(plan), keysPerEpoch, turns),
    fork() {
      const clock = memoryClock(ground.clock.now());
      const outside = { clock, watch: memoryWatch(), chance: memoryChance(`fork ${forks++}`) };
      const store = authenticMemoryStore(outside);
      for (const table of tableNames) for (const item of ground.store.items(table)) store.force(table, item);
      store.changes.splice(0, Number.POSITIVE_INFINITY, ...ground.store.changes);
      return worldOver({ ...outside, store, kms: ground.kms.fork(clock.now) }, keysPerEpoch);
    },
  };
}

function functionsOf(
  world: Ground,
  disturbed: Faults,
  keysPerEpoch: number,
  turns: Turns = { over: (port) => port },
) {
  const { clock, watch, chance } = world;
  const store = turns.over(disturbed.over('store', world.store));
  const kms = disturbed.over('kms', world.kms.vault);
  const names = pseudonyms(disturbed.over('macs', world.kms.macs));
  const statePorts = { store, clock, chance };
  const { onForged } = world.store;
  const [vault, vaultKeys] = [vaultState({ ...statePorts, onForged }), vaultKeyState(statePorts)];
  const [preservations, keepings] = [preservationState(statePorts), keepingState(statePorts)];
  const cases = caseState(statePorts);
  const around = aroundPreserved({ keepings, preservations, vault, clock });
  const release = releaser({ keepings, around, vault, clock });
  const preparing = keyMaker({
    vaultKeys,
    kms,
    clock,
    chance,
    watch,
    retention,
    keysPerEpoch,
    policyDigest: fixedPolicyDigest,
  });
  const workers = disturbed.over('workers', {
    prepare: (purpose: string, epoch: string) => preparing.prepare({ purpose: purposeOf(purpose), epoch }),
  });
  const wrapping = wrappingKeys({ vaultKeys, kms, workers, watch, policyDigest: fixedPolicyDigest });
  return {
    calls: disturbed.calls,
    vault,
    vaultKeys,
    pseudonyms: names,
    preservations,
    keepings,
    cases,
    ...preparing,
    seal: sealer({ vault, kms, wrapping, pseudonyms: names, clock, watch, retention }),
    ...preserver({ preservations, keepings, vault, kms, wrapping, clock, watch }),
    forget: forgetter({ preservations, cases, release, vault, vaultKeys, kms, clock, watch, retention }),
    erase: eraser({ vault, around, entries: entryState(statePorts), pseudonyms: names, chance, watch }),
    openRecords: recordsOpener({ vault, kms, tokens: grantTokens(statePorts) }),
  };
}

function purposeOf(purpose: string) {
  if (purpose !== 'access' && purpose !== 'phone' && purpose !== 'preserved') throw new TypeError(purpose);
  return purpose;
}

/** Records of the stream, one an event. */
export function streamOf(...events: readonly object[]) {
  return events.map((event, i) => ({
    sequence: String(i).padStart(8, '0'),
    data: utf8(JSON.stringify(event)),
  }));
}

/** Delivers a batch until all of it is sealed, as Lambda does: again from the first record that failed. */
export async function deliver(world: VaultWorld, records: ReturnType<typeof streamOf>, plan?: Plan) {
  let left = records;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries > 3) throw new Error('it is never sealed');
    if (tries > 0) world.clock.advance(121_000);
    const { seal } = world.functions(tries === 0 ? plan : undefined);
    const again = await seal(left).catch(() => new Set(left.map(({ sequence }) => sequence)));
    const first = [...again].sort()[0];
    left = first === undefined ? [] : left.filter(({ sequence }) => sequence >= first);
  }
}

/** Everything that can be opened by somebody with every grant there could be, and how much nobody can open. */
export async function readable(world: VaultWorld) {
  const { vault } = world.functions();
  const subjects = new Set(
    world.store.items('vault').flatMap(({ pk, sk }) => (isOfSubject(sk) ? [String(pk)] : [])),
  );
  const records = new Set<string>();
  const unreadable = new Set<string>();
  for (const subject of subjects) {
    const keys = await vault.epochKeysOf(subject);
    for await (const { of, records } of vault.recordItemsOf(subject)) {
      const epochKey = keys.find(
        (one) => epochKeyName(one) === epochKeyName(of) && keyFingerprint(one.publicKey) === records.key,
      );
      if (epochKey === undefined) unreadable.add(records.sk);
    }
    for (const epochKey of keys) {
      const { token } = await world.kms.grants.create(epochKey.keyId, epochKey, 'test');
      const { kind, epoch } = epochKey;
      const of = { subject, kind, epoch };
      const raw = await world.kms.vault.unwrap(epochKey.keyId, of, epochKey.wrappedKey, token);
      const open = recordOpener(of, privateEpochKey(raw));
      for await (const item of vault.sealedItems(epochKey, epochBounds(epoch)))
        for (const { at, record } of open(item)) records.add(JSON.stringify({ subject, at, ...record }));
    }
  }
  return { records: [...records].sort(), unreadable: unreadable.size };
}

function isOfSubject(sk: unknown): boolean {
  return /^(key|kept|rec)#/.test(String(sk));
}

/** What can be looked up, and until when. */
export function names(world: VaultWorld) {
  return world.store
    .items('vault')
    .filter(({ sk, pk }) => /^(phone|username)#/.test(String(sk)) || /^lookup#/.test(String(pk)));
}

/** The entries on their way to the log: `<stream> <n> <kind>`, with what they say. */
export function entries(world: VaultWorld) {
  return world.store.items('entries').map(({ stream, n, entry: text }) => {
    const { envelope, entry } = readEntry(utf8(String(text)));
    return { place: `${String(stream)} ${String(n)}`, kind: envelope.kind, data: entry?.data };
  });
}

/** The kinds of the entries, in no order but of their names. */
export const entryKinds = (world: VaultWorld) =>
  entries(world)
    .map(({ kind }) => kind)
    .sort();
