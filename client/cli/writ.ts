#!/usr/bin/env node
import { Command } from 'commander';
import { exit, forPeople } from './common.ts';
import { completionCommand } from './completion.ts';
import { connectCommand } from './connect.ts';
import { keysCommand } from './keys.ts';
import { logCommand } from './log.ts';
import { policyCommand } from './policy.ts';
import { reportCommand } from './report.ts';
import { version } from './version.ts';

/** The `writ` command: what agencies, reviewers, operators, auditors and journalists use. `npx writ` runs it here. */
const footer = `
Every command has --help with examples. Guides: docs/agency.md, docs/reviewer.md, docs/operator.md.

Exit codes: 0 done, 1 refused or not as it should be, 2 usage, or something to put right on this machine, 3 it cannot
be reached, read or relied on, 130 broken off.
`;

const program: Command = forPeople(new Command('writ'))
  .description('Writ: lawful disclosure that anybody can check')
  .version(version)
  .addCommand(keysCommand())
  .addCommand(connectCommand())
  .addCommand(logCommand())
  .addCommand(reportCommand())
  .addCommand(policyCommand())
  .addCommand(completionCommand(() => program))
  .addHelpText('after', footer);

try {
  await program.parseAsync();
} catch (error) {
  // Nobody foresaw it: it is no finding, and must not look like one.
  console.error(error);
  process.exitCode = exit.unread;
}
