import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collector, patienceMs } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { utf8 } from '#core/bytes.ts';
import type { Case } from '#core/cases/case.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { kmsFollowsMs } from '#core/kms-lag.ts';
import { commitment } from '#core/log/commitment.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { placePath } from '#core/state/log-places.ts';
import { everyFault, type Faults, faults, PlannedFault } from '../../memory/faults.ts';
import { enrolled } from './enrolling.ts';
import { officer, one, openAnswer, third, two } from './people.ts';
import { asked, caseSalt, fork, months, ofKind, type World, world } from './world.ts';

/** A case that can be collected. */
const minted = async (): Promise<World> => fork(await first);
const first = mintedOnce();

async function mintedOnce(): Promise<World> {
  const current = await world();
  await current.approve(one);
  await current.approve(two);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  return current;
}

const collectIn = (current: World, f?: Faults, page?: string) =>
  collector(current.collectPorts(f))(current.call(page));

async function collected(current: World, f?: Faults, page?: string): Promise<DisclosurePackage> {
  const answer = await collectIn(current, f, page);
  assert.ok('jwe' in answer);
  return openAnswer(answer.jwe, current.kms.provider.jwk);
}

const refusal = (code: string) => ({ code });

/**
 * What must hold of every collecting, however it went: nothing was opened before the log in the bucket had the very intent
 * that it was opened for, and each answer that left was recorded before, once, by its digest.
 */
function check(current: World, answers: readonly DisclosurePackage[], what: string): void {
  const published = current.log.entries();
  for (const { at, case: opened } of current.opened) {
    const stream = `case/${opened.id}`;
    const covered = published
      .slice(0, at)
      .some(
        ({ kind, stream: of, n }) =>
          kind === 'collection.intended' && of === stream && n === opened.pending?.entry,
      );
    assert.ok(covered, `opened before its intent was in the log: ${what}`);
  }
  const entries = current.entriesOf();
  const intended = ofKind(entries, 'collection.intended').length;
  const completed = entries.flatMap((entry) =>
    entry.kind === 'collection.completed' ? [entry.data.package] : [],
  );
  const failed = ofKind(entries, 'collection.failed').length;
  assert.ok(completed.length + failed <= intended, `each end has its beginning: ${what}`);
  for (const { digest, log } of answers) {
    const isAnswer = completed.filter((name) => name === commitment(caseSalt, 'package', digest));
    assert.ok(isAnswer.length > 0, `an answer that no entry records: ${what}`);
    assert.equal(verifyLogProof(log, current.kms.log.verifierKey).envelope.kind, 'collection.intended');
  }
  assert.ok(answers.length <= completed.length, `more answers than entries: ${what}`);
}

test('I4 collecting announces, waits for the log, opens, records what leaves and answers', async () => {
  const current = await minted();
  const disclosure = await collected(current);
  assert.deepEqual(
    disclosure.records.map((record) => 'at' in record && record.at.slice(0, 7)),
    months,
  );
  check(current, [disclosure], 'undisturbed');
  const kinds = current.entriesOf().map(({ kind }) => kind);
  assert.deepEqual(kinds.slice(-2), ['collection.intended', 'collection.completed']);
  assert.equal((await current.stored()).collections, 1);
  assert.equal((await current.stored()).status, 'Disclosed');
});

test('I4 whatever call of collecting fails, loses its answer or happens twice, a retry is answered', async () => {
  const undisturbed = faults();
  await collectIn(await minted(), undisturbed);
  assert.ok(undisturbed.calls.length > 15, undisturbed.calls.join(' '));
  for (const plan of everyFault(undisturbed.calls.length)) {
    const what = `${plan.fault} at ${plan.at}: ${undisturbed.calls[plan.at]}`;
    const current = await minted();
    const f = faults(plan);
    const answers: DisclosurePackage[] = [];
    await collected(current, f).then(
      (answer) => answers.push(answer),
      (error: unknown) => {
        // Its own write, carried out twice, looks like somebody else's.
        const mayRetry = error instanceof PlannedFault || Reflect.get(Object(error), 'code') === 'try-again';
        assert.ok(mayRetry, `${what} ${error}`);
      },
    );
    assert.ok(f.done, what);
    const left = answers.length;
    answers.push(await collected(current));
    check(current, answers, what);
    const completed = ofKind(current.entriesOf(), 'collection.completed').length;
    // Of an answer that was recorded and then lost, the agency has the next; nothing else is recorded twice.
    assert.ok(completed === left + 1 || (completed === left + 2 && plan.fault !== 'fails'), what);
    assert.equal((await current.stored()).collections, completed, what);
  }
});

