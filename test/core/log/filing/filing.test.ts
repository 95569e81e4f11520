/** Filings: what an order becomes in the sheets that the law asks for, by hand-made histories. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type FilingName, filingOf } from '#core/log/filing/filing.ts';
import { memberStates } from '#core/log/filing/member-states.ts';
import { addToOrders, type FiledOrder, filingPeriod } from '#core/log/filing/orders.ts';
import { medianOf } from '#core/median.ts';
import { body, bytesOf, entriesOf, reportOn, type Told, toldCases } from '../report/histories.ts';

const year = { from: Date.UTC(2026, 0), to: Date.UTC(2027, 0) };
const facts = { period: year, service: 'Example Mail', counted: 'log.example/writ' };

function ordersOf(cases: readonly Told[]): FiledOrder[] {
  const orders = new Map<string, FiledOrder>();
  for (const bytes of bytesOf(entriesOf(cases))) addToOrders(orders, bytes);
  return [...orders.values()];
}

const told = (more: Partial<Told>, ...acts: [afterHours: number, name: string][]): Told => ({
  country: 'DE',
  instrument: 'EPOC',
  priority: 'Routine',
  subjects: 1,
  receivedAt: Date.UTC(2026, 9, 1),
  ...more,
  acts: acts.map(([afterHours, name]) => ({ afterHours, body: body(name) })),
});

/** A filing's rows, by the columns' names. */
function rowsOf(name: FilingName, cases: readonly Told[]): Record<string, string>[] {
  const { columns, rows } = filingOf(name, ordersOf(cases), facts);
  return rows.map((row) => {
    assert.equal(row.length, columns.length, 'each row has a cell for each column');
    return Object.fromEntries(columns.map((column, i) => [column, row[i] ?? '']));
  });
}

describe('a period', () => {
  test('is a year, a half or a month, in UTC', () => {
    assert.deepEqual(filingPeriod('2026'), year);
    assert.deepEqual(filingPeriod('2026-H1'), { from: Date.UTC(2026, 0), to: Date.UTC(2026, 6) });
    assert.deepEqual(filingPeriod('2026-H2'), { from: Date.UTC(2026, 6), to: Date.UTC(2027, 0) });
    assert.deepEqual(filingPeriod('2026-12'), { from: Date.UTC(2026, 11), to: Date.UTC(2027, 0) });
  });

  for (const text of ['', '26', '2026-13', '2026-H3', '2026-1', '2026-10-01', ' 2026'])
    test(`'${text}' is none`, () => assert.equal(filingPeriod(text), undefined));
});

describe('an order', () => {
  const outcomes: [string, [number, string][], Partial<FiledOrder>][] = [
    ['pending while nobody answered', [[1, 'signed']], { outcome: 'pending' }],
    [
      'fulfilled once the data can be collected',
      [
        [1, 'signed'],
        [2, 'approved'],
        [3, 'granted'],
      ],
      { outcome: 'fulfilled' },
    ],
    [
      'unfulfilled with the reviewer’s ground',
      [[1, 'incomplete']],
      { outcome: 'unfulfilled', ground: 'incomplete' },
    ],
    [
      'unfulfilled where nothing is stored',
      [
        [1, 'approved'],
        [2, 'absent'],
      ],
      { outcome: 'unfulfilled', ground: 'not-held' },
    ],
    [
      'unfulfilled where it was too broad',
      [
        [1, 'approved'],
        [2, 'invalid'],
      ],
      { outcome: 'unfulfilled', ground: 'limit-exceeded' },
    ],
    ['withdrawn by its authority', [[1, 'withdrawn']], { outcome: 'withdrawn' }],
    [
      'fulfilled although the case expired later',
      [
        [3, 'granted'],
        [9, 'expired'],
      ],
      { outcome: 'fulfilled' },
    ],
    [
      'fulfilled although the second reviewer rejected later',
      [
        [3, 'granted'],
        [9, 'rejected'],
      ],
      { outcome: 'fulfilled' },
    ],
  ];
  for (const [what, acts, expected] of outcomes)
    test(`is ${what}`, () => {
      const [order] = ordersOf([told({}, ...acts)]);
      assert.ok(order !== undefined);
      const { outcome, ground } = order;
      assert.deepEqual({ outcome, ...(ground === undefined ? {} : { ground }) }, expected);
    });

  test('is provided when the data leave for the first time', () => {
    const [order] = ordersOf([told({}, [3, 'granted'], [24, 'collected'], [48, 'collected'])]);
    assert.equal(order?.providedAt, Date.UTC(2026, 9, 2));
  });
});

