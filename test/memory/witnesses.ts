import { utf8 } from '#core/bytes.ts';
import { formatSize, parseAddCheckpoint } from '#core/log/add-checkpoint.ts';
import { type Checkpoint, openCheckpoint } from '#core/log/checkpoint.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { EMPTY_ROOT, sameHash, verifyConsistency } from '#core/log/tree.ts';
import type { Clock, WitnessAnswer, Witnesses } from '#core/ports.ts';
import { type Cosigner, cosignatureLine } from '../core/log/cosigner.ts';

/**
 * A witness as C2SP tlog-witness has it, in memory, of one log. A test may put another answer in the place of its own, and
 * sees each call.
 */
export interface MemoryWitness {
  readonly url: string;
  readonly cosigner: Cosigner;
  /** What it has cosigned last. */
  seen: Checkpoint | undefined;
  /** Bodies of calls, in order. */
  readonly calls: string[];
  /** What it answers in the place of its own answer. */
  instead: ((honest: () => WitnessAnswer) => WitnessAnswer | Promise<WitnessAnswer>) | undefined;
}

export const answer = (status: number, body: string | Uint8Array = ''): WitnessAnswer => ({
  status,
  body: typeof body === 'string' ? utf8(body) : body,
});

export function memoryWitness(cosigner: Cosigner, url: string): MemoryWitness {
  return { url, cosigner, seen: undefined, calls: [], instead: undefined };
}

export function memoryWitnesses(
  all: readonly MemoryWitness[],
  log: VerifierKey,
  clock: Pick<Clock, 'now'>,
): Witnesses {
  return {
    async submit(url, body) {
      const witness = all.find((one) => one.url === url);
      if (witness === undefined) throw new Error('nobody listens there');
      witness.calls.push(body);
      const honest = () => witnessed(witness, log, clock, body);
      return witness.instead === undefined ? honest() : witness.instead(honest);
    },
  };
}

function witnessed(
  witness: MemoryWitness,
  log: VerifierKey,
  clock: Pick<Clock, 'now'>,
  body: string,
): WitnessAnswer {
  const request = parseAddCheckpoint(body);
  if (request === undefined) return answer(400);
  const { oldSize, proof, checkpoint: note } = request;
  let checkpoint: Checkpoint;
  try {
    checkpoint = openCheckpoint(note, log);
  } catch {
    return answer(403);
  }
  if (oldSize > checkpoint.size) return answer(400);
  const { size, root } = witness.seen ?? { size: 0n, root: EMPTY_ROOT };
  if (oldSize !== size) return answer(409, formatSize(size));
  const isConsistent =
    oldSize === checkpoint.size
      ? sameHash(root, checkpoint.root)
      : verifyConsistency(oldSize, checkpoint.size, proof, root, checkpoint.root);
  if (!isConsistent) return answer(422);
  witness.seen = checkpoint;
  return answer(200, cosignatureLine(note, witness.cosigner, secondsOf(clock)));
}

export const secondsOf = (clock: Pick<Clock, 'now'>): bigint =>
  BigInt(Math.floor(Date.parse(clock.now()) / 1000));
