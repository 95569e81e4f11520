import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { collect } from '#client/agency.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { roleOf } from '#dev/as.ts';
import { type KmsEvent, readKmsJournal } from '#dev/cloud/journal.ts';
import { until } from '#dev/feed.ts';
import { logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { writ } from '#dev/writ.ts';
import {
  approvedCase,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  pseudonymOf,
  theWorld,
  toldWhere,
} from '../harness.ts';

const answerSchema = z.object({
  hour: z.string(),
  decrypts: z.int(),
  collections: z.int(),
  surplus: z.int(),
  missing: z.int(),
  silent: z.boolean(),
  entry: z.string().optional(),
  findings: z.array(
    z.object({
      why: z.string(),
      time: z.string().optional(),
      case: z.string().optional(),
      drawers: z.int().optional(),
      decrypted: z.int().optional(),
    }),
  ),
});
type Answer = z.infer<typeof answerSchema>;

/**
 * Other tests collect at the same time, and some open what they should not: what is asserted is what is found of this
 * test's own case and calls, in the time between its intent and its answer.
 */
describe('CloudTrail against the log, on the running stack', () => {
  let world: World;
  let skip: string | false = false;
  let caseId: string;
  let subject: string;
  let span: { from: string; to: string };
  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kmsJournal');
    const account = newAccount();
    await ingest(
      world,
      [5, 20, 40, 55].map((days) => login(account, days)),
    );
    subject = await pseudonymOf(world, account);
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    caseId = view.id;
    await collect(agency.session, caseId, agency.encryptionKey);
    const entries = await logged(world, caseId, 'collection.completed');
    const at = (kind: string) => entries.find((entry) => entry.kind === kind)?.at ?? '';
    span = { from: at('collection.intended'), to: at('collection.completed') };
  });

  const isOwn = ({ eventName, requestParameters }: KmsEvent) =>
    eventName === 'Decrypt' && requestParameters.encryptionContext?.subject === subject;
  const own = (events: readonly KmsEvent[]) => events.filter(isOwn);

  /** What KMS did, as CloudTrail delivers it; always the one file, written over. */
  async function deliver(body: Uint8Array): Promise<void> {
    const { accountId, region } = world.cloud;
    const [day = '', time = ''] = new Date().toISOString().split('T');
    delivery ??= `${world.outputs.TrailFolder}/${day.replaceAll('-', '/')}/${accountId}_CloudTrail_${region}_${day.replaceAll('-', '')}T${time.slice(0, 5).replace(':', '')}Z_AbCdEfGhIjKlMnOp.json.gz`;
    await world.aws.s3.send(
      new PutObjectCommand({ Bucket: world.outputs.TrailBucketName, Key: delivery, Body: body }),
    );
  }
  let delivery: string | undefined;
  const file = (Records: readonly KmsEvent[]) => gzipSync(JSON.stringify({ Records }));

  async function reconciled(event: unknown): Promise<Answer> {
    const { Payload, FunctionError } = await world.aws.lambda.send(
      new InvokeCommand({
        FunctionName: world.outputs.ReconcileFunctionName,
        Payload: JSON.stringify(event),
      }),
    );
    assert.equal(FunctionError, undefined);
    const [answer] = z.array(answerSchema).parse(JSON.parse(new TextDecoder().decode(Payload)));
    assert.ok(answer);
    return answer;
  }

  const about = ({ findings }: Answer, events: readonly KmsEvent[]) =>
    findings.filter(
      (finding) =>
        finding.case === caseId ||
        events.some(({ eventTime }) => finding.time === new Date(eventTime).toISOString()),
    );

  test('what a collection opened is in both, and the log says that they were compared', async (t) => {
    if (skip !== false) return t.skip(skip);
    const events = readKmsJournal(world.cloud.stateDir);
    const calls = own(events);
    assert.ok(calls.length >= 2, 'two months at least');
    await deliver(file(events));
    const answer = await reconciled(span);
    assert.deepEqual(about(answer, calls), []);
    assert.equal(answer.silent, false);
    assert.ok(answer.collections >= 1 && answer.decrypts >= calls.length);

    const { entry: stream = '', hour, decrypts, collections, surplus, missing } = answer;
    assert.ok(stream.startsWith(`reconciliation/${hour}/`));
    const told = await until(
      'the log tells it',
      async () => (await toldWhere(world, ({ entry }) => entry.stream === stream))[0],
      90_000,
    );
    assert.equal(told.entry.kind, 'reconciliation.done');
    assert.deepEqual(told.entry.data, { hour, decrypts, collections, surplus, missing });
    assert.ok(!told.text.includes(subject));
  });

  test('an epoch key whose decryption CloudTrail does not have is missing', async (t) => {
    if (skip !== false) return t.skip(skip);
    const events = readKmsJournal(world.cloud.stateDir);
    const epoch = own(events)[0]?.requestParameters.encryptionContext?.epoch;
    await deliver(
      file(
        events.filter((event) => !isOwn(event) || event.requestParameters.encryptionContext?.epoch !== epoch),
      ),
    );
    const answer = await reconciled(span);
    assert.ok(answer.missing >= 1);
    const [finding, ...others] = about(answer, own(events));
    assert.deepEqual([finding?.case, finding?.why, others], [caseId, 'not-decrypted', []]);
    assert.equal(finding?.decrypted, (finding?.drawers ?? 0) - 1);
  });

  test('a decryption that the case does not explain is surplus, and so is one by somebody else', async (t) => {
    if (skip !== false) return t.skip(skip);
    const events = readKmsJournal(world.cloud.stateDir);
    const [call] = own(events);
    assert.ok(call);
    // Between the intent and the answer, at milliseconds at which nothing of this case happened.
    const times = new Set(own(events).map(({ eventTime }) => Date.parse(eventTime)));
    const free = Array.from({ length: 50 }, (_, i) => Date.parse(span.from) + i).filter(
      (at) => !times.has(at),
    );
    const [one = 0, two = 0] = free;
    const admin = `arn:aws:iam::${world.cloud.accountId}:role/Admin`;
    const surplus: KmsEvent[] = [
      {
        ...call,
        eventTime: new Date(one).toISOString(),
        requestParameters: {
          ...call.requestParameters,
          encryptionContext: { subject: 'somebody else', kind: 'access', epoch: '2026-11' },
        },
      },
      {
        ...call,
        eventTime: new Date(two).toISOString(),
        userIdentity: { arn: admin, sessionContext: { sessionIssuer: { arn: admin } } },
      },
    ];
    await deliver(file([...events, ...surplus]));
    const answer = await reconciled(span);
    assert.ok(answer.surplus >= 2);
    assert.deepEqual(
      about(answer, [...own(events), ...surplus]).map(({ time, why }) => [time, why]),
      [
        [new Date(one).toISOString(), 'other-drawer'],
        [new Date(two).toISOString(), 'not-collect'],
      ],
    );
  });

  test('a file that cannot be read is a finding, and leaves its collections without proof', async () => {
    await deliver(Buffer.from('no file of CloudTrail’s'));
    // What does not say when it was belongs to when it was delivered, which a file's name tells to the minute.
    const from = new Date(Date.parse(span.from) - 120_000).toISOString();
    const answer = await reconciled({ from, to: new Date().toISOString() });
    assert.ok(answer.findings.some(({ why }) => why === 'malformed'));
    assert.ok(answer.findings.some((finding) => finding.case === caseId && finding.why === 'not-decrypted'));
  });

  test('an hour of which CloudTrail delivered nothing is a finding', async () => {
    const answer = await reconciled({ hour: '2021-02-03T04' });
    const { hour, silent, decrypts, collections, surplus, missing } = answer;
    assert.deepEqual(
      { hour, silent, decrypts, collections, surplus, missing },
      { hour: '2021-02-03T04', silent: true, decrypts: 0, collections: 0, surplus: 0, missing: 1 },
    );
  });

  test('a stranger with the public log and an export finds the same, by time', async (t) => {
    if (skip !== false) return t.skip(skip);
    const events = readKmsJournal(world.cloud.stateDir);
    const [call] = own(events);
    assert.ok(call);
    const long = new Date(Date.parse(span.from) - 86_400_000).toISOString();
    const scratch = mkdtempSync(join(tmpdir(), 'writ-reconcile-'));
    try {
      const trail = join(scratch, 'trail.json.gz');
      writeFileSync(trail, file([...events, { ...call, eventTime: long }]));
      const log = ['--url', `${world.cloud.url}/v1`, '--key', formatVerifierKey(logKeyOf(world))];
      const collectRole = await roleOf(world.aws, world.outputs.CollectFunctionName);
      const found = await writ(
        ['log', 'reconcile', '--trail', trail, ...log, '--collect-role', collectRole, '--json'],
        { NODE_EXTRA_CA_CERTS: world.cloud.caFile },
      );
      const { surplus, missing } = z
        .object({
          surplus: z.array(z.object({ time: z.string(), why: z.string() })),
          missing: z.array(z.object({ case: z.string() })),
        })
        .parse(JSON.parse(found.out));
      assert.ok(surplus.some(({ time, why }) => time === long && why === 'not-announced'));
      assert.ok(!missing.some((each) => each.case === caseId));
      assert.equal(found.code, 1);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });
});
