import { type Language, language, languageNames, languages, preferredLanguage } from '../words/lang.ts';
import { speak } from '../words/speak.ts';

const choose: Record<Language, string> = { en: 'Language', de: 'Sprache', fr: 'Langue' };

/** The choice of a language. It is all that the page remembers of how it is read. */
export function LanguageChoice() {
  const take = async (select: HTMLSelectElement) => {
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
      aria-label={choose[language.value]}
      value={language.value}
      onChange={({ currentTarget }) => void take(currentTarget)}
    >
      {languages.map((each) => (
        <option key={each} value={each} lang={each}>
          {languageNames[each]}
        </option>
      ))}
    </select>
  );
}
