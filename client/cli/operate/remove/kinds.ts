/** What Writ leaves in an account, by kind. A kind without a line here does not compile. */
export type Kind = 'vault-key' | 'key' | 'stream' | 'table' | 'bucket' | 'log-group' | 'role';

/** How a thing is found. */
export type State =
  | { is: 'gone' }
  | { is: 'there' }
  /** Nobody can delete it before this instant. */
  | { is: 'locked'; until: string }
  /** AWS deletes it at this instant by itself. */
  | { is: 'going'; until: string }
  /** It goes only if the operator asks for it, for this reason. */
  | { is: 'kept'; because: string };

export interface Thing {
  kind: Kind;
  /** Its name, or a key's ARN. */
  id: string;
}

export type Found = Thing & { state: State };

export const describedKinds: Readonly<
  Record<Kind, { one: string; many: string; dollarsAMonth: number; lost: string }>
> = {
  'vault-key': {
    one: 'vault key',
    many: 'vault keys',
    dollarsAMonth: 1,
    lost: 'every identity record, in backups and copies too',
  },
  key: {
    one: 'key of the stack',
    many: 'keys of the stack',
    dollarsAMonth: 1,
    lost: 'what the tables hold, and the right to sign as this provider',
  },
  stream: {
    one: 'event stream',
    many: 'event streams',
    // 0.04 an hour, on demand, with nothing in it.
    dollarsAMonth: 29.2,
    lost: 'identity events that are not sealed yet',
  },
  table: {
    one: 'table',
    many: 'tables',
    dollarsAMonth: 0,
    lost: 'cases, registry, sealed records, the log’s head',
  },
  bucket: {
    one: 'bucket',
    many: 'buckets',
    dollarsAMonth: 0,
    lost: 'the public log, and CloudTrail’s record if there is one',
  },
  'log-group': { one: 'log group', many: 'log groups', dollarsAMonth: 0, lost: 'lines that functions wrote' },
  role: {
    one: 'role',
    many: 'roles',
    dollarsAMonth: 0,
    lost: 'API Gateway’s logs of every API of the account and region that uses it',
  },
};

/** Where the prices above come from. */
export const pricesNote =
  'Prices are AWS’s of us-east-1 in November 2026, without storage and calls.\nA key whose deletion is scheduled costs nothing.';

const kindsByType: Readonly<Record<string, Kind>> = {
  'AWS::KMS::Key': 'key',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::DynamoDB::Table': 'table',
  'AWS::S3::Bucket': 'bucket',
  'AWS::Logs::LogGroup': 'log-group',
};

/** A role goes with its stack, but for one that the template keeps: API Gateway's, which is the account's. */
export function kindOf(type: string, isKept: boolean): Kind | undefined {
  if (type === 'AWS::IAM::Role' && isKept) return 'role';
  return kindsByType[type];
}

/** What these cost a month, in dollars, with nothing in them. */
export function dollarsAMonth(things: readonly Found[]): number {
  return things
    .filter(({ state }) => state.is !== 'gone' && state.is !== 'going')
    .reduce((sum, { kind }) => sum + describedKinds[kind].dollarsAMonth, 0);
}
