import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Scope } from '#core/cases/scope.ts';
import { storedScope } from '#core/cases/stored.ts';
import { type Withheld, withheldText } from '#core/cases/withheld.ts';
import { type DisclosedRecord, kindOf } from '#core/categories/categories.ts';
import { completenessOf, completenessSchema } from '#core/disclosure/completeness.ts';
import { grant, receivedAt, scopes } from '../cases/cases.ts';

const asked: Scope = {
  subjects: [0, 1, 2],
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-21T00:00:00Z' },
};
const approved: Scope = {
  subjects: [0, 2],
  categories: ['TrafficData'],
  period: { from: '2026-10-01T00:00:00Z', to: '2026-11-21T00:00:00Z' },
};
const holders = [0, 1, 2].map((i) => [{ subject: `pseudonym-${i}` }]);
const current = { holders, grants: [grant] };
const login = (subject: number): DisclosedRecord => ({
  subject,
  category: 'TrafficData',
  at: '2026-10-02T00:00:00Z',
  ip: '192.0.2.1',
  port: 7,
});
const of = (
  scope: Scope,
  its: Parameters<typeof completenessOf>[0] = current,
  records: DisclosedRecord[] = [],
) => completenessOf(its, { approved: scope, asked, searched: storedScope(scope, receivedAt) }, records);

test('an answer says what was searched, cut at the receipt of the request, and what was found there', () => {
  const made = of(approved, current, [login(0), login(0)]);
  assert.deepEqual(made.searched, {
    ...approved,
    period: { from: '2026-10-01T00:00:00Z', to: '2026-11-20T10:00:00Z' },
  });
  assert.deepEqual(made.found, [
    { subject: 0, category: 'TrafficData', records: 2 },
    { subject: 2, category: 'TrafficData', records: 0 },
  ]);
});

test('what is not held is told from what was searched and had nothing', () => {
  // Subject 0 has an epoch key in these months, subject 2 none.
  assert.deepEqual(of(approved).notHeld, [{ subject: 2, category: 'TrafficData' }]);
  // A phone number is stored apart from log-ins.
  assert.deepEqual(of(asked).notHeld, [
    { subject: 0, category: 'SubscriberData' },
    { subject: 1, category: 'SubscriberData' },
    { subject: 1, category: 'TrafficData' },
    { subject: 2, category: 'SubscriberData' },
    { subject: 2, category: 'TrafficData' },
  ]);
  // A number that nobody of the grants holds any more.
  assert.deepEqual(of({ ...approved, subjects: [0] }, { ...current, holders: [[]] }).notHeld, [
    { subject: 0, category: 'TrafficData' },
  ]);
});

test('what was asked for and not approved is named by its parts, with the grounds where they are stated', () => {
  const why: Withheld = [{ subjects: [1], ground: 'press-freedom' }];
  assert.deepEqual(of(approved, { ...current, withheld: withheldText(why) }).withheld, {
    subjects: [1],
    categories: ['SubscriberData'],
    periods: [{ from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' }],
    because: why,
  });
  assert.equal(of(approved).withheld?.because, undefined);
  assert.equal('withheld' in of(asked), false);
});

test('whatever is asked, approved and stored, each part that was asked is found, not held, or withheld, and none is two', () => {
  fc.assert(
    fc.property(scopes, fc.array(fc.nat(4)), fc.array(fc.nat(4)), (all, kept, held) => {
      const subjects = all.subjects.filter((each) => kept.includes(each));
      if (subjects.length === 0) return;
      const scope = { ...all, subjects };
      const its = {
        holders: [0, 1, 2, 3, 4].map((i) => [{ subject: `p${i}` }]),
        grants: held.map((i) => ({ ...grant, subject: `p${i}` })),
      };
      const searched = storedScope(scope, '2030-01-01T00:00:00.000Z');
      const made = completenessOf(its, { approved: scope, asked: all, searched }, []);
      assert.deepEqual(completenessSchema.parse(made), made);
      const name = (part: { subject: number; category: string }) => `${part.subject} ${part.category}`;
      const found = new Set(made.found.map(name));
      const missing = new Set(made.notHeld.map(name));
      for (const subject of all.subjects)
        for (const category of all.categories) {
          const isWithheld = made.withheld?.subjects.includes(subject) === true;
          assert.notEqual(found.has(name({ subject, category })), isWithheld);
          const isStored = held.includes(subject) && kindOf[category] === 'access';
          assert.equal(missing.has(name({ subject, category })), !isWithheld && !isStored);
        }
    }),
  );
});
