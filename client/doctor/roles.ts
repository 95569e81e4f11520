import { isRecord, normalStatements } from '#core/iam-policy.ts';
import { type Deployed, difference, matches } from './template.ts';

/** A role of a stack, as its template has it. */
export interface ExpectedRole {
  id: string;
  trust: unknown;
  /** Documents by the policies' names. */
  inline: ReadonlyMap<string, unknown>;
  /** ARNs. */
  attached: readonly unknown[];
}

/** The role as it is deployed. */
export interface LiveRole {
  trust: unknown;
  inline: ReadonlyMap<string, unknown>;
  attached: readonly string[];
}

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

/** The roles of a template, each with its policies. */
export function rolesOf(
  resources: Readonly<Record<string, Resource>>,
  { resources: physical }: Deployed,
): ExpectedRole[] {
  const all = Object.entries(resources);
  const policiesFor = (type: string, role: string) =>
    all.filter(
      ([, { Type, Properties }]) =>
        Type === type && listOf(Properties.Roles).some((each) => isRecord(each) && each.Ref === role),
    );
  return all
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([id, { Properties }]) => {
      const own = [
        ...listOf(Properties.Policies).filter(isRecord),
        ...policiesFor('AWS::IAM::Policy', id).map(([, policy]) => policy.Properties),
      ];
      return {
        id,
        trust: Properties.AssumeRolePolicyDocument,
        inline: new Map(own.map((item) => [String(item.PolicyName), item.PolicyDocument])),
        attached: [
          ...listOf(Properties.ManagedPolicyArns),
          ...policiesFor('AWS::IAM::ManagedPolicy', id).map(
            ([policy]) => physical.get(policy) ?? { Ref: policy },
          ),
        ],
      };
    });
}

/** What a role may do beyond its template, and what its template allows that the role lacks: a line each. */
export function roleDrift(expected: ExpectedRole, live: LiveRole, deployed: Deployed): string[] {
  const found: string[] = [];
  for (const [name, document] of live.inline) {
    if (!expected.inline.has(name))
      found.push(`policy ${name} was added by hand (${normalStatements(document).map(said).join('; ')})`);
  }
  for (const [name, document] of expected.inline) {
    const now = live.inline.get(name);
    if (now === undefined) found.push(`policy ${name} was taken away`);
    else found.push(...statementDrift(`policy ${name}`, document, now, deployed));
  }
  const attached = difference(expected.attached, live.attached, deployed);
  found.push(...attached.added.map((arn) => `policy ${String(arn)} was attached by hand`));
  if (attached.missing.length > 0) found.push('a policy that the template attaches is not attached');
  found.push(...statementDrift('trust', expected.trust, live.trust, deployed));
  return found;
}

function statementDrift(where: string, expected: unknown, live: unknown, deployed: Deployed): string[] {
  const { missing, added } = difference(normalStatements(expected), normalStatements(live), deployed);
  return [
    ...added.map((each) => {
      const widened = missing.some((other) => sameRights(each, other, deployed));
      return `${where}: ${widened ? 'changed to' : 'added'} ${said(each)}`;
    }),
    ...missing
      .filter((each) => !added.some((other) => sameRights(other, each, deployed)))
      .map((each) => `${where}: missing ${said(each)}`),
  ];
}

/** Whether two statements have the same actions and effect. Their resources, principals or conditions may differ. */
function sameRights(one: unknown, other: unknown, deployed: Deployed): boolean {
  return (
    isRecord(one) &&
    isRecord(other) &&
    one.Effect === other.Effect &&
    matches(other.Action, one.Action, deployed)
  );
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** A statement in one line: its effect, its actions, and its resources or principals. */
function said(statement: unknown): string {
  if (!isRecord(statement)) return 'a statement that cannot be read';
  const { Effect, Action, NotAction, Resource, Principal } = statement;
  const actions = Action === undefined ? `everything but ${words(NotAction)}` : words(Action);
  const principal = Principal === undefined ? '' : ` to ${words(Principal)}`;
  const resource = Resource === undefined ? '' : ` on ${words(Resource)}`;
  return `${String(Effect)} ${actions}${resource}${principal}`;
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(', ');
  if (!isRecord(value)) return String(value);
  const { Ref } = value;
  if (typeof Ref === 'string') return Ref;
  const [[name, of] = ['', '']] = Object.entries(value);
  if (name === 'Fn::GetAtt') return words(Array.isArray(of) ? of[0] : of);
  return name.startsWith('Fn::')
    ? 'what is made up at deployment'
    : Object.values(value).map(words).join(', ');
}
