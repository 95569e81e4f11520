import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openExplanation } from '#client/agency.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import type { Request } from '#core/cases/request.ts';
import { fork, type MemoryCloud } from '../../memory/cloud.ts';
import { consistent } from '../../memory/consistent.ts';
import { everyFault, faults, PlannedFault } from '../../memory/faults.ts';
import { code } from '../cases/cases.ts';
import { authority, enforcing, notifying, told } from '../cases/notifying.ts';
import { holder } from '../registry/registry.ts';
import { decision } from './acts.ts';
import {
  agency,
  approval,
  encryptionKey,
  type Gateway,
  gateway,
  inhabited,
  people,
  asked as plain,
} from './gateway.ts';

const { alice, bob, officer } = people;
const asked: Request = told(plain);
const refused = (expected: string) => ({ code: expected });

const clerk = holder('clerk-1', 'agency', authority);
const otherClerk = holder('clerk-2', 'agency', 'fr-authority');

const over = (cloud: MemoryCloud, store = cloud.store): Gateway =>
  gateway({ ...cloud, store }, cloud.store, undefined, notifying);

/** A cloud with an agency and two authorities. */
const settled = (async () => {
  const cloud = await inhabited(notifying);
  const calls = over(cloud);
  for (const { key } of [clerk, otherClerk]) {
    const proposal = {
      kind: 'agency',
      agency: { id: key.agency ?? '', name: 'An authority', encryptionKey, terms: enforcing },
      officer: { holder: key.holder, publicKey: { ...key.publicKey } },
    } as const;
    const change = await calls.enrolment.propose(await calls.call(alice, proposal));
    await calls.enrolment.decide(await calls.call(bob, approval(change), change.id));
  }
  return cloud;
})();

async function begun(of: Request = asked) {
  const cloud = fork(await settled);
  const calls = over(cloud);
  const view = await calls.requests.submit(await calls.call(officer, of));
  return { cloud, calls, view };
}

const consent = ({ requestDigest }: { requestDigest: string }): AuthorityAnswer => ({
  decision: 'consent',
  requestDigest,
});
const objection = (view: { requestDigest: string }, more: object = {}): AuthorityAnswer =>
  Object.assign(
    {
      ...consent(view),
      decision: 'object' as const,
      ground: 'press-freedom' as const,
      text: 'A journalist.',
    },
    more,
  );
const page = { lines: 10 };

test('an authority sees what it was notified of, how much is asked and by whose order, and whom it names nowhere', async () => {
  const { cloud, calls, view } = await begun();
  const { notifications, call } = calls;
  const shown = await notifications.show(await call(clerk, undefined, view.id));
  assert.deepEqual(
    {
      ...shown,
      asked: shown.asked.categories,
    },
    {
      id: view.id,
      requestDigest: view.requestDigest,
      asked: asked.categories,
      instrument: 'EPOC',
      jurisdiction: 'DE',
      authoriserRole: 'JudgeCourtOrInvestigatingJudge',
      preservations: [],
      agency,
      priority: 'Routine',
      status: 'AwaitingApproval',
      receivedAt: view.receivedAt,
      until: view.notification?.until,
      waits: true,
      order: asked.instrument.digest,
      links: { self: `/v1/notifications/${view.id}`, answers: `/v1/notifications/${view.id}/answers` },
    },
  );
  const { notifications: lines } = await notifications.list(await call(clerk, undefined), page);
  assert.deepEqual(
    lines.map(({ id }) => id),
    [view.id],
  );
  for (const said of [shown, lines]) assert.doesNotMatch(JSON.stringify(said), /somebody|GS-4711/);
  consistent(cloud.store);
});

test('another authority, the agency and a reviewer have no such notification', async () => {
  const { calls, view } = await begun();
  const { notifications, call } = calls;
  for (const by of [otherClerk, officer]) {
    await assert.rejects(notifications.show(await call(by, undefined, view.id)), refused('not-found'));
    await assert.rejects(notifications.answer(await call(by, consent(view), view.id)), refused('not-found'));
    assert.deepEqual((await notifications.list(await call(by, undefined), page)).notifications, []);
  }
  await assert.rejects(notifications.list(await call(alice, undefined), page), refused('key-role'));
  // Nor has a case without one.
  const other = { ...plain, reference: 'GS-2', categories: ['SubscriberData' as const] };
  const silent = await calls.requests.submit(await call(officer, other));
  await assert.rejects(notifications.show(await call(clerk, undefined, silent.id)), refused('not-found'));
});

test('a request names an authority that is enrolled as one; and it asks for nothing itself', async () => {
  const { calls } = await begun();
  const { requests, call } = calls;
  for (const named of [agency, 'nobody'])
    await assert.rejects(
      requests.submit(
        await call(officer, { ...plain, reference: 'GS-2', notification: { authority: named } }),
      ),
      code('authority-unknown'),
    );
  await assert.rejects(
    requests.submit(await call(officer, { ...plain, reference: 'GS-2' })),
    code('notification-missing'),
  );
  await assert.rejects(
    requests.submit(await call(clerk, { ...asked, notification: { authority: 'fr-authority' } })),
    refused('agency-jurisdiction'),
  );
});

