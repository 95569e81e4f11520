import { type Proof, type ProofFault, proveRead, readDisclosure } from '#client/log/prove.ts';
import { everywhere, witnessedBy } from '#client/log/witnesses.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { headOf } from './manifest.ts';
import { placeOf } from './prove.ts';

/** A collection's pages, each verified before anything of it is kept or shown. */
export interface PackageKeys {
  log: VerifierKey;
  provider: readonly Record<string, unknown>[];
  /** Which witnesses of the log count (C2SP tlog-policy), where the provider publishes it. */
  policy?: string | undefined;
}

export interface ProvenPage {
  /** As the provider signed it. */
  jws: string;
  disclosure: DisclosurePackage;
  /** With the witnesses, where it is known which count. */
  proof: Proof;
}

/** What is wrong with a page: it does not hold, or it is no page of this collection. */
export type PageFault = ProofFault | 'case-differs' | 'pages-differ';

/** What a page follows on. */
export interface PageBefore {
  /** The id of the case that is collected. */
  id: string;
  keys: PackageKeys;
  /** Of the same collection; undefined for that page itself. */
  first: DisclosurePackage | undefined;
  /** Its number, from 1 on. */
  page: number;
}

/**
 * Verifies one page: signed by the provider, announced by the log, of this case, and the next one of this collection.
 *
 * @param jws a compact JWS (RFC 7515)
 * @returns the page, or all that is wrong with it
 */
export async function provenPage(
  jws: string,
  { id, keys, first, page }: PageBefore,
): Promise<ProvenPage | readonly PageFault[]> {
  const found = readDisclosure(jws);
  if (found?.jws === undefined) return ['package-malformed'];
  const { disclosure } = found;
  if (disclosure.case !== id) return ['case-differs'];
  const proof = await proveRead(found, keys.log, keys.provider);
  if (proof.faults.length > 0) return proof.faults;
  const proven = withWitnesses({ jws, disclosure, proof }, keys);
  const [place, begun] = [placeOf(disclosure), placeOf(first ?? disclosure)];
  const isNext = place?.page === page && place.collection === begun?.collection;
  const isAlike = canonicalJson(headOf(disclosure)) === canonicalJson(headOf(first ?? disclosure));
  return isNext && isAlike ? proven : ['pages-differ'];
}

/** A page with the witnesses who cosigned its checkpoint, as far as every machine can verify them. */
export function withWitnesses(page: ProvenPage, { log: key, policy: text }: PackageKeys): ProvenPage {
  if (text === undefined) return page;
  const policy = everywhere(parseTrustPolicy(text));
  return { ...page, proof: { ...page.proof, witnesses: witnessedBy(page.disclosure, { key, policy }) } };
}
