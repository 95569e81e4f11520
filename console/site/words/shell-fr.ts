import type { SiteWords } from './shell.ts';

export const shell: SiteWords = {
  title: 'Qui a demandé des données, et ce qui a été remis',
  skip: 'Aller au contenu',
  nav: 'Pages',
  screens: {
    home: 'Accueil',
    report: 'Rapport',
    log: 'Journal',
    checkpoint: 'Point de contrôle',
    letter: 'Votre lettre',
    prove: 'Vérifier soi-même',
  },
  opening: 'Interrogation du fournisseur',
  loading: 'Chargement',
  failed: 'Cela n’a pas marché.',
  again: 'Réessayer',
  copy: 'Copier',
  copied: 'Copié',
  footer: {
    keeps:
      'Cette page ne dépose aucun cookie et ne charge rien chez des tiers. Elle ne conserve dans votre navigateur que la langue et, si vous l’avez comparée, la clé du journal. Le fournisseur n’enregistre pas votre adresse IP.',
    portal: 'Pour les agents des autorités',
    console: 'Pour les réviseurs du fournisseur',
    feed: 'Flux des dernières entrées (Atom)',
    api: 'L’interface (API)',
  },
  log: {
    none: 'Le journal n’a encore aucune entrée.',
    wrong: 'Le point de contrôle du journal n’est pas signé par la clé du journal.',
    otherHistory: 'Le fournisseur montre maintenant un autre historique du journal qu’il y a un instant.',
    notProven: 'Ce qui est arrivé ne correspond pas au point de contrôle du journal.',
    nothingShown: 'Rien n’en est affiché.',
  },
  key: {
    ownWord: 'Sur la clé qui a signé, il n’y a que la parole du fournisseur.',
    compare: 'Comparez-la avec celle que quelqu’un d’autre vous a donnée.',
    compared: 'La clé qui a signé est celle que vous avez comparée.',
  },
};
