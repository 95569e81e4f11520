import { useEffect, useRef, useState } from 'preact/hooks';
import { codeSigns, groupsOf } from '#core/cases/notice-code.ts';
import { Field } from '../../ui/kit.tsx';
import { inLanguage } from '../../words/lang.ts';
import { mistakeText } from './mistake.ts';
import type { LetterReading } from './reading.ts';
import { letterScreenWords } from './words.ts';

/** Where a code is typed. The browser keeps none of it: the field has no name and asks for no completion. */
export function CodeForm({ reading }: { reading: LetterReading }) {
  const words = inLanguage(letterScreenWords);
  const ref = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const now = reading.state.value;
  const mistake = now.is === 'typing' ? now.mistake : undefined;
  // Whoever sent it hears what is wrong, where it is mended.
  useEffect(() => {
    if (mistake !== undefined) ref.current?.focus();
  }, [mistake]);
  const groups = groupsOf(typed);
  const isBusy = now.is === 'asking' || now.is === 'looking';
  return (
    <form
      class="code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void reading.open(typed);
      }}
    >
      <Field
        label={words.field}
        hint={words.hint}
        error={mistake === undefined ? undefined : mistakeText(mistake, words)}
      >
        {(field) => (
          <div class="code-line">
            <input
              {...field}
              ref={ref}
              type="text"
              autocomplete="off"
              autocapitalize="characters"
              autocorrect="off"
              spellcheck={false}
              maxLength={100}
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
            <button type="submit" class="button main" aria-disabled={isBusy}>
              {words.open}
            </button>
          </div>
        )}
      </Field>
      {groups === '' ? null : (
        <p class="soft read-back" aria-hidden="true">
          {words.readBack(groups, groups.replaceAll('-', '').length, codeSigns)}
        </p>
      )}
    </form>
  );
}
