import { Command } from 'commander';
import { forPeople } from '../common.ts';
import { agencyCommand } from './agency.ts';
import { changeCommand } from './change.ts';
import { emergenciesCommand, policyCommand } from './desk.ts';
import { holdCommand } from './hold.ts';
import { keyCommand } from './key.ts';
import { encryptionKeyCommand, officerCommand, reviewerCommand } from './people.ts';
import { peopleCommand } from './registered.ts';
import { revokeCommand } from './revoke.ts';

/** `writ admin`: who may ask, who may decide, under which policy, and which cases are kept. One person proposes, others decide, all sign. */
const footer = `
\`people\` and \`key show\` say who is enrolled; \`revoke\` and \`key revoke\` end keys at once, by one signature. Each of the
others proposes a change, which counts as its proposer's own decision; \`writ admin change\` shows what is proposed, and
decides. It takes two reviewers, and for an agency that is enrolled one of its officers (docs/registry.md).
`;

export function adminCommand(): Command {
  return forPeople(new Command('admin'))
    .description(
      'see who is enrolled; propose and decide changes: agencies, officers, reviewers, policies, keys, holds',
    )
    .addCommand(peopleCommand())
    .addCommand(agencyCommand())
    .addCommand(officerCommand())
    .addCommand(encryptionKeyCommand())
    .addCommand(reviewerCommand())
    .addCommand(policyCommand())
    .addCommand(emergenciesCommand())
    .addCommand(holdCommand())
    .addCommand(keyCommand())
    .addCommand(revokeCommand())
    .addCommand(changeCommand())
    .addHelpText('after', footer);
}
