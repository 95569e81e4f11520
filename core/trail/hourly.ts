import { canonicalJson } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { type Entry, type EntryBody, entrySchema } from '#core/log/entry.ts';
import { inParallel } from '#core/parallel.ts';
import { inParts } from '#core/parts.ts';
import type { Chance, Clock, Watch } from '#core/ports.ts';
import type { OutboxItem, Place } from '#core/state/outbox.ts';
import type { PublishedLog } from '#core/state/published-log.ts';
import { unlessForged } from '#core/store/authentic.ts';
import type { KmsCall, Malformed } from '#core/trail/cloudtrail.ts';
import { type Collection, collectionsOf } from '#core/trail/collections.ts';
import {
  type Missing,
  marginMinutes,
  mayOpen,
  type Reconciliation,
  reconcile,
  type Span,
  type Surplus,
} from '#core/trail/reconcile.ts';

/**
 * Holds CloudTrail against the log (docs/reconciliation.md), hour by hour: what KMS opened, a collection announced, and
 * the other way round. The result is an entry of the log, and an alarm where the two differ. Nothing is opened.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/**
 * How long ago an hour must have ended to be looked at: soon, and once more for what CloudTrail delivered late.
 * CloudTrail takes five minutes on average.
 */
const looksMs = [hourMs, 7 * hourMs];
/** How long after a period its files are looked for, unless more is asked for. */
const lateMs = 24 * hourMs;
/** The longest that an entry is taken to wait for its place in the log: as long as the outbox's stream keeps it. */
const unplacedMs = 24 * hourMs;
const HOUR_LENGTH = 'YYYY-MM-DDTHH'.length;

/** A file that CloudTrail delivered. */
export interface TrailPart {
  /** When: an instant. */
  delivered: string;
  calls: KmsCall[];
  malformed: Malformed[];
}

/** CloudTrail's files. */
export interface Trail {
  /** What the files say that were delivered in a span, as their names have it. */
  read(span: Span): AsyncIterable<TrailPart>;
  /** Whether any file was ever delivered. */
  everDelivered(): Promise<boolean>;
}

export interface ReconciliationPorts {
  trail: Trail;
  log(): Promise<PublishedLog | undefined>;
  /** Every vault key that was ever made. */
  vaultKeys(): Promise<readonly { arn: string }[]>;
  getCase(id: string): Promise<Case | undefined>;
  /** A committed entry, whether or not it is in the log yet. */
  committed(place: Place): Promise<OutboxItem | undefined>;
  /** Commits an entry as a stream of its own. @returns false if the stream is there already */
  record(stream: string, body: EntryBody): Promise<boolean>;
  roles: { collect: string; preserve: string };
  clock: Pick<Clock, 'now'>;
  chance: Pick<Chance, 'id'>;
  watch: Pick<Watch, 'count' | 'error'>;
}

type Counts = Extract<Entry, { kind: 'reconciliation.done' }>['data'];

/** What the log says of a look, and of what it consists, the first thousand findings. */
export interface Look extends Counts {
  attempts: number;
  rewraps: number;
  silent: boolean;
  findings: (Surplus | Missing)[];
  /** The stream of the entry that records the look, if one does. */
  entry?: string | undefined;
}
const shown = 1000;

/**
 * The looks that are due, by the real time: another time would have an hour looked at before CloudTrail delivers it. One
 * that fails holds up no other.
 *
 * @throws PartsFailed
 */
export async function lookByTheClock(ports: ReconciliationPorts): Promise<Look[]> {
  const now = ports.clock.now();
  const looks: Look[] = [];
  const parts = inParts(ports.watch, 'looks');
  for (const age of looksMs) {
    const span = hourThatEnded(Date.parse(now) - age);
    const look = await parts.attempt({ hour: span.from }, () => lookAtHour(ports, span, now));
    if (look !== undefined) looks.push(look);
  }
  parts.finish();
  return looks;
}

/**
 * A look that somebody asked for, always an entry of its own.
 *
 * @param period an hour, as `2026-11-24T10`, or what lies between two instants
 * @param until the files of up to an instant; up to a day after the period, if left out
 */
export async function lookAt(
  ports: ReconciliationPorts,
  period: Span | string,
  until?: string | undefined,
): Promise<Look> {
  const span = typeof period === 'string' ? hourFrom(Date.parse(`${period}:00:00Z`)) : period;
  const result = await compare(ports, span, until ?? new Date(Date.parse(span.to) + lateMs).toISOString());
  return record(ports, `reconciliation/${result.counts.hour}/${ports.chance.id()}`, result);
}

function hourThatEnded(beforeMs: number): Span {
  return hourFrom(beforeMs - (beforeMs % hourMs) - hourMs);
}

function hourFrom(startMs: number): Span {
  return { from: new Date(startMs).toISOString(), to: new Date(startMs + hourMs).toISOString() };
}

/** The first look at an hour is recorded if there was anything; a later one if it sees something else. */
async function lookAtHour(ports: ReconciliationPorts, period: Span, now: string): Promise<Look> {
  const result = await compare(ports, period, now);
  const stream = `reconciliation/${result.counts.hour}`;
  const before = await ports.committed({ stream, n: 1 });
  if (before === undefined) return record(ports, stream, result);
  const { data } = entrySchema.parse(JSON.parse(before.entry));
  if (canonicalJson(data) === canonicalJson(result.counts)) return lookOf(result, stream);
  return record(ports, `${stream}/${now.slice(0, HOUR_LENGTH)}`, result, { isCorrection: true });
}

