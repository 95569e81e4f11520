/**
 * Judges of a stack that are not ours: AWS's own linter of templates (cfn-lint), the rules of cdk-nag (AwsSolutions and
 * Serverless), and AWS Control Tower's proactive controls by cfn-guard.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App, CfnElement, type Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { z } from 'zod';
import { cleanEnvironment, home } from '#dev/cloud/emulator.ts';

export const judges = ['cfn-lint', 'cdk-nag', 'cfn-guard'] as const;
export type Judge = (typeof judges)[number];

export interface Finding {
  /** The judge's name of its rule, and the logical id of what breaks it, without the construct library's suffixes. */
  readonly rule: string;
  readonly on: string;
}

/** `DeadLettersBBF8BAAB` as `DeadLetters`, also where a rule's name holds an id, and whichever variant it is of. */
export const plain = (text: string) =>
  text.replace(/Variant\d+$/, '').replaceAll(/(?<=\w)[0-9A-F]{8}(?=\b)/g, '');

const windows = process.platform === 'win32';
const linter = join(home, '.writ/tools', windows ? 'Scripts/cfn-lint.exe' : 'bin/cfn-lint');

/** Why a judge cannot sit here, if so. */
export function absence(judge: Judge): string | undefined {
  if (judge === 'cfn-lint' && !existsSync(linter))
    return 'cfn-lint is not installed: `npm test` installs it, `npm run test:unit` does not';
  if (
    judge === 'cfn-guard' &&
    !(['linux', 'darwin'].includes(process.platform) && /^(x64|arm64)$/.test(process.arch))
  )
    return `there is no cfn-guard for ${process.platform} on ${process.arch}`;
  return undefined;
}

const linted = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullish() }),
  }),
);

/** @throws Error if cfn-lint says nothing that can be read */
export async function lint(template: string): Promise<Finding[]> {
  const child = spawn(linter, ['--format', 'json', '--regions', 'eu-central-1', '--', template], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: cleanEnvironment(),
  });
  const text = (await child.stdout.setEncoding('utf8').toArray()).join('');
  // It prints nothing where it finds nothing, which would also be so if it did not run.
  const code = child.exitCode ?? (await new Promise((done) => child.once('exit', done)));
  if (text.trim() === '') throw new Error(`cfn-lint found nothing at all, and ended with ${String(code)}`);
  return linted.parse(JSON.parse(text)).map(({ Rule, Location: { Path } }) => ({
    rule: Rule.Id,
    on: plain(Path?.[0] === 'Resources' ? String(Path[1]) : (Path ?? []).join('/')),
  }));
}

/** The folders of Control Tower's controls, by the services that a stack has resources of; null: it has none for them. */
const controls: Readonly<Record<string, string | null>> = {
  ApiGateway: 'apigateway',
  CloudTrail: 'cloudtrail',
  CloudWatch: 'cloudwatch',
  DynamoDB: 'dynamodb',
  Events: null,
  IAM: 'identityandaccessmanagement',
  KMS: 'keymanagementservice',
  Kinesis: 'kinesis',
  Lambda: 'lambda',
  Logs: 'cloudwatch',
  S3: 's3',
  SNS: null,
  SQS: 'sqs',
};

const ruleFiles = join(home, 'node_modules/@cdklabs/cdk-validator-cfnguard/rules/control-tower/cfn-guard');

/**
 * @param types of the template's resources
 * @throws Error for a service that nobody has looked up whether there are controls for
 */
export function guard(template: string, types: readonly string[]): Finding[] {
  const services = types.filter((type) => type.startsWith('AWS::')).map((type) => type.split('::')[1] ?? '');
  const folders = [...new Set(services)].map((service) => {
    const folder = controls[service];
    if (folder === undefined)
      throw new Error(`are there controls for ${service}? Say so in test/judges/judges.ts`);
    return folder;
  });
  const rules = [...new Set(folders)]
    .filter((folder) => folder !== null)
    .map((folder) => join(ruleFiles, folder));
  const validator = new CfnGuardValidator({ controlTowerRulesEnabled: false, rules, maxBuffer: 2 ** 28 });
  const { violations } = validator.validate({ templatePaths: [template], appConstruct: new App() });
  return violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ resourceLogicalId = '' }) => ({
      rule: /\[(CT\.[A-Z0-9.]+)\]/.exec(description)?.[1] ?? ruleName,
      on: plain(resourceLogicalId),
    })),
  );
}

/** How many controls there are for the services of a stack, which the run prints. */
export const controlCount = (): number =>
  Object.values(controls).reduce(
    (count, folder) =>
      count + (folder === null ? 0 : globSync(`${folder}/*.guard`, { cwd: ruleFiles }).length),
    0,
  );

export function nag(stack: Stack): Finding[] {
  const ids = new Map(
    stack.node
      .findAll()
      .filter((construct) => CfnElement.isCfnElement(construct))
      .map((element) => [element.node.path, String(stack.resolve(element.logicalId))]),
  );
  return [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap((pack) =>
    pack.validateScope(stack).violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({
        rule: plain(ruleName),
        on: plain(ids.get(constructPath) ?? constructPath),
      })),
    ),
  );
}
