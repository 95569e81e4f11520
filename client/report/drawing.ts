import type { Figure } from '#core/log/report/bands.ts';
import { high, low } from './selection.ts';

/**
 * Charts as plain shapes, in pixels: the HTML page writes them as markup (charts.ts), a page in a browser as elements. A
 * figure that is a range is drawn full up to what is certain, and hatched from there to what is possible. Where there is
 * little room, a chart has another layout and letters of the same size.
 */
export interface Drawing {
  width: number;
  height: number;
  /** Behind the bars. */
  grid: readonly DrawnLine[];
  rects: readonly DrawnRect[];
  /** Across the bars. */
  marks: readonly DrawnLine[];
  texts: readonly DrawnText[];
}

export interface DrawnRect {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Which series it is of, from 0. */
  series: number;
  /** From what is certain to what is possible. */
  isUnsure: boolean;
}

export interface DrawnLine {
  x1: number;
  x2: number;
  y1: number;
  y2: number;
}

export interface DrawnText {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
  text: string;
  /** A number or a name of the axis, smaller than a label. */
  isSmall: boolean;
}

export interface DrawingOptions {
  width: number;
  /** How the reader writes a figure. */
  figureText: (figure: Figure) => string;
}

export interface Bar {
  label: string;
  /** One for each series. */
  figures: readonly Figure[];
}

/** Narrower charts have labels above their bars and not beside them. */
const wideFrom = 480;
const labelWidth = 170;
const valueWidth = 80;
/** What letters of the size of labels take at most, in pixels each. */
const letterWidth = 7.2;

/** Bars that lie, a group for each label. */
export function barsDrawing(rows: readonly Bar[], { width, figureText }: DrawingOptions): Drawing {
  const isWide = width >= wideFrom;
  const count = Math.max(1, ...rows.map(({ figures }) => figures.length));
  const [thick, gap] = [count > 1 ? 14 : 16, 12];
  const above = isWide ? 0 : 18;
  const group = above + thick * count + gap;
  const left = isWide ? labelWidth : 0;
  const most = Math.max(1, ...rows.flatMap(({ figures }) => figures.map(high)));
  const scale = (n: number) => round((n / most) * (width - left - valueWidth));
  const rects: DrawnRect[] = [];
  const texts: DrawnText[] = [];
  for (const [row, { label, figures }] of rows.entries()) {
    const top = row * group + gap / 2;
    const room = Math.floor((isWide ? labelWidth - 8 : width) / letterWidth);
    texts.push(
      isWide
        ? {
            x: left - 8,
            y: top + (thick * count) / 2 + 3,
            anchor: 'end',
            text: shortened(label, room),
            isSmall: false,
          }
        : { x: 0, y: top + 12, anchor: 'start', text: shortened(label, room), isSmall: false },
    );
    for (const [series, figure] of figures.entries()) {
      const y = top + above + series * thick;
      const [certain, possible] = [scale(low(figure)), scale(high(figure))];
      const at = { y, height: thick - 2, series };
      addRect(rects, { ...at, x: left, width: certain, isUnsure: false });
      addRect(rects, { ...at, x: left + certain, width: round(possible - certain), isUnsure: true });
      texts.push({
        x: left + possible + 5,
        y: y + thick - 3,
        anchor: 'start',
        text: figureText(figure),
        isSmall: true,
      });
    }
  }
  return { width, height: Math.max(1, rows.length) * group, grid: [], rects, marks: [], texts };
}

export interface Column {
  label: string;
  /** Below the label, where it changes: the year. */
  below: string;
  /** Both, for a layout that has a line for each. */
  name: string;
  /** One for each series, from the bottom up. */
  figures: readonly Figure[];
  /** Where the mark is. */
  mark: Figure;
}

const axis = { left: 44, bottom: 34, top: 10 };
const columnsHeight = 220;
/** Names of months stand beside each other without touching. */
const leastSlot = 24;

/**
 * Series upon each other, with a mark across each: columns that stand, or, where there is no room for the names below them,
 * bars that lie, the last one on top.
 */
export function columnsDrawing(all: readonly Column[], options: DrawingOptions): Drawing {
  const isWide = options.width >= wideFrom && options.width - axis.left >= leastSlot * all.length;
  return isWide ? standing(all, options) : lying(all.toReversed(), options);
}

