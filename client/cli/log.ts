import { Command } from 'commander';
import { forPeople } from './common.ts';
import { mirrorCommand } from './log-mirror.ts';
import { monitorCommand } from './log-monitor.ts';
import { openCommand } from './log-open.ts';
import { proveCommand } from './log-prove.ts';
import { revocationsCommand } from './log-revocations.ts';
import { showCommand, tailCommand } from './log-show.ts';
import { verifyCommand } from './log-verify.ts';
import { witnessCommand } from './log-witness.ts';
import { reconcileCommand } from './reconcile.ts';

/** `writ log`: what anybody can check about a log, without trusting its operator. */
export function logCommand(): Command {
  return forPeople(new Command('log'))
    .description(
      'read, check, follow, copy and witness the public log; prove a disclosure, a case, other providers’ feeds',
    )
    .addCommand(showCommand())
    .addCommand(tailCommand())
    .addCommand(verifyCommand())
    .addCommand(proveCommand())
    .addCommand(openCommand())
    .addCommand(monitorCommand())
    .addCommand(mirrorCommand())
    .addCommand(witnessCommand())
    .addCommand(revocationsCommand())
    .addCommand(reconcileCommand());
}
