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
 * What the provider's backend does: hand identity events over in batches. Without the AWS SDK: the caller brings the
 * one call that is needed, with whatever client and credentials it has.
 *
 *   const put: Put = async (Records) =>
 *     (await kinesis.send(new PutRecordsCommand({ StreamName, Records }))).Records?.map((it) => it.ErrorCode) ?? [];
 *   await sendEvents(events, { put });
 *
 * Kinesis takes 500 records and 5 MiB a call, and 1 MiB a record. An event is at most 4096 bytes, which is checked, and
 * its key 64, so that 500 are 2 MiB and the number is the only limit there is to watch.
 */
const MOST_RECORDS = 500;

/** One record of PutRecords, in the names that Kinesis has for it. */
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
  /** Told after every batch how many events, from the first one on, need not be sent again. */
  progress?: (position: number) => void;
  /** What else an event is refused for, beside its form: `checkTime` where the retention is known. */
  check?: (event: IdentityEvent) => void;
  sleep?: (ms: number) => Promise<unknown>;
}

export interface Sent {
  /** How many events there were, those before `from` among them. */
  position: number;
  /** What the stream took in this run. */
  sent: Record<IdentityEvent['kind'], number>;
  /** What was not sent, because it would be refused at the other end: by the same rules, with the same codes. */
  refused: Partial<Record<EventErrorCode, number>>;
  /** How often the stream did not take a record at first. */
  retries: number;
}

/**
 * - `put-failed`: the call itself failed; `cause` is its error.
 * - `answer-malformed`: it did not say of every record what became of it.
 * - `not-taken`: the stream went on refusing; `cause` is the last code it gave.
 */
export type SendErrorCode = 'put-failed' | 'answer-malformed' | 'not-taken';

/** Sending broke off. `position`: how many events, from the first one on, need not be sent again. */
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
 * Hands events to the stream, a batch after the other, holding no more than one. What the stream does not take is sent
 * again, later each time. An event may reach it twice, which is harmless: it is disclosed once.
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
    // One subject's events go the same way; the account itself is not to stand in a key.
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
    // Half of it by chance, so that senders who were refused together do not come back together.
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
