import { spawn } from 'node:child_process';

/**
 * Shows a long text a screen at a time, where a person reads it at a terminal. In a pipe, and to a script, it is written as
 * it is. What is shown may be of a stranger's making: no shell sees it, and `less` is started without what would let a
 * reader, or a file name, run a command (`LESSSECURE`, less(1)).
 */
export async function page(text: string): Promise<void> {
  const command = process.stdout.isTTY ? pagerOf(process.env) : undefined;
  if (command === undefined || !(await shownBy(command, text))) process.stdout.write(text);
}

/**
 * The command that shows a text: `PAGER`, split at its blanks and never given to a shell; `less` where there is none.
 *
 * @returns undefined where the text is to be written as it is
 */
export function pagerOf(env: NodeJS.ProcessEnv): readonly string[] | undefined {
  // A text that fits is written and left there; colours stay colours; the screen is not cleared.
  const words = (env.PAGER ?? 'less -FRX').split(' ').filter((word) => word !== '');
  const [name] = words;
  if (name === undefined || name === 'cat' || env.TERM === 'dumb') return undefined;
  return words;
}

/** @returns false if the pager could not be started */
function shownBy([command = '', ...args]: readonly string[], text: string): Promise<boolean> {
  const env = { LESS: 'FRX', ...process.env, LESSSECURE: '1', LESSOPEN: '', LESSCLOSE: '' };
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'], env });
    // The pager has the keyboard: Ctrl-C is its own to answer.
    const leave = () => undefined;
    process.on('SIGINT', leave);
    const end = (started: boolean) => {
      process.off('SIGINT', leave);
      resolve(started);
    };
    child.on('error', () => end(false));
    child.on('close', () => end(true));
    // A reader who has seen enough closes it before all was written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(text);
  });
}
