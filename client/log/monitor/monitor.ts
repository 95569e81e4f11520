import type { Log } from '#client/log/log.ts';
import { SourceError } from '#client/log/source.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { readCheckpoint, type SignedCheckpoint } from '#core/log/reading.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { checkpointFault } from '#core/log/verify/verify.ts';
import { Book, type Fault } from './book.ts';
import { type Followed, follow, readSoFar } from './following.ts';
import { beginsWith } from './growth.ts';
import { type Compared, compareOthers, type Other, type Unasked } from './others.ts';
import { FileFault, ProvenFiles } from './proven-files.ts';
import { type KeptFinding, type MonitorStore, StateError } from './store.ts';
import { Waiting } from './waiting.ts';
import { checkWitnessed, type Witnessed } from './witnessed.ts';

/**
 * One round of a monitor: what is new in a log is read, held against what the monitor knows of it, and checked as a history.
 * It can be called from anywhere that runs Node, as often as one likes; all that it knows is in its store.
 */
export interface MonitorOptions extends Log {
  store: MonitorStore;
  /** Unix milliseconds. */
  now: number;
  /** Who is told. Each finding waits in the store for each of them, until it was told (`untold`, `told`). */
  channels?: readonly string[] | undefined;
  /** Whose cosignatures are looked for, and how long they may take. */
  witnesses?: { policy: TrustPolicy; afterMs: number } | undefined;
  /** Who is asked what they were shown. */
  others?: readonly Other[] | undefined;
  /** Without an entry for longer than this, the log is said to be quiet. */
  quietAfterMs?: number | undefined;
  /** A log that could not be read for longer is a finding. */
  unreachableAfterMs?: number | undefined;
  /** How many bundles are read in one step. */
  bundles?: number | undefined;
  onProgress?: ((entries: number, size: bigint) => void) | undefined;
}

export interface Round {
  origin: string;
  at: string;
  /** Of the checkpoint that was accepted last; undefined before the first. */
  size: bigint | undefined;
  /** How many entries were read, in all and in this round. */
  entries: bigint;
  added: bigint;
  /** When the last entry was committed. */
  last: string | undefined;
  /** What is wrong now, for as long as it lasts. */
  standing: KeptFinding[];
  /** What this round found, and what is over. */
  found: KeptFinding[];
  over: KeptFinding[];
  witnessed: Witnessed | undefined;
  unasked: Unasked[];
  /** Why the log could not be read. */
  unread: string | undefined;
  /** Whether nothing is wrong now, and this round found no error. Warnings aside. */
  ok: boolean;
}

const UNREACHABLE_MS = 3_600_000;

/** @throws StateError state-of-another-log; LogError state-malformed */
export async function monitorOnce(options: MonitorOptions): Promise<Round> {
  const { store, key, now, channels = [] } = options;
  checkSameLog(options);
  const at = new Date(now).toISOString();
  const round = new RoundSoFar(options, new Book(store, channels, at));
  let unread: string | undefined;
  try {
    await round.look();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    unread = error.message;
  }
  round.reached(unread === undefined);
  const { found, over } = round.book;
  const standing = store.standing();
  return {
    origin: key.name,
    at,
    size: round.known?.size,
    ...readSoFar(store),
    added: round.followed?.added ?? 0n,
    ...{ standing, found, over, witnessed: round.witnessed, unasked: round.unasked, unread },
    ok: [...standing, ...found].every(({ severity }) => severity === 'warning'),
  };
}

/** What is known of one log says nothing about another. */
function checkSameLog({ store, key }: MonitorOptions): void {
  const name = formatVerifierKey(key);
  const known = store.note('key');
  if (known !== undefined && known !== name) throw new StateError('state-of-another-log');
  if (known === undefined) store.setNote('key', name);
}

class RoundSoFar {
  readonly book: Book;
  /** The checkpoint that was accepted last. */
  known: SignedCheckpoint | undefined;
  followed: Followed | undefined;
  witnessed: Witnessed | undefined;
  unasked: Unasked[] = [];
  private readonly options: MonitorOptions;
  private readonly waiting: Waiting;

  constructor(options: MonitorOptions, book: Book) {
    const { store, key } = options;
    this.options = options;
    this.book = book;
    this.waiting = new Waiting(store);
    const note = store.note('checkpoint');
    this.known = note === undefined ? undefined : { ...openCheckpoint(note, key), note };
  }