test('I9 a case that is closed at any moment of its collecting gives no answer afterwards', async () => {
  const undisturbed = faults();
  await collectIn(await minted(), undisturbed);
  for (let at = 0; at < undisturbed.calls.length; at++) {
    const what = `closed before ${at}: ${undisturbed.calls[at]}`;
    const current = await minted();
    const answers: DisclosurePackage[] = [];
    await collected(current, faults({ at, fault: () => current.withdraw() })).then(
      (answer) => answers.push(answer),
      (error: unknown) =>
        assert.match(String(Reflect.get(Object(error), 'code')), /case-closed|try-again/, what),
    );
    check(current, answers, what);
    assert.deepEqual(answers, [], what);
    const kinds = current.entriesOf().map(({ kind }) => kind);
    assert.ok(!kinds.slice(kinds.indexOf('case.withdrawn')).includes('collection.completed'), what);
  }
});

test('two collections at once are each recorded once, at every order of their calls', async () => {
  const undisturbed = faults();
  await collectIn(await minted(), undisturbed);
  for (let at = 0; at < undisturbed.calls.length; at++) {
    const what = `another before ${at}: ${undisturbed.calls[at]}`;
    const current = await minted();
    const answers: DisclosurePackage[] = [];
    const other = async () => {
      answers.push(await collected(current));
    };
    await collected(current, faults({ at, fault: other })).then(
      (answer) => answers.push(answer),
      (error: unknown) => assert.equal(Reflect.get(Object(error), 'code'), 'try-again', what),
    );
    check(current, answers, what);
    assert.equal(ofKind(current.entriesOf(), 'collection.completed').length, answers.length, what);
    assert.equal((await current.stored()).collections, answers.length, what);
  }
});

test('I4 while the log is down nothing is opened, and asking again resumes the one intent', async () => {
  const current = await minted();
  const ports = current.collectPorts();
  const down = collector({ ...ports, clock: current.clock });
  for (const attempt of ['first', 'second']) {
    const began = Date.parse(current.clock.now());
    const answer = await down(current.call());
    assert.ok('later' in answer, attempt);
    assert.equal(answer.later.collections, 0);
    const waitedMs = Date.parse(current.clock.now()) - began;
    assert.ok(waitedMs >= patienceMs && waitedMs < patienceMs + 1000);
  }
  assert.deepEqual(current.opened, []);
  assert.equal(current.watch.counts.get('LogBehind'), 2);
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
  await collected(current);
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
});

test('I4 without any checkpoint nothing is opened', async () => {
  const current = await minted();
  const down = collector({ ...current.collectPorts(), readLog: async () => undefined });
  assert.ok('later' in (await down(current.call())));
  assert.deepEqual(current.opened, []);
});

/** Where an entry of the case is said to be, in a bucket that somebody could write to. */
const forcePlace = ({ log, id }: World, n: number, index: bigint) =>
  log.files.force(placePath({ stream: `case/${id}`, n }), utf8(`${index} ${'0'.repeat(64)}\n`));

test('I4 a place beyond what the checkpoint covers opens nothing: the case is older than the log', async () => {
  const current = await minted();
  const { n } = (await current.stored()).entries;
  forcePlace(current, n + 1, 10n ** 12n);
  await assert.rejects(collectIn(current), refusal('case-not-approved'));
  assert.deepEqual(current.opened, []);
  assert.equal((await current.stored()).entries.n, n, 'nothing is announced');
});

test('I4 a place that is some other entry of the bucket does not pass for the entry', async () => {
  const current = await minted();
  const { n } = (await current.stored()).entries;
  const pause = async (ms: number) => {
    forcePlace(current, n + 1, 0n);
    await current.clock.pause(ms);
  };
  const ports = { ...current.collectPorts(), clock: { now: current.clock.now, pause } };
  await assert.rejects(collector(ports)(current.call()), /another entry in this place/);
  assert.deepEqual(current.opened, []);
  const { collections, entries } = await current.stored();
  assert.deepEqual([collections, entries.n], [0, n + 1]);
});

