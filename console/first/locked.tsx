import { Button, Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { Frame } from './frame.tsx';
import { firstWords } from './words.ts';

/** Locked: nothing of any case is in the page, and nothing is signed. */
export function Locked({
  name,
  hasPasskey,
  isFailed,
  onUnlock,
}: {
  name: string;
  hasPasskey: boolean;
  isFailed: boolean;
  onUnlock: () => void;
}) {
  const words = inLanguage(firstWords).locked;
  return (
    <Frame title={words.title}>
      <p>{words.says}</p>
      <p class="soft">{words.whose(name)}</p>
      {isFailed ? <Notice tone="bad" title={words.failed} alert /> : null}
      <p class="actions">
        <Button kind="main" onClick={onUnlock}>
          {hasPasskey ? words.passkey : words.unlock}
        </Button>
      </p>
    </Frame>
  );
}
