import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { DisclosurePackage, NamedSubject, PackageOrder } from '#core/disclosure/package.ts';
import { parseJsonText } from '#core/json.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy, type TrustPolicy } from '#core/log/trust-policy.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { type Proof, type ProofFault, proveRead, readDisclosure } from '../log/prove.ts';
import { everywhere, isProofOf, witnessedBy } from '../log/witnesses.ts';
import { type CertificateFacts, type CertifiedFile, certificatePage, makerOf } from './certificate.ts';
import { Counting, type RecordCount } from './counts.ts';
import { coverageLines } from './coverage-words.ts';
import { tableOf } from './csv.ts';
import {
  fileNames,
  headOf,
  type Manifest,
  type ManifestHead,
  manifestSchema,
  type PackageProofFile,
  type PageFacts,
  proofSchema,
  tlogProofName,
} from './manifest.ts';

/** Checks a package's folder: it holds what a provider signed and a log announced, all of it and nothing else. */

/** Faults of a package, beside those of one of its pages. */
export type PackageFault =
  | ProofFault
  /** A file of the folder is not there, or is not of this form. */
  | 'file-missing'
  | 'file-malformed'
  /** A page is of another case, request or scope than the others. */
  | 'case-differs'
  /** The pages are not those of one collection, from the first to the last in their order. */
  | 'pages-differ'
  /** The manifest, or a page, counts its records otherwise than they are. */
  | 'counts-differ'
  /** `records.csv` does not follow from the pages. */
  | 'records-differ'
  /** The certificate is not that of these files. */
  | 'certificate-differs'
  /** `proof.json` does not follow from the pages and files. */
  | 'proof-differs';

export interface Fault {
  code: PackageFault;
  /** From 1 on. */
  page?: number;
  file?: string;
}

/** A folder's files, by name. */
export interface PackageFiles {
  /** @returns undefined where there is none */
  text(name: string): Promise<string | undefined>;
  /** A table can be larger than a JavaScript string. */
  digest(name: string): Promise<CertifiedFile | undefined>;
}

/** The keys that the person who checks has from another source. */
export interface GivenKeys {
  log?: VerifierKey | undefined;
  provider?: readonly Record<string, unknown>[] | undefined;
  /** Whose quorum of witnesses must have cosigned the log. */
  policy?: TrustPolicy | undefined;
}

export interface PackageProof {
  case?: string;
  reference?: string;
  /** On which order it rests, and whom it names, where the package says so. */
  order?: PackageOrder;
  /** What the answer covers, in sentences, where the package says so. */
  coverage?: string[];
  subjects?: readonly NamedSubject[];
  pages: Proof[];
  records: number;
  /** Of each subject and category, those included that have none. */
  counts: RecordCount[];
  /** Whether each was checked with the keys that were given, or with those in the package, which prove nothing. */
  byGivenKeys: { provider: boolean; log: boolean; policy: boolean };
  keys: { thumbprints: string[]; verifierKey?: string };
  faults: Fault[];
}

/**
 * Checks a package, offline.
 *
 * @param given what is not given is taken from the package itself, and the result says so: such a package is at best
 *   consistent with itself, as anybody can make one
 * @param version of this very program: a certificate that it made is made again and compared
 * @returns undefined if this is no package at all
 */
export async function provePackage(
  files: PackageFiles,
  given: GivenKeys,
  version: string,
): Promise<PackageProof | undefined> {
  const [manifestText, proofText] = [await files.text(fileNames.manifest), await files.text(fileNames.proof)];
  if (manifestText === undefined && proofText === undefined) return undefined;
  const faults: Fault[] = [];
  const proof = parsed(proofSchema, fileNames.proof, proofText, faults);
  const manifest = parsed(manifestSchema, fileNames.manifest, manifestText, faults);
  const keys = keysOf(given, proof, faults);
  const result: PackageProof = {
    pages: [],
    records: 0,
    counts: [],
    byGivenKeys: {
      provider: given.provider !== undefined,
      log: given.log !== undefined,
      policy: given.policy !== undefined,
    },
    keys: {
      thumbprints: keys.provider.map(({ thumbprint }) => thumbprint),
      ...(keys.log === undefined ? {} : { verifierKey: formatVerifierKey(keys.log) }),
    },
    faults,
  };
  if (manifest === undefined) return result;
  result.case = manifest.case;
  result.reference = manifest.reference;
  if (manifest.v !== 1) {
    result.order = manifest.order;
    if (manifest.subjects !== undefined) result.subjects = manifest.subjects;
  }
  const policies = { given: given.policy, own: policyOf(proof, faults) };
  const read = await provePages(manifest, { keys, policies, files }, faults);
  result.pages = read.pages;
  result.records = read.pages.reduce((sum, page) => sum + page.records, 0);
  result.counts = read.counts;
  if ('completeness' in manifest) result.coverage = coverageLines(manifest, read.counts);
  if (manifest.v !== 1 && canonicalJson(manifest.counts) !== canonicalJson(read.counts))
    faults.push({ code: 'counts-differ', file: fileNames.manifest });
  const hashes = await hashesOf(files, faults);
  if (hashes.records !== undefined && hashes.records.sha256 !== read.csv)
    faults.push({ code: 'records-differ', file: fileNames.records });
  if (proof !== undefined) {
    compareProof(proof, { ...read, hashes, log: keys.log }, faults);
    await compareCertificate(files, { manifest, proof, hashes, version, log: keys.log, ...read }, faults);
  }
  return result;
}

