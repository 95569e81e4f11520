import { sameBytes } from '#core/bytes.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { wireInstant } from '#core/instant.ts';
import { claimedCheckpoint, openCheckpoint } from '#core/log/checkpoint.ts';
import { type Cosignature, verifyCosignatures } from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import { parseNote, type VerifierKey } from '#core/log/note.ts';
import { leafBytes } from '#core/log/proof.ts';
import { parseTlogProof } from '#core/log/tlog-proof.ts';
import { leafHash, verifyInclusion } from '#core/log/tree.ts';
import { isCosigned, type TrustPolicy } from '#core/log/trust-policy.ts';

/** By which witnesses of a policy (C2SP tlog-policy) a log's checkpoint was cosigned. */
export interface Cosigned {
  /** The witness, as its key is named. */
  name: string;
  /** When it cosigned, by its own clock: an instant. */
  at: string;
}

export interface WitnessCheck {
  cosigned: Cosigned[];
  /** Whether those are as many as the policy asks for. */
  isQuorum: boolean;
}

/**
 * @param note a checkpoint, whose log's signature is verified elsewhere
 * @param key of the log. A policy that names logs is one for these and for no other.
 * @throws LogError note-malformed, checkpoint-malformed; cosignature-invalid for one of a known witness that does not hold
 */
export function witnessesOf(note: string, key: VerifierKey, policy: TrustPolicy): WitnessCheck {
  if (!isOfLog(policy, key)) return none;
  const cosignatures = verifyCosignatures(
    note,
    policy.witnesses.map((witness) => witness.key),
  );
  return { cosigned: cosignatures.map(cosignedOf), isQuorum: isCosigned(policy, cosignatures) };
}

/** Whether a policy is one for a log: it names it, or no log at all. */
export const isOfLog = ({ logs }: TrustPolicy, key: VerifierKey): boolean =>
  logs.length === 0 || logs.some((log) => sameBytes(log.key.publicKey, key.publicKey));

/** The last second that a year of four digits has: a witness may say any time. */
const mostSeconds = 253_402_300_799n;

export function cosignedOf({ key: { name }, seconds }: Pick<Cosignature, 'key' | 'seconds'>): Cosigned {
  const within = seconds > mostSeconds ? mostSeconds : seconds;
  return { name, at: wireInstant(new Date(Number(within) * 1000).toISOString()) };
}

/** A policy as every machine can verify it: browsers, and older versions of Node, know no ML-DSA. */
export const everywhere = (policy: TrustPolicy): TrustPolicy => ({
  ...policy,
  witnesses: policy.witnesses.filter(({ key }) => key.algorithm === 'ed25519'),
});

/**
 * The witnesses of a page: of whichever of its checkpoints they are a quorum, or else of its proof's own.
 *
 * @param file what lies beside it as `disclosure.tlog-proof`, which its holder may have had cosigned since
 */
export function witnessedBy(
  { log, tlogProof }: Pick<DisclosurePackage, 'log' | 'tlogProof'>,
  { key, policy, file }: { key: VerifierKey; policy: TrustPolicy; file?: string | undefined },
): WitnessCheck {
  const texts = [tlogProof, file].filter((text) => text !== undefined);
  const checks = [
    () => witnessesOf(log.checkpoint, key, policy),
    ...texts.map((text) => () => witnessesOf(parseTlogProof(text).checkpoint, key, policy)),
  ].map(orNone);
  return checks.find(({ isQuorum }) => isQuorum) ?? checks[0] ?? none;
}

const none: WitnessCheck = { cosigned: [], isQuorum: false };

function orNone(check: () => WitnessCheck): WitnessCheck {
  try {
    return check();
  } catch (error) {
    if (error instanceof LogError) return none;
    throw error;
  }
}

/** Whether a text is a proof (C2SP tlog-proof) that a log has the very entry that a page carries, at its place. */
export function isProofOf(
  text: string,
  { entry, proof }: DisclosurePackage['log'],
  key: VerifierKey,
): boolean {
  try {
    const { index, hashes, checkpoint, extra } = parseTlogProof(text);
    const { size, root } = openCheckpoint(checkpoint, key);
    const bytes = leafBytes(entry);
    return (
      index === BigInt(proof.index) &&
      extra !== undefined &&
      sameBytes(extra, bytes) &&
      verifyInclusion(index, size, leafHash(bytes), hashes, root)
    );
  } catch (error) {
    if (error instanceof LogError) return false;
    throw error;
  }
}

/** How many signatures a checkpoint has beside its log's, by whomever. */
export function othersIn(note: string): number {
  const { origin } = claimedCheckpoint(note);
  return parseNote(note).signatures.filter(({ name }) => name !== origin).length;
}
