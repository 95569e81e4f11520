import { Command } from 'commander';
import { followRequest } from '#client/agency.ts';
import { requestSchema } from '#core/cases/request.ts';
import { attempt, forPeople, printJson } from '../common.ts';
import { CommandError, UsageError } from '../errors.ts';
import { connect, forProfile } from '../profile/connection.ts';
import { type EtsiOptions, exportMessages } from './export-etsi.ts';
import { idOf } from './own.ts';
import { readCopy } from './own-copy.ts';

/** `writ request export`: the request as it was sent, for a colleague who collects. */
const examples = `
Examples:
  writ request export GS-4711/26 > request.json
  writ collect GS-4711/26 --request request.json        then, at the colleague's
  writ request export GS-4711/26 --etsi messages --order order.pdf --package GS-4711-26

With --etsi it writes messages of ETSI TS 103 120 V1.12.1 into a folder: what was asked, how it stands, a refusal where there
is one, and, with --package, a delivery for each file that was collected (docs/etsi.md).

It says about whom data was asked: hand it on as you would the order.
`;

export function exportCommand(): Command {
  return forProfile(forPeople(new Command('export')))
    .description('print a request as it was sent from here, for a colleague who collects')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--etsi <folder>', 'write messages of ETSI TS 103 120 there, in place of the request')
    .option('--package <folder>', 'with --etsi: the folder of `writ collect`, as deliveries')
    .option('--order <file>', 'with --etsi: the order itself, as a document')
    .option(
      '--provider-country <country>',
      'with --etsi: where the provider is: two letters, IE (default: XX)',
    )
    .addHelpText('after', examples)
    .action(async (given: string, options: EtsiOptions) => {
      process.exitCode = await attempt(() => print(given, options), options);
    });
}

async function print(given: string, options: EtsiOptions): Promise<number> {
  const beside = [options.package, options.order, options.providerCountry];
  if (options.etsi === undefined && beside.some((each) => each !== undefined))
    throw new UsageError('--package, --order and --provider-country belong to --etsi');
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  const view = await followRequest(connection.session, id);
  const request = await readCopy(connection, requestSchema, view);
  if (options.etsi !== undefined) return exportMessages(connection, { view, request }, options.etsi, options);
  if (request === undefined)
    throw new CommandError(
      'request-unknown',
      'this request was not sent from this machine with this profile’s encryption key',
      'ask the officer who sent it',
    );
  printJson(request);
  return 0;
}
