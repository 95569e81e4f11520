import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Report } from '#core/log/report/figures.ts';
import { dynamo, lostRace } from './clients.ts';
import { env } from './env.ts';

const { REPORT_TABLE } = env('REPORT_TABLE');

/** The transparency report as it was last made: one item. */
const reportKey = { pk: 'transparency' };
const reportItem = z.object({ report: z.string(), size: z.coerce.bigint() });

/** The report as JSON text, and how many of the log's entries it counts; undefined before there is any. */
export async function readReport(): Promise<z.infer<typeof reportItem> | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ TableName: REPORT_TABLE, Key: reportKey }));
  return Item === undefined ? undefined : reportItem.parse(Item);
}

/**
 * Keeps a report, unless one of as many entries or more is kept: whoever was slower does not turn it back.
 *
 * @returns whether it was kept
 */
export async function storeReport(report: Report): Promise<boolean> {
  const size = BigInt(report.log.size);
  try {
    await dynamo.send(
      new PutCommand({
        TableName: REPORT_TABLE,
        Item: { ...reportKey, report: JSON.stringify(report), size },
        ConditionExpression: 'attribute_not_exists(pk) OR #size < :size',
        ExpressionAttributeNames: { '#size': 'size' },
        ExpressionAttributeValues: { ':size': size },
      }),
    );
    return true;
  } catch (error) {
    if (lostRace(error)) return false;
    throw error;
  }
}
