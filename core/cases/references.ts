import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { concat, toBase64url, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Chance, KmsRefusal, type Macs } from '#core/ports.ts';
import type { SealedReference } from './case.ts';

/**
 * An agency's own reference, as the tables keep it. People write names and numbers into it, so no table shows it (I1):
 * a case is found by the reference's MAC, and the text is sealed for the functions that answer with it. What the agency calls
 * the order that several requests belong to is kept in the same way.
 */

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** @param macs under the reference key, which stays in KMS */
export function references(macs: Macs, chance: Pick<Chance, 'bytes'>) {
  /** KMS derives it once per instance, so that a list of cases costs no KMS call a line. */
  let secret: Promise<Uint8Array> | undefined;

  async function keyFor(use: 'find' | 'seal'): Promise<Uint8Array> {
    secret ??= macs.mac(utf8('writ/reference-secret/v1')).catch((error: unknown) => {
      secret = undefined;
      throw error;
    });
    return hmac(await secret, `writ/reference-${use}/v1`);
  }

  /** The same for the same reference of the same agency, so that one reference is one request. */
  async function tagOf(agency: string, text: string): Promise<string> {
    return toBase64url(hmac(await keyFor('find'), canonicalJson([agency, text])));
  }

  /** @param bound what is sealed for one case, and as a reference, opens as no other's and as nothing else */
  async function sealed(text: string, bound: Uint8Array): Promise<Uint8Array> {
    const nonce = chance.bytes(nonceBytes);
    const cipher = createCipheriv(algorithm, await keyFor('seal'), nonce);
    cipher.setAAD(bound);
    const ciphertext = concat(cipher.update(text, 'utf8'), cipher.final());
    return concat(nonce, cipher.getAuthTag(), ciphertext);
  }

  async function opened(bytes: Uint8Array, bound: Uint8Array): Promise<string> {
    const start = nonceBytes + tagBytes;
    if (bytes.length < start) throw new KmsRefusal('not-sealed');
    const decipher = createDecipheriv(algorithm, await keyFor('seal'), bytes.subarray(0, nonceBytes));
    decipher.setAAD(bound);
    decipher.setAuthTag(bytes.subarray(nonceBytes, start));
    try {
      return new TextDecoder().decode(concat(decipher.update(bytes.subarray(start)), decipher.final()));
    } catch (cause) {
      throw new KmsRefusal('not-sealed', { cause });
    }
  }

  return {
    tagOf,

    /** @param id of the case or preservation */
    async seal(agency: string, text: string, id: string): Promise<SealedReference> {
      return { tag: await tagOf(agency, text), sealed: await sealed(text, boundTo(agency, id)) };
    },

    /** @throws KmsRefusal not-sealed: the reference was changed, or is another case's */
    async open(of: { id: string; agency: string; reference: SealedReference }): Promise<string> {
      return opened(of.reference.sealed, boundTo(of.agency, of.id));
    },

    /** The order that a request belongs to: the same tag for the same order of the same agency. @param id of the case */
    async sealOrder(agency: string, text: string, id: string): Promise<SealedReference> {
      const tag = toBase64url(hmac(await keyFor('find'), canonicalJson(['order', agency, text])));
      return { tag, sealed: await sealed(text, orderBoundTo(agency, id)) };
    },

    /** @returns undefined where the request names none. @throws KmsRefusal not-sealed */
    async openOrder(of: {
      id: string;
      agency: string;
      order?: SealedReference | undefined;
    }): Promise<string | undefined> {
      return of.order === undefined ? undefined : opened(of.order.sealed, orderBoundTo(of.agency, of.id));
    },
  };
}
export type References = ReturnType<typeof references>;

const boundTo = (agency: string, id: string) => utf8(canonicalJson([agency, id]));
const orderBoundTo = (agency: string, id: string) => utf8(canonicalJson(['order', agency, id]));

function hmac(key: Uint8Array, message: string): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}
