import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import cliProgress from 'cli-progress';
import { z } from 'zod';
import { type Put, SendError, sendEvents } from '#client/events.ts';
import {
  EventFileError,
  emptySummary,
  type FileSummary,
  summarise,
  type Tally,
  tallied,
} from '#core/events/file.ts';
import { EventError, type EventErrorCode, type IdentityEvent } from '#core/events/identity.ts';
import { checkTime, type Retention, retentionSchema } from '#core/events/retention.ts';
import { connect } from './cloud/cloud.ts';
import {
  countSealed,
  describeFile,
  describeTally,
  eventLines,
  type FileReading,
  fileRefusal,
  kinesisPut,
  type LineOptions,
  readingOf,
  streamStopped,
} from './feed.ts';
import { localFile, upStateDir } from './local.ts';
import { readWorld } from './world.ts';

const help = `npm run ingest -- FILE [options]

Feeds identity events to the local cloud that npm run up left running: JSON lines as in docs/events.md, or an sshd
auth log. The whole file is read first: a malformed JSON line stops it before anything is sent. What the stack would
refuse for its time is counted and not sent.

Broken off, by Ctrl-C or otherwise, the same command goes on from where it was.

  --year YEAR        the year of an sshd log's stamps (default: the latest that puts none in the future)
  --skip-malformed   leave malformed JSON lines out, counted, and send the rest
  --again            send a file that was sent before
  --json             print the result as JSON on standard output
  --help             this text

Ends with 0 when all is sent, 1 when it is not, 2 when it was called wrongly.
`;

/** What is to be sent. */
export interface Job {
  file: string;
  year?: number;
  skipMalformed?: boolean;
  again?: boolean;
  /** An instant. */
  now: string;
  /** Where it is remembered how far files were sent. */
  journalDir: string;
  /** How long to wait for one more record to be sealed. Default: 15 s. */
  patienceMs?: number;
}

/** Where it is sent. */
export interface Destination {
  /** Tells this deployment from one that came before it. */
  deployment: string;
  retention: Retention;
  put: Put;
  countSealed: () => Promise<number>;
}

/** Where the person at the terminal sees how far it is. */
export interface Screen {
  note(line: string): void;
  bar(what: string, total: number): { at(done: number): void; end(): void };
}

export interface Ingested extends FileReading {
  summary: FileSummary;
  /** Events that were not sent, because `seal` would refuse them. */
  refused: Tally<EventErrorCode>;
  /** Events of the file that an earlier run had sent. */
  resumedFrom: number;
  sent: number;
  sealed: number;
  notSealed: number;
  /** When the whole file had been sent before; nothing was sent now. */
  sentBefore?: string;
}

/**
 * Sends a file of identity events: reads it whole, then sends it, then waits until it is sealed. It goes twice over
 * the file and holds one batch of it.
 *
 * @throws EventFileError, SendError
 */
