import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { collectOnce } from '#client/agency.ts';
import type { Session } from '#client/exchange.ts';
import { proveTlog } from '#client/log/prove-tlog.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import { parseTrustPolicy } from '#core/log/trust-policy.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';
import { asRole, roleOf } from '#dev/as.ts';
import { until } from '#dev/feed.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { cosignatureLine, cosigner } from '../core/log/cosigner.ts';
import {
  approvedCase,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
} from '../harness.ts';
import { fileOf, ownFunction, publishedPolicy } from './own-function.ts';

const witness = cosigner('witness.example/w1', 51);

/** Collecting under a policy that requires witnesses, with the rights of its own role. */
describe('I4: collecting with witnesses', () => {
  let world: World;
  let call: typeof fetch;
  const list = `witness w1 ${formatWitnessKey(witness.key)} https://witness.example/\nquorum w1\n`;
  before(async () => {
    world = await theWorld();
    const policy = await publishedPolicy(world);
    const witnessed = { collect: 'require', patienceSeconds: 1 } as const;
    call = await ownFunction(world, 'Collect', { ...policy, witnessed }, { WITNESSES: fileOf(list) });
  });

  /** The newest checkpoint with the witness's line, written as `Cosign` writes it. */
  async function cosign(): Promise<void> {
    const note = Buffer.from((await logFiles(world)('checkpoint')) ?? []).toString();
    const line = cosignatureLine(note, witness, BigInt(Math.floor(Date.now() / 1000)));
    const role = await roleOf(world.aws, world.outputs.CosignFunctionName);
    const { s3 } = await asRole(world.cloud, world.aws, role);
    const Bucket = world.outputs.LogBucketName;
    await s3.send(
      new PutObjectCommand({ Bucket, Key: cosignedPath, Body: note + line, ChecksumAlgorithm: 'SHA256' }),
    );
  }

  test('opens nothing before they cosigned the log with its intent, and then carries their cosignatures', async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const { id } = await approvedCase(world, agency, newRequest(account));
    const session: Session = { ...agency.session, fetch: call, retry: { attempts: 1 } };
    const once = () => collectOnce(session, id, agency.encryptionKey, undefined, { form: 4 });
    const kinds = async () => (await toldOf(world, id)).map(({ entry }) => entry.kind);
    const refused = () =>
      until('it is refused', () => refusalOf(once()).then((code) => code === 'log-unwitnessed'), 60_000);
    await refused();
    // Of before the intent: it does not cover it.
    assert.equal(await refusalOf(once()), 'log-unwitnessed');
    const before = await kinds();
    assert.equal(before.filter((kind) => kind === 'collection.intended').length, 1);
    assert.ok(!before.includes('collection.completed'));
    // Another test of the same cloud may write that file between the two.
    const seen = async () => {
      await cosign();
      return once().catch((error: unknown) => {
        assert.equal(Reflect.get(Object(error), 'code'), 'log-unwitnessed');
        return undefined;
      });
    };
    const disclosure = await until('witnesses saw it', seen, 60_000);
    const { package: made } = disclosure;
    assert.equal(made.records.length, 1);
    const trusted = { ...parseTrustPolicy(list), logs: [{ key: logKeyOf(world) }] };
    const { faults, witnesses, entry } = proveTlog(made.tlogProof ?? '', trusted);
    assert.deepEqual([faults, witnesses?.isQuorum], [[], true]);
    assert.deepEqual([entry?.kind, entry?.stream], ['collection.intended', `case/${id}`]);
    assert.ok(made.log.checkpoint.includes('— witness.example/w1 '));
    const after = (await toldOf(world, id)).filter(({ entry: { kind } }) => kind === 'collection.intended');
    assert.equal(after.length, 1, 'the same intent');
  });
});
