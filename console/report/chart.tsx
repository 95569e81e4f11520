import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Drawing } from '#client/report/drawing.ts';
import { inLanguage } from '../words/lang.ts';
import { reportWords } from './words.ts';

/** What a colour means. */
export interface Series {
  name: string;
  /** A class of the style: `s0` to `s3`. */
  colour: string;
}

/**
 * A chart of the report, as wide as its place: a pixel of the drawing is a pixel of the page, so that letters stay as large as
 * they are. Its table stands beside.
 */
export function Chart({
  title,
  says,
  series,
  line,
  draw,
}: {
  title: string;
  says: string;
  series: readonly Series[];
  /** What the line across means, where there is one. */
  line?: string;
  draw: (width: number) => Drawing;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const place = ref.current;
    if (place === null) return;
    const measure = () => setWidth(Math.floor(place.getBoundingClientRect().width));
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    measure();
    return () => observer.disconnect();
  }, []);
  const drawing = width === 0 ? undefined : draw(Math.min(width, widest));
  return (
    <figure class="chart">
      <div ref={ref}>
        {drawing === undefined ? null : <Svg title={title} says={says} series={series} drawing={drawing} />}
      </div>
      <ul class="legend">
        {series.map(({ name, colour }) => (
          <li key={name}>
            <i class={colour} /> {name}
          </li>
        ))}
        {drawing?.rects.some(({ isUnsure }) => isUnsure) === true ? (
          <li>
            <i class="s0 unsure" /> {inLanguage(reportWords).unsure}
          </li>
        ) : null}
        {line === undefined ? null : (
          <li>
            <i class="mark" /> {line}
          </li>
        )}
      </ul>
    </figure>
  );
}

/** What is wider is harder to read, not easier. */
const widest = 880;

function Svg({
  title,
  says,
  series: named,
  drawing,
}: {
  title: string;
  says: string;
  series: readonly Series[];
  drawing: Drawing;
}) {
  const id = useId();
  const { width, height, grid, rects, marks, texts } = drawing;
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-labelledby={`${id}-t`}
      aria-describedby={`${id}-d`}
    >
      <title id={`${id}-t`}>{title}</title>
      <desc id={`${id}-d`}>{says}</desc>
      <defs>
        <pattern
          id={`${id}-h`}
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="2.5" height="5" class="hatch" />
        </pattern>
      </defs>
      {grid.map((ends, i) => (
        <line key={`g${i}`} class="grid" {...ends} />
      ))}
      {rects.map(({ series, isUnsure, ...place }, i) => (
        <g key={`r${i}`}>
          <rect class={`${named[series]?.colour ?? 's0'}${isUnsure ? ' unsure' : ''}`} {...place} />
          {isUnsure ? <rect fill={`url(#${id}-h)`} {...place} /> : null}
        </g>
      ))}
      {marks.map((ends, i) => (
        <line key={`m${i}`} class="mark" {...ends} />
      ))}
      {texts.map(({ x, y, anchor, text, isSmall }, i) => (
        <text key={`t${i}`} class={isSmall ? 'value' : undefined} x={x} y={y} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </svg>
  );
}
