import { isFailedTry, parseIdentityEvent } from './identity.ts';
import type { EventReader } from './reader.ts';

/** JSON lines as the wire has them (docs/events.md), one event a line. A backend writes them for us. */
export const jsonLines: EventReader = {
  title: 'JSON lines',
  recognises: (firstLine) => firstLine.trimStart().startsWith('{'),
  malformed: 'stops',
  begin: ({ failedToo = false }) => {
    return (text) => {
      const event = parseIdentityEvent(text);
      return isFailedTry(event) && !failedToo ? { skipped: 'failed-try' } : { event };
    };
  },
};
