#!/usr/bin/env node
import { Command } from 'commander';
import { adminCommand } from './admin/admin.ts';
import { collectCommand } from './collect/command.ts';
import { exit, forPeople } from './common.ts';
import { completionCommand } from './completion.ts';
import { connectCommand } from './connect.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { ingestCommand } from './ingest/ingest.ts';
import { keysCommand } from './keys.ts';
import { logCommand } from './log.ts';
import { operateCommand } from './operate/operate.ts';
import { policyCommand } from './policy.ts';
import { preservationCommand } from './preservation.ts';
import { reportCommand } from './report.ts';
import { requestCommand } from './request/command.ts';
import { reviewCommand } from './review/review.ts';
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
  .addCommand(ingestCommand())
  .addCommand(doctorCommand())
  .addCommand(requestCommand())
  .addCommand(preservationCommand())
  .addCommand(collectCommand())
  .addCommand(reviewCommand())
  .addCommand(adminCommand())
  .addCommand(logCommand())
  .addCommand(reportCommand())
  .addCommand(policyCommand())
  .addCommand(operateCommand())
  .addCommand(completionCommand(() => program))
  .addHelpText('after', footer);

try {
  await program.parseAsync();
} catch (error) {
  // Nobody foresaw it: it is no finding, and must not look like one.
  console.error(error);
  process.exitCode = exit.unread;
}
