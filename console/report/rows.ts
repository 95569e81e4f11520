import { stacked } from '#client/report/drawing.ts';
import { figureOf, high } from '#client/report/selection.ts';
import type { Figure } from '#core/log/report/bands.ts';
import type { Line, Measure, Report } from '#core/log/report/figures.ts';

/** How a request may end, in the order in which charts show it. */
export const outcomes = ['granted', 'absent', 'rejected', 'withdrawn'] as const satisfies readonly Measure[];

export interface BarPart {
  /** A class of the style: `s0` to `s3`. */
  colour: string;
  /** Both in per cent of the bar's room. */
  from: number;
  width: number;
  isUnsure: boolean;
}

export interface DrawnBar {
  parts: readonly BarPart[];
  /** Where the mark stands, in per cent; undefined where what it marks is not given. */
  mark: number | undefined;
}

/**
 * A bar of figures that stand one after the other, with a mark, to stand in a table's line.
 *
 * @param most what takes all the room
 */
export function drawn(figures: readonly Figure[], mark: Figure, most: number): DrawnBar {
  const percent = (n: number) => (most === 0 ? 0 : Math.round((n / most) * 1000) / 10);
  const parts = stacked(figures).map(({ series, from, to, isUnsure }) => ({
    colour: `s${series}`,
    from: percent(from),
    width: percent(to - from),
    isUnsure,
  }));
  return { parts, mark: mark === null ? undefined : percent(high(mark)) };
}

export interface DrawnRow {
  key: string;
  figures: readonly Figure[];
  mark: Figure;
  /** What the table has beside the bar. */
  shown: readonly Figure[];
}

export function monthRow(report: Report, month: string, shown: readonly Measure[]): DrawnRow {
  const of = (measure: Measure) => figureOf(report, month, measure);
  return { key: month, figures: outcomes.map(of), mark: of('requests'), shown: shown.map(of) };
}

export function lineRow({ key, figures }: Line, shown: readonly Measure[]): DrawnRow {
  const of = (measure: Measure) => figures[measure];
  return { key, figures: outcomes.map(of), mark: of('requests'), shown: shown.map(of) };
}
