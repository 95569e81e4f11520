import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Put, type SendError, sendEvents } from '#client/events.ts';
import { printable } from '#client/printable.ts';
import {
  EventFileError,
  emptySummary,
  type FileSummary,
  mustBeUnderstood,
  summarise,
  type Tally,
  tallied,
} from '#core/events/file.ts';
import { EventError, type EventErrorCode, type IdentityEvent } from '#core/events/identity.ts';
import { checkTime } from '#core/events/retention.ts';
import type { Retention } from '#core/vault/retention.ts';
import { CommandError } from '../errors.ts';
import { journalOf } from './journal.ts';
import { asRefusal } from './options.ts';
import {
  describeFile,
  describeTally,
  eventLines,
  type FileOptions,
  type FileReading,
  fileReading,
  type LineOptions,
} from './reading.ts';
import type { Screen } from './screen.ts';

/** What is to be sent. */
export interface Job extends FileOptions {
  file: string;
  again?: boolean;
  /** The folder that records how far each file was sent. */
  journalDir: string;
  /** How long to wait for one more record to be sealed. Default: 15 s. */
  patienceMs?: number;
}

/** Where to send it. */
export interface Destination {
  /** Identifies this deployment: one before it may have had the same name. */
  deployment: string;
  retention: Retention;
  put: Put;
  /** Counts the records in the vault, where the caller may. Without it the command does not wait for records to be sealed. */
  countSealed?: () => Promise<number>;
}

export interface Ingested {
  /** What the file was taken for, and what was assumed. */
  read: FileReading;
  summary: FileSummary;
  /** Events that were not sent, because `seal` would refuse them. */
  refused: Tally<EventErrorCode>;
  /** Events of the file that an earlier run had sent. */
  resumedFrom: number;
  sent: number;
  /** Where they can be counted. */
  sealed?: number;
  notSealed?: number;
  /** When the whole file was sent before. Then this run sent nothing. */
  sentBefore?: string;
}

/**
 * Sends a file of identity events: it checks the whole file, sends it, and waits until the events are sealed. It reads the
 * file twice and holds one batch of it.
 *
 * @throws SendError; CommandError file-malformed (the file, or the journal), file-changed
 */
export async function ingest(job: Job, to: Destination, screen: Screen): Promise<Ingested> {
  const { file } = job;
  const { read, first } = await understood(job, to.retention, screen).catch((error: unknown) => {
    throw asRefusal(error, file);
  });
  const { summary, refused } = first;
  const total = summary.events;
  const noneSealed = to.countSealed === undefined ? {} : { sealed: 0, notSealed: 0 };
  const unsent = { read, summary, refused, resumedFrom: 0, sent: 0, ...noneSealed };
  if (total === countOf(refused)) return unsent;

  const journal = journalOf(job.journalDir, read, first.digest, to.deployment);
  const earlier = job.again ? undefined : journal.read();
  if (earlier?.finishedAt !== undefined) return { ...unsent, sentBefore: earlier.finishedAt };
  const from = earlier?.acknowledged ?? 0;
  if (from > 0) screen.note(`Going on after event ${from} of ${total}, where an earlier run was broken off.`);

  const before = await to.countSealed?.();
  const digest = createHash('sha256');
  const bar = screen.bar('sent', total);
  const { sent } = await sendEvents(
    eventsIn(job, read, { bytes: first.bytes, onChunk: (chunk) => digest.update(chunk) }),
    {
      put: to.put,
      from,
      check: (event) => checkTime(event, to.retention, job.now),
      progress: (position) => {
        journal.write({ acknowledged: position });
        bar.at(position);
      },
    },
  ).finally(() => bar.end());
  if (digest.digest('hex') !== first.digest) throw changed(file);
  journal.write({ acknowledged: total, finishedAt: new Date().toISOString() });

  const expected = sent.access + sent.phone;
  const done = { ...unsent, resumedFrom: from, sent: expected + sent.username };
  if (to.countSealed === undefined || before === undefined) return done;
  const { countSealed } = to;
  const countNew = async () => (await countSealed()) - before;
  const sealed = await waitSealed(expected, countNew, screen, job.patienceMs ?? 15_000);
  return { ...done, sealed, notSealed: expected - sealed };
}

