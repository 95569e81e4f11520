import { isDeepStrictEqual } from 'node:util';
import type { MetricName } from '#core/metrics.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { type Chapter, collected, type Disclosed, forkOf, type Known, run, steps } from './way.ts';

/** What became of the whole way after somebody wrote a table. */
export type Ending =
  /** The same records to the same recipient. */
  | { is: 'same' }
  /** Something else left. */
  | { is: 'other'; disclosed: Disclosed }
  /** Nothing left. `alarms`: what an operator was told; `step`: who refused. */
  | { is: 'refused'; code: string; step: string; alarms: MetricName[] }
  /** Nothing left, and whoever waits waits for ever. */
  | { is: 'waiting'; alarms: MetricName[] };

/** The metrics that have an alarm, beside a function's own errors. */
const alarming: ReadonlySet<MetricName> = new Set([
  'ApprovalsNotProven',
  'BreadthExceeded',
  'EntriesConflicting',
  'EntriesMalformed',
  'GrantMismatch',
  'LogBehind',
  'RecordsUnproven',
  'RegistryFounded',
  'VaultKeyPolicyDiffers',
]);

/** An error without a code is an outage: the function fails, which has an alarm of its own. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** Whether two disclosures give the same: records, scope, request and recipient. */
export function isSame(a: Disclosed, b: Disclosed): boolean {
  const what = ({ recipient, package: { records, scope, reference } }: Disclosed) => ({
    recipient,
    records,
    scope,
    reference,
  });
  return isDeepStrictEqual(what(a), what(b));
}

/** Goes on from a chapter to the end, after a mutation. */
export async function endingOf(
  chapter: Chapter,
  mutation: Pick<Mutation, 'apply'>,
  honest: Disclosed,
): Promise<Ending> {
  const world = forkOf(chapter.world);
  mutation.apply(world);
  const known: Partial<Known> = { ...chapter.known };
  const alarms = () => [...world.watch.counts.keys()].flatMap((name) => alarmOf(name));
  let step = chapter.step + 1;
  try {
    for (; step < steps.length; step++) await run(world, known, step, step + 1);
    if (known.case === undefined) throw new Error('nobody asked');
    const disclosed = await collected(world, { case: known.case });
    if (disclosed === undefined) return { is: 'waiting', alarms: alarms() };
    return isSame(disclosed, honest) ? { is: 'same' } : { is: 'other', disclosed };
  } catch (error) {
    const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const refused = codeOf(error);
    return {
      is: 'refused',
      code: refused ?? `(${name.slice(0, 80)})`,
      step: steps[step]?.name ?? 'collecting',
      alarms: alarms(),
    };
  }
}

function alarmOf(name: string): MetricName[] {
  return [...alarming].filter((metric) => name === metric);
}

/** The disclosure that nobody disturbed. */
export async function honestDisclosure(chapters: readonly Chapter[]): Promise<Disclosed> {
  const last = chapters.at(-1);
  if (last?.known.case === undefined) throw new Error('nobody asked');
  const disclosed = await collected(forkOf(last.world), { case: last.known.case });
  if (disclosed === undefined) throw new Error('nothing was disclosed');
  return disclosed;
}

export { mutationsOf };
