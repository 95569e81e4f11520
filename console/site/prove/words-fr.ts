import type { ProveWords } from './words.ts';

export const prove: ProveWords = {
  title: 'Vérifier soi-même',
  lead: 'Rien ici n’a besoin d’être cru. Voici ce que vous pouvez vérifier, et avec quoi.',
  key: {
    title: 'La clé du journal',
    says: 'Chaque preuve de cette page repose sur cette clé. Le serveur vient de la donner à votre navigateur, et un serveur qui ment en donnerait une autre. Comparez-la donc avec celle que vous connaissez par ailleurs : d’une lettre, d’un journal, d’une autre personne.',
    yours: 'La clé que vous connaissez par ailleurs',
    yoursHint: 'Elle commence par le nom du journal et un signe plus.',
    compare: 'Comparer',
    malformed: 'Ce n’est pas la clé d’un journal, ou il en manque un caractère.',
    differs: 'C’est une autre clé que celle du serveur.',
    differsSays:
      'L’une des deux est fausse. Demandez à la personne qui vous l’a donnée. Si vous êtes sûr de la vôtre, faites que cette page croie la vôtre : elle n’affichera rien que la vôtre n’ait signé.',
    believe: 'Croire la mienne',
    same: 'La clé du serveur est celle que vous avez comparée.',
    other: 'Le serveur nomme une autre clé que celle que vous avez comparée.',
    otherSays: 'Cette page ne croit que la vôtre :',
    kept: 'Votre navigateur s’en souvient.',
    forget: 'L’oublier',
  },
  given: {
    title: 'Un dossier qui vous a été remis',
    says: 'Votre navigateur peut prouver que des données opposées à une personne viennent de ce fournisseur et figuraient d’abord dans le journal. Les fichiers restent sur votre ordinateur.',
    link: 'Vérifier un dossier',
  },
  limits: 'Ce que cette page prouve, et ce qu’elle ne prouve pas',
  limitsSay: [
    'Elle prouve que chaque entrée affichée est dans le journal que la clé a signé, et que le journal a grandi à partir d’un point de contrôle que vous avez gardé.',
    'Elle ne prouve pas que tout le monde voit le même journal. Pour cela, échangez des points de contrôle avec d’autres.',
    'Elle ne prouve pas que ce que dit une entrée est vrai. Que chaque décision a été signée par assez de réviseurs, et davantage, la commande ci-dessous le vérifie sur tout le journal.',
    'La page vient du serveur qu’elle vérifie. La commande, non.',
  ],
  page: {
    title: 'Cette page',
    says: 'Le journal a l’empreinte de la page qui a été déployée. Ce qui est servi maintenant est comparé avec elle. Une page qui ment mentirait ici aussi : la commande est la vérification sûre.',
    compare: 'Comparer avec le journal',
    verdicts: {
      recorded: 'Ce qui est servi est ce que le journal a.',
      changed:
        'Ce qui est servi n’est pas ce que le journal a. Ne vous fiez à rien ici, et utilisez la commande.',
      unrecorded: 'Le journal n’a pas de page du dernier déploiement.',
      unknown: 'Le dernier déploiement n’a pas été trouvé dans le journal.',
    },
  },
  commands: {
    title: 'Avec la commande writ',
    says: 'Elle s’exécute sur votre propre machine, avec Node, et son code est ouvert. Elle ne demande aucun compte.',
    log: 'Vérifier tout le journal : son arbre, ses signatures, et que chaque remise a été approuvée comme les règles l’exigent',
    report: 'Recompter le rapport à partir du journal',
    page: 'Comparer cette page au journal',
  },
  addresses: {
    title: 'Adresses brutes',
    says: 'Pour tout programme. Tout est ouvert à tous, y compris depuis d’autres pages web. Les formats sont ceux de C2SP : tlog-checkpoint, tlog-tiles, signed-note.',
    checkpoint: 'Le dernier point de contrôle',
    tile: 'Les premières empreintes de l’arbre',
    entries: 'Les premières entrées',
    feed: 'Les dernières entrées (Atom)',
    report: 'Le rapport',
    provider: 'Le fournisseur, ses clés et ses règles',
    api: 'L’interface (OpenAPI)',
    checkpoints: 'Comparer un point de contrôle gardé',
  },
};
