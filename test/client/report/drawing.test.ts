import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  barsDrawing,
  type Column,
  columnsDrawing,
  type Drawing,
  mostOf,
  stacked,
} from '#client/report/drawing.ts';
import { figureText } from '#client/report/words.ts';
import type { Figure } from '#core/log/report/bands.ts';

/** The geometry of charts, which the page of `writ report --html` and the public page both draw. */
const widths = [280, 350, 640, 1100];
const drawn = (width: number) => ({ width, figureText });
const isInside = ({ width, height, rects }: Drawing) =>
  rects.every(
    (rect) =>
      rect.x >= 0 &&
      rect.y >= 0 &&
      rect.x + rect.width <= width + 0.2 &&
      rect.y + rect.height <= height + 0.2,
  );

const months = (count: number, times: number): Column[] =>
  Array.from({ length: count }, (_, i) => ({
    label: 'Oct',
    below: i === 0 ? '2026' : '',
    name: 'Oct 2026',
    figures: [i * times, { from: 1, to: 4 }, null],
    mark: i === 3 ? null : (i + 5) * times,
  }));

test('a range is full up to what is certain and hatched up to what is possible; what is not given is not drawn', () => {
  assert.deepEqual(stacked([3, { from: 1, to: 4 }, null, 2]), [
    { series: 0, from: 0, to: 3, isUnsure: false },
    { series: 1, from: 3, to: 4, isUnsure: false },
    { series: 1, from: 4, to: 7, isUnsure: true },
    { series: 3, from: 7, to: 9, isUnsure: false },
  ]);
  assert.deepEqual(stacked([0, null]), []);
  assert.equal(mostOf([{ figures: [{ from: 1, to: 4 }, 3], mark: 2 }]), 7);
  assert.equal(mostOf([]), 1);
});

test('nothing is drawn outside, at 49 cases as at 5,000, however wide it is', () => {
  for (const width of widths)
    for (const times of [1, 100])
      for (const count of [0, 1, 12, 24]) {
        assert.ok(
          isInside(columnsDrawing(months(count, times), drawn(width))),
          `${count} months, ${width} px`,
        );
        const rows = months(count, times).map(({ name, figures }) => ({ label: name, figures }));
        assert.ok(isInside(barsDrawing(rows, drawn(width))), `${count} bars, ${width} px`);
      }
});

test('where there is little room the layout is another one, and no letter becomes smaller', () => {
  const names = (drawing: Drawing) => drawing.texts.filter(({ text }) => text === 'Oct 2026').length;
  assert.equal(names(columnsDrawing(months(24, 1), drawn(1100))), 0, 'months stand beside each other');
  assert.equal(names(columnsDrawing(months(24, 1), drawn(560))), 24, 'too many for that: a line each');
  assert.equal(names(columnsDrawing(months(12, 1), drawn(350))), 12);
  const label = 'A country of a long, long name';
  const one = (width: number) => barsDrawing([{ label, figures: [7] }], drawn(width)).texts[0];
  assert.deepEqual([one(640)?.anchor, one(350)?.anchor], ['end', 'start'], 'beside the bar, and above it');
  assert.equal(one(350)?.text, label, 'above it there is room for all of it');
  assert.ok(one(640)?.text.endsWith('…'));
});

test('the axis of what stands has few, whole steps, and reaches above the highest', () => {
  for (const most of [1, 4, 49, 5000, 123_456]) {
    const column: Column = { label: 'a', below: '', name: 'a', figures: [most], mark: null };
    const { texts, grid } = columnsDrawing([column], drawn(640));
    const steps = grid.length;
    assert.ok(steps >= 2 && steps <= 6, `${steps} of ${most}`);
    const labels = texts.slice(0, steps).map(({ text }) => Number(text.replaceAll(',', '')));
    assert.ok(labels.every(Number.isInteger) && (labels.at(-1) ?? 0) >= most);
  }
});

test('lines that have no case at all are drawn without a bar', () => {
  const none: Figure[] = [0, null];
  assert.deepEqual(barsDrawing([{ label: 'x', figures: none }], drawn(350)).rects, []);
});
