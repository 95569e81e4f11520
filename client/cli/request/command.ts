import { Command } from 'commander';
import { forPeople } from '../common.ts';
import { delayCommand, toldCommand, validateCommand, withdrawCommand } from './acts.ts';
import { answerCommand } from './answer.ts';
import { exportCommand } from './export.ts';
import { showCommand } from './follow.ts';
import { handInCommand } from './hand-in.ts';
import { importCommand } from './import.ts';
import { listCommand } from './list.ts';
import { newCommand } from './new.ts';
import { writeCommand } from './write.ts';

/** `writ request`: an agency's requests, from asking to withdrawing. */
export function requestCommand(): Command {
  return forPeople(new Command('request'))
    .description('ask for data, and follow what was asked')
    .addCommand(newCommand())
    .addCommand(importCommand())
    .addCommand(showCommand())
    .addCommand(listCommand())
    .addCommand(answerCommand())
    .addCommand(handInCommand())
    .addCommand(writeCommand())
    .addCommand(exportCommand())
    .addCommand(withdrawCommand())
    .addCommand(validateCommand())
    .addCommand(delayCommand())
    .addCommand(toldCommand());
}
