import {
  type Bar,
  barsDrawing,
  type Column,
  columnsDrawing,
  type Drawing,
  type DrawnLine,
  type DrawnRect,
} from './drawing.ts';
import { html, type Markup } from './markup.ts';
import { figureText } from './words.ts';

/**
 * Charts as SVG in markup. Colours and fonts are the page's (style.ts). Each has a title and a description; its table stands
 * beside.
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

/** As wide as the page's text: the browser shrinks it, and scrolls it where that would be too much (style.ts). */
const options = { width: 640, figureText };

/** Bars that lie, a group for each label. */
export function bars(text: ChartText, series: readonly Series[], rows: readonly Bar[]): Markup {
  return chart(text, series, barsDrawing(rows, options));
}

/** Columns that stand, the series upon each other, and a mark across each. */
export function columns(text: ChartText, series: readonly Series[], all: readonly Column[]): Markup {
  return chart(text, series, columnsDrawing(all, options));
}

function chart({ id, title, description }: ChartText, series: readonly Series[], drawing: Drawing): Markup {
  const rects = drawing.rects.map((rect) => rectangle(id, rect, series[rect.series]?.colour ?? 's0'));
  const lines = (of: readonly DrawnLine[], colour: 'grid' | 'mark') =>
    of.map(
      ({ x1, x2, y1, y2 }) => html`<line class="${colour}" x1="${x1}" x2="${x2}" y1="${y1}" y2="${y2}"/>`,
    );
  const texts = drawing.texts.map(
    ({ x, y, anchor, text, isSmall }) =>
      html`<text${isSmall ? html` class="value"` : html``} x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`,
  );
  return html`<svg viewBox="0 0 ${drawing.width} ${drawing.height}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc><defs><pattern id="${id}-h" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.5" height="5" class="hatch"/></pattern></defs>${lines(drawing.grid, 'grid')}${rects}${lines(drawing.marks, 'mark')}${texts}</svg>`;
}

function rectangle(id: string, { x, y, width, height, isUnsure }: DrawnRect, colour: string): Markup {
  const place = html`x="${x}" y="${y}" width="${width}" height="${height}"`;
  return isUnsure
    ? html`<rect class="${colour} unsure" ${place}/><rect fill="url(#${id}-h)" ${place}/>`
    : html`<rect class="${colour}" ${place}/>`;
}

/** What the colours mean. */
export function legend(series: readonly Series[], line?: string): Markup {
  const keys = series.map(({ name, colour }) => html`<li><i class="${colour}"></i>${name}</li>`);
  const marked = line === undefined ? [] : [html`<li><i class="mark"></i>${line}</li>`];
  return html`<ul class="legend">${keys}${marked}</ul>`;
}
