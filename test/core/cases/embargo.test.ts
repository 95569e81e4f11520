import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromBase64url } from '#core/bytes.ts';
import { withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { isAwake, nextOfTime } from '#core/cases/clock.ts';
import { decide } from '#core/cases/deciding.ts';
import { embargoRules, saysAtReceipt, withholdable } from '#core/cases/embargo.ts';
import { noticesSent, renewDelay } from '#core/cases/notice.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { forget, forgetAt, withEnd } from '#core/cases/retention.ts';
import { isRevealLate, reveal } from '#core/cases/reveal.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { approvedCommitment, commitment, embargoNonce, withheldCommitment } from '#core/log/commitment.ts';
import type { EntryData } from '#core/log/kinds.ts';
import {
  approval,
  approvedBy,
  by,
  commitAt,
  disclosed,
  emergency,
  fresh,
  hoursAfter,
  policy,
  received,
  receivedAt,
  request,
  withholding,
} from './cases.ts';

const delayUntil = '2027-02-20T00:00:00.000Z';
const daysAfter = (days: number) => hoursAfter(receivedAt, days * 24);
const its = (change: Partial<NonNullable<Policy['embargo']>>): Policy => ({
  ...withholding,
  embargo: { withheld: ['instrument', 'jurisdiction', 'categories'], longestDays: 365, ...change },
});
const said = { instrument: 'EPOC', jurisdiction: 'DE', categories: ['SubscriberData', 'TrafficData'] };

function atReceipt(asked: Request = request, under: Policy = withholding): EntryData<'request.received'> {
  const { entry } = received(asked, under);
  assert.ok(entry.kind === 'request.received');
  return entry.data;
}
function revealedOf(outcome: Outcome | undefined): EntryData<'case.revealed'> {
  assert.ok(outcome?.entry.kind === 'case.revealed');
  return outcome.entry.data;
}
const nonceOf = ({ nonce }: { nonce: string }) => fromBase64url(nonce) ?? assert.fail();
const renewed = (current: Case, until: string, at = receivedAt) =>
  renewDelay(
    current,
    { delayUntil: until, reason: 'flight' },
    { officer: 'officer', at, policy: withholding },
  );

test('a policy may withhold what a delayed notice would give away, and no agency', () => {
  for (const withheld of withholdable)
    assert.ok(embargoRules.safeParse({ withheld: [withheld], longestDays: 1 }).success);
  for (const wrong of [
    { withheld: [], longestDays: 1 },
    { withheld: ['agency'], longestDays: 1 },
    { withheld: ['categories', 'categories'], longestDays: 1 },
    { withheld: ['categories'], longestDays: 1831 },
    { withheld: ['categories'], longestDays: 0 },
    { withheld: ['categories'] },
  ])
    assert.equal(policySchema.safeParse({ ...policy, embargo: wrong }).success, false);
});

test('I7: a request whose notice is delayed is received without what is withheld, and with a commitment to it', () => {
  const entry = atReceipt();
  assert.deepEqual(
    [entry.instrument, entry.jurisdiction, entry.categories],
    [undefined, undefined, undefined],
  );
  assert.equal(entry.revealBy, delayUntil);
  const data = revealedOf(reveal(fresh(request, withholding), delayUntil));
  assert.equal(entry.withheld, withheldCommitment(nonceOf(data), said));
  // Who has a guess and no nonce has nothing to hold it against.
  assert.notEqual(entry.withheld, withheldCommitment(new Uint8Array(32), said));

  const partly = atReceipt(request, its({ withheld: ['jurisdiction'] }));
  assert.deepEqual(
    [partly.instrument, partly.jurisdiction, partly.categories],
    ['EPOC', undefined, said.categories],
  );
  const { nonce } = revealedOf(reveal(fresh(request, its({ withheld: ['jurisdiction'] })), delayUntil));
  assert.equal(partly.withheld, withheldCommitment(nonceOf({ nonce }), { jurisdiction: 'DE' }));
});

test('I5: what a case says was asked is held against its receipt, whether the log says it or commits to it', () => {
  fc.assert(
    fc.property(fc.subarray([...withholdable]), fc.constantFrom(...withholdable), (withheld, altered) => {
      const under = withheld.length === 0 ? policy : its({ withheld });
      const { salt } = fresh(request, under);
      const entry = atReceipt(request, under);
      assert.ok(saysAtReceipt(entry, said, embargoNonce(salt)));
      const other = altered === 'categories' ? [...said.categories, 'UserIdentifyingData'] : 'another';
      assert.ok(!saysAtReceipt(entry, { ...said, [altered]: other }, embargoNonce(salt)));
      assert.equal(saysAtReceipt(entry, said, new Uint8Array(32)), withheld.length === 0);
      const { withheld: _, ...less } = entry;
      assert.equal(saysAtReceipt(less, said, embargoNonce(salt)), withheld.length === 0);
    }),
  );
});

test('where the policy withholds nothing, no delay is asked for, or it is over, all is said at once', () => {
  const { notice: _, ...plain } = request;
  const over: Request = { ...request, notice: { delayUntil: '2026-11-20T10:00:00Z', reason: 'flight' } };
  for (const [asked, under] of [
    [request, policy],
    [plain, withholding],
    [over, withholding],
  ] as const) {
    const { withheld, revealBy, ...entry } = atReceipt(asked, under);
    assert.deepEqual([withheld, revealBy], [undefined, undefined]);
    assert.deepEqual([entry.instrument, entry.jurisdiction, entry.categories], Object.values(said));
    const current = fresh(asked, under);
    assert.equal(current.embargo, undefined);
    assert.equal(reveal(current, '2100-01-01T00:00:00.000Z'), undefined);
  }
});

test('what is withheld is revealed when the delay ends, and never later than the policy’s longest', () => {
  const until = (days: number, longestDays: number) =>
    atReceipt({ ...request, notice: { delayUntil: daysAfter(days), reason: 'flight' } }, its({ longestDays }))
      .revealBy;
  assert.equal(until(10, 30), daysAfter(10));
  assert.equal(until(30, 30), daysAfter(30));
  assert.equal(until(31, 30), daysAfter(30));
  const current = fresh(request, withholding);
  assert.equal(reveal(current, '2027-02-19T23:59:59.999Z'), undefined);
  assert.ok(reveal(current, delayUntil));
});

test('a delay that is renewed puts the reveal off, never beyond the longest, and may bring it forward', () => {
  const current = fresh(request, its({ longestDays: 100 }));
  for (const [until, revealBy] of [
    [daysAfter(95), daysAfter(95)],
    [daysAfter(300), daysAfter(100)],
    [daysAfter(1), daysAfter(1)],
  ] as const) {
    const { next, entry } = renewed(current, until);
    assert.equal(next.embargo?.revealBy, revealBy);
    assert.ok(entry.kind === 'notice.delayed' && entry.data.revealBy === revealBy);
    assert.equal(reveal(next, new Date(Date.parse(revealBy) - 1).toISOString()), undefined);
    assert.ok(reveal(next, revealBy));
  }
  // Again and again: the end stays where it was.
  const twice = renewed(commitAt(renewed(current, daysAfter(200))), daysAfter(365)).next;
  assert.equal(twice.embargo?.revealBy, daysAfter(100));
  // Of a case that withholds nothing a delay says nothing of it.
  const { entry } = renewed(fresh(), daysAfter(95));
  assert.ok(entry.kind === 'notice.delayed' && entry.data.revealBy === undefined);
});

test('an approval withholds its categories too, and each looks different', () => {
  const waiting = fresh(request, withholding);
  const narrow = { ...waiting.asked, categories: ['TrafficData' as const] };
  const one = decide(waiting, approval(waiting, narrow), by('one', receivedAt, withholding));
  const two = decide(commitAt(one), approval(waiting, narrow), by('two', receivedAt, withholding));
  const data = revealedOf(reveal(commitAt(two), delayUntil));
  assert.deepEqual(data.approved, ['TrafficData']);
  assert.deepEqual(data.categories, said.categories);
  const commitments = [one, two].map(({ entry }, i) => {
    assert.ok(entry.kind === 'decision.approved');
    assert.equal(entry.data.categories, undefined);
    const { withheld } = entry.data;
    assert.equal(withheld, approvedCommitment(nonceOf(data), { n: 2 + i, categories: ['TrafficData'] }));
    return withheld;
  });
  assert.equal(new Set(commitments).size, 2);
  // Once it is revealed, the log says the rest in the clear.
  const open = approvedBy(fresh(emergency, withholding), 'one', receivedAt, withholding);
  const after = commitAt(reveal(open, delayUntil) ?? assert.fail());
  const late = decide(after, approval(after), by('two', receivedAt, withholding));
  assert.ok(late.entry.kind === 'decision.approved' && late.entry.data.withheld === undefined);
  assert.deepEqual(late.entry.data.categories, emergency.categories);
});

test('an approval respelled in another order is revealed in the order asked', () => {
  const waiting = fresh(request, withholding);
  const turned = { ...waiting.asked, categories: waiting.asked.categories.toReversed() };
  const one = decide(waiting, approval(waiting, turned), by('one', receivedAt, withholding));
  const two = decide(commitAt(one), approval(waiting), by('two', receivedAt, withholding));
  assert.deepEqual(revealedOf(reveal(commitAt(two), delayUntil)).approved, said.categories);
});

test('I7: what is revealed opens the embargo and nothing else of the case', () => {
  const current = approvedBy(fresh(request, withholding), 'one', receivedAt, withholding);
  const data = revealedOf(reveal(current, delayUntil));
  const nonce = nonceOf(data);
  assert.notDeepEqual(nonce, Buffer.from(current.salt));
  for (const label of ['request', 'scope', 'reviewer', 'withheld', 'key'] as const)
    assert.notEqual(
      commitment(nonce, label, current.requestDigest),
      commitment(current.salt, label, current.requestDigest),
    );
  const other = fresh({ ...request, reference: 'another' }, withholding);
  const twin = revealedOf(reveal({ ...other, salt: new Uint8Array(32).fill(8) }, delayUntil));
  assert.notEqual(twin.nonce, data.nonce, 'each case has a nonce of its own');
});

test('it is revealed once, whatever became of the case, and before a notice of the same sweep', () => {
  // The provider tells the person.
  const its = { ...withholding, notice: policy.notice };
  const one = approvedBy(fresh(request, its), 'one', receivedAt, its);
  const answered = disclosed(approvedBy(one, 'two', receivedAt, its));
  const withdrawn = commitAt(withdraw(answered, 'officer'));
  assert.equal(isAwake(withdrawn), true);
  const at = delayUntil;
  assert.ok(noticesSent(withdrawn, at));
  const after = commitAt(reveal(withdrawn, at) ?? assert.fail());
  assert.equal(after.embargo, undefined);
  assert.equal(reveal(after, at), undefined);
  assert.equal(nextOfTime(withdrawn, at, withholding)?.entry.kind, 'case.revealed');
});

test('a person who is told earlier ends the embargo', () => {
  const current = fresh(request, withholding);
  const told = { ...current, notice: { ...current.notice, told: 1 } };
  assert.equal(nextOfTime(told, hoursAfter(receivedAt, 1), withholding)?.entry.kind, 'case.revealed');
});

test('I10: a case is not forgotten before it has revealed, and its retention runs all the same', () => {
  const ended = withEnd(commitAt(withdraw(fresh(request, its({ longestDays: 365 })), 'officer')), receivedAt);
  assert.equal(ended.endedAt, receivedAt);
  const short = { ...ended, retentionMonths: 1 };
  assert.equal(forgetAt(short), undefined);
  assert.equal(forget(short, '2100-01-01T00:00:00.000Z'), undefined);
  assert.equal(isAwake(short), true);
  const after = commitAt(reveal(short, delayUntil) ?? assert.fail());
  assert.equal(isAwake(after), false);
  assert.equal(forgetAt(after), '2026-12-20T10:00:00.000Z');
  assert.ok(forget(after, delayUntil));
});

test('a reveal is late an hour after its time, and not where the sweep was merely not there yet', () => {
  const current = fresh(request, withholding);
  assert.equal(isRevealLate(current, hoursAfter(delayUntil, 1)), false);
  assert.equal(isRevealLate(current, new Date(Date.parse(delayUntil) + 3_600_001).toISOString()), true);
  assert.equal(isRevealLate(fresh(), '2100-01-01T00:00:00.000Z'), false);
});

test('whatever delays come, the reveal lies between receipt and the longest, and no later than the delay', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 365 }),
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.integer({ min: 0, max: 365 }), { maxLength: 4 }),
      (first, longestDays, later) => {
        const asked: Request = { ...request, notice: { delayUntil: daysAfter(first), reason: 'flight' } };
        let current = fresh(asked, its({ longestDays }));
        for (const days of later) {
          const at = receivedAt;
          if (Date.parse(current.notice.delayUntil ?? '') <= Date.parse(at)) break;
          current = commitAt(renewed(current, daysAfter(days), at));
          const by = Date.parse(current.embargo?.revealBy ?? '');
          assert.ok(
            by <= Date.parse(daysAfter(longestDays)) && by <= Date.parse(current.notice.delayUntil ?? ''),
          );
        }
      },
    ),
  );
});
