import { formatAddCheckpoint, parseSize } from '#core/log/add-checkpoint.ts';
import { type Cosignature, verifyCosignatures, type WitnessKey } from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import { parseNote } from '#core/log/note.ts';
import { noteText, type ReadFile, readTile } from '#core/log/reading.ts';
import { nodesInTiles } from '#core/log/tiles.ts';
import { consistencyProof } from '#core/log/tree.ts';
import type { Witnesses } from '#core/ports.ts';
import type { Claimed } from './cosigned.ts';

/**
 * Asking one witness to cosign a checkpoint (C2SP tlog-witness, `add-checkpoint`). Whatever it answers has one of few
 * outcomes, and costs two calls at most.
 */
export interface AskPorts {
  read: ReadFile;
  witnesses: Witnesses;
}

/** Why a witness did not cosign. */
export type WitnessFailure =
  /** No answer: no connection, a time-out, a redirect, an answer without end. */
  | 'unreachable'
  /** It does not take checkpoints of this log (404). */
  | 'log-unknown'
  /** It refused, with a status that says no more: 403, or 500, which some answer to a signature that they cannot verify. */
  | 'refused'
  /** It asks to be left alone for now (429, 503). */
  | 'busy'
  /** An answer that no witness gives. */
  | 'malformed'
  /** Cosignatures, and none of them by its key. */
  | 'key-unknown'
  /** A cosignature by its key that does not verify, or says no time. */
  | 'signature-invalid'
  /** A cosignature of another time than the present. */
  | 'clock-differs'
  /** It named another size each time it was asked. */
  | 'size-moves';

export type Outcome =
  | { is: 'cosigned'; cosignature: Cosignature }
  /** It holds what it has seen of this log against the checkpoint, and they do not agree. */
  | { is: 'disagrees' }
  /** It has cosigned a larger tree than this one. */
  | { is: 'beyond'; size: bigint }
  | { is: 'failed'; why: WitnessFailure; status?: number };

/** One further call, once a witness has said which size it knows. */
const mostCalls = 2;
/** An answer has one line for each of a witness's keys. */
const mostLines = 16;
/** A witness's clock may be ahead of ours, and it may answer what it signed a while ago. */
const aheadSeconds = 300n;
const behindSeconds = 3600n;

/**
 * @param oldSize which size the witness is thought to have cosigned last
 * @param now in seconds since 1970
 * @throws whatever reading the log's files throws
 */
export async function askWitness(
  { read, witnesses }: AskPorts,
  { url, key }: { url: string; key: WitnessKey },
  checkpoint: Claimed,
  oldSize: bigint,
  now: bigint,
): Promise<Outcome> {
  let from = oldSize;
  for (let calls = 0; calls < mostCalls; calls++) {
    const nodes = nodesInTiles(checkpoint.size, (tile) => readTile(read, tile));
    const proof = await consistencyProof(from, checkpoint.size, nodes);
    const body = formatAddCheckpoint({ oldSize: from, proof, checkpoint: checkpoint.note });
    const answer = await witnesses.submit(url, body).catch(() => undefined);
    if (answer === undefined) return { is: 'failed', why: 'unreachable' };
    if (answer.status === 200) return cosigned(answer.body, checkpoint, key, now);
    if (answer.status !== 409) return refused(answer.status);
    const size = sizeIn(answer.body);
    if (size === undefined) return { is: 'disagrees' };
    if (size > checkpoint.size) return { is: 'beyond', size };
    if (size === from) return { is: 'failed', why: 'malformed', status: 409 };
    from = size;
  }
  return { is: 'failed', why: 'size-moves' };
}

function refused(status: number): Outcome {
  // It has verified the log's signature before it comes to this: what it holds against the log, the log signed.
  if (status === 422) return { is: 'disagrees' };
  return { is: 'failed', why: reasons.get(status) ?? (isRefusal(status) ? 'refused' : 'malformed'), status };
}

const reasons = new Map<number, WitnessFailure>([
  [404, 'log-unknown'],
  [429, 'busy'],
  [503, 'busy'],
]);
const isRefusal = (status: number) => status >= 400 && status < 600;

function sizeIn(body: Uint8Array): bigint | undefined {
  return body.length > 32 ? undefined : parseSize(new TextDecoder('latin1').decode(body));
}

function cosigned(body: Uint8Array, { note, text }: Claimed, key: WitnessKey, now: bigint): Outcome {
  let found: Cosignature | undefined;
  try {
    const answer = noteText(body);
    const whole = `${note}${answer}`;
    // A blank line in the answer would have it be about a text of the witness's own.
    if (answer.split('\n').length > mostLines + 1 || parseNote(whole).text !== text)
      return { is: 'failed', why: 'malformed', status: 200 };
    // Only its own key's line leaves this: another's, the log's say, would spoil the note for those who know that key.
    found = verifyCosignatures(whole, [key])[0];
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    const why = error.code === 'cosignature-invalid' ? 'signature-invalid' : 'malformed';
    return { is: 'failed', why, status: 200 };
  }
  if (found === undefined) return { is: 'failed', why: 'key-unknown', status: 200 };
  const { seconds } = found;
  if (seconds > now + aheadSeconds || seconds < now - behindSeconds)
    return { is: 'failed', why: 'clock-differs', status: 200 };
  return { is: 'cosigned', cosignature: found };
}
