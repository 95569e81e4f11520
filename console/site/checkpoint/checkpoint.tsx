import { inLanguage } from '../../words/lang.ts';
import { Screen } from '../frame.tsx';
import { siteWords } from '../words/shell.ts';

export function CheckpointScreen() {
  const words = inLanguage(siteWords);
  return (
    <Screen name="checkpoint" title={words.screens.checkpoint}>
      {null}
    </Screen>
  );
}