/** What a file is and holds. @throws EventFileError */
async function understood(job: Job, retention: Retention, screen: Screen) {
  const read = await fileReading(job.file, job);
  const first = await survey(job, read, retention, screen);
  mustBeUnderstood(first.summary);
  return { read, first };
}

/** The first reading of a file: what it holds, what the provider would refuse, and which file it is. */
async function survey(job: Job, reading: FileReading, retention: Retention, screen: Screen) {
  const digest = createHash('sha256');
  const bar = screen.bar('bytes read', statSync(job.file).size);
  let bytes = 0;
  const onChunk = (chunk: Uint8Array) => {
    digest.update(chunk);
    bytes += chunk.length;
    bar.at(bytes);
  };
  let summary = emptySummary;
  let refused: Tally<EventErrorCode> = {};
  try {
    for await (const line of eventLines(job.file, reading, job, { onChunk })) {
      summary = summarise(summary, line);
      const code = line.event && refusalOf(line.event, retention, job.now);
      if (code !== undefined) refused = tallied(refused, code, line.line);
    }
  } finally {
    bar.end();
  }
  return { summary, refused, bytes, digest: digest.digest('hex') };
}

function refusalOf(event: IdentityEvent, retention: Retention, now: string): EventErrorCode | undefined {
  try {
    checkTime(event, retention, now);
    return undefined;
  } catch (error) {
    if (error instanceof EventError) return error.code;
    throw error;
  }
}

/** The second reading of a file, as far as the first: a log may have grown since. */
async function* eventsIn(
  job: Job,
  reading: FileReading,
  as: Required<Pick<LineOptions, 'bytes' | 'onChunk'>>,
) {
  try {
    for await (const { event } of eventLines(job.file, reading, job, as)) {
      if (event !== undefined) yield event;
    }
  } catch (error) {
    throw error instanceof EventFileError ? changed(job.file) : error;
  }
}

function changed(file: string): CommandError {
  return new CommandError(
    'file-changed',
    `${printable(file)} was changed while it was sent`,
    'the same command takes it for a file of its own and sends it whole',
  );
}

function countOf(tally: Tally<string>): number {
  return Object.values(tally).reduce((sum, each) => sum + (each?.count ?? 0), 0);
}

/** @returns how many records were sealed by the time that no more came */
async function waitSealed(
  expected: number,
  countNew: () => Promise<number>,
  screen: Screen,
  patienceMs: number,
) {
  if (expected === 0) return 0;
  const bar = screen.bar('sealed', expected);
  let sealed = 0;
  for (let moved = Date.now(); ; await sleep(100)) {
    // Others may send to the same deployment, and an event that the stream delivers twice is stored twice.
    const now = Math.min(await countNew(), expected);
    if (now > sealed) {
      [sealed, moved] = [now, Date.now()];
      bar.at(sealed);
    }
    if (sealed === expected || Date.now() - moved > patienceMs) break;
  }
  bar.end();
  return sealed;
}

/** The result, in words for a person. */
export function describe(ingested: Ingested): string[] {
  const lines = [...describeFile(ingested), ...describeTally(ingested.refused, () => 'events refused')];
  if (ingested.sentBefore !== undefined) {
    return [
      ...lines,
      `Sent before, on ${ingested.sentBefore}; nothing was sent now. --again sends it again.`,
    ];
  }
  const { sealed, notSealed = 0 } = ingested;
  lines.push(`${ingested.sent} sent${ingested.resumedFrom > 0 ? ', the rest by an earlier run' : ''}`);
  if (sealed !== undefined) lines.push(`${sealed} records sealed`);
  if (notSealed > 0) lines.push(`${notSealed} records not sealed: the log of the seal function says why`);
  return lines;
}

/** How far the command sent the file, and why no further. */
export function streamStopped({ position, code, cause }: SendError): string {
  const why = cause === undefined ? code : `${code}: ${cause instanceof Error ? cause.message : cause}`;
  return `The stream took the first ${position} events, then no more (${why})`;
}