export async function ingest(job: Job, to: Destination, screen: Screen): Promise<Ingested> {
  const { file } = job;
  const reading = await readingOf(file, job.year);
  const first = await survey(job, reading, to.retention, screen);
  const { summary, refused } = first;
  const total = summary.events;
  const unsent = { ...reading, summary, refused, resumedFrom: 0, sent: 0, sealed: 0, notSealed: 0 };
  if (total === countOf(refused)) return unsent;

  const journal = journalOf(job, reading, first.digest, to.deployment);
  const earlier = job.again ? undefined : journal.read();
  if (earlier?.finishedAt !== undefined) return { ...unsent, sentBefore: earlier.finishedAt };
  const from = earlier?.acknowledged ?? 0;
  if (from > 0) screen.note(`Going on after event ${from} of ${total}, where an earlier run was broken off.`);

  const before = await to.countSealed();
  const digest = createHash('sha256');
  const bar = screen.bar('sent', total);
  const { sent } = await sendEvents(
    eventsIn(job, reading, { bytes: first.bytes, onChunk: (chunk) => digest.update(chunk) }),
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
  const sealed = await waitSealed(expected, before, to, screen, job.patienceMs ?? 15_000);
  return {
    ...unsent,
    resumedFrom: from,
    sent: expected + sent.username,
    sealed,
    notSealed: expected - sealed,
  };
}

/** The first time over the file: what it holds, what of it would be refused, and which file it is. */
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
    for await (const line of eventLines(job.file, reading, { ...job, onChunk })) {
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

/** The second time over the file: only as far as it went the first time, since a log may have grown. */
async function* eventsIn(
  job: Job,
  reading: FileReading,
  as: Required<Pick<LineOptions, 'bytes' | 'onChunk'>>,
) {
  try {
    for await (const { event } of eventLines(job.file, reading, { ...job, ...as })) {
      if (event !== undefined) yield event;
    }
  } catch (error) {
    throw error instanceof EventFileError ? changed(job.file) : error;
  }
}

function changed(file: string): Error {
  return new Error(`${file} was changed while it was sent.`);
}

function countOf(tally: Tally<string>): number {
  return Object.values(tally).reduce((sum, it) => sum + (it?.count ?? 0), 0);
}

/** @returns how many records were sealed by the time that no more came */
async function waitSealed(
  expected: number,
  before: number,
  to: Destination,
  screen: Screen,
  patienceMs: number,
) {
  if (expected === 0) return 0;
  const bar = screen.bar('sealed', expected);
  let sealed = 0;
  for (let moved = Date.now(); ; await sleep(100)) {
    // Others may feed the same cloud, and what the stream brings twice is stored twice.
    const now = Math.min((await to.countSealed()) - before, expected);
    if (now > sealed) {
      [sealed, moved] = [now, Date.now()];
      bar.at(sealed);
    }
    if (sealed === expected || Date.now() - moved > patienceMs) break;
  }
  bar.end();
  return sealed;
}

const journalSchema = z.strictObject({
  deployment: z.string(),
  /** How many of the file's well-formed events, from the first one on, the stream has or `seal` would refuse. */
  acknowledged: z.int().min(0),
  finishedAt: z.string().optional(),
});
type Journal = z.infer<typeof journalSchema>;
const journalText = z.string().transform((text, context) => {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }
});

/**
 * How far a file was sent, known by its content. It holds counts only, nothing of the file, and lies with the state of
 * the local cloud, so that it goes when the cloud does.
 */
function journalOf(job: Job, { format, year }: FileReading, digest: string, deployment: string) {
  // JSON lines say their year themselves.
  const name = createHash('sha256').update(`${digest} ${format === 'sshd' ? year : ''}`);
  const path = join(job.journalDir, `${name.digest('hex')}.json`);
  return {
    read(): Journal | undefined {
      if (!existsSync(path)) return undefined;
      const { data } = journalText.safeParse(readFileSync(path, 'utf8'));
      if (data === undefined) throw new Error(`${path} cannot be read. --again sends the whole file.`);
      return data.deployment === deployment ? data : undefined;
    },
    /** Replaced in one step: who is killed in the middle finds the one before. */
    write(state: Omit<Journal, 'deployment'>): void {
      mkdirSync(job.journalDir, { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, JSON.stringify({ deployment, ...state }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

type Terminal = NodeJS.WritableStream & { isTTY?: boolean };

/** A bar on a terminal; anywhere else, a line at every tenth. */
export function screenOn(stream: Terminal): Screen {
  const note = (line: string) => void stream.write(`${line}\n`);
  return { note, bar: stream.isTTY ? (what, total) => drawnBar(stream, what, total) : writtenBar(note) };
}

function drawnBar(stream: Terminal, what: string, total: number): ReturnType<Screen['bar']> {
  const format = `{bar} {percentage} % | {value} of {total} ${what} | {duration_formatted}, {eta_formatted} to go`;
  // Broken off in the middle, it is to leave the terminal as it was: long lines are cut here, not by its settings.
  const bar = new cliProgress.SingleBar({ stream, format, linewrap: true });
  bar.start(total, 0);
  return { at: (done) => bar.update(done), end: () => bar.stop() };
}

function writtenBar(note: Screen['note']): Screen['bar'] {
  return (what, total) => {
    let tenths = 0;
    const at = (done: number) => {
      const reached = Math.floor((10 * done) / total);
      if (reached > tenths) note(`${done} of ${total} ${what}`);
      tenths = Math.max(tenths, reached);
    };
    return { at, end: () => {} };
  };
}

/** What came of it, in words for a person. */
export function describe(it: Ingested): string[] {
  const lines = [...describeFile(it), ...describeTally(it.refused, 'events refused')];
  if (it.sentBefore !== undefined) {
    return [...lines, `Sent before, on ${it.sentBefore}; nothing was sent now. --again sends it again.`];
  }
  lines.push(
    `${it.sent} sent${it.resumedFrom > 0 ? ', the rest by an earlier run' : ''}`,
    `${it.sealed} records sealed`,
  );
  if (it.notSealed > 0)
    lines.push(`${it.notSealed} records not sealed: the log of the seal function says why`);
  return lines;
}

class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        year: { type: 'string' },
        'skip-malformed': { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readJob(): { job: Job; json: boolean } | 'help' {
  const { values, positionals } = readArguments();
  if (values.help) return 'help';
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('Missing: a file of events.');
  if (more.length > 0) throw new UsageError('One file at a time.');
  if (!existsSync(file)) throw new UsageError('Missing: that file.');
  const { year } = values;
  if (year !== undefined && !/^\d{4}$/.test(year)) throw new UsageError('--year takes four digits.');
  const job = {
    file,
    ...(year === undefined ? {} : { year: Number(year) }),
    skipMalformed: values['skip-malformed'],
    again: values.again,
    now: new Date().toISOString(),
    journalDir: join(upStateDir, 'ingest'),
  };
  return { job, json: values.json };
}

/** The stack that `npm run up` deployed. */
async function localDestination(): Promise<Destination> {
  if (!existsSync(localFile)) throw new UsageError('Missing: a local cloud: npm run up starts it.');
  const { retentionMonths } = z
    .looseObject({ retentionMonths: retentionSchema.default({ phone: 12, access: 12 }) })
    .parse(JSON.parse(readFileSync(localFile, 'utf8')));
  const { aws, outputs } = await readWorld(connect(upStateDir), localFile);
  return {
    // Made by each deployment from nothing, unlike names.
    deployment: outputs.IndexKeyArn,
    retention: retentionMonths,
    put: kinesisPut(aws, outputs),
    countSealed: () => countSealed(aws, outputs),
  };
}

async function run({ job, json }: { job: Job; json: boolean }): Promise<void> {
  const to = await localDestination();
  // The journal is written after every batch: there is nothing left to do but to say so.
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      process.stderr.write('\nBroken off. The same command goes on from there.\n');
      process.exit(code);
    });
  }
  const came = await ingest(job, to, screenOn(process.stderr));
  const { summary, format, year, ...rest } = came;
  const lines = json ? [JSON.stringify({ ...summary, ...rest })] : describe(came);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What a person is told, and the exit code. */
function told(error: unknown, file: string): [text: string, code: number] {
  if (error instanceof UsageError) return [`${error.message}\nSee npm run ingest -- --help`, 2];
  if (error instanceof EventFileError) {
    return [`${fileRefusal(file, error)}\n--skip-malformed leaves such lines out and sends the rest.`, 1];
  }
  if (error instanceof SendError) return [`${streamStopped(error)}\nThe same command goes on from there.`, 1];
  return [String(error), 1];
}

if (import.meta.main) {
  let file = '';
  try {
    const asked = readJob();
    if (asked === 'help') {
      process.stdout.write(help);
    } else {
      file = asked.job.file;
      await run(asked);
    }
  } catch (error) {
    const [text, code] = told(error, file);
    process.stderr.write(`${text}\n`);
    process.exitCode = code;
  }
}
