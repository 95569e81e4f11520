import { toHex } from '#core/bytes.ts';
import { type Envelope, readEntry } from '#core/log/entry.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import { parseTlogProof, verifyTlogProof } from '#core/log/tlog-proof.ts';
import { leafHash } from '#core/log/tree.ts';
import { isCosigned, NONE, type TrustPolicy } from '#core/log/trust-policy.ts';
import { cosignedOf, type WitnessCheck } from './witnesses.ts';

/** A proof by itself (C2SP tlog-proof), as a package's folder has it: that a log has an entry, and who cosigned that. */
export interface TlogProven {
  /** What the log has there, where the proof holds and carries it. */
  entry?: Pick<Envelope, 'at' | 'kind' | 'stream' | 'n'> & { index: bigint };
  log?: { origin: string; size: bigint; root: string };
  witnesses?: WitnessCheck;
  faults: LogErrorCode[];
}

/** Whether a text claims to be one. */
export const isTlogProof = (text: string): boolean => text.startsWith('c2sp.org/tlog-proof@');

/**
 * Checks a proof of one of Writ's entries, which it carries as its `extra`: nothing authenticates that but the proof itself.
 *
 * @param policy which logs are believed, and how many of which witnesses must have cosigned
 */
export function proveTlog(text: string, policy: TrustPolicy): TlogProven {
  const faults: LogErrorCode[] = [];
  try {
    const proof = parseTlogProof(text);
    if (proof.extra === undefined) throw new LogError('entry-malformed');
    // Without the quorum first: who cosigned is told also where they are too few.
    const { index, checkpoint, cosignatures } = verifyTlogProof(proof, leafHash(proof.extra), {
      ...policy,
      quorum: NONE,
    });
    const { at, kind, stream, n } = readEntry(proof.extra).envelope;
    const isQuorum = isCosigned(policy, cosignatures);
    if (!isQuorum) faults.push('quorum-missing');
    const { origin, size, root } = checkpoint;
    return {
      entry: { index, at, kind, stream, n },
      log: { origin, size, root: toHex(root) },
      ...(policy.witnesses.length === 0
        ? {}
        : { witnesses: { cosigned: cosignatures.map(cosignedOf), isQuorum } }),
      faults,
    };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return { faults: [...faults, error.code] };
  }
}
