import { type CryptoKey, compactDecrypt, compactVerify, type JWK } from 'jose';
import { jsonDigest } from '#core/canonical.ts';
import { type CaseView, caseView } from '#core/cases/case.ts';
import type { Answer } from '#core/cases/messages.ts';
import type { PreservationRequest, PreservationView } from '#core/cases/preservation.ts';
import type { Delay, Request, Validation } from '#core/cases/request.ts';
import { announces, type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { collectRoutes, requestRoutes as routes } from '#core/wire/agency.ts';
import { ExchangeError, RefusedError } from './errors.ts';
import { answerTo, confirmed, perform, providerKey, type Session, sendCall } from './exchange.ts';
import { pause, retryAfterMs, withRetries } from './retry.ts';
import { callOf, type RouteCall } from './route-call.ts';
import { parseAnswer } from './transport.ts';

/** What an agency does: ask, follow, withdraw, collect. */

/** The private part of an agency's encryption key, as a JWK or as WebCrypto holds it. */
export type DecryptionKey = JWK | CryptoKey;

/** Asks for data. The same request again under the same reference answers the same case. */
export async function submitRequest(session: Session, request: Request): Promise<CaseView> {
  return perform(session, callOf(routes.submitRequest, { body: request }), 'safe');
}

export async function followRequest(session: Session, id: string): Promise<CaseView> {
  return perform(session, callOf(routes.followRequest, { id }));
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

/** Delays the notice to the person further, before the delay that stands has ended. */
export async function delayNotice(session: Session, id: string, delay: Delay): Promise<CaseView> {
  return perform(session, callOf(routes.delayNotice, { id, body: delay }));
}

/** Decrypts what a reviewer wrote: `explanation` of a case that was rejected or suspended, `information.question`. @param encryptionKey as for `collectOnce` */
export async function openExplanation(explanation: string, encryptionKey: DecryptionKey): Promise<string> {
  return new TextDecoder().decode(await decrypted(explanation, encryptionKey));
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
 * @returns undefined while the provider's log catches up (202): ask again
 */
export async function collectOnce(
  session: Session,
  id: string,
  encryptionKey: DecryptionKey,
  page?: string,
): Promise<Disclosure | undefined> {
  await confirmed(session, collectionCall(id, page));
  const answer = await askPage(session, id, page);
  return answer.jwe === undefined ? undefined : openDisclosure(session, answer.jwe, encryptionKey);
}

/** The call that collects a page: the first one, where none is named. */
export function collectionCall(id: string, page?: string): RouteCall<CaseView> {
  return callOf(collectRoutes.collect, { id, body: page === undefined ? {} : { page } });
}

/** @returns the JWE; or, while the log catches up, when to ask again */
async function askPage(
  session: Session,
  id: string,
  page: string | undefined,
): Promise<{ jwe: string } | { jwe?: never; afterMs: number | undefined }> {
  const call = collectionCall(id, page);
  const answer = await withRetries(session, page === undefined ? 'unless-arrived' : 'safe', () =>
    sendCall(session, call),
  );
  if (answer.status !== 202) return { jwe: new TextDecoder().decode(answer.body) };
  parseAnswer(caseView, answer);
  return { afterMs: retryAfterMs(answer.headers, Date.now()) };
}

export interface CollectOptions {
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
  await confirmed(session, collectionCall(id, page));
  for (const until = now() + patienceMs; ; ) {
    const answer = await askPage(session, id, page);
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

async function decrypted(jwe: string, encryptionKey: DecryptionKey): Promise<Uint8Array> {
  const { plaintext } = await compactDecrypt(jwe, encryptionKey, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return plaintext;
}

/** Whether the log, as its key signed it, announced this collection. @throws LogError if the proof does not hold */
function isAnnounced(disclosure: DisclosurePackage, key: VerifierKey | undefined): boolean {
  return key === undefined || announces(verifyLogProof(disclosure.log, key).envelope, disclosure);
}
