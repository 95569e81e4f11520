import { inLanguage } from '../../words/lang.ts';
import { portalWords } from '../words/shell.ts';

export function Prove() {
  const words = inLanguage(portalWords);
  return <h1>{words.screens.prove}</h1>;
}
