import { Command } from 'commander';
import { writeToDesk } from '#client/agency.ts';
import { encryptFor } from '#core/registry/encryption-key.ts';
import { attempt, forPeople } from '../common.ts';
import { type Connection, connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { letterText } from '../review/write.ts';
import { printCase } from './follow.ts';
import { idOf } from './own.ts';

/** `writ request write`: a letter to the provider's desk, outside a question. */
interface Options extends ProfileOptions {
  text?: string;
}

const examples = `
Examples:
  writ request write GS-4711/26 --text "The trial was moved to 4 December: what is the state of it?"

The provider’s reviewers alone read it. A copy is encrypted to this profile’s key, so that \`writ request show\` has it
too. It changes nothing that you asked for: for that, make a new request with --amends. Eight a case.
`;

export function writeCommand(): Command {
  return forSigning(forPeople(new Command('write')))
    .description('write to the provider’s desk, outside a question')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--text <text>', 'the letter: one line of at most 1,000 characters')
    .addHelpText('after', examples)
    .action(async (given: string, options: Options) => {
      process.exitCode = await attempt(() => run(given, options), options);
    });
}

async function run(given: string, options: Options): Promise<number> {
  const text = await letterText(options.text, 'What do you write? The provider’s reviewers read this.');
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  const copy = await copyOf(connection, text);
  const view = await writeToDesk(connection.session, id, { text, ...(copy === undefined ? {} : { copy }) });
  await printCase(connection, view, options);
  return 0;
}

/** The same, encrypted to this profile's key: the provider cannot show what it sealed for its desk. */
async function copyOf({ profile }: Pick<Connection, 'profile'>, text: string): Promise<string | undefined> {
  const { encryption } = profile;
  if (encryption === undefined) return undefined;
  return encryptFor({ key: encryption.publicKey, thumbprint: encryption.keyId }, text, 'text/plain');
}
