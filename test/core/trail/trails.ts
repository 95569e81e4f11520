/** Histories of collections as the log tells them and as CloudTrail does, made up. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { appendEntry, type Entry, type EntryBody, noEntries, type StreamHead } from '#core/log/entry.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';

const account = '111122223333';
export const roles = {
  collect: `arn:aws:iam::${account}:role/Writ-CollectRole-1A2B`,
  preserve: `arn:aws:iam::${account}:role/Writ-PreserveRole-3C4D`,
};
export const keyArn = (n: number) =>
  `arn:aws:kms:eu-central-1:${account}:key/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
/** Keys 0 to 9 are the vault's. */
export const isVaultKey = (arn: string) => /-00000000000\d$/.test(arn);

export interface Call {
  /** In milliseconds. */
  at: number;
  key: string;
  context?: Record<string, string>;
  by?: string;
  more?: Record<string, unknown>;
}

let events = 0;

/** A call as CloudTrail records it: to the second, with much that nobody here needs. */
export function record({ at, key, context, by = roles.collect, more = {} }: Call): Record<string, unknown> {
  const name = by.slice(by.lastIndexOf('/') + 1);
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE:session',
      arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
      accountId: account,
      accessKeyId: 'ASIAEXAMPLE',
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: by, accountId: account, userName: name },
        attributes: { creationDate: '2026-11-24T08:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: 'eu-central-1',
    sourceIPAddress: '192.0.2.1',
    requestParameters: { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: key, encryptionContext: context },
    responseElements: null,
    additionalEventData: { keyMaterialId: '96083e4f' },
    requestID: 'a3d9c1f0-0000-4000-8000-000000000000',
    eventID: `event-${events++}`,
    readOnly: true,
    resources: [{ accountId: account, type: 'AWS::KMS::Key', ARN: key }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  };
}

/** What a trail is full of besides. */
export const elsewhere = (at: number): Record<string, unknown> => ({
  ...record({ at, key: keyArn(0), context: {} }),
  eventSource: 'dynamodb.amazonaws.com',
  eventName: 'DescribeTable',
  resources: null,
});

export const file = (records: readonly unknown[], how: 'plain' | 'gzip' = 'gzip'): Uint8Array => {
  const bytes = Buffer.from(JSON.stringify({ Records: records }));
  return how === 'gzip' ? gzipSync(bytes) : bytes;
};

/** One call for a page, or several that belong together. */
export interface Visit {
  /** After the visit before. */
  gapMs: number;
  drawers: number;
  end: 'completed' | 'failed' | 'crashed' | 'resumed' | 'overtaken';
  /** Until the first epoch key is open, and from each to the next. */
  paceMs: number;
  /** Until somebody resumes it. */
  resumedMs: number;
  /** Which of its epoch keys is asked for twice, by an SDK that tries again. */
  again: number;
}

export interface Story {
  cases: { startMs: number; visits: Visit[] }[];
  /** Whether all cases are about one person. */
  shared: boolean;
  /** How far CloudTrail's clock is ahead. */
  skewMs: number;
}

export const begin = Date.parse('2026-11-24T10:10:00.000Z');
export const caseId = (n: number) => `c0ffee00-0000-4000-8000-${String(n).padStart(12, '0')}`;
const commitment = 'A'.repeat(43);

/** A call of a history, and the collection that it was made for. */
export type Made = Call & { context: { subject: string; kind: string; epoch: string }; of: number };

export interface History {
  entries: Entry[];
  calls: Made[];
  mayOpen: (id: string, drawer: EpochKey) => boolean;
}

/** Tells a story: entries in the order of the log, calls in the order in which they were made. */
export function happen({ cases, shared, skewMs }: Story): History {
  const told: { at: number; id: number; body: EntryBody }[] = [];
  const calls: Made[] = [];
  const subject = (id: number) => (shared ? 'pseudonym' : `pseudonym-${id}`);
  let collections = 0;
  for (const [id, { startMs, visits }] of cases.entries()) {
    let now = begin + startMs;
    for (const [i, visit] of visits.entries()) {
      const of = collections++;
      const open = (drawer: number, at: number) =>
        calls.push({
          at: at + skewMs,
          key: keyArn(drawer),
          context: { subject: subject(id), kind: 'access', epoch: `2026-0${drawer + 1}` },
          of,
        });
      const place = { collection: i + 1, page: 1 };
      now += visit.gapMs;
      told.push({
        at: now,
        id,
        body: { kind: 'collection.intended', data: { ...place, scope: commitment, recipient: commitment } },
      });
      if (visit.end === 'crashed' || visit.end === 'resumed') {
        for (let d = 0; d < visit.drawers; d += 2) open(d, now + (d + 1) * visit.paceMs);
        if (visit.end === 'crashed') {
          now += 29_000;
          continue;
        }
        now += 29_000 + visit.resumedMs;
      }
      for (let d = 0; d < visit.drawers; d++) {
        now += visit.paceMs;
        open(d, now);
        if (d === visit.again) open(d, now + 200);
      }
      now += visit.paceMs;
      const drawers = visit.drawers;
      told.push({
        at: now,
        id,
        body:
          visit.end === 'failed'
            ? { kind: 'collection.failed', data: { ...place, drawers, code: 'grant-missing' } }
            : {
                kind: 'collection.completed',
                data: { ...place, more: false, records: 3, drawers, package: commitment },
              },
      });
      if (visit.end === 'overtaken') for (let d = 0; d < drawers; d++) open(d, now + 20_000);
    }
  }
  const heads = new Map<number, StreamHead>();
  const entries = told
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, id, body }) => {
      const { entry, head } = appendEntry(
        `case/${caseId(id)}`,
        heads.get(id) ?? noEntries,
        body,
        new Date(at).toISOString(),
      );
      heads.set(id, head);
      return entry;
    });
  const mayOpen: History['mayOpen'] = (id, drawer) =>
    cases.some((_, n) => caseId(n) === id && drawer.subject === subject(n));
  return { entries, calls: calls.toSorted((a, b) => a.at - b.at), mayOpen };
}

const visit = (ends: readonly Visit['end'][], again: fc.Arbitrary<number>): fc.Arbitrary<Visit> =>
  fc.record({
    gapMs: fc.oneof(fc.nat(3_000), fc.nat(40 * 60_000)),
    drawers: fc.nat(4),
    end: fc.constantFrom(...ends),
    paceMs: fc.integer({ min: 20, max: 4_000 }),
    resumedMs: fc.nat(14 * 60_000 - 1),
    again,
  });

const story = (each: fc.Arbitrary<Visit>): fc.Arbitrary<Story> =>
  fc.record({
    cases: fc.array(
      fc.record({
        startMs: fc.oneof(fc.nat(10_000), fc.nat(3_600_000)),
        visits: fc.array(each, { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    shared: fc.boolean(),
    skewMs: fc.integer({ min: -3_900, max: 3_900 }),
  });

/** Whatever may happen. */
export const anyStory = story(
  visit(['completed', 'failed', 'crashed', 'resumed', 'overtaken'], fc.integer({ min: -1, max: 3 })),
);
/** Nothing is asked of KMS twice, and each call is needed. */
export const frugalStory = story(visit(['completed', 'failed'], fc.constant(-1)));
