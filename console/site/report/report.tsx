import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function Report() {
  const words = inLanguage(siteWords);
  return (
    <Screen name="report" title={words.screens.report}>
      {null}
    </Screen>
  );
}
