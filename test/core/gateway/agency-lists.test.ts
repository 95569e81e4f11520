import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { askedView, caseLine, type Status } from '#core/cases/case.ts';
import { agencyView } from '#core/registry/terms.ts';
import { agencyPage } from '#core/state/agency-lists.ts';
import { pageAfterOwn, pageLines, placeOfOwnPage } from '#core/wire/list-page.ts';
import { disturbed, fork, type MemoryCloud, memoryCloud } from '../../memory/cloud.ts';
import { everyFault, faults, isPlanned } from '../../memory/faults.ts';
import { fresh } from '../cases/cases.ts';
import { preservationOrder, rejected } from './acts.ts';
import { agency, approval, asked, firstReviewer, gateway, inhabited, people } from './gateway.ts';

const { alice, bob, officer, newcomer } = people;
const minute = (n: number) => new Date(Date.UTC(2026, 10, 20, 9, n)).toISOString();

let cloud: MemoryCloud;
/** Two officers of one agency: three cases, of which one was rejected, and a preservation in between. */
before(async () => {
  cloud = await inhabited();
  const calls = gateway(cloud);
  const change = await calls.enrolment.propose(
    await calls.call(officer, { kind: 'officer', agency, officer: firstReviewer(newcomer) } as const),
  );
  for (const reviewer of [alice, bob])
    await calls.enrolment.decide(await calls.call(reviewer, approval(change), change.id));
  await rejected(calls);
  cloud.clock.set(minute(1));
  await calls.preservations.submit(await calls.call(officer, preservationOrder));
  cloud.clock.set(minute(2));
  await calls.requests.submit(await calls.call(newcomer, { ...asked, reference: 'GS-2/26' }));
  cloud.clock.set(minute(3));
  await calls.requests.submit(await calls.call(officer, { ...asked, reference: 'GS-3/26' }));
});

test('every officer of an agency lists what any of them asked for, the newest first, preservations apart', async () => {
  for (const person of [officer, newcomer]) {
    const { requests, preservations, call } = gateway(cloud);
    const listed = await requests.list(await call(person, undefined), { lines: pageLines });
    assert.deepEqual(
      listed.requests.map(({ reference, status }) => [reference, status]),
      [
        ['GS-3/26', 'AwaitingApproval'],
        ['GS-2/26', 'AwaitingApproval'],
        [asked.reference, 'Rejected'],
      ],
    );
    assert.equal(listed.next, undefined);
    const kept = await preservations.list(await call(person, undefined), { lines: pageLines });
    assert.deepEqual(
      kept.preservations.map(({ reference }) => reference),
      ['GS-1/26'],
    );
    const lapsed = await preservations.list(await call(person, undefined), {
      lines: pageLines,
      status: 'Lapsed',
    });
    assert.deepEqual(lapsed, { preservations: [] });
  }
});

test('a line shows nothing that the case itself does not, and of one status where one is named', async () => {
  const { requests, call } = gateway(cloud);
  const listed = await requests.list(await call(officer, undefined), {
    lines: pageLines,
    status: 'Rejected',
  });
  assert.equal(listed.requests.length, 1);
  for (const line of listed.requests) {
    assert.deepEqual(caseLine.parse(line), line);
    const view = Object.entries(await requests.follow(await call(officer, undefined, line.id)));
    for (const member of Object.entries(line))
      assert.ok(view.some((of) => JSON.stringify(of) === JSON.stringify(member)));
  }
});

test('what was asked is shown to every officer of the agency, and names nobody', async () => {
  const { requests, call } = gateway(cloud);
  const { requests: lines } = await requests.list(await call(officer, undefined), { lines: 1 });
  const id = lines[0]?.id;
  const seen = await requests.showAsked(await call(newcomer, undefined, id));
  assert.deepEqual(askedView.parse(seen), seen);
  assert.deepEqual(seen.asked.categories, asked.categories);
  assert.doesNotMatch(JSON.stringify(seen), /somebody|pseudonym/);
  await assert.rejects(requests.showAsked(await call(alice, undefined, id)), { code: 'key-role' });
});

test('an agency sees its own name and terms, and nobody else sees any', async () => {
  const { requests, call } = gateway(cloud);
  const own = await requests.showAgency(await call(newcomer, undefined));
  assert.deepEqual(agencyView.parse(own), own);
  assert.deepEqual(Object.keys(own), ['id', 'name', 'terms']);
  await assert.rejects(requests.showAgency(await call(alice, undefined)), { code: 'key-role' });
});

