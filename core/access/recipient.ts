import { WireError } from '#core/problem.ts';
import type { RecipientView } from '#core/registry/recipient-view.ts';
import type { EncryptionKey } from '#core/registry/records.ts';
import { callProof } from './calling.ts';
import type { CollectPorts } from './collect.ts';
import type { Recipient } from './prover.ts';
import { isRevokedInLog } from './registry-evidence.ts';

/** Which key answers are encrypted to, for those who ask before they collect, and for those who write to an officer. */

/** No key is active from then on: a change that asks for more than some months is refused. */
const everAfter = '9999-01-01T00:00:00.000Z';

/** An officer's call. */
interface Call {
  keyId: string;
  agency: string | undefined;
  at: string;
}

/**
 * What a collection of the caller's would be encrypted to, found as a collection finds it.
 *
 * @throws WireError key-role, key-cooling, record-unproven; try-again while the log is behind
 */
export function recipientShown(
  ports: Pick<CollectPorts, 'cases' | 'registry' | 'prover' | 'readLog' | 'watch'>,
): (call: Call) => Promise<RecipientView> {
  const proof = callProof(ports);
  return async (call) => {
    const { agency, at } = call;
    if (agency === undefined) throw new WireError('key-role');
    const log = await ports.readLog();
    if (log === undefined) throw new WireError('try-again');
    const officer = await proof.checkCaller(log, call);
    const recipient = await proof.recipientAt(log, { agency, officer }, at);
    if (recipient === undefined) throw new WireError('try-again');
    const last = await ports.prover.recipient(log, { agency, officer }, everAfter);
    return {
      officer: officer.holder,
      recipient: shown(recipient),
      ...(last === undefined || last.thumbprint === recipient.thumbprint ? {} : { next: shown(last) }),
    };
  };
}

const shown = ({ thumbprint, isOwn, activeFrom }: Recipient) =>
  ({ thumbprint, of: isOwn ? 'officer' : 'agency', activeFrom }) as const;

/**
 * What is written to the officer who asked is encrypted to: their key, or the agency's where they have none or were revoked.
 *
 * @returns undefined where nothing is proven
 */
export function askersRecipient({
  prover,
  readLog,
}: Pick<CollectPorts, 'prover' | 'readLog'>): (
  asked: { agency: string; askedBy: string },
  at: string,
) => Promise<EncryptionKey | undefined> {
  return async ({ agency, askedBy }, at) => {
    const log = await readLog();
    const asker = log && (await prover.key(log, askedBy));
    if (log === undefined || asker?.agency !== agency) return undefined;
    const officer = (await isRevokedInLog(log, asker)) ? undefined : asker;
    return prover.recipient(log, { agency, officer }, at);
  };
}
