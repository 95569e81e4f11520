import { inLanguage } from '../../words/lang.ts';
import { portalWords } from '../words/shell.ts';

export function Preservations() {
  const words = inLanguage(portalWords);
  return <h1>{words.screens.preservations}</h1>;
}
