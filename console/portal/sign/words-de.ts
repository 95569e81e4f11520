import type { PortalSignWords } from './words.ts';

export const sign: PortalSignWords = {
  sentence: {
    validateRequest: (called) => `Es geht um ${called}.`,
    delayNotice: (called) => `Es geht um ${called}.`,
    tellPerson: (called) => `Es geht um ${called}.`,
    withdrawRequest: (called) => `Sie ziehen ${called} zurück.`,
    giveInformation: (called) => `Sie beantworten, was der Anbieter zu ${called} gefragt hat.`,
    writeToDesk: (called) => `Sie schreiben dem Anbieter zu ${called}.`,
    handInOrder: (called, bytes) =>
      `Sie reichen die Anordnung zu ${called} ein: ${bytes} Bytes. Ihre Prüfsumme SHA-256 ist`,
    extendPreservation: (called) => `Sie lassen länger aufbewahren, was unter ${called} gesichert ist.`,
    collect: (called) =>
      `Sie rufen ab, was zu ${called} genehmigt ist. Es ist an den Schlüssel in diesem Browser verschlüsselt.`,
    collectMore: (called) => `Sie rufen weiter ab, was zu ${called} genehmigt ist.`,
    handsIn: 'Die Anfrage wird noch einmal vorgelegt, damit das Paket nennt, um wen es geht.',
  },
  refused: {
    'not-of-the-portal': 'Einen solchen Aufruf macht dieses Portal nicht.',
    'not-read': 'Was gesendet würde, liest sich nicht als das, was es sein soll. Laden Sie die Seite neu.',
    'not-allowed': 'Es verlangt etwas, das der Anbieter Ihrer Behörde nicht gibt.',
    'not-known':
      'Was Ihre Behörde anfragen darf, ist noch nicht bekannt. Versuchen Sie es gleich noch einmal.',
    'no-key':
      'Diese Seite könnte die Auskunft nicht entschlüsseln: Sie würde als abgerufen gezählt, und niemand könnte sie lesen.',
  },
  facts: {
    begins: 'Von, wie es unterschrieben wird',
    ends: 'Bis, ausschließlich, wie es unterschrieben wird',
    text: 'Text',
    digest: 'Prüfsumme',
    recipient: 'Verschlüsselt an den Schlüssel',
    request: 'Anfrage',
    preservation: 'Sicherung',
  },
};
