import { EventError, type IdentityEvent } from '#core/events/identity.ts';
import { type EventReader, ReadingError, type ReadingOptions } from '#core/events/reader.ts';

/** What a test of a reader needs: its outcome for each line, as a word. */
export type Outcome = IdentityEvent | string;

export const now = '2026-11-29T12:00:00.000Z';

/** Events as they are, and of every other line its reason or its error's code. */
export function outcomes(
  reader: EventReader,
  lines: readonly string[],
  options: Partial<ReadingOptions> = {},
): Outcome[] {
  const read = reader.begin({ now, ...options });
  return lines.map((text, i) => {
    try {
      const { event, skipped } = read(text, i + 1);
      return event ?? String(skipped);
    } catch (error) {
      if (error instanceof EventError || error instanceof ReadingError) return error.code;
      throw error;
    }
  });
}

/** A log-in as `identityEvent` gives it. */
export const login = (account: string, ip: string, port: number, at = '2026-11-20T09:00:00.000Z') => ({
  kind: 'access' as const,
  account,
  at,
  ip,
  port,
});
