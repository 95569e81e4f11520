import { useStart } from '../start.ts';
import { LanguageChoice } from '../ui/language.tsx';
import { inLanguage } from '../words/lang.ts';
import { portalWords } from './words/shell.ts';

/** The whole page. */
export function App() {
  useStart(() => {});
  const words = inLanguage(portalWords);
  return (
    <>
      <header class="bar">
        <strong>Writ</strong>
        <span class="me">
          <LanguageChoice />
        </span>
      </header>
      <main class="column">
        <h1>{words.title}</h1>
      </main>
    </>
  );
}
