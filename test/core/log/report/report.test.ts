import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toBase64, utf8 } from '#core/bytes.ts';
import { type Entry, entryBytes } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { createReport } from '#core/log/report/counting.ts';
import { type Line, type Measure, measures, regulationHours } from '#core/log/report/figures.ts';
import { addEntry } from '#core/log/report/report.ts';
import { finishReport } from '#core/log/report/tables.ts';
import { noteApproval, unnarrowedShare } from '#core/log/report/unnarrowed.ts';
import {
  actsOfProvider,
  body,
  bytesOf,
  checkpoint,
  entriesOf,
  histories,
  holds,
  reportOn,
  root,
  toldCases,
} from './histories.ts';

const monthOf = (entry: Entry) => entry.at.slice(0, 7);

// The naive recount: every figure by its definition, from the whole list of entries each time.

type Received = Extract<Entry, { kind: 'request.received' }>;

const isAnswer = ({ kind }: Entry) =>
  kind === 'grant.minted' || kind === 'data.absent' || kind === 'decision.rejected';

function requestOf(entries: readonly Entry[], { stream }: Entry): Received['data'] | undefined {
  const found = entries.find(
    (entry): entry is Received => entry.kind === 'request.received' && entry.stream === stream,
  );
  return found?.data;
}

function isLate(entries: readonly Entry[], answer: Entry): boolean {
  const received = entries.find(
    (entry) => entry.kind === 'request.received' && entry.stream === answer.stream,
  );
  if (received?.kind !== 'request.received') return false;
  const hours = received.data.priority === 'Emergency' ? 8 : 240;
  return Date.parse(answer.at) > Date.parse(received.at) + hours * 3_600_000;
}

const isFirst = (entries: readonly Entry[], entry: Entry) =>
  entries.find(({ kind, stream }) => kind === entry.kind && stream === entry.stream) === entry;

const wasCollected = (entries: readonly Entry[], { stream }: Entry) =>
  entries.some((entry) => entry.stream === stream && entry.kind === 'collection.completed');

const before = (entries: readonly Entry[], entry: Entry) =>
  entries.filter(({ stream, n }) => stream === entry.stream && n < entry.n);

/** The approval that opened a case, if this is it. */
function opening(entry: Entry, all: readonly Entry[]) {
  const opens = (entry: Entry) =>
    entry.kind === 'decision.approved' && entry.data.status === 'AwaitingDisclosure';
  return entry.kind === 'decision.approved' && opens(entry) && !before(all, entry).some(opens)
    ? entry
    : undefined;
}

/** Whether an entry opened an emergency on one signature. */
function isOpenedOnOne(entry: Entry, all: readonly Entry[]): boolean {
  return (
    requestOf(all, entry)?.priority === 'Emergency' &&
    opening(entry, all) !== undefined &&
    !before(all, entry).some(({ kind }) => kind === 'decision.approved')
  );
}

const owesNothing = ({ kind, data }: Entry) =>
  (kind === 'decision.approved' || kind === 'authorisation.validated') && 'owed' in data && data.owed === 0;

function isSettling(entry: Entry, all: readonly Entry[]): boolean {
  const history = before(all, entry);
  const opened = history.find((entry) => isOpenedOnOne(entry, all));
  return (
    owesNothing(entry) &&
    opened !== undefined &&
    !history.some((entry) => owesNothing(entry) && entry.n > opened.n)
  );
}

/** A case in which nothing was ever granted and that has ended: nobody will be told of it. */
const isOverUnopened = (history: readonly Entry[]) =>
  !history.some(({ kind }) => kind === 'grant.minted') &&
  history.some(({ kind }) => unopenedEnds.includes(kind));
const unopenedEnds: readonly Entry['kind'][] = [
  'data.absent',
  'decision.rejected',
  'case.withdrawn',
  'case.cancelled',
  'case.expired',
  'case.invalid',
];

