import { Command } from 'commander';
import { answerNotification, showNotification } from '#client/authority.ts';
import type { Narrowing } from '#client/scope.ts';
import {
  type AuthorityAnswer,
  type AuthorityGround,
  authorityAnswerSchema,
  authorityGrounds,
} from '#core/cases/notification.ts';
import type { NotificationView } from '#core/cases/notification-view.ts';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { type Choice, needed, neededChoice } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { checked } from '../request/drafting.ts';
import { chooseScope, narrowingOf, type ScopeOptions } from '../review/scope.ts';
import { isOpen, notifiedNamed, notifiedText } from './notified.ts';

/** `writ authority consent` and `writ authority object`: the authority's one answer. */
interface Options extends ProfileOptions, ScopeOptions {
  text?: string;
  ground?: string;
}

const groundTexts: Record<AuthorityGround, string> = {
  'immunity-or-privilege': 'immunities or privileges protect the data, or limit liability for the press',
  'press-freedom': 'rules on the freedom of the press or of expression protect the data',
  'fundamental-rights': 'in an exceptional case, a manifest breach of a fundamental right',
  'ne-bis-in-idem': 'the person was finally tried for it',
  'not-an-offence': 'what was done is no offence here, and none of the listed ones',
};
const list = authorityGrounds.map((ground) => `  ${ground.padEnd(24)}${groundTexts[ground]}`).join('\n');
const choices: Choice<AuthorityGround>[] = authorityGrounds.map((value) => ({
  value,
  description: groundTexts[value],
}));

const consentExamples = `
Examples:
  writ authority consent 0f8b6b1e
  writ authority consent 0f8b6b1e --text "To be used in this investigation alone." --yes

With your consent the provider waits no longer, and you cannot object any more. --text is read by the officer who asked.
`;

const objectExamples = `
Grounds (Regulation (EU) 2023/1543 Art. 12(1); read it there):
${list}

Examples:
  writ authority object 0f8b6b1e                        shows the case, asks for the ground and why
  writ authority object 0f8b6b1e --ground press-freedom --text "The account of a journalist." --yes
  writ authority object 0f8b6b1e --ground press-freedom --text "Subject 1 is a journalist." --subject 0

Without --subject, --category, --from or --to you object to all, and the case ends. With them you leave what they name to
be disclosed, and object to the rest. The ground is public; --text is read by the officer who asked.
`;

export function consentCommand(): Command {
  return forSigning(forPeople(new Command('consent')))
    .description('say that your authority raises no ground: the provider waits no longer')
    .argument('<notification>', 'its id, or the beginning of it')
    .option(
      '--text <text>',
      'conditions on the use of the data, for the agency: one line of at most 1,000 characters',
    )
    .addHelpText('after', consentExamples)
    .action(async (given: string, options: Options) => {
      process.exitCode = await attempt(() => consent(given, options), options);
    });
}

export function objectCommand(): Command {
  return forSigning(forPeople(new Command('object')))
    .description('object, on a ground, to all that is asked or to a part of it')
    .argument('<notification>', 'its id, or the beginning of it')
    .option('--ground <ground>', 'one of the list below')
    .option('--text <text>', 'why, for the agency: one line of at most 1,000 characters')
    .option('--subject <n...>', 'leave these subjects to be disclosed, by their numbers')
    .option('--category <category...>', 'leave these categories')
    .option('--from <when>', 'leave what is not before then')
    .option('--to <when>', 'leave what is before then')
    .addHelpText('after', objectExamples)
    .action(async (given: string, options: Options) => {
      process.exitCode = await attempt(() => object(given, options), options);
    });
}

async function consent(given: string, options: Options): Promise<number> {
  const { text } = options;
  return answer(given, options, async ({ requestDigest }) => ({
    decision: 'consent',
    requestDigest,
    ...(text === undefined ? {} : { text }),
  }));
}

async function object(given: string, options: Options): Promise<number> {
  // What is wrong with the options is said before anything is fetched.
  const narrowed = narrowingOf(options);
  if (options.ground !== undefined && !choices.some(({ value }) => value === options.ground))
    throw new UsageError(`--ground is one of ${authorityGrounds.join(', ')}`);
  return answer(given, options, async (view) => {
    const ground = await neededChoice(options.ground, '--ground', 'On which ground? It is public.', choices);
    const text = await needed(options.text, '--text', 'Why? The officer who asked reads it.');
    const { requestDigest } = view;
    return { decision: 'object', requestDigest, ground, text, ...left(view, narrowed) };
  });
}

function left({ asked }: NotificationView, narrowed: Narrowing | undefined) {
  if (narrowed === undefined) return {};
  return { scope: chooseScope({ asked, decisions: [] }, narrowed, undefined).scope };
}

async function answer(
  given: string,
  options: Options,
  of: (view: NotificationView) => Promise<AuthorityAnswer>,
): Promise<number> {
  const connection = await connect(options);
  const { session } = connection;
  const view = await showNotification(session, await notifiedNamed(connection, given));
  if (!isOpen(view))
    throw new CommandError(
      'notification-over',
      'your authority has answered, its time has passed, or the case is closed; nothing was signed',
      '`writ authority show` says which',
    );
  if (options.json !== true) say(notifiedText(view));
  const after = await answerNotification(session, view.id, checked(authorityAnswerSchema, await of(view)));
  if (options.json === true) printJson(after);
  else process.stdout.write(notifiedText(after));
  return 0;
}
