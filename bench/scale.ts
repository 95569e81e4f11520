/**
 * What Writ asks of KMS and what it costs at 1 M, 100 M and 1 G users, beside the naive design: one KMS call for every
 * record written and one for every record opened. A model, not a measurement: all it takes is named here, with its
 * source, and docs/scale.md, which holds what it prints, says what follows. `npm run bench -- scale` prints it.
 */

/** A user is an account with at least one log-in in the month; others cost nothing. What has no source is our guess. */
export const assumed = {
  /** Of a month's users, those who log in on a given day: Facebook's DAU/MAU, Meta's earnings presentation, Q2 2023. */
  dailyShare: 0.68,
  loginsPerDay: 2,
  /** Numbers set or changed, per user and month. */
  phoneChanges: 0.03,
  /** Meta, first half of 2023: 271,692 requests for 469,372 accounts, among 3.88 G monthly users; 76.9 % answered. */
  casesPerMillionUsers: 271_692 / 6 / 3_880,
  subjectsPerCase: 469_372 / 271_692,
  approvedShare: 0.769,
  /** The period asked for; it touches one calendar month more than it is long. */
  periodMonths: 3,
  /** Epoch keys of numbers that a subject has within retention. */
  phoneEpochKeys: 1,
  /** From approval to expiry, `collectHours` of policy/eu-e-evidence.json; as if no case were collected earlier. */
  collectHours: 720,
  /** When reviewers approve: 21 days of 8 hours. */
  officeHoursPerMonth: 168,
  /** Records in an item. 1: no two log-ins of a subject meet in a batch. Bursts of one subject do, and cost less. */
  recordsPerItem: 1,
  /** The busiest hour over the day's mean. */
  peakToMean: 2,
  retentionMonths: 12,
  /** An epoch more than retention is alive while its last day ages, and one is made ahead. */
  sparingEpochs: 2,
  kinds: 2,
  preservationKeys: 5,
  /** Keys that share a kind's epoch: the setting `vaultKeysPerEpoch`. */
  vaultKeysPerEpoch: 1,
  /** A function of 1 GB, waiting included. */
  lambdaMsPerEvent: 1,
  eventsPerInvocation: 100,
  /** An item as DynamoDB counts it: 73 sealed, its keys and names, who wrote it and its MAC, 100 of index. */
  itemBytes: 360,
} as const;

/** AWS list prices, us-east-1, in dollars, without free tiers and discounts. docs/scale.md says where and when seen. */
export const price = {
  kmsRequest: 0.03 / 10_000,
  kmsKeyMonth: 1,
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  dynamoGbMonth: 0.25,
  kinesisGbIn: 0.08,
  kinesisGbOut: 0.04,
  kinesisStreamHour: 0.04,
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
} as const;

/** KMS's default quotas, each adjustable. */
export const quota = {
  /** Encrypt, Decrypt, GenerateMac, ReEncrypt together, per second. */
  cryptographicFrankfurt: 20_000,
  cryptographicVirginia: 100_000,
  createGrant: 50,
  grantsPerKey: 50_000,
} as const;

const DAYS = 365.25 / 12;
const HOURS = DAYS * 24;
const GB = 1024 ** 3;

/** Per month, except where a name says otherwise. */
export interface Scale {
  users: number;
  events: number;
  cases: number;
  writ: Design & {
    /** The same on the first of the month, when every user's first log-in makes a key pair. */
    firstOfMonthRate: number;
  };
  naive: Design;
  grants: {
    minted: number;
    /** Per second, in office hours. */
    createRate: number;
    live: number;
    onFullestKey: number;
  };
}

export interface Design {
  kmsRequests: number;
  keys: number;
  kmsDollars: number;
  allDollars: number;
  /** KMS's cryptographic operations per second, in the busiest hour of a day. */
  busiestRate: number;
}

