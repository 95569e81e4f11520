import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { appendEntry, type Entry, type EntryBody, noEntries } from '#core/log/entry.ts';
import type { Report } from '#core/log/report/figures.ts';
import { body, entriesOf, reportOn, type Told, toldCases } from './histories.ts';

/** Histories in which the log withholds something of some cases, beside the same told in the clear. */

const hour = 3_600_000;
const secret = 'A'.repeat(43);

interface Plan {
  /** Which cases withhold, what, and whether they reveal it so many hours after receipt. */
  fields: readonly ('instrument' | 'jurisdiction' | 'categories')[];
  revealAfter?: number | undefined;
}
const plans: fc.Arbitrary<Plan> = fc.record({
  fields: fc.subarray(['instrument', 'jurisdiction', 'categories'] as const, { minLength: 1 }),
  revealAfter: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }),
});

/** What each case tells, with what its plan withholds, and its reveal in its place. */
function withheld(cases: readonly Told[], of: (i: number) => Plan | undefined): Entry[] {
  const all = cases.flatMap((one, i) => {
    const plan = of(i);
    const told = entriesOf([one]).map(({ kind, data, at }) => ({ body: { kind, data } as EntryBody, at }));
    const [received, ...rest] = told;
    if (plan === undefined || received?.body.kind !== 'request.received') return renumbered(i, told);
    const { instrument, jurisdiction, categories, ...data } = received.body.data;
    const values = { instrument, jurisdiction, categories };
    const pick = (is: boolean) =>
      Object.fromEntries(
        Object.entries(values).filter(([name]) => plan.fields.some((f) => f === name) === is),
      );
    const revealBy = new Date(one.receivedAt + 1000 * hour).toISOString();
    const first: EntryBody = {
      kind: 'request.received',
      data: {
        ...data,
        ...pick(false),
        withheld: secret,
        revealBy,
        delayUntil: revealBy,
        delayReason: 'flight',
      },
    };
    const reveal: { body: EntryBody; at: string }[] =
      plan.revealAfter === undefined
        ? []
        : [
            {
              body: { kind: 'case.revealed', data: { ...pick(true), nonce: secret } },
              at: new Date(one.receivedAt + plan.revealAfter * hour).toISOString(),
            },
          ];
    const later = [...rest, ...reveal].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return renumbered(i, [{ body: first, at: received.at }, ...later]);
  });
  return all.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function renumbered(i: number, told: readonly { body: EntryBody; at: string }[]): Entry[] {
  let head = noEntries;
  return told.map(({ body, at }) => {
    const next = appendEntry(`case/${i}`, head, body, at);
    head = next.head;
    return next.entry;
  });
}

const tables = ({ periods }: Report) =>
  periods.map(({ period, countries, instruments, priorities, total, months }) => ({
    period,
    countries,
    instruments,
    priorities,
    total,
    months,
  }));

test('once all is revealed, the tables are those of a log that withheld nothing', () => {
  fc.assert(
    fc.property(fc.array(toldCases, { maxLength: 40 }), fc.array(plans, { maxLength: 40 }), (cases, all) => {
      const of = (i: number) => all[i] && { ...all[i], revealAfter: all[i].revealAfter ?? 5 };
      // A month in which there was only a reveal is a month, with nothing in it.
      const seen = (report: Report) =>
        tables(report).filter(({ total }) => Object.values(total).some((n) => n > 0));
      assert.deepEqual(seen(reportOn(withheld(cases, of))), seen(reportOn(entriesOf(cases))));
    }),
    { numRuns: 60 },
  );
});

test('whatever is withheld, every total is that of a log that withholds nothing, and each case is in one line', () => {
  fc.assert(
    fc.property(fc.array(toldCases, { maxLength: 40 }), fc.array(plans, { maxLength: 40 }), (cases, all) => {
      const plain = reportOn(entriesOf(cases));
      const report = reportOn(withheld(cases, (i) => all[i]));
      assert.deepEqual(report.total, plain.total);
      for (const { countries, instruments, total } of report.periods)
        for (const lines of [countries, instruments]) {
          const exact = lines.flatMap(({ figures }) =>
            typeof figures.requests === 'number' ? figures.requests : [],
          );
          if (lines.length > 0 && exact.length === lines.length)
            assert.equal(
              exact.reduce((a, b) => a + b, 0),
              total.requests,
            );
        }
      const withholding = cases.filter((_, i) => all[i] !== undefined).length;
      assert.equal(report.withheld?.requests ?? 0, withholding);
      const open = cases.filter((_, i) => all[i] !== undefined && all[i].revealAfter === undefined).length;
      assert.equal(report.withheld?.unrevealed ?? 0, open);
    }),
    { numRuns: 60 },
  );
});

/** Twenty alike, so that nothing is banded, in one month. */
const alike = (acts: readonly string[], n = 20): Told[] =>
  Array.from({ length: n }, () => ({
    country: 'DE',
    instrument: 'EPOC',
    priority: 'Routine',
    subjects: 1,
    receivedAt: Date.parse('2026-01-01T00:00:00Z'),
    acts: acts.map((name, i) => ({ afterHours: i + 1, body: body(name) })),
  }));
const all: Plan = { fields: ['instrument', 'jurisdiction', 'categories'] };
const lines = (report: Report, table: 'countries' | 'instruments') =>
  report.periods.flatMap((period) =>
    period[table].map(({ key, figures }) => [key, figures.requests, figures.rejected]),
  );

test('before it is revealed a case stands under unrevealed, in every figure, and moves whole', () => {
  const cases = alike(['rejected']);
  const hidden = reportOn(withheld(cases, () => all));
  assert.deepEqual(lines(hidden, 'countries'), [['unrevealed', 20, 20]]);
  assert.deepEqual(lines(hidden, 'instruments'), [['unrevealed', 20, 20]]);
  // Though the case had ended by then.
  const shown = reportOn(withheld(cases, () => ({ ...all, revealAfter: 100 })));
  assert.deepEqual(lines(shown, 'countries'), [['DE', 20, 20]]);
  // What is not withheld is in its line at once.
  const half = reportOn(withheld(cases, () => ({ fields: ['jurisdiction'] })));
  assert.deepEqual(
    [lines(half, 'countries')[0]?.[0], lines(half, 'instruments')[0]?.[0]],
    ['unrevealed', 'EPOC'],
  );
  // What comes after the reveal too.
  const after = reportOn(
    withheld(alike(['viewed', 'approved', 'granted', 'collected']), () => ({ ...all, revealAfter: 2 })),
  );
  assert.deepEqual(
    after.periods[0]?.countries,
    reportOn(entriesOf(alike(['viewed', 'approved', 'granted', 'collected']))).periods[0]?.countries,
  );
});

test('a report says how many requests withheld something, and which of them too long', () => {
  const later = (hours: number): Entry => {
    const at = new Date(Date.parse('2026-01-01T00:00:00Z') + hours * hour).toISOString();
    const sweep: EntryBody = { kind: 'sweep.done', data: { grants: 0, missing: 0, surplus: 0 } };
    return appendEntry(`sweep/${hours}`, noEntries, sweep, at).entry;
  };
  const on = (revealAfter: number | undefined, until: number) =>
    reportOn([...withheld(alike([], 1), () => ({ ...all, revealAfter })), later(until)]).withheld;
  const one = { requests: 1, revealed: 0, late: 0, unrevealed: 0, overdue: 0 };
  assert.deepEqual(on(undefined, 1024), { ...one, unrevealed: 1 });
  assert.deepEqual(on(undefined, 1025), { ...one, unrevealed: 1, overdue: 1 });
  assert.deepEqual(on(1024, 2000), { ...one, revealed: 1 });
  assert.deepEqual(on(1025, 2000), { ...one, revealed: 1, late: 1 });
  // A delay that moved moves it.
  const [received] = withheld(alike([], 1), () => all);
  assert.ok(received?.kind === 'request.received');
  const revealBy = new Date(Date.parse('2026-01-01T00:00:00Z') + 1500 * hour).toISOString();
  const delay: EntryBody = {
    kind: 'notice.delayed',
    data: { officer: secret, delayUntil: revealBy, delayReason: 'flight', revealBy },
  };
  const [first, second] = renumbered(0, [
    { body: { kind: received.kind, data: received.data }, at: received.at },
    { body: delay, at: received.at },
  ]);
  assert.ok(first && second);
  assert.equal(reportOn([first, second, later(1400)]).withheld?.overdue, 0);
  assert.equal(reportOn([first, second, later(1525)]).withheld?.overdue, 1);
  assert.equal(reportOn(entriesOf(alike([]))).withheld, undefined, 'where nothing is, nothing is said of it');
});
