import type { Bus, Workers } from '#core/ports.ts';
import { tableNames } from '#core/store/tables.ts';
import { type AuthenticMemoryStore, authenticMemoryStore } from './authentic.ts';
import type { Faults } from './faults.ts';
import { type MemoryKms, memoryKms } from './kms.ts';
import { type MemoryLogFiles, memoryLogFiles } from './log-files.ts';
import { type MemoryClock, type MemoryWatch, memoryChance, memoryClock, memoryWatch } from './outside.ts';

/** Everything outside of core, in memory. */
export interface MemoryCloud {
  store: AuthenticMemoryStore;
  clock: MemoryClock;
  chance: ReturnType<typeof memoryChance>;
  watch: MemoryWatch;
  kms: MemoryKms;
  /** The log's bucket. */
  files: MemoryLogFiles;
  bus: Bus & { readonly sent: unknown[] };
  workers: Workers & { readonly asked: string[] };
}

export function memoryCloud(seed = 'writ'): MemoryCloud {
  const outside = { clock: memoryClock(), chance: memoryChance(seed), watch: memoryWatch() };
  return {
    ...outside,
    store: authenticMemoryStore(outside),
    kms: memoryKms({ seed }),
    files: memoryLogFiles(),
    bus: memoryBus(),
    workers: memoryWorkers(),
  };
}

let forks = 0;

/** The same cloud as it stands, on which one goes on without the other. KMS, which keeps nothing of a test, is shared. */
export function fork(cloud: MemoryCloud): MemoryCloud {
  const files = memoryLogFiles();
  for (const { path, bytes } of cloud.files.versions) files.force(path, bytes);
  for (const path of files.files.keys()) if (!cloud.files.files.has(path)) files.force(path, undefined);
  const outside = {
    clock: memoryClock(cloud.clock.now()),
    chance: memoryChance(`fork ${forks++}`),
    watch: memoryWatch(),
  };
  const store = authenticMemoryStore(outside);
  for (const table of tableNames) for (const item of cloud.store.items(table)) store.force(table, item);
  return {
    ...outside,
    store,
    kms: cloud.kms,
    files,
    bus: memoryBus(),
    workers: memoryWorkers(),
  };
}

/** The same cloud, with its calls counted and disturbed. The clock, chance and the watch never fail. */
export function disturbed(cloud: MemoryCloud, faults: Faults): MemoryCloud {
  const { kms } = cloud;
  return {
    ...cloud,
    store: faults.over('store', cloud.store),
    kms: {
      ...kms,
      vault: faults.over('vault', kms.vault),
      grants: faults.over('grants', kms.grants),
      macs: faults.over('macs', kms.macs),
      desk: faults.over('desk', kms.desk),
      provider: faults.over('provider', kms.provider),
      log: faults.over('log', kms.log),
    },
    files: faults.over('files', cloud.files),
    bus: faults.over('bus', cloud.bus),
    workers: faults.over('workers', cloud.workers),
  };
}

function memoryBus(): MemoryCloud['bus'] {
  const sent: unknown[] = [];
  return {
    sent,
    send: async (notices) => {
      sent.push(...notices);
    },
  };
}

function memoryWorkers(): MemoryCloud['workers'] {
  const asked: string[] = [];
  return {
    asked,
    prepare: async (purpose, epoch) => {
      asked.push(`prepare ${purpose} ${epoch}`);
    },
    preserve: async (preservation) => {
      asked.push(`preserve ${preservation}`);
    },
  };
}
