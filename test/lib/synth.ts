/** The stack as CloudFormation would get it, and questions to ask of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { readConfig } from '#lib/config.ts';
import { WritStack } from '#lib/writ-stack.ts';

const list = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const texts = z.union([z.array(z.string()), z.string().transform((one) => [one])]);

const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Principal: z.unknown().optional(),
  Resource: list.default([]),
  NotResource: list.default([]),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof statement>;
const document = z.object({ Statement: z.array(statement) });

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});
export type Resource = z.infer<typeof resource> & { id: string };

export interface Synthesized {
  stack: WritStack;
  template: Template;
  resources: Resource[];
  /** What the synthesis would have had to look up in an account. */
  missing: readonly unknown[];
}

const { context } = z
  .object({ context: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync('cdk.json', 'utf8')));

export function synthesize(given: Record<string, unknown>): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'writ-synth-'));
  try {
    const settings = { ...context, ...given };
    const app = new App({ outdir, context: settings });
    const config = readConfig((name) => app.node.tryGetContext(name));
    const stack = new WritStack(app, config.stackName, { config });
    const template = Template.fromStack(stack);
    const resources = Object.entries(template.toJSON().Resources ?? {}).map(([id, value]) => ({
      id,
      ...resource.parse(value),
    }));
    return { stack, template, resources, missing: app.synth().manifest.missing ?? [] };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export const ofType = (all: readonly Resource[], type: string) =>
  all.filter((resource) => resource.Type === type);

export function statementsOf(policy: unknown): Statement[] {
  return document.parse(policy).Statement;
}

const part = z.object({ PathPart: z.string(), ParentId: z.unknown() });

/** The path of one of API Gateway's resources, by what refers to it; the root's is empty. */
export function pathOf(all: readonly Resource[], reference: unknown): string {
  const id = z.object({ Ref: z.string() }).safeParse(reference).data?.Ref;
  const found = all.find((resource) => resource.id === id && resource.Type === 'AWS::ApiGateway::Resource');
  if (found === undefined) return '';
  const { PathPart, ParentId } = part.parse(found.Properties);
  return `${pathOf(all, ParentId)}/${PathPart}`;
}

/** The statements of a key's own policy. */
export function keyPolicy(all: readonly Resource[], id: string): Statement[] {
  const key = all.find((resource) => resource.id === id && resource.Type === 'AWS::KMS::Key');
  return statementsOf(key?.Properties.KeyPolicy);
}

/** The logical id of what an ARN in a template is of. */
export function arnOf(value: unknown): string | undefined {
  const parsed = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }).safeParse(value);
  return parsed.data?.['Fn::GetAtt'][0];
}

/** The logical id of the one role that a statement is for. */
export function principalOf(statement: Statement | undefined): string | undefined {
  return arnOf(z.object({ AWS: z.unknown() }).safeParse(statement?.Principal).data?.AWS);
}

/** The role that a function runs under, by the function's name in lib/writ-stack.ts. */
export function roleOf(all: readonly Resource[], name: string): string {
  const found = ofType(all, 'AWS::IAM::Role').filter((resource) => resource.id === `${name}Role`);
  const [role] = found;
  if (role === undefined || found.length > 1) throw new Error(`no one role of ${name}`);
  return role.id;
}

/** Whether a statement's action pattern takes in an action. */
export function matches(statement: Statement, action: string): boolean {
  return statement.Action.some((pattern) =>
    new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'i').test(action),
  );
}
