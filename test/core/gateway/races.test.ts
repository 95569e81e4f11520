import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { missObligations } from '#core/cases/obligations.ts';
import { countTowards } from '#core/state/calls.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent, newKinds } from '../../memory/consistent.ts';
import { faults } from '../../memory/faults.ts';
import { interleave, orders } from '../../memory/interleave.ts';
import { holder } from '../registry/registry.ts';
import {
  approved,
  decision,
  deployment,
  emergencyAsked,
  heldBySecond,
  preservationOrder,
  proposed,
  submitted,
} from './acts.ts';
import {
  agency,
  approval,
  asked,
  firstReviewer,
  type Gateway,
  gateway,
  inhabited,
  people,
} from './gateway.ts';

const { alice, bob, carol, officer, newcomer } = people;

type Act = (calls: Gateway) => Promise<unknown>;

interface Race {
  name: string;
  /** @returns the two acts that are done at once */
  begin(calls: Gateway): Promise<readonly [Act, Act]>;
  /** What the two may be answered, in any order: the code of a refusal, or `done`. */
  answers: readonly (readonly [string, string])[];
  /** The kinds of entries that each such pair leaves. */
  leaves(answers: readonly [string, string]): readonly string[];
}

const [fourth, fifth, sixth] = [4, 5, 6].map((n) => holder(`reviewer-${n}`, 'reviewer'));
assert.ok(fourth && fifth && sixth);
const both = [['done', 'done']] as const;
const officerKey = { kind: 'officer', agency, officer: firstReviewer(newcomer) } as const;
const approves = (reviewer: typeof alice, view: { id: string; requestDigest: string }): Act => {
  return async ({ reviews, call }) => reviews.decide(await call(reviewer, decision(view), view.id));
};
const withdraws = ({ id }: { id: string }): Act => {
  return async ({ requests, call }) => requests.withdraw(await call(officer, {}, id));
};
const decides = (by: typeof alice, change: { id: string; changeDigest: string }): Act => {
  const own = by === officer ? 'confirm' : 'approve';
  return async ({ enrolment, call }) =>
    enrolment.decide(await call(by, { ...approval(change), decision: own }, change.id));
};
const revokes = (by: typeof alice, { key }: typeof alice): Act => {
  return async ({ enrolment, call }) =>
    enrolment.revoke(await call(by, { keyid: key.keyId, reason: 'lost' } as const));
};

const overdue = ({ id }: { id: string }): Act => {
  return ({ cases, emergencies }) =>
    cases.change(
      id,
      (current) => missObligations(current, '2026-12-20T09:00:00Z'),
      async ({ next }) => {
        const current = await emergencies.get(next.agency);
        return current.suspendedBy === undefined ? [emergencies.suspend(current, next.id)] : [];
      },
    );
};

