import { WireError } from '#core/problem.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';

/** A call whose signature is verified and accepted, as the acts of this folder see it. */
export interface Call<Input = undefined> {
  /** The enrolled key that signed it, and the message as it arrived. */
  caller: { key: KeyRecord; message: Message };
  /** When it arrived: the one reading of the clock for this call, ISO 8601 UTC. */
  at: string;
  /** The id in its path; empty where the route has none. */
  id: string;
  input: Input;
}

/** @throws WireError key-role: a reviewer's key is no agency's */
export function agencyOf({ caller }: Pick<Call, 'caller'>): string {
  if (caller.key.agency === undefined) throw new WireError('key-role');
  return caller.key.agency;
}
