/** Histories of a provider, as entries of its log: for the tests of the report. */
import fc from 'fast-check';
import { appendEntry, type Entry, type EntryBody, entryBytes, noEntries } from '#core/log/entry.ts';
import type { Figure } from '#core/log/report/bands.ts';
import { createReport } from '#core/log/report/counting.ts';
import { type Report, regulationHours } from '#core/log/report/figures.ts';
import { addEntry } from '#core/log/report/report.ts';
import { finishReport } from '#core/log/report/tables.ts';

const hour = 3_600_000;
const secret = 'A'.repeat(43);
const policyHash = `sha-256=:${secret}=:`;

/** What becomes of a case after it was received. */
export interface Told {
  country: string;
  instrument: string;
  priority: string;
  subjects: number;
  notified?: { notified?: string };
  receivedAt: number;
  /** In hours after receipt; absent, as in older logs, the entry does not say. */
  dueAfter?: number;
  acts: readonly { afterHours: number; body: EntryBody }[];
}

function approval(more: { status?: string; narrowed?: boolean; owed?: number }): EntryBody {
  return {
    kind: 'decision.approved',
    data: {
      reviewer: secret,
      request: secret,
      scope: secret,
      categories: ['TrafficData'],
      subjects: 1,
      narrowed: false,
      policyHash,
      status: 'AwaitingDisclosure',
      ...more,
    },
  };
}

function validation(owed: number): EntryBody {
  const authoriserRole = 'PublicProsecutor';
  return {
    kind: 'authorisation.validated',
    data: { officer: secret, authoriserRole, validation: secret, owed },
  };
}

function rejection(because: string): EntryBody {
  return {
    kind: 'decision.rejected',
    data: { reviewer: secret, request: secret, policyHash, status: 'Rejected', because },
  };
}

function objection(status: string): EntryBody {
  const signed = { authority: 'authority-1', officer: secret, request: secret };
  return { kind: 'authority.objected', data: { ...signed, status, because: 'press-freedom' } };
}

const bodies: Record<string, EntryBody> = {
  consented: {
    kind: 'authority.consented',
    data: { authority: 'authority-1', officer: secret, request: secret },
  },
  objected: objection('Rejected'),
  objectedOpen: objection('Suspended'),
  objectedInPart: objection('AwaitingApproval'),
  viewed: { kind: 'review.opened', data: { reviewer: secret } },
  signed: approval({ status: 'AwaitingApproval' }),
  approved: approval({}),
  narrowed: approval({ narrowed: true }),
  openedOwing: approval({ owed: 2 }),
  countersigned: approval({ owed: 1 }),
  paid: approval({ owed: 0 }),
  validated: validation(0),
  validatedOwing: validation(1),
  granted: {
    kind: 'grant.minted',
    data: { grants: 1, scope: secret, expiresAt: '2027-01-01T00:00:00.000Z' },
  },
  absent: { kind: 'data.absent', data: { scope: secret } },
  rejected: rejection('other'),
  incomplete: rejection('incomplete'),
  privilege: rejection('immunity-or-privilege'),
  collected: {
    kind: 'collection.completed',
    data: { collection: 1, page: 1, more: false, records: 3, drawers: 1, package: secret },
  },
  retired: { kind: 'grant.retired', data: { grants: 1, because: 'Expired' } },
  withdrawn: { kind: 'case.withdrawn', data: { status: 'Cancelled', officer: secret } },
  cancelled: { kind: 'case.cancelled', data: { status: 'Cancelled', because: 'key-revoked' } },
  suspended: { kind: 'case.suspended', data: { status: 'Suspended', because: 'key-revoked' } },
  shut: { kind: 'case.suspended', data: { status: 'Suspended', because: 'other', reviewer: secret } },
  invalid: { kind: 'case.invalid', data: { status: 'Invalid', because: 'limit-exceeded' } },
  expired: { kind: 'case.expired', data: { status: 'Expired' } },
  unvalidated: { kind: 'emergency.overdue', data: { debt: 'authorisation', status: 'Suspended' } },
  unsigned: { kind: 'emergency.overdue', data: { debt: 'second-signature', status: 'Suspended' } },
  halfPassed: { kind: 'deadline.passed', data: { part: 'half' } },
  passed: { kind: 'deadline.passed', data: { part: 'whole' } },
  delayed: {
    kind: 'notice.delayed',
    data: { officer: secret, delayUntil: '2027-01-01T00:00:00Z', delayReason: 'flight' },
  },
  sent: { kind: 'notice.sent', data: { notices: 2, collections: 1 } },
  untold: { kind: 'notice.overdue', data: {} },
};

