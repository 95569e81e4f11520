import type { ShellWords } from '../../words/shell.ts';
import { shell as desk } from '../../words/shell-fr.ts';
import type { PortalWords } from './shell.ts';

export const portal: PortalWords = {
  screens: { requests: 'Demandes', preservations: 'Conservations', prove: 'Prouver', key: 'Votre clé' },
  ask: 'Demander des données',
  agency: 'Votre autorité',
  elsewhere: 'Ailleurs dans le portail',
  enter: 'Vers le portail',
  proveWithout: 'Prouver ce qui a été recueilli, sans clé',
};

export const shell: ShellWords = {
  ...desk,
  connection: {
    ...desk.connection,
    'key-refused': {
      title: 'Le fournisseur n’accepte pas votre clé.',
      says: 'Elle n’est pas enregistrée pour une autorité, ou elle a été révoquée. Téléphonez d’abord au fournisseur.',
    },
  },
  opening: 'Ouverture du portail',
};