test('nobody else is told: reviewers have no list of this kind, and another agency’s has none of these', async () => {
  const { requests, call, cases } = gateway(cloud);
  await assert.rejects(requests.list(await call(alice, undefined), { lines: 1 }), { code: 'key-role' });
  assert.deepEqual(await cases.ofAgency('agency-2', { lines: 9 }), { listed: [] });
  const from = {
    at: '2099-01-01T00:00:00.000Z',
    id: '00000000-0000-4000-8000-000000000000',
    of: 'case',
  } as const;
  assert.deepEqual(await cases.ofAgency('agency-2', { lines: 9, from }), { listed: [] });
});

test('I11: a line that nobody of Writ wrote is passed over, and reported', async () => {
  const forged = fork(cloud);
  const [item] = forged.store.items('cases').filter(({ status }) => status === 'Rejected');
  forged.store.force('cases', { ...item, status: 'AwaitingDisclosure' });
  const { requests, call } = gateway(forged);
  const { requests: lines } = await requests.list(await call(officer, undefined), { lines: pageLines });
  assert.deepEqual(
    lines.map(({ reference }) => reference),
    ['GS-3/26', 'GS-2/26'],
  );
});

test('a list whose reading fails at any call gives no part of it, and writes nothing', async () => {
  const whole = fork(cloud);
  const counted = faults();
  const list = async (of: MemoryCloud) => {
    const { requests, call } = gateway(of, cloud.store);
    return requests.list(await call(officer, undefined), { lines: 2 });
  };
  const expected = await list(disturbed(whole, counted));
  for (const plan of everyFault(counted.calls.length)) {
    const given = fork(cloud);
    const was = given.store.items('cases');
    const planned = faults(plan);
    const said = await list(disturbed(given, planned)).catch((error: unknown) => {
      assert.ok(isPlanned(error));
      return undefined;
    });
    assert.ok(planned.done);
    if (said !== undefined) assert.deepEqual(said, expected);
    assert.deepEqual(given.store.items('cases'), was);
  }
});

const kinds = fc.constantFrom('case' as const, 'preservation' as const);
const few = fc.constantFrom<Status>('AwaitingApproval', 'Rejected');

test('pages of any size hold each case once, in order, whatever lies between and at whatever instants', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ id: fc.uuid(), of: kinds, status: few, at: fc.nat(5) }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      fc.option(few, { nil: undefined }),
      async (some, lines, status) => {
        const { store } = memoryCloud();
        for (const { id, of, status, at } of some)
          store.plant('cases', {
            pk: `${of}#${id}`,
            id,
            agency,
            status,
            receivedAt: minute(at),
            ...(of === 'case' ? { priority: 'Routine' } : { latestEnd: minute(9) }),
          });
        const seen: { id: unknown; receivedAt: unknown }[] = [];
        let next: string | undefined;
        do {
          const from = next === undefined ? undefined : placeOfOwnPage(next);
          const page = await agencyPage(store, 'case', agency, { status, lines, from });
          assert.ok(page.listed.length <= lines);
          seen.push(...page.listed.map(({ id, receivedAt }) => ({ id, receivedAt })));
          next = page.next === undefined ? undefined : pageAfterOwn(page.next);
        } while (next !== undefined);
        const meant = some.filter(
          (one) => one.of === 'case' && (status === undefined || one.status === status),
        );
        assert.deepEqual(new Set(seen.map(({ id }) => id)), new Set(meant.map(({ id }) => id)));
        assert.equal(seen.length, new Set(meant.map(({ id }) => id)).size);
        const times = seen.map(({ receivedAt }) => String(receivedAt));
        assert.deepEqual(times, times.toSorted().toReversed());
      },
    ),
    { numRuns: 60 },
  );
});

test('a status that few of many cases have takes several short answers, and no endless one', async () => {
  const { store } = memoryCloud();
  const rare = 'c0ffee00-0000-4000-8000-000000000999';
  const at = (i: number) => `c0ffee00-0000-4000-8000-${String(i).padStart(12, '0')}`;
  for (let i = 0; i < 60; i++)
    store.plant('cases', { pk: `case#${at(i)}`, ...fresh(), id: at(i), receivedAt: minute(i + 1) });
  store.plant('cases', {
    pk: `case#${rare}`,
    ...fresh(),
    id: rare,
    status: 'Rejected',
    receivedAt: minute(0),
  });
  const first = await agencyPage(store, 'case', fresh().agency, { status: 'Rejected', lines: 2 });
  assert.equal(first.listed.length, 0);
  assert.ok(first.next, 'it says where the rest begins');
  const answers = [first];
  for (let last = first; last.next !== undefined; answers.push(last))
    last = await agencyPage(store, 'case', fresh().agency, { status: 'Rejected', lines: 2, from: last.next });
  assert.deepEqual(
    answers.flatMap(({ listed }) => listed).map(({ id }) => id),
    [rare],
  );
});
