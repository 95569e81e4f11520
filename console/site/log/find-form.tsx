import { useState } from 'preact/hooks';
import { isKind, type Kind } from '#core/log/kinds.ts';
import { Button, Field } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { go } from '../route.ts';
import { sorts, soughtIn } from './find.ts';
import { logWords } from './words.ts';

/** The ways into the log: by kind, by day, by what an entry is of, by number. Each leads to an address of its own. */
export function Find({ kind, day }: { kind: Kind | undefined; day?: string }) {
  const words = inLanguage(logWords);
  const showKind = (name: string) => {
    const its = isKind(name) ? { kind: name } : {};
    go(day === undefined ? { screen: 'log', ...its } : { screen: 'day', day, ...its });
  };
  return (
    <search class="find" aria-label={words.find}>
      <Field label={words.kind}>
        {(its) => (
          <select {...its} value={kind ?? ''} onChange={({ currentTarget }) => showKind(currentTarget.value)}>
            <option value="">{words.everyKind}</option>
            {sorts.map(({ sort, kinds }) => (
              <optgroup key={sort} label={words.sorts[sort].title}>
                {kinds.map((each) => (
                  <option key={each} value={each}>
                    {words.names[each]}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <Field label={words.day}>
        {(its) => (
          <input
            {...its}
            type="date"
            value={day ?? ''}
            onChange={({ currentTarget: { value } }) => {
              if (value !== '') go({ screen: 'day', day: value, ...(kind === undefined ? {} : { kind }) });
            }}
          />
        )}
      </Field>
      <StreamField />
    </search>
  );
}

function StreamField() {
  const words = inLanguage(logWords);
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const show = () => {
    const to = soughtIn(text.trim());
    setWrong(to === undefined);
    if (to !== undefined) go(to);
  };
  return (
    <form
      class="stream-field"
      onSubmit={(event) => {
        event.preventDefault();
        show();
      }}
    >
      <Field label={words.stream} hint={words.streamHint} error={isWrong ? words.notFound : undefined}>
        {(its) => (
          <span class="beside">
            <input
              {...its}
              type="text"
              autocomplete="off"
              spellcheck={false}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
            <Button type="submit">{words.show}</Button>
          </span>
        )}
      </Field>
    </form>
  );
}