export function scale(users: number): Scale {
  const logins = users * assumed.dailyShare * assumed.loginsPerDay * DAYS;
  const numbers = users * assumed.phoneChanges;
  const events = logins + numbers;
  const cases = (users / 1e6) * assumed.casesPerMillionUsers;
  const subjects = cases * assumed.subjectsPerCase;
  const opened = subjects * assumed.approvedShare;

  // Each subject asked for is looked up by a number.
  const macs = numbers + subjects;
  const recordsOpened = opened * ((logins / users) * assumed.periodMonths + assumed.phoneEpochKeys);
  const naiveRequests = events + macs + recordsOpened;

  // In Writ a epoch key's key pair is wrapped once, at its first record, and a case costs three requests a epoch key:
  // CreateGrant, Decrypt, RevokeGrant.
  const epochKeys = users + numbers;
  const named = assumed.periodMonths + 1 + assumed.phoneEpochKeys;
  const doors = opened * named;
  // Each request preserves what it names from its receipt on, approved or not: one ReEncrypt an epoch key.
  const rewraps = subjects * named;
  const first = users * assumed.dailyShare;
  const everyDay = (numbers + macs + doors + rewraps) / DAYS;
  const epochs = assumed.retentionMonths + assumed.sparingEpochs;
  const liveShare = Math.min(1, assumed.collectHours / HOURS);
  return {
    users,
    events,
    cases,
    writ: {
      ...design({
        kmsRequests: epochKeys + macs + 3 * doors + rewraps,
        keys: assumed.kinds * epochs * assumed.vaultKeysPerEpoch + assumed.preservationKeys,
        busiestRate: perSecond((users - first) / (DAYS - 1) + everyDay),
        rest: stream(events) + vault(events / assumed.recordsPerItem, numbers, epochKeys),
      }),
      firstOfMonthRate: perSecond(first + everyDay),
    },
    naive: design({
      kmsRequests: naiveRequests,
      keys: 1,
      busiestRate: perSecond(naiveRequests / DAYS),
      rest: stream(events) + table(events + 2 * numbers),
    }),
    grants: {
      minted: doors,
      createRate: doors / assumed.officeHoursPerMonth / 3600,
      live: doors * liveShare,
      // As if every case asked for the same month: the latest whole one comes near it.
      onFullestKey: (opened * liveShare) / assumed.vaultKeysPerEpoch,
    },
  };
}

/** In the busiest hour of a day with so many. */
function perSecond(aDay: number): number {
  return (aDay / 86_400) * assumed.peakToMean;
}

/** The three sizes that docs/scale.md shows. */
export function scaleTable(): Scale[] {
  return [1e6, 100e6, 1e9].map(scale);
}

/** How many users there may be before the fullest key holds all the grants that KMS lets it. */
export function usersAtGrantQuota(): number {
  return (quota.grantsPerKey / scale(1e9).grants.onFullestKey) * 1e9;
}

function design(value: Omit<Design, 'kmsDollars' | 'allDollars'> & { rest: number }): Design {
  const { rest, ...design } = value;
  const kmsDollars = value.kmsRequests * price.kmsRequest + value.keys * price.kmsKeyMonth;
  return { ...design, kmsDollars, allDollars: kmsDollars + rest };
}

/** Kinesis on demand bills an event as 1 KB; Lambda seals it. */
function stream(events: number): number {
  const gb = (events * 1024) / GB;
  const kinesis = gb * (price.kinesisGbIn + price.kinesisGbOut) + HOURS * price.kinesisStreamHour;
  const seconds = (events * assumed.lambdaMsPerEvent) / 1000;
  return (
    kinesis + seconds * price.lambdaGbSecond + (events / assumed.eventsPerInvocation) * price.lambdaRequest
  );
}

/** A write in a transaction takes two units. */
const TRANSACTED = 2;

/**
 * Items are written together with what counts them: a record with its epoch key, a new epoch key with its subject's head,
 * a number with that, a look-up and the look-ups' head. Each is counted on what was read just before.
 */
function vault(records: number, numbers: number, epochKeys: number): number {
  const writes = 2 * records + epochKeys + 4 * numbers;
  const reads = records + 3 * epochKeys + 4 * numbers;
  return table(records + epochKeys + 2 * numbers, TRANSACTED * writes) + reads * price.dynamoRead;
}

