import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { submitRequest, withdrawRequest } from '#client/agency.ts';
import { decideReview, showReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, entryHash, entrySchema, noEntries } from '#core/log/entry.ts';
import { writtenIn } from '#core/state/outbox.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ingest,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
  toldWhere,
  treeVerifies,
  wholeScope,
} from '../harness.ts';
import { putAs } from './stolen.ts';
import { invoked, storedCase, storedEntries } from './tools.ts';

/** A sample: 200 at once are in memory (test/core/gateway/many.test.ts), as is a crash at every call. */
const acts = 12;

describe('I6 one transaction', () => {
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  test('I6 an act whose entry cannot be written does not happen', async () => {
    const { agency, view } = await asked();
    const before = await storedCase(world, view.id);
    // The place of the case's next entry is taken, by something that looks like an entry.
    const { entry } = appendEntry(
      `case/${view.id}`,
      before.entries,
      { kind: 'case.expired', data: { status: 'Expired' } },
      before.receivedAt,
    );
    const { stream, n, kind } = entry;
    await putAs(world, 'Review', 'entries', { stream, n, kind, entry: canonicalJson(entry) });
    // A sample: every act of everybody's is in memory (test/core/gateway/outbox.test.ts).
    assert.equal(await refusalOf(withdrawRequest(agency.session, view.id)), 'try-again');
    assert.deepEqual(await storedCase(world, view.id), before);
    assert.equal((await storedEntries(world, view.id)).length, before.entries.n + 1);
  });

  test('I6 an entry that the stream did not bring is in the log once the clock has looked for it', async () => {
    const at = new Date(Date.now() - 40 * 60_000).toISOString();
    const stream = `refusal/late-${randomUUID()}`;
    const body = {
      kind: 'request.refused',
      data: { role: 'agency', code: 'field-unknown', proven: true },
    } as const;
    const { entry } = appendEntry(stream, noEntries, body, at);
    const { n, kind } = entry;
    // The stream brings what is written first, which is no entry; what takes its place is no new item.
    await putAs(world, 'Review', 'entries', { stream, n, kind, entry: '{}' });
    const text = canonicalJson(entry);
    await putAs(world, 'Review', 'entries', { stream, n, kind, written: writtenIn(at), entry: text });
    const swept = { pk: 'swept', sk: '-' };
    await world.aws.dynamo.send(new DeleteCommand({ TableName: world.outputs.LogTableName, Key: swept }));
    const run = () => invoked(world, 'Sequence', { time: new Date().toISOString() });
    const { failed, log } = await run();
    assert.equal(failed, false, log);
    // Elsewhere the clock's own call may have been first.
    if (world.cloud.can.includes('ours')) assert.match(log, /"EntriesLate":1/);
    const told = () => toldWhere(world, (one) => one.entry.stream === stream);
    assert.deepEqual(
      (await told()).map((one) => canonicalJson(one.entry)),
      [text],
    );
    const again = await run();
    assert.equal(again.failed, false, again.log);
    assert.equal((await told()).length, 1);
  });

  test('I6 twelve acts at once on one case: each that happened has one entry, numbered, chained and in order', async () => {
    const { agency, view, request } = await asked();
    const decide = (index: number) => {
      const reviewer = world.reviewers[index];
      assert.ok(reviewer);
      const { requestDigest } = view;
      return decideReview(reviewer.session, view.id, {
        decision: 'approve',
        requestDigest,
        scope: wholeScope(request),
        reason: 'order checked',
      });
    };
    const see = (index: number) => {
      const reviewer = world.reviewers[index % world.reviewers.length];
      assert.ok(reviewer);
      return showReview(reviewer.session, view.id);
    };
    const outcomes = await Promise.all(
      Array.from({ length: acts }, (_, i) => refusalOf(i < 2 ? decide(i) : see(i))),
    );
    const happened = outcomes.filter((outcome) => outcome === 'not refused').length;
    assert.ok(happened > 0);
    // Whoever lost too many races was told that nothing was changed.
    assert.deepEqual(
      new Set(outcomes.filter((outcome) => outcome !== 'not refused')).difference(new Set(['try-again'])),
      new Set(),
    );
    await withdrawRequest(agency.session, view.id);
    await logged(world, view.id, 'case.withdrawn');

    const committed = (await storedEntries(world, view.id)).map((e) =>
      entrySchema.parse(JSON.parse(e.entry)),
    );
    const current = await storedCase(world, view.id);
    // `authorise` and `expire` act by themselves where both approvals came through.
    const byOthers = committed.filter(({ kind }) => kind.startsWith('grant.')).length;
    assert.equal(committed.length, 1 + happened + 1 + byOthers);
    assert.equal(current.version, committed.length);
    assert.deepEqual(current.entries, { n: committed.length, hash: hashOf(committed.at(-1)) });
    for (const [i, entry] of committed.entries()) {
      assert.equal(entry.n, i + 1);
      assert.equal(entry.previous, i === 0 ? undefined : hashOf(committed[i - 1]));
    }
    // Each once in the log, and in their order.
    const last = committed.length;
    const links = await until(
      'all of it is in the log',
      async () => {
        const found = await toldOf(world, view.id);
        return found.length >= last && found;
      },
      90_000,
    );
    assert.deepEqual(
      links.map(({ entry }) => entry),
      committed,
    );
    await treeVerifies(world);
  });

  test('I6 who empties the outbox neither stops the log nor takes anything out of it', async () => {
    const { agency, view } = await asked();
    await logged(world, view.id, 'request.received');
    const [first] = await storedEntries(world, view.id);
    assert.ok(first);
    const { stream, n } = first;
    await world.aws.dynamo.send(
      new DeleteCommand({ TableName: world.outputs.EntriesTableName, Key: { stream, n } }),
    );
    await withdrawRequest(agency.session, view.id);
    await logged(world, view.id, 'case.withdrawn');
    const kinds = (await toldOf(world, view.id)).map(({ entry }) => entry.kind);
    assert.deepEqual(kinds, ['request.received', 'case.withdrawn']);
  });

  async function asked() {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    return { agency, request, view: await submitRequest(agency.session, request) };
  }
});

function hashOf(entry: Entry | undefined): string {
  assert.ok(entry);
  return entryHash(entry);
}
