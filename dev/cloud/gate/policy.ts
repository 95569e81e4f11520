/**
 * The language of AWS policies, as far as the KMS gate needs it: does a statement match a call?
 *
 * A condition has three outcomes. `unknown` means that we cannot tell what AWS would say: an operator or key we do
 * not implement, a policy variable. The gate then fails closed: such a statement never allows and always denies.
 *
 * IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context keys".
 */

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany | boolean | number>>>>;
}

export type OneOrMany = string | readonly string[];
export type Principals = '*' | Readonly<Record<string, OneOrMany>>;
export type Outcome = 'yes' | 'no' | 'unknown';

export interface Caller {
  /** As the emulator names it: a role's session, a user, or the account's root. */
  readonly arn: string;
  readonly account: string;
  /** The role behind a session. */
  readonly roleArn?: string;
}

/** What a call tells policies about itself. Names are compared without regard to case, as IAM does. */
export interface Context {
  /** The values of a key; an empty list if the call has none; nothing at all if we do not know the key. */
  values(key: string): readonly string[] | undefined;
}

export function statementsOf(policy: string): readonly Statement[] {
  const document = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  const statements = document.Statement ?? [];
  return Array.isArray(statements) ? statements : [statements as Statement];
}

/** Whether the statement is about this action on this key, under its conditions. The principal is another matter. */
export function matches(statement: Statement, action: string, resource: string, context: Context): Outcome {
  return and([
    named(statement.Action, statement.NotAction, (pattern) => wildcard(pattern, action, true)),
    named(statement.Resource, statement.NotResource, (pattern) => wildcard(pattern, resource, false)),
    conditions(statement, context),
  ]);
}

/**
 * How a resource policy's statement names a caller.
 *
 * `itself`: by its own ARN. `role`: by the role of its session. `anyone`: by `*`. `account`: only by its account,
 * which in an Allow hands the decision to the account's identity policies.
 */
export function names(
  statement: Statement,
  caller: Caller,
): 'itself' | 'role' | 'anyone' | 'account' | undefined {
  if (statement.NotPrincipal !== undefined)
    return excepts(statement.NotPrincipal, caller) ? undefined : 'anyone';
  const principals = awsPrincipals(statement.Principal);
  if (principals.includes(caller.arn)) return 'itself';
  if (caller.roleArn !== undefined && principals.includes(caller.roleArn)) return 'role';
  if (principals.includes('*')) return 'anyone';
  return principals.some((principal) => principal === caller.account || principal === rootOf(caller.account))
    ? 'account'
    : undefined;
}

/**
 * Whether a `NotPrincipal` spares a caller. IAM asks for the session, its role and its account to be listed, each
 * of them; with one missing, the statement may hit the caller, so here it does.
 */
function excepts(principals: Principals, caller: Caller): boolean {
  const listed = awsPrincipals(principals);
  const account = listed.includes(caller.account) || listed.includes(rootOf(caller.account));
  const role = caller.roleArn === undefined || listed.includes(caller.roleArn);
  return account && role && (listed.includes(caller.arn) || caller.arn === rootOf(caller.account));
}

function awsPrincipals(principals: Principals | undefined): readonly string[] {
  if (principals === undefined) return [];
  return principals === '*' ? ['*'] : many(principals.AWS ?? []);
}

export function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}

function named(
  wanted: OneOrMany | undefined,
  unwanted: OneOrMany | undefined,
  match: (pattern: string) => Outcome,
): Outcome {
  if (wanted !== undefined) return or(many(wanted).map(match));
  if (unwanted !== undefined) return not(or(many(unwanted).map(match)));
  return 'unknown';
}

function conditions(statement: Statement, context: Context): Outcome {
  return and(
    Object.entries(statement.Condition ?? {}).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, expected]) =>
        condition(operator, context.values(key), many(expected as OneOrMany).map(String)),
      ),
    ),
  );
}

/** One condition: an operator, the values the call has for the key, and those the policy wants. */
export function condition(
  operator: string,
  actual: readonly string[] | undefined,
  expected: readonly string[],
): Outcome {
  if (actual === undefined) return 'unknown';
  const [, set, base, ifExists] =
    /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/.exec(operator.toLowerCase()) ?? [];
  if (base === 'null') {
    if (set !== undefined || ifExists !== undefined) return 'unknown';
    return or(expected.map((value) => nullTest(value, actual.length === 0)));
  }
  const compare = base === undefined ? undefined : operators.get(base);
  if (compare === undefined) return 'unknown';
  // A negated operator holds if the value is none of those listed; the others, if it is one of them.
  const test = (value: string): Outcome => {
    const found = or(expected.map((wanted) => compare.test(value, wanted)));
    return compare.negated ? not(found) : found;
  };
  if (set === 'forallvalues') return and(actual.map(test));
  if (actual.length === 0)
    return ifExists !== undefined || (compare.negated && set === undefined) ? 'yes' : 'no';
  if (set === 'foranyvalue') return or(actual.map(test));
  // IAM leaves open what a single-valued operator does with several values.
  return actual.length === 1 ? test(actual[0] as string) : 'unknown';
}

