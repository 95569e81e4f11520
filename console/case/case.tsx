import { useEffect, useMemo } from 'preact/hooks';
import { byUrgency } from '#client/queue.ts';
import type { Review } from '#client/reviewer.ts';
import { useDesk } from '../state/desk.ts';
import { liveStatuses } from '../state/lines.ts';
import { go } from '../state/route.ts';
import { Failure } from '../ui/failure.tsx';
import { useShortcuts } from '../ui/keyboard.ts';
import { Button, Key, Loading, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Basis } from './basis.tsx';
import { Choice } from './choice.tsx';
import { Deeds } from './deeds.tsx';
import { Exists } from './exists.tsx';
import { Head, Outcomes, Warnings } from './head.tsx';
import { Order } from './order.tsx';
import { type CaseState, caseState } from './state.ts';
import { Terms, Timeline } from './timeline.tsx';
import { caseWords } from './words.ts';

/** One case, from the order to the signature. What is asked is in memory while this is shown, and nowhere else. */
export function Case({ id }: { id: string }) {
  const desk = useDesk();
  const words = inLanguage(caseWords);
  const state = useMemo(() => caseState(desk, id), [desk, id]);
  useEffect(() => {
    if (state.shown.peek().is === 'looking') void state.look();
    return () => state.leave();
  }, [state]);
  const lines = desk.lines.all.value;
  useEffect(() => void state.check(), [state, lines]);
  const beside = (step: 1 | -1) => {
    const next = besideIn(desk.lines.all.peek(), id, step);
    if (next !== undefined) go({ screen: 'case', id: next });
  };
  const shown = state.shown.value;
  useShortcuts([
    { key: 'j', says: words.keys.next, run: () => beside(1) },
    { key: 'k', says: words.keys.before, run: () => beside(-1) },
    { key: 'u', says: words.keys.back, run: () => go({ screen: 'queue' }) },
    { key: 'Escape', says: words.keys.back, run: () => go({ screen: 'queue' }) },
    ...(shown.is === 'announced'
      ? [{ key: 'Enter', says: words.announced.open, run: () => void state.look() }]
      : []),
  ]);
  switch (shown.is) {
    case 'announced':
      return (
        <div class="announced">
          <h1>{words.announced.title}</h1>
          <p>{words.announced.says}</p>
          <p class="actions">
            <Button kind="main" onClick={() => void state.look()}>
              {words.announced.open} <Key>Enter</Key>
            </Button>
            <Button onClick={() => go({ screen: 'queue' })}>{words.keys.back}</Button>
          </p>
        </div>
      );
    case 'looking':
      return <Loading>{words.looking}</Loading>;
    case 'failed':
      return <Failure error={shown.error} again={() => void state.look()} />;
    case 'wrong':
      return (
        <Notice tone="bad" title={words.wrong.title} alert>
          {words.wrong.says}
        </Notice>
      );
    case 'shown':
      return <Whole review={shown.review} state={state} />;
  }
}

function Whole({ review, state }: { review: Review; state: CaseState }) {
  const it = { review, state };
  return (
    <article class="case">
      <Head {...it} />
      <Deeds {...it} />
      <Outcomes {...it} />
      <Warnings {...it} />
      <div class="columns">
        <div>
          <Choice {...it} />
          <Basis {...it} />
          <Order {...it} />
          <Exists {...it} />
        </div>
        <div>
          <Terms {...it} />
          <Timeline {...it} />
        </div>
      </div>
    </article>
  );
}

/** The case before or after one, in the order in which cases are due. */
function besideIn(lines: ReturnType<typeof useDesk>['lines']['all']['value'], id: string, step: 1 | -1) {
  const live = [...lines.values()].filter((line) => line.id === id || liveStatuses.includes(line.status));
  const ids = byUrgency(live).map((line) => line.id);
  const at = ids.indexOf(id);
  return at === -1 ? ids[0] : ids[at + step];
}
