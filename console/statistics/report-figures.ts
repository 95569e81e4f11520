import { figureOf, high, low } from '#client/report/selection.ts';
import type { Figure } from '#core/log/report/bands.ts';
import type { Line, Measure, Report } from '#core/log/report/figures.ts';

/** How a report's figures are drawn: bars of parts, each full up to what is certain and light up to what is possible. */
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
 * A bar of figures that stand one after the other, with a mark.
 *
 * @param most what takes all the room
 */
export function drawn(figures: readonly Figure[], mark: Figure, most: number): DrawnBar {
  const percent = (n: number) => (most === 0 ? 0 : Math.round((n / most) * 1000) / 10);
  const parts: BarPart[] = [];
  let reached = 0;
  for (const [i, figure] of figures.entries()) {
    const add = (n: number, isUnsure: boolean) => {
      if (n <= 0) return;
      parts.push({ colour: `s${i}`, from: percent(reached), width: percent(n), isUnsure });
      reached += n;
    };
    add(low(figure), false);
    add(high(figure) - low(figure), true);
  }
  return { parts, mark: mark === null ? undefined : percent(high(mark)) };
}

/** How long the longest bar of a table may be. */
export function mostOf(rows: readonly { figures: readonly Figure[]; mark: Figure }[]): number {
  return Math.max(
    1,
    ...rows.map(({ figures, mark }) =>
      Math.max(
        high(mark),
        figures.reduce((sum: number, figure) => sum + high(figure), 0),
      ),
    ),
  );
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
