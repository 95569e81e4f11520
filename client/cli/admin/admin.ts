import { Command } from 'commander';
import { forPeople } from '../common.ts';
import { agencyCommand } from './agency.ts';
import { changeCommand } from './change.ts';
import { emergenciesCommand, keyCommand, policyCommand } from './desk.ts';
import { holdCommand } from './hold.ts';
import { encryptionKeyCommand, officerCommand, reviewerCommand } from './people.ts';

/** `writ admin`: who may ask, who may decide, under which policy, and which cases are kept. One person proposes, others decide, all sign. */
const footer = `
Each of these proposes a change, which counts as its proposer's own decision; \`writ admin change\` shows what is
proposed, and decides. It takes two reviewers, and for an agency that is enrolled one of its officers (docs/registry.md).
`;

export function adminCommand(): Command {
  return forPeople(new Command('admin'))
    .description(
      'propose and decide changes of the registry: agencies, officers, reviewers, policies, keys, holds',
    )
    .addCommand(agencyCommand())
    .addCommand(officerCommand())
    .addCommand(encryptionKeyCommand())
    .addCommand(reviewerCommand())
    .addCommand(policyCommand())
    .addCommand(emergenciesCommand())
    .addCommand(holdCommand())
    .addCommand(keyCommand())
    .addCommand(changeCommand())
    .addHelpText('after', footer);
}
