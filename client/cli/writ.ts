#!/usr/bin/env node
import { Command } from 'commander';
import { exit, forPeople } from './common.ts';
import { version } from './version.ts';

/**
 * The `writ` command: what agencies, reviewers, operators, auditors and journalists use. `npx writ` runs it here.
 *
 * A group of commands is loaded when it is called, and all of them only to list them: a script that calls `writ` a
 * hundred times waits only for what it uses.
 */
const groups: Record<string, () => Promise<Command>> = {
  keys: async () => (await import('./keys.ts')).keysCommand(),
  connect: async () => (await import('./connect.ts')).connectCommand(),
  request: async () => (await import('./request/command.ts')).requestCommand(),
  preservation: async () => (await import('./preservation.ts')).preservationCommand(),
  collect: async () => (await import('./collect/command.ts')).collectCommand(),
  review: async () => (await import('./review/review.ts')).reviewCommand(),
  admin: async () => (await import('./admin/admin.ts')).adminCommand(),
  log: async () => (await import('./log.ts')).logCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  policy: async () => (await import('./policy.ts')).policyCommand(),
  operate: async () => (await import('./operate/operate.ts')).operateCommand(),
  ingest: async () => (await import('./ingest/ingest.ts')).ingestCommand(),
  doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
};

const footer = `
Every command has --help with examples. Guides: docs/agency.md, docs/reviewer.md, docs/operator.md.

Exit codes: 0 done, 1 refused or not as it should be, 2 usage, or something to put right on this machine, 3 it cannot
be reached, read or relied on, 130 broken off.
`;

async function programFor(called: string | undefined): Promise<Command> {
  const program = forPeople(new Command('writ'))
    .description('Writ: lawful disclosure that anybody can check')
    .version(version)
    .addHelpText('after', footer);
  const one = called !== undefined && Object.hasOwn(groups, called) ? groups[called] : undefined;
  if (one !== undefined) return program.addCommand(await one());
  for (const load of Object.values(groups)) program.addCommand(await load());
  const { completionCommand } = await import('./completion.ts');
  return program.addCommand(completionCommand(() => program));
}

try {
  const program = await programFor(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  // An unforeseen error is no result of a check, and must not look like one.
  console.error(error);
  process.exitCode = exit.unread;
}
