import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function Prove() {
  const words = inLanguage(siteWords);
  return (
    <Screen name="prove" title={words.screens.prove}>
      {null}
    </Screen>
  );
}
