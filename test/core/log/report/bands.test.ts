import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bandAmounts, bandSmall, type Figure } from '#core/log/report/bands.ts';
import { measures } from '#core/log/report/figures.ts';
import { entriesOf, histories, holds, reportOn, toldCases } from './histories.ts';

/** All tables of so many lines with this total. */
function* tables(total: number, lines: number): Generator<number[]> {
  if (lines === 1) {
    yield [total];
    return;
  }
  for (let first = 0; first <= total; first++)
    for (const rest of tables(total - first, lines - 1)) yield [first, ...rest];
}

test('no small count can be told from the total, the other lines and the rule: each table there is, by what it publishes', () => {
  const universes = [
    { lines: 2, upTo: 60 },
    { lines: 3, upTo: 40 },
    { lines: 4, upTo: 26 },
    { lines: 5, upTo: 18 },
    { lines: 6, upTo: 13 },
  ];
  for (const { lines, upTo } of universes) {
    for (let total = 0; total <= upTo; total++) {
      const alike = Map.groupBy(tables(total, lines), (counts) => JSON.stringify(bandSmall(counts)));
      for (const worlds of alike.values()) {
        const figures = bandSmall(worlds[0] ?? []);
        for (const [line, figure] of figures.entries()) {
          const possible = new Set(worlds.map((counts) => counts[line] ?? 0));
          const isSmall = [...possible].some((count) => count > 0 && count < 5);
          const told = `${JSON.stringify(figures)} of ${total}: line ${line} is ${[...possible]}`;
          if (figure === null) assert.ok(!isSmall || possible.size > 1, told);
          else if (typeof figure === 'number') assert.deepEqual([...possible], [figure], told);
          else if (figure.to < 5) assert.deepEqual([...possible].sort(), [1, 2, 3, 4], told);
          else
            assert.ok(
              [...possible].every((count) => holds(figure, count)),
              told,
            );
        }
      }
    }
  }
});

test('a table without small counts is exact, and one small count makes two figures uncertain', () => {
  assert.deepEqual(bandSmall([0, 5, 120]), [0, 5, 120]);
  assert.deepEqual(bandSmall([38, 2, 0]), [{ from: 36, to: 39 }, { from: 1, to: 4 }, 0]);
  assert.deepEqual(bandSmall([40, 2, 3, 1]), [
    40,
    { from: 1, to: 4 },
    { from: 1, to: 4 },
    { from: 1, to: 4 },
  ]);
  assert.deepEqual(bandSmall([5, 2]), [null, null]);
  assert.deepEqual(bandSmall([3]), [null]);
});

/** The least and most that a line can be, by adding and subtracting what is published. */
function bounds(figures: readonly Figure[], line: number, total: number): [number, number] {
  const others = figures.filter((_, i) => i !== line);
  const least = (figure: Figure) => (figure === null ? 0 : typeof figure === 'number' ? figure : figure.from);
  const most = (figure: Figure) =>
    figure === null ? total : typeof figure === 'number' ? figure : figure.to;
  const sum = (of: (figure: Figure) => number) => others.reduce((n: number, other) => n + of(other), 0);
  const own = figures[line] ?? null;
  return [Math.max(least(own), total - sum(most)), Math.min(most(own), total - sum(least))];
}

test('in no table of a report does subtraction narrow a band', () => {
  let bands = 0;
  fc.assert(
    fc.property(histories, (cases) => {
      for (const period of reportOn(entriesOf(cases)).periods) {
        const lists = [period.months, period.countries, period.instruments, period.priorities];
        const columns = lists.flatMap((lines) =>
          measures.map((measure) => ({
            total: period.total[measure],
            figures: lines.map(({ figures }) => figures[measure]),
          })),
        );
        columns.push({
          total: period.total.rejected + period.total.emergenciesRejected,
          figures: period.reasons.map(({ count }) => count),
        });
        for (const { total, figures } of columns) {
          for (const [line, figure] of figures.entries()) {
            if (figure === null || typeof figure === 'number' || figure.to > 4) continue;
            bands++;
            assert.deepEqual(bounds(figures, line, total), [1, 4], JSON.stringify({ total, figures }));
          }
        }
      }
    }),
    { numRuns: 30 },
  );
  assert.ok(bands > 300);
});

test('no count of cases from 1 to 4 is given exactly in a table', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      for (const period of reportOn(entriesOf(cases)).periods) {
        for (const { figures } of [
          period.months,
          period.countries,
          period.instruments,
          period.priorities,
        ].flat()) {
          for (const measure of measures) {
            const figure = figures[measure];
            if (measure === 'records' || typeof figure !== 'number') continue;
            assert.ok(figure === 0 || figure > 4, `${measure} ${figure}`);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('what few cases amount to is not given, however much it is, nor is it by subtraction', () => {
  const cases = bandSmall([38, 2, 12]);
  assert.deepEqual(bandAmounts([400, 100, 50], cases), [null, null, 50]);
  assert.deepEqual(bandAmounts([400, 100], bandSmall([38, 6])), [400, 100]);
  // A later page of a collection that was counted in the month before.
  assert.deepEqual(bandAmounts([400, 100, 3], bandSmall([38, 6, 0])), [null, null, null]);
});

test('a line shows only if it has a figure to show', () => {
  fc.assert(
    fc.property(histories, (cases) => {
      for (const period of reportOn(entriesOf(cases)).periods) {
        for (const { figures } of [
          period.months,
          period.countries,
          period.instruments,
          period.priorities,
        ].flat())
          assert.ok(Object.values(figures).some((figure) => figure !== 0 && figure !== null));
      }
    }),
    { numRuns: 30 },
  );
  const few = entriesOf(
    fc
      .sample(toldCases, { numRuns: 2, seed: 5 })
      .map((entry) => ({ ...entry, acts: [], receivedAt: 1.77e12 })),
  );
  assert.deepEqual(reportOn(few).periods[0]?.countries, []);
});
