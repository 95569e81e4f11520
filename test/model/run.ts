/** Runs random histories; dev/model.ts runs many, the suite some. */
import fc from 'fast-check';
import { type History, histories, readable } from './acts.ts';
import { playOn, type Reached } from './history.ts';

export interface Result {
  runs: number;
  seed: number;
  reached: Reached;
  /** The shortest history that went wrong. */
  failed?: { history: History; why: string };
}

/** @param after called after each history */
export async function runHistories(
  runs: number,
  { seed, after }: { seed?: number; after?: (done: number) => void } = {},
): Promise<Result> {
  const reached: Reached = new Map();
  let done = 0;
  const property = fc.asyncProperty(histories, async (history) => {
    await playOn(history, reached);
    after?.(++done);
  });
  const result = await fc.check(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
  const history = result.counterexample?.[0];
  const { errorInstance: error } = result;
  return {
    runs: result.numRuns,
    seed: result.seed,
    reached,
    ...(history === undefined
      ? {}
      : { failed: { history, why: error instanceof Error ? error.message : String(error) } }),
  };
}

export function failureOf({ seed, failed }: Result): string | undefined {
  return (
    failed && `seed ${seed}, ${failed.history.steps.length} steps\n${readable(failed.history)}\n${failed.why}`
  );
}
