/**
 * Acts timed in rounds that take turns, so that whatever else the machine does hits all alike: each round is compared
 * within itself.
 */
export interface Act {
  name: string;
  run: () => unknown;
  /** Of what one run does so many. */
  units: number;
  /** Runs in a round; 1 if left out. */
  times?: number;
  /** How fast it must be beside the first act, the floor. */
  goal?: number;
}

/** Microseconds a unit, of each act a list of rounds. */
export async function timeRounds(acts: readonly Act[], rounds: number): Promise<number[][]> {
  const micros = acts.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < acts.length; turn++) {
      // Who is first takes turns too, or one act would always clear away another's garbage.
      const at = (turn + Math.max(0, round)) % acts.length;
      const { run, units, times = 1 } = acts[at] ?? { run: () => {}, units: 1 };
      const start = performance.now();
      for (let i = 0; i < times; i++) await run();
      // The first round warms up: what runs long has been compiled.
      if (round >= 0) micros[at]?.push(((performance.now() - start) * 1000) / times / units);
    }
  }
  return micros;
}

export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}

/**
 * A table: the first act is the floor, and the others are so many times as fast as it.
 *
 * @returns of each act, how many units a second: the median of its rounds
 */
export async function compare(
  title: string,
  [unit, units]: readonly [one: string, many: string],
  acts: readonly Act[],
  rounds: number,
): Promise<number[]> {
  const all = await timeRounds(acts, rounds);
  const [floor = []] = all;
  print(title, `${units}/s`, `µs a ${unit}`, '× the floor', 'goal');
  for (const [i, { name, goal }] of acts.entries()) {
    const micros = all[i] ?? [];
    const ratio = median(micros.map((time, round) => (floor[round] ?? Number.NaN) / time));
    // Others on the machine disturb the longer act more often: the quickest round of each is the least disturbed.
    const quickest = Math.min(...floor) / Math.min(...micros);
    const verdict =
      goal === undefined ? '' : `${ratio >= goal ? 'met' : 'NOT MET'} (quickest: ${quickest.toFixed(2)})`;
    const perSecond = Math.round(1e6 / median(micros)).toLocaleString('en-US');
    print(
      `  ${name}`,
      perSecond,
      median(micros).toFixed(2),
      i === 0 ? '' : ratio.toFixed(2),
      goal ?? '',
      verdict,
    );
  }
  print('');
  return all.map((micros) => 1e6 / median(micros));
}

/** A line of a table. */
export function print(first: string, ...cells: (string | number)[]): void {
  const line = cells.map((cell, i) => (i === 4 ? `  ${cell}` : String(cell).padStart(13)));
  process.stdout.write(`${`${first.padEnd(52)}${line.join('')}`.trimEnd()}\n`);
}
