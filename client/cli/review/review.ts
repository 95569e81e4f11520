import { Command } from 'commander';
import { forPeople } from '../common.ts';
import { approveCommand } from './approve.ts';
import { askCommand } from './ask.ts';
import { caseFileCommand } from './case-file.ts';
import { claimCommand } from './claim.ts';
import { listCommand } from './list.ts';
import { noteCommand } from './note.ts';
import { rejectCommand, suspendCommand } from './refuse.ts';
import { showCommand } from './show.ts';
import { statsCommand } from './stats.ts';
import { orderCommand } from './take-order.ts';
import { writeCommand } from './write.ts';

/** `writ review`: what is asked, by whom and on what basis, and the decision about it. */
export function reviewCommand(): Command {
  return forPeople(new Command('review'))
    .description('see what agencies ask for, and decide')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(orderCommand())
    .addCommand(claimCommand())
    .addCommand(noteCommand())
    .addCommand(askCommand())
    .addCommand(writeCommand())
    .addCommand(approveCommand())
    .addCommand(rejectCommand())
    .addCommand(suspendCommand())
    .addCommand(caseFileCommand())
    .addCommand(statsCommand());
}
