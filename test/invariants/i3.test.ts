import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DecryptCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { submitRequest } from '#client/agency.ts';
import { decideReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { Case, CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { appendEntry } from '#core/log/entry.ts';
import { roleOf } from '#dev/as.ts';
import type { Aws } from '#dev/aws.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  approve,
  approvedCase,
  asFunction,
  awsErrorOf,
  grantsFor,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  number,
  theWorld,
  toldOf,
  toldWhere,
  wholeScope,
} from '../harness.ts';
import { putAs } from './stolen.ts';
import { firstWrappedKey, invoked, storedCase, storedEntries, wrappedKeys } from './tools.ts';

const DENIED = 'AccessDeniedException';

describe('I3 minted', () => {
  let world: World;
  let authorise: Aws;
  let collect: Aws;
  let collectRole = '';
  let authoriseRole = '';
  let skip: string | false = false;

  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kms');
    collectRole = await roleOf(world.aws, world.outputs.CollectFunctionName);
    authoriseRole = await roleOf(world.aws, world.outputs.AuthoriseFunctionName);
    authorise = await asFunction(world, 'Authorise');
    collect = await asFunction(world, 'Collect');
  });

  test('I3 authorise’s role mints Decrypt, for collect’s role, in one whole context, and nothing else', async (t) => {
    if (skip) return t.skip(skip);
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const { KeyId } = await firstWrappedKey(world, account);
    const context = { subject: randomUUID(), kind: 'access', epoch: '2026-01' };
    const right = {
      GranteePrincipal: collectRole,
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextEquals: context },
    } satisfies Omit<CreateGrantCommandInput, 'KeyId'>;
    const seal = await roleOf(world.aws, world.outputs.SealFunctionName);
    const root = `arn:aws:iam::${world.cloud.accountId}:root`;
    const wider: [string, Partial<CreateGrantCommandInput>][] = [
      ['to itself', { GranteePrincipal: authoriseRole }],
      ['to seal', { GranteePrincipal: seal }],
      ['to the root', { GranteePrincipal: root }],
      ['more operations', { Operations: ['Decrypt', 'Encrypt'] }],
      ['another operation', { Operations: ['GenerateDataKey'] }],
      ['the right to grant', { Operations: ['CreateGrant'] }],
      ['the right to re-encrypt', { Operations: ['Decrypt', 'ReEncryptFrom'] }],
      ['no constraint', { Constraints: undefined }],
      ['an empty constraint', { Constraints: {} }],
      ['a subset', { Constraints: { EncryptionContextSubset: context } }],
      ['a part of a context', { Constraints: { EncryptionContextSubset: { subject: context.subject } } }],
      [
        'a subset beside',
        { Constraints: { EncryptionContextEquals: context, EncryptionContextSubset: { kind: 'access' } } },
      ],
    ];
    for (const [what, change] of wider) {
      const attempt = authorise.kms.send(new CreateGrantCommand({ KeyId, ...right, ...change }));
      assert.equal(await awsErrorOf(attempt), DENIED, what);
    }
    // And what it may: so that the refusals above are not for some other reason.
    const { GrantId } = await authorise.kms.send(new CreateGrantCommand({ KeyId, ...right }));
    await world.aws.kms.send(new RevokeGrantCommand({ KeyId, GrantId }));
  });

  test('I3 a grant opens its own subject, kind and month, and no other', async (t) => {
    if (skip) return t.skip(skip);
    const [account, other] = [newAccount(), newAccount()];
    await ingest(world, [login(account, 3), login(account, 40), number(account, 3), login(other, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const period = { from: ago(4), to: request.period.to };
    await approvedCase(world, agency, request, { ...wholeScope(request), period });

    const month = ago(3).slice(0, 7);
    const opens: string[] = [];
    const epochKeys = [...(await wrappedKeys(world, account)), ...(await wrappedKeys(world, other))];
    assert.equal(epochKeys.length, 4);
    for (const { epochKey, CiphertextBlob, EncryptionContext } of epochKeys) {
      const said = await awsErrorOf(
        collect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })),
      );
      if (said === 'allowed') opens.push(`${epochKey.subject} ${epochKey.kind} ${epochKey.epoch}`);
      else assert.equal(said, DENIED);
    }
    const mine = epochKeys[0]?.epochKey.subject ?? '';
    assert.deepEqual(opens, [`${mine} access ${month}`]);

    const own = epochKeys.find((d) => d.epochKey.subject === mine && d.epochKey.kind === 'access');
    assert.ok(own);
    const { CiphertextBlob, EncryptionContext } = own;
    const { subject, kind, epoch } = EncryptionContext;
    for (const context of [
      { subject, kind },
      { ...EncryptionContext, more: '1' },
      { subject, kind: 'phone', epoch },
      { subject, kind, epoch: '1999-01' },
      { Subject: subject, kind, epoch },
      { subject: subject.toLowerCase() === subject ? 'x' : subject.toLowerCase(), kind, epoch },
    ]) {
      const wrong = collect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: context }));
      assert.equal(await awsErrorOf(wrong), DENIED);
    }
  });

  test('I3 the grant comes after both approvals are in the bucket', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const view = await submitRequest(agency.session, request);
    await approve(world, view, wholeScope(request));
    // Looked at side by side, again and again: never a grant while the bucket lacks an approval.
    await until(
      'the grant is minted',
      async () => {
        const live = (await grantsFor(world, account)).length;
        const approvals = (await toldWhere(world, ({ entry }) => entry.stream === `case/${view.id}`)).filter(
          ({ entry }) => entry.kind === 'decision.approved',
        ).length;
        assert.ok(live === 0 || approvals >= 2, 'a grant before its approvals');
        return live > 0;
      },
      90_000,
    );
    await logged(world, view.id, 'grant.minted');
    const kinds = (await toldWhere(world, ({ entry }) => entry.stream === `case/${view.id}`)).map(
      ({ entry }) => entry.kind,
    );
    assert.deepEqual(kinds, ['request.received', 'decision.approved', 'decision.approved', 'grant.minted']);
  });

  /** Two of the many that test/core/access/approval.test.ts tries in memory: what KMS opens, and what it refuses. */
  const forgeries: [string, (current: Case) => Case][] = [
    [
      'one real decision, under two names',
      (current) => {
        const [real] = current.decisions;
        assert.ok(real);
        const { holder = '', keyId = '' } = world.reviewers[1] ?? {};
        return { ...approved(current), decisions: [real, { ...real, reviewer: holder, keyId }] };
      },
    ],
    [
      'decisions that nobody signed',
      (current) => {
        const message = new Uint8Array(200).fill(7);
        const decisions = current.decisions.map((decision) => ({ ...decision, message }));
        return { ...approved(current), decisions };
      },
    ],
  ];
  test('I3 a case that is forged in the table mints nothing, and stops no other', async () => {
    for (const [what, forge] of forgeries) {
      const { account, view, request } = await asked();
      await approveBy(0, view, wholeScope(request));
      await logged(world, view.id, 'decision.approved');
      await mintsNothing(account, forge(await storedCase(world, view.id)), what);
    }
  });

  /** Puts a forged case into the table, has authorise look at it, and sees that it mints nothing and says so. */
  async function mintsNothing(account: string, forged: Case, what: string): Promise<void> {
    await putAs(world, 'Review', 'cases', { pk: `case#${forged.id}`, ...forged });
    try {
      const { failed, log } = await withForgedNotice(forged, (event) => invoked(world, 'Authorise', event));
      assert.equal(failed, false, `${what} stops authorise: ${log}`);
      assert.match(log, /"approval not proven"/, what);
      assert.match(log, /"ApprovalsNotProven":1/, what);
      assert.ok(log.includes(forged.id), what);
      assert.deepEqual(await grantsFor(world, account), [], what);
      assert.equal((await storedCase(world, forged.id)).grants, undefined, what);
    } finally {
      // Out of the sweep's and everybody's way.
      await world.aws.dynamo.send(
        new DeleteCommand({
          TableName: world.outputs.CasesTableName,
          Key: { pk: `case#${forged.id}` },
        }),
      );
    }
  }

  /**
   * Has the log tell of an approval that completes this case, and authorise look at it: all that somebody with every
   * right on the tables, and the role of a function, can do to set it going.
   */
  async function withForgedNotice<R>(current: Case, work: (event: unknown) => Promise<R>): Promise<R> {
    const stored = (await storedEntries(world, current.id)).find((e) => e.kind === 'decision.approved');
    const real = JSON.parse(stored?.entry ?? '{}');
    const { entry } = appendEntry(
      `case/${current.id}`,
      current.entries,
      { kind: 'decision.approved', data: { ...real.data, status: 'AwaitingDisclosure' } },
      new Date().toISOString(),
    );
    const { stream, n, kind } = entry;
    await putAs(world, 'Review', 'entries', { stream, n, kind, entry: canonicalJson(entry) });
    const { index } = await until(
      'the forged approval is in the log',
      async () => (await toldOf(world, current.id)).find((link) => link.entry.n === n),
      90_000,
    );
    return work({
      Records: [
        {
          dynamodb: {
            OldImage: { published: { N: index.toString() } },
            NewImage: { published: { N: (index + 1n).toString() } },
          },
        },
      ],
    });
  }

  async function asked(): Promise<{ account: string; view: CaseView; request: Request }> {
    const account = newAccount();
    await ingest(world, [login(account, 3), login(account, 40), number(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    return { account, request, view: await submitRequest(agency.session, request) };
  }

  async function approveBy(index: number, view: CaseView, scope: Scope): Promise<void> {
    const reviewer = world.reviewers[index];
    if (reviewer === undefined) throw new Error('no such reviewer');
    const { requestDigest } = view;
    await decideReview(reviewer.session, view.id, {
      decision: 'approve',
      requestDigest,
      scope,
      reason: 'order checked',
    });
  }
});

/** A case as it would look with its approvals complete. */
function approved(current: Case): Case {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return {
    ...current,
    status: 'AwaitingDisclosure',
    scope: current.asked,
    approvedAt: current.receivedAt,
    expiresAt,
  };
}
