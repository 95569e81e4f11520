import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provesApproval } from '#core/access/approval.ts';
import { collector } from '#core/access/collect.ts';
import { gatherEvidence } from '#core/access/evidence.ts';
import { expirer } from '#core/access/expire.ts';
import { minter } from '#core/access/mint.ts';
import { leftMinter } from '#core/access/mint-left.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import { count } from '#core/cases/deadline.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import { code, hoursAfter, receivedAt } from '../cases/cases.ts';
import { authority, enforcing, notifying, told } from '../cases/notifying.ts';
import type { Holder } from '../registry/registry.ts';
import { alterations } from './alterations.ts';
import { enrolled } from './enrolling.ts';
import { officer, one, third } from './people.ts';
import { asked, fork, ofKind, type World, world } from './world.ts';

/** A case of which an authority was notified, approved by two, all of it in the log; and the authority's officer. */
interface Notified {
  current: World;
  clerk: Holder;
}
const first = (async (): Promise<Notified> => {
  const current = await world(told(asked), undefined, notifying);
  const clerk = await enrolled(current, authority, enforcing);
  await current.approve(one);
  await current.approve(third);
  await current.log.publish();
  return { current, clerk };
})();

async function notified(): Promise<Notified> {
  const { current, clerk } = await first;
  return { current: await fork(current), clerk };
}

async function mintIn(current: World): Promise<number> {
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  return current.kms.liveGrants().length;
}

const answerOf = async (current: World, more: object = { decision: 'consent' }): Promise<AuthorityAnswer> =>
  Object.assign({ requestDigest: (await current.stored()).requestDigest }, more) as AuthorityAnswer;

const later = (current: World, hours: number) => current.clock.set(hoursAfter(receivedAt, hours));

async function evidenceOf(current: World) {
  const log = await current.log.read();
  assert.ok(log);
  return gatherEvidence(await current.stored(), log, current.mintPorts());
}

async function heldUntil(current: World): Promise<string | undefined> {
  const proof = provesApproval(await evidenceOf(current), notifying);
  return 'missing' in proof ? proof.missing : proof.heldUntil;
}

const end = count(receivedAt, { days: 10 }, calendarOf(notifying)).dueAt;
const hold = (Date.parse(end) - Date.parse(receivedAt)) / 3_600_000;

test('I3 hold: what two reviewers approved is not minted while a notified authority may object', async () => {
  const { current } = await notified();
  assert.equal(await heldUntil(current), end);
  assert.equal(await mintIn(current), 0);
  later(current, hold - 1);
  await leftMinter(current.mintPorts())();
  assert.equal(current.kms.liveGrants().length, 0);
  // Nobody is told that it waits, since it does what it should.
  assert.deepEqual([...current.watch.counts.keys()], []);
  await assert.rejects(collector(current.collectPorts())(current.call()), code('notification-pending'));
});

test('I3 hold: it is minted as soon as the log has the authority’s consent', async () => {
  const { current, clerk } = await notified();
  await current.answer(clerk, await answerOf(current));
  // Not before the log has it.
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  assert.equal(current.kms.liveGrants().length, 0);
  assert.equal(await mintIn(current), 2);
  await current.log.publish();
  assert.ok('jwe' in (await collector(current.collectPorts())(current.call())));
});

test('I3 hold: it is minted once the time has passed, by the clock, and an answer comes too late', async () => {
  const { current, clerk } = await notified();
  later(current, hold);
  await assert.rejects(current.answer(clerk, await answerOf(current)), code('notification-over'));
  await leftMinter(current.mintPorts())();
  assert.equal(current.kms.liveGrants().length, 2);
  assert.equal(ofKind(current.entriesOf(), 'grant.minted').length, 1);
});

test('I3 hold: nobody is alarmed of a held case, and somebody of one that waits on after it', async () => {
  const { current } = await notified();
  const ports = current.mintPorts();
  const unready = { ...ports, readLog: async () => undefined };
  later(current, hold);
  await leftMinter(unready)();
  assert.equal(current.watch.counts.get('ApprovalsNotMinted'), undefined);
  later(current, hold + 1);
  await leftMinter(unready)();
  assert.equal(current.watch.counts.get('ApprovalsNotMinted'), 1);
});

test('I3 hold: the consent of another authority, of the agency itself or of a reviewer is none', async () => {
  const { current } = await notified();
  const other = await enrolled(current, 'fr-authority', enforcing);
  for (const by of [other, officer, one]) {
    const tried = await fork(current);
    await tried.answer(by, await answerOf(tried));
    assert.equal(await mintIn(tried), 0, by.key.holder);
    assert.equal(await heldUntil(tried), end, by.key.holder);
    // It is held, and no longer than it would be without.
    later(tried, hold);
    await leftMinter(tried.mintPorts())();
    assert.equal(tried.kms.liveGrants().length, 2, by.key.holder);
  }
});

test('I3 hold: a consent that was signed for another case, or for something else, is none', async () => {
  const { current, clerk } = await notified();
  const other = await current.receive(told(asked));
  await current.answer(clerk, await answerOf(current), undefined, `/v1/notifications/${other}/answers`);
  assert.equal(await mintIn(current), 0);
  assert.equal(await heldUntil(current), end);
});

test('I3 hold: a consent ends with its key: before it is minted it counts no more, after it the case is closed', async () => {
  const { current, clerk } = await notified();
  await current.answer(clerk, await answerOf(current));
  await current.log.publish();
  const minted = await fork(current);
  await revoke(current, clerk);
  assert.equal(await mintIn(current), 0);
  assert.equal(await heldUntil(current), end);

  assert.equal(await mintIn(minted), 2);
  await minted.log.publish();
  await revoke(minted, clerk);
  await minted.log.publish();
  // Whether or not the clock has come by.
  await assert.rejects(collector(minted.collectPorts())(minted.call()), code('case-closed'));
  await expirer(minted.expirePorts()).sweep(minted.clock.now());
  const { status, reason } = await minted.stored();
  assert.deepEqual([status, reason], ['Suspended', 'key-revoked']);
});

