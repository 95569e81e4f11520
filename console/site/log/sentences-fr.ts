import type { Sentences } from '#core/log/sentences.ts';

const count = (n: number, one: string, many: string) => `${n} ${n < 2 ? one : many}`;
const witnessesIn = (list: string) => list.split('\n').filter((line) => line.startsWith('witness ')).length;
const subjects = (n: number) => count(n, 'compte, numéro ou nom', 'comptes, numéros et noms');
const day = (at: string) => at.slice(0, 10).split('-').reverse().join('/');
const minute = (at: string) => {
  const time = at.slice(11, 16);
  return `${day(at)} ${time.length === 2 ? `${time} h` : time.replace(':', ' h ')} (UTC)`;
};
const whose = ({ role, agency }: { role: string; agency?: string | undefined }) =>
  role === 'reviewer'
    ? 'd’un réviseur du fournisseur'
    : role === 'agency'
      ? `d’un agent${agency === undefined ? ' d’une autorité' : ` de l’autorité ${agency}`}`
      : 'd’un exploitant';
const who = (role: string) =>
  role === 'reviewer'
    ? 'Un réviseur du fournisseur'
    : role === 'agency'
      ? 'Un agent d’une autorité'
      : 'Un exploitant';
const past = (decision: string) =>
  decision === 'approve'
    ? 'a approuvé'
    : decision === 'confirm'
      ? 'a confirmé'
      : decision === 'reject'
        ? 'a refusé'
        : 'a tranché sur';
const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);

