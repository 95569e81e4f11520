import { categories } from '#core/categories/categories.ts';
import { inLanguage, locale } from '../../words/lang.ts';
import { askingWords } from '../words/asking.ts';
import { periodOf } from './draft.ts';
import { faultText, whyText } from './fault-text.ts';
import { DateField, idOf } from './fields.tsx';
import { whyNot } from './offered.ts';
import { useAsk } from './state.ts';
import { askWords } from './words.ts';

/** Which data, and of which time. What may not be asked for is there, with why. */
export function DataStep() {
  const { draft: of, rules, set, left, shown } = useAsk();
  const draft = of.value;
  const words = inLanguage(askWords);
  const titles = inLanguage(askingWords).categories;
  const errors = shown.value.filter(({ field }) => field === 'categories');
  const { from, to } = periodOf(draft);
  const type = draft.withTimes ? 'datetime-local' : 'date';
  return (
    <>
      <fieldset
        class={`field${errors.length === 0 ? '' : ' wrong'}`}
        aria-describedby={`${idOf('categories')}-says`}
      >
        <legend>{words.fields.categories.label}</legend>
        <div id={`${idOf('categories')}-says`} class="says">
          {errors.map((fault) => (
            <p key={faultText(fault)} class="error">
              {faultText(fault)}
            </p>
          ))}
        </div>
        {categories.map((category, i) => {
          const why = whyNot(category, draft, rules);
          const isChosen = draft.categories.includes(category);
          return (
            <label key={category} class="check">
              <input
                id={i === 0 ? idOf('categories') : undefined}
                type="checkbox"
                checked={isChosen}
                disabled={why !== undefined && !isChosen}
                onChange={({ currentTarget }) => {
                  const chosen = categories.filter((each) =>
                    each === category ? currentTarget.checked : draft.categories.includes(each),
                  );
                  set({ categories: chosen });
                  left('categories');
                }}
              />
              <span>
                {capital(titles[category])} <span class="soft">({category})</span>
                {why === undefined ? null : <span class="soft says">{whyText(why)}</span>}
              </span>
            </label>
          );
        })}
      </fieldset>
      <DateField field="from" type={type} />
      <DateField
        field="to"
        type={type}
        {...(draft.withTimes ? { label: words.period.until, hint: null } : {})}
      />
      {from === undefined || to === undefined ? null : <p class="soft under">{words.period.utc(from, to)}</p>}
      <label class="check">
        <input
          type="checkbox"
          checked={draft.withTimes}
          onChange={({ currentTarget }) => {
            const cut = (text: string) => text.slice(0, 10);
            const withTime = (text: string) => (text === '' ? '' : `${cut(text)}T00:00`);
            const as = currentTarget.checked ? withTime : cut;
            set({ withTimes: currentTarget.checked, from: as(draft.from), to: as(draft.to) });
          }}
        />
        <span>{words.period.withTimes}</span>
      </label>
    </>
  );
}

const capital = (text: string) => `${text.slice(0, 1).toLocaleUpperCase(locale.value)}${text.slice(1)}`;
