import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { keyDigest, keysAhead, mayBeMade, purposes, type VaultKeyName } from '#core/vault/vault-keys.ts';
import { dynamo, kms, lostRace } from './aws/clients.ts';
import { tick } from './aws/clock.ts';
import { entryPuts, tell } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { fixedPolicy, fixedPolicyDigest } from './aws/key-policy.ts';
import { count } from './aws/observe.ts';
import { vaultKeyItem, vaultKeyStream, vaultKeysOf } from './aws/vault-keys.ts';

/**
 * Makes vault keys, ahead of time by the clock and for older months when `seal` or `preserve` first need one. It can
 * do nothing else: it gives each key the one fixed policy, which names others, says so in the log, and has no right
 * to use a key, to change its policy, or to make it twice.
 */
const { VAULT_KEYS_TABLE, RETENTION, VAULT_KEYS_PER_EPOCH } = env(
  'VAULT_KEYS_TABLE',
  'RETENTION',
  'VAULT_KEYS_PER_EPOCH',
);

/** After this, whoever claimed to be making a key is taken to have failed. */
const claimSeconds = 120;

/** How long the others wait for whoever is making it. */
const patienceMs = 10_000;
const lookEveryMs = 200;

const asked = z.strictObject({ purpose: z.enum(purposes), epoch: z.string().regex(/^\d{4}-\d{2}$/) });
/** An operator who must give older keys the policy of a new release asks for its text. */
const shown = z.strictObject({ show: z.literal('policy') });

export async function handler(event: unknown): Promise<{ policy: string; digest: string } | undefined> {
  const now = new Date().toISOString();
  const input = z.union([asked, shown, tick]).parse(event);
  if ('show' in input) return { policy: JSON.stringify(fixedPolicy), digest: fixedPolicyDigest };
  const wanted = 'purpose' in input ? [input] : keysAhead(RETENTION, now);
  for (const value of wanted) {
    if (!mayBeMade(value, RETENTION, now)) throw new Error('no key is made for this epoch');
    const made = new Set((await vaultKeysOf(value.purpose, value.epoch)).map(({ shard }) => shard));
    for (let shard = 0; shard < VAULT_KEYS_PER_EPOCH; shard++) {
      if (!made.has(shard)) await make({ ...value, shard }, now);
    }
  }
  return undefined;
}

async function make(name: VaultKeyName, now: string): Promise<void> {
  const claim = await claimed(name, now);
  if (claim === undefined) return madeByAnother(name);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: `Writ: wraps the vault, ${name.purpose} ${name.epoch}`,
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Policy: JSON.stringify(fixedPolicy),
      // The policy lets administrators change it, and not us: KMS would take that for a lock-out.
      BypassPolicyLockoutSafetyCheck: true,
      Tags: [{ TagKey: 'writ', TagValue: 'vault' }],
    }),
  );
  const keyArn = z.string().parse(KeyMetadata?.Arn);
  const { purpose, epoch } = name;
  const data = { purpose, epoch, key: keyDigest(keyArn), policy: fixedPolicyDigest };
  const { entry, head } = tell(vaultKeyStream(name), { n: 0, hash: '' }, { kind: 'vault.key-made', data });
  await dynamo.send(
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName: VAULT_KEYS_TABLE,
            Key: vaultKeyItem(name),
            UpdateExpression: 'SET keyArn = :arn, entries = :entries',
            ConditionExpression: 'claim = :claim AND attribute_not_exists(keyArn)',
            ExpressionAttributeValues: {
              ':arn': keyArn,
              ':entries': { n: head.n, hash: head.hash },
              ':claim': claim,
            },
          },
        },
        ...entryPuts(entry),
      ],
    }),
  );
  count('VaultKeysMade');
}

/**
 * Claims a key's place before the key is made, so that two at the same time make one key.
 * @returns undefined if another is making it, or has
 */
async function claimed(name: VaultKeyName, now: string): Promise<string | undefined> {
  const claim = randomUUID();
  const stale = new Date(Date.parse(now) - claimSeconds * 1000).toISOString();
  try {
    await dynamo.send(
      new UpdateCommand({
        TableName: VAULT_KEYS_TABLE,
        Key: vaultKeyItem(name),
        UpdateExpression: 'SET claim = :claim, claimedAt = :now',
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(keyArn) AND claimedAt < :stale)',
        ExpressionAttributeValues: { ':claim': claim, ':now': now, ':stale': stale },
      }),
    );
  } catch (error) {
    if (lostRace(error)) return undefined;
    throw error;
  }
  return claim;
}

async function madeByAnother({ purpose, epoch, shard }: VaultKeyName): Promise<void> {
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(lookEveryMs)) {
    if ((await vaultKeysOf(purpose, epoch)).some((key) => key.shard === shard)) return;
  }
  throw new Error('somebody else is making this key, and is not done');
}
