import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Query, Test, Write } from '#core/store/store.ts';

/** Conditions and writes of the port `Store`, in DynamoDB's expressions. */
type Part = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One write, as DynamoDB takes it. */
export function partOf(TableName: string, write: Write): Part {
  const terms = new Terms();
  const condition = write.when === undefined ? {} : { ConditionExpression: terms.test(write.when) };
  if ('put' in write) return { Put: { TableName, Item: write.put, ...condition, ...terms.all() } };
  if ('delete' in write) return { Delete: { TableName, Key: write.delete, ...condition, ...terms.all() } };
  const sets = Object.entries(write.set ?? {}).map(
    ([name, value]) => `${terms.path(name)} = ${terms.value(value)}`,
  );
  const adds = Object.entries(write.add ?? {}).map(
    ([name, value]) => `${terms.path(name)} ${terms.value(value)}`,
  );
  const clauses = [
    ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
    ...(adds.length === 0 ? [] : [`ADD ${adds.join(', ')}`]),
  ];
  return {
    Update: {
      TableName,
      Key: write.update,
      UpdateExpression: clauses.join(' '),
      ...condition,
      ...terms.all(),
    },
  };
}

/** Names and values of one expression: a name may be a word that DynamoDB reserves. */
export class Terms {
  private readonly byName = new Map<string, string>();
  private readonly values: Record<string, unknown> = {};
  private count = 0;

  path(path: string): string {
    return path
      .split('.')
      .map((name) => {
        const known = this.byName.get(name) ?? `#n${this.byName.size}`;
        this.byName.set(name, known);
        return known;
      })
      .join('.');
  }

  value(value: unknown): string {
    const name = `:v${this.count++}`;
    this.values[name] = value;
    return name;
  }

  test(test: Test): string {
    switch (test.test) {
      case 'absent':
        return `attribute_not_exists(${this.path(test.at)})`;
      case 'present':
        return `attribute_exists(${this.path(test.at)})`;
      case 'equals':
        return `${this.path(test.at)} = ${this.value(test.value)}`;
      case 'less':
        return `${this.path(test.at)} < ${this.value(test.value)}`;
      case 'at-most':
        return `${this.path(test.at)} <= ${this.value(test.value)}`;
      case 'begins':
        return `begins_with(${this.path(test.at)}, ${this.value(test.value)})`;
      case 'all':
      case 'any': {
        // An expression has no constants: of no tests, all hold and none does.
        if (test.of.length === 0) return `${this.value(1)} = ${this.value(test.test === 'all' ? 1 : 0)}`;
        // DynamoDB refuses parentheses that change nothing.
        const parts = test.of.map((part) =>
          test.of.length > 1 && isCompound(part) ? `(${this.test(part)})` : this.test(part),
        );
        return parts.join(test.test === 'all' ? ' AND ' : ' OR ');
      }
    }
  }

  names() {
    const entries = [...this.byName].map(([name, term]) => [term, name] as const);
    return entries.length === 0 ? {} : { ExpressionAttributeNames: Object.fromEntries(entries) };
  }

  all() {
    return {
      ...this.names(),
      ...(this.count === 0 ? {} : { ExpressionAttributeValues: { ...this.values } }),
    };
  }
}

/** DynamoDB takes one condition on the range attribute. */
export function rangeBounds(
  terms: Terms,
  range: string,
  { from, to, below }: Pick<Query, 'from' | 'to' | 'below'>,
): string[] {
  const at = () => terms.path(range);
  if (from !== undefined && to !== undefined)
    return [`${at()} BETWEEN ${terms.value(from)} AND ${terms.value(to)}`];
  if (from !== undefined) return [`${at()} >= ${terms.value(from)}`];
  if (to !== undefined) return [`${at()} <= ${terms.value(to)}`];
  return below === undefined ? [] : [`${at()} < ${terms.value(below)}`];
}

/** Whether several tests are joined in it. */
function isCompound(test: Test): boolean {
  if (test.test !== 'all' && test.test !== 'any') return false;
  return test.of.length > 1 || test.of.some(isCompound);
}
