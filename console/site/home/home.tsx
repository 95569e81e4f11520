import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function Home() {
  const words = inLanguage(siteWords);
  return (
    <Screen name="home" title={words.screens.home}>
      {null}
    </Screen>
  );
}
