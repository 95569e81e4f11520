import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { policyHash, policySchema } from '#core/cases/policy.ts';
import { forPeople, parseJson, say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { givenText } from '../given.ts';
import { explanation } from '../policy/command.ts';
import { forProposing, type ProposingOptions, propose } from './proposing.ts';

/** `writ admin policy|emergencies`: adopts a policy, reopens an agency's emergencies. */
const policyExamples = `
Examples:
  writ admin policy adopt policy/ours.json        shows what it says, and its hash
  writ admin policy adopt sha-256=:47DE…hSuFU=:

Two reviewers adopt a policy by its hash; each reads the file first (writ policy check). It is in force once it is
deployed, and the two adopted last may be.
`;

const emergenciesExamples = `
Examples:
  writ admin emergencies reopen de-lka-example

Then an operator confirms it, with AWS credentials: writ operate confirm <change>. The agency takes no part in it.
`;

export function policyCommand(): Command {
  return forPeople(new Command('policy'))
    .description('adopt policies')
    .addCommand(
      forProposing(new Command('adopt'))
        .description('propose a policy, by its hash')
        .argument('<policy>', 'its file, or its hash')
        .addHelpText('after', policyExamples)
        .action((policy: string, options: ProposingOptions) =>
          propose(async () => ({ kind: 'policy', policyHash: await hashOf(policy, options) }), options),
        ),
    );
}

/** @throws CommandError usage, file-malformed */
async function hashOf(policy: string, { json }: ProposingOptions): Promise<string> {
  if (policy.startsWith('sha-256=')) return policy;
  const { data } = policySchema.safeParse(parseJson(await givenText(policy), policy));
  if (data === undefined)
    throw new CommandError(
      'file-malformed',
      `${printable(policy)} is no policy that can be used`,
      `\`writ policy check ${printable(policy)}\` says what is wrong`,
    );
  if (data.inactive !== undefined)
    throw new CommandError(
      'file-malformed',
      `${printable(policy)} cannot be adopted: ${printable(data.inactive)}`,
      'adopt a policy that is not marked `inactive`',
    );
  if (json !== true) say(explanation(data));
  return policyHash(data);
}

export function emergenciesCommand(): Command {
  return forPeople(new Command('emergencies'))
    .description('have an agency’s emergencies taken again')
    .addCommand(
      forProposing(new Command('reopen'))
        .description('propose that an agency’s emergencies, which were suspended, are taken again')
        .argument('<agency>', 'its id')
        .addHelpText('after', emergenciesExamples)
        .action((agency: string, options: ProposingOptions) =>
          propose(async () => ({ kind: 'emergencies', agency }), options),
        ),
    );
}
