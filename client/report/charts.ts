import type { Figure } from '#core/log/report/bands.ts';
import { html, Markup } from './markup.ts';
import { high, low } from './selection.ts';
import { figureText } from './words.ts';

/**
 * Charts as SVG, drawn from figures of which some are ranges: a bar is full up to what is certain and hatched up to what
 * is possible. Colours and fonts are the page's (style.ts). Each has a title and a description; its table stands beside.
 */

export interface Series {
  name: string;
  /** A class of the page's style: `s0` to `s5`. */
  colour: string;
}

interface ChartText {
  /** Unique in the page. */
  id: string;
  title: string;
  description: string;
}

function chart({ id, title, description }: ChartText, width: number, height: number, body: Markup): Markup {
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc><defs><pattern id="${id}-h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.5" height="5" class="hatch"/></pattern></defs>${body}</svg>`;
}

/** What the colours mean. */
export function legend(series: readonly Series[], line?: string): Markup {
  const keys = series.map(({ name, colour }) => html`<li><i class="${colour}"></i>${name}</li>`);
  const marked = line === undefined ? [] : [html`<li><i class="mark"></i>${line}</li>`];
  return html`<ul class="legend">${keys}${marked}</ul>`;
}

export interface Bar {
  label: string;
  /** One for each series. */
  figures: readonly Figure[];
}

const barWidth = 640;
const labelWidth = 170;
const valueWidth = 80;

/** Bars that lie, a group for each label. */
export function bars(text: ChartText, series: readonly Series[], rows: readonly Bar[]): Markup {
  const [thick, gap] = [series.length > 1 ? 14 : 16, 12];
  const group = thick * series.length + gap;
  const most = Math.max(1, ...rows.flatMap(({ figures }) => figures.map(high)));
  const scale = (n: number) => round((n / most) * (barWidth - labelWidth - valueWidth));
  const body = rows.map(({ label, figures }, row) => {
    const top = row * group + gap / 2;
    const lines = series.map(({ colour }, i) => {
      const figure = figures[i] ?? null;
      const y = top + i * thick;
      const [certain, possible] = [scale(low(figure)), scale(high(figure))];
      return html`<rect class="${colour}" x="${labelWidth}" y="${y}" width="${certain}" height="${thick - 2}"/>${hatched(text.id, colour, labelWidth + certain, y, possible - certain, thick - 2)}<text class="value" x="${labelWidth + possible + 5}" y="${y + thick - 3}">${figureText(figure)}</text>`;
    });
    const middle = top + (thick * series.length) / 2 + 3;
    return html`<text x="${labelWidth - 8}" y="${middle}" text-anchor="end">${shortened(label)}</text>${lines}`;
  });
  return chart(text, barWidth, Math.max(1, rows.length) * group, html`${body}`);
}

const columnsWidth = 640;
const columnsHeight = 220;
const axis = { left: 44, bottom: 34, top: 10 };

export interface Column {
  label: string;
  /** Below the label, where it changes: the year. */
  below: string;
  /** One for each series, from the bottom up. */
  figures: readonly Figure[];
  /** Where the mark is. */
  mark: Figure;
}

/** Columns that stand, the series upon each other, and a mark across each. A range is drawn at its middle, hatched. */
export function columns(text: ChartText, series: readonly Series[], all: readonly Column[]): Markup {
  const heights = all.map(({ figures, mark }) =>
    Math.max(
      middleOf(mark),
      figures.reduce((sum: number, figure) => sum + middleOf(figure), 0),
    ),
  );
  const { top: most, step } = niceAxis(Math.max(1, ...heights));
  const plot = columnsHeight - axis.bottom - axis.top;
  const y = (n: number) => round(axis.top + plot * (1 - n / most));
  const slot = (columnsWidth - axis.left) / Math.max(1, all.length);
  const width = round(Math.min(44, slot * 0.7));
  const grid = Array.from({ length: Math.round(most / step) + 1 }, (_, i) => i * step).map(
    (n) =>
      html`<line class="grid" x1="${axis.left}" x2="${columnsWidth}" y1="${y(n)}" y2="${y(n)}"/><text class="value" x="${axis.left - 6}" y="${y(n) + 4}" text-anchor="end">${figureText(n)}</text>`,
  );
  const drawn = all.map(({ label, below, figures, mark }, i) => {
    const left = round(axis.left + slot * (i + 0.5) - width / 2);
    let reached = 0;
    const parts = series.map(({ colour }, s) => {
      const figure = figures[s] ?? null;
      const from = reached;
      reached += middleOf(figure);
      const [top, height] = [y(reached), round(y(from) - y(reached))];
      return low(figure) === high(figure)
        ? html`<rect class="${colour}" x="${left}" y="${top}" width="${width}" height="${height}"/>`
        : hatched(text.id, colour, left, top, width, height);
    });
    const at = y(middleOf(mark));
    const line =
      mark === null
        ? html``
        : html`<line class="mark" x1="${left - 4}" x2="${left + width + 4}" y1="${at}" y2="${at}"/>`;
    const centre = left + width / 2;
    return html`${parts}${line}<text class="value" x="${centre}" y="${columnsHeight - 19}" text-anchor="middle">${label}</text><text class="value" x="${centre}" y="${columnsHeight - 5}" text-anchor="middle">${below}</text>`;
  });
  return chart(text, columnsWidth, columnsHeight, html`${grid}${drawn}`);
}

const middleOf = (figure: Figure) => (low(figure) + high(figure)) / 2;

function hatched(id: string, colour: string, x: number, y: number, width: number, height: number): Markup {
  if (width <= 0 || height <= 0) return new Markup('');
  const place = html`x="${x}" y="${y}" width="${width}" height="${height}"`;
  return html`<rect class="${colour} unsure" ${place}/><rect fill="url(#${id}-h)" ${place}/>`;
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
const shortened = (label: string) => (label.length > 24 ? `${label.slice(0, 23)}…` : label);
