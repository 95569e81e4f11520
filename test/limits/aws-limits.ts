/**
 * What AWS takes, in bytes where nothing else is said, and where AWS says so. Those that are adjustable are not here.
 * Read in AWS's documentation and in the service models that its SDKs are made of (botocore 1.43.106); not tried on an
 * account, but for those that others report with AWS's own error message.
 */
export const limits = {
  /** Amazon DynamoDB Developer Guide, "Quotas": 400 KB an item, names of attributes included. */
  item: 400 * 1024,
  /** The same: 4 MB and 100 items a transaction. */
  transaction: 4 * 1024 * 1024,
  transactionItems: 100,
  /** AWS Lambda Developer Guide, "Lambda quotas": 6 MB each way. Lambda's own message says 6291556 bytes. */
  lambdaPayload: 6_291_556,
  /** Amazon API Gateway Developer Guide, "Quotas": 10 MB a payload. */
  gatewayPayload: 10 * 1024 * 1024,
  /** "Lambda quotas": all environment variables together. */
  environment: 4096,
  /** "Lambda quotas": a resource policy. Its message: "The final policy size (20778) is bigger than the limit (20480)". */
  lambdaPolicy: 20_480,
  /** "Lambda quotas": code and layers, unzipped. */
  lambdaCode: 250 * 1024 * 1024,
  /** IAM User Guide, "IAM and AWS STS quotas": all inline policies of a role together, white space not counted. */
  rolePolicies: 10_240,
  /** The same: a role's trust policy, which may be raised to 4,096. */
  trustPolicy: 2048,
  /** AWS KMS Developer Guide, "Resource quotas": a key policy. */
  keyPolicy: 32 * 1024,
  /** Amazon S3 User Guide: a bucket policy. */
  bucketPolicy: 20 * 1024,
  /** Amazon SNS: a topic's policy. */
  topicPolicy: 30 * 1024,
  /** Amazon SQS: a queue's policy. */
  queuePolicy: 8192,
  /** Amazon EventBridge User Guide, "Quotas": an event pattern, and targets of a rule. */
  eventPattern: 2048,
  ruleTargets: 5,
  /** AWS CloudFormation User Guide, "Quotas": a template in S3, its resources, its outputs. */
  template: 1024 * 1024,
  templateResources: 500,
  templateOutputs: 200,
  /** AWS KMS API Reference. */
  grantName: 256,
  encryptPlaintext: 4096,
  /** The same, `CreateGrant`: 8 pairs a constraint, 384 characters a value. */
  grantConstraint: 384,
  /** Amazon S3 User Guide: an object's key. */
  objectKey: 1024,
  /** Amazon Kinesis API Reference, `PutRecords`: 5 MB a call, as the client reckons. The service model says 10 MiB by now. */
  kinesisCall: 5 * 1024 * 1024,
} as const;
export type Limit = keyof typeof limits;

/** One thing that Writ has, its largest form, and what AWS takes. */
export interface Line {
  what: string;
  largest: number;
  limit: Limit;
}

export const isOver = ({ largest, limit }: Line) => largest > limits[limit];
export const told = ({ what, largest, limit }: Line) =>
  `${what}: ${largest} of ${limits[limit]} (${Math.round((100 * largest) / limits[limit])} %)`;
