import { type EventErrorCode, type IdentityEvent, identityEvent } from './identity.ts';
import type { Stamp } from './stamp.ts';

/**
 * What reads one format of a file of identity events, line by line. The formats are a table (core/events/readers.ts);
 * what is true of a file in any format (lines, encodings, counts) is in core/events/file.ts.
 */
export interface EventReader {
  /** For people: "an sshd auth log". */
  title: string;
  /** Whether a file is of this format, by its first line that is not blank. */
  recognises(firstLine: string): boolean;
  /**
   * A line that holds no event that can be: it stops a file that a program wrote for us, since something is broken there.
   * In a log of many things it is skipped, counted and shown.
   */
  malformed: 'stops' | 'skipped';
  /** The stamp of any line, in a format whose stamps may name no year: the years follow the lines. */
  stampOf?(text: string): Stamp | undefined;
  /**
   * Begins a file. What it returns takes the lines that are not blank, in their order; lines count from 1.
   *
   * @throws EventError for a line that is malformed, ReadingError for one at which the file stops in any format
   */
  begin(options: ReadingOptions): (text: string, line: number) => LineOutcome;
}

export interface ReadingOptions {
  /** An instant. */
  now: string;
  /** The IANA name of the time zone of stamps that name none. */
  zone?: string;
  /** The year of the file's first stamp, where stamps name none. */
  year?: number;
  /** Whether failed tries are events too. They leave marked as such, and identify nobody. */
  failedToo?: boolean;
  /** Where the fields are, in a format of the caller's own. */
  map?: FieldMap;
  /** What a line must say to be an event, in a format of the caller's own: `{'.result': 'ok'}`. */
  only?: FieldMap;
}

/** Where each field of an event is found: `{account: '.user.id', at: '.ts'}`. */
export type FieldMap = Readonly<Record<string, string>>;

/** What one line gave. `assumed` is what the reader took for granted of it, to be said to whoever answers for the file. */
export type LineOutcome =
  | { event: IdentityEvent; assumed?: Assumption; skipped?: never }
  | { skipped: SkipReason; event?: never };

/**
 * - `hour-twice`: the clocks were put back, and showed this time twice. It is taken for the first, or as the lines before it say.
 * - `in-seconds`, `in-milliseconds`, `in-microseconds`, `in-nanoseconds`: its time is a number, taken for these since 1970.
 */
export type Assumption =
  | 'hour-twice'
  | 'in-seconds'
  | 'in-milliseconds'
  | 'in-microseconds'
  | 'in-nanoseconds';

/**
 * Why a line gave no event.
 *
 * - `header`: it names the columns.
 * - `not-sshd`: in a log of many programs, it is another's, or nobody's.
 * - `not-a-login`: it tells of something else.
 * - `failed-try`: it tells of a try that failed, which is no event unless asked for.
 * - `without-address`: it tells of a log-in from nowhere: at the machine itself, or by a service.
 * - `login-unclear`: it begins as a log-in, and its end is none that sshd writes, or can be read in two ways.
 * - any other: it tells of an event that cannot be.
 */
export type SkipReason =
  | 'header'
  | 'not-sshd'
  | 'not-a-login'
  | 'failed-try'
  | 'without-address'
  | 'login-unclear'
  | EventErrorCode;

/**
 * Why a file stops at a line, whatever its format: it may be right, and cannot be dated.
 *
 * - `zone-needed`: its stamp names no time zone, and none was given.
 * - `year-needed`: its stamp names no year, and the latest stamp of the file is ahead of our clock by less than the
 *   clocks of two zones can differ: the zone is wrong, or the file a year old.
 * - `time-disorder`: it is more than a day before the lines before it, or half a year from them.
 * - `day-not-in-year`: it is of 29 February, and its year has none.
 * - `time-in-gap`: no clock in that zone showed this time, because it was put forward over it.
 * - `column-unknown`, `column-twice`, `column-missing`: the names in the first line of a CSV file.
 * - `quotes-invalid`: a quote in a CSV file within a value, or after one. Where the line and those after it end, nobody
 *   can say.
 */
export type ReadingErrorCode =
  | 'zone-needed'
  | 'year-needed'
  | 'time-disorder'
  | 'day-not-in-year'
  | 'time-in-gap'
  | 'column-unknown'
  | 'column-twice'
  | 'column-missing'
  | 'quotes-invalid';

/** Carries the code and nothing of the line. */
export class ReadingError extends Error {
  override name = 'ReadingError';
  readonly code: ReadingErrorCode;
  /** Which column of a CSV file, from 1. */
  readonly column: number | undefined;

  constructor(code: ReadingErrorCode, column?: number) {
    super(code);
    this.code = code;
    this.column = column;
  }
}

/**
 * The outcome of a line that tells of a log-in or of a try. A failed try is no log-in (I5): it is an event only where it
 * was asked for. Of one that was not asked for nothing is looked at, since its account is whatever was typed.
 *
 * @param fields as on the wire: `account`, `at`, `ip`, `port`
 * @throws EventError
 */
export function outcomeOf(
  fields: () => Readonly<Record<string, unknown>>,
  { failed, failedToo = false }: { failed: boolean; failedToo?: boolean | undefined },
): LineOutcome {
  if (!failed) return { event: identityEvent(fields()) };
  if (!failedToo) return { skipped: 'failed-try' };
  return { event: identityEvent({ ...fields(), outcome: 'failed' }) };
}