/** A minted case as somebody changes it who can write tables, so that more would leave, or to somebody else. */
const alterations: [string, (current: Case) => Case][] = [
  ['another person', (current) => ({ ...current, subjects: [[{ subject: 'somebody else' }]] })],
  ['another salt', (current) => ({ ...current, salt: new Uint8Array(32).fill(1) })],
  [
    'a longer period',
    (current) => ({
      ...current,
      scope: { ...current.asked, period: { ...current.asked.period, from: '2026-08-01T00:00:00Z' } },
    }),
  ],
  [
    'another category',
    (current) => ({
      ...current,
      scope: { ...current.asked, categories: ['TrafficData', 'UserIdentifyingData'] },
    }),
  ],
  ['a later end', (current) => ({ ...current, expiresAt: '2030-01-01T00:00:00.000Z' })],
  ['no entry that minted it', ({ minted: _, ...current }) => current],
  ['another entry that minted it', (current) => ({ ...current, minted: 1 })],
];

test('I5 a minted case that is altered in the table opens nothing, and the log says so', async () => {
  for (const [what, alter] of alterations) {
    const current = await minted();
    await current.forge(alter);
    await assert.rejects(collectIn(current), refusal('case-not-approved'), what);
    assert.deepEqual(current.opened, [], what);
    assert.equal(ofKind(current.entriesOf(), 'collection.failed').length, 1, what);
    assert.equal(current.watch.counts.get('ApprovalsNotProven'), 1, what);
  }
});

test('I5 a case that is given to another agency in the table opens nothing for it', async () => {
  const current = await minted();
  const other = await enrolled(current, 'agency-2');
  await current.forge((stored) => ({ ...stored, agency: 'agency-2' }));
  const call = { ...current.call(), agency: 'agency-2', keyId: other.key.keyId };
  await assert.rejects(collector(current.collectPorts())(call), refusal('case-not-approved'));
  assert.deepEqual(current.opened, []);
});

test('I3 an emergency whose obligations are overdue opens nothing, even if the table says that they are fulfilled', async () => {
  const current = await world({ ...asked, priority: 'Emergency', threat: 'life' });
  await current.approve(one);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  await collected(current);
  current.clock.advance(48 * 3_600_000);
  await assert.rejects(collectIn(current), refusal('case-closed'));
  await current.forge((stored) => {
    const { debts } = stored;
    assert.ok(debts);
    return { ...stored, debts: { ...debts, owed: [], settled: 2 } };
  });
  const opened = current.opened.length;
  await assert.rejects(collectIn(current), refusal('case-not-approved'));
  assert.equal(current.opened.length, opened);
});

test('I4 a case that somebody deletes while it is opened gives no answer', async () => {
  const undisturbed = faults();
  await collectIn(await minted(), undisturbed);
  const at = undisturbed.calls.lastIndexOf('store.get');
  const current = await minted();
  const remove = async () => current.store.remove('cases', { pk: `case#${current.id}` });
  await assert.rejects(collectIn(current, faults({ at, fault: remove })), refusal('not-found'));
  assert.equal(current.opened.length, months.length);
  assert.equal(ofKind(current.entriesOf(), 'collection.completed').length, 0);
});

test('what KMS refuses is recorded as failed, and opens nothing', async () => {
  const current = await minted();
  for (const { keyId, id } of current.kms.liveGrants()) await current.kms.grants.revoke(keyId, id);
  current.clock.advance(kmsFollowsMs);
  await assert.rejects(collectIn(current), refusal('grant-missing'));
  const [failed] = ofKind(current.entriesOf(), 'collection.failed');
  assert.deepEqual(failed?.data, { collection: 1, page: 1, drawers: 0, code: 'grant-missing' });
  assert.equal((await current.stored()).pending, undefined);
});