/** How much one entry adds to a measure. */
const definitions: Record<Measure, (entry: Entry, all: readonly Entry[]) => number> = {
  requests: ({ kind }) => Number(kind === 'request.received'),
  subjects: (entry) => (entry.kind === 'request.received' ? entry.data.subjects : 0),
  approved: (entry, all) => Number(opening(entry, all) !== undefined),
  approvedAsAsked: (entry, all) => Number(opening(entry, all)?.data.narrowed === false),
  granted: ({ kind }) => Number(kind === 'grant.minted'),
  absent: ({ kind }) => Number(kind === 'data.absent'),
  rejected: (entry, all) => Number(entry.kind === 'decision.rejected' && !before(all, entry).some(isAnswer)),
  late: (entry, all) => Number(isAnswer(entry) && !before(all, entry).some(isAnswer) && isLate(all, entry)),
  deadlinesPassed: (entry) => Number(entry.kind === 'deadline.passed' && entry.data.part === 'whole'),
  collected: (entry, all) => Number(entry.kind === 'collection.completed' && isFirst(all, entry)),
  records: (entry) => (entry.kind === 'collection.completed' ? entry.data.records : 0),
  withdrawn: ({ kind }) => Number(kind === 'case.withdrawn'),
  cancelled: ({ kind }) => Number(kind === 'case.cancelled'),
  suspended: ({ kind }) => Number(kind === 'case.suspended'),
  suspendedByReviewer: (entry) =>
    Number(entry.kind === 'case.suspended' && entry.data.reviewer !== undefined),
  invalid: ({ kind }) => Number(kind === 'case.invalid'),
  expired: ({ kind }) => Number(kind === 'case.expired'),
  uncollected: (entry, all) =>
    Number(entry.kind === 'case.expired' && entry.data.because === undefined && !wasCollected(all, entry)),
  emergenciesOpened: (entry, all) => Number(isOpenedOnOne(entry, all)),
  emergenciesSettled: (entry, all) => Number(isSettling(entry, all)),
  emergenciesRejected: (entry, all) =>
    Number(entry.kind === 'decision.rejected' && before(all, entry).some(isAnswer)),
  noticesSent: ({ kind }) => Number(kind === 'notice.sent'),
  noticesDelayed: (entry, all) =>
    Number(entry.kind === 'notice.delayed' && !isOverUnopened(before(all, entry))),
  emergenciesOverdue: (entry, all) => Number(entry.kind === 'emergency.overdue' && isFirst(all, entry)),
  noticesOverdue: ({ kind }) => Number(kind === 'notice.overdue'),
};

function recount(all: readonly Entry[], measure: Measure, where: (entry: Entry) => boolean): number {
  return all.filter(where).reduce((sum, entry) => sum + definitions[measure](entry, all), 0);
}

test('every total is what counting again from the definitions gives', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      const all = entriesOf(cases);
      const report = reportOn(all);
      for (const measure of measures)
        assert.equal(
          report.total[measure],
          recount(all, measure, () => true),
        );
      const years = [...new Set(all.map(({ at }) => at.slice(0, 4)))].sort();
      assert.deepEqual(
        report.periods.map(({ period }) => period),
        years,
      );
      for (const { period, total } of report.periods) {
        for (const measure of measures)
          assert.equal(
            total[measure],
            recount(all, measure, ({ at }) => at.startsWith(period)),
          );
      }
    }),
    { numRuns: 25 },
  );
});

test('every line of every table holds what counting again gives, exactly or in its range', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      const all = entriesOf(cases);
      for (const period of reportOn(all).periods) {
        const within = ({ at }: Entry) => at.startsWith(period.period);
        const tables: [Line[], (entry: Entry) => string | undefined][] = [
          [period.months, monthOf],
          [period.countries, (entry) => requestOf(all, entry)?.jurisdiction],
          [period.instruments, (entry) => requestOf(all, entry)?.instrument],
          [period.priorities, (entry) => requestOf(all, entry)?.priority],
        ];
        for (const [lines, keyOf] of tables) {
          for (const { key, figures } of lines) {
            for (const measure of measures) {
              const count = recount(all, measure, (entry) => within(entry) && keyOf(entry) === key);
              assert.ok(holds(figures[measure], count), `${period.period} ${key} ${measure} ${count}`);
            }
          }
        }
      }
    }),
    { numRuns: 20 },
  );
});

const minted = {
  kind: 'grant.minted' as const,
  data: { grants: 1, scope: 'A'.repeat(43), expiresAt: '' },
};

