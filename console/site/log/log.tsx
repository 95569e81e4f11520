import type { Kind } from '#core/log/kinds.ts';
import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function LogScreen(_: { kind?: Kind | undefined }) {
  const words = inLanguage(siteWords);
  return (
    <Screen name="log" title={words.screens.log}>
      {null}
    </Screen>
  );
}
