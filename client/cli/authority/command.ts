import { Command } from 'commander';
import { showNotification } from '#client/authority.ts';
import { attempt, forPeople, printJson } from '../common.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { consentCommand, objectCommand } from './answer.ts';
import { allNotified, isOpen, notifiedList, notifiedNamed, notifiedText } from './notified.ts';

/** `writ authority`: what an enforcing authority was notified of, and its answer. */
interface ListOptions extends ProfileOptions {
  all?: boolean;
}

const listExamples = `
Examples:
  writ authority list                       what waits for your authority
  writ authority list --all --json | jq -r '.[].id'
`;

const showExamples = `
Examples:
  writ authority show 0f8b6b1e

It names nobody: compare the order’s digest with that of the order that the issuing authority sent you.
`;

export function authorityCommand(): Command {
  const list = forProfile(forPeople(new Command('list')))
    .description('list what your authority was notified of, the newest first')
    .option('--all', 'what was answered, and what is over, too')
    .addHelpText('after', listExamples)
    .action(async (options: ListOptions) => {
      process.exitCode = await attempt(() => lines(options), options);
    });
  const show = forProfile(forPeople(new Command('show')))
    .description('show how much is asked, by whose order, and until when you may object')
    .argument('<notification>', 'its id, or the beginning of it')
    .addHelpText('after', showExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => one(given, options), options);
    });
  return forPeople(new Command('authority'))
    .description('as an enforcing authority: see what you were notified of, consent, object')
    .addCommand(list)
    .addCommand(show)
    .addCommand(consentCommand())
    .addCommand(objectCommand());
}

async function lines(options: ListOptions): Promise<number> {
  const all = await allNotified(await connect(options));
  const shown = options.all === true ? all : all.filter(isOpen);
  if (options.json === true) printJson(shown);
  else process.stdout.write(notifiedList(shown));
  return 0;
}

async function one(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const view = await showNotification(connection.session, await notifiedNamed(connection, given));
  if (options.json === true) printJson(view);
  else process.stdout.write(notifiedText(view));
  return 0;
}
