import { categories, titleOf } from '#core/categories/categories.ts';
import { forEachName } from '#core/exhaustive.ts';
import type { AskingWords } from './words.ts';

const why = (reason: string, order: string | undefined) =>
  order === undefined ? reason : `${reason}, by the order ${order}`;

export const en: AskingWords = {
  authorities: {
    PublicProsecutor: 'a public prosecutor',
    JudgeCourtOrInvestigatingJudge: 'a judge, court or investigating judge',
    OtherCompetentAuthority: 'another competent authority',
  },
  categories: forEachName(categories, titleOf),
  kinds: { account: 'account', phone: 'phone', username: 'username' },
  threats: {
    life: 'life',
    limb: 'limb',
    safety: 'safety',
    'critical infrastructure': 'critical infrastructure',
  },
  reasons: {
    'life or safety': 'life or safety',
    flight: 'flight',
    evidence: 'evidence',
    witnesses: 'witnesses',
    'jeopardising the investigation': 'jeopardising the investigation',
  },
  tells: {
    provider: 'The provider tells the person.',
    authority: 'You tell the person yourselves.',
    nobody: 'Nobody tells the person.',
  },
  ask: (reference) => `You ask, under the reference ${reference}, for`,
  preserve: (reference) => `You have preserved, under the reference ${reference},`,
  of: 'of',
  period: (from, to) => `from ${from} until ${to}, that moment not included.`,
  nothingDisclosed: 'Nothing is disclosed.',
  known: (authority, known) => `${authority} (${known})`,
  order: ({ kind, law, issued, by, offence, meets }) =>
    `The order is of the kind ${kind}, under the law of ${law}, issued on ${issued} by ${by}, for ${offence}${meets ? ', which the order says meets the threshold' : ''}.`,
  digest: 'Its SHA-256 is',
  answerBy: (when) => `It asks for the answer by ${when}.`,
  emergency: (threat) =>
    `It is an emergency${threat === undefined ? '' : `, with a threat to ${threat}`}: you owe the validated order afterwards, unless whoever issued it may validate it or the provider’s policy asks for none.`,
  routine: 'It is routine.',
  told: 'The person is notified once something was disclosed.',
  notTold: (until, reason, order) => `The person is not notified before ${until} (${why(reason, order)}).`,
  resident:
    'You say that the offence was committed where the order was issued and the person resides there: no enforcing authority is notified.',
  enforcing: (authority) => `The enforcing authority ${authority} was notified, and may object.`,
  ofOrder: (order) => `It belongs to the order ${order}.`,
  amends: (id) => `It takes the place of the request ${id}.`,
  preserved: (ids) => `It rests on what was preserved: ${ids}.`,
  validated: (by, when) =>
    `You state that ${by} validated the order on ${when}. The validated order’s SHA-256 is`,
  delay: (until, reason, order) =>
    `You ask that the person is not notified before ${until} (${why(reason, order)}).`,
  hasTold: (when) => `You say that your authority told the person: ${when}.`,
};
