import { type ChangingRoute, isChanging, type Lasting, lastingOf } from '#client/for-good.ts';
import type { RouteCall } from '#client/route-call.ts';
import { type AgencyLetter, agencyLetterSchema } from '#core/cases/letters.ts';
import { type Answer, answerSchema } from '#core/cases/messages.ts';
import { type PreservationRequest, preservationSchema } from '#core/cases/preservation.ts';
import {
  type Delay,
  delaySchema,
  type Request,
  requestSchema,
  type Telling,
  tellingSchema,
  type Validation,
  validationSchema,
} from '#core/cases/request.ts';
import type { AgencyView } from '#core/registry/terms.ts';
import {
  type Collection,
  collectionSchema,
  collectRoutes,
  type Nothing,
  nothing,
  requestRoutes,
} from '#core/wire/agency.ts';
import type { RouteTable } from '#core/wire/route.ts';
import { idIn, jsonOf, ofNone, ofOne } from '../../sign/read-back.ts';

/**
 * Reads a call back from what will be sent, and from nothing else: what the sign sheet says is what the provider will read.
 * A call that does not read back to itself is not signed, and nothing that the agency may not ask for.
 */

/** Every route that an officer changes something by here. What a notified authority answers, the command writ sends. */
export type PortalRoute = Exclude<
  Extract<ChangingRoute, keyof typeof requestRoutes | keyof typeof collectRoutes>,
  'answerNotification'
>;

interface Document {
  type: string;
  bytes: Uint8Array;
}

interface Acts {
  submitRequest: { id: undefined; body: Request };
  preserveData: { id: undefined; body: PreservationRequest };
  withdrawRequest: { id: string; body: Nothing };
  validateRequest: { id: string; body: Validation };
  giveInformation: { id: string; body: Answer };
  handInOrder: { id: string; body: Document };
  writeToDesk: { id: string; body: AgencyLetter };
  delayNotice: { id: string; body: Delay };
  tellPerson: { id: string; body: Telling };
  extendPreservation: { id: string; body: Nothing };
  collect: { id: string; body: Collection };
}

export type Act = { [R in PortalRoute]: { act: R } & Acts[R] }[PortalRoute];
export type ActOf<R extends PortalRoute> = Extract<Act, { act: R }>;

/**
 * Why a call is not signed. `not-of-the-portal`: the portal makes no such call. `not-read`: it does not read back to itself.
 * `not-allowed`: it asks for what the agency may not ask for. `not-known`: what the agency may ask for is not here.
 * `no-key`: it collects an answer that this page could not decrypt.
 */
export type Unsignable = 'not-of-the-portal' | 'not-read' | 'not-allowed' | 'not-known' | 'no-key';

export type Reading =
  | { act: Act; lasting: Lasting | undefined; refused?: never }
  | { act?: never; lasting?: never; refused: Unsignable };

/** What the page knows of whoever signs. */
export interface Signing {
  agency: AgencyView | undefined;
  /** The thumbprint of the key that decrypts here. */
  decrypts: string | undefined;
}

const routes: RouteTable = { ...requestRoutes, ...collectRoutes };

export function readCall(call: RouteCall, signing: Signing): Reading {
  const found = Object.entries(routes).find(([, { method, path }]) => `${method} ${path}` === call.route);
  if (found === undefined) return { refused: 'not-of-the-portal' };
  const [route, shape] = found;
  if (!isOfPortal(route) || call.method !== shape.method) return { refused: 'not-of-the-portal' };
  const id = idIn(call.target, shape);
  const body = shape.document === undefined ? jsonOf(call.body) : call.document;
  const act = id === false ? undefined : readers[route](id, body);
  if (act === undefined) return { refused: 'not-read' };
  const refused = refusedFor(act, signing);
  return refused === undefined ? { act, lasting: lastingOf(route, body) } : { refused };
}

const isOfPortal = (route: string): route is PortalRoute =>
  isChanging(route) && Object.hasOwn(readers, route);

/** The provider would refuse it as well. It is refused here before it leaves: it names people. */
function refusedFor(act: Act, { agency, decrypts }: Signing): Unsignable | undefined {
  if (act.act === 'collect')
    return decrypts === undefined || act.body.recipient !== decrypts ? 'no-key' : undefined;
  if (act.act !== 'submitRequest' && act.act !== 'preserveData') return undefined;
  if (agency === undefined) return 'not-known';
  const { terms } = agency;
  const { instrument, categories } = act.body;
  const isAllowed =
    terms.jurisdictions.includes(instrument.jurisdiction) &&
    terms.instruments.includes(instrument.kind) &&
    categories.every((category) => terms.categories.includes(category));
  return isAllowed ? undefined : 'not-allowed';
}

type Reader<R extends PortalRoute> = (id: string | undefined, body: unknown) => ActOf<R> | undefined;

/** A document is what it is: its type and its bytes. */
const document = {
  safeParse: (value: unknown): { data?: Document | undefined } =>
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'bytes' in value &&
    value.bytes instanceof Uint8Array
      ? { data: { type: value.type, bytes: value.bytes } }
      : {},
};

const readers: { [R in PortalRoute]: Reader<R> } = {
  submitRequest: ofNone((body) => ({ act: 'submitRequest', id: undefined, body }), requestSchema),
  preserveData: ofNone((body) => ({ act: 'preserveData', id: undefined, body }), preservationSchema),
  withdrawRequest: ofOne((id, body) => ({ act: 'withdrawRequest', id, body }), nothing),
  validateRequest: ofOne((id, body) => ({ act: 'validateRequest', id, body }), validationSchema),
  giveInformation: ofOne((id, body) => ({ act: 'giveInformation', id, body }), answerSchema),
  handInOrder: ofOne((id, body) => ({ act: 'handInOrder', id, body }), document),
  writeToDesk: ofOne((id, body) => ({ act: 'writeToDesk', id, body }), agencyLetterSchema),
  delayNotice: ofOne((id, body) => ({ act: 'delayNotice', id, body }), delaySchema),
  tellPerson: ofOne((id, body) => ({ act: 'tellPerson', id, body }), tellingSchema),
  extendPreservation: ofOne((id, body) => ({ act: 'extendPreservation', id, body }), nothing),
  collect: ofOne((id, body) => ({ act: 'collect', id, body }), collectionSchema),
};
