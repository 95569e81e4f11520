import { insteadOf, words } from '../../words/lang.ts';
import { shellWords as desk } from '../../words/shell.ts';

/** What the portal says around every screen, beside what all pages say. */
export interface PortalWords {
  screens: Record<'requests' | 'preservations' | 'prove' | 'key', string>;
  ask: string;
  agency: string;
  elsewhere: string;
  enter: string;
  proveWithout: string;
}

export const portalWords = words<PortalWords>({
  screens: { requests: 'Requests', preservations: 'Preserved', prove: 'Prove', key: 'Your key' },
  ask: 'Ask for data',
  agency: 'Your agency',
  elsewhere: 'Elsewhere in the portal',
  enter: 'To the portal',
  proveWithout: 'Prove a package that was collected, without a key',
});

/** What all pages say, said to officers. */
export const shellWords = insteadOf(desk, {
  ...desk.en,
  connection: {
    ...desk.en.connection,
    'key-refused': {
      title: 'The provider does not take your key.',
      says: 'It is not enrolled as an officer’s, or it was revoked. Telephone the provider before you do anything else.',
    },
  },
  opening: 'Opening the portal',
});
