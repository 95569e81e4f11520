import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { entriesHead } from '#core/registry/records.ts';
import { dynamo } from './clients.ts';
import { entryPuts, tell } from './entries.ts';
import { env } from './env.ts';

/** What was last told to be deployed, beside the registry. */
const { REGISTRY_TABLE } = env('REGISTRY_TABLE');

const deploymentKey = { pk: 'deployment' };
const stream = 'deployment';

const deploymentSchema = z.object({
  code: z.string(),
  policy: z.string(),
  keys: z.array(z.string()),
});
export type Deployment = z.infer<typeof deploymentSchema>;

const stored = deploymentSchema.extend({ entries: entriesHead });

/** Commits what is deployed now, and that the policy changed where it did; nothing if nothing changed. */
export async function commitDeployment(now: Deployment): Promise<void> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: REGISTRY_TABLE, Key: deploymentKey, ConsistentRead: true }),
  );
  const before = Item === undefined ? undefined : stored.parse(Item);
  if (before !== undefined && canonicalJson(deploymentSchema.parse(before)) === canonicalJson(now)) return;
  const bodies: EntryBody[] = [{ kind: 'deployment.made', data: now }];
  if (before !== undefined && before.policy !== now.policy)
    bodies.unshift({ kind: 'policy.changed', data: { from: before.policy, to: now.policy } });
  const entries = [];
  let head = before?.entries ?? { n: 0, hash: '' };
  for (const body of bodies) {
    const told = tell(stream, head.n === 0 ? { n: 0 } : head, body);
    entries.push(told.entry);
    head = { n: told.head.n, hash: told.head.hash ?? '' };
  }
  await dynamo.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Put: {
            TableName: REGISTRY_TABLE,
            Item: { ...deploymentKey, ...now, entries: head },
            ...(before === undefined
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'entries.n = :n',
                  ExpressionAttributeValues: { ':n': before.entries.n },
                }),
          },
        },
        ...entryPuts(...entries),
      ],
    }),
  );
}
