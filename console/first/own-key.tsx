import { useState } from 'preact/hooks';
import type { PageName } from '#core/wire/console.ts';
import { type Place, usePlace } from '../state/place.ts';
import { Button, Dialog, Notice } from '../ui/kit.tsx';
import { Thumbprint } from '../ui/thumbprint.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import type { First, OwnKey } from './opening.ts';
import { ThisPage } from './this-page.tsx';
import { firstWords } from './words.ts';

interface Own {
  own: OwnKey;
  /** What the provider calls its holder. */
  me: string | undefined;
  usePasskey: First<Place>['usePasskey'];
}

/** Who one is here, and the key that one signs with: a button, and what it opens. */
export function OwnKeyButton(own: Own) {
  const words = inLanguage(firstWords).own;
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button kind="quiet" onClick={() => setShown(true)}>
        {own.me ?? words.button}
      </Button>
      {isShown ? (
        <Dialog title={words.title} onLeave={() => setShown(false)}>
          <OwnKeyDetails {...own} page="desk" />
          <p class="actions">
            <Button onClick={() => setShown(false)}>{inLanguage(shellWords).close}</Button>
          </p>
        </Dialog>
      ) : null}
    </>
  );
}

/** The key that one signs with, what becomes of it, and whether the page is the one that the log has. */
export function OwnKeyDetails({ own, me, usePasskey, page }: Own & { page: PageName }) {
  const words = inLanguage(firstWords).own;
  const { session } = usePlace();
  const [isFailed, setFailed] = useState(false);
  const registerPasskey = () => {
    setFailed(false);
    void usePasskey().catch(() => setFailed(true));
  };
  return (
    <>
      <p>
        <strong>{own.name}</strong>
        {me === undefined ? null : <span class="soft"> · {me}</span>}
      </p>
      <Thumbprint of={own.keyId} label={words.thumbprint} />
      {own.encryptionKeyId === undefined || words.decrypts === undefined ? null : (
        <Thumbprint of={own.encryptionKeyId} label={words.decrypts} />
      )}
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
      <ThisPage session={session} page={page} />
    </>
  );
}
