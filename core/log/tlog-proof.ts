import { fromBase64, toBase64 } from '#core/bytes.ts';
import { type Checkpoint, claimedCheckpoint, openCheckpoint } from './checkpoint.ts';
import { type Cosignature, verifyCosignatures } from './cosignature.ts';
import { LogError } from './errors.ts';
import { MAX_NOTE_CHARACTERS } from './note.ts';
import { HASH_BYTES, type Hash, SIZE_LIMIT, verifyInclusion } from './tree.ts';
import { isCosigned, type TrustPolicy } from './trust-policy.ts';

/**
 * Proofs that a log has an entry (C2SP tlog-proof), in one text that anybody's tools verify offline: the entry's index, its
 * inclusion proof, and the checkpoint with the signatures of the log and of witnesses.
 */
export interface TlogProof {
  index: bigint;
  /** From the entry's sibling up (RFC 6962 §2.1.1). */
  hashes: readonly Hash[];
  /** The signed note (C2SP tlog-checkpoint). */
  checkpoint: string;
  /** What the proof carries beside it, which nothing authenticates: in Writ's, the entry's bytes. */
  extra?: Uint8Array;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** No tree has a longer path. */
const MOST_HASHES = 63;
/** An entry is 65,535 bytes at most, in base64. */
const MOST_EXTRA_CHARACTERS = 4 * Math.ceil(0xffff / 3);
export const MAX_PROOF_CHARACTERS = MAX_NOTE_CHARACTERS + MOST_EXTRA_CHARACTERS + 4096;

export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const lines = [
    HEADER,
    ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]),
    `index ${index}`,
    ...hashes.map(toBase64),
    '',
  ];
  return `${lines.join('\n')}\n${checkpoint}`;
}

/** @throws LogError proof-malformed. The checkpoint within is not looked at */
export function parseTlogProof(text: string): TlogProof {
  const split = text.indexOf('\n\n');
  if (text.length > MAX_PROOF_CHARACTERS || split < 0) throw new LogError('proof-malformed');
  const [header, ...lines] = text.slice(0, split).split('\n');
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()?.slice(6) ?? '') : 'none';
  const [, index = ''] = /^index (0|[1-9]\d{0,19})$/.exec(lines.shift() ?? '') ?? [];
  const hashes = lines.map(fromBase64).filter((hash) => hash?.length === HASH_BYTES);
  const isWellFormed =
    header === HEADER &&
    index !== '' &&
    BigInt(index) < SIZE_LIMIT &&
    lines.length <= MOST_HASHES &&
    hashes.length === lines.length;
  if (!isWellFormed || extra === undefined) throw new LogError('proof-malformed');
  return {
    index: BigInt(index),
    hashes: hashes.filter((hash) => hash !== undefined),
    checkpoint: text.slice(split + 2),
    ...(extra === 'none' ? {} : { extra }),
  };
}

/** What a proof proves. */
export interface ProvenInclusion {
  index: bigint;
  checkpoint: Checkpoint;
  /** Those of the policy's witnesses, verified. */
  cosignatures: readonly Cosignature[];
}

/**
 * Verifies that a log that the policy knows has an entry, and that as many of its witnesses saw it as it asks for.
 *
 * @param leaf the entry's leaf hash
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, cosignature-invalid, quorum-missing, not-included;
 *   origin-differs for a checkpoint of none of the policy's logs
 */
export function verifyTlogProof(
  { index, hashes, checkpoint: note }: TlogProof,
  leaf: Hash,
  policy: TrustPolicy,
): ProvenInclusion {
  const { checkpoint, cosignatures } = openWitnessed(note, policy);
  if (!verifyInclusion(index, checkpoint.size, leaf, hashes, checkpoint.root))
    throw new LogError('not-included');
  return { index, checkpoint, cosignatures };
}

/**
 * A checkpoint that a log of the policy signed and enough of its witnesses cosigned.
 *
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, cosignature-invalid, quorum-missing, origin-differs
 */
export function openWitnessed(
  note: string,
  policy: TrustPolicy,
): { checkpoint: Checkpoint; cosignatures: Cosignature[] } {
  const { origin } = claimedCheckpoint(note);
  const logs = policy.logs.filter(({ key }) => key.name === origin);
  const checkpoint = firstThatOpens(
    note,
    logs.map(({ key }) => key),
  );
  const cosignatures = verifyCosignatures(
    note,
    policy.witnesses.map(({ key }) => key),
  );
  if (!isCosigned(policy, cosignatures)) throw new LogError('quorum-missing');
  return { checkpoint, cosignatures };
}

/** A log may have several keys under one name. */
function firstThatOpens(note: string, keys: readonly Parameters<typeof openCheckpoint>[1][]): Checkpoint {
  let wrong = new LogError('origin-differs');
  for (const key of keys) {
    try {
      return openCheckpoint(note, key);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      wrong = error;
    }
  }
  throw wrong;
}
