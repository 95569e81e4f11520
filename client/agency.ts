import { compactVerify } from 'jose';
import { jsonDigest } from '#core/canonical.ts';
import { type AskedView, type CaseLine, type CaseView, caseView, type Status } from '#core/cases/case.ts';
import type { OrderDocument } from '#core/cases/document.ts';
import type { AgencyLetter } from '#core/cases/letters.ts';
import type { Answer } from '#core/cases/messages.ts';
import type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
import type { Delay, Request, Telling, Validation } from '#core/cases/request.ts';
import { announces, type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { parseJson } from '#core/json.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import type { AgencyView } from '#core/registry/terms.ts';
import { type Collection, collectRoutes, requestRoutes as routes } from '#core/wire/agency.ts';
import { ExchangeError, RefusedError } from './errors.ts';
import { answerTo, confirmed, perform, providerKey, type Session, sendCall } from './exchange.ts';
import { type DecryptionKey, decrypted, thumbprintOf } from './recipient.ts';
import { pause, retryAfterMs, withRetries } from './retry.ts';
import { callOf, type RouteCall } from './route-call.ts';
import { parseAnswer } from './transport.ts';

/** What an agency does: ask, follow, withdraw, collect. */

export type { Decrypter, DecryptionKey } from './recipient.ts';

/** Asks for data. The same request again under the same reference answers the same case. */
export async function submitRequest(session: Session, request: Request): Promise<CaseView> {
  return perform(session, callOf(routes.submitRequest, { body: request }), 'safe');
}

export async function followRequest(session: Session, id: string): Promise<CaseView> {
  return perform(session, callOf(routes.followRequest, { id }));
}

/** The officer's own agency, and its terms: what it may ask for, within the policy. */
export async function showAgency(session: Session): Promise<AgencyView> {
  return perform(session, callOf(routes.showAgency, {}));
}

/** How much a case of the agency asks for, and by what kind of order. Whom it names, only who sent it knows. */
export async function showAsked(session: Session, id: string): Promise<AskedView> {
  return perform(session, callOf(routes.showAsked, { id }));
}

/** A page of the agency's cases; `next` names the following one, where there may be one. */
export interface RequestPage {
  requests: CaseLine[];
  next?: string | undefined;
}

/**
 * Every case of the agency, whichever of its officers asked, the newest first: a page at a time, the next one when the caller
 * gets to it. The provider's list follows a change after a moment.
 */
export async function* eachRequest(session: Session, status?: Status): AsyncGenerator<CaseLine> {
  let page: string | undefined;
  do {
    const { requests, next } = await listRequestPage(session, { status, page });
    yield* requests;
    page = next;
  } while (page !== undefined);
}

/** One page: the first, or the one that an earlier page named as its `next`. */
export async function listRequestPage(
  session: Session,
  query: { status?: Status | undefined; page?: string | undefined } = {},
): Promise<RequestPage> {
  return perform(session, callOf(routes.listRequests, { query }));
}

/** Withdraws a request. Access to its data ends at once and for good. */
export async function withdrawRequest(session: Session, id: string): Promise<CaseView> {
  const call = callOf(routes.withdrawRequest, { id, body: {} });
  await confirmed(session, call);
  return withRetries(session, 'safe', async (count) => {
    try {
      return await answerTo(session, call);
    } catch (error) {
      // The attempt before may have withdrawn it, and its answer was lost.
      const isClosed = error instanceof RefusedError && error.code === 'case-closed';
      const view = isClosed && count > 1 ? await followRequest(session, id) : undefined;
      if (view?.status !== 'Cancelled') throw error;
      return view;
    }
  });
}

/** Fulfils what an emergency owes: the order as it was validated, by its digest. */
export async function validateRequest(
  session: Session,
  id: string,
  validation: Validation,
): Promise<CaseView> {
  return perform(session, callOf(routes.validateRequest, { id, body: validation }));
}

/** Gives the information that the desk asked for, while `links.information` is there. */
export async function giveInformation(session: Session, id: string, answer: Answer): Promise<CaseView> {
  return perform(session, callOf(routes.giveInformation, { id, body: answer }));
}

/**
/**
 * Hands in the order itself, while `links.order` is there: the document whose SHA-256 the request names. The same again is
 * the same.
 */
export async function handInOrder(session: Session, id: string, document: OrderDocument): Promise<CaseView> {
  return perform(session, callOf(routes.handInOrder, { id, body: document }), 'safe');
}

/**
 * Writes to the desk outside a question. @param letter `copy`: the same, encrypted to the agency's own key, which
 * the case then shows to its officers; without it they see that a letter was written, and not what it says
 */
export async function writeToDesk(session: Session, id: string, letter: AgencyLetter): Promise<CaseView> {
  return perform(session, callOf(routes.writeToDesk, { id, body: letter }));
}

/** Delays the notice to the person further, before the delay that stands has ended. */
export async function delayNotice(session: Session, id: string, delay: Delay): Promise<CaseView> {
  return perform(session, callOf(routes.delayNotice, { id, body: delay }));
}

/** Says that the authority told the person, while `links.told` is there. */
export async function tellPerson(session: Session, id: string, telling: Telling): Promise<CaseView> {
  return perform(session, callOf(routes.tellPerson, { id, body: telling }));
}

/** Decrypts what a reviewer wrote: `explanation` of a case that was rejected, suspended or narrowed, `information.question`, `letters`. @param encryptionKey as for `collectOnce` */
export async function openExplanation(explanation: string, encryptionKey: DecryptionKey): Promise<string> {
  return new TextDecoder().decode(await decrypted(explanation, encryptionKey));
}

/** A page of the agency's preservations. */
export interface PreservationPage {
  preservations: PreservationView[];
  next?: string | undefined;
}

/** Every preservation of the agency, as `eachRequest` has its cases. */
export async function* eachPreservation(
  session: Session,
  status?: PreservationView['status'],
): AsyncGenerator<PreservationView> {
  let page: string | undefined;
  do {
    const { preservations, next } = await listPreservationPage(session, { status, page });
    yield* preservations;
    page = next;
  } while (page !== undefined);
}

/** One page, as `listRequestPage`. */
export async function listPreservationPage(
  session: Session,
  query: { status?: PreservationView['status'] | undefined; page?: string | undefined } = {},
): Promise<PreservationPage> {
  return perform(session, callOf(routes.listPreservations, { query }));
}

export async function followPreservation(session: Session, id: string): Promise<PreservationView> {
  return perform(session, callOf(routes.followPreservation, { id }));
}

/** Extends a preservation, once. */
export async function extendPreservation(session: Session, id: string): Promise<PreservationView> {
  return perform(session, callOf(routes.extendPreservation, { id, body: {} }));
}

/**
 * Asks the provider to preserve data. It discloses nothing, not even whether there is any. The same again under the
 * same reference answers the same preservation.
 */
export async function preserveData(
  session: Session,
  request: PreservationRequest,
): Promise<PreservationView> {
  return perform(session, callOf(routes.preserveData, { body: request }), 'safe');
}

/** A disclosure, decrypted and verified, with the signed text to show a court. */
export interface Disclosure {
  package: DisclosurePackage;
  /** The compact JWS: the package under the provider's signature. */
  jws: string;
}

/**
 * Collects one page, once: it asks, decrypts with the officer's encryption key, and verifies the provider's signature and
 * the digest.
 *
 * The policy says how often a case may be collected, and each first page counts. So the call names the key: a provider that
 * would encrypt the answer to another refuses, and nothing is counted (`recipient-differs`). Where no answer came, only a
 * later page is asked for again. The first page is asked for again only where it was certainly not opened.
 *
 * @param encryptionKey the private part of the enrolled encryption key. Of a key that WebCrypto does not give away, the pair:
 *   from the private part alone nobody can tell which key it is, and the call names none
 * @param page what the page before said, to go on with that collection
 * @param asks what the package is to say; each page of a collection asks for the same
 * @returns undefined while the provider's log catches up (202): ask again
 */
export async function collectOnce(
  session: Session,
  id: string,
  encryptionKey: DecryptionKey,
  page?: string,
  asks: PackageForm = {},
): Promise<Disclosure | undefined> {
  const asked = { ...asks, page, recipient: await thumbprintOf(encryptionKey) };
  await confirmed(session, collectionCall(id, asked));
  const answer = await pageAsker(session, id, asked)();
  return answer.jwe === undefined ? undefined : openDisclosure(session, answer.jwe, encryptionKey);
}

/**
 * What the package is to say. The first form says only the digest of the request. The second (`form: 2`) also says on which
 * order it rests; with the request as it was sent, it names each subject as the request does. The third also says what the
 * answer covers. The fourth has `tlogProof`, the log's proof as a text for tools of any make (C2SP tlog-proof).
 */
export type PackageForm = Pick<Collection, 'form' | 'request'>;

/** What a collecting call names: the page, where it is not the first; the key that decrypts; and what the package is to say. */
export interface Collecting extends PackageForm {
  page?: string | undefined;
  recipient?: string | undefined;
}

/** The call that collects a page. */
export function collectionCall(
  id: string,
  { page, recipient, form, request }: Collecting = {},
): RouteCall<CaseView> {
  const body = {
    ...(page === undefined ? {} : { page }),
    ...(recipient === undefined ? {} : { recipient }),
    ...(form === undefined ? {} : { form }),
    ...(request === undefined ? {} : { request }),
  };
  return callOf(collectRoutes.collect, { id, body });
}

type PageAnswer = { jwe: string } | { jwe?: never; afterMs: number | undefined };

/**
 * Asks for a page, as often as it is called: each answers the JWE or, while the log catches up, when to ask again.
 *
 * A provider before 0.2 knows one key of an agency, and has no name for it in this call: it is asked again without.
 */
function pageAsker(session: Session, id: string, asked: Collecting): () => Promise<PageAnswer> {
  let named = asked;
  const repeat = asked.page === undefined ? 'unless-arrived' : 'safe';
  return async function ask(): Promise<PageAnswer> {
    const call = collectionCall(id, named);
    try {
      const answer = await withRetries(session, repeat, () => sendCall(session, call));
      if (answer.status !== 202) return { jwe: new TextDecoder().decode(answer.body) };
      parseAnswer(caseView, answer);
      return { afterMs: retryAfterMs(answer.headers, Date.now()) };
    } catch (error) {
      if (named.recipient === undefined || !isOlder(error)) throw error;
      named = { ...named, recipient: undefined };
      await confirmed(session, collectionCall(id, named));
      return ask();
    }
  };
}

const isOlder = (error: unknown) =>
  error instanceof RefusedError && error.code === 'field-unknown' && error.verified;

export interface CollectOptions extends PackageForm {
  /** How long a page is asked for: 60 s by default. */
  patienceMs?: number;
  /** How long to wait before asking again: by default, what the provider says in `Retry-After`. */
  everyMs?: number;
  /** The thumbprint of the key that the call names: by default that of `encryptionKey`. `false`: it names none. */
  recipient?: string | false | undefined;
}

/**
 * Collects one page, by default the first. It asks again for as long as the provider answers 202. Where more pages
 * follow, the package has a `page`; `collectAll` collects them all.
 *
 * @throws ExchangeError unreachable (timeout) after `patienceMs`
 */
export async function collect(
  session: Session,
  id: string,
  encryptionKey: DecryptionKey,
  options: CollectOptions & { page?: string | undefined } = {},
): Promise<Disclosure> {
  const { patienceMs = 60_000, everyMs, page, recipient = await thumbprintOf(encryptionKey) } = options;
  const { now = Date.now } = session;
  const { form, request } = options;
  const asked = { page, form, request, recipient: recipient === false ? undefined : recipient };
  await confirmed(session, collectionCall(id, asked));
  const ask = pageAsker(session, id, asked);
  for (const until = now() + patienceMs; ; ) {
    const answer = await ask();
    if (answer.jwe !== undefined) return openDisclosure(session, answer.jwe, encryptionKey);
    const wait = everyMs ?? answer.afterMs ?? 500;
    if (now() + wait >= until) throw new ExchangeError('unreachable', { reason: 'timeout' });
    await pause(session, wait);
  }
}

/**
 * Collects every page of one collection, one at a time, each with its own signature, digest and place in the log. It
 * holds one page, and asks for the next when the caller does.
 *
 * @param options.page where to go on with a collection that stopped early: the `page` of the last disclosure that you keep
 */
export async function* collectAll(
  session: Session,
  id: string,
  encryptionKey: DecryptionKey,
  options: CollectOptions & { page?: string | undefined } = {},
): AsyncGenerator<Disclosure> {
  let { page } = options;
  do {
    const disclosure = await collect(session, id, encryptionKey, { ...options, page });
    yield disclosure;
    page = disclosure.package.page;
  } while (page !== undefined);
}

/** Decrypts and verifies a collection's answer: JWE (RFC 7516) around JWS (RFC 7515) around the package. */
export async function openDisclosure(
  session: Session,
  jwe: string,
  encryptionKey: DecryptionKey,
): Promise<Disclosure> {
  try {
    const jws = new TextDecoder().decode(await decrypted(jwe, encryptionKey));
    const { payload } = await compactVerify(
      jws,
      async ({ kid }) => {
        const key = await providerKey(session, kid ?? '');
        if (key === undefined) throw new ExchangeError('disclosure-not-verified');
        return key.jwk;
      },
      { algorithms: ['ES256', 'EdDSA', 'Ed25519'] },
    );
    const disclosure = packageSchema.parse(parseJson(payload));
    if (disclosure.digest !== jsonDigest(disclosure.records) || !isAnnounced(disclosure, session.logKey))
      throw new ExchangeError('disclosure-not-verified');
    return { package: disclosure, jws };
  } catch (cause) {
    throw cause instanceof ExchangeError ? cause : new ExchangeError('disclosure-not-verified', { cause });
  }
}

/** Whether the log, as its key signed it, announced this collection. @throws LogError if the proof does not hold */
function isAnnounced(disclosure: DisclosurePackage, key: VerifierKey | undefined): boolean {
  return key === undefined || announces(verifyLogProof(disclosure.log, key).envelope, disclosure);
}