/** The courses that a case can take, act by act. */
const courses = [
  [],
  ['viewed'],
  ['viewed', 'signed', 'approved', 'granted'],
  ['signed', 'narrowed', 'granted', 'collected', 'sent', 'delayed'],
  ['signed', 'narrowed', 'granted', 'collected', 'delayed', 'sent'],
  ['openedOwing', 'granted', 'countersigned', 'validated', 'collected', 'sent'],
  ['validated', 'countersigned', 'granted', 'paid', 'expired'],
  ['openedOwing', 'granted', 'validatedOwing', 'rejected'],
  ['signed', 'countersigned', 'granted', 'validated'],
  ['openedOwing', 'privilege', 'delayed'],
  ['halfPassed', 'passed', 'signed', 'approved', 'granted'],
  ['passed', 'withdrawn', 'delayed'],
  ['signed', 'approved', 'invalid'],
  ['signed', 'approved', 'granted', 'shut', 'expired'],
  ['approved', 'granted', 'collected', 'retired', 'expired'],
  ['approved', 'granted', 'collected', 'collected', 'expired', 'untold'],
  ['approved', 'granted', 'retired', 'expired', 'untold', 'untold'],
  ['approved', 'granted', 'withdrawn', 'retired'],
  ['approved', 'granted', 'unvalidated', 'unsigned', 'expired'],
  ['approved', 'granted', 'suspended', 'expired'],
  ['approved', 'absent'],
  ['approved', 'consented', 'granted'],
  ['signed', 'objected', 'delayed'],
  ['openedOwing', 'granted', 'objectedOpen', 'expired'],
  ['approved', 'objectedInPart', 'narrowed', 'granted'],
  ['rejected'],
  ['incomplete'],
  ['privilege'],
  ['withdrawn'],
  ['cancelled'],
] as const;

/** An act by its name here. */
export const body = (name: string): EntryBody => {
  const entryBody = bodies[name];
  if (entryBody === undefined) throw new Error(`no such act: ${name}`);
  return entryBody;
};

export const toldCases: fc.Arbitrary<Told> = fc
  .record({
    // Some often, some seldom, as in life.
    country: fc.constantFrom('DE', 'DE', 'DE', 'DE', 'FR', 'FR', 'NL', 'MT'),
    instrument: fc.constantFrom('EPOC', 'EPOC', 'EPOC', 'NationalOrder', 'MLA'),
    priority: fc.constantFrom('Routine', 'Routine', 'Routine', 'Emergency'),
    subjects: fc.integer({ min: 1, max: 9 }),
    notified: fc.constantFrom({}, { notified: 'authority-1' }),
    receivedAt: fc.integer({
      min: Date.parse('2025-11-01T00:00:00Z'),
      max: Date.parse('2026-04-30T00:00:00Z'),
    }),
    course: fc.constantFrom(...courses),
    hours: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 6, maxLength: 6 }),
  })
  .map(({ course, hours, ...rest }) => {
    let afterHours = 0;
    const acts = course.map((name, i) => {
      afterHours += hours[i] ?? 0;
      return { afterHours, body: body(name) };
    });
    return { ...rest, acts };
  });

