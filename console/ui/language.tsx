import { inLanguage, language, languageNames, languages, preferredLanguage } from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';
import { speak } from '../words/speak.ts';

/** The choice of a language. It is all that the page remembers of how it is read. */
export function LanguageChoice() {
  const words = inLanguage(shellWords);
  const choose = async (select: HTMLSelectElement) => {
    const chosen = preferredLanguage([select.value]);
    try {
      await speak(chosen);
      localStorage.setItem('language', chosen);
    } catch {
      // Its words cannot be had: the page goes on in the language that it had.
      select.value = language.peek();
    }
  };
  return (
    <select
      aria-label={words.language}
      value={language.value}
      onChange={({ currentTarget }) => void choose(currentTarget)}
    >
      {languages.map((each) => (
        <option key={each} value={each} lang={each}>
          {languageNames[each]}
        </option>
      ))}
    </select>
  );
}
