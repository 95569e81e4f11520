import type { Words } from '../words/lang.ts';

/** What the page says of the key that the desk is open with. */
interface OwnWords {
  title: string;
  button: string;
  thumbprint: string;
  lost: string;
  bridged: string;
  usePasskey: string;
  passkeySays: string;
  passkeyUsed: string;
  passkeyFailed: string;
}

/** What the page says before the desk is open: without a key, with one that is not enrolled, locked, and when it stops. */
interface First {
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
  changed: { title: string; says: string; known: string; now: string; telephone: string; take: string };
}

export const firstWords: Words<First> = {
  en: {
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
    changed: {
      title: 'The provider’s key is another one',
      says: 'This page stops here. Answers are now signed with a key that you have not compared. Nothing was sent with your key.',
      known: 'The key that you compared',
      now: 'The key that it shows now',
      telephone:
        'Telephone whoever runs this, on a number that you know. If they changed their key, compare the words of the new one.',
      take: 'The words are the same: take the new key',
    },
  },
  de: {
    welcome: {
      title: (provider) => `Der Arbeitsplatz von ${provider}`,
      says: 'Hier entscheiden Prüfer, was auf rechtmäßige Anfragen herausgegeben wird. Jede Entscheidung unterschreiben Sie mit einem eigenen Schlüssel. Dieser Browser hat noch keinen.',
    },
    compare: {
      title: '1. Den Schlüssel des Anbieters vergleichen',
      says: 'Rufen Sie den Betreiber unter einer Nummer an, die Sie kennen. Er liest Ihnen diese Wörter vor. Ist eines anders, hören Sie auf.',
      is: 'Der Schlüssel des Anbieters',
      label: 'Die Wörter sind gleich',
      hint: 'Dieser Browser nimmt dann Antworten an, die mit diesem Schlüssel unterschrieben sind, und keine anderen.',
    },
    make: {
      title: '2. Ihren Schlüssel erzeugen',
      says: 'Er entsteht in diesem Browser und bleibt dort: Niemand kann ihn herauskopieren, auch Sie nicht.',
      lost: 'Wer die Daten dieses Browsers löscht, löscht den Schlüssel. Dann müssen zwei Prüfer Sie neu eintragen.',
      name: 'Wie Sie diesen Schlüssel nennen',
      nameHint: 'Zum Beispiel: Rechner im Büro. Sie sehen den Namen, wenn Sie den Arbeitsplatz entsperren.',
      nameWrong: 'Geben Sie einen Namen mit 1 bis 64 Zeichen an.',
      button: 'Schlüssel erzeugen',
      goOn: 'Den Arbeitsplatz mit dem Schlüssel der Brücke öffnen',
    },
    bridge: {
      title: 'Oder einen vorhandenen Schlüssel benutzen',
      says: 'Ein Schlüssel auf einer Karte oder in einer Datei des Befehls writ unterschreibt von dort. Starten Sie diesen Befehl auf diesem Rechner und öffnen Sie den Link, den er ausgibt:',
      command: 'writ bridge',
    },
    sheet: {
      title: 'Ihren Schlüssel eintragen lassen',
      says: 'Zwei Prüfer tragen ihn ein. Schicken Sie ihnen den öffentlichen Schlüssel und lesen Sie ihnen dann diese Wörter am Telefon vor. Sie vergleichen sie mit dem, was sie sehen.',
      words: 'In Wörtern',
      hex: 'Hexadezimal',
      thumbprint: 'Fingerabdruck',
      key: 'Ihr öffentlicher Schlüssel',
      save: 'Als Datei speichern',
      copy: 'Kopieren',
      copied: 'Kopiert',
      lost: 'Wer die Daten dieses Browsers löscht, löscht den Schlüssel. Dann müssen Sie neu eingetragen werden.',
      check: 'Nachsehen, ob er eingetragen ist',
      notYet: 'Der Anbieter kennt diesen Schlüssel noch nicht.',
      cooling: 'Er ist eingetragen, die Wartezeit ist aber noch nicht vorbei.',
      sent: 'Der öffentliche Schlüssel ist an den Befehl auf diesem Rechner übergeben.',
      forget: 'Diesen Schlüssel vergessen',
      forgetSure:
        'Endgültig vergessen? Ein eingetragener Schlüssel bleibt eingetragen, bis ein Prüfer ihn widerruft.',
    },
    locked: {
      title: 'Der Arbeitsplatz ist gesperrt',
      says: 'Von keinem Fall ist noch etwas auf dieser Seite. Nach dem Entsperren sehen Sie wieder den Eingang.',
      unlock: 'Entsperren',
      passkey: 'Mit dem Passkey entsperren',
      failed: 'Er wurde nicht entsperrt.',
      whose: (name) => `Schlüssel: ${name}`,
      name: (name) => `Geben Sie den Namen Ihres Schlüssels ein: ${name}`,
      nameHint:
        'Er ist kein Geheimnis. Er stellt nur sicher, dass jemand es will: Ein Passkey hält andere fern.',
      nameDiffers: 'So heißt er nicht.',
      bridged: 'Der Befehl writ bridge unterschreibt. Er fragt an seinem Terminal nach jeder Entscheidung.',
    },
    own: {
      title: 'Ihr Schlüssel',
      button: 'Schlüssel',
      thumbprint: 'Sein Fingerabdruck',
      lost: 'Er liegt allein in diesem Browser. Gehen dessen Daten verloren, müssen zwei Prüfer Sie neu eintragen.',
      bridged: 'Er unterschreibt aus dem Befehl writ bridge.',
      usePasskey: 'Ab jetzt mit einem Passkey entsperren',
      passkeySays:
        'Ein Passkey hält andere von dieser Seite fern. Er unterschreibt keine Entscheidung: Das tut Ihr Schlüssel.',
      passkeyUsed: 'Ein Passkey entsperrt diese Seite.',
      passkeyFailed: 'Es wurde kein Passkey angelegt.',
    },
    changed: {
      title: 'Der Schlüssel des Anbieters ist ein anderer',
      says: 'Diese Seite hält hier an. Antworten sind jetzt mit einem Schlüssel unterschrieben, den Sie nicht verglichen haben. Mit Ihrem Schlüssel wurde nichts gesendet.',
      known: 'Der Schlüssel, den Sie verglichen haben',
      now: 'Der Schlüssel, den er jetzt zeigt',
      telephone:
        'Rufen Sie den Betreiber unter einer Nummer an, die Sie kennen. Hat er den Schlüssel gewechselt, vergleichen Sie die Wörter des neuen.',
      take: 'Die Wörter sind gleich: den neuen Schlüssel annehmen',
    },
  },
  fr: {
    welcome: {
      title: (provider) => `Le poste de ${provider}`,
      says: 'Ici, des réviseurs décident ce que les demandes légales obtiennent. Vous signez chaque décision avec une clé à vous. Ce navigateur n’en a pas encore.',
    },
    compare: {
      title: '1. Comparer la clé du fournisseur',
      says: 'Téléphonez à l’exploitant, à un numéro que vous connaissez. Il vous lit ces mots. Si l’un diffère, arrêtez.',
      is: 'La clé du fournisseur',
      label: 'Les mots sont les mêmes',
      hint: 'Ce navigateur accepte alors les réponses signées par cette clé, et aucune autre.',
    },
    make: {
      title: '2. Créer votre clé',
      says: 'Elle est créée dans ce navigateur et y reste : personne ne peut l’en copier, vous non plus.',
      lost: 'Qui efface les données de ce navigateur efface la clé. Deux réviseurs doivent alors vous enregistrer à nouveau.',
      name: 'Nom de cette clé',
      nameHint: 'Par exemple : ordinateur du bureau. Vous le voyez en déverrouillant le poste.',
      nameWrong: 'Donnez un nom de 1 à 64 caractères.',
      button: 'Créer la clé',
      goOn: 'Ouvrir le poste avec la clé du pont',
    },
    bridge: {
      title: 'Ou utiliser une clé que vous avez',
      says: 'Une clé sur une carte, ou dans un fichier de la commande writ, signe de là. Lancez cette commande sur cet ordinateur, et ouvrez le lien qu’elle affiche :',
      command: 'writ bridge',
    },
    sheet: {
      title: 'Faire enregistrer votre clé',
      says: 'Deux réviseurs l’enregistrent. Envoyez-leur la clé publique, puis lisez-leur ces mots au téléphone. Ils les comparent avec ce qu’ils voient.',
      words: 'En mots',
      hex: 'En hexadécimal',
      thumbprint: 'Empreinte',
      key: 'Votre clé publique',
      save: 'L’enregistrer dans un fichier',
      copy: 'La copier',
      copied: 'Copiée',
      lost: 'Qui efface les données de ce navigateur efface la clé. Vous devez alors être enregistré à nouveau.',
      check: 'Voir si elle est enregistrée',
      notYet: 'Le fournisseur ne connaît pas encore cette clé.',
      cooling: 'Elle est enregistrée, et son délai d’attente n’est pas encore passé.',
      sent: 'La clé publique a été remise à la commande sur cet ordinateur.',
      forget: 'Oublier cette clé',
      forgetSure:
        'L’oublier pour de bon ? Une clé enregistrée le reste jusqu’à ce qu’un réviseur la révoque.',
    },
    locked: {
      title: 'Le poste est verrouillé',
      says: 'Rien d’aucun dossier n’est plus dans cette page. Après le déverrouillage, vous revoyez la file.',
      unlock: 'Déverrouiller',
      passkey: 'Déverrouiller avec la clé d’accès',
      failed: 'Il n’a pas été déverrouillé.',
      whose: (name) => `Clé : ${name}`,
      name: (name) => `Tapez le nom de votre clé : ${name}`,
      nameHint:
        'Il n’est pas secret. Il assure seulement que quelqu’un le veut : une clé d’accès tient les autres à l’écart.',
      nameDiffers: 'Ce n’est pas son nom.',
      bridged: 'La commande writ bridge signe. Elle demande à son terminal pour chaque décision.',
    },
    own: {
      title: 'Votre clé',
      button: 'Clé',
      thumbprint: 'Son empreinte',
      lost: 'Elle est dans ce navigateur seul. Si ses données se perdent, deux réviseurs doivent vous enregistrer à nouveau.',
      bridged: 'Elle signe depuis la commande writ bridge.',
      usePasskey: 'Déverrouiller désormais avec une clé d’accès',
      passkeySays:
        'Une clé d’accès tient les autres à l’écart de cette page. Elle ne signe aucune décision : votre clé le fait.',
      passkeyUsed: 'Une clé d’accès déverrouille cette page.',
      passkeyFailed: 'Aucune clé d’accès n’a été créée.',
    },
    changed: {
      title: 'La clé du fournisseur est une autre',
      says: 'Cette page s’arrête ici. Les réponses sont maintenant signées par une clé que vous n’avez pas comparée. Rien n’a été envoyé avec votre clé.',
      known: 'La clé que vous avez comparée',
      now: 'La clé qu’il montre maintenant',
      telephone:
        'Téléphonez à l’exploitant, à un numéro que vous connaissez. S’il a changé de clé, comparez les mots de la nouvelle.',
      take: 'Les mots sont les mêmes : accepter la nouvelle clé',
    },
  },
};
