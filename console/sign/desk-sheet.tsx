import type { RouteCall } from '#client/route-call.ts';
import { opened } from '../case/opened.ts';
import { type Desk, useDesk } from '../state/desk.ts';
import { inLanguage } from '../words/lang.ts';
import { type Act, readCall } from './reading.ts';
import { effectOf, saidOf } from './sentences.ts';
import { type Shown, SignSheet } from './sheet.tsx';
import { type Names, signWords } from './words.ts';

/** What a reviewer is about to sign. */
export function DeskSignSheet() {
  const desk = useDesk();
  return <SignSheet show={(call) => shownOf(call, desk)} isOff={opened.value?.isSignable === false} />;
}

function shownOf(call: RouteCall, desk: Desk): Shown {
  const words = inLanguage(signWords);
  const review = opened.value?.review;
  const { act, lasting, refused } = readCall(call, review);
  if (act === undefined) return { refused: words.refused[refused] };
  const { sentence, facts } = saidOf(act, namesOf(act, desk), review);
  const effect = effectOf(act, review, desk.policy);
  return {
    parts: [{ says: sentence }],
    facts,
    lasting,
    effect: effect === undefined ? undefined : words.effect[effect],
  };
}

/** Of the case that was opened, or of the line that was listed. */
function namesOf({ id }: Act, { lines }: Desk): Names {
  const review = opened.peek()?.review;
  const known = review?.id === id ? review : lines.all.peek().get(id ?? '');
  return { called: known?.reference ?? id ?? '', agency: known?.agency };
}
