/**
 * What a run makes and what that costs, said before anything is made. Rates are AWS's list prices of us-east-1 as we know
 * them in November 2026: KMS's from its pricing page, CloudWatch's from guides to its own, Kinesis's and CloudTrail's from
 * memory. Other regions differ by up to a third.
 */
export const limitMinutes = 60;

interface Line {
  what: string;
  how: string;
  dollars: number;
}

const hours = limitMinutes / 60;
const monthHours = 730;

/** As many as the run makes at most: a test counts those of the stack's template. */
export const counts = { keys: 20, vaultKeys: 20, alarms: 150, metrics: 150 };

export const budget: readonly Line[] = [
  {
    what: 'KMS keys',
    how: `${counts.keys + counts.vaultKeys} at 1.00 a month, by the hour; none once its deletion is scheduled`,
    dollars: ((counts.keys + counts.vaultKeys) / monthHours) * hours,
  },
  {
    what: 'KMS calls',
    how: '10,000 at 0.03 per 10,000, 5,000 that sign at 0.15 per 10,000',
    dollars: 0.03 + 0.075,
  },
  { what: 'Kinesis stream', how: 'on demand at 0.04 an hour', dollars: 0.04 * hours },
  {
    what: 'CloudWatch alarms',
    how: `${counts.alarms} at 0.10 a month, by the hour`,
    dollars: ((counts.alarms * 0.1) / monthHours) * hours,
  },
  {
    what: 'CloudWatch metrics',
    how: `${counts.metrics} at 0.30 a month, by the hour`,
    dollars: ((counts.metrics * 0.3) / monthHours) * hours,
  },
  {
    what: 'CloudTrail',
    how: 'the first trail’s copy is free, a second is 2.00 per 100,000 events; 10,000 events',
    dollars: 0.2,
  },
  {
    what: 'Lambda, DynamoDB, API Gateway, S3, SQS, SNS, EventBridge, logs',
    how: 'some thousand calls and some megabytes, rounded up',
    dollars: 0.1,
  },
];

/** The run states this limit; what the lines add up to lies below it. */
export const limitDollars = 1;

export const total = (): number => budget.reduce((sum, { dollars }) => sum + dollars, 0);

export function statement(stackName: string): string {
  const lines = budget.map(
    ({ what, how, dollars }) => `  ${dollars.toFixed(2).padStart(5)}  ${what}: ${how}`,
  );
  return `This deploys a stack ${stackName} of stage dev, with a trail, into the account of the profile; the CDK’s own stack
CDKToolkit, if the account has none; and for minutes a second stack, ${stackName}-fails, that is made to fail. It runs a
disclosure on made-up data, asks AWS its questions, and ends what it made. It takes ${limitMinutes} minutes at most.

Dollars, for ${limitMinutes} minutes, at AWS’s list prices of us-east-1 as known to us in November 2026:
${lines.join('\n')}
  ${total().toFixed(2).padStart(5)}  in all. The limit is ${limitDollars.toFixed(2)}.

What stays: the log’s bucket, locked for a day (npx writ operate remove --stack ${stackName} ends it then), keys until AWS
deletes them (7 to 30 days, free), and CDKToolkit. If this is broken off, the stack costs about 70 dollars a month until
that command has ended it.
`;
}
