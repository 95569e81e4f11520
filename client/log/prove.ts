import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { jsonDigest } from '#core/canonical.ts';
import { announces, type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { importPublicKey } from '#core/signature/keys.ts';

/** Checking a disclosure, years later, on a machine without a network: who signed it, and that the log announced it. */

/** What was wrong with a disclosure. */
export type ProofFault =
  /** Neither a signed disclosure nor the JSON that one holds. */
  | 'package-malformed'
  /** The signature is not by the provider's key that it names, or not over this. */
  | 'signature-invalid'
  /** The provider's keys are given, and the one that it names is not among them. */
  | 'signer-unknown'
  /** The digest is not that of the records. */
  | 'digest-differs'
  /** The entry that it carries announces no collection of this case. */
  | 'entry-differs'
  /** The entry is later than what it should have announced. */
  | 'announced-later'
  /** The proof or the checkpoint does not hold. */
  | LogErrorCode;

export interface Proof {
  case: string;
  reference: string;
  records: number;
  digest: string;
  collectedAt: string;
  /** The thumbprint of the provider's key that signed it, where there is a signature. */
  signer?: string;
  /** Whether that signature was verified: only with the provider's keys. */
  isSigned: boolean;
  /** The entry that announced it, and the size of the tree that the proof leads to. */
  entry?: { index: bigint; at: string; size: bigint };
  faults: ProofFault[];
}

const wrapped = z.looseObject({ jws: z.string() });

/**
 * Checks a disclosure.
 *
 * @param text the provider's signed text (a compact JWS), a JSON object that has it as `jws`, or the JSON within it
 * @param keys the provider's public keys (RFC 7517), where they are known
 * @returns undefined if this is no disclosure at all
 */
export async function proveDisclosure(
  text: string,
  key: VerifierKey,
  keys?: readonly Record<string, unknown>[],
): Promise<Proof | undefined> {
  const found = readDisclosure(text);
  if (found === undefined) return undefined;
  const { disclosure, jws } = found;
  const faults: ProofFault[] = [];
  const signer = jws === undefined ? undefined : decodeProtectedHeader(jws).kid;
  let isSigned = false;
  if (jws !== undefined && keys !== undefined) {
    const fault = await signatureFault(jws, keys);
    if (fault === undefined) isSigned = true;
    else faults.push(fault);
  }
  if (disclosure.digest !== jsonDigest(disclosure.records)) faults.push('digest-differs');
  const entry = announcement(disclosure, key, faults);
  return {
    case: disclosure.case,
    reference: disclosure.reference,
    records: disclosure.records.length,
    digest: disclosure.digest,
    collectedAt: disclosure.collectedAt,
    ...(signer === undefined ? {} : { signer }),
    isSigned,
    ...(entry === undefined ? {} : { entry }),
    faults,
  };
}

/** A disclosure out of a JWS, a JSON object that has one, or the JSON within one; undefined for anything else. */
export function readDisclosure(text: string): { disclosure: DisclosurePackage; jws?: string } | undefined {
  try {
    const trimmed = text.trim();
    if (!trimmed.startsWith('{')) return { disclosure: payloadOf(trimmed), jws: trimmed };
    const json: unknown = JSON.parse(trimmed);
    const { data } = wrapped.safeParse(json);
    if (data === undefined) return { disclosure: packageSchema.parse(json) };
    return { disclosure: payloadOf(data.jws), jws: data.jws };
  } catch {
    return undefined;
  }
}

/** What a JWS says, nothing of it verified yet. */
function payloadOf(jws: string): DisclosurePackage {
  const [, payload = ''] = jws.split('.');
  return packageSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}

async function signatureFault(
  jws: string,
  keys: readonly Record<string, unknown>[],
): Promise<ProofFault | undefined> {
  const { kid } = decodeProtectedHeader(jws);
  // By the thumbprint of what each key is, not by the id that it claims.
  const key = keys.map((it) => importPublicKey(it)).find(({ thumbprint }) => thumbprint === kid);
  if (key === undefined) return 'signer-unknown';
  try {
    await compactVerify(jws, key.keyObject, { algorithms: ['ES256', 'EdDSA', 'Ed25519'] });
    return undefined;
  } catch {
    return 'signature-invalid';
  }
}

function announcement(disclosure: DisclosurePackage, key: VerifierKey, faults: ProofFault[]): Proof['entry'] {
  try {
    const { index, size, envelope } = verifyLogProof(disclosure.log, key);
    if (!announces(envelope, disclosure)) faults.push('entry-differs');
    if (Date.parse(envelope.at) > Date.parse(disclosure.collectedAt)) faults.push('announced-later');
    return { index, at: envelope.at, size };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    faults.push(error.code);
    return undefined;
  }
}
