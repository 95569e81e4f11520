import type { Watch } from './ports.ts';
import { ForgedItem } from './store/forged.ts';

/**
 * Some parts of a function's work failed, after all of them were tried. What is left is done the next time. The first
 * failure is its cause.
 */
export class PartsFailed extends Error {
  override name = 'PartsFailed';
}

export interface Parts {
  /**
   * Does one part. Where it fails, that is written down, and the others go on.
   *
   * @param facts which part it is: ids and codes, nothing of a person (I1)
   * @returns undefined if it failed, or rests on an item that is not believed, which was reported where it was read
   */
  attempt<T>(facts: Record<string, unknown>, act: () => Promise<T>): Promise<T | undefined>;
  /**
   * To be called last: a function that failed in part has failed, so that its alarm goes off and it is called again.
   *
   * @throws PartsFailed
   */
  finish(): void;
}

/** Work that has several parts, none of which holds up the others. */
export function inParts(watch: Pick<Watch, 'error'>, work: string): Parts {
  const failures: unknown[] = [];
  let tried = 0;
  return {
    async attempt(facts, act) {
      tried++;
      try {
        return await act();
      } catch (error) {
        if (error instanceof ForgedItem) return undefined;
        failures.push(error);
        watch.error(`${work}: one part failed`, { ...facts, ...nameOfFailure(error) });
        return undefined;
      }
    },
    finish() {
      const { length } = failures;
      if (length > 0)
        throw new PartsFailed(`${work}: ${length} of ${tried} parts failed`, { cause: failures[0] });
    },
  };
}

/** What of a failure may be written down: its name, and its code. What it says may quote what it failed on (I1). */
export function nameOfFailure(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: '' };
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && /^[a-z-]{1,40}$/.test(code)
    ? { error: error.name, code }
    : { error: error.name };
}
