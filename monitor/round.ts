import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MonitorOptions, monitorOnce, type Round } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { findingLine, type Told, tellAll, toldOf } from '#client/log/monitor/telling.ts';
import { SourceError } from '#client/log/source.ts';
import type { ReadFile } from '#core/log/reading.ts';

/** One round of a monitor whose state lies elsewhere between two rounds. */
export interface RoundPorts {
  /** The state as the last round left it, and which version it is; undefined before the first. */
  load(): Promise<{ bytes: Uint8Array; version: string } | undefined>;
  /**
   * Puts the state in the place of a version and of no other.
   *
   * @throws if another round was first
   */
  save(bytes: Uint8Array, over: string | undefined): Promise<void>;
  /** Keeps a signed note that proves a finding, for good. */
  keepEvidence(name: string, note: string): Promise<void>;
  tell(subject: string, finding: Told): Promise<void>;
  read: ReadFile;
  /** How long the round may still go on, in milliseconds. */
  timeLeft(): number;
}

type Watched = Pick<MonitorOptions, 'key' | 'now' | 'witnesses' | 'others' | 'quietAfterMs'>;

/** What is left of the time for the state to be kept. */
const keepMs = 90_000;
/** A log that is read for the first time may take several rounds. */
const unreachableAfterMs = 86_400_000;
const channel = 'topic';

/** The round's time is up: the next one goes on. */
class TimeUp extends SourceError {
  override name = 'TimeUp';
}

/**
 * Reads what is new in the log as far as there is time, tells what it found, and keeps what it knows. Told twice, rather than
 * never: a round that ends before its state is kept begins again.
 *
 * @returns the round, and whether its time was up before it was through
 * @throws whatever a port throws
 */
export async function monitorRound(ports: RoundPorts, watched: Watched): Promise<Round & { isCut: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'monitor-'));
  const file = join(folder, 'state.sqlite');
  try {
    const known = await ports.load();
    if (known !== undefined) writeFileSync(file, known.bytes);
    let isCut = false;
    const read: ReadFile = (path) => {
      if (ports.timeLeft() > keepMs) return ports.read(path);
      isCut = true;
      return Promise.reject(new TimeUp('the time of this round is up'));
    };
    const store = await openMonitorStore(file);
    let round: Round;
    let untold: unknown;
    try {
      round = await monitorOnce({ ...watched, read, store, channels: [channel], unreachableAfterMs });
      untold = await tellAll(store, channel, async ({ id, what, finding }) => {
        for (const [i, note] of (finding.evidence ?? []).entries())
          await ports.keepEvidence(`${finding.id}-${i + 1}.checkpoint`, note);
        await ports.tell(subjectOf(round.origin, what), toldOf(round.origin, what, finding));
        console.warn(JSON.stringify({ telling: id, what, finding: findingLine(finding) }));
      });
    } finally {
      store.close();
    }
    await ports.save(readFileSync(file), known?.version);
    if (untold !== undefined) throw untold;
    return { ...round, isCut };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** SNS takes 100 characters of ASCII. */
function subjectOf(origin: string, what: Told['what']): string {
  const text = what === 'found' ? `Wrong with the log ${origin}` : `No longer wrong with the log ${origin}`;
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}
