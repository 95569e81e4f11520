import { useEffect, useRef } from 'preact/hooks';
import { printable } from '#client/printable.ts';
import { Button } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { go } from '../state/route.ts';
import { faultText } from './fault-text.ts';
import { faultsOf, type Step, stepsOf } from './faults.ts';
import { idOf } from './fields.tsx';
import { Sent } from './sent.tsx';
import { useAsk } from './state.ts';
import { CheckStep } from './step-check.tsx';
import { DataStep } from './step-data.tsx';
import { OrderStep } from './step-order.tsx';
import { PersonStep } from './step-person.tsx';
import { PreservedStep } from './step-preserved.tsx';
import { SubjectsStep } from './step-subjects.tsx';
import { UrgencyStep } from './step-urgency.tsx';
import { askWords } from './words.ts';

/** A request or a preservation, step by step. */
export function Wizard() {
  const state = useAsk();
  const words = inLanguage(askWords);
  const draft = state.draft.value;
  const step = state.step.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // Whoever opens a page is at its beginning already.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [step]);
  const sent = state.sent.value;
  if (sent !== undefined)
    return (
      <div class="asking column">
        <Sent sent={sent} />
      </div>
    );
  const all = stepsOf(draft);
  const at = all.indexOf(step);
  const before = all[at - 1];
  return (
    <div class="asking">
      <nav aria-label={words.progress} class="steps">
        <ol>
          {all.map((each) => (
            <li key={each}>
              <button
                type="button"
                aria-current={each === step ? 'step' : undefined}
                onClick={() => state.goTo(each)}
              >
                {words.steps[each]}
                {isDone(each, state) ? (
                  <>
                    {' '}
                    <span role="img" aria-label={words.done}>
                      ✓
                    </span>
                  </>
                ) : null}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <form
        class="column"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (step !== 'check') state.next();
        }}
      >
        <p class="soft">
          {words.title[draft.what]}
          {draft.reference.trim() === '' ? null : ` · ${printable(draft.reference.trim())}`}
          {' · '}
          {words.stepOf(at + 1, all.length)}
        </p>
        <Summary />
        <h1 ref={heading} tabIndex={-1}>
          {step === 'check' ? words.check.title : words.steps[step]}
        </h1>
        <StepFields step={step} />
        <p class="actions">
          {step === 'check' ? null : (
            <Button kind="main" type="submit">
              {words.next}
            </Button>
          )}
          {before === undefined ? null : <Button onClick={() => state.goTo(before)}>{words.back}</Button>}
          <Button kind="quiet" onClick={() => go({ screen: 'new' })}>
            {words.leave}
          </Button>
        </p>
        <p class="soft" role="status">
          {state.saved.value === undefined ? null : words.kept[state.saved.value]}
        </p>
      </form>
    </div>
  );
}

function StepFields({ step }: { step: Step }) {
  switch (step) {
    case 'order':
      return <OrderStep />;
    case 'urgency':
      return <UrgencyStep />;
    case 'subjects':
      return <SubjectsStep />;
    case 'data':
      return <DataStep />;
    case 'person':
      return <PersonStep />;
    case 'preserved':
      return <PreservedStep />;
    case 'check':
      return <CheckStep />;
  }
}

const isDone = (step: Step, { draft, rules, tried }: ReturnType<typeof useAsk>) =>
  tried.value.has(step) && faultsOf(step, draft.value, rules, new Date().toISOString()).length === 0;

/** All that is wrong, above everything: each leads to its field. */
function Summary() {
  const { shown, tried, tries, step, goTo } = useAsk();
  const words = inLanguage(askWords);
  const box = useRef<HTMLDivElement>(null);
  const isShown = (tried.value.has(step.value) || step.value === 'check') && shown.value.length > 0;
  useEffect(() => {
    if (isShown) box.current?.focus();
  }, [tries.value]);
  if (!isShown) return null;
  return (
    <div class="notice bad problems" role="alert" tabIndex={-1} ref={box}>
      <strong>{words.problem}</strong>
      <ul>
        {shown.value.map((fault) => {
          const { field, step: of } = fault;
          const text = faultText(fault);
          return (
            <li key={`${field} ${text}`}>
              {field === 'whole' ? (
                text
              ) : (
                <button
                  type="button"
                  class="link"
                  onClick={() => {
                    goTo(of);
                    // It is there with the next drawing of the page.
                    setTimeout(() => document.getElementById(idOf(field))?.focus());
                  }}
                >
                  {of === step.value ? text : `${words.steps[of]}: ${text}`}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
