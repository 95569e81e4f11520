/** Reads a log in parts, as somebody who follows it over months: between two parts, all that is known is text. */

import assert from 'node:assert/strict';
import { type Checkpoint, openCheckpoint } from '#core/log/checkpoint.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { everyFile, TILE_WIDTH, tilePath } from '#core/log/tiles.ts';
import type { Tally } from '#core/log/verify/entry-rules.ts';
import { type Finding, Findings } from '#core/log/verify/findings.ts';
import { LogCheck, type ReadBefore } from '#core/log/verify/log-check.ts';
import { ours } from './logs.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** What is stored: as a database would have it. */
export class Kept {
  check: string | undefined;
  readonly streams = new Map<string, string>();
  readonly findings = new Map<number, Finding>();
  errors = 0;
  warnings = 0;
  /** Whether what follows can be read. */
  isWhole = true;

  /** What the next part goes on with. */
  before(): ReadBefore {
    const { check: stored, streams } = this;
    const texts = {
      get: (name: string) => streams.get(name),
      set: (name: string, text: string) => streams.set(name, text),
    };
    return { stored, streams: texts };
  }

  list(): Finding[] {
    return [...this.findings.values()];
  }

  /** Takes what a part found. */
  keep(findings: Findings): void {
    const { errors, warnings } = findings;
    Object.assign(this, { errors, warnings });
    // Whoever reads at once keeps the first hundred.
    for (const { number, finding } of findings.numbered())
      if (number < 100) this.findings.set(number, finding);
    for (const { number, code, message } of findings.revisions)
      Object.assign(this.findings.get(number) ?? {}, { code, message });
  }
}

/**
 * The next part of a reading.
 *
 * @param files of the log as it is now
 * @param most bundles; without it, to the end of the checkpoint
 * @param ends whether what can be said at the end is said
 */
export function readPart(
  kept: Kept,
  files: Files,
  key: VerifierKey,
  most = Number.POSITIVE_INFINITY,
  ends = false,
): Tally {
  const checkpoint = checkpointOf(files, key);
  const findings = new Findings(100, kept);
  const check = new LogCheck(checkpoint, undefined, findings, true, kept.before());
  let bundles = 0;
  for (const tile of everyFile(checkpoint.size, true, BigInt(check.entries))) {
    if (tile.level === 'entries' && ++bundles > most) break;
    if (!check.take({ tile, bytes: files.get(tilePath(tile)) })) {
      kept.isWhole = false;
      break;
    }
  }
  const tally = ends ? check.end() : check.tally();
  kept.keep(findings);
  if (bundles > 0) kept.check = check.store();
  return tally;
}

export function checkpointOf(files: Files, key = ours.key): Checkpoint {
  return openCheckpoint(new TextDecoder().decode(files.get('checkpoint')), key);
}

/** Reads a log as it grows, and once more at its end. */
export function readGrowing(growing: readonly Files[], key: VerifierKey): { found: Finding[]; tally: Tally } {
  const kept = new Kept();
  for (const files of growing.slice(0, -1)) readPart(kept, files, key);
  const last = growing.at(-1);
  assert.ok(last);
  const tally = readPart(kept, last, key, undefined, true);
  return { found: kept.list(), tally };
}

/** Reads a whole log some bundles at a time. */
export function readByBundles(files: Files, key: VerifierKey, most: number): Finding[] {
  const kept = new Kept();
  const { size } = checkpointOf(files, key);
  const bundles = Math.ceil(Number(size) / TILE_WIDTH);
  for (let read = 0; read + most < bundles && kept.isWhole; read += most) readPart(kept, files, key, most);
  if (kept.isWhole) readPart(kept, files, key, undefined, true);
  return kept.list();
}
