import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { instant } from '#core/instant.ts';
import { type Entry, entrySchema } from '#core/log/entry.ts';
import { inParallel } from '#core/parallel.ts';
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
import { getCase } from './aws/cases.ts';
import { tick } from './aws/clock.ts';
import { getOutboxItem, putSingleEntry } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { publishedLog } from './aws/log.ts';
import { count, logger } from './aws/observe.ts';
import { everDelivered, readTrail } from './aws/trail.ts';
import { everyVaultKey } from './aws/vault-keys.ts';

/**
 * Holds CloudTrail against the log (docs/reconciliation.md): what KMS opened, a collection announced, and the other
 * way round. What it finds, the log says and an alarm tells. The clock brings it to each hour twice: soon, and once
 * more for what CloudTrail delivered late. It opens nothing.
 */
const { COLLECT_ROLE, PRESERVE_ROLE } = env('COLLECT_ROLE', 'PRESERVE_ROLE');

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** How long ago an hour must have ended to be looked at. CloudTrail takes five minutes on average. */
const looksMs = [hourMs, 7 * hourMs];
/** How long after a period its files are looked for, unless more is asked for. */
const lateMs = 24 * hourMs;
/** The longest that an entry waits for its place in the log: as long as the outbox's stream keeps it. */
const unplacedMs = 24 * hourMs;

const HOUR_LENGTH = 'YYYY-MM-DDTHH'.length;
const hour = z.string().refine((text) => instant.safeParse(`${text}:00:00Z`).success);
/** By hand: an hour, as `2026-11-24T10`, or what lies between two instants; with the files of up to an instant. */
const asked = z.union([
  z.strictObject({ hour, until: instant.optional() }),
  z.strictObject({ from: instant, to: instant, until: instant.optional() }),
  tick,
]);

/** For whoever asks by hand: what the log is told, and what it consists of, the first thousand. */
export interface Answer extends Counts {
  attempts: number;
  rewraps: number;
  silent: boolean;
  findings: (Surplus | Missing)[];
  /** The stream of the entry that tells it, if one does. */
  entry?: string | undefined;
}
const shown = 1000;

type Counts = Extract<Entry, { kind: 'reconciliation.done' }>['data'];

export async function handler(event: unknown): Promise<Answer[]> {
  const input = asked.parse(event);
  const now = new Date();
  if (!('time' in input)) {
    const period = 'hour' in input ? hourFrom(Date.parse(`${input.hour}:00:00Z`)) : input;
    const until = input.until ?? new Date(Date.parse(period.to) + lateMs).toISOString();
    const found = await compare(period, until);
    return [await tell(`reconciliation/${found.counts.hour}/${randomUUID()}`, found)];
  }
  const answers: Answer[] = [];
  // By the real time: whoever could say another could have an hour looked at before CloudTrail has delivered it.
  for (const age of looksMs) answers.push(await look(hourThatEnded(now.getTime() - age), now.toISOString()));
  return answers;
}

function hourThatEnded(before: number): Span {
  return hourFrom(before - (before % hourMs) - hourMs);
}

function hourFrom(start: number): Span {
  return { from: new Date(start).toISOString(), to: new Date(start + hourMs).toISOString() };
}

/** An hour's first look is told if there was anything; a later one if it sees something else. */
async function look(period: Span, now: string): Promise<Answer> {
  const found = await compare(period, now);
  const stream = `reconciliation/${found.counts.hour}`;
  const before = await getOutboxItem({ stream, n: 1 });
  if (before === undefined) return tell(stream, found);
  const { data } = entrySchema.parse(JSON.parse(before.entry));
  if (canonicalJson(data) === canonicalJson(found.counts)) return answer(found, stream);
  return tell(`${stream}/${now.slice(0, HOUR_LENGTH)}`, found, true);
}

