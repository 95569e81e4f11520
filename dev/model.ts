/**
 * `node dev/model.ts`: more histories of the case desk than a suite has time for.
 *
 * test/model plays what officers, reviewers, an operator, the clock, minting and collecting do, in any order, on the
 * machine and on its rules written a second time, and checks what must hold after every step.
 */
import { parseArgs } from 'node:util';
import { failureOf, runHistories } from '../test/model/run.ts';

const help = `node dev/model.ts [--runs N] [--seed N] [--json]

Plays random histories of the case desk on core/cases and on its rules written a second time (test/model), and checks
the design's invariants after every step. One that goes wrong is printed as short as it can be made; the exit code is 1.
About 300 histories a second.

  --runs N   how many histories (default 100000)
  --seed N   where to start (default: the time); the same seed makes the same histories
  --json     the result as one JSON object
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];

if (values.help) process.stdout.write(help);
else if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  console.error('model: --runs takes a positive number, --seed a whole one');
  process.exitCode = 2;
} else await model();

async function model(): Promise<void> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  const onTerminal = process.stderr.isTTY === true && !values.json;
  let reportedAt = 0;
  const after = (done: number) => {
    if (elapsed() - reportedAt < (onTerminal ? 0.2 : 10)) return;
    reportedAt = elapsed();
    const line = `model: ${done} of ${runs} histories, ${Math.round(done / reportedAt)} per second`;
    if (onTerminal) process.stderr.write(`\r\x1b[K${line}`);
    else if (!values.json) console.log(line);
  };
  if (!values.json) console.log(`model: seed ${seed}, ${runs} histories`);
  const result = await runHistories(runs, { seed, after });
  if (onTerminal) process.stderr.write('\r\x1b[K');
  const why = failureOf(result);
  const reached = Object.fromEntries([...result.reached].sort());
  if (values.json) {
    const { failed } = result;
    console.log(JSON.stringify({ seed, runs: result.runs, seconds: elapsed(), reached, failed }));
  } else if (why === undefined) {
    const places = Object.entries(reached).map(([place, times]) => `${place} ${times}`);
    console.log(
      `model: ${result.runs} histories in ${Math.round(elapsed())} s; reached ${places.join(', ')}`,
    );
  } else console.error(`model: FOUND, ${why}`);
  if (why !== undefined) process.exitCode = 1;
}
