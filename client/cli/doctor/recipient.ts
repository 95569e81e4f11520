import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { recipientAt } from '#client/self-test.ts';
import { ownKey, recipientFault } from '../collect/self-test.ts';
import { errorText } from '../error-text.ts';
import { CommandError } from '../errors.ts';
import type { Connection } from '../profile/connection.ts';

/** Whether this profile decrypts what it collects: its key opens, and it is the one that answers go to. */
const name = 'recipient';

/** @param isKeyAccepted whether the provider takes this profile's calls: otherwise it cannot be asked */
export async function recipientCheck(connection: Connection, isKeyAccepted: boolean): Promise<Check> {
  try {
    const { keyId } = await ownKey(connection);
    const decrypts = `${keyId} decrypts`;
    if (!isKeyAccepted)
      return unknown(name, `${decrypts}; whether answers go to it could not be asked`, 'mend the key first');
    const view = await recipientAt(connection.session);
    if (view === undefined)
      return unknown(name, `${decrypts}; this provider’s version does not say whether answers go to it`);
    const fault = recipientFault(view, keyId);
    if (fault !== undefined) return wrong(name, fault.message, fault.next);
    const whose = view.recipient.of === 'officer' ? 'your own' : 'the agency’s, as you have none of your own';
    return ok(name, `${decrypts}, and is the one that answers go to: ${whose}`);
  } catch (error) {
    const text = errorText(error);
    if (text === undefined) throw error;
    const isUnasked = error instanceof CommandError && error.code === 'passphrase-missing';
    const next = text.next ?? '`writ keys show` says which keys this profile has, and where';
    return (isUnasked ? unknown : wrong)(name, text.message, next);
  }
}
