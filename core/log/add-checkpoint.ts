import { fromBase64, toBase64 } from '#core/bytes.ts';
import { MAX_NOTE_CHARACTERS } from './note.ts';
import { HASH_BYTES, type Hash, SIZE_LIMIT } from './tree.ts';

/** What a log sends to a witness, and what it is answered (C2SP tlog-witness v1.0, `add-checkpoint`). */
export interface AddCheckpoint {
  /** The size of the tree that the witness cosigned last; 0: none. */
  oldSize: bigint;
  /** A consistency proof from there (RFC 6962 §2.1.2). */
  proof: readonly Hash[];
  /** The signed note (C2SP tlog-checkpoint). */
  checkpoint: string;
}

export const ADD_CHECKPOINT = 'add-checkpoint';
/** The media type of a size that a witness answers (409). */
export const SIZE_TYPE = 'text/x.tlog.size';
const MOST_HASHES = 63;
const NUMBER = /^(?:0|[1-9]\d{0,19})$/;
/** In characters, and so in bytes: all but key names is ASCII. */
export const MAX_REQUEST_CHARACTERS = MAX_NOTE_CHARACTERS + 45 * MOST_HASHES + 64;

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map(toBase64), '', checkpoint].join('\n');
}

/** @returns undefined for what is none. The checkpoint within is not looked at */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const split = body.indexOf('\n\n');
  if (body.length > MAX_REQUEST_CHARACTERS || split < 0) return undefined;
  const [first = '', ...lines] = body.slice(0, split).split('\n');
  const oldSize = first.startsWith('old ') ? readSize(first.slice(4)) : undefined;
  const proof = lines.map(fromBase64).filter((hash) => hash?.length === HASH_BYTES);
  if (oldSize === undefined || lines.length > MOST_HASHES || proof.length !== lines.length) return undefined;
  return { oldSize, proof: proof.filter((hash) => hash !== undefined), checkpoint: body.slice(split + 2) };
}

function readSize(text: string): bigint | undefined {
  if (!NUMBER.test(text)) return undefined;
  const size = BigInt(text);
  return size < SIZE_LIMIT ? size : undefined;
}

/** The body of a 409: the size that the witness has cosigned last. */
export const formatSize = (size: bigint): string => `${size}\n`;

/** @returns undefined for what is no size */
export const parseSize = (body: string): bigint | undefined =>
  body.endsWith('\n') ? readSize(body.slice(0, -1)) : undefined;
