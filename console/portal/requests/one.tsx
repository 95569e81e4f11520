import { inLanguage } from '../../words/lang.ts';
import { portalWords } from '../words/shell.ts';

export function OneRequest({ id }: { id: string }) {
  const words = inLanguage(portalWords);
  return (
    <>
      <h1>{words.screens.requests}</h1>
      <p class="code">{id}</p>
    </>
  );
}