/** Items are below 1 KB, so one unit each, and a number takes two more, to be found by. Kept for all of retention. */
function table(items: number, writes = items): number {
  const kept = (items * assumed.itemBytes * assumed.retentionMonths) / GB;
  return writes * price.dynamoWrite + kept * price.dynamoGbMonth;
}

/** The tables of docs/scale.md, in Markdown that is aligned for a terminal too. */
export function scaleText(): string {
  const all = scaleTable();
  const cost = all.flatMap(({ users, writ, naive }) =>
    Object.entries({ Writ: writ, naive }).map(([name, design]) => [
      size(users),
      name,
      size(design.kmsRequests),
      dollars(design.kmsDollars),
      dollars(design.allDollars),
      `${design.keys}`,
    ]),
  );
  const rates = all.flatMap(({ users, writ, naive }) =>
    [
      ['Writ, the 1st', writ.firstOfMonthRate] as const,
      ['Writ, other days', writ.busiestRate] as const,
      ['naive, any day', naive.busiestRate] as const,
    ].map(([name, rate]) => [
      size(users),
      name,
      count(rate),
      headroom(quota.cryptographicFrankfurt, rate),
      headroom(quota.cryptographicVirginia, rate),
    ]),
  );
  const backlog = all.map(({ users }) => {
    const first = users * assumed.dailyShare;
    return [
      size(users),
      size(first),
      hours(first / quota.cryptographicFrankfurt),
      hours(first / quota.cryptographicVirginia),
      `${count(first / (7 * 86_400))}/s`,
    ];
  });
  const grants = all.map(({ users, cases, grants }) => [
    size(users),
    count(cases),
    count(grants.minted),
    headroom(quota.createGrant, grants.createRate),
    count(grants.live),
    count(grants.onFullestKey),
    headroom(quota.grantsPerKey, grants.onFullestKey),
  ]);
  return [
    'What a month takes and costs:',
    markdown(['users', 'design', 'KMS requests', 'KMS', 'all of AWS', 'KMS keys'], cost),
    "KMS's cryptographic operations in the busiest hour, and how often they fit into the default quota:",
    markdown(['users', 'design', 'per second', 'Frankfurt, 20,000/s', 'N. Virginia, 100,000/s'], rates),
    'The key pairs of the 1st, if all who come that day came at midnight: how long they take at the default quota, and the rate at which a week makes them:',
    markdown(['users', 'key pairs', 'Frankfurt', 'N. Virginia', 'over a week'], backlog),
    'Grants in a month, with one key for each kind and epoch, and how often they fit into the quotas:',
    markdown(
      ['users', 'cases', 'minted', 'CreateGrant, 50/s', 'live', 'on the fullest key', 'a key, 50,000'],
      grants,
    ),
    `The fullest key holds ${quota.grantsPerKey.toLocaleString('en-US')} at ${size(usersAtGrantQuota())} users, or at ${(usersAtGrantQuota() / 1e9).toFixed(2)} times as many cases among 1 G.`,
  ].join('\n\n');
}

export function printScale(): void {
  process.stdout.write(`${scaleText()}\n`);
}

function markdown(head: string[], rows: string[][]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => `${'-'.repeat(width + 1)}${i === 0 ? '-' : ':'}`).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Three figures and a unit: `41.4 G`. */
function size(n: number): string {
  const [divisor, unit] = n >= 1e9 ? [1e9, ' G'] : n >= 1e6 ? [1e6, ' M'] : n >= 1e3 ? [1e3, ' k'] : [1, ''];
  return `${Number((n / divisor).toPrecision(3))}${unit}`;
}

function count(n: number): string {
  return Number(n.toPrecision(3)).toLocaleString('en-US');
}

function dollars(n: number): string {
  return `$${count(n)}`;
}

function hours(seconds: number): string {
  const minutes = seconds / 60;
  return minutes < 120
    ? `${Number(minutes.toPrecision(2))} min`
    : `${Number((minutes / 60).toPrecision(2))} h`;
}

function headroom(quota: number, used: number): string {
  return `${count(quota / used)}×`;
}

if (import.meta.main || process.argv[2] === 'scale') printScale();
