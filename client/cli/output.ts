import { exit } from './exit.ts';

/**
 * What becomes of the command when nobody takes what it prints: a pipe whose reader has gone, a disk that is full. Node tells
 * of either by an event that ends the process with a stack, where nobody listens.
 */
export function guardOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // As a program that SIGPIPE ends, without a word: `writ log show | head`.
    if (error.code === 'EPIPE') process.exit(brokenPipe);
    process.stderr.write(
      `error: output-unwritable: what is printed cannot be written (${error.code ?? 'unknown'})\n`,
    );
    process.exit(exit.usage);
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => process.exit(exit.usage));
}

/** 128 and SIGPIPE's number, as shells say it. */
const brokenPipe = 141;
