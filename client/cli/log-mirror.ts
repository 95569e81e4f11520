import { Command } from 'commander';
import { type Mirrored, MirrorRefused, mirrorLog } from '#client/log/mirror.ts';
import { FileFault } from '#client/log/monitor/proven-files.ts';
import { printable } from '#client/printable.ts';
import { checkpointFault } from '#core/log/verify/verify.ts';
import { attempt, bad, counted, exit, forLog, good, type LogOptions, printJson } from './common.ts';
import { openLog } from './opened-log.ts';

/** `writ log mirror`: a copy of a log that anybody can verify, and serve. */
interface MirrorArguments extends LogOptions {
  to: string;
  json?: boolean;
}

export function mirrorCommand(): Command {
  return forLog(new Command('mirror'))
    .description('keep a copy of a log in a folder, every file of it proven')
    .requiredOption('--to <dir>', 'where the copy is, or begins')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  writ log mirror --url https://disclosure.example/v1 --key @log.vkey --to ./mirror
  writ log mirror --to ./mirror && writ log verify --dir ./mirror

It goes on where it was, also after it was ended. A log that does not begin with what the copy has is refused: the copy stays
as it is, and both checkpoints are kept beside it.

Exit codes: 0 the copy is as the log, 1 the log is not as it signed, or does not begin with the copy, 2 usage, 3 the log
cannot be read.
`,
    )
    .action(async (options: MirrorArguments) => {
      process.exitCode = await attempt(() => mirror(options), options);
    });
}

async function mirror(options: MirrorArguments): Promise<number> {
  const { read, key } = await openLog(options);
  try {
    const mirrored = await mirrorLog({ read, key, to: options.to });
    if (options.json === true) printJson(mirrored);
    else process.stdout.write(`${mirroredText(mirrored)}\n`);
    return 0;
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    if (options.json === true) printJson(fault);
    else process.stdout.write(`${bad(`log: ${fault.code}: ${printable(fault.message)}`)}\n`);
    return exit.wrong;
  }
}

function mirroredText({ origin, size, before, fetched, removed }: Mirrored): string {
  const since = before === undefined ? '' : `, ${size - before} of them new`;
  const gone = removed === 0 ? '' : `, ${counted(removed, 'file')} of smaller trees removed`;
  return good(
    `${printable(origin)}: ${counted(size, 'entry', 'entries')}${since}; ${counted(fetched, 'file')} read${gone}.`,
  );
}

function faultOf(error: unknown): { code: string; message: string; evidence?: string } | undefined {
  if (error instanceof FileFault) return { code: error.code, message: error.message };
  if (!(error instanceof MirrorRefused)) return checkpointFault(error);
  const { code, evidence } = error;
  const why =
    code === 'log-forked'
      ? 'the log does not begin with what the copy has'
      : 'the log is smaller than the copy';
  return { code, message: `${why}; both checkpoints are in ${evidence}`, evidence };
}
