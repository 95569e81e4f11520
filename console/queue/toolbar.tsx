import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useId } from 'preact/hooks';
import { statuses } from '#core/cases/case.ts';
import { priorities } from '#core/cases/request.ts';
import { categories } from '#core/categories/categories.ts';
import { Button } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Alerts } from './alerts.tsx';
import { type Filters, isFiltered, sorts } from './choosing.ts';
import { SavedFilters } from './saved.tsx';
import type { QueueState } from './state.ts';
import { queueWords } from './words.ts';

/** What narrows a tab's cases: a search, filters, and those that were saved. */
export function Toolbar({
  queue,
  search,
  toTable,
}: {
  queue: QueueState;
  search: RefObject<HTMLInputElement | null>;
  toTable: () => void;
}) {
  const words = inLanguage(queueWords);
  const areAlertsShown = useSignal(false);
  return (
    <div class="tools">
      <input
        ref={search}
        type="search"
        class="search"
        aria-label={words.search}
        placeholder={words.search}
        aria-keyshortcuts="/"
        // What is typed here is a case's: it goes to no spelling service, and into no history of forms.
        autocomplete="off"
        spellcheck={false}
        value={queue.search.value}
        onInput={({ currentTarget }) => {
          queue.search.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && queue.search.peek() !== '') queue.search.value = '';
          else if (['Enter', 'ArrowDown', 'Escape'].includes(event.key)) toTable();
          else return;
          event.preventDefault();
        }}
      />
      <FilterChoices queue={queue} />
      <span class="ends">
        <SavedFilters queue={queue} />
        <Button
          onClick={() => {
            areAlertsShown.value = true;
          }}
        >
          {words.alerts.button}
        </Button>
      </span>
      {areAlertsShown.value ? (
        <Alerts
          onLeave={() => {
            areAlertsShown.value = false;
          }}
        />
      ) : null}
    </div>
  );
}

function FilterChoices({ queue }: { queue: QueueState }) {
  const words = inLanguage(queueWords);
  const { filters, agencies, sort, current } = queue;
  /** Undefined takes a filter away. */
  const set = <Name extends keyof Filters>(name: Name, value: Filters[Name] | undefined) => {
    const { [name]: _, ...rest } = filters.peek();
    filters.value = value === undefined ? rest : { ...rest, [name]: value };
    current.value = undefined;
  };
  const { agency, category, priority, status } = filters.value;
  const named = <T extends string>(all: readonly T[], says: Record<T, string>) =>
    all.map((value) => ({ value, says: says[value] }));
  // A filter that was saved can name an agency that has no case now.
  const known = agency === undefined || agencies.value.includes(agency) ? [] : [agency];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a box of its own, and these flow with what is beside them
    <div class="filters" role="group" aria-label={words.filters.label}>
      <Choice
        label={words.filters.agency}
        chosen={agency}
        of={[...known, ...agencies.value].map((value) => ({ value, says: value }))}
        onChoose={(value) => set('agency', value)}
      />
      <Choice
        label={words.filters.category}
        chosen={category}
        of={named(categories, words.category)}
        onChoose={(value) => set('category', value)}
      />
      <Choice
        label={words.filters.priority}
        chosen={priority}
        of={named(priorities, words.priority)}
        onChoose={(value) => set('priority', value)}
      />
      <Choice
        label={words.filters.status}
        chosen={status}
        of={named(statuses, words.standing)}
        onChoose={(value) => set('status', value)}
      />
      <Choice
        label={words.sort.label}
        chosen={sort.value}
        isAlways
        of={named(sorts, words.sort.by)}
        onChoose={(value) => {
          if (value !== undefined) sort.value = value;
        }}
      />
      {isFiltered(filters.value) ? (
        <Button
          kind="quiet"
          onClick={() => {
            filters.value = {};
          }}
        >
          {words.filters.clear}
        </Button>
      ) : null}
    </div>
  );
}

/** One of a few, or all of them. */
function Choice<T extends string>({
  label,
  chosen,
  of,
  onChoose,
  isAlways = false,
}: {
  label: string;
  chosen: T | undefined;
  of: readonly { value: T; says: string }[];
  onChoose: (value: T | undefined) => void;
  /** One is always chosen. */
  isAlways?: boolean;
}) {
  const words = inLanguage(queueWords);
  const id = useId();
  return (
    <span class={chosen === undefined || isAlways ? 'narrowing' : 'narrowing chosen'}>
      <label for={id}>{label}</label>
      <select
        id={id}
        value={chosen ?? ''}
        onChange={({ currentTarget }) =>
          onChoose(of.find(({ value }) => value === currentTarget.value)?.value)
        }
      >
        {isAlways ? null : <option value="">{words.filters.all}</option>}
        {of.map(({ value, says }) => (
          <option key={value} value={value}>
            {says}
          </option>
        ))}
      </select>
    </span>
  );
}
