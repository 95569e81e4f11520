import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReviewLine } from '#client/reviewer.ts';
import { isSameOrder, ofSameOrder, orderLines } from '../../../client/cli/review/one-order.ts';
import { withheldFrom, withheldText } from '../../../client/cli/review/withholding.ts';

const line = (id: string, agency: string, order?: string): ReviewLine => ({
  id,
  agency,
  ...(order === undefined ? {} : { order }),
  reference: id,
  status: 'AwaitingApproval',
  priority: 'Routine',
  requestDigest: 'digest',
  receivedAt: '2026-11-20T10:00:00Z',
  dueAt: '2026-11-30T10:00:00Z',
  collections: 0,
  links: { self: `/v1/reviews/${id}` },
  asked: {
    subjects: [0],
    categories: ['TrafficData'],
    period: { from: '2026-09-01T00:00:00Z', to: '2026-10-01T00:00:00Z' },
  },
  approvalsNeeded: 2,
  decisions: [],
});

test('one order is what one agency calls so: another agency’s of that name, and a case of none, are apart', () => {
  const all = [
    line('a', 'one', 'Az 1'),
    line('b', 'one', 'Az 1'),
    line('c', 'two', 'Az 1'),
    line('d', 'one'),
  ];
  assert.deepEqual(
    ofSameOrder(all, 'a').map(({ id }) => id),
    ['a', 'b'],
  );
  assert.deepEqual(
    ofSameOrder(all, 'c').map(({ id }) => id),
    ['c'],
  );
  assert.throws(() => ofSameOrder(all, 'd'), { name: 'CommandError', code: 'usage' });
  assert.throws(() => ofSameOrder(all, 'x'), { name: 'CommandError', code: 'usage' });
  assert.deepEqual(
    orderLines(all, (id) => id),
    ['2 cases are one order (one, Az 1): a, b'],
  );
});

test('whatever a desk has, orders part its cases: each that names one is of exactly one', () => {
  const cases = fc.array(
    fc.tuple(fc.constantFrom('one', 'two'), fc.constantFrom('x', 'y', '["one","x"]', undefined)),
  );
  fc.assert(
    fc.property(cases, (made) => {
      const all = made.map(([agency, order], i) => line(String(i), agency, order));
      for (const one of all.filter(({ order }) => order !== undefined)) {
        const same = ofSameOrder(all, one.id);
        assert.ok(same.includes(one));
        for (const other of all) assert.equal(same.includes(other), isSameOrder(one, other));
      }
    }),
  );
});

test('--withheld says which part is left out on which ground', () => {
  assert.equal(withheldFrom(undefined), undefined);
  assert.deepEqual(
    withheldFrom([
      '2,1=immunity-or-privilege',
      'TrafficData=threshold-not-met',
      '0,TrafficData=other',
      'period=not-proportionate',
    ]),
    [
      { subjects: [2, 1], ground: 'immunity-or-privilege' },
      { categories: ['TrafficData'], ground: 'threshold-not-met' },
      { subjects: [0], categories: ['TrafficData'], ground: 'other' },
      { ground: 'not-proportionate' },
    ],
  );
  for (const wrong of ['2', '2=because', 'Content=other', '=other', '2=other=other', '1,1=other'])
    assert.throws(() => withheldFrom([wrong]), { name: 'CommandError', code: 'usage' }, wrong);
  assert.equal(
    withheldText([{ subjects: [2], categories: ['TrafficData'], ground: 'press-freedom' }]),
    'Ground for TrafficData of subject 2: press-freedom, freedom of the press or of expression might be touched.',
  );
});
