import { toHex } from '#core/bytes.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import type { EncryptionKey } from '#core/registry/records.ts';
import { openExplanation } from './agency.ts';
import { ExchangeError } from './errors.ts';
import type { Session } from './exchange.ts';
import { type DecryptionKey, type RecipientView, showRecipient } from './recipient.ts';

/**
 * Whether an officer can decrypt what they ask for, before they ask: a collection counts, and the person is notified of it,
 * whether or not anybody can read what came.
 */

/**
 * Encrypts a message to a key, and decrypts it.
 *
 * @param own the public part, which answers are encrypted to, and its thumbprint
 */
export async function decryptsOwn(
  own: Pick<EncryptionKey, 'key' | 'thumbprint'>,
  key: DecryptionKey,
): Promise<boolean> {
  const message = toHex(crypto.getRandomValues(new Uint8Array(16)));
  try {
    return (await openExplanation(await encryptFor(own, message, 'text/plain'), key)) === message;
  } catch {
    return false;
  }
}

/** What the provider says of the key that answers go to; undefined of a provider who cannot say yet. */
export async function recipientAt(session: Session): Promise<RecipientView | undefined> {
  try {
    return await showRecipient(session);
  } catch (error) {
    const isOlder =
      error instanceof ExchangeError && error.code === 'answer-malformed' && error.part === 'route';
    if (isOlder) return undefined;
    throw error;
  }
}

/** Where answers go instead of to this key. `next`: since when they go to it, where it takes over later. */
export interface OtherRecipient {
  of: 'officer' | 'agency';
  thumbprint: string;
  activeFrom?: string;
}

/** @param thumbprint of the key that one holds. @returns undefined where answers go to it */
export function otherRecipient(
  { recipient, next }: RecipientView,
  thumbprint: string,
): OtherRecipient | undefined {
  if (recipient.thumbprint === thumbprint) return undefined;
  const other = { of: recipient.of, thumbprint: recipient.thumbprint };
  return next?.thumbprint === thumbprint ? { ...other, activeFrom: next.activeFrom } : other;
}
