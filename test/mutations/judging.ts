import { isDeepStrictEqual } from 'node:util';
import type { MetricName } from '#core/metrics.ts';
import type { Mutation } from './mutations.ts';
import {
  type Chapter,
  collected,
  type Disclosed,
  FunctionFailed,
  forkOf,
  type Known,
  run,
  steps,
} from './way.ts';

/** What became of the whole way after somebody wrote a table. */
export type Ending =
  /** The same records to the same recipient. */
  | { is: 'same' }
  /** Something else left. */
  | { is: 'other'; disclosed: Disclosed }
  /** Nothing left: with which code, at which step, and what an operator was told. */
  | { is: 'refused'; code: string; step: string; alarms: string[] };

/** The metrics that have an alarm (lib/alarms.ts), beside a function's own failing and an answer of 500. */
const alarming: readonly MetricName[] = [
  'ApprovalsNotProven',
  'BreadthExceeded',
  'EntriesConflicting',
  'EntriesMalformed',
  'GrantMismatch',
  'LogBehind',
  'LogUnwitnessed',
  'RecordsUnproven',
  'RegistryFounded',
  'VaultKeyPolicyDiffers',
];

/** Goes on from a chapter to the end, after a mutation. */
export async function endingOf(
  chapter: Chapter,
  mutation: Pick<Mutation, 'apply'>,
  honest: Disclosed,
): Promise<Ending> {
  const world = forkOf(chapter.world);
  mutation.apply(world);
  const alarms = () => alarming.filter((name) => (world.watch.counts.get(name) ?? 0) > 0);
  const known: Partial<Known> = { ...chapter.known };
  let step = chapter.step + 1;
  try {
    for (; step < steps.length; step++) await run(world, known, step, step + 1);
    if (known.case === undefined) throw new Error('nobody asked');
    const disclosed = await collected(world, { case: known.case });
    // Whoever waits for ever has nothing either.
    if (disclosed === undefined)
      return { is: 'refused', code: 'asked to wait', step: 'collecting', alarms: alarms() };
    return isSame(disclosed, honest) ? { is: 'same' } : { is: 'other', disclosed };
  } catch (error) {
    const refused = refusalOf(error);
    return {
      ...refused,
      is: 'refused',
      step: steps[step]?.name ?? 'collecting',
      alarms: [...alarms(), ...refused.alarms],
    };
  }
}

function refusalOf(error: unknown): { code: string; alarms: string[] } {
  if (error instanceof FunctionFailed) return { code: `${error.message} fails`, alarms: ['Errors'] };
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const isCode = typeof code === 'string' && /^[a-z][a-z-]*$/.test(code);
  return isCode ? { code, alarms: [] } : { code: 'internal', alarms: ['ErrorsUnforeseen'] };
}

/** Whether two disclosures give the same: records, scope, request and recipient. */
function isSame(a: Disclosed, b: Disclosed): boolean {
  const what = ({ recipient, package: { records, scope, reference } }: Disclosed) => ({
    recipient,
    records,
    scope,
    reference,
  });
  return isDeepStrictEqual(what(a), what(b));
}

/** The disclosure that nobody disturbed. */
export async function honestDisclosure(chapters: readonly Chapter[]): Promise<Disclosed> {
  const last = chapters.at(-1);
  if (last?.known.case === undefined) throw new Error('nobody asked');
  const disclosed = await collected(forkOf(last.world), { case: last.known.case });
  if (disclosed === undefined) throw new Error('nothing was disclosed');
  return disclosed;
}
