import { useState } from 'preact/hooks';
import type { EnrolmentSheet as Sheet } from '../keys/enrolment.ts';
import { Button, Notice, Section } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { Frame } from './frame.tsx';
import { firstWords } from './words.ts';

/** How far the provider is with a key that was made here. */
export type Standing = 'unknown' | 'cooling';

/** With a key that nobody enrolled yet: what to hand over, and what to read out. */
export function EnrolmentSheet({
  sheet: { thumbprint, encryption, file },
  standing,
  isSent,
  onCheck,
  onForget,
}: {
  sheet: Sheet;
  /** Undefined until the provider was asked. */
  standing: Standing | undefined;
  isSent: boolean;
  onCheck: () => void;
  onForget: () => void;
}) {
  const words = inLanguage(firstWords).sheet;
  const [isCopied, setCopied] = useState(false);
  const [isSure, setSure] = useState(false);
  return (
    <Frame title={words.title}>
      {standing === undefined ? null : (
        <Notice
          tone={standing === 'cooling' ? 'info' : 'warn'}
          title={standing === 'cooling' ? words.cooling : words.notYet}
          alert
        />
      )}
      {isSent ? <Notice tone="good" title={words.sent} /> : null}
      <p>{words.says}</p>
      <Section title={words.thumbprint}>
        <Thumbprint of={thumbprint} label={words.words} />
      </Section>
      {encryption === undefined || words.decrypts === undefined ? null : (
        <Section title={words.decrypts.title}>
          <p>{words.decrypts.says}</p>
          <Thumbprint of={encryption.thumbprint} label={words.decrypts.words} />
        </Section>
      )}
      <Section title={words.key}>
        <pre class="command">{file.text}</pre>
        <p class="actions">
          <Button onClick={() => save(file.text, file.name)}>{words.save}</Button>
          <Button onClick={() => void navigator.clipboard.writeText(file.text).then(() => setCopied(true))}>
            {isCopied ? words.copied : words.copy}
          </Button>
        </p>
      </Section>
      <p>
        <strong>{words.lost}</strong>
      </p>
      <p class="actions">
        <Button kind="main" onClick={onCheck}>
          {words.check}
        </Button>
        <Button kind="quiet" onClick={() => setSure(true)}>
          {words.forget}
        </Button>
      </p>
      {isSure ? (
        <Notice tone="bad" title={words.forgetSure} alert>
          <Button kind="danger" onClick={onForget}>
            {words.forget}
          </Button>
        </Notice>
      ) : null}
    </Frame>
  );
}

/** Saves a text as a file, without anybody's server. */
function save(text: string, name: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
