import type { FindingCode } from '#core/log/finding-codes.ts';
import type { StreamTexts } from '#core/log/verify/stream-store.ts';

/**
 * What a monitor keeps between two looks at a log. All that one step does is kept at once or not at all, so a monitor that
 * is killed anywhere goes on where it was.
 */
export interface MonitorStore {
  /** Keeps all that is done within it, or nothing where that throws. */
  atOnce<T>(step: () => T): T;
  /** Streams of entries, by name. */
  readonly streams: StreamTexts;
  note(name: NoteName): string | undefined;
  /** @param text undefined takes it away */
  setNote(name: NoteName, text: string | undefined): void;
  /** A checkpoint that was seen: the newest of each day stays. */
  keepCheckpoint(size: bigint, note: string, at: string): void;
  checkpoints(): { size: bigint; note: string; at: string }[];
  /** @returns the finding's id, if it was not there */
  add(finding: NewFinding, at: string): number | undefined;
  /** What the rules found may turn out to be something else. */
  revise(number: number, code: FindingCode, message: string): void;
  /** A finding that is over. */
  end(id: number, at: string): void;
  /** What is wrong for as long as it lasts, and is not over. */
  standing(): KeptFinding[];
  /** Findings of any sort, the one that changed last first. */
  newest(most: number): KeptFinding[];
  /** How many findings there were, of each code, that are not over. */
  counts(): { code: FindingCode; count: number }[];
  /** What somebody is still to be told, the oldest first. */
  untold(channel: string): Telling[];
  toTell(channel: string, finding: number, what: Telling['what']): void;
  told(telling: Telling): void;
  close(): void;
}

/** Texts of which there is one each. */
export type NoteName =
  /** Of which log this is: its verifier key. */
  | 'key'
  /** What the check of the entries knows. */
  | 'check'
  /** The newest checkpoint that was accepted. */
  | 'checkpoint'
  /** JSON: how many errors and warnings the rules have found. */
  | 'counts'
  /** JSON: since when something waits, by topic. */
  | 'waiting';

export interface NewFinding {
  code: FindingCode;
  severity: 'error' | 'warning';
  index?: bigint | undefined;
  message: string;
  /** What it is found by again: the same finding is kept once. */
  topic: string;
  /** Of what the rules found, its number. */
  number?: number | undefined;
  /** Whether it lasts, and may end. */
  isStanding: boolean;
  /** Signed notes that prove it. */
  evidence?: readonly string[] | undefined;
}

export interface KeptFinding extends NewFinding {
  id: number;
  /** When it was found, and when it was over. */
  at: string;
  endedAt?: string | undefined;
}

/** Something that somebody is to be told: a finding, or that it is over. */
export interface Telling {
  id: number;
  channel: string;
  what: 'found' | 'over';
  finding: KeptFinding;
}

/** Why there is no state to work with. */
export class StateError extends Error {
  override name = 'StateError';
  readonly code: 'node-too-old' | 'state-in-use' | 'state-unreadable' | 'state-of-another-log';

  constructor(code: StateError['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
