import type { PageWords } from '../ui/as-in-log.tsx';
import { words } from '../words/lang.ts';

/** What the page says of the key that the desk is open with. */
interface OwnWords {
  title: string;
  button: string;
  thumbprint: string;
  /** Of the key that answers are encrypted to, on a page whose reader gets answers. */
  decrypts?: string;
  lost: string;
  bridged: string;
  usePasskey: string;
  passkeySays: string;
  passkeyUsed: string;
  passkeyFailed: string;
}

/** What the page says before the desk is open: without a key, with one that is not enrolled, locked, and when it stops. */
export interface FirstWords {
  welcome: { title: (provider: string) => string; says: string };
  compare: { title: string; says: string; is: string; label: string; hint: string };
  make: {
    title: string;
    says: string;
    lost: string;
    name: string;
    nameHint: string;
    nameWrong: string;
    button: string;
    goOn: string;
  };
  bridge: { title: string; says: string; command: string };
  sheet: {
    title: string;
    says: string;
    words: string;
    hex: string;
    thumbprint: string;
    /** Of the key that answers are encrypted to, where there is one. */
    decrypts?: { title: string; says: string; words: string };
    key: string;
    save: string;
    copy: string;
    copied: string;
    lost: string;
    check: string;
    notYet: string;
    cooling: string;
    sent: string;
    forget: string;
    forgetSure: string;
  };
  locked: {
    title: string;
    says: string;
    unlock: string;
    passkey: string;
    failed: string;
    whose: (name: string) => string;
    name: (name: string) => string;
    nameHint: string;
    nameDiffers: string;
    bridged: string;
  };
  own: OwnWords;
  page: PageWords;
  changed: { title: string; says: string; known: string; now: string; telephone: string; take: string };
}

export const firstWords = words<FirstWords>({
  welcome: {
    title: (provider) => `The desk of ${provider}`,
    says: 'Here reviewers decide what lawful requests get. You sign each decision with a key of your own. This browser has none yet.',
  },
  compare: {
    title: '1. Compare the provider’s key',
    says: 'Telephone whoever runs this, on a number that you know. They read these words to you. If one differs, stop.',
    is: 'The provider’s key',
    label: 'The words are the same',
    hint: 'This browser then takes answers that this key signed, and no others.',
  },
  make: {
    title: '2. Make your key',
    says: 'It is made in this browser and stays there: nobody can copy it out, and neither can you.',
    lost: 'Whoever deletes this browser’s data deletes the key. You then have to be enrolled anew, by two reviewers.',
    name: 'What you call this key',
    nameHint: 'For example: office computer. You see it when you unlock the desk.',
    nameWrong: 'Give it a name of 1 to 64 characters.',
    button: 'Make the key',
    goOn: 'Open the desk with the bridge’s key',
  },
  bridge: {
    title: 'Or use a key that you have',
    says: 'A key on a card, or in a file of the command writ, signs from there. Start this command on this computer, and open the link that it prints:',
    command: 'writ bridge',
  },
  sheet: {
    title: 'Have your key enrolled',
    says: 'Two reviewers enrol it. Send them the public key, then read these words to them by telephone. They compare them with what they see.',
    words: 'In words',
    hex: 'In hexadecimal',
    thumbprint: 'Thumbprint',
    key: 'Your public key',
    save: 'Save it as a file',
    copy: 'Copy it',
    copied: 'Copied',
    lost: 'Whoever deletes this browser’s data deletes the key. You then have to be enrolled anew.',
    check: 'Look whether it is enrolled',
    notYet: 'The provider does not know this key yet.',
    cooling: 'It is enrolled, and its cooling-off time is not over yet.',
    sent: 'The public key was handed to the command on this computer.',
    forget: 'Forget this key',
    forgetSure: 'Forget it for good? A key that is enrolled stays enrolled until a reviewer revokes it.',
  },
  locked: {
    title: 'The desk is locked',
    says: 'Nothing of any case is in this page any more. Unlocking shows the queue again.',
    unlock: 'Unlock',
    passkey: 'Unlock with the passkey',
    failed: 'It was not unlocked.',
    whose: (name) => `Key: ${name}`,
    name: (name) => `Type the name of your key: ${name}`,
    nameHint: 'It is no secret. It only makes sure that somebody means it: a passkey keeps others out.',
    nameDiffers: 'This is not its name.',
    bridged: 'The command writ bridge signs. It asks about each decision at its terminal.',
  },
  own: {
    title: 'Your key',
    button: 'Key',
    thumbprint: 'Its thumbprint',
    lost: 'It is in this browser alone. If you lose this browser’s data, two reviewers have to enrol you anew.',
    bridged: 'It signs from the command writ bridge.',
    usePasskey: 'Unlock with a passkey from now on',
    passkeySays: 'A passkey keeps others out of this page. It signs no decision: your key does.',
    passkeyUsed: 'A passkey unlocks this page.',
    passkeyFailed: 'No passkey was made.',
  },
  page: {
    title: 'This page',
    says: 'The log has the digest of the page that was deployed. What is served now is held against it. A page that lies would lie about this too: the command “writ console verify” is the check to rely on.',
    compare: 'Compare with the log',
    verdicts: {
      recorded: 'What is served is what the log has.',
      changed: 'What is served is not what the log has. Sign nothing here, and tell whoever runs this.',
      unrecorded: 'The log has no page of the newest deployment.',
      unknown: 'The log’s newest deployment was not found.',
    },
  },
  changed: {
    title: 'The provider’s key is another one',
    says: 'This page stops here. Answers are now signed with a key that you have not compared. Nothing was sent with your key.',
    known: 'The key that you compared',
    now: 'The key that it shows now',
    telephone:
      'Telephone whoever runs this, on a number that you know. If they changed their key, compare the words of the new one.',
    take: 'The words are the same: take the new key',
  },
});
