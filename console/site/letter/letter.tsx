import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function Letter() {
  const words = inLanguage(siteWords);
  return (
    <Screen name="letter" title={words.screens.letter}>
      {null}
    </Screen>
  );
}