function parsed<S extends z.ZodType>(
  schema: S,
  file: string,
  text: string | undefined,
  faults: Fault[],
): z.infer<S> | undefined {
  if (text === undefined) {
    faults.push({ code: 'file-missing', file });
    return undefined;
  }
  try {
    return schema.parse(parseJsonText(text));
  } catch {
    faults.push({ code: 'file-malformed', file });
    return undefined;
  }
}

interface Keys {
  provider: { thumbprint: string; jwk: Record<string, unknown> }[];
  log: VerifierKey | undefined;
}

/** @throws SignatureError key-refused for a given one that is no key */
function keysOf(given: GivenKeys, proof: PackageProofFile | undefined, faults: Fault[]): Keys {
  const imported = (jwk: Record<string, unknown>) => ({ thumbprint: importPublicKey(jwk).thumbprint, jwk });
  if (given.provider !== undefined && given.log !== undefined)
    return { provider: given.provider.map(imported), log: given.log };
  try {
    return {
      provider: (given.provider ?? proof?.provider.keys ?? []).map(imported),
      log: given.log ?? (proof === undefined ? undefined : parseVerifierKey(proof.log.verifierKey)),
    };
  } catch {
    faults.push({ code: 'file-malformed', file: fileNames.proof });
    return { provider: (given.provider ?? []).map(imported), log: given.log };
  }
}

/** Which witnesses count: as whoever checks says, and as the package says. */
interface Policies {
  given: TrustPolicy | undefined;
  own: TrustPolicy | undefined;
}

function policyOf(proof: PackageProofFile | undefined, faults: Fault[]): TrustPolicy | undefined {
  if (proof?.log.policy === undefined) return undefined;
  try {
    return everywhere(parseTrustPolicy(proof.log.policy));
  } catch {
    faults.push({ code: 'file-malformed', file: fileNames.proof });
    return undefined;
  }
}

interface ReadPages {
  pages: Proof[];
  facts: PageFacts[];
  first: DisclosurePackage | undefined;
  counts: RecordCount[];
  /** SHA-256 of the table that the pages make, in hex. */
  csv: string;
}

/** Reads one page after another, and holds no records. */
async function provePages(
  manifest: Manifest,
  { keys, policies, files }: { keys: Keys; policies: Policies; files: PackageFiles },
  faults: Fault[],
): Promise<ReadPages> {
  const head = headFrom(manifest);
  const table = tableOf(head.v !== 1 ? head.subjects : undefined);
  const csv = sha256.create().update(utf8(table.head));
  const counting = new Counting();
  const { pages: signed } = manifest;
  const read: Omit<ReadPages, 'counts' | 'csv'> = { pages: [], facts: [], first: undefined };
  let collection: number | undefined;
  for (const [i, { jws }] of signed.entries()) {
    const page = i + 1;
    const found = readDisclosure(jws);
    if (found?.jws === undefined) {
      faults.push({ code: 'package-malformed', page });
      continue;
    }
    const { disclosure } = found;
    read.first ??= disclosure;
    if (canonicalJson(headOf(disclosure)) !== canonicalJson(head))
      faults.push({ code: 'case-differs', page });
    const place = placeOf(disclosure);
    collection ??= place?.collection;
    const isLast = page === signed.length;
    if (place?.page !== page || place.collection !== collection || (disclosure.page === undefined) !== isLast)
      faults.push({ code: 'pages-differ', page });
    if (disclosure.completeness !== undefined && !isFound(disclosure))
      faults.push({ code: 'counts-differ', page });
    csv.update(utf8(table.rows(disclosure.records)));
    counting.add(disclosure.records);
    const { log: key } = keys;
    if (key === undefined) continue;
    const proven = await proveRead(
      found,
      key,
      keys.provider.map(({ jwk }) => jwk),
    );
    faults.push(...proven.faults.map((code) => ({ code, page })));
    const name = tlogProofName(page);
    const file = await files.text(name);
    if (file !== undefined && !isProofOf(file, disclosure.log, key))
      faults.push({ code: 'tlog-proof-differs', page, file: name });
    // What the package says of itself is held against the policy that it carries; what it is worth, against the one given.
    const own = policies.own && witnessedBy(disclosure, { key, policy: policies.own });
    const facts = factsOf({ ...proven, ...(own === undefined ? {} : { witnesses: own }) });
    if (facts !== undefined) read.facts.push(facts);
    const checked = policies.given && witnessedBy(disclosure, { key, policy: policies.given, file });
    if (checked?.isQuorum === false) faults.push({ code: 'quorum-missing', page });
    const witnesses = checked ?? own;
    read.pages.push(witnesses === undefined ? proven : { ...proven, witnesses });
  }
  return { ...read, counts: counting.of(manifest.scope), csv: toHex(csv.digest()) };
}

