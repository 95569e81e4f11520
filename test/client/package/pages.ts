/** Disclosures for the tests of packages: announced by a log, signed by a provider, page by page. */
import { randomUUID } from 'node:crypto';
import { CompactSign, importPKCS8 } from 'jose';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import type { Coverage } from '#client/package/manifest.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import {
  type DisclosurePackage,
  fourthForm,
  makePackage,
  type NamedSubject,
  type PackageOrder,
} from '#core/disclosure/package.ts';
import { commitment } from '#core/log/commitment.ts';
import { appendEntry, type Entry, noEntries } from '#core/log/entry.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { makeLogProof } from '#core/log/proof.ts';
import { readCheckpoint, readProven } from '#core/log/reading.ts';
import { type Cosigner, cosignatureLine } from '../../core/log/cosigner.ts';
import { TestLog } from '../report/logs.ts';

const salt = new Uint8Array(32).fill(7);
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString();

export const login = (n: number): DisclosedRecord => ({
  subject: 0,
  category: 'TrafficData',
  at: new Date(Date.UTC(2026, 8, 1, 0, n)).toISOString().replace('.000Z', 'Z'),
  ip: `192.0.2.${n % 256}`,
  port: 1024 + n,
});

export const phone = (number: string): DisclosedRecord => ({
  subject: 0,
  category: 'SubscriberData',
  phone: number,
  validFrom: '2026-09-01T00:00:00Z',
});

/** A provider's keys: to sign with, and of its log. */
export class Keys {
  readonly pem = newSigningKey().privatePem;
  readonly log = new TestLog();
  readonly jwk = { ...publicJwk(this.pem) };
  readonly thumbprint = signerFromPem(this.pem).keyId;

  get verifierKey(): string {
    return formatVerifierKey(this.log.key);
  }

  async sign(disclosure: DisclosurePackage): Promise<string> {
    return new CompactSign(new TextEncoder().encode(JSON.stringify(disclosure)))
      .setProtectedHeader({ alg: 'EdDSA', kid: this.thumbprint })
      .sign(await importPKCS8(this.pem, 'EdDSA'));
  }
}

export interface Facts {
  id?: string;
  reference?: string;
  requestDigest?: string;
  /** When the request arrived, where the period reaches beyond. */
  until?: string;
  /** Of the second form. */
  order?: PackageOrder | undefined;
  subjects?: NamedSubject[] | undefined;
  /** Of the third form: what its pages say alike. */
  coverage?: Coverage | undefined;
  /** Whether it is of the fourth form. */
  isFourth?: boolean;
  /** Who cosigned the log. */
  cosigners?: readonly Cosigner[];
}

/** When a witness of these tests cosigns: 2026-11-20T10:00:30Z. */
export const cosignedSeconds = BigInt(Date.UTC(2026, 10, 20, 10, 0, 30) / 1000);

/** What a package of the second form says. */
export const epoc: PackageOrder = {
  kind: 'EPOC',
  jurisdiction: 'DE',
  authoriserRole: 'JudgeCourtOrInvestigatingJudge',
  issuedAt: '2026-11-20T09:00:00Z',
  offence: 'StGB 176b',
  digest: `sha-256=:${'A'.repeat(43)}=:`,
};
export const named: NamedSubject[] = [{ subject: 0, kind: 'phone', value: '+4915112345678' }];

export const disclosedScope: Scope = {
  subjects: [0],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
};

/** What a package of the third form says. @param asked what was asked, of which the disclosed scope was approved */
export function coverageOf(asked: Scope, notHeld: Coverage['notHeld'] = []): Coverage {
  const searched = disclosedScope;
  const subjects = asked.subjects.filter((each) => !searched.subjects.includes(each));
  const categories = asked.categories.filter((each) => !searched.categories.includes(each));
  if (subjects.length + categories.length === 0) return { searched, notHeld };
  return { searched, notHeld, withheld: { subjects, categories, periods: [] } };
}

function foundIn(records: readonly DisclosedRecord[]) {
  return disclosedScope.categories.map((category) => ({
    subject: 0,
    category,
    records: records.filter((record) => record.category === category).length,
  }));
}

/** One collection of one case, a page for each list of records. */
export async function disclosed(
  keys: Keys,
  pages: readonly DisclosedRecord[][],
  {
    id = randomUUID(),
    reference = 'GS-4711/26',
    requestDigest = `sha-256=:${'A'.repeat(43)}=:`,
    until,
    order,
    subjects,
    coverage,
    isFourth = false,
    cosigners = [],
  }: Facts = {},
): Promise<{ disclosures: DisclosurePackage[]; jws: string[] }> {
  const entries: Entry[] = [];
  let head = noEntries;
  for (const i of pages.keys()) {
    const data = {
      collection: 1,
      page: i + 1,
      scope: commitment(salt, 'scope', 'scope'),
      recipient: commitment(salt, 'recipient', 'key'),
    };
    const made = appendEntry(`case/${id}`, head, { kind: 'collection.intended', data }, at(i));
    entries.push(made.entry);
    head = made.head;
  }
  const before = keys.log.files.has('checkpoint')
    ? await readCheckpoint(keys.log.read, keys.log.key)
    : undefined;
  keys.log.append(entries);
  const read = await readCheckpoint(keys.log.read, keys.log.key);
  if (read === undefined) throw new Error('the log has no checkpoint');
  const lines = cosigners.map((each) => cosignatureLine(read.note, each, cosignedSeconds));
  const checkpoint = { ...read, note: read.note + lines.join('') };
  const disclosures: DisclosurePackage[] = [];
  for (const [i, records] of pages.entries()) {
    const index = (before?.size ?? 0n) + BigInt(i);
    const proven = await readProven(keys.log.read, index, checkpoint);
    disclosures.push(
      makePackage({
        provider: 'Example Messenger',
        case: id,
        reference,
        requestDigest,
        scope: disclosedScope,
        ...(order === undefined ? {} : { order }),
        ...(subjects === undefined ? {} : { subjects }),
        ...(until === undefined ? {} : { until }),
        ...(coverage === undefined ? {} : { completeness: { ...coverage, found: foundIn(records) } }),
        policyHash: 'hash',
        collectedAt: at(i + 30),
        records,
        ...(i + 1 < pages.length ? { page: `page-${i + 2}` } : {}),
        log: makeLogProof(proven, checkpoint),
        ...(isFourth ? fourthForm(proven, checkpoint) : {}),
      }),
    );
  }
  return { disclosures, jws: await Promise.all(disclosures.map((disclosure) => keys.sign(disclosure))) };
}
