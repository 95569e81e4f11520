import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { spec, type TestEvent } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/**
 * Node's own report of a test run, and before its closing figures what else somebody wants to know then: which promises
 * this machine could not test, for want of what, and which files took longest.
 */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const text of Readable.from(withAfterword(events)).pipe(new spec())) yield String(text);
}

const home = fileURLToPath(new URL('../..', import.meta.url));
const SLOWEST = 10;

/** The events as they come, with diagnostics of ours before the first closing figure. */
export async function* withAfterword(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const seconds = new Map<string, number>();
  const untested = new Map<string, string[]>();
  /** The names of the tests that the reported one stands in, the outermost first. */
  const names: string[] = [];
  let isOver = false;
  let ran = 0;
  const tests = { passed: 0, failed: 0 };
  for await (const event of events) {
    if (event.type === 'test:start') names.splice(event.data.nesting, names.length, event.data.name);
    if (event.type === 'test:pass' && event.data.skip !== undefined && event.data.skip !== false) {
      const why = typeof event.data.skip === 'string' ? event.data.skip : 'no reason is given';
      const { name, nesting } = event.data;
      untested.set(why, [...(untested.get(why) ?? []), [...names.slice(0, nesting), name].join(': ')]);
    }
    if ((event.type === 'test:pass' || event.type === 'test:fail') && !isFile(event.data)) {
      ran++;
      const isSkipped = event.data.skip !== undefined && event.data.skip !== false;
      if (event.data.details.type !== 'suite' && !isSkipped)
        tests[event.type === 'test:pass' ? 'passed' : 'failed']++;
    }
    if (event.type === 'test:complete' && isFile(event.data)) {
      seconds.set(relative(home, event.data.file), event.data.details.duration_ms / 1000);
    }
    if (!isOver && isClosing(event)) {
      isOver = true;
      const none = ran === 0 ? ['no test ran: none has a name that was asked for'] : [];
      for (const message of [...promises(untested, tests), ...slowest(seconds), ...none])
        yield { type: 'test:diagnostic', data: { ...event.data, message, level: 'info' } };
    }
    yield event;
  }
}

/** A file is a test of the runner's, named by its path. */
function isFile(data: {
  name: string;
  file?: string;
  nesting: number;
}): data is { name: string; file: string; nesting: number } {
  return data.nesting === 0 && data.file !== undefined && /\.test\.[cm]?[jt]s$/.test(data.name);
}

function isClosing(event: TestEvent): event is Extract<TestEvent, { type: 'test:diagnostic' }> {
  return (
    event.type === 'test:diagnostic' && event.data.nesting === 0 && /^tests \d+$/.test(event.data.message)
  );
}

function promises(
  untested: ReadonlyMap<string, readonly string[]>,
  tests: { passed: number; failed: number },
): string[] {
  if (untested.size === 0) return [];
  const count = [...untested.values()].reduce((sum, names) => sum + names.length, 0);
  return [
    `not tested here: ${count === 1 ? 'one promise' : `${count} promises`} (${tests.passed} passed, ${tests.failed} failed)`,
    ...[...untested].flatMap(([why, names]) => [`  ${why}:`, ...names.map((name) => `    ${name}`)]),
  ];
}

function slowest(seconds: ReadonlyMap<string, number>): string[] {
  if (seconds.size < 2) return [];
  const all = [...seconds].toSorted(([, a], [, b]) => b - a);
  const shown = all.slice(0, SLOWEST);
  return [
    `the ${shown.length} slowest of ${all.length} files:`,
    ...shown.map(([file, time]) => `  ${time.toFixed(1).padStart(6)} s  ${file}`),
  ];
}