const races: Race[] = [
  {
    name: 'a case is held while it is forgotten',
    async begin(calls) {
      const change = await heldBySecond(calls);
      return [decides(bob, change), ({ forgetCases }: Gateway) => forgetCases('2028-01-01T00:00:00.000Z')];
    },
    answers: [
      ['done', 'done'],
      ['case-unknown', 'done'],
    ],
    leaves: (answers) =>
      answers.includes('case-unknown') ? ['case.forgotten'] : ['case.held', 'change.decided'],
  },
  {
    name: 'two reviewers approve',
    async begin(calls) {
      const view = await submitted(calls);
      return [approves(alice, view), approves(bob, view)];
    },
    answers: both,
    leaves: () => ['decision.approved', 'decision.approved'],
  },
  {
    name: 'one reviewer approves twice',
    async begin(calls) {
      const view = await submitted(calls);
      return [approves(alice, view), approves(alice, view)];
    },
    answers: [['decision-repeated', 'done']],
    leaves: () => ['decision.approved'],
  },
  {
    name: 'a reviewer approves what its agency withdraws',
    async begin(calls) {
      const view = await submitted(calls);
      return [approves(alice, view), withdraws(view)];
    },
    answers: [...both, ['case-closed', 'done']],
    leaves: ([first]) => (first === 'done' ? ['case.withdrawn', 'decision.approved'] : ['case.withdrawn']),
  },
  {
    name: 'a reviewer suspends what its agency withdraws',
    async begin(calls) {
      const { id, requestDigest } = await approved(calls);
      const reason = { requestDigest, ground: 'other', reason: 'forged' } as const;
      return [async ({ reviews, call }) => reviews.suspend(await call(carol, reason, id)), withdraws({ id })];
    },
    answers: [['case-closed', 'done']],
    leaves: () => [],
  },
  {
    name: 'two reviewers see what is asked',
    async begin(calls) {
      const { id } = await submitted(calls);
      const sees = (by: typeof alice): Act => {
        return async ({ reviews, call }) => reviews.show(await call(by, undefined, id));
      };
      return [sees(alice), sees(bob)];
    },
    answers: both,
    leaves: () => ['review.opened', 'review.opened'],
  },
  {
    name: 'one request arrives twice',
    begin: async () => [(calls) => submitted(calls), (calls) => submitted(calls)],
    answers: both,
    leaves: () => ['request.received'],
  },
  {
    name: 'two requests have one reference',
    begin: async () => [
      (calls) => submitted(calls),
      (calls) => submitted(calls, { ...asked, categories: ['SubscriberData'] }),
    ],
    answers: [['done', 'reference-conflict']],
    leaves: () => ['request.received'],
  },
  {
    name: 'two requests want the last place below a limit',
    async begin(calls) {
      for (const reference of ['1', '2', '3', '4']) await submitted(calls, { ...asked, reference });
      return [(again) => submitted(again), (again) => submitted(again, { ...asked, reference: 'other' })];
    },
    answers: [['done', 'rate-exceeded']],
    leaves: () => ['request.received'],
  },
  {
    name: 'one request arrives twice at the last place below a limit',
    async begin(calls) {
      for (const reference of ['1', '2', '3', '4']) await submitted(calls, { ...asked, reference });
      return [(again) => submitted(again), (again) => submitted(again)];
    },
    answers: both,
    leaves: () => ['request.received'],
  },
  {
    name: 'two requests take over one preservation',
    async begin({ preservations, call }) {
      const { id } = await preservations.submit(await call(officer, preservationOrder));
      const takes = (reference: string): Act => {
        return (calls) => submitted(calls, { ...asked, reference, preservations: [id] });
      };
      return [takes('1'), takes('2')];
    },
    answers: [['done', 'preservation-over']],
    leaves: () => ['preservation.requested', 'request.received'],
  },
  {
    name: 'a preservation is extended while a request takes it over',
    async begin({ preservations, call }) {
      const { id } = await preservations.submit(await call(officer, preservationOrder));
      return [
        async (calls) => calls.preservations.extend(await calls.call(officer, {}, id)),
        (calls) => submitted(calls, { ...asked, preservations: [id] }),
      ];
    },
    answers: [...both, ['done', 'preservation-over']],
    leaves: ([first]) => [
      ...(first === 'done' ? ['preservation.extended'] : []),
      'preservation.requested',
      'request.received',
    ],
  },
  {
    name: 'two reviewers approve a change that takes one more',
    async begin(calls) {
      const reviewer = { kind: 'reviewer', reviewer: firstReviewer(newcomer) } as const;
      const change = await proposed(calls, reviewer);
      return [decides(bob, change), decides(carol, change)];
    },
    answers: [['change-closed', 'done']],
    leaves: () => ['change.decided', 'desk.changed', 'key.enrolled'],
  },
  {
    name: 'the last reviewer approves while the agency confirms',
    async begin(calls) {
      const change = await proposed(calls, officerKey);
      return [decides(bob, change), decides(officer, change)];
    },
    answers: both,
    leaves: () => ['agency.changed', 'change.decided', 'change.decided', 'key.enrolled'],
  },
  {
    name: 'two changes enrol one key',
    async begin(calls) {
      const changes = [await proposed(calls, officerKey), await proposed(calls, officerKey)] as const;
      for (const change of changes) await decides(bob, change)(calls);
      return [decides(officer, changes[0]), decides(officer, changes[1])];
    },
    answers: [['done', 'key-enrolled']],
    leaves: () => ['agency.changed', 'change.decided', 'key.enrolled'],
  },
  {
    name: 'two changes change one agency',
    async begin(calls) {
      const terms = {
        kind: 'terms',
        agency,
        terms: (await calls.registry.getAgency(agency))?.terms,
      } as const;
      assert.ok(terms.terms);
      const proposal = { ...terms, terms: terms.terms };
      const changes = [await proposed(calls, proposal), await proposed(calls, officerKey)] as const;
      for (const change of changes) await decides(bob, change)(calls);
      return [decides(officer, changes[0]), decides(officer, changes[1])];
    },
    answers: both,
    leaves: () => ['agency.changed', 'agency.changed', 'change.decided', 'change.decided', 'key.enrolled'],
  },
  {
    name: 'two reviewers revoke one key',
    begin: async () => [revokes(alice, officer), revokes(bob, officer)],
    answers: both,
    leaves: () => ['agency.changed', 'key.revoked'],
  },
  {
    name: 'two reviewers revoke each other',
    begin: async () => [revokes(alice, bob), revokes(bob, alice)],
    answers: both,
    leaves: () => ['desk.changed', 'desk.changed', 'key.revoked', 'key.revoked'],
  },
  {
    name: 'an officer’s key is revoked while another joins',
    async begin(calls) {
      const change = await proposed(calls, officerKey);
      await decides(bob, change)(calls);
      return [revokes(alice, officer), decides(officer, change)];
    },
    answers: both,
    leaves: () => ['agency.changed', 'agency.changed', 'change.decided', 'key.enrolled', 'key.revoked'],
  },
  {
    name: 'two operators found the desk',
    async begin(calls) {
      for (const other of [bob, carol]) await revokes(alice, other)(calls);
      const founds = (...who: (typeof alice)[]): Act => {
        return (again) => again.found(who.map(firstReviewer));
      };
      return [founds(newcomer, fourth), founds(fifth, sixth)];
    },
    answers: [['desk-founded', 'done']],
    leaves: () => ['desk.changed', 'key.enrolled', 'key.enrolled', 'registry.founded'],
  },
  {
    name: 'two deployments are recorded',
    begin: async () => [
      ({ deployments }) => deployments.record(deployment('A')),
      ({ deployments }) => deployments.record(deployment('B')),
    ],
    answers: both,
    leaves: () => ['deployment.made', 'deployment.made', 'policy.changed'],
  },
  {
    name: 'two emergencies of one agency are overdue',
    async begin(calls) {
      const views = [
        await approved(calls, emergencyAsked, [alice]),
        await approved(calls, { ...emergencyAsked, reference: 'another' }, [alice]),
      ] as const;
      return [overdue(views[0]), overdue(views[1])];
    },
    answers: both,
    leaves: () => ['emergencies.suspended', 'emergency.overdue', 'emergency.overdue'],
  },
  {
    name: 'two sweeps report one hour while a call is refused',
    async begin({ calls }) {
      const refused = { code: 'replayed', at: '2026-11-19T09:00:00Z', key: undefined, proven: undefined };
      await calls.traceRefusal(refused);
      const reports: Act = (again) => again.calls.reportStrangers('2026-11-20T09:00:00Z');
      return [reports, reports];
    },
    answers: both,
    leaves: () => ['strangers.refused'],
  },
  {
    name: 'one refused message is traced twice',
    async begin({ registry }) {
      const key = await registry.getKey(officer.key.keyId);
      const traces: Act = ({ calls }) =>
        calls.traceRefusal({ code: 'key-role', at: '2026-11-20T09:00:00Z', key, proven: 'a-nonce' });
      return [traces, traces];
    },
    answers: both,
    leaves: () => ['request.refused'],
  },
];

