import { now } from '../state/clock.ts';
import { momentTexts, spanText } from './moment-text.ts';

export { countText, dayText, momentTexts, spanText } from './moment-text.ts';

/** An instant in the reader's zone, with UTC beside it: people and logs mean the same moment. */
export function Moment({
  at,
  seconds = false,
  short = false,
}: {
  at: string;
  seconds?: boolean;
  short?: boolean;
}) {
  const { own, utc } = momentTexts(at, { seconds });
  return (
    <time dateTime={at} class="moment" title={utc}>
      {own}
      {short ? null : <span class="soft"> ({utc})</span>}
    </time>
  );
}

/** How long until an instant, or since: in the coarsest unit that still says something. */
export function Span({ at }: { at: string }) {
  return <span>{spanText(Date.parse(at) - now.value)}</span>;
}
