import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fetchCaseFile } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import { openEntry } from '#core/cases/case-file.ts';
import { scopeText } from '#core/cases/scope.ts';
import { commitment } from '#core/log/commitment.ts';
import { readLog } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import { logged, theWorld, toldOf } from '../harness.ts';
import { fullStory } from './full-story.ts';
import { formsOf } from './scanner.ts';
import { storedTokens } from './tools.ts';

describe('I7 nothing personal in the log', () => {
  let world: World;
  let story: Awaited<ReturnType<typeof fullStory>>;
  before(async () => {
    world = await theWorld();
    story = await fullStory(world);
  });

  test('I7 the log has none of a case’s values: not who was asked about, who asked, who decided, or what', async () => {
    const { personal, agency, reviewers, request, view, stored } = story;
    const values = new Map<string, string | Uint8Array>([
      ...personal,
      ['reference', request.reference],
      ['request digest', view.requestDigest],
      ['order’s digest', request.instrument.digest],
      ['start of the period', request.period.from],
      ['agency’s key id', agency.keyId],
      ['salt', stored.salt],
      ['provider’s sealed request', stored.request],
    ]);
    for (const [i, { subject }] of stored.subjects.flat().entries()) values.set(`pseudonym ${i}`, subject);
    for (const [i, { holder, keyId }] of reviewers.entries()) {
      values.set(`reviewer ${i}`, holder).set(`key id of reviewer ${i}`, keyId);
    }
    for (const { grantId } of stored.grants ?? []) values.set(`grant ${grantId}`, grantId);
    for (const token of await storedTokens(world, view.id)) values.set('token', token);
    const found = new Set<string>();
    for (const { text } of await readLog(world)) {
      for (const [what, value] of values)
        if (formsOf(value).some((form) => text.includes(form))) found.add(what);
    }
    assert.deepEqual([...found], []);
  });

  test('I7 to whom is given the case’s salt, the log’s commitments open', async () => {
    const { view, stored, scope, reviewers, disclosure } = story;
    const { salt } = stored;
    const entries = (await toldOf(world, view.id)).map(({ entry }) => entry);
    const request = commitment(salt, 'request', view.requestDigest);
    const approvers: string[] = [];
    for (const entry of entries) {
      if (entry.kind === 'request.received') {
        assert.equal(entry.data.request, request);
        assert.equal(entry.data.resolved, commitment(salt, 'resolved', canonicalJson(stored.subjects)));
      } else if (entry.kind === 'decision.approved') {
        assert.equal(entry.data.request, request);
        assert.equal(entry.data.scope, commitment(salt, 'scope', scopeText(scope)));
        approvers.push(entry.data.reviewer);
      } else if (entry.kind === 'collection.completed') {
        assert.equal(entry.data.package, commitment(salt, 'package', disclosure.package.digest));
      }
    }
    assert.deepEqual(
      approvers,
      reviewers.map(({ holder }) => commitment(salt, 'reviewer', holder)),
    );
    assert.ok(entries.some((e) => e.kind === 'collection.completed'));
    // The file that a reviewer takes out for a court opens as much, and that it was taken out is told.
    const [taker] = world.reviewers;
    assert.ok(taker);
    const file = await fetchCaseFile(taker.session, view.id);
    assert.equal(file.salt, Buffer.from(salt).toString('base64url'));
    const shut = entries
      .flatMap((entry) =>
        openEntry(file, entry).map(({ label, value }) => (value === undefined ? label : undefined)),
      )
      .filter((label) => label !== undefined);
    // Who looked and did not decide, and what left, its package tells. What reviewers wrote to each other stays theirs.
    assert.deepEqual(new Set(shut).difference(new Set(['package', 'reviewer', 'note'])), new Set());
    await logged(world, view.id, 'case-file.issued');
    // Another label or another salt opens nothing: a commitment is to one thing.
    assert.notEqual(request, commitment(salt, 'scope', view.requestDigest));
    assert.notEqual(request, commitment(new Uint8Array(32), 'request', view.requestDigest));
  });
});
