import { words } from '../../words/lang.ts';
import type { Unsignable } from './reading.ts';

/** What the sign sheet says of an officer's calls, beside what is asked and stated (client/asking). */
export interface PortalSignWords {
  sentence: Record<
    | 'validateRequest'
    | 'delayNotice'
    | 'tellPerson'
    | 'withdrawRequest'
    | 'giveInformation'
    | 'writeToDesk'
    | 'extendPreservation'
    | 'collect'
    | 'collectMore',
    (called: string) => string
  > & { handInOrder: (called: string, bytes: string) => string; handsIn: string };
  refused: Record<Unsignable, string>;
  facts: Record<'begins' | 'ends' | 'text' | 'digest' | 'recipient' | 'request' | 'preservation', string>;
}

export const portalSignWords = words<PortalSignWords>({
  sentence: {
    validateRequest: (called) => `This is for ${called}.`,
    delayNotice: (called) => `This is for ${called}.`,
    tellPerson: (called) => `This is for ${called}.`,
    withdrawRequest: (called) => `You withdraw ${called}.`,
    giveInformation: (called) => `You answer what the provider’s desk asked about ${called}.`,
    writeToDesk: (called) => `You write to the provider’s desk about ${called}.`,
    handInOrder: (called, bytes) => `You hand in the order of ${called}: ${bytes} bytes. Their SHA-256 is`,
    extendPreservation: (called) => `You have what is preserved under ${called} kept longer.`,
    collect: (called) =>
      `You collect what was approved of ${called}. It is encrypted to the key in this browser.`,
    collectMore: (called) => `You go on with collecting what was approved of ${called}.`,
    handsIn: 'The request is handed in again, so that the package names whom it is about.',
  },
  refused: {
    'not-of-the-portal': 'It is a call that this portal does not make.',
    'not-read': 'What would be sent does not read back as what it should be. Reload the page.',
    'not-allowed':
      'It asks for what the provider does not give your agency: see what your agency may ask for.',
    'not-known': 'What your agency may ask for is not known yet. Wait a moment, and try again.',
    'no-key':
      'This page could not decrypt the answer: it would count as collected, and nobody could read it.',
  },
  facts: {
    begins: 'From, as it is signed',
    ends: 'Until, not included, as it is signed',
    text: 'Text',
    digest: 'Digest',
    recipient: 'Encrypted to the key',
    request: 'Request',
    preservation: 'Preservation',
  },
});