/** Cases' entries, all streams together, in order of time. */
export function entriesOf(cases: readonly Told[]): Entry[] {
  const entries = cases.flatMap((entry, i) => {
    const { country: jurisdiction, instrument, priority, subjects, receivedAt, notified, dueAfter } = entry;
    const received: EntryBody = {
      kind: 'request.received',
      data: {
        agency: 'agency-1',
        priority,
        instrument,
        jurisdiction,
        categories: ['TrafficData'],
        subjects,
        request: secret,
        resolved: secret,
        policyHash: 'sha-256=:policy:',
        ...notified,
        ...(dueAfter === undefined ? {} : { dueAt: new Date(receivedAt + dueAfter * hour).toISOString() }),
      },
    };
    let head = noEntries;
    return [{ afterHours: 0, body: received }, ...entry.acts].map((act) => {
      const at = new Date(receivedAt + act.afterHours * hour).toISOString();
      const next = appendEntry(`case/${i}`, head, act.body, at);
      head = next.head;
      return next.entry;
    });
  });
  return entries.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What the provider itself leaves in its log, each a stream of its own. */
export function actsOfProvider(at: string): Entry[] {
  const differing = { missing: 1, surplus: 0 };
  const acts: EntryBody[] = [
    {
      kind: 'key.enrolled',
      data: { role: 'agency', agency: 'a', key: secret, holder: secret, by: 'change/1', activeFrom: at },
    },
    { kind: 'key.revoked', data: { role: 'agency', agency: 'a', key: secret, by: secret, because: 'lost' } },
    {
      kind: 'preservation.received',
      data: {
        agency: 'a',
        instrument: 'EPOC-PR',
        jurisdiction: 'DE',
        categories: ['TrafficData'],
        subjects: 1,
        request: secret,
        resolved: secret,
        endsAt: at,
      },
    },
    { kind: 'preservation.extended', data: { officer: secret, endsAt: at } },
    { kind: 'preservation.extended', data: { officer: secret, endsAt: at } },
    { kind: 'preservation.requested', data: { case: 'c', endsAt: at } },
    { kind: 'decoy.asked', data: { agency: 'a', key: secret } },
    { kind: 'account.erased', data: { drawers: 2, preserved: 0 } },
    { kind: 'vault.key-forgotten', data: { purpose: 'access', epoch: '2025-01', key: secret } },
    { kind: 'vault.key-forgotten', data: { purpose: 'access', epoch: '2025-01', key: secret } },
    { kind: 'vault.key-forgotten', data: { purpose: 'phone', epoch: '2025-01', key: secret } },
    { kind: 'sweep.done', data: { grants: 3, missing: 0, surplus: 0 } },
    { kind: 'sweep.done', data: { grants: 3, ...differing } },
    {
      kind: 'reconciliation.done',
      data: { hour: '2026-01-01T00', decrypts: 1, collections: 1, missing: 0, surplus: 0 },
    },
    {
      kind: 'reconciliation.done',
      data: { hour: '2026-01-01T01', decrypts: 1, collections: 1, ...differing },
    },
    { kind: 'record.unproven', data: { table: 'vault', kind: 'rec', writer: 'seal' } },
    { kind: 'request.refused', data: { role: 'agency', agency: 'a', code: 'key-cooling', proven: true } },
    {
      kind: 'strangers.refused',
      data: { hour: '2026-01-01T00', counts: { 'key-unknown': 7, malformed: 2 } },
    },
    { kind: 'strangers.refused', data: { hour: '2026-01-01T01', counts: { 'key-unknown': 1 } } },
  ];
  return acts.map((act, i) => appendEntry(`provider/${i}`, noEntries, act, at).entry);
}

export const bytesOf = (entries: readonly Entry[]): Uint8Array[] => entries.map(entryBytes);

export const root = new Uint8Array(32).fill(7);
export const checkpoint = { origin: 'log.example/writ', size: 12n, root, note: 'a signed note' };

export function reportOn(entries: readonly Entry[], only?: string): Report {
  const counting = createReport(regulationHours);
  for (const bytes of bytesOf(entries)) addEntry(counting, bytes);
  return finishReport(counting, checkpoint, only);
}

export const histories = fc.array(toldCases, { maxLength: 120, size: 'max' });

/** Whether a figure says of a count what is so. */
export const holds = (figure: Figure, count: number): boolean => {
  if (figure === null) return true;
  if (typeof figure === 'number') return figure === count;
  return figure.from <= count && count <= figure.to;
};
