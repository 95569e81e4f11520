import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { concat, toBase64url, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Chance, KmsRefusal, type Macs } from '#core/ports.ts';
import type { SealedReference } from './case.ts';

/**
 * An agency's own reference, as the tables keep it. People write names and numbers into it, so no table shows it (I1):
 * a case is found by the reference's MAC, and the text is sealed for the functions that answer with it.
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

  return {
    tagOf,

    /** @param id of the case or preservation: what is sealed for one opens as no other's */
    async seal(agency: string, text: string, id: string): Promise<SealedReference> {
      const nonce = chance.bytes(nonceBytes);
      const cipher = createCipheriv(algorithm, await keyFor('seal'), nonce);
      cipher.setAAD(boundTo(agency, id));
      const ciphertext = concat(cipher.update(text, 'utf8'), cipher.final());
      return { tag: await tagOf(agency, text), sealed: concat(nonce, cipher.getAuthTag(), ciphertext) };
    },

    /** @throws KmsRefusal not-sealed: the reference was changed, or is another case's */
    async open(of: { id: string; agency: string; reference: SealedReference }): Promise<string> {
      const { sealed } = of.reference;
      const start = nonceBytes + tagBytes;
      if (sealed.length < start) throw new KmsRefusal('not-sealed');
      const decipher = createDecipheriv(algorithm, await keyFor('seal'), sealed.subarray(0, nonceBytes));
      decipher.setAAD(boundTo(of.agency, of.id));
      decipher.setAuthTag(sealed.subarray(nonceBytes, start));
      try {
        return new TextDecoder().decode(concat(decipher.update(sealed.subarray(start)), decipher.final()));
      } catch (cause) {
        throw new KmsRefusal('not-sealed', { cause });
      }
    },
  };
}
export type References = ReturnType<typeof references>;

const boundTo = (agency: string, id: string) => utf8(canonicalJson([agency, id]));

function hmac(key: Uint8Array, message: string): Uint8Array {
  return createHmac('sha256', key).update(message).digest();
}
