import { randomUUID } from 'node:crypto';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-kms';
import { z } from 'zod';
import { withdrawRequest } from '#client/agency.ts';
import { jsonDigest } from '#core/canonical.ts';
import { isRecord } from '#core/iam-policy.ts';
import { policyDigest } from '#core/vault/key-policy.ts';
import { asRole, assume, roleOf } from '#dev/as.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { readLog } from '#dev/log.ts';
import { grantsOf, wrappedKeyInGrant } from '#dev/story.ts';
import { liveVaultKeys } from '#dev/vault-keys.ts';
import { type Answer, answer, type Question, type Scene, seconds, unanswered } from '../question.ts';

/** KMS documents five minutes for grants, and as much for tags; a minute on top for our own calls. */
const fiveMinutesMs = 360_000;

export const policyRoundTrip: Question = {
  id: 'policy-round-trip',
  asks: 'Does KMS give a key policy back as it was put?',
  assumes: 'Not word for word; in Writ’s normal form the two are equal, so seal takes the key.',
  async ask({ world }) {
    const shown = z.object({ policy: z.string() }).parse(await invoke(world, 'Prepare', { show: 'policy' }));
    const put: unknown = JSON.parse(shown.policy);
    const keys = await liveVaultKeys(world.aws, world.outputs);
    const notes = new Set<string>();
    let equal = 0;
    for (const { arn: KeyId } of keys) {
      const { Policy = 'null' } = await world.aws.kms.send(
        new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
      );
      const back: unknown = JSON.parse(Policy);
      if (policyDigest(back) === policyDigest(put)) equal++;
      for (const note of jsonDigest(back) === jsonDigest(put) ? [] : differences(put, back)) notes.add(note);
    }
    const changes = [...new Set([...notes].map((note) => note.replace(/^.*: /, '')))].sort();
    const said =
      changes.length === 0 ? 'word for word' : `changed in ${notes.size} places: ${changes.join('; ')}`;
    return answer(
      keys.length > 0 && equal === keys.length,
      `${equal} of ${keys.length} vault keys equal in the normal form; given back ${said}`,
    );
  },
};

/** Where a value that came back differs from what was put, in words without values. */
export function differences(put: unknown, back: unknown, at = 'policy'): string[] {
  if (jsonDigest(put) === jsonDigest(back)) return [];
  if (Array.isArray(put) && put.length === 1 && !Array.isArray(back))
    return jsonDigest(put[0]) === jsonDigest(back)
      ? [`${at}: a list of one is no list`]
      : differences(put[0], back, at);
  if (Array.isArray(put) && Array.isArray(back)) {
    const sorted = (list: unknown[]) => jsonDigest(list.map((each) => jsonDigest(each)).sort());
    if (sorted(put) === sorted(back)) return [`${at}: in another order`];
    if (put.length !== back.length) return [`${at}: ${put.length} members are ${back.length}`];
    return put.flatMap((each, i) => differences(each, back[i], `${at}[]`));
  }
  if (isRecord(put) && isRecord(back)) {
    const names = [...new Set([...Object.keys(put), ...Object.keys(back)])];
    return names.flatMap((name) => differences(put[name], back[name], `${at}.${name}`));
  }
  return [`${at}: another value`];
}

export const mintThenList: Question = {
  id: 'mint-then-list',
  asks: 'How long after it is minted does a grant show in ListGrants?',
  assumes:
    'Within five minutes (KMS Developer Guide, “Grants in AWS KMS”); the sweep waits that long before it tells.',
  async ask({ world, view }) {
    const minted = (await readLog(world)).find(
      ({ entry }) => entry.kind === 'grant.minted' && entry.stream === `case/${view.id}`,
    );
    if (minted === undefined) return answer(false, 'no grant was minted');
    const grants = await until(
      'grants are listed',
      async () => {
        const listed = await grantsOf(world.aws, world);
        return listed.length > 0 && listed.length;
      },
      fiveMinutesMs,
    );
    const ms = Date.now() - Date.parse(minted.entry.at);
    return answer(true, `${grants} listed when asked, at most ${(ms / 1000).toFixed(1)} s after the entry`);
  },
};