test('a rejection counts under its ground, of an emergency that was opened too', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 1 });
  assert.ok(base);
  const rejected = (because: string, wasGranted = false) => ({
    ...base,
    receivedAt: Date.parse('2026-03-01T00:00:00Z'),
    acts: [
      ...(wasGranted ? [{ afterHours: 0, body: minted }] : []),
      {
        afterHours: 1,
        body: {
          kind: 'decision.rejected' as const,
          data: {
            reviewer: 'A'.repeat(43),
            request: 'A'.repeat(43),
            policyHash: `sha-256=:${'A'.repeat(43)}=:`,
            status: 'Rejected',
            because,
          },
        },
      },
    ],
  });
  const cases = [
    ...Array.from({ length: 6 }, () => rejected('incomplete')),
    ...Array.from({ length: 5 }, () => rejected('other', true)),
  ];
  const { periods, total } = reportOn(entriesOf(cases));
  assert.deepEqual(periods[0]?.reasons, [
    { code: 'incomplete', count: 6 },
    { code: 'other', count: 5 },
  ]);
  assert.deepEqual([total.rejected, total.emergenciesRejected, total.granted], [6, 5, 5]);
});

test('the share approved as asked is of the cases approved last, each once, and of none until they are enough', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 3 });
  assert.ok(base);
  const approval = (narrowed: boolean, status = 'AwaitingDisclosure') => ({
    kind: 'decision.approved' as const,
    data: {
      reviewer: 'A'.repeat(43),
      request: 'A'.repeat(43),
      scope: 'A'.repeat(43),
      categories: ['TrafficData'],
      subjects: 1,
      narrowed,
      policyHash: `sha-256=:${'A'.repeat(43)}=:`,
      status,
    },
  });
  const counting = createReport(regulationHours);
  let day = 0;
  const add = (...bodies: ReturnType<typeof approval>[]) => {
    const acts = bodies.map((body, i) => ({ afterHours: 1 + i, body }));
    const receivedAt = Date.parse('2026-03-01T00:00:00Z') + day * 86_400_000;
    const entries = entriesOf([{ ...base, receivedAt, acts }]);
    for (const entry of entries) addEntry(counting, entryBytes({ ...entry, stream: `case/${day}` }));
    day++;
  };
  add(approval(true, 'AwaitingApproval'), approval(true));
  // A second signature on an emergency that is open is no second approval of it.
  add(approval(false), approval(false));
  assert.equal(unnarrowedShare(counting, 3), undefined);
  add(approval(false, 'AwaitingApproval'));
  assert.equal(unnarrowedShare(counting, 3), undefined);
  add(approval(false));
  add(approval(false));
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((of) => unnarrowedShare(counting, of)),
    [1, 1, 1, 0.75, undefined],
  );
  assert.equal(unnarrowedShare(counting, 0), undefined);
  // As many as a policy may ask about are kept, and no more than twice that.
  for (let i = 0; i < 25_000; i++) noteApproval(counting, i >= 15_000);
  assert.equal(unnarrowedShare(counting, 10_000), 1);
  assert.ok(counting.lastApproved.length < 20_000);
});

test('an emergency that opened on one signature is settled once nothing is owed, and overdue or rejected otherwise', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 3 });
  assert.ok(base);
  const figures = (priority: string, ...names: string[]) => {
    const acts = names.map((name, i) => ({ afterHours: i, body: body(name) }));
    const { total } = reportOn(
      entriesOf([{ ...base, priority, receivedAt: Date.parse('2026-03-01T00:00:00Z'), acts }]),
    );
    return [
      total.emergenciesOpened,
      total.emergenciesSettled,
      total.emergenciesRejected,
      total.emergenciesOverdue,
    ];
  };
  const opened = ['openedOwing', 'granted'];
  assert.deepEqual(figures('Emergency', ...opened), [1, 0, 0, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'countersigned'), [1, 0, 0, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'countersigned', 'validated'), [1, 1, 0, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'validatedOwing', 'paid'), [1, 1, 0, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'paid', 'paid'), [1, 1, 0, 0]);
  assert.deepEqual(figures('Emergency', 'validated', ...opened), [1, 0, 0, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'rejected'), [1, 0, 1, 0]);
  assert.deepEqual(figures('Emergency', ...opened, 'countersigned', 'unvalidated'), [1, 0, 0, 1]);
  // Two signed before it opened.
  assert.deepEqual(figures('Emergency', 'signed', 'countersigned', 'granted', 'validated'), [0, 0, 0, 0]);
  assert.deepEqual(figures('Routine', 'signed', 'approved', 'granted'), [0, 0, 0, 0]);
});

