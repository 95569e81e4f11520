import type { z } from 'zod';
import { openExplanation } from '#client/agency.ts';
import type { DecryptionKey } from '#client/recipient.ts';
import { jsonDigest } from '#core/canonical.ts';
import { encryptFor, importEncryptionKey } from '#core/registry/encryption-key.ts';

/**
 * The officer's own copy of what they asked for, encrypted to the key that their disclosures are encrypted to: the provider
 * seals a request for its desk, and hands it out to nobody. So whom a request is about can be said where it was sent, and
 * whoever reads the copy without that key learns nothing.
 */

/**
 * @param publicKey of the officer, as a JWK
 * @returns a compact JWE (RFC 7516)
 * @throws SignatureError key-refused
 */
export async function ownCopyOf(asked: unknown, publicKey: unknown): Promise<string> {
  const { key, thumbprint } = await importEncryptionKey(publicKey);
  return encryptFor({ key: { ...key }, thumbprint }, JSON.stringify(asked), 'text/plain');
}

/**
 * What was asked.
 *
 * @param digest of the request, as the provider has it
 * @returns undefined where the copy is of anything else
 * @throws what the decrypting throws
 */
export async function openOwnCopy<S extends z.ZodType>(
  copy: string,
  { schema, key, digest }: { schema: S; key: DecryptionKey; digest: string },
): Promise<z.infer<S> | undefined> {
  const { data } = schema.safeParse(JSON.parse(await openExplanation(copy, key)));
  return data !== undefined && jsonDigest(data) === digest ? data : undefined;
}