/** Whether a page holds as many records of each subject and category as it says that were found. */
function isFound({ completeness, records, scope }: DisclosurePackage): boolean {
  const counting = new Counting();
  counting.add(records);
  return canonicalJson(completeness?.found ?? []) === canonicalJson(counting.of(scope));
}

/** What a manifest says before its pages. */
function headFrom(manifest: Manifest): ManifestHead {
  if (manifest.v === 1) {
    const { pages: _, ...head } = manifest;
    return head;
  }
  const { pages: _, counts: _counts, ...head } = manifest;
  return head;
}

const place = z.looseObject({ data: z.looseObject({ collection: z.int(), page: z.int() }) });

/** Which page of which collection the entry announces. The proof says whether the log has that entry. */
export function placeOf({ log }: DisclosurePackage): { collection: number; page: number } | undefined {
  return place.safeParse(log.entry).data?.data;
}

/**
 * A page as `proof.json` has it; undefined if its place in the log or its signature is not known. It has witnesses where they
 * are as many as the policy asks for that the package carries.
 */
export function factsOf({
  digest,
  records,
  collectedAt,
  signer,
  entry,
  witnesses,
}: Proof): PageFacts | undefined {
  if (signer === undefined || entry === undefined) return undefined;
  const { index, at, size, root } = entry;
  const isSeen = witnesses?.isQuorum === true && witnesses.cosigned.length > 0;
  const seen = isSeen ? { witnesses: witnesses.cosigned } : {};
  return {
    digest,
    records,
    collectedAt,
    signer,
    log: { index: `${index}`, at, size: `${size}`, root, ...seen },
  };
}

type Hashes = Record<'manifest' | 'records' | 'certificate', CertifiedFile | undefined>;

async function hashesOf(files: PackageFiles, faults: Fault[]): Promise<Hashes> {
  const of = async (file: string) => {
    const hash = await files.digest(file);
    if (hash === undefined) faults.push({ code: 'file-missing', file });
    return hash;
  };
  return {
    manifest: await of(fileNames.manifest),
    records: await of(fileNames.records),
    certificate: await of(fileNames.certificate),
  };
}

/** Everything in it follows from the pages and files, except keys of the provider that signed none of them. */
function compareProof(
  proof: PackageProofFile,
  { first, facts, hashes, log }: Pick<ReadPages, 'first' | 'facts'> & { hashes: Hashes; log: Keys['log'] },
  faults: Fault[],
): void {
  for (const name of ['manifest', 'records', 'certificate'] as const) {
    const hash = hashes[name];
    const file = fileNames[name];
    if (hash !== undefined && hash.sha256 !== proof.files[file]) faults.push({ code: 'proof-differs', file });
  }
  const says = {
    name: proof.provider.name,
    verifierKey: proof.log.verifierKey,
    pages: proof.pages,
    signers: facts.every(({ signer }) => proof.provider.keys.some((key) => thumbprintOf(key) === signer)),
  };
  const is = {
    name: first?.certificate.provider ?? '',
    verifierKey: log === undefined ? '' : formatVerifierKey(log),
    pages: facts,
    signers: true,
  };
  if (canonicalJson(says) !== canonicalJson(is))
    faults.push({ code: 'proof-differs', file: fileNames.proof });
}

function thumbprintOf(jwk: Record<string, unknown>): string | undefined {
  try {
    return importPublicKey(jwk).thumbprint;
  } catch {
    return undefined;
  }
}

/**
 * The certificate is unsigned, so it is made again and compared. One that another version made must at least name these files.
 */
async function compareCertificate(
  files: PackageFiles,
  readPages: Pick<ReadPages, 'first' | 'facts' | 'counts'> & {
    manifest: Manifest;
    proof: PackageProofFile;
    hashes: Hashes;
    version: string;
    log: Keys['log'];
  },
  faults: Fault[],
): Promise<void> {
  const { hashes, proof, first, log, facts: pages, counts, version } = readPages;
  const { manifest, records } = hashes;
  const text = await files.text(fileNames.certificate);
  if (text === undefined || log === undefined || manifest === undefined || records === undefined) return;
  const isOwn = proof.madeBy === makerOf(version) && first !== undefined;
  const facts = (of: DisclosurePackage): CertificateFacts => ({
    madeBy: version,
    head: headFrom(readPages.manifest),
    particulars: of.certificate,
    verifierKey: formatVerifierKey(log),
    pages,
    counts,
    files: { manifest, records },
  });
  const holds = isOwn
    ? text === certificatePage(facts(first))
    : text.includes(manifest.sha256) && text.includes(records.sha256);
  if (!holds) faults.push({ code: 'certificate-differs', file: fileNames.certificate });
}
