import type { Surroundings } from './refreshing.ts';

/** The browser's page, as what refreshes the lists sees it. */
export const browserPage: Surroundings = {
  isVisible: () => document.visibilityState === 'visible',
  isOnline: () => navigator.onLine,
  onChange(then) {
    document.addEventListener('visibilitychange', then);
    addEventListener('online', then);
    return () => {
      document.removeEventListener('visibilitychange', then);
      removeEventListener('online', then);
    };
  },
};
