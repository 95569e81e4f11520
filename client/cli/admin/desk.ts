import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { revokeKey } from '#client/registry.ts';
import { policyHash, policySchema } from '#core/cases/policy.ts';
import { attempt, forPeople, parseJson, printJson, say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { fields, when } from '../format.ts';
import { givenText } from '../given.ts';
import { type Choice, neededChoice } from '../person.ts';
import { summary } from '../policy.ts';
import { connect, type ProfileOptions } from '../profile/connection.ts';
import { forProposing, type ProposingOptions, propose } from './proposing.ts';

/** `writ admin policy|emergencies|key`: adopts a policy, reopens an agency's emergencies, revokes a key. */
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

const revokeExamples = `
Examples:
  writ admin key revoke x6rX…VB8 --reason stolen
  writ admin key revoke --reason replaced --yes -- -6rX…VB8        one that begins with a dash

At once and for good. Requests of an officer's key are cancelled; of a reviewer's, what waits is void, and cases that it
helped to open are suspended. Reviewers revoke any key, officers those of their own agency.
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
  if (json !== true) say(summary(data));
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

interface RevokeOptions extends ProfileOptions {
  reason?: string;
}

export function keyCommand(): Command {
  return forPeople(new Command('key'))
    .description('revoke keys')
    .addCommand(
      forProposing(new Command('revoke'))
        .description('revoke a key, at once and for good')
        .argument('<keyid>', 'its thumbprint')
        .option('--reason <reason>', 'lost, stolen, left or replaced')
        .addHelpText('after', revokeExamples)
        .action(async (keyid: string, options: RevokeOptions) => {
          process.exitCode = await attempt(() => revoke(keyid, options), options);
        }),
    );
}

const reasons: Choice<Parameters<typeof revokeKey>[2]>[] = [
  { value: 'lost', description: 'nobody knows where it is' },
  { value: 'stolen', description: 'somebody else has it, or may have' },
  { value: 'left', description: 'its holder left' },
  { value: 'replaced', description: 'its holder has another, which is active' },
];

async function revoke(keyid: string, options: RevokeOptions): Promise<number> {
  const reason = await neededChoice(options.reason, '--reason', 'Why? It is in the log.', reasons);
  const { session } = await connect(options);
  const revoked = await revokeKey(session, keyid, reason);
  if (options.json === true) printJson(revoked);
  else process.stdout.write(fields({ revoked: printable(revoked.keyid), since: when(revoked.revokedAt) }));
  return 0;
}
