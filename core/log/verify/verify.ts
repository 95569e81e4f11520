import { toBase64 } from '#core/bytes.ts';
import { type Checkpoint, openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { type ReadFile, readAhead } from '#core/log/reading.ts';
import { everyFile } from '#core/log/tiles.ts';
import type { Tally } from './entry-rules.ts';
import { type Finding, Findings } from './findings.ts';
import { LogCheck } from './log-check.ts';

/**
 * Verifies a whole log: that its entries and tiles are the tree that its checkpoint signs (C2SP tlog-tiles, RFC 6962
 * §2.1), that the tree begins with all of an older checkpoint's, and that the entries, in their order, are a history
 * that Writ can have had (rules.ts). Files are read one after the other and forgotten; what is kept is a little for
 * each stream of entries.
 */
export interface VerifyOptions {
  /** An older checkpoint's note, kept from an earlier look at the same log. */
  since?: string | undefined;
  /** False for a mirror that has bundles and no tiles. */
  tiles?: boolean | undefined;
  /** How many files are being read at once. */
  ahead?: number | undefined;
  onProgress?: ((entries: number, size: bigint) => void) | undefined;
}

export interface LogVerification {
  origin: string;
  /** Of the checkpoint, where there is one that the key signed. */
  size?: bigint;
  /** Base64. */
  root?: string;
  /** The checkpoint's note, to be kept for the next time. */
  note?: string;
  /** How many entries were read: all, or those before a file that was not there. */
  entries: bigint;
  tilesChecked: boolean;
  /** Of the older checkpoint, where one was given that the key signed; whether the log begins with what it covers. */
  since?: { size: bigint; isContained: boolean };
  kinds: Record<string, number>;
  /** Entries of kinds and versions that are not known here, by both. */
  unknown: Record<string, number>;
  streams: number;
  cases: number;
  /** Pages of collections that were answered. */
  collections: number;
  /** The earliest and the latest time of an entry. */
  first?: string;
  last?: string;
  /** The first hundred, by the entries that they are about. */
  findings: Finding[];
  errors: number;
  warnings: number;
  /** Whether there are no errors. */
  ok: boolean;
}

const AHEAD = 16;

/**
 * Verifies a log.
 *
 * @param read its files; what it throws is thrown on
 */
export async function verifyLog(
  read: ReadFile,
  key: VerifierKey,
  options: VerifyOptions = {},
): Promise<LogVerification> {
  const findings = new Findings();
  const tilesChecked = options.tiles ?? true;
  const bytes = await read('checkpoint');
  const note = bytes && new TextDecoder().decode(bytes);
  const checkpoint = signedCheckpoint(note, key, findings);
  if (note === undefined || checkpoint === undefined)
    return { ...report(key.name, 0, findings), tilesChecked: false };
  const { size, root } = checkpoint;
  const older = olderCheckpoint(options.since, key, size, findings);
  const check = new LogCheck(checkpoint, older, findings, tilesChecked);
  for await (const file of readAhead(read, everyFile(size, tilesChecked), options.ahead ?? AHEAD)) {
    if (!check.take(file)) break;
    options.onProgress?.(check.entries, size);
  }
  const tally = check.end();
  const since = older === undefined ? {} : { since: { size: older.size, isContained: check.isContained } };
  const counted = report(key.name, check.entries, findings, tally);
  return { ...counted, size, root: toBase64(root), note, tilesChecked, ...since };
}

function signedCheckpoint(
  note: string | undefined,
  key: VerifierKey,
  findings: Findings,
): Checkpoint | undefined {
  if (note === undefined) {
    findings.add('checkpoint-missing', 'the log has no checkpoint');
    return undefined;
  }
  try {
    return openCheckpoint(note, key);
  } catch (error) {
    const fault = checkpointFault(error);
    if (fault === undefined) throw error;
    findings.add(fault.code, fault.message);
    return undefined;
  }
}

const checkpointFaults = {
  'note-malformed': 'the checkpoint is no signed note',
  'note-unsigned': 'the checkpoint is not signed by the key given',
  'checkpoint-malformed': 'what the key signed is no checkpoint',
  'origin-differs': 'the checkpoint is of another log',
} as const;
type CheckpointFault = keyof typeof checkpointFaults;
const isCheckpointFault = (code: string): code is CheckpointFault => Object.hasOwn(checkpointFaults, code);

/** What is wrong with a checkpoint that could not be opened; undefined for any other error. */
export function checkpointFault(error: unknown): { code: CheckpointFault; message: string } | undefined {
  if (!(error instanceof LogError) || !isCheckpointFault(error.code)) return undefined;
  return { code: error.code, message: checkpointFaults[error.code] };
}

function olderCheckpoint(
  note: string | undefined,
  key: VerifierKey,
  size: bigint,
  findings: Findings,
): Checkpoint | undefined {
  if (note === undefined) return undefined;
  try {
    const older = openCheckpoint(note, key);
    if (older.size > size)
      findings.add('log-truncated', `the log has ${size} entries, and had ${older.size} before`);
    return older;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    findings.add('older-unsigned', `the older checkpoint is none that this key signed (${error.code})`);
    return undefined;
  }
}

function report(origin: string, entries: number, findings: Findings, tally?: Tally) {
  const kinds = Object.fromEntries(tally?.kinds ?? []);
  const times = [tally?.first, tally?.last].filter((ms) => ms !== undefined && Number.isFinite(ms));
  const [first, last] = times.map((ms) => new Date(ms ?? 0).toISOString());
  return {
    origin,
    entries: BigInt(entries),
    kinds,
    unknown: Object.fromEntries(tally?.unknown ?? []),
    streams: tally?.streams ?? 0,
    cases: kinds['request.received'] ?? 0,
    collections: kinds['collection.completed'] ?? 0,
    ...(first === undefined || last === undefined ? {} : { first, last }),
    findings: findings.list(),
    errors: findings.errors,
    warnings: findings.warnings,
    ok: findings.errors === 0,
  };
}
