import { type CryptoKey, calculateJwkThumbprint, compactDecrypt, type JWK } from 'jose';
import type { RecipientView } from '#core/registry/recipient-view.ts';
import { collectRoutes } from '#core/wire/agency.ts';
import { perform, type Session } from './exchange.ts';
import { callOf } from './route-call.ts';
import type { KeyPair } from './webcrypto.ts';

/** The key that an officer's answers are encrypted to, and decrypting with it. */

export type { RecipientView } from '#core/registry/recipient-view.ts';

/** A key that is elsewhere, and decrypts there: a compact JWE (RFC 7516), `ECDH-ES` and `A256GCM`. */
export interface Decrypter {
  /** The key's RFC 7638 thumbprint, where it is known. */
  thumbprint?: string;
  /** @throws if it is encrypted to another key */
  decrypt(jwe: string): Promise<Uint8Array>;
}

/** The private part of an encryption key, as a JWK, as WebCrypto holds it, by itself or with its public part, or where it is. */
export type DecryptionKey = JWK | CryptoKey | KeyPair | Decrypter;

/**
 * Asks the provider which key the caller's answers are encrypted to: their own, or the agency's where they have none.
 *
 * @throws ExchangeError answer-malformed, with `part` `route`, where the provider is older than this route
 */
export async function showRecipient(session: Session): Promise<RecipientView> {
  return perform(session, callOf(collectRoutes.showRecipient, {}));
}

/**
 * The RFC 7638 thumbprint of an encryption key.
 *
 * @returns undefined of a private key that WebCrypto holds alone and does not give away: give the pair instead
 */
export async function thumbprintOf(key: DecryptionKey): Promise<string | undefined> {
  if (isDecrypter(key)) return key.thumbprint;
  if (isPair(key)) return thumbprintOf(key.publicKey);
  if (!isHeld(key)) return calculateJwkThumbprint(publicPartOf(key));
  if (!key.extractable) return undefined;
  return calculateJwkThumbprint(publicPartOf(await crypto.subtle.exportKey('jwk', key)));
}

function isDecrypter(key: DecryptionKey): key is Decrypter {
  return 'decrypt' in key && typeof key.decrypt === 'function';
}

const isPair = (key: DecryptionKey): key is KeyPair => 'privateKey' in key;
const isHeld = (key: JWK | CryptoKey): key is CryptoKey => 'extractable' in key;

/** The members that a thumbprint is made of (RFC 7638 section 3.2). */
function publicPartOf({ kty, crv, x, y }: { kty?: string; crv?: string; x?: string; y?: string }): JWK {
  return { ...(kty && { kty }), ...(crv && { crv }), ...(x && { x }), ...(y && { y }) };
}

/** Decrypts a compact JWE (RFC 7516): `ECDH-ES` and `A256GCM`. */
export async function decrypted(jwe: string, key: DecryptionKey): Promise<Uint8Array> {
  if (isDecrypter(key)) return key.decrypt(jwe);
  const { plaintext } = await compactDecrypt(jwe, isPair(key) ? key.privateKey : key, {
    keyManagementAlgorithms: ['ECDH-ES'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return plaintext;
}
