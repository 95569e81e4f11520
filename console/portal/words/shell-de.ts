import type { ShellWords } from '../../words/shell.ts';
import { shell as desk } from '../../words/shell-de.ts';
import type { PortalWords } from './shell.ts';

export const portal: PortalWords = {
  screens: { requests: 'Anfragen', preservations: 'Gesichert', prove: 'Nachweisen', key: 'Ihr Schlüssel' },
  ask: 'Daten anfragen',
  agency: 'Ihre Behörde',
  elsewhere: 'Weitere Teile des Portals',
  enter: 'Zum Portal',
  proveWithout: 'Ein abgeholtes Paket nachweisen, ohne Schlüssel',
};

export const shell: ShellWords = {
  ...desk,
  connection: {
    ...desk.connection,
    'key-refused': {
      title: 'Der Anbieter nimmt Ihren Schlüssel nicht an.',
      says: 'Er ist nicht für eine Behörde eingetragen oder wurde widerrufen. Rufen Sie zuerst den Anbieter an.',
    },
  },
  opening: 'Das Portal wird geöffnet',
};
