import { html, type Markup } from '#client/report/markup.ts';
import type { Row, Run } from './screen.ts';

/** A recorded session as a picture: its rows appear as they did, a few seconds in all, and stay. */
const FONT = 13;
const LINE = 18;
const CHARACTER = FONT * 0.602;
const MARGIN = 16;
const SECONDS = 12;

/** The terminal's first eight colours, and the bright ones, as they are read on a dark ground. */
const colours = ['#6e7681', '#ff7b72', '#7ee787', '#e3b341', '#79c0ff', '#d2a8ff', '#76e3ea', '#e6edf3'];

/** @param title what the picture shows, for those who hear it */
export function sessionSvg(rows: readonly Row[], title: string, columns = 100): string {
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = rows.length * LINE + 2 * MARGIN;
  const end = Math.max(1, ...rows.map(({ at }) => at));
  return `${
    html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>
text{font:${FONT}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6edf3;white-space:pre}
.b{font-weight:600}.d{fill:#8b949e}
g{animation:appear .2s both}
@keyframes appear{from{opacity:0}to{opacity:1}}
@media (prefers-reduced-motion:reduce){g{animation:none}}
@media print{g{animation:none}}
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.map(({ runs, at }, y) => rowSvg(runs, y, (at / end) * SECONDS))}
</svg>`.text
  }\n`;
}

function rowSvg(runs: readonly Run[], y: number, delay: number): Markup {
  if (runs.length === 0) return html``;
  let x = 0;
  const parts = runs.map((run) => {
    const part = runSvg(run, x);
    x += run.text.length;
    return part;
  });
  return html`<g style="animation-delay:${delay.toFixed(1)}s"><text y="${MARGIN + (y + 0.75) * LINE}">${parts}</text></g>
`;
}

function runSvg({ text, colour, isBold, isDim }: Run, x: number): Markup {
  const classes = [...(isBold ? ['b'] : []), ...(isDim ? ['d'] : [])].join(' ');
  const fill = colour === undefined ? html`` : html` style="fill:${colours[colour % 8] ?? '#e6edf3'}"`;
  return html`<tspan x="${(MARGIN + x * CHARACTER).toFixed(1)}" class="${classes}"${fill}>${text}</tspan>`;
}
