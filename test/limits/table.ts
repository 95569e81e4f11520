/**
 * npm run bench -- sizes, and docs/scale.md: each limit of AWS's that Writ comes near to, and the largest that it has. The
 * figures are rounded up to two digits, so that a comma in a policy does not change the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../lib/synth.ts';
import { isOver, type Limit, type Line, limits } from './aws-limits.ts';
import { itemSizes } from './items.ts';
import { otherSizes } from './other-sizes.ts';
import { codeSizes, stackSizes } from './stack-sizes.ts';
import { wireSizes } from './wire-sizes.ts';

/** The settings that make a stack the largest. */
export const largest = {
  stage: 'prod',
  // 200 bytes of UTF-8, of which each takes three characters in a function's environment.
  provider: 'ä'.repeat(100),
  authority: `${'x'.repeat(250)}.eu`,
  logOrigin: `${'x'.repeat(250)}.eu`,
  trail: 'own',
  providerKeys: '1 2 3 4 5',
  apiLogs: 'own',
  reserveConcurrency: true,
};

export function everyLine(): Line[] {
  return [
    ...itemSizes().map(
      ({ table, sort, bytes }): Line => ({ what: `${table} ${sort}`, largest: bytes, limit: 'item' }),
    ),
    ...wireSizes(),
    ...otherSizes(),
    ...stackSizes('dev', synthesize({ stage: 'dev' })),
    ...stackSizes('prod', synthesize(largest)),
    ...codeSizes(),
  ];
}

const names: Readonly<Record<Limit, string>> = {
  item: 'DynamoDB: an item',
  transaction: 'DynamoDB: a transaction',
  transactionItems: 'DynamoDB: items of a transaction',
  lambdaPayload: 'Lambda: an answer',
  gatewayPayload: 'API Gateway: an answer',
  environment: 'Lambda: environment variables',
  lambdaPolicy: 'Lambda: resource policy',
  lambdaCode: 'Lambda: code, unzipped',
  rolePolicies: 'IAM: inline policies of a role',
  trustPolicy: 'IAM: trust policy',
  keyPolicy: 'KMS: key policy',
  bucketPolicy: 'S3: bucket policy',
  topicPolicy: 'SNS: topic policy',
  queuePolicy: 'SQS: queue policy',
  eventPattern: 'EventBridge: pattern',
  ruleTargets: 'EventBridge: targets of a rule',
  template: 'CloudFormation: template',
  templateResources: 'CloudFormation: resources',
  templateOutputs: 'CloudFormation: outputs',
  grantName: 'KMS: name of a grant',
  encryptPlaintext: 'KMS: what `Encrypt` takes',
  grantConstraint: 'KMS: value in a grant’s constraint',
  objectKey: 'S3: key of an object',
  kinesisCall: 'Kinesis: a call of `PutRecords`',
};

/** The nearest to each limit. */
export function sizesText(lines: readonly Line[]): string {
  const nearest = Map.groupBy(lines, ({ limit }) => limit);
  const rows = [...nearest].map(([limit, some]) => {
    const most = some.reduce((a, b) => (b.largest > a.largest ? b : a));
    const share = Math.round((100 * most.largest) / limits[limit]);
    return `| ${names[limit]} | ${limits[limit].toLocaleString('en-US')} | ${figure(most.largest)} | ${share} % | ${most.what.replaceAll('|', '')} |`;
  });
  return ['| limit | AWS takes | largest | | which |', '|---|--:|--:|--:|---|', ...rows].join('\n');
}

/** Rounded up to two digits, above a hundred. */
function figure(n: number): string {
  if (n < 100) return String(n);
  const unit = 10 ** (Math.floor(Math.log10(n)) - 1);
  return (unit * Math.ceil(n / unit)).toLocaleString('en-US');
}

const page = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));
const part = /<!-- sizes -->[\s\S]*<!-- \/sizes -->/;

/** The table as docs/scale.md has it. */
export const inDocs = () => part.exec(readFileSync(page, 'utf8'))?.[0];
export const forDocs = (lines: readonly Line[]) => `<!-- sizes -->\n${sizesText(lines)}\n<!-- /sizes -->`;

/** Prints the table; with `--write`, into docs/scale.md as well. */
export function printSizes(): void {
  const lines = everyLine();
  process.stdout.write(`${sizesText(lines)}\n`);
  if (process.argv.includes('--write')) {
    const doc = readFileSync(page, 'utf8');
    writeFileSync(
      page,
      doc.replace(part, () => forDocs(lines)),
    );
  }
  process.exitCode = lines.some(isOver) ? 1 : 0;
}
