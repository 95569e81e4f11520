#!/usr/bin/env node
import { Command } from 'commander';
import { exit, forPeople } from './common.ts';
import { logCommand } from './log.ts';
import { policyCommand } from './policy.ts';
import { reportCommand } from './report.ts';

/** The `writ` command: what agencies, auditors and journalists use. `npx writ` runs it in this project. */
const program = forPeople(new Command('writ'))
  .description('Writ: lawful disclosure that anybody can check')
  .addCommand(logCommand())
  .addCommand(reportCommand())
  .addCommand(policyCommand())
  .addHelpText('after', '\nEvery command has --help with examples. docs/log.md explains what is found.\n');

try {
  await program.parseAsync();
} catch (error) {
  // Nobody foresaw it: it is no finding, and must not look like one.
  console.error(error);
  process.exitCode = exit.unread;
}
