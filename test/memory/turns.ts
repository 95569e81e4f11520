import { setImmediate as quiet } from 'node:timers/promises';

/**
 * Who goes next, where several actors call the same ports: every call of every actor waits for its turn, and a test gives
 * the turns. So a test tries any order of calls, and the same one again. An actor that gets no more turns has died.
 */
export interface Turns<Actor extends string> {
  /** The same port, as an actor calls it. A list is one call, when its first item is asked for. */
  over<T extends object>(actor: Actor, name: string, port: T): T;
  /**
   * Gives turns until nobody waits for one.
   *
   * @param choose whose call is next, of those that wait; undefined: nobody's, any more
   */
  run(choose: (waiting: readonly Waiting<Actor>[]) => Waiting<Actor> | undefined): Promise<void>;
  /** The calls that had their turn. */
  readonly taken: { actor: Actor; call: string }[];
}

export interface Waiting<Actor extends string> {
  actor: Actor;
  /** `store.write`, `files.create`. */
  call: string;
  go(): void;
}

/** An orchestrator that makes so many calls does not come to an end. */
const MOST_TURNS = 20_000;
/** Functions of ports that give a list and no promise. */
const lists = new Set<string | symbol>(['query', 'scan']);

export function turns<Actor extends string>(): Turns<Actor> {
  const waiting: Waiting<Actor>[] = [];
  const taken: Turns<Actor>['taken'] = [];
  const turn = (actor: Actor, call: string) =>
    new Promise<void>((go) => {
      waiting.push({ actor, call, go });
    });
  return {
    taken,
    over: (actor, name, port) =>
      new Proxy(port, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function') return value;
          const call = `${name}.${String(property)}`;
          if (lists.has(property))
            return async function* (...args: unknown[]) {
              await turn(actor, call);
              yield* Reflect.apply(value, target, args);
            };
          return async (...args: unknown[]) => {
            await turn(actor, call);
            return Reflect.apply(value, target, args);
          };
        },
      }),
    async run(choose) {
      for (let count = 0; ; count++) {
        // What the last turn set in motion comes to wait for its own next turn, or to its end.
        await quiet();
        const chosen = waiting.length === 0 ? undefined : choose(waiting);
        if (chosen === undefined) return;
        if (count > MOST_TURNS) throw new Error('there is no end to the calls');
        waiting.splice(waiting.indexOf(chosen), 1);
        taken.push({ actor: chosen.actor, call: chosen.call });
        chosen.go();
      }
    },
  };
}
