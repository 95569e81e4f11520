import { inLanguage } from '../../words/lang.ts';
import { portalWords } from '../words/shell.ts';

export function Ask({ draft: _ }: { draft: string | undefined }) {
  const words = inLanguage(portalWords);
  return <h1>{words.ask}</h1>;
}