export const sentences: Sentences = {
  'key.enrolled': ({ role, agency }) => `Une clé de signature ${whose({ role, agency })} a été enregistrée.`,
  'registry.founded': ({ keys }) => `Le fournisseur a désigné ses ${keys.length} premiers réviseurs.`,
  'desk.changed': ({ people }) =>
    `La liste des réviseurs du fournisseur a changé : ${count(people, 'personne peut', 'personnes peuvent')} maintenant décider.`,
  'agency.changed': ({ agency, people }) =>
    `La fiche de l’autorité ${agency} a changé : ${count(people, 'agent peut', 'agents peuvent')} maintenant demander des données.`,
  'recipient.enrolled': ({ agency }) =>
    `Un agent de l’autorité ${agency} a sa propre clé pour recevoir des données.`,
  'change.proposed': ({ role, policyHash }) =>
    `${who(role)} a proposé ${policyHash === undefined ? 'de changer qui peut signer' : 'que d’autres règles s’appliquent'}.`,
  'change.decided': ({ decision, role }) => `${who(role)} ${past(decision)} un changement proposé.`,
  'key.revoked': ({ role, agency }) =>
    `Une clé de signature ${whose({ role, agency })} a été révoquée : elle ne peut plus rien signer.`,
  'key.suspended': ({ agency }) =>
    `Un autre fournisseur a révoqué une clé avec laquelle signe un agent de l’autorité ${agency} : ici, elle est suspendue.`,
  'key.reinstated': ({ agency }) =>
    `Une clé suspendue de l’autorité ${agency} peut de nouveau signer : deux examinateurs l’ont décidé.`,
  'revocation.published': () =>
    'Une clé d’une autorité, révoquée parce que quelqu’un pourrait en abuser, a été signalée à d’autres fournisseurs.',
  'request.received': ({ agency, priority, subjects: n, delayUntil }) =>
    `L’autorité ${agency} a demandé des données sur ${subjects(n)}${priority === 'Emergency' ? ', en urgence' : ''}.${
      delayUntil === undefined ? '' : ` La personne ne doit pas être informée avant le ${day(delayUntil)}.`
    }`,
  'request.refused': ({ role, agency, proven }) =>
    `Un appel au nom ${whose({ role, agency })} a été refusé${proven ? '' : ', et sa signature n’était pas prouvée'}.`,
  'review.opened': ({ of }) =>
    of === 'order'
      ? 'Un réviseur du fournisseur a consulté l’injonction sur laquelle repose la demande.'
      : 'Un réviseur du fournisseur a consulté la demande.',
  'case-file.issued': () =>
    'Un réviseur a retiré le dossier du cas, qui permet d’ouvrir ce que les entrées engagent.',
  'decision.approved': ({ narrowed, subjects: n }) =>
    `Un réviseur a signé l’approbation ${narrowed ? 'de moins que ce qui était demandé' : 'de tout ce qui était demandé'}, sur ${subjects(n)}.`,
  'decision.rejected': () => 'Un réviseur a signé un refus : rien n’est remis.',
  'grant.minted': ({ grants, expiresAt }) =>
    grants === 0
      ? 'Le cas est approuvé, et il n’y a pas de données qu’il pourrait ouvrir.'
      : `Le cas est approuvé : l’autorité peut retirer les données jusqu’au ${minute(expiresAt)}.`,
  'grant.retired': () => 'Le droit d’ouvrir les données du cas a pris fin.',
  'data.absent': () => 'Le cas est approuvé, et le fournisseur n’a pas de telles données.',
  'collection.intended': ({ collection, page }) =>
    `L’autorité va recevoir des données : retrait ${collection}${page > 1 ? `, partie ${page}` : ''}. Cela a été inscrit avant que quoi que ce soit ne soit ouvert.`,
  'collection.completed': ({ records, more }) =>
    `${count(records, 'enregistrement a été remis', 'enregistrements ont été remis')} à l’autorité, sous forme chiffrée${more ? ' ; d’autres parties suivent' : ''}.`,
  'collection.failed': () => 'Une remise a échoué : l’autorité n’a rien reçu.',
  'case.withdrawn': () => 'L’autorité a retiré sa demande.',
  'case.expired': ({ because }) =>
    because === 'undecided'
      ? 'Le cas a pris fin : personne ne l’a tranché dans sa durée de vie.'
      : 'Le délai de retrait des données est passé, et le cas a pris fin.',
  'case.invalid': () => 'Le cas a pris fin : ce qui était approuvé dépasse ce qu’un cas peut ouvrir.',
  'case.cancelled': () => 'Le cas a pris fin : la clé qui avait signé la demande a été révoquée.',
  'case.suspended': ({ because, reviewer }) =>
    reviewer !== undefined
      ? 'Un réviseur a mis fin à l’accès aux données du cas.'
      : because === 'emergency-overdue'
        ? 'L’accès aux données a pris fin : ce qu’une urgence exige ensuite n’est pas arrivé à temps.'
        : 'L’accès aux données a pris fin : la clé d’une personne qui avait approuvé a été révoquée.',
  'case.claimed': ({ over }) =>
    `Un réviseur a indiqué qu’il travaille sur le cas${over ? ', à la place d’un autre' : ''}. Cela ne décide rien.`,
  'case.unclaimed': () => 'Un réviseur ne travaille plus sur le cas.',
  'note.added': () => 'Un réviseur a écrit une note pour les autres réviseurs. Cela ne décide rien.',
  'information.asked': ({ stops }) =>
    `Le fournisseur a demandé des précisions à l’autorité avant de décider${stops === true ? ' ; jusqu’à la réponse, le délai est suspendu' : ''}.`,
  'information.given': () => 'L’autorité a répondu à la question du fournisseur.',
  'order.received': ({ bytesUpTo }) =>
    `L’autorité a déposé l’injonction sur laquelle repose sa demande (jusqu’à ${bytesUpTo} octets).`,
  'authority.consented': ({ authority }) =>
    `L’autorité ${authority}, à qui la demande a été notifiée, ne s’y oppose pas.`,
  'authority.objected': ({ authority, scope }) =>
    `L’autorité ${authority}, à qui la demande a été notifiée, s’est opposée${scope === undefined ? '' : ' à une partie'}.`,
  'letter.written': ({ from }) =>
    from === 'desk' ? 'Le fournisseur a écrit à l’autorité.' : 'L’autorité a écrit au fournisseur.',
  'case.held': ({ until }) =>
    `Deux réviseurs font conserver le dossier du cas jusqu’au ${day(until)}. Cela n’ouvre rien.`,
  'case.released': () => 'Le dossier du cas n’est plus conservé à dessein.',
  'case.revealed': () => 'Ce que le journal avait tu un temps sur ce cas est maintenant public.',
  'case.forgotten': ({ months }) =>
    `Le fournisseur a détruit son dossier du cas, ${months} mois après sa fin. Ce que le journal en engage ne peut plus être ouvert.`,
  'decision.voided': ({ decisions }) =>
    `${count(decisions, 'approbation ne compte', 'approbations ne comptent')} plus : la clé qui avait signé a été révoquée.`,
  'preservation.received': ({ agency, subjects: n, case: of }) =>
    of === undefined
      ? `L’autorité ${agency} a fait conserver des données existantes sur ${subjects(n)}, pour qu’elles ne soient pas effacées. Rien n’est remis par là.`
      : `Les données que vise une demande de l’autorité ${agency} sont conservées jusqu’à la réponse.`,
  'preservation.kept': ({ drawers }) =>
    `Des données existantes ont été mises à l’abri de l’effacement (${count(drawers, 'mois et type', 'mois et types')}).`,
  'preservation.extended': ({ endsAt }) =>
    `L’autorité a fait conserver les données plus longtemps, jusqu’au ${day(endsAt)}.`,
  'preservation.requested': () => 'L’autorité demande maintenant les données conservées.',
  'preservation.ended': () => 'Les données ne sont plus mises à l’abri de l’effacement.',
  'preservation.forgotten': () => 'Le fournisseur a détruit son dossier de cette conservation.',
  'vault.key-made': ({ epoch }) => `Une clé a été créée, qui verrouille les données de ${epoch}.`,
  'vault.key-forgotten': ({ epoch }) =>
    `La clé des données de ${epoch} a été détruite : personne ne peut plus ouvrir ces données.`,
  'vault.policy-differs': ({ epoch }) =>
    `La clé des données de ${epoch} a été trouvée sous d’autres règles que celles que Writ lui avait données.`,
  'account.erased': () => 'Les données d’un compte ont été effacées.',
  'authorisation.validated': () =>
    'L’autorité a déposé la confirmation de son urgence par un tribunal ou un procureur.',
  'emergency.overdue': ({ debt }) =>
    debt === 'authorisation'
      ? 'Une urgence a été ouverte sur une seule signature, et son injonction n’a pas été confirmée à temps. L’accès aux données a pris fin.'
      : 'Une urgence a été ouverte sur une seule signature, et la seconde n’est pas arrivée à temps. L’accès aux données a pris fin.',
  'emergencies.suspended': ({ agency }) =>
    `Les urgences de l’autorité ${agency} ne sont plus acceptées, jusqu’à ce que le fournisseur les rétablisse.`,
  'emergencies.reopened': ({ agency }) => `Les urgences de l’autorité ${agency} sont de nouveau acceptées.`,
  'deadline.passed': ({ part }) =>
    part === 'whole'
      ? 'Le délai de réponse est passé, et il n’y a pas de réponse.'
      : `${part === 'half' ? 'La moitié' : 'Les trois quarts'} du délai de réponse ${part === 'half' ? 'est passée' : 'sont passés'}, et il n’y a pas encore de réponse.`,
  'notice.delayed': ({ delayUntil }) =>
    `L’autorité a repoussé l’information de la personne, jusqu’au ${day(delayUntil)}.`,
  'notice.sent': ({ notices }) =>
    `${count(notices, 'avis a été envoyé', 'avis ont été envoyés')} aux personnes visées par la demande.`,
  'notice.overdue': () =>
    'Les personnes visées par la demande auraient dû être informées entre-temps, et ne l’ont pas été.',
  'notice.addressed': ({ letter }) =>
    `Les lettres aux personnes visées par la demande ont été établies${letter !== undefined && letter > 1 ? ' à nouveau' : ''}.`,
  'notice.told': () => 'L’autorité déclare avoir informé la personne.',
  'decoy.asked': ({ agency }) =>
    `Quelqu’un, à l’autorité ${agency}, a visé un compte que personne n’a de raison de demander. Sa clé a été révoquée.`,
  'sweep.done': ({ missing, surplus }) =>
    missing + surplus === 0
      ? 'Les droits d’ouvrir des données ont été comparés aux cas : ils concordent.'
      : `Les droits d’ouvrir des données ont été comparés aux cas : ${missing} manquaient, ${surplus} étaient de trop.`,
  'reconciliation.done': ({ hour, surplus, missing }) =>
    surplus + missing === 0
      ? `Ce que le service de clés a déchiffré dans l’heure du ${minute(hour)} concorde avec le journal.`
      : `Ce que le service de clés a déchiffré dans l’heure du ${minute(hour)} ne concorde pas avec le journal : ${surplus} sans retrait annoncé, ${missing} manquants.`,
  'record.unproven': ({ table }) =>
    `La table ${table} contenait un élément que Writ n’a pas écrit, ou il en manquait un. Rien qui en dépende n’a été communiqué.`,
  'deployment.made': ({ witnesses }) =>
    `Le fournisseur a déployé Writ : voici les empreintes de son code, de ses pages et de ses règles.${witnesses === undefined ? '' : ` ${count(witnessesIn(witnesses), 'témoin est invité', 'témoins sont invités')} à cosigner ce journal.`}`,
  'policy.changed': () =>
    'D’autres règles s’appliquent maintenant aux remises, comme deux réviseurs l’avaient adopté.',
  'strangers.refused': ({ hour, counts }) =>
    `Dans l’heure du ${minute(hour)}, ${count(total(counts), 'autre appel a été refusé', 'autres appels ont été refusés')}.`,
};
