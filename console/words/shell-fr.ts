import type { ShellWords } from './shell.ts';

export const shell: ShellWords = {
  skip: 'Aller au contenu',
  screens: { queue: 'File', registry: 'Registre', statistics: 'Statistiques' },
  nav: 'Écrans',
  lock: 'Verrouiller',
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
    suspended: {
      title: 'Votre clé est suspendue.',
      says: 'Un autre fournisseur l’a révoquée, parce que quelqu’un pourrait en abuser. Téléphonez à ce fournisseur : ses réviseurs décident.',
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
};
