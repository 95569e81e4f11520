import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function EntryScreen(_: { index: bigint }) {
  const words = inLanguage(siteWords);
  return (
    <Screen name="log" title={words.screens.log}>
      {null}
    </Screen>
  );
}
