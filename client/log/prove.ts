import { compactVerify, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { fromBase64url, toHex } from '#core/bytes.ts';
import { jsonDigest } from '#core/canonical.ts';
import { announces, type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { parseJson, parseJsonText } from '#core/json.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError, type LogErrorCode } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { isProofOf, othersIn, type WitnessCheck, witnessedBy } from './witnesses.ts';

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
  /** The proof as a text of its own (C2SP tlog-proof) is of another entry or log, or does not hold. */
  | 'tlog-proof-differs'
  /** The proof or the checkpoint does not hold; `quorum-missing`: too few witnesses of the policy that is given cosigned it. */
  | LogErrorCode;

/** Where the log announced a disclosure: the entry, and the checkpoint that its proof leads to. */
export interface Announcement {
  index: bigint;
  at: string;
  /** Of the log's tree then, and its root in hex. */
  size: bigint;
  root: string;
}

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
  entry?: Announcement;
  /** Who cosigned the checkpoint, by a policy that says who may. */
  witnesses?: WitnessCheck;
  /** How many signatures the checkpoint has beside the log's, whosever they are, where it has any. */
  others?: number;
  faults: ProofFault[];
}

const wrapped = z.looseObject({ jws: z.string() });

/**
 * Checks a disclosure.
 *
 * @param text the provider's signed text (a compact JWS), a JSON object that has it as `jws`, or the JSON within it
 * @param keys the provider's public keys (RFC 7517), where they are known
 * @param policy whose quorum of witnesses must have cosigned the log, where there is one
 * @returns undefined if this is no disclosure at all
 */
export async function proveDisclosure(
  text: string,
  key: VerifierKey,
  keys?: readonly Record<string, unknown>[],
  policy?: TrustPolicy,
): Promise<Proof | undefined> {
  const found = readDisclosure(text);
  if (found === undefined) return undefined;
  const proof = await proveRead(found, key, keys);
  if (policy === undefined) return proof;
  const witnesses = witnessedBy(found.disclosure, { key, policy });
  const faults: ProofFault[] = [...proof.faults, ...(witnesses.isQuorum ? [] : ['quorum-missing' as const])];
  return { ...proof, witnesses, faults };
}

/** Checks a disclosure that was read; for the rest see `proveDisclosure`. */
export async function proveRead(
  { disclosure, jws }: ReadDisclosure,
  key: VerifierKey,
  keys?: readonly Record<string, unknown>[],
): Promise<Proof> {
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
  const { tlogProof } = disclosure;
  if (tlogProof !== undefined && !isProofOf(tlogProof, disclosure.log, key))
    faults.push('tlog-proof-differs');
  return {
    case: disclosure.case,
    reference: disclosure.reference,
    records: disclosure.records.length,
    digest: disclosure.digest,
    collectedAt: disclosure.collectedAt,
    ...(signer === undefined ? {} : { signer }),
    isSigned,
    ...(entry === undefined ? {} : { entry, ...othersOf(disclosure) }),
    faults,
  };
}

function othersOf({ log }: DisclosurePackage): Pick<Proof, 'others'> {
  const others = othersIn(log.checkpoint);
  return others === 0 ? {} : { others };
}

/** A disclosure as it says of itself, and the signed text that says so, where there is one. */
export interface ReadDisclosure {
  disclosure: DisclosurePackage;
  jws?: string;
}

/** A disclosure out of a JWS, a JSON object that has one, or the JSON within one; undefined for anything else. */
export function readDisclosure(text: string): ReadDisclosure | undefined {
  try {
    const trimmed = text.trim();
    if (!trimmed.startsWith('{')) return { disclosure: payloadOf(trimmed), jws: trimmed };
    const json: unknown = parseJsonText(trimmed);
    const { data } = wrapped.safeParse(json);
    if (data === undefined) return { disclosure: packageSchema.parse(json) };
    return { disclosure: payloadOf(data.jws), jws: data.jws };
  } catch {
    return undefined;
  }
}

/** What a JWS says, nothing of it verified yet. */
function payloadOf(jws: string): DisclosurePackage {
  decodeProtectedHeader(jws);
  const [, payload = ''] = jws.split('.');
  return packageSchema.parse(parseJson(fromBase64url(payload) ?? new Uint8Array()));
}

async function signatureFault(
  jws: string,
  keys: readonly Record<string, unknown>[],
): Promise<ProofFault | undefined> {
  const { kid } = decodeProtectedHeader(jws);
  // By the thumbprint of what each key is, not by the id that it claims.
  const key = keys.map((key) => importPublicKey(key)).find(({ thumbprint }) => thumbprint === kid);
  if (key === undefined) return 'signer-unknown';
  try {
    await compactVerify(jws, key.jwk, { algorithms: ['ES256', 'EdDSA', 'Ed25519'] });
    return undefined;
  } catch {
    return 'signature-invalid';
  }
}

function announcement(
  disclosure: DisclosurePackage,
  key: VerifierKey,
  faults: ProofFault[],
): Announcement | undefined {
  try {
    const { index, size, envelope } = verifyLogProof(disclosure.log, key);
    if (!announces(envelope, disclosure)) faults.push('entry-differs');
    if (Date.parse(envelope.at) > Date.parse(disclosure.collectedAt)) faults.push('announced-later');
    const { root } = openCheckpoint(disclosure.log.checkpoint, key);
    return { index, at: envelope.at, size, root: toHex(root) };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    faults.push(error.code);
    return undefined;
  }
}
