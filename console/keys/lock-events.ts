import type { Lock } from './lock.ts';

/** What counts as somebody being there. A script's events do not. */
const inputs = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;

/** Tells the lock of input, of time, and of the page being shown again. @returns what ends it */
export function watchInput(lock: Lock): () => void {
  const ended = new AbortController();
  const options = { signal: ended.signal, capture: true, passive: true };
  for (const name of inputs)
    window.addEventListener(name, ({ isTrusted }) => isTrusted && lock.active(), options);
  // A page that was hidden for long is locked before anybody sees it.
  document.addEventListener('visibilitychange', () => lock.look(), options);
  const timer = setInterval(() => lock.look(), 1000);
  return () => {
    ended.abort();
    clearInterval(timer);
  };
}
