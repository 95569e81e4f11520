import type { PackageFault } from '#client/package/prove.ts';
import { words } from '../words/lang.ts';
import type { NoPackage } from './dropped.ts';
import type { Verdict } from './proving.ts';

/** What a page says of a package: what is in it, and whether it is proven. */
export interface PackageWords {
  title: string;
  says: string;
  drop: string;
  choose: string;
  chooseFolder: string;
  reading: string;
  none: Record<NoPackage['why'], { title: string; says: string }>;
  keysFile: { title: string; says: string; choose: string; isNone: string; taken: string };
  verdict: Record<Verdict, { title: string; says: string }>;
  /** Under which keys it was checked. */
  by: { known: string; file: string; own: string; compared: string };
  compare: { title: string; says: string; signer: string; log: string; confirm: string };
  maybeOther: string;
  tryOwn: string;
  /** A fault, with where it is. */
  at: { page: (n: number) => string; file: (name: string) => string };
  faults: Partial<Record<PackageFault, string>>;
  otherFault: string;
  more: (n: number) => string;
  facts: Record<
    'case' | 'reference' | 'order' | 'orderDigest' | 'collected' | 'pages' | 'entries' | 'counts',
    string
  >;
  entries: (first: string, last: string) => string;
  records: (n: string) => string;
  coverage: string;
  coverageIsEnglish: string;
  another: string;
  table: {
    title: string;
    zone: (zone: string) => string;
    none: string;
    columns: Record<
      'subject' | 'category' | 'utc' | 'own' | 'ip' | 'port' | 'phone' | 'from' | 'to' | 'outcome',
      string
    >;
    subject: (n: number) => string;
    kinds: Record<'account' | 'phone' | 'username', string>;
    failed: string;
    stands: string;
    more: (n: string) => string;
  };
}

export const packageWords = words<PackageWords>({
  title: 'Prove a package',
  says: 'Drop a package here that was collected from a provider, today or years ago: its ZIP, its folder, or the files of its folder. It is checked in this page, and goes nowhere. You need no network and no key of your own.',
  drop: 'Drop the ZIP, the folder or its files here, or',
  choose: 'choose files',
  chooseFolder: 'choose a folder',
  reading: 'Checking the package',
  none: {
    'no-package': {
      title: 'This is no package.',
      says: 'A package has the files disclosure.json, records.csv, certificate.html and proof.json. Drop all four, or the ZIP that has them.',
    },
    several: { title: 'These are several packages.', says: 'Drop one at a time.' },
    'broken-archive': {
      title: 'This archive cannot be read.',
      says: 'It is no ZIP, or it was cut off or changed. Get it again from whoever gave it to you.',
    },
  },
  keysFile: {
    title: 'The provider’s keys from a file',
    says: 'If you have a file of what the provider said under /v1/provider, which was compared by another way, the package is checked with its keys.',
    choose: 'choose the file of keys',
    isNone: 'This file has no keys of a provider.',
    taken: 'The keys of the file are taken.',
  },
  verdict: {
    proven: {
      title: 'Proven',
      says: 'The provider signed exactly this, and the public log announced it before it was made. Nothing is missing, and nothing was changed.',
    },
    consistent: {
      title: 'Consistent with itself, and not proven',
      says: 'Nothing in it is wrong by the keys that are in the package itself. Anybody can make such a package with keys of their own. It is proven once the keys are the provider’s.',
    },
    wrong: {
      title: 'Not proven: something does not hold',
      says: 'What is listed below was changed, is missing, or was never signed. Rely on nothing in this package.',
    },
  },
  by: {
    known: 'Checked with the keys that this browser knows: you compared the provider’s key.',
    file: 'Checked with the keys of the file that you gave.',
    own: 'Checked with the keys in the package itself, which vouch for nothing.',
    compared: 'Checked with the keys that you compared just now.',
  },
  compare: {
    title: 'Compare the keys',
    says: 'Telephone the provider, or look at a place that you trust: its keys of that year, on paper or in its transparency report.',
    signer: 'The key that signed the records',
    log: 'The key of the public log',
    confirm: 'I compared both keys, and they are the provider’s',
  },
  maybeOther: 'It may be of another provider, or signed with a key of its past.',
  tryOwn: 'Check it with its own keys',
  at: { page: (n) => `Page ${n}`, file: (name) => name },
  faults: {
    'signature-invalid': 'the provider’s signature does not hold',
    'signer-unknown': 'the key that signed it is none of the provider’s',
    'digest-differs': 'its digest is not that of its records',
    'entry-differs': 'the entry of the log that it carries announces something else',
    'announced-later': 'the entry of the log is later than the disclosure',
    'not-included': 'the proof does not lead to the log’s checkpoint',
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
  },
  otherFault: 'what it carries of the log does not hold',
  more: (n) => `and ${n} more`,
  facts: {
    case: 'Case',
    reference: 'Reference',
    order: 'Order',
    orderDigest: 'SHA-256 of the order',
    collected: 'Collected',
    pages: 'Pages',
    entries: 'Announced in the log',
    counts: 'Records',
  },
  entries: (first, last) => (first === last ? `by entry ${first}` : `by entries ${first} to ${last}`),
  records: (n) => (n === '1' ? '1 record' : `${n} records`),
  coverage: 'What the answer covers',
  coverageIsEnglish: 'As the certificate says it.',
  another: 'Check another package',
  table: {
    title: 'Records',
    zone: (zone) => `Times in UTC, and beside them in your zone, ${zone}.`,
    none: 'The answer holds no record.',
    columns: {
      subject: 'Subject',
      category: 'Category',
      utc: 'Time, UTC',
      own: 'Time, yours',
      ip: 'IP address',
      port: 'Port',
      phone: 'Phone number',
      from: 'Valid from, UTC',
      to: 'Valid until, UTC',
      outcome: 'Outcome',
    },
    subject: (n) => `subject ${n}`,
    kinds: { account: 'account', phone: 'phone', username: 'username' },
    failed: 'failed',
    stands: 'still valid',
    more: (n) => `Show ${n} more`,
  },
});
