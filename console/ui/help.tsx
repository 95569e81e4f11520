import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { shortcutsNow } from './keyboard.ts';
import { Button, Dialog } from './kit.tsx';

/** What every key does now. */
export function Help({ onLeave }: { onLeave: () => void }) {
  const words = inLanguage(shellWords).keys;
  const shown = shortcutsNow();
  return (
    <Dialog title={words.title} onLeave={onLeave}>
      <dl class="keys">
        {shown.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <p class="actions">
        <Button onClick={onLeave}>{words.close}</Button>
      </p>
    </Dialog>
  );
}
