import { useSignal } from '@preact/signals';
import { useDesk } from '../state/desk.ts';
import { Button, Dialog, Field } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { type NameProblem, nameProblem, type Saved, withoutSaved, withSaved } from './kept.ts';
import type { QueueState } from './state.ts';
import { kept, remember } from './watching.tsx';
import { queueWords } from './words.ts';

/** Filters by name: choosing one sets tab, filters and order; what is set now can be saved. */
export function SavedFilters({ queue }: { queue: QueueState }) {
  const words = inLanguage(queueWords).saved;
  const isAsking = useSignal(false);
  const { saved } = kept.value;
  const chosen = saved.find((each) => isSet(queue, each))?.name ?? '';
  const choose = (value: string) => {
    const [what = '', name = ''] = split(value);
    if (what === 'save') isAsking.value = true;
    if (what === 'remove') remember(withoutSaved(kept.peek(), name));
    const settings = what === 'use' ? saved.find((each) => each.name === name) : undefined;
    if (settings === undefined) return;
    queue.tab.value = settings.tab;
    queue.filters.value = settings.filters;
    queue.sort.value = settings.sort;
    queue.current.value = undefined;
  };
  return (
    <>
      <select
        aria-label={words.label}
        value={chosen === '' ? '' : `use ${chosen}`}
        onChange={({ currentTarget }) => {
          const { value } = currentTarget;
          // What does something is not what is chosen then.
          currentTarget.value = chosen === '' ? '' : `use ${chosen}`;
          choose(value);
        }}
      >
        <option value="">{words.none}</option>
        {saved.map(({ name }) => (
          <option key={name} value={`use ${name}`}>
            {name}
          </option>
        ))}
        {chosen === '' ? null : <option value={`remove ${chosen}`}>{words.remove}</option>}
        <option value="save ">{words.save}</option>
      </select>
      {isAsking.value ? (
        <Save
          queue={queue}
          onLeave={() => {
            isAsking.value = false;
          }}
        />
      ) : null}
    </>
  );
}

const split = (value: string): string[] => {
  const at = value.indexOf(' ');
  return [value.slice(0, at), value.slice(at + 1)];
};

const settingsOf = ({ tab, sort, filters }: QueueState): Omit<Saved, 'name'> => ({
  tab: tab.value,
  sort: sort.value,
  filters: filters.value,
});

function isSet(queue: QueueState, { tab, sort, filters }: Saved): boolean {
  const now = settingsOf(queue);
  const names = ['agency', 'category', 'priority', 'status'] as const;
  return now.tab === tab && now.sort === sort && names.every((name) => now.filters[name] === filters[name]);
}

function Save({ queue, onLeave }: { queue: QueueState; onLeave: () => void }) {
  const { lines } = useDesk();
  const words = inLanguage(queueWords).saved;
  const name = useSignal('');
  const problem = useSignal<NameProblem | undefined>(undefined);
  return (
    <Dialog title={words.title} onLeave={onLeave}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          problem.value = nameProblem(name.peek(), lines.all.peek().values());
          if (problem.value !== undefined) return;
          remember(withSaved(kept.peek(), { name: name.peek().trim(), ...settingsOf(queue) }));
          onLeave();
        }}
      >
        <Field
          label={words.name}
          hint={words.hint}
          error={problem.value === undefined ? undefined : words.problem[problem.value]}
        >
          {(props) => (
            <input
              {...props}
              autocomplete="off"
              spellcheck={false}
              value={name.value}
              onInput={({ currentTarget }) => {
                name.value = currentTarget.value;
              }}
            />
          )}
        </Field>
        <p class="actions">
          <button type="submit" class="button main">
            {words.keep}
          </button>
          <Button onClick={onLeave}>{words.leave}</Button>
        </p>
      </form>
    </Dialog>
  );
}
