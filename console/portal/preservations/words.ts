import type { PreservationView } from '#core/cases/preservation.ts';
import { words } from '../../words/lang.ts';

/** What the list of an agency's preservations says. */
export interface PreservedWords {
  title: string;
  says: string;
  begin: string;
  none: string;
  loading: string;
  columns: Record<'reference' | 'status' | 'received' | 'ends' | 'do', string>;
  status: Record<PreservationView['status'], string>;
  extend: string;
  extended: string;
  request: string;
  ask: string;
  over: string;
  lost: string;
}

export const preservedWords = words<PreservedWords>({
  title: 'What is preserved for your agency',
  says: 'A preservation keeps what exists from being forgotten. It discloses nothing, not even whether there is anything. It can be extended once; a request that names it keeps it until that is answered.',
  begin: 'Have data preserved',
  none: 'Nothing is preserved for your agency.',
  loading: 'Listing what is preserved',
  columns: {
    reference: 'Reference',
    status: 'Status',
    received: 'Received',
    ends: 'Kept until',
    do: 'What you can do',
  },
  status: { Preserved: 'preserved', Requested: 'part of a request', Lapsed: 'ended' },
  extend: 'Extend',
  extended: 'It is extended.',
  request: 'Its request',
  ask: 'Ask for it',
  over: 'ended',
  lost: 'The answer was lost. This is how it stands now.',
});
