import type { AskingWords } from './words.ts';

const why = (reason: string, order: string | undefined) =>
  order === undefined ? reason : `${reason}, par l’injonction ${order}`;

export const asking: AskingWords = {
  authorities: {
    PublicProsecutor: 'un procureur',
    JudgeCourtOrInvestigatingJudge: 'un juge, une juridiction ou un juge d’instruction',
    OtherCompetentAuthority: 'une autre autorité compétente',
  },
  categories: {
    SubscriberData: 'numéros de téléphone et quand chacun valait',
    UserIdentifyingData: 'chaque adresse IP une fois, avec le port et l’heure du dernier usage',
    TrafficData: 'chaque connexion : adresse IP, port et heure',
  },
  kinds: { account: 'compte', phone: 'téléphone', username: 'nom d’utilisateur' },
  threats: {
    life: 'la vie',
    limb: 'l’intégrité physique',
    safety: 'la sécurité',
    'critical infrastructure': 'une infrastructure critique',
  },
  reasons: {
    'life or safety': 'danger pour la vie ou la sécurité',
    flight: 'risque de fuite',
    evidence: 'risque pour les preuves',
    witnesses: 'risque pour des témoins',
    'jeopardising the investigation': 'risque de compromettre l’enquête',
  },
  tells: {
    provider: 'Le fournisseur informe la personne.',
    authority: 'Vous informez la personne vous-mêmes.',
    nobody: 'Personne n’informe la personne concernée.',
  },
  ask: (reference) => `Vous demandez, sous la référence ${reference} :`,
  preserve: (reference) => `Vous faites conserver, sous la référence ${reference} :`,
  of: 'sur',
  period: (from, to) => `du ${from} au ${to}, ce moment non compris.`,
  nothingDisclosed: 'Rien n’est communiqué.',
  known: (authority, known) => `${authority} (${known})`,
  order: ({ kind, law, issued, by, offence, meets }) =>
    `L’injonction est du type ${kind}, selon le droit de ${law}, émise le ${issued} par ${by}, pour ${offence}${meets ? ', infraction qui atteint le seuil selon l’injonction' : ''}.`,
  digest: 'Son empreinte SHA-256 est',
  answerBy: (when) => `Elle demande la réponse avant ce moment : ${when}.`,
  emergency: (threat) =>
    `C’est une urgence${threat === undefined ? '' : `, avec une menace pour ${threat}`} : vous devez ensuite l’injonction validée, sauf si celui qui l’a émise peut la valider ou si les règles du fournisseur n’en demandent pas.`,
  routine: 'Ce n’est pas une urgence.',
  told: 'La personne est informée dès que quelque chose a été communiqué.',
  notTold: (until, reason, order) =>
    `La personne n’est pas informée avant ce moment : ${until} (${why(reason, order)}).`,
  resident:
    'Vous déclarez que l’infraction a été commise là où l’injonction a été émise et que la personne y réside : aucune autorité chargée de la mise en œuvre n’est notifiée.',
  enforcing: (authority) =>
    `L’autorité chargée de la mise en œuvre ${authority} a été notifiée, et peut s’opposer.`,
  ofOrder: (order) => `Elle fait partie de l’injonction ${order}.`,
  amends: (id) => `Elle remplace la demande ${id}.`,
  preserved: (ids) => `Elle repose sur ce qui a été conservé : ${ids}.`,
  validated: (by, when) =>
    `Vous déclarez que l’injonction a été validée par ${by} le ${when}. L’empreinte SHA-256 de l’injonction validée est`,
  delay: (until, reason, order) =>
    `Vous demandez que la personne ne soit pas informée avant ce moment : ${until} (${why(reason, order)}).`,
  hasTold: (when) => `Vous déclarez que votre autorité a informé la personne : ${when}.`,
};