test('I3 hold: a key that is revoked when its word is needed no longer closes nothing', async () => {
  const { current, clerk } = await notified();
  await current.answer(clerk, await answerOf(current));
  assert.equal(await mintIn(current), 2);
  later(current, hold + 1);
  await revoke(current, clerk);
  await current.log.publish();
  await expirer(current.expirePorts()).sweep(current.clock.now());
  assert.equal((await current.stored()).status, 'AwaitingDisclosure');
  assert.ok('jwe' in (await collector(current.collectPorts())(current.call())));
});

async function revoke(current: World, { key }: Holder): Promise<void> {
  const { registry } = current.state;
  const record = await registry.getKey(key.keyId);
  const agency = await registry.getAgency(key.agency ?? '');
  assert.ok(record && agency);
  await registry.commitRevocation(record, 'provider', 'lost', current.clock.now(), { agency });
}

test('I11 hold: who can write every table shortens no hold, consents to nothing, and takes no objection back', async () => {
  const { current, clerk } = await notified();
  const answer = {
    decision: 'consent' as const,
    officer: 'x',
    keyId: clerk.key.keyId,
    at: receivedAt,
    entry: 4,
  };
  const wrote = [
    { notified: undefined },
    { notified: { authority, until: receivedAt, waits: true } },
    { notified: { authority, until: end, waits: false } },
    { notified: { authority, until: end, waits: true, answer } },
    { notified: { authority: 'agency-1', until: end, waits: true, answer } },
  ];
  for (const change of wrote) {
    const tried = await fork(current);
    await tried.forge((value) => Object.assign({}, value, change));
    assert.equal(await mintIn(tried), 0, JSON.stringify(change));
  }
  const scope = { ...told(asked).period };
  const part = await answerOf(current, {
    decision: 'object',
    ground: 'press-freedom',
    text: 'x',
    scope: { subjects: [0], categories: ['TrafficData'], period: { ...scope, from: '2026-10-01T00:00:00Z' } },
  });
  await current.answer(clerk, part);
  const before = await current.stored();
  assert.equal(before.status, 'AwaitingApproval');
  const narrower = before.notified?.answer?.scope;
  await current.approve(one, current.id, narrower);
  await current.approve(third, current.id, narrower);
  const put = await fork(current);
  assert.equal(await mintIn(current), 1);
  // The scope that was left, widened in the table: the log commits to it.
  await put.forge((value) => ({
    ...value,
    scope: value.asked,
    notified: Object.assign({}, value.notified, {
      answer: { ...value.notified?.answer, scope: value.asked },
    }),
  }));
  assert.equal(await mintIn(put), 0);
  assert.equal(put.watch.counts.get('ApprovalsNotProven'), 1);
});

test('I3, I11 hold: whatever one piece of the consent’s evidence is left out or altered, the hold goes on', async () => {
  const { current, clerk } = await notified();
  await current.answer(clerk, await answerOf(current));
  await current.log.publish();
  const evidence = await evidenceOf(current);
  const ends = (value: typeof evidence): boolean => {
    try {
      const proof = provesApproval(value, notifying);
      return !('missing' in proof) && proof.heldUntil === undefined;
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) return false;
      throw error;
    }
  };
  assert.ok(ends(evidence));
  const clerkAt = [...evidence.registry.keys.keys()].indexOf(clerk.key.keyId);
  const consentAt = 'entries' in evidence.history ? evidence.history.entries.length - 1 : -1;
  const its = new RegExp(
    `^(answer|case\\.notified|history\\.entries\\.${consentAt}|registry\\.keys\\.${clerkAt})\\b`,
  );
  // What the log has instead; an entry's place, by which it was found; what only the clock and people go by.
  const decidesNothing = [
    /^case\.notified\.(authority|until|waits)\b/,
    /^case\.notified\.answer\.(decision|officer)\b/,
    /\.(v|stream|previous|authority)\b/,
    /\.enrolled\.(at|n)\b/,
    /\.isRevoked left out$/,
    /\.isSuspended left out$/,
    /^registry\.keys\.\d+\.key\.(enrolledAt|entries)\b/,
  ];
  let altered = 0;
  const proven: string[] = [];
  for (const { path, value } of alterations(evidence)) {
    if (!its.test(path)) continue;
    altered++;
    if (ends(value) && !decidesNothing.some((pattern) => pattern.test(path))) proven.push(path);
  }
  assert.ok(altered > 60, `${altered}`);
  assert.deepEqual(proven, []);
});

test('I3 hold: an emergency is minted at once, and an objection ends access', async () => {
  const urgent = { ...told(asked), priority: 'Emergency' as const, threat: 'life' as const };
  const current = await world(urgent, undefined, notifying);
  const clerk = await enrolled(current, authority, enforcing);
  await current.approve(one);
  assert.equal(await mintIn(current), 2);
  await current.log.publish();
  assert.ok('jwe' in (await collector(current.collectPorts())(current.call())));
  later(current, 1);
  await current.answer(
    clerk,
    await answerOf(current, { decision: 'object', ground: 'ne-bis-in-idem', text: 'Tried here already.' }),
  );
  await assert.rejects(collector(current.collectPorts())(current.call()), code('case-closed'));
  await expirer(current.expirePorts()).onEntries(new Set([`case/${current.id}`]));
  assert.equal(current.kms.liveGrants().length, 0);
  const { status, reason } = await current.stored();
  assert.deepEqual([status, reason], ['Suspended', 'ne-bis-in-idem']);
});
