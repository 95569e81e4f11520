import { useState } from 'preact/hooks';
import { Button, Notice, Section } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { Frame } from './frame.tsx';
import { firstWords } from './words.ts';

/** The provider shows a key that nobody here compared: the page stops. */
export function ProviderChanged({
  known,
  now,
  onTake,
}: {
  /** Thumbprints: of the key that was compared, and of the one that signs now. */
  known: string;
  now: string;
  onTake: () => void;
}) {
  const words = inLanguage(firstWords);
  const [isCompared, setCompared] = useState(false);
  return (
    <Frame title={words.changed.title}>
      <Notice tone="bad" title={words.changed.title} alert>
        <p>{words.changed.says}</p>
      </Notice>
      <p>{words.changed.telephone}</p>
      <Section title={words.changed.now}>
        <Thumbprint of={now} label={words.changed.now} />
      </Section>
      <Section title={words.changed.known}>
        <Thumbprint of={known} label={words.changed.known} />
      </Section>
      <label class="check">
        <input
          type="checkbox"
          checked={isCompared}
          onChange={({ currentTarget }) => setCompared(currentTarget.checked)}
        />
        <span>{words.compare.label}</span>
      </label>
      <p class="actions">
        <Button kind="danger" disabled={!isCompared} onClick={onTake}>
          {words.changed.take}
        </Button>
      </p>
    </Frame>
  );
}
