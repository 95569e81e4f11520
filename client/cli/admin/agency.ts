import { Command } from 'commander';
import { forPeople } from '../common.ts';
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
import { forTerms, type TermsOptions, termsOf } from './terms.ts';

/** `writ admin agency`: agencies, and what each may ask for. */
interface NewOptions extends ProposingOptions, TermsOptions {
  enrolment?: string;
  id?: string;
  name?: string;
  officer?: string;
}

type OtherTermsOptions = ProposingOptions & TermsOptions;

const newExamples = `
Examples:
  writ admin agency new                                   asks for everything, and before it signs
  writ admin agency new --enrolment officer-17.json --id de-lka-example --name "State Criminal Police Office" \\
    --officer officer-17 --jurisdiction DE --instrument EPOC EPOC-PR --category SubscriberData UserIdentifyingData \\
    --requests-per-day 50 --emergencies-per-week 5 --thumbprint=x6rX…VB8 --thumbprint=Qm1k…h0c

It enrols two keys, the officer's to sign with and to decrypt with; the second is the agency's too, for officers who have none
of their own. Both are compared by telephone, on a number that you knew before, and --thumbprint names both. Then another
reviewer: writ admin change approve.
`;

const termsExamples = `
Examples:
  writ admin agency terms de-lka-example --jurisdiction DE --instrument EPOC --category SubscriberData \\
    --requests-per-day 20 --emergencies-per-week 2

They take the place of all the terms before. An officer of the agency confirms them.
`;

export function agencyCommand(): Command {
  const enrol = forActiveFrom(forNewKey(forTerms(forProposing(new Command('new')))))
    .description('enrol an agency, with its first officer and the key that it decrypts with')
    .option('--id <id>', 'what it is called here: de-lka-example')
    .option('--name <name>', 'its name, as people read it')
    .option('--officer <pseudonym>', 'its first officer, as you call them')
    .addHelpText('after', newExamples)
    .action((options: NewOptions) => propose(() => newAgency(options), options));
  const terms = forTerms(forProposing(new Command('terms')))
    .description('propose other terms for an agency')
    .argument('<agency>', 'its id')
    .addHelpText('after', termsExamples)
    .action((agency: string, options: OtherTermsOptions) =>
      propose(async () => ({ kind: 'terms', agency, terms: await termsOf(options) }), options),
    );
  return forPeople(new Command('agency'))
    .description('enrol agencies, and change what each may ask for')
    .addCommand(enrol)
    .addCommand(terms);
}

async function newAgency(options: NewOptions): Promise<unknown> {
  const file = await neededFile(options.enrolment);
  const enrolment = await readEnrolment(file, 'agency');
  const id = await needed(options.id, '--id', 'What is the agency to be called here? (de-lka-example)');
  const name = await needed(options.name, '--name', 'Its name, as people read it');
  const holder = await needed(options.officer, '--officer', 'A pseudonym for its first officer');
  return {
    kind: 'agency',
    agency: { id, name, encryptionKey: encryptionKeyOf(enrolment, file), terms: await termsOf(options) },
    officer: { holder, ...officersKeys(enrolment), ...activeFromOf(options) },
  };
}