describe('the sheet of orders for the DSA (Implementing Regulation (EU) 2024/2835)', () => {
  const cases = [
    told({}, [10, 'granted']),
    told({}, [20, 'granted']),
    told({ country: 'FR' }, [31, 'incomplete']),
    told({ country: 'FR' }, [1, 'withdrawn']),
    told({ country: 'US' }, [1, 'granted']),
    told({ receivedAt: Date.UTC(2025, 11, 31, 23) }, [1, 'granted']),
  ];
  const rows = rowsOf('dsa', cases);
  const of = (scope: string) => rows.filter(({ Scope }) => Scope === scope);
  const count = 'Number of orders to provide information';
  const effect = 'Median time to give effect to the order to provide information';

  test('has 20 columns, and two lines for all Member States and for each', () => {
    assert.equal(Object.keys(rows[0] ?? {}).length, 20);
    assert.equal(rows.length, 2 * (1 + memberStates.length));
    assert.equal(memberStates.length, 27);
  });

  test('counts exactly the orders of Member States that were received in the period', () => {
    assert.deepEqual(
      ['TOTAL', 'DE', 'FR', 'MT'].map((scope) => of(scope).map((row) => row[count])),
      [
        ['4', '4'],
        ['2', '2'],
        ['2', '2'],
        ['0', '0'],
      ],
    );
  });

  test('gives median times in whole hours, without orders that were withdrawn', () => {
    assert.deepEqual(
      ['TOTAL', 'DE', 'FR', 'MT'].map((scope) => of(scope)[0]?.[effect]),
      ['20', '15', '31', ''],
    );
  });

  test('leaves the orders to act against content to the provider', () => {
    const acting = Object.entries(rows[0] ?? {}).filter(([name]) => /to act against/.test(name));
    assert.equal(acting.length, 8);
    assert.ok(acting.every(([, cell]) => cell === ''));
  });

  test('names the service, the period with both its days, and in its first line where the counts are from', () => {
    const [first, second] = rows;
    assert.deepEqual(
      [first?.Service, first?.['Reporting period']],
      ['Example Mail', '2026-01-01/2026-12-31'],
    );
    assert.match(first?.[`Contextual information on ${count}`] ?? '', /log\.example\/writ/);
    assert.equal(second?.[`Contextual information on ${count}`], '');
  });

  test('the Member States add up to the total, and so does the transparency report', () => {
    fc.assert(
      fc.property(fc.array(toldCases, { maxLength: 40 }), (histories) => {
        const all = rowsOf('dsa', histories).filter((row) => row['Category of illegal content'] === 'TOTAL');
        const [total, ...states] = all.map((row) => Number(row[count]));
        assert.equal(
          states.reduce((sum, n) => sum + n, 0),
          total,
        );
        const report = reportOn(entriesOf(histories)).periods.find(({ period }) => period === '2026');
        assert.equal(total, report?.total.requests ?? 0);
      }),
      { numRuns: 50 },
    );
  });

  test('the median of an even number is the mean of the two in the middle', () => {
    assert.deepEqual([medianOf([]), medianOf([5]), medianOf([9, 1, 4, 2])], [undefined, 5, 3]);
  });
});

describe('the statistics of Regulation (EU) 2023/1543 Art. 28(4)', () => {
  test('tell each order, State and situation, and what came of it with the grounds', () => {
    const rows = rowsOf('e-evidence', [
      told({}, [24, 'granted'], [48, 'collected']),
      told({}, [72, 'granted']),
      told({}, [1, 'privilege']),
      told({ priority: 'Emergency' }, [6, 'granted']),
      told({ country: 'FR' }, [1, 'withdrawn']),
      told({ country: 'FR' }),
      told({ instrument: 'MLA' }, [1, 'granted']),
    ]);
    const short = rows.map((row) => Object.values(row).join(' | '));
    assert.deepEqual(short, [
      'EPOC | all | DE | emergency | 1 | 1 | 0 | 0 | 0 | 0.3 |  | 0',
      'EPOC | TrafficData | DE | emergency | 1 | 1 | 0 | 0 | 0 | 0.3 |  | 0',
      'EPOC | all | DE | not an emergency | 3 | 2 | 1 | 0 | 0 | 2.0 | 2.0 | 1',
      'EPOC | TrafficData | DE | not an emergency | 3 | 2 | 1 | 0 | 0 | 2.0 | 2.0 | 1',
      'EPOC | all | FR | not an emergency | 2 | 0 | 0 | 1 | 1 |  |  | 0',
      'EPOC | TrafficData | FR | not an emergency | 2 | 0 | 0 | 1 | 1 |  |  | 0',
    ]);
    assert.equal(Object.keys(rows[0] ?? {}).at(-1), 'Not fulfilled: immunity-or-privilege');
  });

  test('fulfilled, not fulfilled, withdrawn and pending are all that were received', () => {
    fc.assert(
      fc.property(fc.array(toldCases, { maxLength: 40 }), (histories) => {
        for (const row of rowsOf('e-evidence', histories)) {
          const parts = ['Fulfilled', 'Not fulfilled', 'Withdrawn', 'Pending'].map((name) =>
            Number(row[name]),
          );
          assert.equal(
            parts.reduce((sum, n) => sum + n, 0),
            Number(row.Received),
          );
        }
      }),
      { numRuns: 50 },
    );
  });
});
