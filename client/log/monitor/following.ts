import { z } from 'zod';
import type { FindingCode } from '#core/log/finding-codes.ts';
import { readAhead } from '#core/log/reading.ts';
import { everyFile } from '#core/log/tiles.ts';
import type { Tally } from '#core/log/verify/entry-rules.ts';
import { Findings } from '#core/log/verify/findings.ts';
import { LogCheck } from '#core/log/verify/log-check.ts';
import { parseStored } from '#core/log/verify/stored.ts';
import type { Book, Fault } from './book.ts';
import { FileFault, type ProvenFiles } from './proven-files.ts';
import type { MonitorStore } from './store.ts';

/**
 * Reads the entries that are new, some bundles at a time: what they say is kept in one step with the place up to which they
 * were read. Nothing is kept of a bundle that is not the checkpoint's; it is read again in the next round.
 */

/** So many bundles are one step: 16,384 entries. Only their streams are in memory. */
const BUNDLES = 64;
const AHEAD = 16;

/** What is wrong with a log's files, not with what it says. */
const ofFiles: ReadonlySet<FindingCode> = new Set([
  'file-missing',
  'file-malformed',
  'leaf-differs',
  'tile-differs',
  'root-differs',
]);

export interface Followed {
  /** How many entries of the log were read, in all and now. */
  entries: bigint;
  added: bigint;
  tally: Tally;
  /** What kept it from reading all of them. */
  fault: Fault | undefined;
  /** What is missing at the end of the log, where all of it was read. */
  missing: Fault[];
}

/** Whoever enrols a key does so a moment after it was asked for. */
const SETTLES_MS = 3_600_000;

const storedCounts = z.strictObject({
  errors: z.int(),
  warnings: z.int(),
  entries: z.int(),
  /** Unix milliseconds. */
  last: z.number().nullable(),
});

/** What was read so far: how much, and when its last entry was committed. */
export function readSoFar(store: MonitorStore): { entries: bigint; last: string | undefined } {
  const { entries, last } = soFar(store);
  return { entries: BigInt(entries), last: last === null ? undefined : new Date(last).toISOString() };
}

function soFar(store: MonitorStore): z.output<typeof storedCounts> {
  const text = store.note('counts');
  return text === undefined
    ? { errors: 0, warnings: 0, entries: 0, last: null }
    : parseStored(storedCounts, text);
}

/** @throws LogError state-malformed; and whatever reading throws, after what was read before is kept */
export async function follow(
  files: ProvenFiles,
  {
    store,
    book,
    now,
    bundles: most = BUNDLES,
    onProgress,
  }: {
    store: MonitorStore;
    book: Book;
    now: number;
    bundles?: number | undefined;
    onProgress?: ((entries: number, size: bigint) => void) | undefined;
  },
): Promise<Followed> {
  const { of } = files;
  const findings = new Findings(100, soFar(store));
  const before = { stored: store.note('check'), streams: store.streams };
  const check = new LogCheck(of, undefined, findings, true, before);
  const from = BigInt(check.entries);
  let kept = { entries: from, tally: check.tally() };
  const keep = () => {
    store.atOnce(() => {
      store.setNote('check', check.store());
      const { errors, warnings } = findings;
      const { last } = check.tally();
      const { entries } = check;
      // What is not finite is null in JSON.
      store.setNote('counts', JSON.stringify({ errors, warnings, entries, last }));
      book.rules(findings);
    });
    kept = { entries: BigInt(check.entries), tally: check.tally() };
    onProgress?.(check.entries, of.size);
  };
  const fault = from < of.size ? await readOn(check, findings, { files, from, most, keep }) : undefined;
  const end = { ...kept, added: kept.entries - from, fault };
  if (fault !== undefined) return { ...end, missing: [] };
  if (!check.hasRoot()) return { ...end, fault: otherTree, missing: [] };
  return { ...end, missing: check.missing(now - SETTLES_MS) };
}

const otherTree: Fault = {
  code: 'root-differs',
  message: 'the entries that were read make another tree than the one that the checkpoint signs',
};

async function readOn(
  check: LogCheck,
  findings: Findings,
  { files, from, most, keep }: { files: ProvenFiles; from: bigint; most: number; keep: () => void },
): Promise<Fault | undefined> {
  let bundles = 0;
  let looked = findings.errors;
  try {
    for await (const file of readAhead(files.read, everyFile(files.of.size, true, from), AHEAD)) {
      if (file.tile.level === 'entries' && bundles++ > 0 && (bundles - 1) % most === 0) keep();
      const isWhole = check.take(file);
      const fault = findings.errors > looked ? faultIn(findings) : undefined;
      if (fault !== undefined) return fault;
      looked = findings.errors;
      if (!isWhole) return { code: 'file-missing', message: 'a bundle of the log is not there' };
    }
  } catch (error) {
    if (error instanceof FileFault) return { code: error.code, message: error.message };
    throw error;
  }
  if (check.hasRoot()) keep();
  return undefined;
}

function faultIn(findings: Findings): Fault | undefined {
  const found = findings.numbered().find(({ finding }) => ofFiles.has(finding.code))?.finding;
  return found && { code: found.code, message: found.message, index: found.index };
}
