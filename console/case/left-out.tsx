import type { Review } from '#client/reviewer.ts';
import { isSameScope } from '#client/scope.ts';
import { grounds } from '#core/cases/grounds.ts';
import type { Scope } from '#core/cases/scope.ts';
import { Notice } from '../ui/kit.tsx';
import { ownZone } from '../ui/zone.ts';
import { groundWords } from '../words/grounds.ts';
import { inLanguage } from '../words/lang.ts';
import { scopeText, withheldTexts } from '../words/scope.ts';
import { leftOutParts, scopeOf, withheldBy } from './draft.ts';
import { LineField } from './line-field.tsx';
import type { CaseState } from './state.ts';
import { caseWords } from './words.ts';

/** Why less is approved than was asked, as far as one says so, and what the agency reads of it. */
export function LeftOut({
  review,
  state,
  scope,
  isTried,
}: {
  review: Review;
  state: CaseState;
  scope: Scope;
  isTried: boolean;
}) {
  const words = inLanguage(caseWords).leftOutPart;
  const draft = state.draft.value;
  const { asked } = review;
  if (isSameScope(scope, asked)) return null;
  const own = scopeOf(draft, asked, ownZone());
  if (own === undefined || !isSameScope(own, scope))
    return review.withheld === undefined ? null : (
      <Notice tone="info" title={words.takenOver}>
        {withheldTexts(review.withheld).join(' ')}
      </Notice>
    );
  const withheld = withheldBy(draft, scope, asked);
  const change = (part: string, value: string) => {
    const { [part]: _, ...others } = draft.grounds;
    const ground = grounds.find((each) => each === value);
    state.draft.value = { ...draft, grounds: ground === undefined ? others : { ...others, [part]: ground } };
  };
  return (
    <fieldset class="leftout">
      <legend>{words.title}</legend>
      <p class="soft">{words.hint}</p>
      {leftOutParts(scope, asked).map((part) => (
        <label key={part} class="ground">
          <span>{/^\d+$/.test(part) ? words.subject(part) : part === 'period' ? words.period : part}</span>
          <select
            value={draft.grounds[part] ?? ''}
            onChange={({ currentTarget }) => change(part, currentTarget.value)}
          >
            <option value="">{words.unstated}</option>
            {grounds.map((ground) => (
              <option key={ground} value={ground}>
                {ground}: {inLanguage(groundWords)[ground]}
              </option>
            ))}
          </select>
        </label>
      ))}
      {withheld === 'too-long' ? <p class="error">{words.tooLong}</p> : null}
      <LineField
        label={words.explanation}
        hint={words.explanationHint}
        value={draft.explanation}
        max={1000}
        isTried={isTried}
        isNeeded={false}
        onText={(explanation) => (state.draft.value = { ...draft, explanation })}
      />
      <Preview>
        {[
          words.gets(scopeText(scope)),
          ...(withheld === undefined || withheld === 'too-long' ? [words.noGround] : withheldTexts(withheld)),
          ...(draft.explanation.trim() === '' ? [] : [draft.explanation]),
        ]}
      </Preview>
    </fieldset>
  );
}

/** What the agency will read. */
export function Preview({ children }: { children: readonly string[] }) {
  return (
    <div class="preview">
      <p class="soft">{inLanguage(caseWords).preview}</p>
      {children.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
