import type { Connection } from '../state/connection.ts';
import type { Words } from './lang.ts';

/** What the desk says around every screen. */
interface Shell {
  skip: string;
  screens: Record<'queue' | 'registry' | 'statistics', string>;
  nav: string;
  lock: string;
  language: string;
  keys: { title: string; help: string; close: string; go: (screen: string) => string };
  connection: Record<Exclude<Connection['is'], 'well'>, { title: string; says: string }>;
  again: string;
  close: string;
  loading: string;
  failed: string;
  opening: string;
}

export const shellWords: Words<Shell> = {
  en: {
    skip: 'Skip to the content',
    screens: { queue: 'Queue', registry: 'Registry', statistics: 'Statistics' },
    nav: 'Screens',
    lock: 'Lock',
    language: 'Language',
    keys: {
      title: 'What the keyboard does',
      help: 'Show these keys',
      close: 'Close',
      go: (screen) => `Go to: ${screen}`,
    },
    connection: {
      offline: {
        title: 'The provider does not answer.',
        says: 'What you see is as old as its last answer. Nothing can be signed until it answers again.',
      },
      cooling: {
        title: 'Your key is new and may not be used yet.',
        says: 'It can be used once its cooling-off time is over. Nothing is lost: try again then.',
      },
      'key-refused': {
        title: 'The provider does not take your key.',
        says: 'It is not enrolled, or it was revoked. Telephone the other reviewers before you do anything else.',
      },
      'clock-wrong': {
        title: 'The clock of this computer is wrong.',
        says: 'The provider refuses what is signed more than a few seconds away from its own time. Set the clock, then try again.',
      },
      'not-believed': {
        title: 'An answer was not signed by the provider’s key.',
        says: 'Nothing of it is shown. Sign nothing, and telephone whoever runs this.',
      },
    },
    again: 'Try again',
    close: 'Close',
    loading: 'Loading',
    failed: 'This did not work.',
    opening: 'Opening the desk',
  },
  de: {
    skip: 'Zum Inhalt springen',
    screens: { queue: 'Eingang', registry: 'Register', statistics: 'Statistik' },
    nav: 'Ansichten',
    lock: 'Sperren',
    language: 'Sprache',
    keys: {
      title: 'Was die Tastatur tut',
      help: 'Diese Tasten zeigen',
      close: 'Schließen',
      go: (screen) => `Wechseln zu: ${screen}`,
    },
    connection: {
      offline: {
        title: 'Der Anbieter antwortet nicht.',
        says: 'Was Sie sehen, ist so alt wie seine letzte Antwort. Bis er wieder antwortet, kann nichts unterschrieben werden.',
      },
      cooling: {
        title: 'Ihr Schlüssel ist neu und darf noch nicht benutzt werden.',
        says: 'Nach Ablauf der Wartezeit können Sie ihn benutzen. Es geht nichts verloren: Versuchen Sie es dann wieder.',
      },
      'key-refused': {
        title: 'Der Anbieter nimmt Ihren Schlüssel nicht an.',
        says: 'Er ist nicht eingetragen oder wurde widerrufen. Rufen Sie zuerst die anderen Prüfer an.',
      },
      'clock-wrong': {
        title: 'Die Uhr dieses Rechners geht falsch.',
        says: 'Der Anbieter lehnt ab, was mehr als einige Sekunden neben seiner Zeit unterschrieben ist. Stellen Sie die Uhr und versuchen Sie es erneut.',
      },
      'not-believed': {
        title: 'Eine Antwort war nicht mit dem Schlüssel des Anbieters unterschrieben.',
        says: 'Nichts davon wird gezeigt. Unterschreiben Sie nichts und rufen Sie den Betreiber an.',
      },
    },
    again: 'Erneut versuchen',
    close: 'Schließen',
    loading: 'Wird geladen',
    failed: 'Das ging nicht.',
    opening: 'Der Arbeitsplatz wird geöffnet',
  },
  fr: {
    skip: 'Aller au contenu',
    screens: { queue: 'File', registry: 'Registre', statistics: 'Statistiques' },
    nav: 'Écrans',
    lock: 'Verrouiller',
    language: 'Langue',
    keys: {
      title: 'Ce que fait le clavier',
      help: 'Afficher ces touches',
      close: 'Fermer',
      go: (screen) => `Aller à : ${screen}`,
    },
    connection: {
      offline: {
        title: 'Le fournisseur ne répond pas.',
        says: 'Ce que vous voyez date de sa dernière réponse. Rien ne peut être signé avant qu’il ne réponde à nouveau.',
      },
      cooling: {
        title: 'Votre clé est nouvelle et ne peut pas encore servir.',
        says: 'Elle pourra servir après son délai d’attente. Rien n’est perdu : réessayez alors.',
      },
      'key-refused': {
        title: 'Le fournisseur n’accepte pas votre clé.',
        says: 'Elle n’est pas enregistrée, ou elle a été révoquée. Téléphonez d’abord aux autres réviseurs.',
      },
      'clock-wrong': {
        title: 'L’horloge de cet ordinateur est fausse.',
        says: 'Le fournisseur refuse ce qui est signé à plus de quelques secondes de son heure. Réglez l’horloge, puis réessayez.',
      },
      'not-believed': {
        title: 'Une réponse n’était pas signée par la clé du fournisseur.',
        says: 'Rien n’en est affiché. Ne signez rien, et téléphonez à l’exploitant.',
      },
    },
    again: 'Réessayer',
    close: 'Fermer',
    loading: 'Chargement',
    failed: 'Cela n’a pas marché.',
    opening: 'Ouverture du poste',
  },
};