test('what waits for an answer is counted at the log’s last instant, and what is past its deadline', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      const all = entriesOf(cases);
      const now = all.at(-1)?.at ?? '';
      const ended = (entry: Entry) =>
        ['case.withdrawn', 'case.cancelled', 'case.expired', 'case.invalid'].includes(entry.kind) ||
        isAnswer(entry);
      const open = all.filter(
        (entry) =>
          entry.kind === 'request.received' &&
          !all.some((other) => other.stream === entry.stream && ended(other)),
      );
      const overdue = open.filter((entry) => isLate(all, { ...entry, at: now }));
      assert.deepEqual(reportOn(all).waiting, { requests: open.length, overdue: overdue.length });
    }),
    { numRuns: 25 },
  );
});

test('an answer at the deadline is in time, a millisecond after it late', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 2 });
  assert.ok(base);
  const lateOf = (priority: string, afterHours: number) => {
    const body = { kind: 'data.absent' as const, data: { scope: 'A'.repeat(43) } };
    return reportOn(entriesOf([{ ...base, priority, acts: [{ afterHours, body }] }])).total.late;
  };
  const aBitMore = 1 / 3_600_000;
  assert.deepEqual([lateOf('Routine', 240), lateOf('Routine', 240 + aBitMore)], [0, 1]);
  assert.deepEqual([lateOf('Emergency', 8), lateOf('Emergency', 8 + aBitMore)], [0, 1]);
  assert.equal(lateOf('Other', 100_000), 0);
});

test('an answer is late by the instant that the log says it was due at, and not while its time stood still', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 2 });
  assert.ok(base);
  const secret = 'A'.repeat(43);
  const absent = { kind: 'data.absent' as const, data: { scope: secret } };
  const asked = (stops?: boolean) => ({
    kind: 'information.asked' as const,
    data: {
      reviewer: secret,
      of: ['order'],
      question: secret,
      ...(stops === undefined ? {} : { stops }),
    },
  });
  const given = (dueAfter: number) => ({
    kind: 'information.given' as const,
    data: {
      officer: secret,
      answer: secret,
      dueAt: new Date(base.receivedAt + dueAfter * 3_600_000).toISOString(),
    },
  });
  const lateOf = (...acts: (typeof base)['acts']) =>
    reportOn(entriesOf([{ ...base, priority: 'Routine', dueAfter: 300, acts }])).total.late;
  const at = (afterHours: number, body: (typeof base)['acts'][number]['body']) => ({ afterHours, body });
  assert.deepEqual([lateOf(at(300, absent)), lateOf(at(301, absent))], [0, 1]);
  assert.equal(lateOf(at(100, asked()), at(301, absent)), 1, 'it runs on');
  assert.equal(lateOf(at(100, asked(true)), at(301, absent)), 0, 'it stands still');
  assert.equal(lateOf(at(310, asked(true)), at(311, absent)), 1, 'it was over');
  assert.equal(lateOf(at(100, asked(true)), at(150, given(350)), at(349, absent)), 0);
  assert.equal(lateOf(at(100, asked(true)), at(150, given(350)), at(351, absent)), 1);
});

test('a case that nobody decided has expired, and was not left uncollected', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 2 });
  assert.ok(base);
  const ends = { kind: 'case.expired' as const, data: { status: 'Expired', because: 'undecided' } };
  const report = reportOn(entriesOf([{ ...base, acts: [{ afterHours: 1440, body: ends }] }]));
  assert.deepEqual([report.total.expired, report.total.uncollected, report.waiting.requests], [1, 0, 0]);
});

test('what the provider did is counted in its year, a month forgotten once whatever the number of its keys', () => {
  const [period] = reportOn(actsOfProvider('2026-02-03T00:00:00.000Z')).periods;
  assert.deepEqual(period?.provider, {
    preservations: 1,
    preservationsExtended: 2,
    preservationsRequested: 1,
    keysEnrolled: 1,
    keysRevoked: 1,
    accountsErased: 1,
    monthsForgotten: 2,
    sweeps: 2,
    sweepsDiffering: 1,
    reconciliations: 2,
    reconciliationsDiffering: 1,
    vaultPoliciesDiffering: 0,
    recordsUnproven: 1,
    deployments: 0,
    policyChanges: 0,
    decoysAsked: 1,
  });
  assert.deepEqual(period?.refused, [{ code: 'key-cooling', count: 1 }]);
  assert.deepEqual(period?.strangers, [
    { code: 'key-unknown', count: 8 },
    { code: 'malformed', count: 2 },
  ]);
});

// How it is counted.

