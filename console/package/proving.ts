import { z } from 'zod';
import { readDisclosure } from '#client/log/prove.ts';
import { packageFiles } from '#client/package/in-memory.ts';
import { fileNames, manifestSchema } from '#client/package/manifest.ts';
import { type GivenKeys, type PackageProof, provePackage } from '#client/package/prove.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { NamedSubject } from '#core/disclosure/package.ts';
import { parseJsonText } from '#core/json.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { publishedKeys } from '#core/wire/provider.ts';

/** Proving a package in the page, without a network: by keys that its reader has from elsewhere, or by the package's own. */

/**
 * `proven`: by keys that the reader has from elsewhere. `consistent`: nothing is wrong, but the keys are the package's own,
 * and anybody can make such a package. `wrong`: something does not hold.
 */
export type Verdict = 'proven' | 'consistent' | 'wrong';

export function verdictOf({ faults, byGivenKeys }: PackageProof): Verdict {
  if (faults.length > 0) return 'wrong';
  return byGivenKeys.provider && byGivenKeys.log ? 'proven' : 'consistent';
}

/** Keys with a reason to believe them. */
export interface KnownKeys {
  provider: readonly Record<string, unknown>[];
  verifierKey: string;
}

/** The keys in a file that says what `/v1/provider` said; undefined for any other text. */
export function keysIn(text: string): KnownKeys | undefined {
  try {
    const { data } = publishedKeys.safeParse(parseJsonText(text));
    if (data === undefined) return undefined;
    parseVerifierKey(data.log.verifierKey);
    for (const key of data.keys) importPublicKey(key);
    return { provider: data.keys, verifierKey: data.log.verifierKey };
  } catch {
    return undefined;
  }
}

const ownKeys = z.looseObject({
  provider: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }),
  log: z.looseObject({ verifierKey: z.string() }),
});

/** The keys that a package says of itself: they prove something once a person compared them with the provider’s. */
export function keysOfPackage(files: ReadonlyMap<string, Uint8Array>): KnownKeys | undefined {
  try {
    const text = new TextDecoder().decode(files.get(fileNames.proof));
    const { provider, log } = ownKeys.parse(parseJsonText(text));
    parseVerifierKey(log.verifierKey);
    return { provider: provider.keys, verifierKey: log.verifierKey };
  } catch {
    return undefined;
  }
}

/** @param known undefined: by the package’s own keys. @returns undefined where this is no package */
export async function proved(
  files: ReadonlyMap<string, Uint8Array>,
  known: KnownKeys | undefined,
  madeBy: string,
): Promise<PackageProof | undefined> {
  const given: GivenKeys =
    known === undefined ? {} : { provider: known.provider, log: parseVerifierKey(known.verifierKey) };
  return provePackage(packageFiles(files), given, madeBy);
}

/** What a package says, for a reader: only of one in which nothing is wrong. */
export interface PackageRecords {
  records: DisclosedRecord[];
  subjects: readonly NamedSubject[] | undefined;
}

export function recordsIn(files: ReadonlyMap<string, Uint8Array>): PackageRecords | undefined {
  try {
    const text = new TextDecoder().decode(files.get(fileNames.manifest));
    const manifest = manifestSchema.parse(parseJsonText(text));
    const records = manifest.pages.flatMap(({ jws }) => readDisclosure(jws)?.disclosure.records ?? []);
    return { records, subjects: manifest.v === 1 ? undefined : manifest.subjects };
  } catch {
    return undefined;
  }
}
