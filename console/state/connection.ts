import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Session } from '#client/exchange.ts';

/** How the last call went: what the desk shows above everything, and whether it lets anybody sign. */
export type Connection =
  | { is: 'well' }
  /** Nobody answers. What is on the screen is as old as its last answer, and nothing can be signed. */
  | { is: 'offline' }
  /** The key may do nothing yet. */
  | { is: 'cooling' }
  /** The key may do nothing, now or any more: it is not enrolled, or revoked. */
  | { is: 'key-refused' }
  /** Another provider revoked the key: it may do nothing until reviewers of this one have decided. */
  | { is: 'suspended' }
  /** This clock and the provider's are too far apart for a signature to be taken. */
  | { is: 'clock-wrong' }
  /** An answer is not the provider's, or not to this call: nothing of it is shown. */
  | { is: 'not-believed' };

/** What a failed call says of the whole desk; undefined where it says something of that call alone. */
export function connectionAfter(error: unknown): Connection | undefined {
  if (error instanceof RefusedError) {
    switch (error.code) {
      case 'key-cooling':
        return { is: 'cooling' };
      case 'key-suspended':
        return { is: 'suspended' };
      case 'signature-invalid':
      case 'signature-key-unknown':
      case 'key-role':
        return { is: 'key-refused' };
      case 'signature-expired':
      case 'signature-not-yet-valid':
        return { is: 'clock-wrong' };
      default:
        return undefined;
    }
  }
  if (!(error instanceof ExchangeError)) return undefined;
  switch (error.code) {
    case 'unreachable':
      return { is: 'offline' };
    case 'answer-unsigned':
    case 'answer-not-verified':
      return { is: 'not-believed' };
    default:
      return undefined;
  }
}

/** Makes calls with the desk's session, and keeps what their end says of the whole desk. @throws what the call throws */
export async function ask<T>(
  { session, connection }: { session: Session; connection: { value: Connection; peek: () => Connection } },
  call: (session: Session) => Promise<T>,
): Promise<T> {
  try {
    const answer = await call(session);
    // One good answer beside one that was not the provider's says nothing of that: it stands until the page is opened anew.
    if (connection.peek().is !== 'not-believed') connection.value = { is: 'well' };
    return answer;
  } catch (error) {
    const after = connectionAfter(error);
    if (after !== undefined) connection.value = after;
    throw error;
  }
}
