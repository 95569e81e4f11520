import type { allRoutes } from '#core/wire/routes.ts';

/**
 * What cannot be taken back, by the route that does it: a person reads it before they sign. Each route that changes something
 * is here, or it does not compile.
 */
type RouteId = keyof typeof allRoutes;

/** They change nothing, and nobody is asked. */
export const readingRoutes = [
  'followRequest',
  'followPreservation',
  'fetchOrder',
  'listRequests',
  'showAsked',
  'showAgency',
  'listPreservations',
  'showRecipient',
  'listNotifications',
  'showNotification',
  'listReviews',
  'showPerson',
  'listKeys',
  'showKey',
  'showReview',
  'fetchCaseFile',
  'listChanges',
  'showChange',
  'showProvider',
  'showLogPolicy',
  'showOpenApi',
  'readCheckpoint',
  'readCosigned',
  'readTile',
  'readFeed',
  'readNotice',
  'readReport',
  'readRevocations',
] as const satisfies readonly RouteId[];
export type ChangingRoute = Exclude<RouteId, (typeof readingRoutes)[number]>;

/** What is for good, each in a sentence. */
export const lastingTexts = {
  request:
    'A request cannot be changed once it is sent, and the log keeps that it was made. It can be withdrawn.',
  withdrawal:
    'This is for good: access to its data ends at once. What is still needed has to be asked for anew.',
  validation: 'A validation is given once: another cannot take its place.',
  delay: 'It uses up one of the renewals that the provider’s policy allows.',
  telling: 'It is said once, and cannot be taken back: the log says that the person was told.',
  extension: 'A preservation is extended once.',
  answer: 'An answer cannot be changed or taken back.',
  order: 'The order cannot be taken back. It is forgotten with the case.',
  'letter-to-desk': 'A letter cannot be changed or taken back: the provider’s reviewers read it at once.',
  collection:
    'A collection is counted, and the person is notified of what it disclosed, unless a delay runs. Neither can be taken back.',
  consent:
    'A consent cannot be taken back, and no objection follows it: the provider waits for you no longer.',
  objection: 'An objection cannot be taken back: what you object to is not disclosed, and access to it ends.',
  note: 'A note cannot be changed or deleted. It is forgotten with the case.',
  question: 'A question cannot be taken back: the agency reads it at once.',
  letter: 'A letter cannot be changed or taken back: the agency reads it at once.',
  approval:
    'An approval cannot be taken back. Once enough of you signed, the agency can collect, and what it has collected stays with it.',
  rejection: 'This is for good: the case is closed, and the agency has to ask anew.',
  suspension:
    'This is for good: access to the case’s data ends at once, and the case cannot be opened again.',
  'change-rejected': 'This is for good: the change is closed, and has to be proposed anew.',
  'change-signed':
    'A signature cannot be taken back. With the last one that is needed the change takes effect at once.',
  revocation:
    'This is for good: the key never counts again, and what is pending under it ends. Its holder needs another key.',
} as const;
export type Lasting = keyof typeof lastingTexts;

/** `undefined`: what it does can be undone, or ends by itself. A choice is by what the body decides. */
const lasting: Readonly<
  Record<ChangingRoute, Lasting | undefined | { if: string; is: Lasting; otherwise: Lasting }>
> = {
  submitRequest: 'request',
  withdrawRequest: 'withdrawal',
  validateRequest: 'validation',
  delayNotice: 'delay',
  tellPerson: 'telling',
  preserveData: undefined,
  extendPreservation: 'extension',
  giveInformation: 'answer',
  handInOrder: 'order',
  writeToDesk: 'letter-to-desk',
  collect: 'collection',
  answerNotification: { if: 'consent', is: 'consent', otherwise: 'objection' },
  claimReview: undefined,
  addNote: 'note',
  askInformation: 'question',
  writeToAgency: 'letter',
  decideReview: { if: 'approve', is: 'approval', otherwise: 'rejection' },
  suspendReview: 'suspension',
  proposeChange: undefined,
  decideChange: { if: 'reject', is: 'change-rejected', otherwise: 'change-signed' },
  revokeKey: 'revocation',
};

/**
 * What a call of a route does for good.
 *
 * @param body the JSON that is sent, parsed
 */
export function lastingOf(route: ChangingRoute, body: unknown): Lasting | undefined {
  const what = lasting[route];
  if (typeof what !== 'object') return what;
  const decision =
    typeof body === 'object' && body !== null && 'decision' in body ? body.decision : undefined;
  return decision === what.if ? what.is : what.otherwise;
}

export const isChanging = (id: string): id is ChangingRoute => Object.hasOwn(lasting, id);
