import { randomBytes } from 'node:crypto';
import { openExplanation } from '#client/agency.ts';
import { ExchangeError } from '#client/errors.ts';
import { printable } from '#client/printable.ts';
import { type RecipientView, showRecipient } from '#client/recipient.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';
import type { Connection } from '../profile/connection.ts';

/**
 * Whether this profile can decrypt what it asks for, before it asks: a collection counts, and the person is notified of it,
 * whether or not anybody can read what came.
 */
type Own = Pick<Connection, 'profile' | 'encryptionKey' | 'name'>;

/**
 * Decrypts a message to the profile's own encryption key.
 *
 * @returns the private key
 * @throws CommandError key-missing, key-malformed, key-readable-by-others, passphrase-missing, passphrase-wrong
 */
export async function decryptsOwn({ profile, encryptionKey, name }: Own) {
  const key = await encryptionKey();
  const { encryption } = profile;
  const message = randomBytes(16).toString('hex');
  const opened =
    encryption === undefined
      ? undefined
      : await encryptFor({ key: encryption.publicKey, thumbprint: encryption.keyId }, message, 'text/plain')
          .then((jwe) => openExplanation(jwe, key))
          .catch(() => undefined);
  if (encryption === undefined || opened !== message)
    throw new CommandError(
      'key-malformed',
      `the encryption key of profile ${name} does not decrypt what is encrypted to it`,
      '`writ keys show` says where it is; bring the file back that was made with this profile',
    );
  return { key, keyId: encryption.keyId };
}

/** What the provider says of the key that answers go to; undefined of a provider who cannot say yet. */
export async function recipientAt(session: Connection['session']): Promise<RecipientView | undefined> {
  try {
    return await showRecipient(session);
  } catch (error) {
    const isOlder =
      error instanceof ExchangeError && error.code === 'answer-malformed' && error.part === 'route';
    if (isOlder) return undefined;
    throw error;
  }
}

/** What is wrong where answers go to another key than this one, and what to do; undefined where they go to it. */
export function recipientFault(
  { officer, recipient, next }: RecipientView,
  keyId: string,
): { message: string; next: string } | undefined {
  if (recipient.thumbprint === keyId) return undefined;
  const whose = recipient.of === 'officer' ? 'another key of yours' : 'the agency’s key';
  const message = `answers to you are encrypted to ${whose}, ${printable(recipient.thumbprint)}, and not to this profile’s`;
  if (next?.thumbprint === keyId)
    return {
      message: `${message}, which takes over on ${when(next.activeFrom)}`,
      next: 'wait until then, or use the profile that has the other key, with --profile',
    };
  return {
    message,
    next: `use the profile that has it, with --profile; or have this key enrolled as yours: send what \`writ keys show --enrolment\` prints, for \`writ admin encryption-key new AGENCY --officer ${printable(officer)} --enrolment FILE\``,
  };
}

/**
 * The whole self-test: the key decrypts, and answers go to it.
 *
 * @returns the private key, and which key the collecting call is to name: none, to a provider who knows no such name
 * @throws CommandError recipient-differs, and as `decryptsOwn`
 */
export async function checkedRecipient(connection: Connection) {
  const { key, keyId } = await decryptsOwn(connection);
  const view = await recipientAt(connection.session);
  const fault = view && recipientFault(view, keyId);
  if (fault !== undefined)
    throw new CommandError('recipient-differs', `${fault.message}; nothing was collected`, fault.next);
  return { encryptionKey: key, recipient: view === undefined ? (false as const) : keyId };
}
