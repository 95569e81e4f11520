import { Command } from 'commander';
import { delayNotice, tellPerson, validateRequest, withdrawRequest } from '#client/agency.ts';
import type { Session } from '#client/exchange.ts';
import type { CaseView } from '#core/cases/case.ts';
import { authoriserRoles } from '#core/cases/policy.ts';
import { delayReasons, delaySchema, tellingSchema, validationSchema } from '#core/cases/request.ts';
import { attempt, forPeople } from '../common.ts';
import { instantHelp, instantHint } from '../dates.ts';
import { neededChoice } from '../person.ts';
import { connect, forSigning, type ProfileOptions } from '../profile/connection.ts';
import { digestOf, timeOf } from './answers.ts';
import { type DraftOptions, forOrder } from './draft.ts';
import { checked } from './drafting.ts';
import { printCase } from './follow.ts';
import { delayFault, toldFault, validatedFault } from './limits.ts';
import { idOf } from './own.ts';

/** What an agency does with a request that it sent: withdraw it, validate an emergency, delay the notice, say that it told. */
type ValidateOptions = ProfileOptions &
  Pick<DraftOptions, 'order' | 'orderDigest' | 'authoriser' | 'office'> & { validated?: string };

type DelayOptions = ProfileOptions &
  Pick<DraftOptions, 'order' | 'orderDigest'> & { until?: string; reason?: string };

interface ToldOptions extends ProfileOptions {
  at?: string;
}

const withdrawExamples = `
Examples:
  writ request withdraw GS-4711/26
  writ request withdraw 7d0c1e0a-5f0e-4c57-9a51-0c8a0f6e2a11 --yes

Access to its data ends at once and for good: no more data can be collected.
`;

const validateExamples = `
Examples:
  writ request validate GS-4711/26 --authoriser PublicProsecutor --validated 2026-11-21T10:00:00Z --order order.pdf

An emergency opens before its order is validated. Where whoever issued it may not validate it, hand the validation in
within the hours that \`writ request show\` says. After them access to the data ends. Where no validation is granted,
withdraw the request: \`writ request withdraw\`.
`;

const delayExamples = `
Examples:
  writ request delay GS-4711/26 --until 2027-05-20 --reason "jeopardising the investigation"

  writ request delay GS-4711/26 --until 2027-05-20 --reason evidence --order preclusion-order.pdf

Renew a delay before it ends. Once it has ended, the person is notified. Where an order forbids telling them, name the one
that goes on to forbid it: --order, or --order-digest.
`;

const toldExamples = `
Examples:
  writ request told GS-4711/26 --at 2026-12-04T10:30:00Z

Where your authority tells the person (\`writ request show\` says so), say here that it did. The log says it then. It is said
once.
`;

export function withdrawCommand(): Command {
  return forSigning(forPeople(new Command('withdraw')))
    .description('withdraw a request: access to its data ends, at once and for good')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .addHelpText('after', withdrawExamples)
    .action(async (given: string, options: ProfileOptions) => {
      process.exitCode = await attempt(() => act(given, options, withdrawRequest), options);
    });
}

export function validateCommand(): Command {
  return forSigning(forOrder(forPeople(new Command('validate'))))
    .description('hand in the validated order that an emergency owes')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--authoriser <role>', `who validated it: ${authoriserRoles.join(', ')}`)
    .option('--office <name>', 'their own office, as the provider’s policy names it: Court')
    .option('--validated <when>', `when: ${instantHelp}`)
    .addHelpText('after', validateExamples)
    .action(async (given: string, options: ValidateOptions) => {
      process.exitCode = await attempt(() => validate(given, options), options);
    });
}

export function delayCommand(): Command {
  return forSigning(forOrder(forPeople(new Command('delay'))))
    .description('delay the notice to the person')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--until <when>', `until when: ${instantHelp}`)
    .option('--reason <reason>', delayReasons.join(', '))
    .addHelpText('after', delayExamples)
    .action(async (given: string, options: DelayOptions) => {
      process.exitCode = await attempt(() => delay(given, options), options);
    });
}

export function toldCommand(): Command {
  return forSigning(forPeople(new Command('told')))
    .description('say that your authority told the person')
    .argument('<request>', 'its id, the beginning of it, or your reference')
    .option('--at <when>', `when it did: ${instantHelp}`)
    .addHelpText('after', toldExamples)
    .action(async (given: string, options: ToldOptions) => {
      process.exitCode = await attempt(() => told(given, options), options);
    });
}

async function told(given: string, options: ToldOptions): Promise<number> {
  const now = new Date().toISOString();
  const toldAt = await timeOf(options.at, undefined, '--at', `Told when (${instantHint})`, (at) =>
    toldFault(at, now),
  );
  const telling = checked(tellingSchema, { toldAt });
  return act(given, options, (session, id) => tellPerson(session, id, telling));
}

async function validate(given: string, options: ValidateOptions): Promise<number> {
  const now = new Date().toISOString();
  const authoriserRole = await neededChoice(
    options.authoriser,
    '--authoriser',
    'Who validated it?',
    choices(authoriserRoles),
  );
  const draft = {
    authoriserRole,
    ...(options.office === undefined ? {} : { role: options.office }),
    validatedAt: await timeOf(
      options.validated,
      undefined,
      '--validated',
      `Validated when (${instantHint})`,
      (at) => validatedFault(at, now),
    ),
    digest: await digestOf(options),
  };
  const validation = checked(validationSchema, draft);
  return act(given, options, (session, id) => validateRequest(session, id, validation));
}

async function delay(given: string, options: DelayOptions): Promise<number> {
  const now = new Date().toISOString();
  const draft = {
    delayUntil: await timeOf(options.until, undefined, '--until', `Until when (${instantHint})`, (at) =>
      delayFault(at, now, {}),
    ),
    reason: await neededChoice(options.reason, '--reason', 'Why not before?', choices(delayReasons)),
    ...(options.order === undefined && options.orderDigest === undefined
      ? {}
      : { digest: await digestOf(options) }),
  };
  const notice = checked(delaySchema, draft);
  return act(given, options, (session, id) => delayNotice(session, id, notice));
}

const choices = <T extends string>(values: readonly T[]) => values.map((value) => ({ value }));

/** Carries an act out, and shows where the request stands then. */
async function act(
  given: string,
  options: ProfileOptions,
  send: (session: Session, id: string) => Promise<CaseView>,
): Promise<number> {
  const connection = await connect(options);
  const id = await idOf(connection, 'requests', given);
  await printCase(connection, await send(connection.session, id), options);
  return 0;
}
