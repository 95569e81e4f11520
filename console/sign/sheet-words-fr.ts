import type { SheetWords } from './sheet-words.ts';

export const sheet: SheetWords = {
  title: 'Voici ce que vous signez',
  lasting: {
    request:
      'Une demande envoyée ne peut être modifiée, et le journal garde qu’elle a été faite. Elle peut être retirée.',
    withdrawal:
      'C’est définitif : l’accès aux données cesse aussitôt. Ce qui est encore nécessaire doit être demandé à nouveau.',
    validation: 'Une validation est donnée une fois : aucune autre ne peut la remplacer.',
    delay: 'Cela consomme un des renouvellements que les règles du fournisseur permettent.',
    telling: 'C’est dit une fois, et ne peut être repris : le journal dit que la personne a été informée.',
    extension: 'Une conservation est prolongée une fois.',
    answer: 'Une réponse ne peut être modifiée ni reprise.',
    order: 'L’injonction ne peut être reprise. Elle est oubliée avec le dossier.',
    'letter-to-desk':
      'Une lettre ne peut être modifiée ni reprise : les réviseurs du fournisseur la lisent aussitôt.',
    collection:
      'Un recueil est compté, et la personne est informée de ce qu’il a communiqué, sauf report en cours. Ni l’un ni l’autre ne peut être repris.',
    consent:
      'Un consentement ne peut être repris, et aucune opposition ne le suit : le fournisseur ne vous attend plus.',
    objection:
      'Une opposition ne peut être reprise : ce à quoi vous vous opposez n’est pas communiqué, et l’accès cesse.',
    note: 'Une note ne peut être modifiée ni effacée. Elle est oubliée avec le dossier.',
    question: 'Une question ne peut être reprise : l’autorité la lit aussitôt.',
    letter: 'Une lettre ne peut être modifiée ni reprise : l’autorité la lit aussitôt.',
    approval:
      'Une approbation ne peut être reprise. Dès qu’assez ont signé, l’autorité peut recueillir, et ce qu’elle a recueilli lui reste.',
    rejection: 'C’est définitif : le dossier est clos, et l’autorité doit demander à nouveau.',
    suspension:
      'C’est définitif : l’accès aux données du dossier cesse aussitôt, et le dossier ne peut être rouvert.',
    'change-rejected': 'C’est définitif : la modification est close, et doit être proposée à nouveau.',
    'change-signed':
      'Une signature ne peut être reprise. Avec la dernière qui manque, la modification prend effet aussitôt.',
    revocation:
      'C’est définitif : la clé ne compte plus jamais, et ce qui est en cours sous elle prend fin. Son titulaire a besoin d’une autre clé.',
  },
  refusedTitle: 'Cela ne peut être signé.',
  whatItDoes: 'Ce que cela fait',
  goesTo: 'Va à',
  key: 'Signé avec la clé',
  bytes: 'Les octets exacts qui sont signés',
  noBody: 'Seule l’adresse est signée.',
  bodyDigest: 'SHA-256 de ces octets',
  read: 'J’ai lu ceci',
  armKey: 'J’ai lu ceci, et veux signer',
  armHint: 'Appuyez sur s, puis sur Entrée. À la souris : cochez la case, puis le bouton.',
  armed: 'Entrée signe, Échap quitte.',
  sign: 'Signer et envoyer',
  leave: 'Ne rien signer',
  close: 'Fermer',
};
