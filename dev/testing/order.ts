import { isBatch } from './batches.ts';

/**
 * In which order the files of a whole run are started. A long file that starts last is waited for by an idle machine,
 * so the long ones come first; and files that wait for the cloud take turns with files that compute.
 */

/** Start a cloud of their own: they need not wait for the shared one. */
const ownCloud = [
  'test/dev/demo.live.test.ts',
  'test/dev/witnessing.live.test.ts',
  'test/dev/endpoint.live.test.ts',
];

/** The longest, as the end of a run names them; the longest first. Batches come before them (`isBatch`). */
export const longest: readonly string[] = [
  ...ownCloud,
  'test/mutations/mutations.test.ts',
  'test/model/machine.test.ts',
  'test/integration/guides.test.ts',
  'test/invariants/i1.test.ts',
  'test/integration/examples.test.ts',
  'test/integration/cli-desk.test.ts',
  'test/invariants/i6.test.ts',
  'test/invariants/i3.test.ts',
  'test/integration/vault.test.ts',
  'test/integration/signature-check.test.ts',
  'test/integration/disclosure.test.ts',
  'test/invariants/i10.test.ts',
  'test/integration/registry.test.ts',
  'test/integration/cli-agency.test.ts',
  'test/integration/openapi.test.ts',
  'test/integration/requests.test.ts',
  'test/invariants/i4.test.ts',
  'test/examples/collecting.test.ts',
  'test/client/cli/request.test.ts',
  'test/client/cli/collect.test.ts',
  'test/examples/examples.test.ts',
  'test/conformance/tlog.test.ts',
  'test/lib/writ-stack.test.ts',
  'test/client/cli/keys.test.ts',
  'test/limits/limits.test.ts',
  'test/omissions.test.ts',
  'test/console/states.test.ts',
  'test/console/case.test.ts',
  'test/console/queue.test.ts',
  'test/console/registry.test.ts',
];

/** What is known of a file without running it. */
export interface Needs {
  needsCloud(file: string): boolean;
  /** A browser is several processes, each of which takes a core: two at the same time slow each other down. */
  startsBrowser(file: string): boolean;
}

/**
 * The files, those with a cloud of their own first, and then by turns one that needs the cloud and one that does not; among
 * them those that start a browser.
 *
 * @param files what is started: batches, and not the files in them, which would move apart what stands between them
 */
export function inOrder(files: readonly string[], { needsCloud, startsBrowser }: Needs): string[] {
  const rank = (file: string) => {
    if (isBatch(file)) return -1;
    return longest.includes(file) ? longest.indexOf(file) : longest.length;
  };
  const sorted = files.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  const own = sorted.filter((file) => ownCloud.includes(file));
  const others = sorted.filter((file) => !own.includes(file));
  const waiting = others.filter(needsCloud);
  const browsing = others.filter((file) => !needsCloud(file) && startsBrowser(file));
  const computing = others.filter((file) => !needsCloud(file) && !startsBrowser(file));
  const turns = Array.from({ length: Math.max(waiting.length, computing.length) }, (_, i) => [
    computing[i],
    waiting[i],
  ]);
  return [
    ...own,
    ...spread(
      browsing,
      turns.flat().filter((file) => file !== undefined),
    ),
  ];
}

/** Of how many of the others the last of the spread is among: none of them is what the run waits for at its end. */
const SPREAD_OVER = 0.7;

/** Some files among others, as far from each other as there is room. */
function spread(some: readonly string[], others: readonly string[]): string[] {
  const step = (SPREAD_OVER * others.length) / some.length;
  const placed = some.map((file, i) => ({ file, at: Math.floor(i * step) }));
  return [
    ...others.flatMap((other, at) => [
      ...placed.filter((one) => one.at === at).map(({ file }) => file),
      other,
    ]),
    ...(others.length === 0 ? some : []),
  ];
}
