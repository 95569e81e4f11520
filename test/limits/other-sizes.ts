import { storedSubject } from '#core/bounds.ts';
import { mostSuperseded } from '#core/cases/case.ts';
import { grantName } from '#core/cases/grants.ts';
import { mostMessages } from '#core/cases/messages.ts';
import { tokenKeysOf } from '#core/state/grant-tokens.ts';
import { mostKeptAtOnce } from '#core/state/keepings.ts';
import { placePath } from '#core/state/log-places.ts';
import { messageKeysOf } from '#core/state/messages.ts';
import { mostReportParts } from '#core/state/report.ts';
import { vaultKeyPolicy } from '#core/vault/key-policy.ts';
import type { Line } from './aws-limits.ts';
import { itemSizes } from './items.ts';

const id = 'x'.repeat(36);
/** A role's ARN, in the partition with the longest name. */
const role = `arn:aws-us-gov:iam::123456789012:role/${'x'.repeat(64)}`;

/** What KMS, S3, Kinesis and DynamoDB bound beside items and policies. */
export function otherSizes(): Line[] {
  return [
    { what: 'the name of a grant', largest: grantName(id, 'x'.repeat(64)).length, limit: 'grantName' },
    {
      what: 'a value of a grant’s constraint',
      largest: Number(storedSubject.maxLength),
      limit: 'grantConstraint',
    },
    { what: 'a private key that is wrapped', largest: 32, limit: 'encryptPlaintext' },
    {
      what: 'the policy of a vault key',
      largest: JSON.stringify(
        vaultKeyPolicy({
          account: role,
          seal: role,
          authorise: role,
          collect: role,
          expire: role,
          preserve: role,
          forget: role,
        }),
      ).length,
      limit: 'keyPolicy',
    },
    {
      what: 'the path of an entry’s place',
      largest: placePath({ stream: 'x'.repeat(200), n: Number.MAX_SAFE_INTEGER }).length,
      limit: 'objectKey',
    },
    // client/events.ts: 500 events of 4,096 bytes, and a key of 64 beside each.
    { what: 'a call of the provider’s backend', largest: 500 * (4096 + 64), limit: 'kinesisCall' },
    ...transactions(),
  ];
}

const sizeOf = (name: string) => itemSizes().find(({ sort }) => sort === name)?.bytes ?? Number.NaN;

/** The largest transactions: all items of each, at their largest. */
function transactions(): Line[] {
  const entry = Math.max(...itemSizes().flatMap(({ table, bytes }) => (table === 'entries' ? [bytes] : [])));
  const of = (what: string, items: number, bytes: number): Line[] => [
    { what, largest: bytes, limit: 'transaction' },
    { what, largest: items, limit: 'transactionItems' },
  ];
  const tokens = tokenKeysOf(id).length;
  const messages = messageKeysOf({ id, messages: { ...mostMessages } }).length;
  return [
    // The case, its reference, ten preservations that become part of it and its own, an entry each, three counts, a note with
    // each person, and a notification.
    ...of(
      'a request',
      2 + 11 + 12 + 3 + mostKeptAtOnce + 1,
      sizeOf('case#<id>') +
        11 * sizeOf('preservation#<id>') +
        12 * entry +
        mostKeptAtOnce * sizeOf('keeping#<subject>') +
        sizeOf('notification#<id>') +
        5000,
    ),
    ...of('minting', 2 + tokens, sizeOf('case#<id>') + tokens * sizeOf('tokens#<id>#<n>') + entry),
    ...of('a question to the agency', 3, sizeOf('case#<id>') + sizeOf('question#<id>#<n>') + entry),
    ...of('a letter', 3, sizeOf('case#<id>') + sizeOf('letters#<id>') + entry),
    ...of('forgetting a case', 6 + tokens + messages + mostSuperseded + 1, entry + 1000),
    ...of(
      'a change of the registry',
      9,
      sizeOf('change#<id>') + sizeOf('agency#<agency>') + 3 * entry + 10_000,
    ),
    ...of('a report', 1 + mostReportParts, mostReportParts * sizeOf('transparency#<n>')),
    // core/keeping/sealing.ts: 90 items of one month, each of a thousand records, with its epoch key and the head.
    ...of('sealing', 92, 90 * (22 * 1024 + 500) + sizeOf('<subject> head') + 10_000),
  ];
}