/** How long it takes from now until something is so: five minutes at most, as Writ assumes. */
async function howLong(
  what: string,
  isSo: () => Promise<boolean>,
  patienceMs = fiveMinutesMs,
): Promise<Answer> {
  const since = performance.now();
  try {
    await until(what, isSo, patienceMs);
    return answer(performance.now() - since < 300_000, seconds(since));
  } catch {
    return answer(false, `not within ${seconds(since)}`);
  }
}

/** Both are asked by the one withdrawal that there is. */
const withdrawals = new WeakMap<Scene, Promise<{ list: Answer; decrypt: Answer }>>();

function withdrawn(scene: Scene) {
  const asked = withdrawals.get(scene) ?? withdraw(scene);
  withdrawals.set(scene, asked);
  return asked;
}

async function withdraw({ world, view }: Scene): Promise<{ list: Answer; decrypt: Answer }> {
  const sealed = await wrappedKeyInGrant(world);
  const collect = await asRole(
    world.cloud,
    world.aws,
    await roleOf(world.aws, world.outputs.CollectFunctionName),
  );
  const opens = () =>
    collect.kms.send(new DecryptCommand(sealed)).then(
      () => true,
      () => false,
    );
  if (!(await until('collect opens', async () => ((await opens()) ? 'it opens' : undefined), fiveMinutesMs)))
    throw new Error('collect’s role does not open');
  await withdrawRequest(world.agency.session, view.id);
  const [list, decrypt] = await Promise.all([
    howLong('no grant is listed', async () => (await grantsOf(world.aws, world)).length === 0),
    howLong('collect’s role is refused', async () => !(await opens())),
  ]);
  return { list, decrypt };
}

export const revokeThenList: Question = {
  id: 'revoke-then-list',
  asks: 'How long after a withdrawal does ListGrants still show the grant?',
  assumes: 'Five minutes at most.',
  ask: async (scene) => (await withdrawn(scene)).list,
};

export const revokeThenDecrypt: Question = {
  id: 'revoke-then-decrypt',
  asks: 'How long after a withdrawal do the credentials of collect’s role still open?',
  assumes: 'Five minutes at most; the case’s side is closed at once (I9).',
  ask: async (scene) => (await withdrawn(scene)).decrypt,
};

export const tagThenAuthorise: Question = {
  id: 'tag-then-authorise',
  asks: 'How long after a key is tagged does a policy’s aws:ResourceTag see the tag?',
  assumes:
    'Five minutes at most (KMS Developer Guide, “ABAC for AWS KMS”); until then preserve cannot re-wrap under a new key.',
  async ask({ world, isLocal }) {
    const { aws, cloud } = world;
    const name = `writ-smoke-${randomUUID().slice(0, 8)}`;
    const root = `arn:aws:iam::${cloud.accountId}:root`;
    const statement = (more: object) => ({ Effect: 'Allow', ...more });
    const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        Description: 'Writ: smoke test',
        Policy: document(statement({ Principal: { AWS: root }, Action: 'kms:*', Resource: '*' })),
      }),
    );
    const KeyId = z.string().parse(KeyMetadata?.Arn);
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: document(statement({ Principal: { AWS: root }, Action: 'sts:AssumeRole' })),
      }),
    );
    try {
      const condition = { StringEquals: { 'aws:ResourceTag/writ-smoke': 'yes' } };
      await aws.iam.send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: 'look',
          PolicyDocument: document(
            statement({ Action: 'kms:DescribeKey', Resource: '*', Condition: condition }),
            statement({ Action: 'kms:GetKeyRotationStatus', Resource: '*' }),
          ),
        }),
      );
      const role = await assume(cloud, aws, z.string().parse(Role?.Arn));
      const looks = () =>
        role.kms.send(new DescribeKeyCommand({ KeyId })).then(
          () => true,
          () => false,
        );
      if (await looks()) return unanswered('this cloud lets the role look at a key without the tag');
      await aws.kms.send(
        new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'writ-smoke', TagValue: 'yes' }] }),
      );
      const counts = await howLong('the tag counts', looks, isLocal ? 5000 : fiveMinutesMs);
      return isLocal && counts.is === 'otherwise'
        ? unanswered('the local cloud’s gate does not know this condition')
        : counts;
    } finally {
      await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
      await aws.iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: 'look' })).catch(() => {});
      await aws.iam.send(new DeleteRoleCommand({ RoleName: name }));
    }
  },
};