function standing(all: readonly Column[], { width, figureText }: DrawingOptions): Drawing {
  const { top: most, step } = niceAxis(mostOf(all));
  const plot = columnsHeight - axis.bottom - axis.top;
  const y = (n: number) => round(axis.top + plot * (1 - n / most));
  const slot = (width - axis.left) / Math.max(1, all.length);
  const thick = round(Math.min(44, slot * 0.7));
  const rects: DrawnRect[] = [];
  const grid: DrawnLine[] = [];
  const marks: DrawnLine[] = [];
  const texts: DrawnText[] = [];
  for (let n = 0; n <= most; n += step) {
    grid.push({ x1: axis.left, x2: width, y1: y(n), y2: y(n) });
    texts.push({ x: axis.left - 6, y: y(n) + 4, anchor: 'end', text: figureText(n), isSmall: true });
  }
  for (const [i, { label, below, figures, mark }] of all.entries()) {
    const left = round(axis.left + slot * (i + 0.5) - thick / 2);
    for (const { series, from, to, isUnsure } of stacked(figures))
      addRect(rects, {
        x: left,
        y: y(to),
        width: thick,
        height: round(y(from) - y(to)),
        series,
        isUnsure,
      });
    if (mark !== null)
      marks.push({ x1: left - 4, x2: left + thick + 4, y1: y(high(mark)), y2: y(high(mark)) });
    const centre = round(left + thick / 2);
    for (const [text, up] of [
      [label, 19],
      [below, 5],
    ] as const)
      texts.push({ x: centre, y: columnsHeight - up, anchor: 'middle', text, isSmall: true });
  }
  return { width, height: columnsHeight, grid, rects, marks, texts };
}

const lineHeight = 24;
const nameWidth = 76;
const markValueWidth = 52;

function lying(all: readonly Column[], { width, figureText }: DrawingOptions): Drawing {
  const most = mostOf(all);
  const scale = (n: number) => round((n / most) * Math.max(1, width - nameWidth - markValueWidth));
  const rects: DrawnRect[] = [];
  const marks: DrawnLine[] = [];
  const texts: DrawnText[] = [];
  for (const [row, { name, figures, mark }] of all.entries()) {
    const top = row * lineHeight;
    texts.push({ x: 0, y: top + 16, anchor: 'start', text: name, isSmall: true });
    for (const { series, from, to, isUnsure } of stacked(figures))
      addRect(rects, {
        x: nameWidth + scale(from),
        y: top + 4,
        width: round(scale(to) - scale(from)),
        height: lineHeight - 8,
        series,
        isUnsure,
      });
    if (mark === null) continue;
    const at = nameWidth + scale(high(mark));
    marks.push({ x1: at, x2: at, y1: top + 1, y2: top + lineHeight - 1 });
    const reached = nameWidth + scale(figures.reduce((sum: number, figure) => sum + high(figure), 0));
    texts.push({
      x: Math.max(at, reached) + 6,
      y: top + 16,
      anchor: 'start',
      text: figureText(mark),
      isSmall: true,
    });
  }
  return { width, height: Math.max(1, all.length) * lineHeight, grid: [], rects, marks, texts };
}

interface StackedPart {
  series: number;
  from: number;
  to: number;
  isUnsure: boolean;
}

/** Figures that stand one upon the other: of each what is certain, and then what is possible. */
export function stacked(figures: readonly Figure[]): StackedPart[] {
  const parts: StackedPart[] = [];
  let reached = 0;
  for (const [series, figure] of figures.entries()) {
    const certain = reached + low(figure);
    const possible = reached + high(figure);
    if (certain > reached) parts.push({ series, from: reached, to: certain, isUnsure: false });
    if (possible > certain) parts.push({ series, from: certain, to: possible, isUnsure: true });
    reached = possible;
  }
  return parts;
}

/** How far the longest of them reaches. */
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

function addRect(rects: DrawnRect[], rect: DrawnRect): void {
  if (rect.width > 0 && rect.height > 0) rects.push(rect);
}

/** Whole steps of 1, 2 or 5 times a power of ten, four or five of them. */
function niceAxis(most: number): { top: number; step: number } {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((n) => n * power >= rough) ?? 10) * power);
  return { top: Math.ceil(most / step) * step, step };
}

const round = (n: number) => Math.round(n * 10) / 10;

/** As much of a label as there is room for. The table has all of it. */
const shortened = (label: string, room: number) =>
  label.length > room ? `${label.slice(0, room - 1)}…` : label;
