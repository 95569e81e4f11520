import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DecryptCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { submitRequest } from '#client/agency.ts';
import { newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { decideReview } from '#client/reviewer.ts';
import { canonicalJson, jsonDigest } from '#core/canonical.ts';
import type { Case, CaseView } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { commitment } from '#core/log/commitment.ts';
import { appendEntry, noEntries } from '#core/log/entry.ts';
import type { Proposal } from '#core/registry/change.ts';
import type { Signer } from '#core/signature/sign.ts';
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
  logged,
  login,
  needsEnforcement,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  number,
  revokeGrants,
  theWorld,
  toldOf,
  toldWhere,
  wholeScope,
} from '../harness.ts';
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
    skip = needsEnforcement(world);
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

  test('I3 one approval mints nothing, whatever the clock or a stream brings', async (t) => {
    if (skip) return t.skip(skip);
    const { account, view, request } = await asked();
    await approveBy(0, view, wholeScope(request));
    await logged(world, view.id, 'decision.approved');
    const current = await storedCase(world, view.id);
    await withForgedNotice(current, (event) => invoked(world, 'Authorise', event));
    assert.deepEqual(await grantsFor(world, account), []);
    assert.deepEqual((await storedCase(world, view.id)).grants, undefined);
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
    const doors = [...(await wrappedKeys(world, account)), ...(await wrappedKeys(world, other))];
    assert.equal(doors.length, 4);
    for (const { epochKey, CiphertextBlob, EncryptionContext } of doors) {
      const said = await awsErrorOf(
        collect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })),
      );
      if (said === 'allowed') opens.push(`${epochKey.subject} ${epochKey.kind} ${epochKey.epoch}`);
      else assert.equal(said, DENIED);
    }
    const mine = doors[0]?.epochKey.subject ?? '';
    assert.deepEqual(opens, [`${mine} access ${month}`]);

    const door = doors.find((d) => d.epochKey.subject === mine && d.epochKey.kind === 'access');
    assert.ok(door);
    const { CiphertextBlob, EncryptionContext } = door;
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

  const forgeries: [string, (value: Case, world: World) => Promise<Case> | Case][] = [
    [
      'two decisions that nobody signed',
      (current) => ({
        ...approved(current),
        decisions: [0, 1].map((i) => ({
          decision: 'approve' as const,
          reviewer: world.reviewers[i]?.holder ?? '',
          keyId: world.reviewers[i]?.keyId ?? '',
          at: current.receivedAt,
          policyHash: current.policyHash,
          scope: current.asked,
          entry: current.entries.n,
          message: new Uint8Array(200).fill(7),
        })),
      }),
    ],
    [
      'one real decision, twice, under two names',
      (current) => {
        const [real] = current.decisions;
        assert.ok(real);
        const { holder = '', keyId = '' } = world.reviewers[1] ?? {};
        return { ...approved(current), decisions: [real, { ...real, reviewer: holder, keyId }] };
      },
    ],
    [
      'one real decision, twice, under one name',
      (current) => ({ ...approved(current), decisions: [...current.decisions, ...current.decisions] }),
    ],
    [
      'an approval of which there is no entry',
      (current) => ({
        ...approved(current),
        decisions: current.decisions.map((d) => ({ ...d, entry: 999 })),
      }),
    ],
    ['fewer approvals needed', (current) => ({ ...approved(current), approvalsNeeded: 1 })],
    [
      'the priority of an emergency, which opens on one',
      (current) => {
        const debts = { dueAt: ago(-1), owed: [], missed: [], settled: current.entries.n };
        return { ...approved(current), priority: 'Emergency' as const, debts };
      },
    ],
  ];
  for (const [what, forge] of forgeries) {
    test(`I3 a case forged to have ${what} mints nothing`, async (t) => {
      if (skip) return t.skip(skip);
      const { account, view, request } = await asked();
      await approveBy(0, view, wholeScope(request));
      await logged(world, view.id, 'decision.approved');
      const current = await storedCase(world, view.id);
      await mintsNothing(account, await forge(current, world));
    });
  }

  const alterations: [string, (found: Case, other: Case['subjects']) => Case][] = [
    ['another person', (current, subjects) => ({ ...current, subjects })],
    [
      'one person more',
      (current, [more = []]) => ({ ...current, subjects: [[...(current.subjects[0] ?? []), ...more]] }),
    ],
    ['a longer period', (current) => withScope(current, (s) => ({ ...s, period: current.asked.period }))],
    [
      'another category',
      (current) => withScope(current, (s) => ({ ...s, categories: ['TrafficData', 'SubscriberData'] })),
    ],
    [
      'the scope in all its decisions too',
      (current) => {
        const scope = { ...current.asked };
        return { ...current, scope, decisions: current.decisions.map((d) => ({ ...d, scope })) };
      },
    ],
    ['another request digest', (current) => ({ ...current, requestDigest: `sha-256=:${'A'.repeat(43)}=:` })],
    ['another salt', (current) => ({ ...current, salt: new Uint8Array(32).fill(1) })],
  ];
  test('I3 a reviewer who is only written into the registry, or is one under two names, completes no case', async (t) => {
    if (skip) return t.skip(skip);
    const registry = (Item: Record<string, unknown>) =>
      world.aws.dynamo.send(new PutCommand({ TableName: world.outputs.RegistryTableName, Item }));
    // A second key of the first reviewer's own, enrolled as it should be and then renamed in the table.
    const renamed = await newReviewer(world, world.reviewers[0]?.holder);
    const { Item: enrolled } = await world.aws.dynamo.send(
      new GetCommand({
        TableName: world.outputs.RegistryTableName,
        Key: { pk: `key#${renamed.keyId}` },
      }),
    );
    await registry({ ...enrolled, holder: 'somebody-else' });
    // A key that was never enrolled, with everything that the table can say for it.
    const { privatePem } = newSigningKey();
    const signer = signerFromPem(privatePem);
    const { keyId } = signer;
    await registry({
      ...enrolled,
      pk: `key#${keyId}`,
      keyId,
      publicKey: publicJwk(privatePem),
      holder: 'nobody',
    });

    // And one whose enrolment is in the log, put there through the outbox, by a change that nobody signed.
    const insider = await smuggled({ ...enrolled });
    for (const session of [
      renamed.session,
      { ...renamed.session, signer },
      { ...renamed.session, signer: insider },
    ]) {
      const { account, view, request } = await asked();
      const scope = wholeScope(request);
      await approveBy(0, view, scope);
      const { requestDigest } = view;
      const decision = { decision: 'approve', requestDigest, scope, reason: 'checked' } as const;
      // The door lets them in, since it believes the registry. What mints does not.
      assert.equal((await decideReview(session, view.id, decision)).status, 'AwaitingDisclosure');
      await logged(world, view.id, 'decision.approved', 2);
      await mintsNothing(account, await storedCase(world, view.id));
    }
  });

  /** A reviewer's key with everything that tables and the outbox can say for it, and its entry in the log. */
  async function smuggled(real: Record<string, unknown>): Promise<Signer> {
    const { privatePem } = newSigningKey();
    const signer = signerFromPem(privatePem);
    const publicKey = publicJwk(privatePem);
    const [holder, id, salt] = [`insider-${randomUUID()}`, randomUUID(), randomBytes(32)];
    const at = String(real.enrolledAt);
    const put = (TableName: string, Item: Record<string, unknown>) =>
      world.aws.dynamo.send(new PutCommand({ TableName, Item }));
    const { RegistryTableName, EntriesTableName } = world.outputs;
    const by = String(real.enrolledBy);
    const { Item: change } = await world.aws.dynamo.send(
      new GetCommand({ TableName: RegistryTableName, Key: { pk: by.replace('/', '#') } }),
    );
    const proposal: Proposal = { kind: 'reviewer', reviewer: { holder, publicKey: { ...publicKey } } };
    const digest = jsonDigest(proposal);
    await put(RegistryTableName, { ...change, pk: `change#${id}`, id, proposal, digest });
    const key = commitment(salt, 'key', signer.keyId);
    const data = {
      role: 'reviewer' as const,
      key,
      holder: commitment(salt, 'holder', holder),
      by: `change/${id}`,
      activeFrom: at,
    };
    const { entry } = appendEntry(`key/${key}`, noEntries, { kind: 'key.enrolled', data }, at);
    const { stream, n, kind } = entry;
    await put(EntriesTableName, { stream, n, kind, entry: canonicalJson(entry) });
    await put(RegistryTableName, {
      ...real,
      pk: `key#${signer.keyId}`,
      keyId: signer.keyId,
      publicKey,
      holder,
      enrolledBy: `change/${id}`,
      salt,
    });
    await until('the forged enrolment is in the log', async () =>
      (await toldWhere(world, (link) => link.entry.stream === stream)).at(0),
    );
    return signer;
  }

  test('I3 an approved case that is altered in the table to name more mints nothing', async (t) => {
    if (skip) return t.skip(skip);
    const victim = newAccount();
    await ingest(world, [login(victim, 3), number(victim, 3)]);
    const victims = [[{ subject: (await firstWrappedKey(world, victim)).epochKey.subject }]];
    for (const [what, alter] of alterations) {
      const { account, view, request } = await asked();
      const narrow = { ...wholeScope(request), period: { from: ago(4), to: request.period.to } };
      await approve(world, view, narrow);
      await logged(world, view.id, 'grant.minted');
      // As it was before authorise came by, but for what the attacker changes.
      const real = await storedCase(world, view.id);
      const { grants, ...rest } = real;
      await revokeGrants(world, await grantsFor(world, account));
      assert.equal(grants?.length, 1);
      await mintsNothing(account, alter(rest, victims), what);
      assert.deepEqual(await grantsFor(world, victim), [], what);
    }
  });

  /** Puts a forged case into the table, has authorise look at it, and sees that it mints nothing and says so. */
  async function mintsNothing(account: string, forged: Case, what = ''): Promise<void> {
    await world.aws.dynamo.send(
      new PutCommand({
        TableName: world.outputs.CasesTableName,
        Item: { pk: `case#${forged.id}`, ...forged },
      }),
    );
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
   * right on the tables can do to set it going.
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
    const Item = { stream, n, kind, entry: canonicalJson(entry) };
    await world.aws.dynamo.send(new PutCommand({ TableName: world.outputs.EntriesTableName, Item }));
    const { index } = await until(
      'the forged approval is in the log',
      async () => (await toldOf(world, current.id)).find((told) => told.entry.n === n),
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

function withScope(current: Case, change: (scope: Scope) => Scope): Case {
  assert.ok(current.scope);
  return { ...current, scope: change(current.scope) };
}