function nullTest(value: string, absent: boolean): Outcome {
  if (value.toLowerCase() === 'true') return absent ? 'yes' : 'no';
  if (value.toLowerCase() === 'false') return absent ? 'no' : 'yes';
  return 'unknown';
}

interface Operator {
  readonly negated: boolean;
  test(value: string, wanted: string): Outcome;
}

const plain = (test: (value: string, wanted: string) => boolean) => (value: string, wanted: string) =>
  hasVariable(wanted) ? 'unknown' : outcome(test(value, wanted));
const ordered = (parse: (text: string) => number, test: (value: number, wanted: number) => boolean) =>
  plain((value, wanted) => test(parse(value), parse(wanted)));
const number = (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
const instant = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const equal = plain((value, wanted) => value === wanted);
const equalIgnoringCase = plain((value, wanted) => value.toLowerCase() === wanted.toLowerCase());
const like = (value: string, wanted: string) => wildcard(wanted, value, false);
/** IAM compares the six parts of an ARN each by itself, so that a `*` does not reach across a colon. */
const arnLike = (value: string, wanted: string): Outcome => {
  const [parts, patterns] = [arnParts(value), arnParts(wanted)];
  if (parts === undefined || patterns === undefined) return wanted === '*' ? 'unknown' : outcome(false);
  return and(patterns.map((pattern, index) => wildcard(pattern, parts[index] ?? '', false)));
};

const operators: ReadonlyMap<string, Operator> = new Map(
  (
    [
      ['stringequals', 'stringnotequals', equal],
      ['stringequalsignorecase', 'stringnotequalsignorecase', equalIgnoringCase],
      ['stringlike', 'stringnotlike', like],
      ['arnequals', 'arnnotequals', arnLike],
      ['arnlike', 'arnnotlike', arnLike],
      ['bool', undefined, equalIgnoringCase],
      ['numericequals', 'numericnotequals', ordered(number, (a, b) => a === b)],
      ['numericlessthan', undefined, ordered(number, (a, b) => a < b)],
      ['numericlessthanequals', undefined, ordered(number, (a, b) => a <= b)],
      ['numericgreaterthan', undefined, ordered(number, (a, b) => a > b)],
      ['numericgreaterthanequals', undefined, ordered(number, (a, b) => a >= b)],
      ['dateequals', 'datenotequals', ordered(instant, (a, b) => a === b)],
      ['datelessthan', undefined, ordered(instant, (a, b) => a < b)],
      ['datelessthanequals', undefined, ordered(instant, (a, b) => a <= b)],
      ['dategreaterthan', undefined, ordered(instant, (a, b) => a > b)],
      ['dategreaterthanequals', undefined, ordered(instant, (a, b) => a >= b)],
    ] as const
  ).flatMap(([affirmative, negative, test]): [string, Operator][] => [
    [affirmative, { negated: false, test }],
    ...(negative === undefined ? [] : [[negative, { negated: true, test }] as [string, Operator]]),
  ]),
);

/** `*` for any characters, `?` for one. */
function wildcard(pattern: string, text: string, ignoreCase: boolean): Outcome {
  if (hasVariable(pattern)) return 'unknown';
  const expression = pattern
    .replace(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return outcome(new RegExp(`^${expression}$`, ignoreCase ? 'is' : 's').test(text));
}

function hasVariable(text: string): boolean {
  return text.includes('${');
}

function arnParts(arn: string): readonly string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function many(value: OneOrMany | boolean | number): readonly string[] {
  return Array.isArray(value) ? value : [String(value)];
}

function outcome(truth: boolean): Outcome {
  return truth ? 'yes' : 'no';
}

function not(value: Outcome): Outcome {
  return value === 'unknown' ? 'unknown' : value === 'yes' ? 'no' : 'yes';
}

export function and(values: readonly Outcome[]): Outcome {
  if (values.includes('no')) return 'no';
  return values.includes('unknown') ? 'unknown' : 'yes';
}

export function or(values: readonly Outcome[]): Outcome {
  if (values.includes('yes')) return 'yes';
  return values.includes('unknown') ? 'unknown' : 'no';
}
