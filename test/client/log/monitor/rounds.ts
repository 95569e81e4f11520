/** Rounds of a monitor over logs that tests make, one hour after the other. */

import assert from 'node:assert/strict';
import { type MonitorOptions, monitorOnce, type Round } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import type { MonitorStore } from '#client/log/monitor/store.ts';
import { SourceError } from '#client/log/source.ts';
import {
  bytesOf,
  entriesOf,
  filesOf,
  minutes,
  ours,
  preamble,
  refusals,
  type Told,
  wholeCase,
} from '../../../core/log/verify/logs.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

export const told: Told[] = [...preamble(), ...wholeCase(), ...refusals(700, 20)];
export const leaves = bytesOf(entriesOf(told));

/** The log when it had so many entries, and all that it published before. */
export const at = (...sizes: number[]): Files => filesOf(leaves, sizes);

export const noteOf = (files: Files) => new TextDecoder().decode(files.get('checkpoint'));

const start = Date.parse(minutes(60));
export const hour = 3_600_000;

export class Rounds {
  readonly store: MonitorStore;
  files: Files | undefined;
  now = start;
  /** What was read. */
  readonly paths: string[] = [];

  private constructor(store: MonitorStore) {
    this.store = store;
  }

  static async begin(store?: MonitorStore): Promise<Rounds> {
    return new Rounds(store ?? (await openMonitorStore(':memory:')));
  }

  /** The next round, an hour later where nothing else is said. */
  async look(files?: Files, options: Partial<MonitorOptions> = {}, laterMs = hour): Promise<Round> {
    this.files = files;
    this.now += laterMs;
    return monitorOnce({
      read: async (path) => {
        this.paths.push(path);
        if (this.files === undefined) throw new SourceError('https://log.example/v1 cannot be reached');
        return this.files.get(path);
      },
      key: ours.key,
      store: this.store,
      now: this.now,
      channels: ['someone'],
      ...options,
    });
  }

  /** What someone is still to be told. */
  untold(): string[] {
    return this.store
      .untold('someone')
      .map(
        ({ what, finding: { code, index } }) => `${what} ${code}${index === undefined ? '' : ` @${index}`}`,
      );
  }
}

export const codes = (findings: readonly { code: string; index?: bigint | undefined }[]) =>
  findings.map(({ code, index }) => (index === undefined ? code : `${code} @${index}`));

export function assertOk(round: Round): void {
  assert.deepEqual([codes(round.standing), codes(round.found), round.ok], [[], [], true]);
}