/** Records a result once each stream, unless there was nothing at all and no other result was recorded before. */
async function record(
  { record, watch }: ReconciliationPorts,
  stream: string,
  result: Result,
  { isCorrection = false } = {},
): Promise<Look> {
  const { hour, ...counts } = result.counts;
  if (!isCorrection && Object.values(counts).every((n) => n === 0)) return lookOf(result);
  const findings = counts.surplus + counts.missing;
  // Before the entry: a look whose entry is there raises no alarm, and this one may hear nothing of its own.
  if (findings > 0) {
    const byReason = Map.groupBy([...result.surplus, ...result.missing], ({ why }) => why);
    const why = Object.fromEntries([...byReason].map(([code, those]) => [code, those.length]));
    watch.error('decryptions differ from the log', { hour, silent: result.silent, why });
    watch.count('DecryptsDiffer', findings);
  }
  await record(stream, { kind: 'reconciliation.done', data: result.counts });
  return lookOf(result, stream);
}

function lookOf({ counts, silent, attempts, rewraps, surplus, missing }: Result, entry?: string): Look {
  const findings = [...surplus, ...missing].slice(0, shown);
  return { ...counts, attempts, rewraps, silent, findings, entry };
}

interface Result extends Reconciliation {
  counts: Counts;
  /** CloudTrail delivered nothing at all, which never happens: the trail is switched off, or goes elsewhere. */
  silent: boolean;
}

async function compare(ports: ReconciliationPorts, period: Span, until: string): Promise<Result> {
  const near = widened(period);
  const keys = new Set((await ports.vaultKeys()).map(({ arn }) => arn));
  const isVaultKey = (arn: string) => keys.has(arn);
  const [trail, collections] = await Promise.all([
    trailOf(ports.trail, { from: near.from, to: until }, period.from, isVaultKey),
    ports.log().then((log) => collectionsWithin(log, near)),
  ]);
  const ids = [...new Set(collections.map((collection) => collection.case))];
  const cases = new Map(
    await inParallel(ids, 16, async (id) => [id, await unlessForged(() => ports.getCase(id))] as const),
  );
  const reconciliation = reconcile({
    calls: trail.calls,
    malformed: trail.malformed,
    collections,
    isVaultKey,
    roles: ports.roles,
    mayOpen: (id, epochKey) => {
      // A case that the log knows and the table does not, or does not prove, may open nothing.
      const current = cases.get(id);
      return current !== undefined && mayOpen(current, epochKey);
    },
    period,
  });
  // A trail that has never delivered is one that is just being made, unless something should be in it.
  const silent = trail.files === 0 && (reconciliation.collections > 0 || (await ports.trail.everDelivered()));
  const counts = {
    hour: period.from.slice(0, HOUR_LENGTH),
    decrypts: reconciliation.decrypts,
    collections: reconciliation.collections,
    surplus: reconciliation.surplus.length,
    missing: reconciliation.missing.length + (silent ? 1 : 0),
  };
  return { ...reconciliation, counts, silent };
}

function widened({ from, to }: Span): Span {
  return {
    from: new Date(Date.parse(from) - marginMinutes * minuteMs).toISOString(),
    to: new Date(Date.parse(to) + marginMinutes * minuteMs).toISOString(),
  };
}

/** What CloudTrail delivered in a span; of files, how many came after an instant. */
async function trailOf(delivered: Trail, span: Span, from: string, isVaultKey: (arn: string) => boolean) {
  const trail = { files: 0, calls: [] as KmsCall[], malformed: [] as Malformed[] };
  for await (const part of delivered.read(span)) {
    if (Date.parse(part.delivered) > Date.parse(from) - minuteMs) trail.files++;
    for (const call of part.calls) if (call.keys.some(isVaultKey)) trail.calls.push(call);
    // What does not say when it was belongs to the hour in which it came.
    for (const { time = part.delivered } of part.malformed) trail.malformed.push({ time });
  }
  return trail;
}

/** Entries that are read at once, back from the end. */
const blockEntries = 4096n;

/**
 * The collections of a span. An entry is in the log a day after its commit, so behind those that are more than a day older
 * than the span there is none of it. Should an outage last longer, what it held back lies with what came after it.
 */
async function collectionsWithin(log: PublishedLog | undefined, { from, to }: Span): Promise<Collection[]> {
  const blocks: Entry[][] = [];
  const oldest = Date.parse(from) - unplacedMs;
  for (let end = log?.checkpoint.size ?? 0n; log !== undefined && end > 0n; ) {
    const start = end - 1n - ((end - 1n) % blockEntries);
    const entries = await Array.fromAsync(log.entries(start, end));
    blocks.unshift(entries.filter(({ kind, at }) => kind.startsWith('collection.') && at >= from && at < to));
    if (entries.length > 0 && entries.every(({ at }) => Date.parse(at) < oldest)) break;
    end = start;
  }
  return collectionsOf(blocks.flat());
}
