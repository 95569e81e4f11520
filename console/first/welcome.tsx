import { useState } from 'preact/hooks';
import { Button, Field, Section } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { Frame } from './frame.tsx';
import { firstWords } from './words.ts';

/** As the key store takes it. */
const mostName = 64;

/** Without a key: the provider's is compared, and one's own is made. */
export function Welcome({
  provider,
  thumbprint,
  isBridged,
  onMake,
  onGoOn,
}: {
  provider: string;
  /** Of the key that the provider signs with. */
  thumbprint: string;
  /** A bridge's key signs: none is made here. */
  isBridged: boolean;
  onMake: (name: string) => void;
  onGoOn: () => void;
}) {
  const words = inLanguage(firstWords);
  const [isCompared, setCompared] = useState(false);
  const [name, setName] = useState('');
  const [error, setError] = useState<string>();
  const make = (event: Event) => {
    event.preventDefault();
    const given = name.trim();
    if (given === '' || given.length > mostName) return setError(words.make.nameWrong);
    setError(undefined);
    onMake(given);
  };
  return (
    <Frame title={words.welcome.title(provider)}>
      <p>{words.welcome.says}</p>
      <Section title={words.compare.title}>
        <p>{words.compare.says}</p>
        <Thumbprint of={thumbprint} label={words.compare.is} />
        <label class="check">
          <input
            type="checkbox"
            checked={isCompared}
            onChange={({ currentTarget }) => setCompared(currentTarget.checked)}
          />
          <span>
            {words.compare.label}
            <br />
            <span class="soft">{words.compare.hint}</span>
          </span>
        </label>
      </Section>
      {isBridged ? (
        <Button kind="main" disabled={!isCompared} onClick={onGoOn}>
          {words.make.goOn}
        </Button>
      ) : (
        <>
          <Section title={words.make.title}>
            <p>{words.make.says}</p>
            <p>
              <strong>{words.make.lost}</strong>
            </p>
            <form onSubmit={make} noValidate>
              <Field label={words.make.name} hint={words.make.nameHint} error={error}>
                {(props) => (
                  <input
                    {...props}
                    type="text"
                    autocomplete="off"
                    maxLength={mostName}
                    value={name}
                    onInput={({ currentTarget }) => setName(currentTarget.value)}
                  />
                )}
              </Field>
              <Button kind="main" type="submit" disabled={!isCompared}>
                {words.make.button}
              </Button>
            </form>
          </Section>
          <Section title={words.bridge.title}>
            <p>{words.bridge.says}</p>
            <pre class="command">{words.bridge.command}</pre>
          </Section>
        </>
      )}
    </Frame>
  );
}
