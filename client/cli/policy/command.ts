import { Command } from 'commander';
import { warningText } from '#client/policy-warning-text.ts';
import { warningsOf } from '#client/policy-warnings.ts';
import { printable } from '#client/printable.ts';
import { type Policy, policyHash, policySchema } from '#core/cases/policy.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { requestSchema } from '#core/cases/request.ts';
import { attempt, bad, exit, forPeople, good, parseJson, printJson, say } from '../common.ts';
import { instantFault, instantHelp, instantOf } from '../dates.ts';
import { UsageError } from '../errors.ts';
import { when } from '../format.ts';
import { givenText } from '../given.ts';
import { faultLine } from '../request/faults.ts';
import { wrapped } from '../request/sentences.ts';
import { explain, sectionText } from './explain.ts';
import { holidaysCommand } from './holidays.ts';
import { tryPreservation, tryRequest } from './trial.ts';
import { trialSections } from './trial-text.ts';

const checkExamples = `
Examples:
  writ policy check policy/minimal.json
  writ policy check policy/us-sca.json --json

Exit codes: 0 it can be used, 1 it cannot, 2 usage.
`;

const tryExamples = `
Examples:
  writ policy try policy/us-sca.json request.json
  writ policy try policy/eu-e-evidence.json request.json --at 2026-12-23T16:30:00Z

The request is a JSON object as \`POST /v1/requests\` or \`POST /v1/preservations\` takes it. It is sent nowhere. An agency's
own terms may allow less than the policy.

Exit codes: 0 it would be taken, 1 it would be refused, 2 usage.
`;

interface JsonOption {
  json?: boolean;
}

/** `writ policy`: shows what a policy says and its hash, which reviewers adopt before it is deployed. */
export function policyCommand(): Command {
  const check = forPeople(new Command('check'))
    .argument('<file>', 'the policy, as in policy/')
    .description('check a policy, say what it says, and print the hash that two reviewers adopt it by')
    .option('--json', 'as JSON')
    .addHelpText('after', checkExamples)
    .action(async (file: string, { json }: JsonOption) => {
      process.exitCode = await attempt(() => checkFile(file, json === true));
    });
  const trial = forPeople(new Command('try'))
    .argument('<policy>', 'the policy, as in policy/')
    .argument('<request>', 'the request, as JSON')
    .description('show what a request would get under a policy, and by which of its lines')
    .option('--at <when>', `when it arrives: ${instantHelp} (default: now)`)
    .option('--json', 'as JSON')
    .addHelpText('after', tryExamples)
    .action(async (policy: string, request: string, options: JsonOption & { at?: string }) => {
      process.exitCode = await attempt(() => tryFiles(policy, request, options));
    });
  return forPeople(new Command('policy'))
    .description('work with policies')
    .addCommand(check)
    .addCommand(trial)
    .addCommand(holidaysCommand());
}

async function readPolicy(file: string): Promise<Policy | undefined> {
  const parsed = policySchema.safeParse(parseJson(await givenText(file), file));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `✖ ${printable(message)}\n  → at ${printable(path.map(String).join('.'))}`,
  );
  say(`error: ${printable(file)} is no policy that can be used:\n${faults.join('\n')}`);
  return undefined;
}

async function checkFile(file: string, json: boolean): Promise<number> {
  const policy = await readPolicy(file);
  if (policy === undefined) return exit.wrong;
  const hash = policyHash(policy);
  const warnings = warningsOf(policy, new Date().toISOString()).map((warning) => ({
    code: warning.code,
    text: warningText(warning),
  }));
  if (json) printJson({ policyHash: hash, policy, warnings });
  else {
    process.stdout.write(`${hash}\n\n${explanation(policy)}`);
    for (const { text } of warnings) say(wrapped(text, 'warning: ').join('\n'));
  }
  return policy.inactive === undefined ? 0 : exit.wrong;
}

/** A policy in sentences, for whoever has it adopted. */
export const explanation = (policy: Policy) => explain(policy).map(sectionText).join('\n');

async function tryFiles(
  policyGiven: string,
  requestGiven: string,
  { at: given, json }: JsonOption & { at?: string },
): Promise<number> {
  const policy = await readPolicy(policyGiven);
  if (policy === undefined) return exit.wrong;
  const at = instantGiven(given);
  const value = parseJson(await givenText(requestGiven), requestGiven);
  const order = preservationSchema.safeParse(value);
  if (order.success) {
    const ended = tryPreservation(order.data, policy, at);
    const isTaken = 'endsAt' in ended;
    if (json === true) printJson({ taken: isTaken, ...ended });
    else if (isTaken)
      process.stdout.write(
        `${good('Taken')}: kept until ${when(ended.endsAt)}, and not after ${when(ended.latestEnd)}\n`,
      );
    else process.stdout.write(`${bad('Refused')}: ${ended.refusal.code}\n`);
    return isTaken ? 0 : exit.wrong;
  }
  const request = requestSchema.safeParse(value);
  if (!request.success)
    throw new UsageError(`${printable(requestGiven)} is no request: ${faultLine(request.error, value)}`);
  const trial = tryRequest(request.data, policy, at);
  const { refusal, judged, received, opened, signatures } = trial;
  if (json === true)
    printJson({
      taken: refusal === undefined,
      ...(refusal === undefined ? {} : { refusal }),
      judged,
      ...(received === undefined ? {} : { dueAt: received.dueAt, signatures }),
      ...(opened?.debts === undefined ? {} : { debts: opened.debts }),
    });
  else process.stdout.write(trialSections(trial, request.data, policy).map(sectionText).join('\n'));
  return refusal === undefined ? 0 : exit.wrong;
}

/** @throws UsageError */
function instantGiven(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString();
  const instant = instantOf(given);
  const fault = instantFault(given);
  if (instant === undefined || fault !== undefined) throw new UsageError(`--at ${fault ?? 'is no instant'}`);
  return instant;
}
