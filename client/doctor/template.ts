import { isRecord } from '#core/iam-policy.ts';

/**
 * Compares a stack's template with what is deployed. A value that CloudFormation fills in (`Ref`, `Fn::GetAtt`, …) is
 * known where it names a resource of the stack: an ARN holds the resource's name. An unknown value matches any one name
 * and no wildcard, so a right that somebody widened by hand shows.
 */
export interface Deployed {
  partition: string;
  /** What `AWS::URLSuffix` is, as far as it is known. */
  urlSuffix: string | undefined;
  region: string;
  account: string;
  stackName: string;
  stackId: string;
  /** Physical ids by logical ones. */
  resources: ReadonlyMap<string, string>;
}

/** Whether a deployed value can come from the template's value. Lists are sets; of policies, compare normal forms (core/iam-policy.ts). */
export function matches(expected: unknown, live: unknown, deployed: Deployed): boolean {
  if (isScalar(expected) || isIntrinsic(expected)) {
    return isScalar(live) && new RegExp(`^${patternOf(expected, deployed)}$`, 'su').test(String(live));
  }
  if (Array.isArray(expected)) return Array.isArray(live) && sameSet(expected, live, deployed);
  if (!isRecord(expected) || !isRecord(live)) return expected === live;
  const names = Object.keys(expected).filter((name) => !isNoValue(expected[name]));
  return (
    names.length === Object.keys(live).length &&
    names.every((name) => Object.hasOwn(live, name) && matches(expected[name], live[name], deployed))
  );
}

/** The members of each of two sets that have no counterpart in the other. */
export function difference(
  expected: readonly unknown[],
  live: readonly unknown[],
  deployed: Deployed,
): { missing: unknown[]; added: unknown[] } {
  const added = [...live];
  const missing = expected.filter((each) => {
    const at = added.findIndex((other) => matches(each, other, deployed));
    if (at >= 0) added.splice(at, 1);
    return at < 0;
  });
  return { missing, added };
}

function sameSet(expected: readonly unknown[], live: readonly unknown[], deployed: Deployed): boolean {
  // Two values may be made up to the same one: `amazonaws.com`, and what `AWS::URLSuffix` is nearly everywhere.
  const known = (value: unknown) =>
    isScalar(value) || isIntrinsic(value) ? patternOf(value, deployed) : SOMETHING;
  const distinct = expected.filter((value, i) => {
    const pattern = known(value);
    return pattern.includes(SOMETHING) || expected.findIndex((other) => known(other) === pattern) === i;
  });
  const { missing, added } = difference(distinct, live, deployed);
  return missing.length === 0 && added.length === 0;
}

/** Any one name, without a wildcard of IAM's. */
const SOMETHING = '[^*?]+';

function patternOf(value: unknown, deployed: Deployed): string {
  if (isScalar(value)) return escaped(String(value));
  if (!isRecord(value)) return SOMETHING;
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref' && typeof argument === 'string') return refPattern(argument, deployed);
  if (name === 'Fn::GetAtt') return attributePattern(argument, deployed);
  if (name === 'Fn::Join' && Array.isArray(argument)) return joinPattern(argument, deployed);
  if (name === 'Fn::Sub') return subPattern(argument, deployed);
  return SOMETHING;
}

/**
 * The suffix of AWS's domains where a stack is: its API's address ends in it (`<id>.execute-api.<region>.<suffix>`). An
 * emulator has one of its own.
 */
export function urlSuffixIn(apiUrl: string | undefined): string | undefined {
  return /^https?:\/\/[a-z0-9]+\.execute-api\.[a-z0-9-]+\.([a-z0-9.-]+)(?::\d+)?\//.exec(apiUrl ?? '')?.[1];
}

function refPattern(name: string, deployed: Deployed): string {
  const { partition, region, account, urlSuffix, stackName, stackId, resources } = deployed;
  const pseudo = new Map([
    ['AWS::AccountId', account],
    ['AWS::Partition', partition],
    ['AWS::Region', region],
    ['AWS::StackId', stackId],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', urlSuffix],
  ]);
  const known = pseudo.get(name) ?? resources.get(name);
  return known === undefined ? SOMETHING : escaped(known);
}

/** An ARN holds the last part of the physical id, which is a name, an id or a queue's URL. A log group's ends in `:*`. */
function attributePattern(argument: unknown, { resources }: Deployed): string {
  const [id, attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
  const physical = resources.get(String(id));
  if (physical === undefined || !String(attribute).endsWith('Arn')) return SOMETHING;
  const tail = physical.slice(Math.max(physical.lastIndexOf('/'), physical.lastIndexOf(':')) + 1);
  return `[^*?]*${escaped(tail)}(?:[:/][^*?]*)?(?::\\*)?`;
}

function joinPattern([separator, parts]: unknown[], deployed: Deployed): string {
  if (!Array.isArray(parts)) return '.*';
  return parts.map((part) => patternOf(part, deployed)).join(escaped(String(separator)));
}

function subPattern(argument: unknown, deployed: Deployed): string {
  const [text, values] = Array.isArray(argument) ? argument : [argument, {}];
  return String(text)
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      const name = /^\$\{([^!}]+)\}$/.exec(part)?.[1];
      if (name === undefined) return escaped(part);
      if (isRecord(values) && Object.hasOwn(values, name)) return patternOf(values[name], deployed);
      return name.includes('.') ? attributePattern(name, deployed) : refPattern(name, deployed);
    })
    .join('');
}

const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const isNoValue = (value: unknown) => isRecord(value) && value.Ref === 'AWS::NoValue';

function isIntrinsic(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
