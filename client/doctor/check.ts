/** One check of `writ doctor`: its result, and what to do about it. */
export interface Check {
  name: string;
  /** `unknown`: the check could not be made. */
  state: 'ok' | 'wrong' | 'unknown';
  /** One line. */
  message: string;
  next?: string | undefined;
}

export const ok = (name: string, message: string): Check => ({ name, state: 'ok', message });
export const wrong = (name: string, message: string, next?: string): Check => ({
  name,
  state: 'wrong',
  message,
  next,
});
/** One line for all that could not be read for the same reason. @param unread the reasons */
export function unreadChecks(name: string, what: string, unread: readonly string[], next: string): Check[] {
  return [...new Set(unread)].map((reason) => {
    const count = unread.filter((text) => text === reason).length;
    return unknown(name, `${count} ${what} cannot be read (${reason})`, next);
  });
}

export const unknown = (name: string, message: string, next?: string): Check => ({
  name,
  state: 'unknown',
  message,
  next,
});