test('a call is refused before anything is announced that is not the agency’s, or comes before or after its time', async () => {
  const current = await minted();
  const collect = collector(current.collectPorts());
  const call = current.call();
  const { store } = current;
  await assert.rejects(collect({ ...call, agency: undefined }), refusal('key-role'));
  await assert.rejects(collect({ ...call, case: 'none' }), refusal('not-found'));
  await assert.rejects(collect({ ...call, page: 'x.y' }), refusal('field-invalid'));
  await assert.rejects(collect({ ...call, agency: 'agency-2' }), refusal('not-found'));
  await assert.rejects(collect({ ...call, at: '2027-11-20T10:00:00.000Z' }), refusal('case-closed'));
  const key = await current.state.registry.getKey(officer.key.keyId);
  store.plant('registry', { pk: `key#${officer.key.keyId}`, ...key, revokedAt: current.clock.now() });
  await assert.rejects(collect(call), refusal('case-closed'));
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 0);

  const waiting = await world();
  await assert.rejects(collectIn(waiting), refusal('case-not-approved'));
  await waiting.approve(one);
  await waiting.approve(third);
  const answer = await collectIn(waiting);
  assert.ok('later' in answer, 'not minted yet');
  assert.equal(ofKind(waiting.entriesOf(), 'collection.intended').length, 0);
});

test('a package of the second form names each approved subject, and the order, as the signed request did', async () => {
  const current = await minted();
  const request = { ...asked, reference: current.id };
  const call = { ...current.call(), form: 2 as const, request };
  const answer = await collector(current.collectPorts())(call);
  assert.ok('jwe' in answer);
  const disclosure = await openAnswer(answer.jwe, current.kms.provider.jwk);
  const named = asked.subjects.map(({ kind, value }, subject) => ({ subject, kind, value }));
  assert.deepEqual(disclosure.subjects, named);
  assert.deepEqual(disclosure.order, asked.instrument);
});

test('a package of the second form without the request says on which order it rests, and names nobody', async () => {
  const current = await minted();
  const answer = await collector(current.collectPorts())({ ...current.call(), form: 2 });
  assert.ok('jwe' in answer);
  const { order, subjects } = await openAnswer(answer.jwe, current.kms.provider.jwk);
  const { kind, jurisdiction, authoriserRole } = asked.instrument;
  assert.deepEqual([order, subjects], [{ kind, jurisdiction, authoriserRole }, undefined]);
});

test('a package of the third form says what was searched, found and withheld, by the log and not by the table', async () => {
  const current = await minted();
  const answer = await collector(current.collectPorts())({ ...current.call(), form: 3 });
  assert.ok('jwe' in answer);
  const disclosure = await openAnswer(answer.jwe, current.kms.provider.jwk);
  const { searched, found, notHeld, withheld } = disclosure.completeness ?? assert.fail();
  assert.deepEqual(searched.subjects, disclosure.scope.subjects);
  assert.equal(
    found.reduce((sum, { records }) => sum + records, 0),
    disclosure.records.length,
  );
  assert.deepEqual([notHeld, withheld], [[], undefined]);
});

test('I11: a table that says another reason for what is withheld, or that less was asked, has nothing collected', async () => {
  for (const change of [
    { withheld: '[{"ground":"other"}]' },
    { asked: { ...asked, categories: ['SubscriberData' as const], subjects: [0] } },
  ]) {
    const current = await minted();
    const stored = await current.stored();
    const { subjects, categories, period } = { ...stored.asked, ...change.asked };
    const planted = { ...stored, ...change, asked: { subjects, categories, period } };
    current.store.plant('cases', { pk: `case#${stored.id}`, ...planted });
    await assert.rejects(collectIn(current), refusal('case-not-approved'));
    assert.deepEqual(current.opened, []);
  }
});

test('who asks for no second form gets the first, member for member', async () => {
  const disclosure = await collected(await minted());
  assert.deepEqual(
    Object.keys(disclosure).filter(
      (name) => name === 'order' || name === 'subjects' || name === 'completeness',
    ),
    [],
  );
});

test('I11: another request than the one that was approved is refused before anything is announced', async () => {
  const current = await minted();
  const before = current.entriesOf().length;
  const subjects = asked.subjects.map((subject) => ({ ...subject, value: 'somebody-else' }));
  const request = { ...asked, subjects } as typeof asked;
  const call = { ...current.call(), form: 2 as const, request };
  await assert.rejects(collector(current.collectPorts())(call), refusal('field-invalid'));
  assert.equal(current.entriesOf().length, before);
  assert.deepEqual(current.opened, []);
});
