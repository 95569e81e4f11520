import { usePlace } from '../state/place.ts';
import { Notice } from '../ui/kit.tsx';
import { inLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';

/** What is wrong with the whole page, above everything. */
export function Standing() {
  const { connection } = usePlace();
  const { is } = connection.value;
  if (is === 'well') return null;
  const { title, says } = inLanguage(shellWords).connection[is];
  return (
    <Notice tone={is === 'offline' || is === 'cooling' ? 'warn' : 'bad'} title={title} alert>
      {says}
    </Notice>
  );
}
