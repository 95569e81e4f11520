import { GenerateMacCommand } from '@aws-sdk/client-kms';
import { honeytokenMessage, lookupMessage, subjectPseudonym } from '#core/vault/subject.ts';
import { kms } from './clients.ts';
import { env } from './env.ts';

const { INDEX_KEY } = env('INDEX_KEY');

async function mac(message: Uint8Array): Promise<Uint8Array> {
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: INDEX_KEY, MacAlgorithm: 'HMAC_SHA_256', Message: message }),
  );
  if (Mac === undefined) throw new Error('KMS gave no MAC');
  return Mac;
}

/**
 * The key that accounts are made pseudonyms with: derived by KMS from the index key once per Lambda instance, so
 * that a steady stream of events costs no KMS call. Numbers, which can be enumerated, are never computed with
 * it: each of their look-ups is one call that KMS makes, limits and records.
 */
let pseudonymKey: Promise<Uint8Array> | undefined;

export async function pseudonymOf(account: string): Promise<string> {
  pseudonymKey ??= mac(new TextEncoder().encode('writ/pseudonym-key/v1')).catch((error: unknown) => {
    pseudonymKey = undefined;
    throw error;
  });
  return subjectPseudonym(await pseudonymKey, account);
}

/** The blind index of a phone number or username. */
export async function blindIndex(kind: 'phone' | 'username', value: string): Promise<string> {
  return Buffer.from(await mac(lookupMessage(kind, value))).toString('base64url');
}

/** The tag by which a policy names a decoy. It leads to nothing in the vault. */
export async function honeytokenTag(kind: 'account' | 'phone' | 'username', value: string): Promise<string> {
  return Buffer.from(await mac(honeytokenMessage(kind, value))).toString('base64url');
}
