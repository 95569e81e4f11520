import { Readable } from 'node:stream';
import { z } from 'zod';

/** What can happen to a sequencer between any two of its calls. */

/** What becomes of an instance's n-th AWS call, from 1. */
export type Interference = <R>(n: number, send: () => Promise<R>, name: string, input: object) => Promise<R>;

/** What ends a sequencer where a test wants it to end. */
export class Crash extends Error {
  override name = 'Crash';
}

/** Ends an instance before its k-th call: it and all after it are never sent. */
export function crashBefore(k: number): Interference {
  let over = false;
  return async (n, send) => {
    over ||= n >= k;
    if (over) throw new Crash();
    return send();
  };
}

/** Ends an instance when its k-th call has done its work, before it hears of that. */
export function crashAfter(k: number): Interference {
  let over = false;
  return async (n, send) => {
    if (over) throw new Crash();
    const answer = await send();
    over ||= n === k;
    if (!over) return answer;
    unheard(answer);
    throw new Crash();
  };
}

/** Ends an instance when it has moved the head, before it writes what that says. */
export function crashAfterTheHead(): Interference {
  let signed = false;
  let over = false;
  return async (_n, send, name) => {
    if (over) throw new Crash();
    const answer = await send();
    signed ||= name === 'SignCommand';
    over ||= signed && name === 'UpdateItemCommand';
    if (over) throw new Crash();
    return answer;
  };
}

/** The k-th call is sent again although it has done its work, as the SDK does where the answer is lost. */
export function sentTwice(k: number): Interference {
  return async (n, send) => {
    if (n === k) unheard(await send());
    return send();
  };
}

/** Lets go of the connection that an object's bytes would come by. */
function unheard(answer: unknown): void {
  const { data } = z.object({ output: z.object({ Body: z.instanceof(Readable) }) }).safeParse(answer);
  data?.output.Body.destroy();
}

/** Lets an instance get no further than before its k-th call, until it may go on. */
export function pauseBefore(k: number): { by: Interference; paused: Promise<void>; resume(): void } {
  const paused = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  return {
    by: async (n, send) => {
      if (n >= k) {
        paused.resolve();
        await resumed.promise;
      }
      return send();
    },
    paused: paused.promise,
    resume: resumed.resolve,
  };
}

const writes = z.object({ RequestItems: z.record(z.string(), z.array(z.unknown())) });
const reads = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })) });
const answered = z.object({ output: z.custom<object>((each) => typeof each === 'object' && each !== null) });

/** Of each batch that is asked of DynamoDB for one table, the first half is done, and the rest said not to be. */
export const halfDone: Interference = async (_n, send, name, input) => {
  if (name === 'BatchWriteItemCommand') {
    const [[table, items] = ['', []]] = Object.entries(writes.parse(input).RequestItems);
    const half = Math.ceil(items.length / 2);
    Reflect.set(input, 'RequestItems', { [table]: items.slice(0, half) });
    const answer = await send();
    const rest = half < items.length ? { [table]: items.slice(half) } : {};
    Reflect.set(answered.parse(answer).output, 'UnprocessedItems', rest);
    return answer;
  }
  if (name === 'BatchGetItemCommand') {
    const [[table, asked] = ['', { Keys: [] }]] = Object.entries(reads.parse(input).RequestItems);
    const half = Math.ceil(asked.Keys.length / 2);
    Reflect.set(input, 'RequestItems', { [table]: { ...asked, Keys: asked.Keys.slice(0, half) } });
    const answer = await send();
    const rest = half < asked.Keys.length ? { [table]: { ...asked, Keys: asked.Keys.slice(half) } } : {};
    Reflect.set(answered.parse(answer).output, 'UnprocessedKeys', rest);
    return answer;
  }
  return send();
};
