import { Command } from 'commander';
import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { type Policy, policyHash, policySchema } from '#core/cases/policy.ts';
import { type Category, categories } from '#core/categories/categories.ts';
import { attempt, counted, exit, forPeople, parseJson, printJson, say } from './common.ts';
import { holidaysWarning, termText } from './due-text.ts';
import { givenText } from './given.ts';
import { holidaysCommand } from './policy-holidays.ts';

const examples = `
Examples:
  writ policy check policy/minimal.json
  writ policy check policy/minimal.json --json

Exit codes: 0 it can be used, 1 it cannot, 2 usage.
`;

/** `writ policy`: shows what a policy says and its hash, which reviewers adopt before it is deployed. */
export function policyCommand(): Command {
  const check = forPeople(new Command('check'))
    .argument('<file>', 'the policy, as in policy/')
    .description('check a policy, and print the hash that two reviewers adopt it by')
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
    .action(async (file: string, { json }: { json?: boolean }) => {
      process.exitCode = await attempt(() => run(file, json === true));
    });
  return forPeople(new Command('policy'))
    .description('work with policies')
    .addCommand(check)
    .addCommand(holidaysCommand());
}

async function run(file: string, json: boolean): Promise<number> {
  const parsed = policySchema.safeParse(parseJson(await givenText(file), file));
  if (!parsed.success) {
    say(
      `error: ${printable(file)} is no policy that can be used:\n${printable(z.prettifyError(parsed.error))}`,
    );
    return exit.wrong;
  }
  const hash = policyHash(parsed.data);
  const warning = holidaysWarning(parsed.data);
  if (warning !== undefined) say(`warning: ${warning}`);
  if (json) printJson({ policyHash: hash, policy: parsed.data });
  else process.stdout.write(`${hash}\n\n${summary(parsed.data)}`);
  return 0;
}

/** What a policy says, in a few lines. */
export function summary(policy: Policy): string {
  const { Routine, Emergency, stops } = policy.deadlines;
  const { limits, emergency, preservation } = policy;
  const lines = [
    `${printable(policy.name)}: ${policy.approvals} approvals, in an emergency ${emergency.approvals}`,
    ...categories.map((category) => `  ${category.padEnd(20)} ${takes(policy.categories[category])}`),
    `answers in ${termText(Routine)}, in an emergency in ${termText(Emergency)}; what that owes, in ${emergency.debtHours} hours`,
    `counts days ${calendarText(policy)}`,
    ...(stops === true ? ['lets the time stand still while the desk waits for information'] : []),
    ...(policy.lifetimeDays === undefined
      ? []
      : [`ends a case that nobody decided after ${counted(policy.lifetimeDays, 'day')}`]),
    `at most ${limits.subjects} subjects and ${limits.periodDays} days a case, ${limits.collections} collections`,
    `preserves ${preservation.days} days and ${preservation.extensionDays} more, with requests at most ${preservation.mostDays}`,
    `forgets a case ${counted(policy.caseRetentionMonths, 'month')} after its end`,
  ];
  return `${lines.join('\n')}\n`;
}

function calendarText({ calendar }: Policy): string {
  if (calendar === undefined) return 'in UTC, with no public holidays';
  const { zone, holidays } = calendar;
  return `as in ${zone}, with the public holidays of ${printable(holidays.place)}, known through ${holidays.through}`;
}

function takes(lines: Policy['categories'][Category]): string {
  if (lines.length === 0) return 'not disclosed';
  return lines
    .map(({ instruments, authorisers, offence }) => {
      const which = offence === 'threshold' ? ', offences that meet the threshold' : '';
      return `${instruments.join(', ')} by ${authorisers.join(', ')}${which}`;
    })
    .join('; ');
}
