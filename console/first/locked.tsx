import { useState } from 'preact/hooks';
import type { Way } from '../keys/unlocking.ts';
import { Button, Field, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Frame } from './frame.tsx';
import { firstWords } from './words.ts';

/** Locked: nothing of any case is in the page, and nothing is signed. */
export function Locked({
  name,
  way,
  isFailed,
  onUnlock,
}: {
  name: string;
  way: Way | 'bridge';
  isFailed: boolean;
  onUnlock: (typed: string) => void;
}) {
  const words = inLanguage(firstWords).locked;
  const [typed, setTyped] = useState('');
  const submit = (event: Event) => {
    event.preventDefault();
    onUnlock(typed);
  };
  return (
    <Frame title={words.title}>
      <p>{words.says}</p>
      <form onSubmit={submit} noValidate>
        {way === 'name' ? (
          <Field
            label={words.name(name)}
            hint={words.nameHint}
            error={isFailed ? words.nameDiffers : undefined}
          >
            {(props) => (
              <input
                {...props}
                type="text"
                autocomplete="off"
                value={typed}
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            )}
          </Field>
        ) : (
          <p class="soft">{way === 'passkey' ? words.whose(name) : words.bridged}</p>
        )}
        {isFailed && way !== 'name' ? <Notice tone="bad" title={words.failed} alert /> : null}
        <Button kind="main" type="submit">
          {way === 'passkey' ? words.passkey : words.unlock}
        </Button>
      </form>
    </Frame>
  );
}
