import { Command } from 'commander';
import { forPeople, say } from '../common.ts';
import { needed } from '../person.ts';
import { encryptionKeyOf, officersKeys, readEnrolment } from './enrolment.ts';
import {
  activeFromOf,
  forActiveFrom,
  forNewKey,
  forProposing,
  neededFile,
  type ProposingOptions,
  propose,
} from './proposing.ts';

/** `writ admin officer|encryption-key|reviewer new`: one more key, of another person or the next key of the same. */
interface Options extends ProposingOptions {
  enrolment?: string;
  officer?: string;
  reviewer?: string;
}

const officerExamples = `
Examples:
  writ admin officer new de-lka-example --officer officer-18 --enrolment officer-18.json
  writ admin officer new de-lka-example --officer officer-17 --enrolment next.json --active-from 2026-12-01

The enrolment holds two keys, to sign with and to decrypt with: what this officer collects is encrypted to theirs. Both are
compared by telephone. The second example is the next key of an officer who has one: revoke the old one once the new one is
active. Proposed by an officer of the agency or by a reviewer; it takes two reviewers, and an officer's confirmation.
`;

const encryptionExamples = `
Examples:
  writ admin encryption-key new de-lka-example --officer officer-17 --enrolment next.json
  writ admin encryption-key new de-lka-example --enrolment next.json --active-from 2026-12-01 --thumbprint Qm1k…h0c

The first is for what this officer collects, the second for the officers of the agency who have no key of their own. What is
collected from then on is encrypted to it; what was collected before opens with the key before.
`;

const reviewerExamples = `
Examples:
  writ admin reviewer new --reviewer m.diaz --enrolment m.diaz.json
  writ admin reviewer new --reviewer r.jansen --enrolment next.json --active-from 2026-12-01

The second is the next key of a reviewer who has one. Keep three reviewers or more.
`;

export function officerCommand(): Command {
  return group('officer', 'enrol officers, and the next keys of those that are').addCommand(
    forActiveFrom(forNewKey(forProposing(new Command('new'))))
      .description('enrol an officer’s key')
      .argument('<agency>', 'the agency’s id')
      .option('--officer <pseudonym>', 'whose it is, as the provider calls them')
      .addHelpText('after', officerExamples)
      .action((agency: string, options: Options) =>
        propose(async () => {
          const enrolment = await readEnrolment(await neededFile(options.enrolment), 'agency');
          const holder = await needed(options.officer, '--officer', 'A pseudonym for the officer');
          if (enrolment.encryptionKey === undefined)
            say('The enrolment has no key to decrypt with: what this officer collects is for the agency’s.');
          return {
            kind: 'officer',
            agency,
            officer: { holder, ...officersKeys(enrolment), ...activeFromOf(options) },
          };
        }, options),
      ),
  );
}

export function encryptionKeyCommand(): Command {
  return group(
    'encryption-key',
    'change the key that an officer’s or an agency’s disclosures are encrypted to',
  ).addCommand(
    forActiveFrom(forNewKey(forProposing(new Command('new'))))
      .description('enrol an officer’s next encryption key, or the agency’s')
      .argument('<agency>', 'the agency’s id')
      .option(
        '--officer <pseudonym>',
        'whose own it is, as the provider calls them; without it, the agency’s',
      )
      .addHelpText('after', encryptionExamples)
      .action((agency: string, options: Options) =>
        propose(async () => {
          const file = await neededFile(options.enrolment);
          const encryptionKey = encryptionKeyOf(await readEnrolment(file, 'agency'), file);
          const { officer } = options;
          return {
            kind: 'encryption-key',
            agency,
            ...(officer === undefined ? {} : { officer }),
            encryptionKey,
            ...activeFromOf(options),
          };
        }, options),
      ),
  );
}

export function reviewerCommand(): Command {
  return group('reviewer', 'enrol reviewers, and the next keys of those that are').addCommand(
    forActiveFrom(forNewKey(forProposing(new Command('new'))))
      .description('enrol a reviewer’s key')
      .option('--reviewer <pseudonym>', 'whose it is, as the provider calls them')
      .addHelpText('after', reviewerExamples)
      .action((options: Options) =>
        propose(async () => {
          const { publicKey } = await readEnrolment(await neededFile(options.enrolment), 'reviewer');
          const holder = await needed(options.reviewer, '--reviewer', 'A pseudonym for the reviewer');
          return { kind: 'reviewer', reviewer: { holder, publicKey, ...activeFromOf(options) } };
        }, options),
      ),
  );
}

const group = (name: string, description: string) => forPeople(new Command(name)).description(description);