test('the order of unrelated cases changes nothing', () => {
  const interleaved = fc.tuple(histories, fc.array(fc.nat(), { minLength: 1, maxLength: 50 }));
  fc.assert(
    fc.property(interleaved, ([cases, choices]) => {
      const all = entriesOf(cases);
      const streams = [...Map.groupBy(all, ({ stream }) => stream).values()].map((entries) => [...entries]);
      const shuffled: Entry[] = [];
      for (let i = 0; shuffled.length < all.length; i++) {
        const left = streams.filter((entries) => entries.length > 0);
        const next = left[((choices[i % choices.length] ?? 0) + i) % left.length]?.shift();
        if (next !== undefined) shuffled.push(next);
      }
      assert.deepEqual(reportOn(shuffled), reportOn(all));
    }),
    { numRuns: 25 },
  );
});

test('counted in parts, with reports made in between, it is the same as counted at once', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(400), { maxLength: 5 }), (cases, stops) => {
      const all = entriesOf(cases);
      const counting = createReport(regulationHours);
      for (const [i, bytes] of bytesOf(all).entries()) {
        if (stops.includes(i))
          assert.deepEqual(finishReport(counting, checkpoint), reportOn(all.slice(0, i)));
        addEntry(counting, bytes);
      }
      assert.deepEqual(finishReport(counting, checkpoint), reportOn(all));
    }),
    { numRuns: 25 },
  );
});

test('a month that is asked for is that month, and has no months in it', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      const all = entriesOf(cases);
      for (const month of new Set(all.map(monthOf))) {
        const report = reportOn(all, month);
        assert.deepEqual(
          report.periods.map(({ period, months }) => [period, months]),
          [[month, []]],
        );
        const requests = recount(all, 'requests', (entry) => monthOf(entry) === month);
        assert.equal(report.periods[0]?.total.requests, requests);
        assert.deepEqual(report.total, reportOn(all).total);
      }
      assert.deepEqual(reportOn(all, '1999').periods, []);
    }),
    { numRuns: 8 },
  );
});

test('what a younger log may hold is passed over and counted', () => {
  const later = { v: 1, kind: 'case.sung', at: '2026-01-01T00:00:00.000Z', stream: 'case/1', n: 1, data: {} };
  const counting = createReport(regulationHours);
  for (const value of [later, { ...later, kind: 'case.expired', v: 2 }])
    addEntry(counting, utf8(JSON.stringify(value)));
  const report = finishReport(counting, checkpoint);
  assert.equal(report.unknownEntries, 2);
  assert.equal(report.total.expired, 0);
  assert.deepEqual([report.from, report.until], [later.at, later.at]);
});

test('what is no entry, or has no instant, ends the counting', () => {
  const entry = entriesOf(fc.sample(toldCases, { numRuns: 1, seed: 3 }))[0];
  assert.ok(entry);
  const malformed = (error: unknown) => error instanceof LogError && error.code === 'entry-malformed';
  for (const bytes of [utf8('{}'), utf8('no JSON'), entryBytes({ ...entry, at: 'yesterday' })])
    assert.throws(() => addEntry(createReport(regulationHours), bytes), malformed);
});

test('what a log says without a request, twice, or too large to be counted is counted and breaks nothing', () => {
  const [base] = fc.sample(toldCases, { numRuns: 1, seed: 4 });
  assert.ok(base);
  const counts = Object.fromEntries([
    ['constructor', Number.MAX_SAFE_INTEGER],
    ['<b>', 1],
  ]);
  const huge = { kind: 'strangers.refused' as const, data: { hour: '', counts } };
  const acts = [
    { afterHours: 1, body: minted },
    { afterHours: 2, body: minted },
    { afterHours: 3, body: huge },
    { afterHours: 4, body: huge },
  ];
  const [received, ...rest] = entriesOf([{ ...base, receivedAt: Date.parse('2026-01-01T00:00:00Z'), acts }]);
  assert.ok(received);
  assert.equal(reportOn([received, ...rest]).total.granted, 1);
  const [period] = reportOn(rest).periods;
  assert.deepEqual(period?.strangers, [
    { code: '<b>', count: 2 },
    { code: 'constructor', count: Number.MAX_SAFE_INTEGER },
  ]);
  assert.equal(period?.total.granted, 1);
});

test('the report names the log, the size and the root that it was counted from', () => {
  const { log } = reportOn([]);
  assert.deepEqual(log, {
    origin: 'log.example/writ',
    size: '12',
    root: toBase64(root),
    checkpoint: 'a signed note',
  });
});
