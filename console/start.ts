import { useEffect } from 'preact/hooks';
import { startClock } from './state/clock.ts';
import { language, ownLocales, preferredLanguage } from './words/lang.ts';
import { speak } from './words/speak.ts';

/**
 * What every page does when it starts: it speaks its reader's language, has a clock, and follows its address.
 *
 * @param follow takes the part of the address behind `#`, which no server sees; at once, and whenever it changes
 */
export function useStart(follow: (hash: string) => void): void {
  useEffect(() => {
    ownLocales.value = navigator.languages;
    // Where its words cannot be had, English does.
    void speak(preferredLanguage([localStorage.getItem('language') ?? '', ...navigator.languages])).catch(
      () => {},
    );
    const moved = () => follow(location.hash);
    moved();
    addEventListener('hashchange', moved);
    const stop = startClock();
    return () => {
      removeEventListener('hashchange', moved);
      stop();
    };
  }, []);
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
}
