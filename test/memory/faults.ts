/**
 * Faults at a chosen call. Tests run an orchestrator once undisturbed, which tells how many calls it makes to the
 * outside, and then once for each call and fault (`everyFault`).
 */
export type Fault =
  /** The call fails before anything is done. */
  | 'fails'
  /** The call is carried out, and then it fails: the answer is lost. Of a list, half is read. */
  | 'answer-lost'
  /** The call is carried out twice, as by a client that tries again. The caller sees the second answer. */
  | 'twice';

/** Which call is disturbed, counted from 0 over all ports, and how. An act happens just before the call. */
export interface Plan {
  at: number;
  fault: Fault | (() => Promise<void>);
}

/** What a disturbed call throws. */
export class PlannedFault extends Error {
  override name = 'PlannedFault';
}

/** Whether a failure is the one that was planned, or comes of it. */
export function isPlanned(error: unknown): boolean {
  return error instanceof PlannedFault || (error instanceof Error && isPlanned(error.cause));
}

export interface Faults {
  /** The calls so far, in the order in which they began: `store.write`, `kms.wrap`. */
  readonly calls: string[];
  /** Whether the planned call was reached. */
  readonly done: boolean;
  /**
   * The same port, with its calls counted and disturbed. Each function of it answers with a promise or an async
   * iterable; a list is a call when its first item is asked for.
   */
  over<T extends object>(name: string, port: T): T;
}

export function faults(plan?: Plan): Faults {
  const calls: string[] = [];
  const next = (call: string) => {
    const fault = plan?.at === calls.length ? plan.fault : undefined;
    calls.push(call);
    return fault;
  };
  return {
    calls,
    get done() {
      return plan !== undefined && calls.length > plan.at;
    },
    over: (name, port) =>
      new Proxy(port, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function') return value;
          const act = (args: unknown[]): unknown => Reflect.apply(value, target, args);
          return (...args: unknown[]) =>
            disturbed(
              () => next(`${name}.${String(property)}`),
              () => act(args),
            );
        },
      }),
  };
}

/** Every fault at every call of a run that makes so many. */
export function everyFault(calls: number): { at: number; fault: Fault }[] {
  const all: Fault[] = ['fails', 'answer-lost', 'twice'];
  return Array.from({ length: calls }, (_, at) => all.map((fault) => ({ at, fault }))).flat();
}

/** What a call gives is not known before it is made: this is a promise and a list, and begins as whichever is used. */
function disturbed(next: () => Plan['fault'] | undefined, act: () => unknown) {
  let answer: Promise<unknown> | undefined;
  const start = () => {
    answer ??= answered(next(), act);
    return answer;
  };
  return {
    // biome-ignore lint/suspicious/noThenProperty: it stands for a promise
    then: (...handlers: Parameters<Promise<unknown>['then']>) => start().then(...handlers),
    catch: (handler: (reason: unknown) => unknown) => start().catch(handler),
    finally: (handler: () => void) => start().finally(handler),
    [Symbol.asyncIterator]: () => listed(next, act),
  };
}

async function answered(fault: Plan['fault'] | undefined, act: () => unknown): Promise<unknown> {
  if (fault === 'fails') throw new PlannedFault('before it was done');
  if (typeof fault === 'function') await fault();
  const answer = await act();
  if (fault === 'answer-lost') throw new PlannedFault('the answer is lost');
  return fault === 'twice' ? act() : answer;
}

async function* listed(
  next: () => Plan['fault'] | undefined,
  act: () => unknown,
): AsyncGenerator<unknown, void, undefined> {
  const fault = next();
  if (fault === 'fails') throw new PlannedFault('before it was done');
  if (typeof fault === 'function') await fault();
  if (fault !== 'answer-lost') {
    if (fault === 'twice') await Array.fromAsync(iterable(act()));
    yield* iterable(act());
    return;
  }
  const items = await Array.fromAsync(iterable(act()));
  yield* items.slice(0, items.length / 2);
  throw new PlannedFault('the answer is lost');
}

function iterable(value: unknown): AsyncIterable<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.asyncIterator in value) {
    const iterator: unknown = value[Symbol.asyncIterator];
    if (typeof iterator === 'function') return { [Symbol.asyncIterator]: () => iterator.call(value) };
  }
  throw new TypeError('this call gives no list');
}
