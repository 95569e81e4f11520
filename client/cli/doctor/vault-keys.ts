import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import type { Deployed } from '#client/doctor/template.ts';
import { printable } from '#client/printable.ts';
import { parseJsonText } from '#core/json.ts';
import { inParallel } from '#core/parallel.ts';
import { policyDigest, type VaultRoles, vaultKeyPolicy } from '#core/vault/key-policy.ts';
import { awsErrorName, type KmsSdk } from '../aws.ts';

/** The vault's keys: each has the one policy that they may have (I2). */
const name = 'vault-keys';

interface Kms {
  sdk: KmsSdk;
  client: InstanceType<KmsSdk['KMSClient']>;
}

type Seen = 'as-it-should-be' | 'changed' | 'of-others' | 'no-vault-key' | 'unread';

export async function vaultKeyChecks(kms: Kms, deployed: Deployed): Promise<Check[]> {
  const roles = vaultRoles(deployed);
  if (roles === undefined)
    return [unknown(name, 'the stack does not name the roles that the vault’s keys serve')];
  let keys: string[];
  try {
    keys = await allKeys(kms);
  } catch (error) {
    return [
      unknown(
        name,
        `the account’s keys cannot be listed (${printable(awsErrorName(error))})`,
        'these credentials need kms:ListKeys',
      ),
    ];
  }
  const seen = await inParallel(keys, 4, async (key) => ({ key, is: await lookAt(kms, key, roles) }));
  const count = (is: Seen) => seen.filter((each) => each.is === is).length;
  const changed = seen.filter(({ is }) => is === 'changed');
  const unread = count('unread');
  const aside = unread === 0 ? '' : `; ${unread} other keys of the account could not be looked at`;
  const checks = changed.map(({ key }) =>
    wrong(
      name,
      `${printable(key)} has another policy than a vault key may have`,
      'treat it as a breach: CloudTrail says who called kms:PutKeyPolicy; see docs/threat-model.md',
    ),
  );
  if (count('of-others') > 0)
    checks.push(
      unknown(
        name,
        `${count('of-others')} keys are tagged as a vault’s and name none of this stack’s roles`,
        'are they of another Writ in this account?',
      ),
    );
  if (checks.length > 0) return checks;
  return [ok(name, `${count('as-it-should-be')} keys have the one policy that they may have${aside}`)];
}

/** The roles that the fixed policy names, by their pinned names in the template and not by a function's environment. */
function vaultRoles({ partition, account, resources }: Deployed): VaultRoles | undefined {
  const arnOf = (role: string) => {
    const id = resources.get(role);
    return id === undefined ? '' : `arn:${partition}:iam::${account}:role/${id}`;
  };
  const roles = {
    account: `arn:${partition}:iam::${account}:root`,
    seal: arnOf('SealRole'),
    authorise: arnOf('AuthoriseRole'),
    collect: arnOf('CollectRole'),
    expire: arnOf('ExpireRole'),
    preserve: arnOf('PreserveRole'),
    forget: arnOf('ForgetRole'),
  };
  return Object.values(roles).includes('') ? undefined : roles;
}

async function allKeys({ sdk, client }: Kms): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Keys = [] } of sdk.paginateListKeys({ client }, {})) {
    keys.push(...Keys.flatMap(({ KeyArn }) => KeyArn ?? []));
  }
  return keys;
}

async function lookAt({ sdk, client }: Kms, KeyId: string, roles: VaultRoles): Promise<Seen> {
  try {
    const { Tags = [] } = await client.send(new sdk.ListResourceTagsCommand({ KeyId }));
    if (!Tags.some(({ TagKey, TagValue }) => TagKey === 'writ' && TagValue === 'vault'))
      return 'no-vault-key';
    const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId }));
    // Nobody can cancel its deletion, so it opens nothing any more.
    if (KeyMetadata?.KeyState === 'PendingDeletion') return 'no-vault-key';
    const { Policy = 'null' } = await client.send(
      new sdk.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
    );
    if (policyDigest(parseJsonText(Policy)) === policyDigest(vaultKeyPolicy(roles))) return 'as-it-should-be';
    const { account, ...ours } = roles;
    return Object.values(ours).some((arn) => Policy.includes(`"${arn}"`)) ? 'changed' : 'of-others';
  } catch (error) {
    awsErrorName(error);
    return 'unread';
  }
}
