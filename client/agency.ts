import { type CryptoKey, compactDecrypt, compactVerify, type JWK } from 'jose';
import { jsonDigest } from '#core/canonical.ts';
import { type AskedView, type CaseLine, type CaseView, caseView, type Status } from '#core/cases/case.ts';
import type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
import type { Delay, Request, Validation } from '#core/cases/request.ts';
import { announces, type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import type { AgencyView } from '#core/registry/terms.ts';
import { type Collection, collectRoutes, requestRoutes as routes } from '#core/wire/agency.ts';
import { ExchangeError, RefusedError } from './errors.ts';
import { answerTo, confirmed, perform, providerKey, type Session, sendCall } from './exchange.ts';
import { pause, retryAfterMs, withRetries } from './retry.ts';
import { callOf, type RouteCall } from './route-call.ts';
import { parseAnswer } from './transport.ts';

/** What an agency does: ask, follow, withdraw, collect. */

/** A key that is elsewhere, and decrypts there: a compact JWE (RFC 7516), `ECDH-ES` and `A256GCM`. */
export interface Decrypter {
  /** @throws if it is encrypted to another key */
  decrypt(jwe: string): Promise<Uint8Array>;
}

/** The private part of an agency's encryption key, as a JWK, as WebCrypto holds it, or where it is. */
export type DecryptionKey = JWK | CryptoKey | Decrypter;

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

/** Delays the notice to the person further, before the delay that stands has ended. */
export async function delayNotice(session: Session, id: string, delay: Delay): Promise<CaseView> {
  return perform(session, callOf(routes.delayNotice, { id, body: delay }));
}

/** Decrypts what a reviewer wrote about a case that was rejected or suspended. @param encryptionKey as for `collectOnce` */
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
 * Collects one page, once: it asks, decrypts with the agency's encryption key, and verifies the provider's signature and
 * the digest.
 *
 * The policy says how often a case may be collected, and each first page counts. So where no answer came, only a later
 * page is asked for again. The first page is asked for again only where it was certainly not opened.
 *
 * @param encryptionKey the private part of the enrolled encryption key
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
  await confirmed(session, collectionCall(id, page, asks));
  const answer = await askPage(session, id, page, asks);
  return answer.jwe === undefined ? undefined : openDisclosure(session, answer.jwe, encryptionKey);
}

/**
 * What the package is to say. The first form says only the digest of the request. The second (`form: 2`) also says on which
 * order it rests; with the request as it was sent, it names each subject as the request does.
 */
export type PackageForm = Pick<Collection, 'form' | 'request'>;

/** The call that collects a page: the first one, where none is named. */
export function collectionCall(id: string, page?: string, asks: PackageForm = {}): RouteCall<CaseView> {
  const { form, request } = asks;
  const body = {
    ...(page === undefined ? {} : { page }),
    ...(form === undefined ? {} : { form }),
    ...(request === undefined ? {} : { request }),
  };
  return callOf(collectRoutes.collect, { id, body });
}

/** @returns the JWE; or, while the log catches up, when to ask again */
async function askPage(
  session: Session,
  id: string,
  page: string | undefined,
  asks: PackageForm,
): Promise<{ jwe: string } | { jwe?: never; afterMs: number | undefined }> {
  const call = collectionCall(id, page, asks);
  const answer = await withRetries(session, page === undefined ? 'unless-arrived' : 'safe', () =>
    sendCall(session, call),
  );
  if (answer.status !== 202) return { jwe: new TextDecoder().decode(answer.body) };
  parseAnswer(caseView, answer);
  return { afterMs: retryAfterMs(answer.headers, Date.now()) };
}

export interface CollectOptions extends PackageForm {
  /** How long a page is asked for: 60 s by default. */
  patienceMs?: number;
  /** How long to wait before asking again: by default, what the provider says in `Retry-After`. */
  everyMs?: number;
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
  const { patienceMs = 60_000, everyMs, page } = options;
  const { now = Date.now } = session;
  await confirmed(session, collectionCall(id, page, options));
  for (const until = now() + patienceMs; ; ) {
    const answer = await askPage(session, id, page, options);
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
    const disclosure = packageSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
    if (disclosure.digest !== jsonDigest(disclosure.records) || !isAnnounced(disclosure, session.logKey))
      throw new ExchangeError('disclosure-not-verified');
    return { package: disclosure, jws };
  } catch (cause) {
    throw cause instanceof ExchangeError ? cause : new ExchangeError('disclosure-not-verified', { cause });
  }
}

/** Decrypts a compact JWE that is encrypted to this key. @throws if it is to another */
export async function decrypted(jwe: string, encryptionKey: DecryptionKey): Promise<Uint8Array> {
  if (isDecrypter(encryptionKey)) return encryptionKey.decrypt(jwe);
  const { plaintext } = await compactDecrypt(jwe, encryptionKey, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return plaintext;
}

function isDecrypter(key: DecryptionKey): key is Decrypter {
  return 'decrypt' in key && typeof key.decrypt === 'function';
}

/** Whether the log, as its key signed it, announced this collection. @throws LogError if the proof does not hold */
function isAnnounced(disclosure: DisclosurePackage, key: VerifierKey | undefined): boolean {
  return key === undefined || announces(verifyLogProof(disclosure.log, key).envelope, disclosure);
}
