import { toHex } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import {
  EventError,
  type EventErrorCode,
  eventKinds,
  eventText,
  type IdentityEvent,
  parseIdentityEvent,
} from '#core/events/identity.ts';
import { forEachName } from '#core/exhaustive.ts';
import { sleepFor } from './retry.ts';

/**
 * The provider's backend sends identity events in batches. This needs no AWS SDK: the caller passes the one call that it
 * takes, with its own client and credentials.
 *
 *   const put: Put = async (Records) =>
 *     (await kinesis.send(new PutRecordsCommand({ StreamName, Records }))).Records?.map((record) => record.ErrorCode) ?? [];
 *   await sendEvents(events, { put });
 *
 * Kinesis takes 500 records and 5 MiB a call, and 1 MiB a record. An event is at most 4096 bytes, which is checked, and
 * its key at most 64: 500 are 2 MiB, so the number of records is the only limit to watch.
 */
const MOST_RECORDS = 500;

/** One record of PutRecords, in Kinesis's names. */
export interface StreamRecord {
  Data: Uint8Array;
  PartitionKey: string;
}

/**
 * Sends one PutRecords call.
 *
 * @returns for every record, in their order, whether it failed: `true` or an error code, or else `false` or `undefined`
 */
export type Put = (records: StreamRecord[]) => Promise<readonly (boolean | string | undefined)[]>;

export interface SendOptions {
  put: Put;
  /** Events a call: 1 to 500. */
  batch?: number;
  /** How many events at the start are acknowledged already: from an earlier `position`. */
  from?: number;
  /** Called after every batch with the number of events, from the first one on, that need not be sent again. */
  progress?: (position: number) => void;
  /** A check beyond an event's form: `checkTime` where the retention is known. */
  check?: (event: IdentityEvent) => void;
  sleep?: (ms: number) => Promise<unknown>;
}

export interface Sent {
  /** How many events there were, including those before `from`. */
  position: number;
  /** What the stream took in this run. */
  sent: Record<IdentityEvent['kind'], number>;
  /** How many were not sent because the provider's Writ would refuse them, by the same rules and codes. */
  refused: Partial<Record<EventErrorCode, number>>;
  /** How often the stream refused a record at first. */
  retries: number;
}

/**
 * - `put-failed`: the call itself failed; `cause` is its error.
 * - `answer-malformed`: the answer does not say of every record whether the stream took it.
 * - `not-taken`: the stream kept refusing; `cause` is its last code.
 */
export type SendErrorCode = 'put-failed' | 'answer-malformed' | 'not-taken';

/** Sending stopped early. `position`: how many events, from the first one on, need not be sent again. */
export class SendError extends Error {
  override name = 'SendError';
  readonly code: SendErrorCode;
  readonly position: number;

  constructor(code: SendErrorCode, position: number, options?: ErrorOptions) {
    super(`${code} after ${position} events`, options);
    this.code = code;
    this.position = position;
  }
}

const ATTEMPTS = 8;

/**
 * Sends events to the stream, one batch after the other, and holds one batch at most. It sends again what the stream
 * refuses, and waits longer each time. An event may reach the stream twice, and is disclosed once.
 *
 * @throws SendError, after which the same events may be sent again `from` its `position`
 * @throws RangeError for a `batch` or `from` that cannot be
 */
export async function sendEvents(
  events: Iterable<IdentityEvent> | AsyncIterable<IdentityEvent>,
  options: SendOptions,
): Promise<Sent> {
  const { batch = MOST_RECORDS, from = 0, progress = () => {}, check = () => {} } = options;
  if (!Number.isInteger(batch) || batch < 1 || batch > MOST_RECORDS) throw new RangeError('batch: 1 to 500');
  if (!Number.isInteger(from) || from < 0) throw new RangeError('from: a number of events');
  const done: Sent = { position: 0, sent: forEachName(eventKinds, () => 0), refused: {}, retries: 0 };
  let read = 0;
  let held: IdentityEvent[] = [];
  const flush = async () => {
    done.retries += await putAll(held.map(recordOf), done.position, options);
    for (const { kind } of held) done.sent[kind] += 1;
    held = [];
    done.position = read;
    progress(read);
  };
  for await (const event of events) {
    read += 1;
    if (read <= from) {
      done.position = read;
      continue;
    }
    try {
      const checked = parseIdentityEvent(eventText(event));
      check(checked);
      held.push(checked);
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      done.refused[error.code] = (done.refused[error.code] ?? 0) + 1;
    }
    if (held.length === batch) await flush();
  }
  if (done.position < read) await flush();
  return done;
}

function recordOf(event: IdentityEvent): StreamRecord {
  return {
    Data: new TextEncoder().encode(eventText(event)),
    // One account's events go to one shard. The key must not hold the account itself.
    PartitionKey: toHex(sha256(event.account)),
  };
}

/** @returns how many records had to be sent again */
async function putAll(records: StreamRecord[], position: number, options: SendOptions): Promise<number> {
  const { put, sleep = sleepFor } = options;
  let retries = 0;
  let cause: unknown;
  for (let attempt = 0; records.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new SendError('not-taken', position, { cause });
    // Half of the pause is random, so that senders that were refused together do not return together.
    if (attempt > 0) await sleep(100 * 2 ** attempt * (0.5 + Math.random() / 2));
    const failed = await attemptPut(put, records, position);
    if (failed.length !== records.length) throw new SendError('answer-malformed', position);
    const left = records.filter((_, i) => failed[i] !== undefined && failed[i] !== false);
    if (left.length > 0) cause = failed.find((each) => typeof each === 'string');
    retries += left.length;
    records = left;
  }
  return retries;
}

async function attemptPut(put: Put, records: StreamRecord[], position: number): ReturnType<Put> {
  try {
    return await put(records);
  } catch (cause) {
    throw new SendError('put-failed', position, { cause });
  }
}
