import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { submitRequest } from '#client/agency.ts';
import { decideReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import { issueFile, view, withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { CaseError } from '#core/cases/errors.ts';
import { renewDelay } from '#core/cases/notice.ts';
import type { Policy } from '#core/cases/policy.ts';
import { scopeText } from '#core/cases/scope.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  ago,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
  wholeScope,
} from '../harness.ts';
import { storedCase, storedEntries } from '../invariants/tools.ts';
import { ownFunction, publishedPolicy } from './own-function.ts';

const acts = 200;

describe('many acts at once on one case', () => {
  let world: World;
  let policy: Policy;
  let change: typeof import('#functions/aws/cases.ts').change;
  before(async () => {
    world = await theWorld();
    // The functions' own way to the table, with the rights of one of them, as often at once as is wanted.
    policy = await publishedPolicy(world);
    await ownFunction(world, 'Review', policy);
    ({ change } = await import('#functions/aws/cases.ts'));
  });

  test(`I6 ${acts} acts of everybody’s, all at once, end in one consistent history`, async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const delayUntil = ago(-30);
    const request = newRequest(account, { notice: { delayUntil, reason: 'evidence' } });
    const { id, requestDigest } = await submitRequest(agency.session, request);
    const whole = wholeScope(request);
    const narrow = { ...whole, period: { from: ago(10), to: ago(1) } };
    const renewal = { officer: 'officer', at: ago(0), policy };

    const inPerson = (i: number) => {
      const reviewer = world.reviewers[i % 3];
      assert.ok(reviewer);
      const scope = i % 2 === 0 ? whole : narrow;
      return decideReview(reviewer.session, id, {
        decision: 'approve',
        requestDigest,
        scope,
        reason: 'checked',
      });
    };
    const many: ((current: Case) => Outcome)[] = [
      (current) => view(current, 'reviewer'),
      (current) => renewDelay(current, { delayUntil, reason: 'flight' }, renewal),
      (current) => issueFile(current, 'reviewer'),
    ];
    const codes = await Promise.all(
      Array.from({ length: acts }, (_, i) => {
        if (i % 16 === 0) return refusalOf(inPerson(i / 16));
        // Somebody ends it in the middle of all this.
        if (i === acts - 1) return codeOf(change(id, (current) => withdraw(current, 'officer')));
        const act = many[i % many.length];
        return codeOf(change(id, (current) => act?.(current)));
      }),
    );
    const possible = ['done', 'not refused', 'decision-repeated', 'case-closed', 'limit-exceeded'];
    // Where so many were first that nothing was changed: whoever asked is told to try again.
    const unlucky = ['stale', 'try-again'];
    assert.deepEqual(new Set(codes).difference(new Set([...possible, ...unlucky])), new Set());
    const done = codes.filter((code) => code === 'done' || code === 'not refused').length;
    assert.ok(done > acts / 4, `only ${done} of ${acts} were done`);

    // What `authorise` and `expire` do to it, they do after.
    const value = await until('the case comes to rest', async () => {
      const now = await storedCase(world, id);
      const isOpen = now.status === 'AwaitingDisclosure';
      return (isOpen ? now.grants !== undefined : (now.grants ?? []).length === 0) && now;
    });
    const entries = await storedEntries(world, id);
    assert.deepEqual(
      entries.map(({ n }) => n),
      Array.from({ length: value.entries.n }, (_, i) => i + 1),
    );
    const others = ['request.received', 'grant.minted', 'grant.retired'];
    assert.equal(entries.filter(({ kind }) => !others.includes(kind)).length, done, 'an entry an act');
    const signed = value.decisions.map(({ reviewer, scope }) => [reviewer, scope && scopeText(scope)]);
    assert.equal(new Set(signed.map(([who]) => who)).size, signed.length, 'one decision a person');
    assert.ok(new Set(signed.map(([, scope]) => scope)).size <= 1, 'one scope');
    const opened = entries.filter(({ entry }) => entry.includes('"status":"AwaitingDisclosure"'));
    assert.ok(opened.length <= 1, 'it was opened once');
    assert.equal(value.notice.renewals, entries.filter(({ kind }) => kind === 'notice.delayed').length);
    // The log has the same, each once and in its order.
    await until(
      'all of it is in the log',
      async () => {
        const told = await toldOf(world, id);
        return (
          told.length === entries.length &&
          told.every(({ entry }, i) => canonicalJson(entry) === entries[i]?.entry)
        );
      },
      90_000,
    );
  });
});

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof CaseError) return error.code;
    if (error instanceof Error && error.name === 'StaleCaseError') return 'stale';
    throw error;
  }
}
