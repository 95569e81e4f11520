import { parseArgs } from 'node:util';
import { check, type Input, inputOf } from './fuzzing/target.ts';

const help = `npm run fuzz -- [--seconds N] [--seed N] [--input JSON]

Gives the parsers at the door inputs that nobody thought of: messages into the signature reader, dictionaries, keys and
JSON bodies. A parser that throws what it does not document, takes longer than 250 ms, or does not read again what it
accepted, is a finding: its input is printed, and the exit code is 1.

  --seconds N    how long (default 60)
  --seed N       where to start (default: the time); the same seed makes the same inputs
  --input JSON   run this one input, as a finding printed it
`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    input: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];

if (values.help) process.stdout.write(help);
else if (values.input !== undefined) one(JSON.parse(values.input));
else if (!(seconds > 0) || !Number.isSafeInteger(seed)) {
  console.error('fuzz: --seconds takes a positive number, --seed a whole one');
  process.exitCode = 2;
} else fuzz();

function fuzz(): void {
  console.log(`fuzz: seed ${seed}, ${seconds} s`);
  const started = performance.now();
  const accepted = new Map<string, number>();
  let count = 0;
  let told = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - started) / 1000) {
    const input = inputOf(seed + count);
    if (one(input)) accepted.set(input.on, (accepted.get(input.on) ?? 0) + 1);
    count++;
    if (process.exitCode === 1) {
      // Parsers have caches: V8's JSON.parse is one that errs by what it has read before (nodejs/node#63785).
      console.error(
        `fuzz: execution ${count} of seed ${seed}; what the input alone does not show, the seed does`,
      );
      break;
    }
    if (elapsed - told >= 10) {
      console.log(`fuzz: ${Math.floor(elapsed)} s, ${count} executions`);
      told = elapsed;
    }
  }
  const rate = Math.round(count / ((performance.now() - started) / 1000));
  const taken = [...accepted].sort().map(([on, times]) => `${on} ${times}`);
  console.log(`fuzz: ${count} executions, ${rate} per second; accepted: ${taken.join(', ')}`);
}

/** Whether the input was accepted. */
function one(input: Input): boolean {
  try {
    const started = performance.now();
    const accepted = check(input);
    // Three times, because the machine may have been busy with something else.
    if (performance.now() - started > 250 && [0, 1, 2].every(() => timed(input) > 250)) {
      throw new Error('more than 250 ms');
    }
    return accepted;
  } catch (error) {
    console.error(`fuzz: FOUND ${error instanceof Error ? error.stack : error}\n${JSON.stringify(input)}`);
    process.exitCode = 1;
    return false;
  }
}

function timed(input: Input): number {
  const started = performance.now();
  check(input);
  return performance.now() - started;
}
