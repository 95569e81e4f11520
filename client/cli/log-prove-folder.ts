import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Cosigned } from '#client/log/witnesses.ts';
import { readOrderDigest } from '#client/order-digest.ts';
import type { CertifiedFile } from '#client/package/certificate.ts';
import {
  type Fault,
  type GivenKeys,
  type PackageFault,
  type PackageFiles,
  type PackageProof,
  provePackage,
} from '#client/package/prove.ts';
import { printable } from '#client/printable.ts';
import { bad, counted, exit, good, printJson, UsageError } from './common.ts';
import { CommandError } from './errors.ts';
import { thumbprints } from './format.ts';
import { witnessLines } from './log-prove-witnesses.ts';
import { madeBy } from './version.ts';

/**
 * `writ log prove` on a folder that `writ collect` wrote.
 *
 * @param by whose keys those are, in words for people
 */
export async function proveFolder(
  folder: string,
  { given, by }: { given: GivenKeys; by: string },
  { json = false }: { json?: boolean | undefined },
): Promise<number> {
  const proof = await provePackage(filesOf(folder), given, madeBy);
  if (proof === undefined) throw new UsageError(`${printable(folder)} holds no disclosure`);
  const verdict = verdictOf(proof);
  if (json) printJson({ verdict, ...proof });
  else process.stdout.write(textOf(proof, verdict, by));
  return { proven: 0, wrong: exit.wrong, consistent: exit.unread }[verdict];
}

/**
 * `consistent`: nothing is wrong, but the caller did not give all of the keys. The log's key alone proves no more: the log
 * announces a collection, and only the provider's signature says whose records these are.
 */
type Verdict = 'proven' | 'consistent' | 'wrong';

function verdictOf({ faults, byGivenKeys }: PackageProof): Verdict {
  if (faults.length > 0) return 'wrong';
  return byGivenKeys.provider && byGivenKeys.log ? 'proven' : 'consistent';
}

/** @throws CommandError file-unreadable */
export function filesOf(folder: string): PackageFiles {
  const existing = async <T>(name: string, read: (path: string) => Promise<T>): Promise<T | undefined> => {
    try {
      return await read(join(folder, name));
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
      if (code === 'ENOENT') return undefined;
      throw new CommandError('file-unreadable', `${printable(join(folder, name))} cannot be read (${code})`);
    }
  };
  return {
    text: (name) => existing(name, (path) => readFile(path, 'utf8')),
    digest: (name) => existing(name, fileDigest),
  };
}

/** Of a file of any size. */
async function fileDigest(path: string): Promise<CertifiedFile> {
  const hash = createHash('sha256');
  const file = createReadStream(path);
  await pipeline(file, hash);
  return { sha256: hash.digest('hex'), bytes: file.bytesRead };
}

const faultTexts: Partial<Record<PackageFault, string>> = {
  'signature-invalid': 'the provider’s signature does not hold',
  'signer-unknown': 'the key that signed it is none of the provider’s',
  'digest-differs': 'its digest is not that of its records',
  'entry-differs': 'the entry that it carries announces something else',
  'announced-later': 'the entry is later than the disclosure',
  'not-included': 'the proof does not lead to the checkpoint’s root',
  'note-unsigned': 'the checkpoint is not signed by this log’s key',
  'package-malformed': 'it is no signed disclosure',
  'file-missing': 'it is not there',
  'file-malformed': 'it is not of the form that it should have',
  'case-differs': 'it is of another case, request or scope',
  'pages-differ': 'the pages are not those of one collection, from the first to the last',
  'counts-differ': 'it counts its records otherwise than they are',
  'records-differ': 'the table is not what the signed pages say',
  'certificate-differs': 'the certificate is not that of these files',
  'proof-differs': 'proof.json says something else of it',
  'tlog-proof-differs': 'the tlog-proof is of something else, or does not hold',
  'quorum-missing': 'fewer witnesses cosigned the log than the policy asks for',
  'cosignature-invalid': 'a cosignature is not the witness’s whose name it has',
  'origin-differs': 'it is of another log',
  'proof-malformed': 'it is no tlog-proof',
  'entry-malformed': 'it carries no entry of a Writ log',
};

