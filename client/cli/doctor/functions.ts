import { type Check, ok, unreadChecks, wrong } from '#client/doctor/check.ts';
import { matches } from '#client/doctor/template.ts';
import { printable } from '#client/printable.ts';
import { isRecord } from '#core/iam-policy.ts';
import { inParallel } from '#core/parallel.ts';
import { awsErrorName, type LambdaSdk } from '../aws.ts';
import type { ReadStack } from './stack.ts';

/** The deployed functions, compared with the template: each one's role and environment, and the authority they verify for. */
const name = 'functions';

interface Lambda {
  sdk: LambdaSdk;
  client: InstanceType<LambdaSdk['LambdaClient']>;
}

interface Looked {
  checks: Check[];
  authority?: string | undefined;
  /** Why it could not be read. */
  unread?: string;
}

export async function functionChecks(
  lambda: Lambda,
  stack: ReadStack,
  host: string | undefined,
): Promise<Check[]> {
  const functions = Object.entries(stack.template).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
  const looked = await inParallel(functions, 4, ([id, { Properties }]) =>
    look(lambda, stack, id, Properties),
  );
  const unread = looked.flatMap((looked) => looked.unread ?? []);
  const found = [
    ...looked.flatMap(({ checks }) => checks),
    ...unreadChecks(
      name,
      `of ${functions.length} functions`,
      unread,
      'these credentials need to read Lambda',
    ),
  ];
  const authorities = new Set(looked.flatMap(({ authority }) => authority ?? []));
  return [
    ...(found.length > 0
      ? found
      : [ok(name, `${functions.length} functions have the role and the environment of the template`)]),
    ...(host === undefined ? [] : [deployedAuthority(authorities, host)]),
  ];
}

async function look(
  lambda: Lambda,
  stack: ReadStack,
  id: string,
  expected: Record<string, unknown>,
): Promise<Looked> {
  const FunctionName = stack.resources.get(id);
  const { sdk, client } = lambda;
  try {
    const { Environment, Role } = await client.send(
      new sdk.GetFunctionConfigurationCommand({ FunctionName }),
    );
    const live = Environment?.Variables ?? {};
    const given = isRecord(expected.Environment) ? expected.Environment.Variables : undefined;
    const should = isRecord(given) ? given : {};
    const differing = [...new Set([...Object.keys(should), ...Object.keys(live)])].filter(
      (variable) => !matches(should[variable], live[variable], stack),
    );
    const next =
      'who changed it? `cdk deploy` alone does not take it back: see CloudFormation’s drift detection';
    const checks = differing.map((variable) =>
      wrong(name, printable(`${id}: its variable ${variable} is not what the template says`), next),
    );
    if (!matches(expected.Role, Role, stack))
      checks.push(wrong(name, `${id}: it runs with another role`, next));
    return { checks, authority: live.AUTHORITY };
  } catch (error) {
    const code = awsErrorName(error);
    if (code !== 'ResourceNotFoundException') return { checks: [], unread: printable(code) };
    const gone = wrong(name, `${id}: the function is gone`, 'see CloudFormation’s drift detection');
    return { checks: [gone] };
  }
}

function deployedAuthority(authorities: ReadonlySet<string>, host: string): Check {
  const at = 'deployed-authority';
  const others = [...authorities].filter((authority) => authority !== host);
  if (authorities.size === 0)
    return ok(at, `the stack names none: signatures are verified for whatever domain the API is reached by`);
  if (others.length === 0) return ok(at, host);
  return wrong(
    at,
    `the stack verifies signatures for ${others.map(printable).join(', ')}, and callers of ${host} sign for that`,
    `\`cdk deploy -c authority=${host}\`, or give callers the other address`,
  );
}
