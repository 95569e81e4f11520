import { signal } from '@preact/signals';

/** The time as the page shows it, in milliseconds: it moves on every ten seconds, and whenever the page comes into view. */
export const now = signal(Date.now());

/** Has the time move on. @returns what stops it */
export function startClock(): () => void {
  const tick = () => {
    now.value = Date.now();
  };
  const timer = setInterval(tick, 10_000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
