import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { scopeText } from '#core/cases/scope.ts';
import { StoreConflict } from '#core/store/store.ts';
import { fork } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { delayed, sharedClock } from '../../memory/latency.ts';
import { decision, submitted } from './acts.ts';
import { asked, gateway, inhabited, people } from './gateway.ts';

const acts = 200;
const { alice, bob, carol, officer } = people;
const narrow = { ...asked, period: { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' } };

test(`I6 ${acts} acts of everybody’s, all at once on one case, end in one consistent history`, async () => {
  const cloud = fork(await inhabited());
  const clock = sharedClock(cloud.clock.now());
  // A call of a table takes two to ten milliseconds.
  const store = delayed(cloud.store, () => clock.pause(1 + 4 * cloud.chance.fraction()));
  const calls = gateway({ ...cloud, clock, store }, cloud.store);
  const { reviews, requests, cases, call } = calls;
  const view = await submitted(calls);

  const act = async (i: number): Promise<unknown> => {
    const reviewer = [alice, bob, carol][i % 3] ?? alice;
    const scoped = decision(view, i % 2 === 0 ? asked : narrow);
    if (i % 16 === 0) return reviews.decide(await call(reviewer, scoped, view.id));
    // Somebody ends it in the middle of all this.
    if (i === acts - 1) return cases.change(view.id, (current) => withdraw(current, officer.key.holder));
    if (i % 3 === 0) return reviews.show(await call(reviewer, undefined, view.id));
    if (i % 3 === 1) return reviews.takeFile(await call(reviewer, undefined, view.id));
    const renewal = { delayUntil: '2026-12-24T00:00:00Z', reason: 'flight' } as const;
    return requests.delayNotice(await call(officer, renewal, view.id));
  };
  const codes = await Promise.all(Array.from({ length: acts }, (_, i) => codeOf(act(i))));

  const possible = ['done', 'decision-repeated', 'case-closed', 'limit-exceeded', 'try-again'];
  assert.deepEqual(new Set(codes).difference(new Set(possible)), new Set());
  const done = codes.filter((code) => code === 'done').length;
  assert.ok(done > acts / 2, `only ${done} of ${acts} were done`);

  const entries = consistent(cloud.store).get(`case/${view.id}`) ?? [];
  assert.equal(entries.length, 1 + done, 'an entry an act, and the one that began it');
  const current = await cases.get(view.id);
  assert.ok(current);
  const signed = current.decisions.map(({ reviewer }) => reviewer);
  assert.equal(new Set(signed).size, signed.length, 'one decision a person');
  const scopes = current.decisions.map(({ scope }) => scope && scopeText(scope));
  assert.ok(new Set(scopes).size <= 1, 'one scope');
  const opened = entries.filter(
    ({ kind, data }) => kind === 'decision.approved' && data.status === 'AwaitingDisclosure',
  );
  assert.ok(opened.length <= 1, 'it was opened once');
  const delays = entries.filter(({ kind }) => kind === 'notice.delayed').length;
  assert.equal(current.notice.renewals, delays);
});

async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    // Others were first so often that nothing was changed: the caller is asked to try again.
    if (error instanceof StoreConflict) return 'try-again';
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
