import { inLanguage } from '../../words/lang.ts';
import { portalWords } from '../words/shell.ts';

export function RequestList() {
  const words = inLanguage(portalWords);
  return <h1>{words.screens.requests}</h1>;
}
