import { type ChangingRoute, isChanging, type Lasting, lastingOf } from '#client/for-good.ts';
import { isRequestShown } from '#client/review-rules.ts';
import type { Review } from '#client/reviewer.ts';
import type { RouteCall } from '#client/route-call.ts';
import { type Claiming, claimSchema } from '#core/cases/claiming.ts';
import { type DeskLetter, deskLetterSchema } from '#core/cases/letters.ts';
import { type Note, noteSchema, type Question, questionSchema } from '#core/cases/messages.ts';
import { type Decision, decisionSchema, type Suspension, suspensionSchema } from '#core/cases/request.ts';
import { within } from '#core/cases/scope.ts';
import {
  type ChangeDecision,
  changeDecisionSchema,
  type Proposal,
  proposalSchema,
} from '#core/registry/change.ts';
import { type Revocation, revocationSchema } from '#core/registry/revocation.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import type { RouteTable } from '#core/wire/route.ts';
import { idIn, jsonOf, ofNone, ofOne } from './read-back.ts';

/**
 * Reads a call back from what will be sent, and from nothing else: what the sign sheet says is what the provider will read.
 * A call that does not read back to itself is not signed.
 */

/** Every route that a reviewer changes something by. One that is added to the wire has its act here, or it does not compile. */
export type DeskRoute = Extract<ChangingRoute, keyof typeof reviewRoutes | keyof typeof registryRoutes>;

interface Acts {
  claimReview: { id: string; body: Claiming };
  addNote: { id: string; body: Note };
  askInformation: { id: string; body: Question };
  writeToAgency: { id: string; body: DeskLetter };
  decideReview: { id: string; body: Decision };
  suspendReview: { id: string; body: Suspension };
  proposeChange: { id: undefined; body: Proposal };
  decideChange: { id: string; body: ChangeDecision };
  revokeKey: { id: undefined; body: Revocation };
}

export type Act = { [R in DeskRoute]: { act: R } & Acts[R] }[DeskRoute];
export type ActOf<R extends DeskRoute> = Extract<Act, { act: R }>;

/**
 * Why a call is not signed. `not-of-the-desk`: no reviewer has such a call. `not-read`: it does not read back to itself.
 * `not-opened`: it decides a case, or another request, than the one that is on the screen. `too-wide`: it approves what was
 * not asked.
 */
export type Unsignable = 'not-of-the-desk' | 'not-read' | 'not-opened' | 'too-wide';

export type Reading =
  | { act: Act; lasting: Lasting | undefined; refused?: never }
  | { act?: never; lasting?: never; refused: Unsignable };

const desk: RouteTable = { ...reviewRoutes, ...registryRoutes };

/** @param opened the case that is on the screen, whole */
export function readCall(call: RouteCall, opened: Review | undefined): Reading {
  const found = Object.entries(desk).find(([, { method, path }]) => `${method} ${path}` === call.route);
  if (found === undefined || call.document !== undefined) return { refused: 'not-of-the-desk' };
  const [route, shape] = found;
  if (!isOfDesk(route) || call.method !== shape.method) return { refused: 'not-of-the-desk' };
  const id = idIn(call.target, shape);
  const body = jsonOf(call.body);
  const act = id === false ? undefined : readers[route](id, body);
  if (act === undefined) return { refused: 'not-read' };
  const refused = checkOpened(act, opened);
  return refused === undefined ? { act, lasting: lastingOf(route, body) } : { refused };
}

const isOfDesk = (route: string): route is DeskRoute => isChanging(route) && Object.hasOwn(readers, route);

type Reader<R extends DeskRoute> = (id: string | undefined, body: unknown) => ActOf<R> | undefined;

const readers: { [R in DeskRoute]: Reader<R> } = {
  claimReview: ofOne((id, body) => ({ act: 'claimReview', id, body }), claimSchema),
  addNote: ofOne((id, body) => ({ act: 'addNote', id, body }), noteSchema),
  askInformation: ofOne((id, body) => ({ act: 'askInformation', id, body }), questionSchema),
  writeToAgency: ofOne((id, body) => ({ act: 'writeToAgency', id, body }), deskLetterSchema),
  decideReview: ofOne((id, body) => ({ act: 'decideReview', id, body }), decisionSchema),
  suspendReview: ofOne((id, body) => ({ act: 'suspendReview', id, body }), suspensionSchema),
  proposeChange: ofNone((body) => ({ act: 'proposeChange', id: undefined, body }), proposalSchema),
  decideChange: ofOne((id, body) => ({ act: 'decideChange', id, body }), changeDecisionSchema),
  revokeKey: ofNone((body) => ({ act: 'revokeKey', id: undefined, body }), revocationSchema),
};

/** What decides a case is signed while that case is on the screen, over the request that is shown there. */
function checkOpened(act: Act, opened: Review | undefined): Unsignable | undefined {
  if (act.act !== 'decideReview' && act.act !== 'suspendReview' && act.act !== 'askInformation')
    return undefined;
  if (
    opened === undefined ||
    opened.id !== act.id ||
    opened.requestDigest !== act.body.requestDigest ||
    !isRequestShown(opened)
  )
    return 'not-opened';
  const scope = act.act === 'decideReview' ? act.body.scope : undefined;
  return scope === undefined || within(scope, opened.asked) ? undefined : 'too-wide';
}
