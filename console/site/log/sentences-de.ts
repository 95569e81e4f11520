import type { Sentences } from '#core/log/sentences.ts';

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
const witnessesIn = (list: string) => list.split('\n').filter((line) => line.startsWith('witness ')).length;
const subjects = (n: number) =>
  n === 1 ? '1 Konto, eine Nummer oder einen Namen' : `${n} Konten, Nummern und Namen`;
const day = (at: string) => at.slice(0, 10).split('-').reverse().join('.');
const minute = (at: string) => {
  const time = at.slice(11, 16);
  return `${day(at)}, ${time.length === 2 ? `${time} Uhr` : time} (UTC)`;
};
const whose = ({ role, agency }: { role: string; agency?: string | undefined }) =>
  role === 'reviewer'
    ? 'eines Prüfers des Anbieters'
    : role === 'agency'
      ? `eines Beamten${agency === undefined ? ' einer Behörde' : ` der Behörde ${agency}`}`
      : 'eines Betreibers';
const who = (role: string) =>
  role === 'reviewer'
    ? 'Ein Prüfer des Anbieters'
    : role === 'agency'
      ? 'Ein Beamter einer Behörde'
      : 'Ein Betreiber';
const past = (decision: string) =>
  decision === 'approve'
    ? 'genehmigte'
    : decision === 'confirm'
      ? 'bestätigte'
      : decision === 'reject'
        ? 'lehnte ab:'
        : 'entschied über';
const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);