/** Tells what was found, once each stream, unless there was nothing at all and nothing else was told before. */
async function tell(stream: string, found: Found, corrects = false): Promise<Answer> {
  const { hour: of, ...counts } = found.counts;
  if (!corrects && Object.values(counts).every((n) => n === 0)) return answer(found);
  const isNew = await putSingleEntry(stream, { kind: 'reconciliation.done', data: found.counts });
  const findings = counts.surplus + counts.missing;
  if (isNew && findings > 0) {
    const byReason = Map.groupBy([...found.surplus, ...found.missing], ({ why }) => why);
    const why = Object.fromEntries([...byReason].map(([code, all]) => [code, all.length]));
    logger.error('decryptions differ from the log', { hour: of, silent: found.silent, why });
    count('DecryptsDiffer', findings);
  }
  return answer(found, stream);
}

function answer({ counts, silent, attempts, rewraps, surplus, missing }: Found, entry?: string): Answer {
  const findings = [...surplus, ...missing].slice(0, shown);
  return { ...counts, attempts, rewraps, silent, findings, entry };
}

interface Found extends Reconciliation {
  counts: Counts;
  /** CloudTrail delivered nothing at all, which never happens: the trail is switched off, or goes elsewhere. */
  silent: boolean;
}

async function compare(period: Span, until: string): Promise<Found> {
  const near = widened(period);
  const keys = new Set((await everyVaultKey()).map(({ arn }) => arn));
  const isVaultKey = (arn: string) => keys.has(arn);
  const [trail, collections] = await Promise.all([
    trailOf({ from: near.from, to: until }, period.from, isVaultKey),
    collectionsWithin(near),
  ]);
  const ids = [...new Set(collections.map((collection) => collection.case))];
  const cases = new Map(await inParallel(ids, 16, async (id) => [id, await getCase(id)] as const));
  const found = reconcile({
    calls: trail.calls,
    malformed: trail.malformed,
    collections,
    isVaultKey,
    roles: { collect: COLLECT_ROLE, preserve: PRESERVE_ROLE },
    mayOpen: (id, epochKey) => {
      // A case that the log knows and the table does not may open nothing.
      const current = cases.get(id);
      return current !== undefined && mayOpen(current, epochKey);
    },
    period,
  });
  // A trail that has never delivered is one that is just being made, unless something should be in it.
  const silent = trail.files === 0 && (found.collections > 0 || (await everDelivered()));
  const counts = {
    hour: period.from.slice(0, HOUR_LENGTH),
    decrypts: found.decrypts,
    collections: found.collections,
    surplus: found.surplus.length,
    missing: found.missing.length + (silent ? 1 : 0),
  };
  return { ...found, counts, silent };
}

function widened({ from, to }: Span): Span {
  return {
    from: new Date(Date.parse(from) - marginMinutes * minuteMs).toISOString(),
    to: new Date(Date.parse(to) + marginMinutes * minuteMs).toISOString(),
  };
}

/** What CloudTrail delivered in a span; of files, how many came after an instant. */
async function trailOf(delivery: Span, from: string, isVaultKey: (arn: string) => boolean) {
  const trail = { files: 0, calls: [] as KmsCall[], malformed: [] as Malformed[] };
  for await (const { delivered, calls, malformed } of readTrail(delivery)) {
    if (Date.parse(delivered) > Date.parse(from) - minuteMs) trail.files++;
    for (const call of calls) if (call.keys.some(isVaultKey)) trail.calls.push(call);
    // What does not say when it was belongs to the hour in which it came.
    for (const { time = delivered } of malformed) trail.malformed.push({ time });
  }
  return trail;
}

/** Entries that are read at once, back from the end. */
const blockEntries = 4096n;

/**
 * The collections of a span. An entry is in the log a day after its commit at the latest, so behind those that are
 * more than a day older than the span there is none of it.
 */
async function collectionsWithin({ from, to }: Span): Promise<Collection[]> {
  const log = await publishedLog();
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
