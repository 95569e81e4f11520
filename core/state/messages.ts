import { z } from 'zod';
import { asciiUpTo, bytesUpTo, storedInstant, storedName } from '#core/bounds.ts';
import type { Case } from '#core/cases/case.ts';
import { mostExplanation, mostMessageBytes, mostSealBytes } from '#core/cases/kept.ts';
import { type MessageSort, messageSorts, messagesOf } from '#core/cases/messages.ts';
import { absent } from '#core/store/store.ts';
import type { Prepared, StatePorts } from './commit.ts';

/**
 * What people wrote about a case (core/cases/messages.ts), an item each, beside the case: all of it does not fit into the
 * 400 KB of one. A message is written once, in the transaction that counts it in the case, and is never changed; so one
 * that somebody takes away is missed.
 */
const messageKey = (sort: MessageSort, caseId: string, n: number) => ({ pk: `${sort}#${caseId}#${n}` });

const message = z.strictObject({
  /** Whose it is: a reviewer, or an officer. */
  author: storedName,
  at: storedInstant,
  /** The signed message as it arrived, sealed for the desk. */
  sealed: bytesUpTo(mostMessageBytes + mostSealBytes),
  /** Of a question: what it says to the agency, as a compact JWE to its key. */
  forAgency: asciiUpTo(mostExplanation).optional(),
});
export type Message = z.infer<typeof message>;

/** An item as it is stored. */
export const messageItem = message.extend({ pk: asciiUpTo(80) });

/** The items that a case has, for whoever forgets it. */
export function messageKeysOf(current: Pick<Case, 'id' | 'messages'>): { pk: string }[] {
  return messageSorts.flatMap((sort) =>
    Array.from({ length: messagesOf(current, sort) }, (_, i) => messageKey(sort, current.id, i + 1)),
  );
}

export function messageState({ store }: Pick<StatePorts, 'store'>) {
  /** @returns undefined where it is gone: with its case, or somebody took it away */
  async function get(sort: MessageSort, caseId: string, n: number): Promise<Message | undefined> {
    const item = await store.get('cases', messageKey(sort, caseId, n));
    if (item === undefined) return undefined;
    const { pk: _, ...found } = messageItem.parse(item);
    return found;
  }

  return {
    get,

    /** Prepares a message, to be committed with the act that counts it. @param next the case as that act leaves it */
    prepare(sort: MessageSort, next: Pick<Case, 'id' | 'messages'>, value: Message): Prepared {
      const item = messageItem.parse({ ...messageKey(sort, next.id, messagesOf(next, sort)), ...value });
      return { writes: [{ table: 'cases', put: item, when: absent('pk') }], entries: [] };
    },

    /** All of a sort, in their order; undefined in the place of one that is gone. */
    all(sort: MessageSort, current: Pick<Case, 'id' | 'messages'>): Promise<(Message | undefined)[]> {
      const numbers = Array.from({ length: messagesOf(current, sort) }, (_, i) => i + 1);
      return Promise.all(numbers.map((n) => get(sort, current.id, n)));
    },
  };
}
export type MessageState = ReturnType<typeof messageState>;
