#!/usr/bin/env node
import { Command } from 'commander';
import { forPeople } from './common.ts';
import { logCommand } from './log.ts';
import { reportCommand } from './report.ts';

/** The `writ` command: what agencies, auditors and journalists use. `npx writ` runs it in this project. */
const program = forPeople(new Command('writ'))
  .description('Writ: lawful disclosure that anybody can check')
  .addCommand(logCommand())
  .addCommand(reportCommand())
  .addHelpText('after', '\nEvery command has --help with examples. docs/log.md explains what is found.\n');

await program.parseAsync();
