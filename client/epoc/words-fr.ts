import type { ImportWords } from './words.ts';

const roles: Readonly<Record<string, string>> = {
  PublicProsecutor: 'un procureur',
  JudgeCourtOrInvestigatingJudge: 'un juge, une juridiction ou un juge d’instruction',
  OtherCompetentAuthority: 'une autre autorité compétente',
};

const approver = (role: string, at: string | undefined) =>
  [roles[role] ?? role, at].filter((part) => part !== undefined).join(', ');

const deadlines: Readonly<Record<string, string>> = {
  'ten-days': 'dans un délai de dix jours',
  'as-soon-as-possible': 'dès que possible, dans un délai de dix jours',
  'eight-hours': 'dans un délai de huit heures',
};

export const french: ImportWords = {
  headings: {
    taken: 'Repris',
    missing: 'Manquant et nécessaire à l’importation',
    open: 'À indiquer encore par vous',
    refused: 'Refusé',
    note: 'À vérifier',
  },
  section: (letter) => `Section ${letter}`,
  identifier: (number) => `identifiant ${number}`,
  said: {
    kind: (value) => `l’injonction est du type ${value}.`,
    authority: (value) => `elle a été émise par ${value}.`,
    jurisdiction: (value) => `elle a été émise selon le droit de ${value}.`,
    'form-id': (value) => `l’identifiant du formulaire, ${value}, relie toutes les demandes qui en viennent.`,
    'case-id': (value) => `le numéro de dossier devient votre référence : ${value}.`,
    deadline: (value) => `la réponse est demandée ${deadlines[value] ?? value}.`,
    'answer-by': (value) => `la réponse est demandée pour le ${value}.`,
    emergency: () => 'il s’agit d’un cas d’urgence.',
    threat: (value) => `ce qui est menacé : ${value}.`,
    issued: (value, at) => `émise par ${approver(value, at)}.`,
    validated: (value, at) =>
      `validée par ${approver(value, at)} : la demande désigne cette autorité comme donneuse d’ordre.`,
    evidence: (value) => `${value}.`,
    offence: (value) => `l’infraction est ${value}.`,
    threshold: () => 'l’autorité déclare que l’infraction atteint le seuil.',
    delay: (value) => `la personne n’est pas informée avant le ${value}.`,
    'delay-default': (value) =>
      `le formulaire n’indique pas la fin du report ; le projet contient la date la plus tardive que permet la politique du fournisseur : ${value}.`,
    notified: (value) => `l’autorité chargée de la mise en œuvre ${value} a reçu notification.`,
    'notified-exempt': () => 'aucune autorité chargée de la mise en œuvre ne doit recevoir notification.',
    digest: (value) =>
      `l’empreinte de l’injonction est celle du document contenu dans le formulaire : ${value}.`,
    amends: (value) => `elle remplace la demande ${value}.`,
    preserved: (value) => `conservé pour elle : ${value}.`,
    'as-preservation': () =>
      'un EPOC-PR conserve des données et ne divulgue rien : il donne des conservations.',
    'authority-id-missing': () => 'l’identifiant de l’autorité manque.',
    'form-id-missing': () => 'l’identifiant du formulaire manque.',
    'case-id-missing': () => 'le numéro de dossier manque.',
    'evidence-missing': () => 'aucun identifiant sur lequel porterait la demande n’est indiqué.',
    'issuer-missing': () => 'le type de l’autorité d’émission manque.',
    'issued-at-missing': () => 'le jour et l’heure de l’émission manquent.',
    'deadline-missing': () => 'le délai de réponse n’est pas indiqué.',
    'digest-open': () => 'le fichier de l’injonction, dont l’empreinte est calculée.',
    'kind-open': () => 'le type d’injonction (--instrument).',
    'jurisdiction-open': () => 'selon quel droit elle a été émise (--jurisdiction).',
    'offence-open': () => 'l’infraction, telle que l’injonction la nomme (--offence).',
    'period-open': () => 'de quand à quand (--from, --to).',
    'threat-open': () => 'ce qui est menacé (--threat).',
    'delay-open': () =>
      'le report de l’information de la personne, sans fin ou sans motif dans le formulaire (--delay-until, --delay-reason).',
    'notification-open': () =>
      'l’autorité chargée de la mise en œuvre qui a reçu notification, ou l’indication qu’aucune ne doit la recevoir (--notified, --resident).',
    'related-open': (value) =>
      `ce que le formulaire appelle ${value} : indiquez son numéro chez ce fournisseur (--amends, --preservation, --of-order).`,
    'other-addressee': (value) => `elle est adressée à ${value}, qui n’est pas ce fournisseur.`,
    content: () => 'elle demande des données de contenu. Writ n’en détient pas et ne peut pas en demander.',
    'address-and-time': () =>
      'elle n’indique qu’une adresse et un moment. Qui a utilisé une adresse ne peut pas être recherché, par conception : dans le formulaire, le motif est que l’exécution n’est pas possible (impossible).',
    'identifier-unknown': (value) =>
      `cet identifiant${value === '' ? '' : ` (${value})`} ne permet pas de demander : il faut un compte, un numéro de téléphone avec le signe plus et l’indicatif du pays, ou un nom d’utilisateur.`,
    'identifiers-several': (value) =>
      `elle indique plusieurs valeurs (${value}) qui se restreignent l’une l’autre. Une demande portant sur une seule demanderait davantage.`,
    'category-unknown': (value) => `${value} n’est pas une catégorie de données connue ici.`,
    'category-missing': () => 'elle ne demande aucune catégorie de données qui puisse l’être.',
    'emergency-contradicted': () =>
      'une partie indique qu’il s’agit d’un cas d’urgence, une autre que ce n’en est pas un.',
    'digest-differs': () => 'le document contenu n’est pas celui dont l’empreinte est indiquée.',
    test: () => 'elle indique qu’il s’agit d’un essai. Un essai ne demande de données à personne.',
    'not-in-force': (value) => `elle n’est pas en vigueur : ${value}.`,
    'task-elsewhere': () => 'cet identifiant relève d’une autre autorisation.',
    interception: () => 'elle demande une interception. Writ ne divulgue que des données stockées.',
    'preservation-edition': () =>
      'elle contient une tâche de conservation (LPTask), que l’édition lue ici (V1.12.1) ne connaît pas. Prenez l’EPOC-PR en JSON.',
    'addressee-unknown': (value) =>
      value === ''
        ? 'elle n’indique pas de destinataire : vérifiez qu’elle est destinée à ce fournisseur.'
        : `elle est adressée à ${value} : vérifiez qu’il s’agit du fournisseur.`,
    'as-soon-as-possible': () =>
      '« dès que possible » n’a pas de place dans une demande : le délai est de dix jours.',
    'without-validation': () =>
      'elle a été émise avant toute validation : remettez ensuite l’injonction validée.',
    recipient: (value) =>
      `les données sont destinées à ${value}. Elles sont chiffrées pour la personne qui les retire et ne vont nulle part ailleurs.`,
    unfit: (value) => `« ${value} » n’a pas la forme que prend une demande et a été laissé de côté.`,
    unread: (value) => `${value} : lu, et dans aucune demande.`,
    edition: (value) =>
      `le message indique une autre édition${value === '' ? '' : ` (${value})`} ; il a été lu comme V1.12.1.`,
    'term-outside-agency': (value) => `les conditions de votre autorité ne le prévoient pas : ${value}.`,
    'term-outside-policy': (value) => `la politique du fournisseur ne l’accepte pas : ${value}.`,
  },
};
