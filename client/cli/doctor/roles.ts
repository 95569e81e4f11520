import { type Check, ok, unreadChecks, wrong } from '#client/doctor/check.ts';
import { type ExpectedRole, type LiveRole, roleDrift } from '#client/doctor/roles.ts';
import type { Deployed } from '#client/doctor/template.ts';
import { printable } from '#client/printable.ts';
import { parseJsonText } from '#core/json.ts';
import { inParallel } from '#core/parallel.ts';
import { awsErrorName, type IamSdk } from '../aws.ts';

/** IAM drift: each role of the stack against its template. */
const name = 'iam';

interface Iam {
  sdk: IamSdk;
  client: InstanceType<IamSdk['IAMClient']>;
}

export async function roleChecks(
  iam: Iam,
  roles: readonly ExpectedRole[],
  deployed: Deployed,
): Promise<Check[]> {
  const unread: string[] = [];
  const looked = await inParallel(roles, 4, (role) => roleCheck(iam, role, deployed, unread));
  const found = [
    ...looked.flat(),
    ...unreadChecks(name, `of ${roles.length} roles`, unread, 'these credentials need to read IAM'),
  ];
  if (found.length > 0) return found;
  return [ok(name, `${roles.length} roles have the policies and the trust of the template, and no other`)];
}

async function roleCheck(
  iam: Iam,
  role: ExpectedRole,
  deployed: Deployed,
  unread: string[],
): Promise<Check[]> {
  const RoleName = deployed.resources.get(role.id);
  try {
    const drift = roleDrift(role, await readRole(iam, RoleName), deployed);
    const next =
      'if nobody can say who did it and why, treat it as a breach; take it back, or `cdk deploy` again';
    return drift.map((text) => wrong(name, printable(`${role.id} (${RoleName}): ${text}`), next));
  } catch (error) {
    const code = awsErrorName(error);
    if (code === 'NoSuchEntityException')
      return [
        wrong(
          name,
          `${role.id}: the role is gone`,
          '`cdk deploy` does not bring it back: see CloudFormation’s drift detection',
        ),
      ];
    unread.push(printable(code));
    return [];
  }
}

async function readRole({ sdk, client }: Iam, RoleName: string | undefined): Promise<LiveRole> {
  const { Role } = await client.send(new sdk.GetRoleCommand({ RoleName }));
  const inline = new Map<string, unknown>();
  for await (const { PolicyNames = [] } of sdk.paginateListRolePolicies({ client }, { RoleName })) {
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await client.send(new sdk.GetRolePolicyCommand({ RoleName, PolicyName }));
      inline.set(PolicyName, documentOf(PolicyDocument));
    }
  }
  const attached: string[] = [];
  for await (const { AttachedPolicies = [] } of sdk.paginateListAttachedRolePolicies(
    { client },
    { RoleName },
  )) {
    attached.push(...AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn));
  }
  return { trust: documentOf(Role?.AssumeRolePolicyDocument), inline, attached };
}

/** IAM's documents are URL-encoded (RFC 3986). */
function documentOf(encoded: string | undefined): unknown {
  return parseJsonText(decodeURIComponent(encoded ?? 'null'));
}