  /** @throws SourceError where something could not be read */
  async look(): Promise<void> {
    const { options, book } = this;
    const { read, key, store, now, others = [], witnesses } = options;
    const files = await this.accept();
    if (files === undefined) return;
    const { bundles, onProgress } = options;
    this.followed = await follow(files, { store, book, now, bundles, onProgress });
    const { fault, missing, tally } = this.followed;
    book.settle('files', fault === undefined ? [] : [fault]);
    if (fault !== undefined) return;
    book.settle('missing', missing);
    this.checkQuiet(tally.last);
    const compared: Compared = { files, key, book, waiting: this.waiting, now };
    await this.withFaults('comparing', async () => {
      if (witnesses !== undefined) this.witnessed = await checkWitnessed(witnesses, read, compared);
      this.unasked = await compareOthers(others, compared);
    });
  }

  /** The newest checkpoint, if it is signed and its log begins with all that is known of it. */
  private async accept(): Promise<ProvenFiles | undefined> {
    const { book, known } = this;
    const { read, key, store, now } = this.options;
    let newest: SignedCheckpoint | undefined;
    try {
      newest = await readCheckpoint(read, key);
    } catch (error) {
      const fault = checkpointFault(error);
      if (fault === undefined) throw error;
      book.settle('checkpoint', [fault]);
      return undefined;
    }
    if (newest === undefined) {
      book.settle('checkpoint', [{ code: 'checkpoint-missing', message: 'the log has no checkpoint' }]);
      return undefined;
    }
    if (known !== undefined && newest.size < known.size) {
      const message = `the log has ${newest.size} entries, and had ${known.size} before`;
      book.settle('checkpoint', [{ code: 'log-truncated', message, evidence: [known.note, newest.note] }]);
      return undefined;
    }
    const files = new ProvenFiles(read, newest);
    if (known !== undefined && !(await this.hasGrown(known, files))) return undefined;
    const { size, note } = newest;
    store.atOnce(() => {
      store.setNote('checkpoint', note);
      store.keepCheckpoint(size, note, new Date(now).toISOString());
    });
    book.settle('checkpoint', []);
    this.known = newest;
    return files;
  }

  private async hasGrown(known: SignedCheckpoint, files: ProvenFiles): Promise<boolean> {
    const { of: newest } = files;
    let isSame = false;
    const isShown = await this.withFaults('growing', async () => {
      isSame = await beginsWith(files, known);
    });
    if (!isShown || isSame) return isSame;
    const message = `its first ${known.size} entries are not those that it had before`;
    this.book.fork(`${message}, by a checkpoint of ${newest.size} entries`, [known.note, newest.note]);
    return false;
  }

  /** @returns whether the log's files were as its checkpoint has them */
  private async withFaults(topic: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      this.book.settle(topic, []);
      return true;
    } catch (error) {
      if (!(error instanceof FileFault)) throw error;
      this.book.settle(topic, [{ code: error.code, message: error.message }]);
      return false;
    }
  }

  private checkQuiet(last: number): void {
    const { quietAfterMs, now } = this.options;
    const since = Number.isFinite(last) ? last : this.since('first look', false);
    const message = `its last entry was committed at ${new Date(since).toISOString()}`;
    const isQuiet = quietAfterMs !== undefined && now - since > quietAfterMs;
    this.book.settle('quiet', isQuiet ? [{ code: 'log-quiet', message }] : []);
  }

  /** Whether the log could be read in this round. */
  reached(isReached: boolean): void {
    const { unreachableAfterMs = UNREACHABLE_MS, now } = this.options;
    const since = this.since('reach', isReached);
    const message = `nobody answers, or not as a log does, since ${new Date(since).toISOString()}`;
    const faults: Fault[] =
      isReached || now - since <= unreachableAfterMs ? [] : [{ code: 'log-unreachable', message }];
    this.book.settle('reach', faults);
  }

  /** Since when something lasts. */
  private since(topic: string, isOver: boolean): number {
    const { now } = this.options;
    const since = this.waiting.for(topic)?.since ?? now;
    this.waiting.set(topic, isOver ? undefined : { since });
    return since;
  }
}