export const sentences: Sentences = {
  'key.enrolled': ({ role, agency }) => `Ein Signaturschlüssel ${whose({ role, agency })} wurde eingetragen.`,
  'registry.founded': ({ keys }) => `Der Anbieter benannte seine ersten ${keys.length} Prüfer.`,
  'desk.changed': ({ people }) =>
    `Die Liste der Prüfer des Anbieters hat sich geändert: ${count(people, 'Person kann', 'Personen können')} jetzt entscheiden.`,
  'agency.changed': ({ agency, people }) =>
    `Der Eintrag der Behörde ${agency} hat sich geändert: ${count(people, 'Beamter kann', 'Beamte können')} jetzt Daten verlangen.`,
  'recipient.enrolled': ({ agency }) =>
    `Ein Beamter der Behörde ${agency} hat einen eigenen Schlüssel, mit dem er Daten empfängt.`,
  'change.proposed': ({ role, policyHash }) =>
    `${who(role)} schlug ${policyHash === undefined ? 'eine Änderung vor, wer unterschreiben darf' : 'vor, dass andere Regeln gelten'}.`,
  'change.decided': ({ decision, role }) => `${who(role)} ${past(decision)} eine vorgeschlagene Änderung.`,
  'key.revoked': ({ role, agency }) =>
    `Ein Signaturschlüssel ${whose({ role, agency })} wurde widerrufen: Mit ihm kann nichts mehr unterschrieben werden.`,
  'key.suspended': ({ agency }) =>
    `Ein anderer Anbieter hat einen Schlüssel widerrufen, mit dem jemand von der Behörde ${agency} unterschreibt: Hier ist er ausgesetzt.`,
  'key.reinstated': ({ agency }) =>
    `Mit einem ausgesetzten Schlüssel der Behörde ${agency} darf wieder unterschrieben werden: Zwei Prüfer haben das entschieden.`,
  'revocation.published': () =>
    'Anderen Anbietern wurde der Schlüssel einer Behörde genannt, der widerrufen wurde, weil ihn jemand missbrauchen könnte.',
  'request.received': ({ agency, priority, subjects: n, delayUntil }) =>
    `Die Behörde ${agency} verlangte Daten über ${subjects(n)}${priority === 'Emergency' ? ', als Notfall' : ''}.${
      delayUntil === undefined
        ? ''
        : ` Die betroffene Person darf nicht vor dem ${day(delayUntil)} benachrichtigt werden.`
    }`,
  'request.refused': ({ role, agency, proven }) =>
    `Ein Aufruf im Namen ${whose({ role, agency })} wurde abgewiesen${proven ? '' : ', und seine Unterschrift war nicht nachgewiesen'}.`,
  'review.opened': ({ of }) =>
    of === 'order'
      ? 'Ein Prüfer des Anbieters rief die Anordnung ab, auf der die Anfrage beruht.'
      : 'Ein Prüfer des Anbieters sah sich die Anfrage an.',
  'case-file.issued': () =>
    'Ein Prüfer rief die Akte des Falls ab, mit der sich öffnen lässt, worauf die Einträge sich festlegen.',
  'decision.approved': ({ narrowed, subjects: n }) =>
    `Ein Prüfer unterschrieb die Genehmigung ${narrowed ? 'von weniger, als verlangt war' : 'von allem, was verlangt war'}, über ${subjects(n)}.`,
  'decision.rejected': () => 'Ein Prüfer unterschrieb die Ablehnung: Es wird nichts herausgegeben.',
  'grant.minted': ({ grants, expiresAt }) =>
    grants === 0
      ? 'Der Fall ist genehmigt, und es gibt keine Daten, die er öffnen könnte.'
      : `Der Fall ist genehmigt: Bis ${minute(expiresAt)} kann die Behörde die Daten abrufen.`,
  'grant.retired': () => 'Das Recht, die Daten des Falls zu öffnen, ist erloschen.',
  'data.absent': () => 'Der Fall ist genehmigt, und der Anbieter hat keine solchen Daten.',
  'collection.intended': ({ collection, page }) =>
    `Die Behörde wird Daten erhalten: Abruf ${collection}${page > 1 ? `, Teil ${page}` : ''}. Das wurde eingetragen, bevor etwas geöffnet wurde.`,
  'collection.completed': ({ records, more }) =>
    `${count(records, 'Datensatz wurde', 'Datensätze wurden')} verschlüsselt an die Behörde herausgegeben${more ? '; weitere Teile folgen' : ''}.`,
  'collection.failed': () => 'Eine Herausgabe schlug fehl: Die Behörde erhielt dabei nichts.',
  'case.withdrawn': () => 'Die Behörde zog ihre Anfrage zurück.',
  'case.expired': ({ because }) =>
    because === 'undecided'
      ? 'Der Fall endete: Niemand hat ihn in seiner Laufzeit entschieden.'
      : 'Die Zeit für den Abruf der Daten ist vorbei, und der Fall endete.',
  'case.invalid': () => 'Der Fall endete: Genehmigt war mehr, als ein Fall öffnen darf.',
  'case.cancelled': () => 'Der Fall endete: Der Schlüssel, mit dem angefragt wurde, ist widerrufen.',
  'case.suspended': ({ because, reviewer }) =>
    reviewer !== undefined
      ? 'Ein Prüfer beendete den Zugang zu den Daten des Falls.'
      : because === 'emergency-overdue'
        ? 'Der Zugang zu den Daten endete: Was bei einem Notfall nachzureichen ist, kam nicht rechtzeitig.'
        : 'Der Zugang zu den Daten endete: Der Schlüssel einer Person, die genehmigt hatte, ist widerrufen.',
  'case.claimed': ({ over }) =>
    `Ein Prüfer teilte mit, dass er an dem Fall arbeitet${over ? ', anstelle eines anderen' : ''}. Das entscheidet nichts.`,
  'case.unclaimed': () => 'Ein Prüfer arbeitet nicht mehr an dem Fall.',
  'note.added': () => 'Ein Prüfer schrieb eine Notiz für die anderen Prüfer. Das entscheidet nichts.',
  'information.asked': ({ stops }) =>
    `Der Anbieter bat die Behörde um Auskunft, bevor er entscheidet${stops === true ? '; bis zur Antwort ruht die Frist' : ''}.`,
  'information.given': () => 'Die Behörde beantwortete die Frage des Anbieters.',
  'order.received': ({ bytesUpTo }) =>
    `Die Behörde reichte die Anordnung ein, auf der ihre Anfrage beruht (bis zu ${bytesUpTo} Byte).`,
  'authority.consented': ({ authority }) =>
    `Die Behörde ${authority}, die von der Anfrage unterrichtet wurde, erhebt keinen Einspruch.`,
  'authority.objected': ({ authority, scope }) =>
    `Die Behörde ${authority}, die von der Anfrage unterrichtet wurde, erhob Einspruch${scope === undefined ? '' : ' gegen einen Teil'}.`,
  'letter.written': ({ from }) =>
    from === 'desk' ? 'Der Anbieter schrieb der Behörde.' : 'Die Behörde schrieb dem Anbieter.',
  'case.held': ({ until }) =>
    `Zwei Prüfer lassen die Akte des Falls bis zum ${day(until)} aufbewahren. Das öffnet nichts.`,
  'case.released': () => 'Die Akte des Falls wird nicht länger eigens aufbewahrt.',
  'case.revealed': () => 'Was das Protokoll zu diesem Fall eine Zeit lang zurückhielt, ist jetzt öffentlich.',
  'case.forgotten': ({ months }) =>
    `Der Anbieter vernichtete seine Akte des Falls, ${count(months, 'Monat', 'Monate')} nach dessen Ende. Worauf das Protokoll sich festlegt, lässt sich nicht mehr öffnen.`,
  'decision.voided': ({ decisions }) =>
    `${count(decisions, 'Genehmigung zählt', 'Genehmigungen zählen')} nicht mehr: Der Schlüssel, der unterschrieb, ist widerrufen.`,
  'preservation.received': ({ agency, subjects: n, case: of }) =>
    of === undefined
      ? `Die Behörde ${agency} ließ vorhandene Daten über ${subjects(n)} vor dem Löschen sichern. Damit wird nichts herausgegeben.`
      : `Die Daten, die eine Anfrage der Behörde ${agency} nennt, sind bis zur Antwort vor dem Löschen gesichert.`,
  'preservation.kept': ({ drawers }) =>
    `Vorhandene Daten wurden vor dem Löschen gesichert (${count(drawers, 'Monat und Art', 'Monate und Arten')}).`,
  'preservation.extended': ({ endsAt }) =>
    `Die Behörde ließ die Daten länger sichern, bis zum ${day(endsAt)}.`,
  'preservation.requested': () => 'Die Behörde verlangt jetzt die gesicherten Daten.',
  'preservation.ended': () => 'Die Daten sind nicht länger vor dem Löschen gesichert.',
  'preservation.forgotten': () => 'Der Anbieter vernichtete seine Akte dieser Sicherung.',
  'vault.key-made': ({ epoch }) =>
    `Ein Schlüssel wurde erzeugt, mit dem die Daten aus ${epoch} verschlossen sind.`,
  'vault.key-forgotten': ({ epoch }) =>
    `Der Schlüssel der Daten aus ${epoch} wurde vernichtet: Niemand kann diese Daten noch öffnen.`,
  'vault.policy-differs': ({ epoch }) =>
    `Für den Schlüssel der Daten aus ${epoch} galten andere Regeln als die, die Writ ihm gab.`,
  'account.erased': () => 'Die Daten eines Kontos wurden gelöscht.',
  'authorisation.validated': () =>
    'Die Behörde reichte ein, dass ein Gericht oder eine Staatsanwaltschaft ihren Notfall bestätigt hat.',
  'emergency.overdue': ({ debt }) =>
    debt === 'authorisation'
      ? 'Ein Notfall wurde auf eine Unterschrift hin geöffnet, und seine Anordnung wurde nicht rechtzeitig bestätigt. Der Zugang zu den Daten ist beendet.'
      : 'Ein Notfall wurde auf eine Unterschrift hin geöffnet, und die zweite kam nicht rechtzeitig. Der Zugang zu den Daten ist beendet.',
  'emergencies.suspended': ({ agency }) =>
    `Notfälle der Behörde ${agency} werden nicht mehr angenommen, bis der Anbieter sie wieder zulässt.`,
  'emergencies.reopened': ({ agency }) => `Notfälle der Behörde ${agency} werden wieder angenommen.`,
  'deadline.passed': ({ part }) =>
    part === 'whole'
      ? 'Die Frist für die Antwort ist verstrichen, und es gibt keine.'
      : `${part === 'half' ? 'Die Hälfte' : 'Drei Viertel'} der Frist für die Antwort ${part === 'half' ? 'ist' : 'sind'} vorbei, und es gibt noch keine.`,
  'notice.delayed': ({ delayUntil }) =>
    `Die Behörde schob die Benachrichtigung der betroffenen Person auf, bis zum ${day(delayUntil)}.`,
  'notice.sent': ({ notices }) =>
    `${count(notices, 'Benachrichtigung wurde', 'Benachrichtigungen wurden')} an die Personen gesandt, nach denen gefragt wurde.`,
  'notice.overdue': () =>
    'Die Personen, nach denen gefragt wurde, hätten inzwischen benachrichtigt sein müssen und sind es nicht.',
  'notice.addressed': ({ letter }) =>
    `Die Schreiben an die Personen, nach denen gefragt wurde, wurden ${letter !== undefined && letter > 1 ? 'neu ' : ''}erstellt.`,
  'notice.told': () => 'Die Behörde erklärt, dass sie die betroffene Person benachrichtigt hat.',
  'decoy.asked': ({ agency }) =>
    `Jemand bei der Behörde ${agency} fragte nach einem Konto, nach dem niemand zu fragen hat. Der Schlüssel wurde widerrufen.`,
  'sweep.done': ({ missing, surplus }) =>
    missing + surplus === 0
      ? 'Die Rechte, Daten zu öffnen, wurden mit den Fällen verglichen: Sie stimmen überein.'
      : `Die Rechte, Daten zu öffnen, wurden mit den Fällen verglichen: ${missing} fehlten, ${surplus} waren zu viel.`,
  'reconciliation.done': ({ hour, surplus, missing }) =>
    surplus + missing === 0
      ? `Was der Schlüsseldienst in der Stunde ${minute(hour)} entschlüsselte, stimmt mit dem Protokoll überein.`
      : `Was der Schlüsseldienst in der Stunde ${minute(hour)} entschlüsselte, stimmt nicht mit dem Protokoll überein: ${surplus} hat kein Abruf angekündigt, ${missing} fehlen.`,
  'record.unproven': ({ table }) =>
    `In der Tabelle ${table} stand ein Satz, den Writ nicht geschrieben hat, oder es fehlte einer. Nichts wurde mitgeteilt, was darauf beruht.`,
  'deployment.made': ({ witnesses }) =>
    `Der Anbieter hat Writ eingespielt: Das sind die Prüfsummen des Programms, der Seiten und der Regeln.${witnesses === undefined ? '' : ` ${count(witnessesIn(witnesses), 'Zeuge wird', 'Zeugen werden')} gebeten, dieses Protokoll gegenzuzeichnen.`}`,
  'policy.changed': () => 'Für Herausgaben gelten jetzt andere Regeln, die zwei Prüfer beschlossen hatten.',
  'strangers.refused': ({ hour, counts }) =>
    `In der Stunde ${minute(hour)} wurden ${count(total(counts), 'weiterer Aufruf', 'weitere Aufrufe')} abgewiesen.`,
};
