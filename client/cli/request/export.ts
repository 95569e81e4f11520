import { Command } from 'commander';
import { followRequest } from '#client/agency.ts';
import { requestSchema } from '#core/cases/request.ts';
import { attempt, forPeople, printJson } from '../common.ts';
import { CommandError } from '../errors.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { idOf } from './own.ts';
import { readCopy } from './own-copy.ts';

/** `writ request export`: the request as it was sent, for a colleague who collects. */
const examples = `
Examples:
  writ request export GS-4711/26 > request.json
  writ collect GS-4711/26 --request request.json        then, at the colleague's

It says about whom data was asked: hand it on as you would the order.
`;

export function exportCommand(): Command {
  return forProfile(forPeople(new Command('export')))
    .description('print a request as it was sent from here, for a colleague who collects')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .addHelpText('after', examples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => print(given, options), options);
    });
}

async function print(given: string, options: ProfileOptions): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  const view = await followRequest(connection.session, id);
  const request = await readCopy(connection, requestSchema, view);
  if (request === undefined)
    throw new CommandError(
      'request-unknown',
      'this request was not sent from this machine with this profile’s encryption key',
      'ask the officer who sent it',
    );
  printJson(request);
  return 0;
}