test('what it consents to it is listed as having consented to, and the agency and the desk see it', async () => {
  const { cloud, calls, view } = await begun();
  const { notifications, requests, reviews, call } = calls;
  const after = await notifications.answer(await call(clerk, consent(view), view.id));
  assert.deepEqual([after.answer, after.links.answers], ['consent', undefined]);
  for (const [status, ids] of [
    ['Pending', []],
    ['Consented', [view.id]],
    ['Objected', []],
  ] as const) {
    const { notifications: lines } = await notifications.list(await call(clerk, undefined), {
      ...page,
      status,
    });
    assert.deepEqual(
      lines.map(({ id }) => id),
      ids,
    );
  }
  const { notification } = await requests.follow(await call(officer, undefined, view.id));
  assert.deepEqual([notification?.authority, notification?.answer], [authority, 'consent']);
  const [line] = (await reviews.list('AwaitingApproval', { lines: 10 })).reviews;
  assert.equal(line?.notification?.answer, 'consent');
  await assert.rejects(
    notifications.answer(await call(clerk, objection(view), view.id)),
    code('notification-over'),
  );
  consistent(cloud.store);
});

test('what it objects to ends the case, and the agency reads why', async () => {
  const { cloud, calls, view } = await begun();
  const { enrolment, notifications, requests, call } = calls;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }) };
  const change = await enrolment.propose(
    await call(alice, { kind: 'encryption-key', agency, encryptionKey: jwk } as const),
  );
  await enrolment.decide(await call(bob, approval(change), change.id));
  await enrolment.decide(
    await call(officer, { decision: 'confirm', changeDigest: change.changeDigest } as const, change.id),
  );
  await notifications.answer(await call(clerk, objection(view), view.id));
  const ended = await requests.follow(await call(officer, undefined, view.id));
  assert.deepEqual([ended.status, ended.reason], ['Rejected', 'press-freedom']);
  const key = privateKey.export({ format: 'jwk' });
  assert.equal(await openExplanation(ended.explanation ?? '', key), 'A journalist.');
  // I1: nobody else does.
  const stored = JSON.stringify(cloud.store.items('cases')) + JSON.stringify(cloud.store.items('entries'));
  assert.doesNotMatch(stored, /journalist/);
  consistent(cloud.store);
});

test('what it leaves of a part is shown to the desk with the case, and to the agency', async () => {
  const { calls, view } = await begun();
  const { notifications, requests, reviews, call } = calls;
  await reviews.decide(await call(alice, decision(view), view.id));
  const scope = { subjects: [0], categories: ['SubscriberData' as const], period: asked.period };
  await notifications.answer(await call(clerk, objection(view, { scope }), view.id));
  const review = await reviews.show(await call(bob, undefined, view.id));
  assert.deepEqual(review.disclosable, scope);
  assert.deepEqual(
    review.superseded?.map(({ because, reason }) => [because, reason]),
    [['authority-objected', 'order checked']],
  );
  assert.deepEqual((await requests.follow(await call(officer, undefined, view.id))).disclosable, scope);
  const [line] = (await reviews.list('AwaitingApproval', { lines: 10 })).reviews;
  assert.equal(line?.disclosable, undefined);
  await assert.rejects(reviews.decide(await call(alice, decision(view), view.id)), code('scope-too-wide'));
});

test('whatever call of a request or an answer fails, loses its answer or happens twice, a retry leaves one of each', async () => {
  const of: Request = told({ ...asked, priority: 'Emergency', threat: 'life' });
  const { cloud: before, view } = await begun(of);
  const acts = {
    ask: async (calls: Gateway) =>
      calls.requests.submit(await calls.call(officer, { ...asked, reference: 'GS-9' })),
    consent: async (calls: Gateway) =>
      calls.notifications.answer(await calls.call(clerk, consent(view), view.id)),
  };
  for (const [name, act] of Object.entries(acts)) {
    const undisturbed = faults();
    const first = fork(before);
    await act(over(first, undisturbed.over('store', first.store)));
    for (const plan of everyFault(undisturbed.calls.length)) {
      const cloud = fork(before);
      const f = faults(plan);
      await act(over(cloud, f.over('store', cloud.store))).catch((error: unknown) => {
        if (!(error instanceof PlannedFault))
          assert.equal(Reflect.get(error ?? {}, 'code'), 'notification-over');
      });
      await act(over(cloud)).catch((error: unknown) =>
        assert.equal(Reflect.get(error ?? {}, 'code'), 'notification-over', name),
      );
      consistent(cloud.store);
    }
  }
});

test('I10: with its case a notification is forgotten, and what was signed for it', async () => {
  const { cloud, calls, view } = await begun();
  const { notifications, requests, call } = calls;
  await notifications.answer(await call(clerk, consent(view), view.id));
  await requests.withdraw(await call(officer, {}, view.id));
  cloud.clock.set('2028-06-01T00:00:00.000Z');
  await calls.forgetCases(cloud.clock.now());
  assert.deepEqual(
    cloud.store.items('cases').filter(({ pk }) => String(pk).includes(view.id)),
    [],
  );
  const later = {
    caller: (await call(clerk, undefined)).caller,
    at: cloud.clock.now(),
    id: '',
    input: undefined,
  };
  assert.deepEqual((await notifications.list(later, page)).notifications, []);
});