export const faultText = (code: PackageFault) => faultTexts[code] ?? 'see docs/log.md';

/** As many as help: a forger of one page can forge a thousand. */
const MOST = 20;

function textOf(proof: PackageProof, verdict: Verdict, by: string): string {
  const { pages, faults, records } = proof;
  const [first] = pages;
  const entries = pages.flatMap(({ entry }) => (entry === undefined ? [] : [entry.index]));
  const lines = [
    `case ${printable(proof.case ?? 'unknown')}, reference ${printable(proof.reference ?? 'unknown')}`,
    `  ${counted(records, 'record')} in ${counted(pages.length, 'page')}` +
      (first === undefined ? '' : `, collected ${printable(first.collectedAt)}`),
    ...namesText(proof),
    ...(entries.length === 0 ? [] : [`  announced by ${entriesText(entries)} of the log`]),
    ...witnessesText(proof),
    ...keyLines(proof, by),
    ...faults
      .slice(0, MOST)
      .map((fault) => bad(`  ${fault.code}: ${whereText(fault)}${faultText(fault.code)}`)),
    ...(faults.length > MOST ? [bad(`  and ${faults.length - MOST} more`)] : []),
    {
      proven: good('Proven: the provider signed this, and the log announced it before it was made.'),
      wrong: bad('Not proven.'),
      consistent: bad('Consistent with itself, and not proven: give the keys with --provider or --profile.'),
    }[verdict],
  ];
  return `${lines.join('\n')}\n`;
}

/** The order, and how much there is of whom: what nothing was found of is said too. */
function namesText({ order, subjects, counts }: PackageProof): string[] {
  const digest = order?.digest === undefined ? undefined : readOrderDigest(order.digest);
  const names = new Map(subjects?.map(({ subject, kind, value }) => [subject, `${kind} ${value}`]));
  return [
    ...(order === undefined ? [] : [`  order ${printable(order.kind)} of ${printable(order.jurisdiction)}`]),
    ...(digest === undefined ? [] : [`  the order’s SHA-256 is ${digest.hex}`]),
    ...counts.map(
      ({ subject, category, records }) =>
        `  ${printable(names.get(subject) ?? `subject ${subject}`)}: ${category}: ${records === 0 ? 'no record' : counted(records, 'record')}`,
    ),
  ];
}

/** Those who cosigned the checkpoint of every page. */
function witnessesText({ pages, byGivenKeys }: PackageProof): string[] {
  const last = pages.at(-1)?.witnesses;
  const isEverywhere = ({ name }: Cosigned) =>
    pages.every(({ witnesses }) => witnesses?.cosigned.some((one) => one.name === name) === true);
  const cosigned = last?.cosigned.filter(isEverywhere) ?? [];
  const others = byGivenKeys.policy ? 0 : Math.max(0, ...pages.map(({ others = 0 }) => others));
  const lines = witnessLines(last && { ...last, cosigned }, others);
  return byGivenKeys.policy || cosigned.length === 0
    ? lines
    : [
        ...lines,
        '  as the list of witnesses in the package has them, which vouches for nothing: give yours with --policy',
      ];
}

const entriesText = (entries: readonly bigint[]) =>
  entries.length === 1 ? `entry ${entries[0]}` : `entries ${entries[0]} to ${entries.at(-1)}`;

const whereText = ({ page, file }: Fault) =>
  page !== undefined ? `page ${page}: ` : file !== undefined ? `${file}: ` : '';

function keyLines({ byGivenKeys, keys }: PackageProof, by: string): string[] {
  const own = [
    ...(byGivenKeys.provider ? [] : keys.thumbprints),
    ...(byGivenKeys.log || keys.verifierKey === undefined ? [] : [keys.verifierKey]),
  ];
  if (own.length === 0) return [`  by the keys ${by}`];
  return [
    `by ${byGivenKeys.provider || byGivenKeys.log ? 'keys' : 'the keys'} in the package itself, which vouch for nothing: compare them with the provider’s own`,
    thumbprints(own.map(printable)),
  ];
}
