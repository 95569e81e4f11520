import { printable } from '#client/printable.ts';
import type { RecipientView } from '#client/recipient.ts';
import { decryptsOwn, otherRecipient, recipientAt } from '#client/self-test.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';
import type { Connection } from '../profile/connection.ts';

/** Whether a profile can decrypt what it asks for, before it asks (client/self-test.ts). */
type Own = Pick<Connection, 'profile' | 'encryptionKey' | 'name'>;

/**
 * Decrypts a message to the profile's own encryption key.
 *
 * @returns the private key
 * @throws CommandError key-missing, key-malformed, key-readable-by-others, passphrase-missing, passphrase-wrong
 */
export async function ownKey({ profile, encryptionKey, name }: Own) {
  const key = await encryptionKey();
  const { encryption } = profile;
  const own = encryption && { key: encryption.publicKey, thumbprint: encryption.keyId };
  if (own === undefined || !(await decryptsOwn(own, key)))
    throw new CommandError(
      'key-malformed',
      `the encryption key of profile ${name} does not decrypt what is encrypted to it`,
      '`writ keys show` says where it is; bring the file back that was made with this profile',
    );
  return { key, keyId: own.thumbprint };
}

/** What is wrong where answers go to another key than this one, and what to do; undefined where they go to it. */
export function recipientFault(
  view: RecipientView,
  keyId: string,
): { message: string; next: string } | undefined {
  const other = otherRecipient(view, keyId);
  if (other === undefined) return undefined;
  const whose = other.of === 'officer' ? 'another key of yours' : 'the agency’s key';
  const message = `answers to you are encrypted to ${whose}, ${printable(other.thumbprint)}, and not to this profile’s`;
  if (other.activeFrom !== undefined)
    return {
      message: `${message}, which takes over on ${when(other.activeFrom)}`,
      next: 'wait until then, or use the profile that has the other key, with --profile',
    };
  return {
    message,
    next: `use the profile that has it, with --profile; or have this key enrolled as yours: send what \`writ keys show --enrolment\` prints, for \`writ admin encryption-key new AGENCY --officer ${printable(view.officer)} --enrolment FILE\``,
  };
}

/**
 * The whole self-test: the key decrypts, and answers go to it.
 *
 * @returns the private key, and which key the collecting call is to name: none, to a provider who knows no such name
 * @throws CommandError recipient-differs, and as `ownKey`
 */
export async function checkedRecipient(connection: Connection) {
  const { key, keyId } = await ownKey(connection);
  const view = await recipientAt(connection.session);
  const fault = view && recipientFault(view, keyId);
  if (fault !== undefined)
    throw new CommandError('recipient-differs', `${fault.message}; nothing was collected`, fault.next);
  return { encryptionKey: key, recipient: view === undefined ? (false as const) : keyId };
}
