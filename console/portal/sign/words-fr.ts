import type { PortalSignWords } from './words.ts';

export const sign: PortalSignWords = {
  sentence: {
    validateRequest: (called) => `Il s’agit de ${called}.`,
    delayNotice: (called) => `Il s’agit de ${called}.`,
    tellPerson: (called) => `Il s’agit de ${called}.`,
    withdrawRequest: (called) => `Vous retirez ${called}.`,
    giveInformation: (called) => `Vous répondez à ce que le fournisseur a demandé sur ${called}.`,
    writeToDesk: (called) => `Vous écrivez au fournisseur au sujet de ${called}.`,
    handInOrder: (called, bytes) =>
      `Vous remettez l’injonction de ${called} : ${bytes} octets. Leur empreinte SHA-256 est`,
    extendPreservation: (called) => `Vous faites garder plus longtemps ce qui est conservé sous ${called}.`,
    collect: (called) =>
      `Vous retirez ce qui a été approuvé pour ${called}. C’est chiffré pour la clé de ce navigateur.`,
    collectMore: (called) => `Vous continuez à retirer ce qui a été approuvé pour ${called}.`,
    handsIn: 'La demande est présentée à nouveau, pour que le paquet nomme les personnes concernées.',
  },
  refused: {
    'not-of-the-portal': 'Ce portail ne fait pas un tel appel.',
    'not-read': 'Ce qui serait envoyé ne se relit pas comme prévu. Rechargez la page.',
    'not-allowed': 'Cela demande ce que le fournisseur ne donne pas à votre autorité.',
    'not-known': 'Ce que votre autorité peut demander n’est pas encore connu. Réessayez dans un instant.',
    'no-key':
      'Cette page ne pourrait pas déchiffrer la réponse : elle compterait comme retirée, et personne ne pourrait la lire.',
  },
  facts: {
    begins: 'Du, tel que signé',
    ends: 'Au, non compris, tel que signé',
    text: 'Texte',
    digest: 'Empreinte',
    recipient: 'Chiffré pour la clé',
    request: 'Demande',
    preservation: 'Conservation',
  },
};