/** With each request comes what it preserves by itself, in one transaction: one act. */
function actsOf(kinds: readonly string[]): string[] {
  let own = kinds.filter((kind) => kind === 'request.received').length;
  return kinds.filter((kind) => kind !== 'preservation.received' || own-- <= 0);
}

/** As many orders as this are tried; of longer races, so many that are spread over all. */
const mostOrders = 300;

describe('I6 two at once', () => {
  let cloud: MemoryCloud;
  before(async () => {
    cloud = await inhabited();
  });

  for (const { name, begin, answers, leaves } of races) {
    test(`I6 ${name}: in any order of their calls, nothing is lost and nothing is done twice`, async () => {
      const given = fork(cloud);
      const acts = await begin(gateway(given));
      const [first, second] = await Promise.all(acts.map((act) => callsOf(given, act)));
      const seen = new Set<string>();
      for (const order of some(first ?? 0, second ?? 0)) {
        const raced = fork(given);
        const results = await interleave(
          order,
          acts.map(
            (act) => (turns) => act(gateway({ ...raced, store: turns.over(raced.store) }, raced.store)),
          ),
        );
        const where = order.join('');
        const [a = '', b = ''] = results.map(answerOf);
        const isExpected = answers.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
        assert.ok(isExpected, `${a} and ${b} at ${where}`);
        seen.add([a, b].join());
        consistent(raced.store);
        const kinds = actsOf(newKinds(given.store, raced.store));
        const left = leaves([a, b]);
        if (left.length > 0) assert.deepEqual(kinds, left, where);
        else assert.equal(kinds.length, [a, b].filter((answer) => answer === 'done').length, where);
      }
      assert.ok(seen.size > 0);
    });
  }

  test('I8 a signature that arrives twice is accepted once, in any order of the calls', async () => {
    for (const order of orders(2, 2)) {
      const raced = fork(cloud);
      const accepts = (calls: Gateway) => calls.calls.acceptOnce('key', 'nonce', 1_800_000_000);
      const results = await interleave(
        order,
        [accepts, accepts].map(
          (act) => (turns) => act(gateway({ ...raced, store: turns.over(raced.store) }, raced.store)),
        ),
      );
      const accepted = results.map((result) => result.status === 'fulfilled' && result.value);
      assert.deepEqual(accepted.sort(), [false, true], order.join(''));
    }
  });

  test('a limit of none lets nobody through', async () => {
    const { calls } = gateway(fork(cloud));
    const none = countTowards(agency, { name: 'none', limit: 0, until: 1_800_000_000 });
    await assert.rejects(calls.countAsked([none]), { name: 'RegistryError', code: 'rate-exceeded' });
  });
});

/** How many calls of the store an act makes by itself. */
async function callsOf(given: MemoryCloud, act: Act): Promise<number> {
  const counted = faults();
  const alone = fork(given);
  await act(gateway({ ...alone, store: counted.over('store', alone.store) }, alone.store)).catch(
    () => undefined,
  );
  return counted.calls.length;
}

/** Orders of so many calls: all, or some that are spread evenly over all. */
function some(first: number, second: number): number[][] {
  const all = [...orders(first, second)];
  const step = Math.max(1, Math.floor(all.length / mostOrders));
  return all.filter((_, i) => i % step === 0);
}

function answerOf(result: PromiseSettledResult<unknown>): string {
  if (result.status === 'fulfilled') return 'done';
  const { reason } = result;
  if (reason instanceof Error && 'code' in reason && typeof reason.code === 'string') return reason.code;
  throw reason;
}
