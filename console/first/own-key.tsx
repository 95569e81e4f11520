import { useState } from 'preact/hooks';
import { useDesk } from '../state/desk.ts';
import { Button, Dialog, Notice } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { type OwnKey, usePasskey } from './opening.ts';
import { ThisPage } from './this-page.tsx';
import { firstWords } from './words.ts';

/** Who one is here, and the key that one signs with: a button, and what it opens. */
export function OwnKeyButton({ own, me }: { own: OwnKey; me: string | undefined }) {
  const words = inLanguage(firstWords).own;
  const { session } = useDesk();
  const [isShown, setShown] = useState(false);
  const [isFailed, setFailed] = useState(false);
  const registerPasskey = () => {
    setFailed(false);
    void usePasskey().catch(() => setFailed(true));
  };
  return (
    <>
      <Button kind="quiet" onClick={() => setShown(true)}>
        {me ?? words.button}
      </Button>
      {isShown ? (
        <Dialog title={words.title} onLeave={() => setShown(false)}>
          <p>
            <strong>{own.name}</strong>
            {me === undefined ? null : <span class="soft"> · {me}</span>}
          </p>
          <Thumbprint of={own.keyId} label={words.thumbprint} />
          <p>{own.isBridged ? words.bridged : words.lost}</p>
          {own.isBridged ? null : own.way === 'passkey' ? (
            <Notice tone="good" title={words.passkeyUsed} />
          ) : (
            <>
              <p>{words.passkeySays}</p>
              {isFailed ? <Notice tone="bad" title={words.passkeyFailed} alert /> : null}
              <Button onClick={registerPasskey}>{words.usePasskey}</Button>
            </>
          )}
          <ThisPage session={session} />
          <p class="actions">
            <Button onClick={() => setShown(false)}>{inLanguage(shellWords).close}</Button>
          </p>
        </Dialog>
      ) : null}
    </>
  );
}
