import {
  inLanguage,
  type Language,
  language,
  languageNames,
  languages,
  preferredLanguage,
} from '../words/lang.ts';
import { shellWords } from '../words/shell.ts';

/** The choice of a language. It is all that the page remembers of how it is read. */
export function LanguageChoice() {
  const words = inLanguage(shellWords);
  return (
    <select
      aria-label={words.language}
      value={language.value}
      onChange={({ currentTarget }) => {
        language.value = preferredLanguage([currentTarget.value]) satisfies Language;
        localStorage.setItem('language', language.value);
      }}
    >
      {languages.map((each) => (
        <option key={each} value={each}>
          {languageNames[each]}
        </option>
      ))}
    </select>
  );
}
