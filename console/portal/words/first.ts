import { firstWords as desk } from '../../first/words.ts';
import { insteadOf } from '../../words/lang.ts';

const loss =
  'If this browser’s data is deleted, your keys are gone, and nobody can decrypt what was sent to them: neither you, nor the provider.';

/** What the first screens say to officers. */
export const firstWords = insteadOf(desk, {
  ...desk.en,
  welcome: {
    title: (provider) => `Ask ${provider} for data`,
    says: 'Here officers of authorities ask for data under a lawful order, follow their requests and collect the answers. You sign with a key of your own. This browser has none yet.',
  },
  compare: {
    ...desk.en.compare,
    says: 'Telephone the provider, on a number that you know. They read these words to you. If one differs, stop.',
  },
  make: {
    ...desk.en.make,
    title: '2. Make your keys',
    says: 'Two keys are made: one that signs your requests, and one that decrypts the answers. Both are made in this browser and stay there. Nobody can copy them out, and neither can you.',
    lost: loss,
    nameHint: 'For example: office computer. You see it when you unlock the portal.',
    button: 'Make the keys',
    goOn: 'Open the portal with the bridge’s key',
  },
  bridge: {
    ...desk.en.bridge,
    says: 'A key on a card, or in a file of the command writ, signs from there. It decrypts nothing here: you collect answers with the command writ then. Start this command on this computer, and open the link that it prints:',
  },
  sheet: {
    ...desk.en.sheet,
    title: 'Have your keys enrolled',
    says: 'Send both public keys to the provider, in the file below. Then telephone, on a number that you know, and read the words of both keys to them. They compare them with what they see. An officer of your agency who is enrolled already confirms it too.',
    thumbprint: 'The key that signs',
    decrypts: {
      title: 'The key that decrypts',
      says: 'Answers are encrypted to this key. Its words are read out as well.',
      words: 'In words',
    },
    key: 'Your public keys',
    save: 'Save them as a file',
    copy: 'Copy them',
    lost: `${loss} You then have to be enrolled anew.`,
    check: 'Look whether they are enrolled',
    notYet: 'The provider does not know your key yet.',
    cooling: 'Your key is enrolled, and its cooling-off time is not over yet.',
    sent: 'The public keys were handed to the command on this computer.',
    forget: 'Forget these keys',
    forgetSure:
      'Forget them for good? What was encrypted to you can be read by nobody then. A key that is enrolled stays enrolled until it is revoked.',
  },
  locked: {
    ...desk.en.locked,
    title: 'The portal is locked',
    says: 'Nothing of any request is in this page any more. Unlocking shows your requests again.',
    bridged: 'The command writ bridge signs. It asks about each call at its terminal.',
  },
  own: {
    ...desk.en.own,
    title: 'Your keys',
    thumbprint: 'The key that signs',
    decrypts: 'The key that decrypts',
    lost: loss,
    bridged:
      'The command writ bridge signs. This page has no key that decrypts: collect answers with the command writ.',
    passkeySays: 'A passkey keeps others out of this page. It signs nothing: your key does.',
  },
});
