import type { ComponentChildren } from 'preact';
import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import { daysIn } from '#client/scope.ts';
import { Button } from '../ui/kit.tsx';
import { countText, Moment } from '../ui/moment.tsx';
import { ownZone } from '../ui/zone.ts';
import { inLanguage } from '../words/lang.ts';
import { asAsked, type Draft, daysOf, nothing } from './draft.ts';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

/** What is asked, with a box beside each part. @param isFixed where there is nothing to choose */
export function Asked({
  review,
  state,
  isFixed = false,
}: {
  review: Review;
  state: CaseState;
  isFixed?: boolean;
}) {
  const words = inLanguage(caseWords).asked;
  const draft = state.draft.value;
  const { request, asked, cutAt } = review;
  const days = daysOf(asked, ownZone());
  const change = (by: Partial<Draft>) => (state.draft.value = { ...draft, ...by, take: undefined });
  const tick = <T,>(all: readonly T[], one: T, isIn: boolean) =>
    isIn ? [...all, one] : all.filter((each) => each !== one);
  return (
    <div class="asked">
      <fieldset>
        <legend>{words.subjects(asked.subjects.length)}</legend>
        <ul class="ticks">
          {request.subjects.map(({ kind, value }, n) => (
            <li key={n}>
              <Tick
                isFixed={isFixed}
                isIn={draft.subjects.includes(n)}
                onTick={(isIn) => change({ subjects: tick(draft.subjects, n, isIn) })}
              >
                <span class="soft">{n}</span>
                <span>
                  {words.kinds[kind]} <strong class="value">{printable(value)}</strong>
                </span>
              </Tick>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset>
        <legend>{words.categories}</legend>
        <ul class="ticks">
          {asked.categories.map((category) => (
            <li key={category}>
              <Tick
                isFixed={isFixed}
                isIn={draft.categories.includes(category)}
                onTick={(isIn) => change({ categories: tick(draft.categories, category, isIn) })}
              >
                <span>
                  <strong>{category}</strong> <span class="soft">{words.titles[category]}</span>
                </span>
              </Tick>
            </li>
          ))}
        </ul>
      </fieldset>
      <fieldset>
        <legend>{words.period(countText(daysIn(asked.period)))}</legend>
        <p>
          <Moment at={asked.period.from} /> {words.to} <Moment at={asked.period.to} />
        </p>
        {cutAt === undefined ? null : (
          <p>
            {words.cut} <Moment at={cutAt} />
          </p>
        )}
        {isFixed ? null : (
          <div class="days">
            <label>
              {words.first}
              <input
                type="date"
                value={draft.first}
                min={days.first}
                max={days.last}
                onChange={({ currentTarget }) => change({ first: currentTarget.value })}
              />
            </label>
            <label>
              {words.last}
              <input
                type="date"
                value={draft.last}
                min={days.first}
                max={days.last}
                onChange={({ currentTarget }) => change({ last: currentTarget.value })}
              />
            </label>
          </div>
        )}
      </fieldset>
      {isFixed ? null : (
        <p class="actions">
          <Button
            onClick={() => (state.draft.value = { ...asAsked(draft, asked, ownZone()), take: undefined })}
          >
            {words.asAsked}
          </Button>
          <Button kind="quiet" onClick={() => (state.draft.value = { ...nothing, isChosen: draft.isChosen })}>
            {words.clear}
          </Button>
        </p>
      )}
    </div>
  );
}

function Tick({
  isFixed,
  isIn,
  onTick,
  children,
}: {
  isFixed: boolean;
  isIn: boolean;
  onTick: (isIn: boolean) => void;
  children: ComponentChildren;
}) {
  if (isFixed) return <span class="tick">{children}</span>;
  return (
    <label class="tick">
      <input type="checkbox" checked={isIn} onChange={({ currentTarget }) => onTick(currentTarget.checked)} />
      {children}
    </label>
  );
}
