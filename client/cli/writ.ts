#!/usr/bin/env node
import { Command } from 'commander';
import { exit, orUsage } from './exit.ts';
import { guardOutput } from './output.ts';
import { namesProxy } from './proxy.ts';
import { version } from './version.ts';

/**
 * The `writ` command: what agencies, reviewers, operators, auditors and journalists use. `npx writ` runs it here.
 *
 * A group of commands is loaded when it is called: a script that calls `writ` a hundred times waits only for what it uses.
 * So this file imports nothing that parses, signs or reads, and has each group's description.
 */
interface Group {
  says: string;
  load: () => Promise<Command>;
}

export const groups: Record<string, Group> = {
  keys: {
    says: 'make, show, unlock and lock the keys of a profile',
    load: async () => (await import('./keys.ts')).keysCommand(),
  },
  connect: {
    says: 'remember a provider: where it is, which keys it signs with, and its log’s key',
    load: async () => (await import('./connect.ts')).connectCommand(),
  },
  request: {
    says: 'ask for data, and follow what was asked',
    load: async () => (await import('./request/command.ts')).requestCommand(),
  },
  preservation: {
    says: 'have data preserved, until a request asks for it',
    load: async () => (await import('./preservation.ts')).preservationCommand(),
  },
  collect: {
    says: 'collect what was approved: decrypted, verified, as a folder',
    load: async () => (await import('./collect/command.ts')).collectCommand(),
  },
  authority: {
    says: 'as an enforcing authority: see what you were notified of, consent, object',
    load: async () => (await import('./authority/command.ts')).authorityCommand(),
  },
  review: {
    says: 'see what agencies ask for, and decide',
    load: async () => (await import('./review/review.ts')).reviewCommand(),
  },
  bridge: {
    says: 'let the console in this machine’s browser sign with a profile’s key: file, agent or card',
    load: async () => (await import('./bridge/command.ts')).bridgeCommand(),
  },
  admin: {
    says: 'see who is enrolled; propose and decide changes: agencies, officers, reviewers, policies, keys, holds',
    load: async () => (await import('./admin/admin.ts')).adminCommand(),
  },
  log: {
    says: 'read, check, follow, copy and witness the public log; prove a disclosure, a case, other providers’ feeds',
    load: async () => (await import('./log.ts')).logCommand(),
  },
  console: {
    says: 'check the pages that a provider serves to browsers',
    load: async () => (await import('./console.ts')).consoleCommand(),
  },
  notice: {
    says: 'print the letter to a person whose data was disclosed, and open what the code in it stands for',
    load: async () => (await import('./notice.ts')).noticeCommand(),
  },
  report: {
    says: 'count who asked and what was disclosed, from the public log',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  policy: {
    says: 'work with policies',
    load: async () => (await import('./policy/command.ts')).policyCommand(),
  },
  operate: {
    says: 'what an operator does, with AWS credentials: first reviewers, health, confirmations, honeytokens, the end of a stack',
    load: async () => (await import('./operate/operate.ts')).operateCommand(),
  },
  ingest: {
    says: 'feed a file of identity events to a deployment’s stream',
    load: async () => (await import('./ingest/ingest.ts')).ingestCommand(),
  },
  doctor: {
    says: 'say what is wrong: machine, address, clock, keys, log, AWS account',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  },
  completion: {
    says: 'print what makes a shell complete writ’s commands and options',
    load: async () => (await import('./completion.ts')).completionCommand(everything),
  },
};

const footer = `
Every command has --help with examples. Guides: docs/agency.md, docs/reviewer.md, docs/operator.md.

Exit codes: 0 done, 1 refused or not as it should be, 2 usage, or something to put right on this machine, 3 it cannot
be reached, read or relied on, 130 broken off.
`;

function program(): Command {
  return orUsage(new Command('writ'))
    .description('Writ: lawful disclosure that anybody can check')
    .version(version)
    .addHelpText('after', footer);
}

/** With all commands, as a shell completes them. */
async function everything(): Promise<Command> {
  const whole = program();
  for (const { load } of Object.values(groups)) whole.addCommand(await load());
  return whole;
}

/** With the one that is called, and of the others what is listed. */
async function programFor(called: string | undefined): Promise<Command> {
  const listed = program();
  for (const [name, { says, load }] of Object.entries(groups))
    listed.addCommand(name === called ? await load() : new Command(name).description(says));
  return listed;
}

guardOutput();
try {
  const [called, ...rest] = process.argv.slice(2);
  if (namesProxy()) await (await import('./outgoing.ts')).useProxy();
  // `writ help keys` is `writ keys --help`.
  const asked =
    called === 'help' && rest[0] !== undefined
      ? [rest[0], ...rest.slice(1), '--help']
      : process.argv.slice(2);
  await (await programFor(asked[0])).parseAsync(asked, { from: 'user' });
} catch (error) {
  // An unforeseen error is no result of a check, and must not look like one.
  console.error(error);
  process.exitCode = exit.unread;
}
