import { authorityAnswerSchema } from '#core/cases/notification.ts';
import { decisionSchema } from '#core/cases/request.ts';
import { changeDecisionSchema } from '#core/registry/change.ts';
import { allRoutes } from '#core/wire/routes.ts';

/**
 * What cannot be taken back, by the route that does it: a person reads it before they sign. A route without its line does
 * not compile.
 *
 * `reads`: it changes nothing, and nobody is asked. `undefined`: what it does can be undone, or ends by itself.
 */
type Sentence = string | undefined | ((body: unknown) => string | undefined);

export const sentences: Readonly<Record<keyof typeof allRoutes, Sentence | { reads: true }>> = {
  submitRequest:
    'A request cannot be changed once it is sent, and the log keeps that it was made. It can be withdrawn.',
  followRequest: { reads: true },
  withdrawRequest:
    'This is for good: access to its data ends at once. What is still needed has to be asked for anew.',
  validateRequest: 'A validation is given once: another cannot take its place.',
  delayNotice: 'It uses up one of the renewals that the provider’s policy allows.',
  tellPerson: 'It is said once, and cannot be taken back: the log says that the person was told.',
  preserveData: undefined,
  followPreservation: { reads: true },
  extendPreservation: 'A preservation is extended once.',
  giveInformation: 'An answer cannot be changed or taken back.',
  handInOrder: 'The order cannot be taken back. It is forgotten with the case.',
  fetchOrder: { reads: true },
  writeToDesk: 'A letter cannot be changed or taken back: the provider’s reviewers read it at once.',
  collect:
    'A collection is counted, and the person is notified of what it disclosed, unless a delay runs. Neither can be taken back.',
  listRequests: { reads: true },
  showAsked: { reads: true },
  showAgency: { reads: true },
  listPreservations: { reads: true },
  showRecipient: { reads: true },
  listNotifications: { reads: true },
  showNotification: { reads: true },
  answerNotification: (body) =>
    authorityAnswerSchema.safeParse(body).data?.decision === 'consent'
      ? 'A consent cannot be taken back, and no objection follows it: the provider waits for you no longer.'
      : 'An objection cannot be taken back: what you object to is not disclosed, and access to it ends.',
  listReviews: { reads: true },
  showPerson: { reads: true },
  listKeys: { reads: true },
  showKey: { reads: true },
  showReview: { reads: true },
  fetchCaseFile: { reads: true },
  claimReview: undefined,
  addNote: 'A note cannot be changed or deleted. It is forgotten with the case.',
  askInformation: 'A question cannot be taken back: the agency reads it at once.',
  writeToAgency: 'A letter cannot be changed or taken back: the agency reads it at once.',
  decideReview: (body) =>
    decisionSchema.safeParse(body).data?.decision === 'approve'
      ? 'An approval cannot be taken back. Once enough of you signed, the agency can collect, and what it has collected stays with it.'
      : 'This is for good: the case is closed, and the agency has to ask anew.',
  suspendReview:
    'This is for good: access to the case’s data ends at once, and the case cannot be opened again.',
  proposeChange: undefined,
  listChanges: { reads: true },
  showChange: { reads: true },
  decideChange: (body) =>
    changeDecisionSchema.safeParse(body).data?.decision === 'reject'
      ? 'This is for good: the change is closed, and has to be proposed anew.'
      : 'A signature cannot be taken back. With the last one that is needed the change takes effect at once.',
  revokeKey:
    'This is for good: the key never counts again, and what is pending under it ends. Its holder needs another key.',
  showProvider: { reads: true },
  showOpenApi: { reads: true },
  readCheckpoint: { reads: true },
  readTile: { reads: true },
  readNotice: { reads: true },
  readReport: { reads: true },
};

const byRoute = new Map(
  Object.entries(sentences).map(([id, sentence]) => {
    const { method, path } = Object.entries(allRoutes).find(([each]) => each === id)?.[1] ?? {};
    return [`${method} ${path}`, sentence];
  }),
);

/**
 * What a call does for good, in a sentence.
 *
 * @param route its method and its path as the table of routes has it
 * @param body the JSON that is sent
 */
export function forGood(route: string, body?: string): string | undefined {
  const sentence = byRoute.get(route);
  if (typeof sentence === 'object') return undefined;
  return typeof sentence === 'function'
    ? sentence(body === undefined ? undefined : JSON.parse(body))
    : sentence;
}
