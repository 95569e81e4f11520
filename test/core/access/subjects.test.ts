import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { stillNamed } from '#core/access/resolved.ts';
import type { Holder } from '#core/cases/case.ts';
import type { Request } from '#core/cases/request.ts';
import { judged } from './judging.ts';
import { one, openAnswer, two } from './people.ts';
import { asked, type World, world } from './world.ts';

/** Whom a request is about: tables alone tell whom a number stands for, so it is asked twice. */

const phone = '+4915112345678';
const events = [
  { account: 'alice', at: '2026-09-01T00:00:00Z', phone },
  { account: 'alice', at: '2026-09-15T12:00:00Z', ip: '192.0.2.1', port: 40_000 },
  { account: 'victim', at: '2026-09-15T12:00:00Z', ip: '192.0.2.99', port: 40_001 },
];
const byNumber: Request = { ...asked, subjects: [{ kind: 'phone', value: phone }] };

/** Names as they are learnt: whoever took the number, and what somebody had in its place since. */
const takes = (account: string, at: string, number = phone) => ({ account, at, phone: number });
const another = '+4915187654321';

/** A deployment that knows both people. The number is alice's. */
async function begun(): Promise<{ current: World; victim: string; alice: string }> {
  const current = await world({ ...asked, period: byNumber.period }, events);
  const all = current.store.items('vault').map(({ pk }) => String(pk));
  const [victim] = all.filter((pk) => !pk.startsWith('lookup#') && pk !== current.subject);
  assert.ok(victim);
  return { current, victim, alice: current.subject };
}

async function mint(current: World, id: string): Promise<string[]> {
  for (const person of [one, two]) await current.approve(person, id);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  return [...new Set(current.kms.liveGrants().map(({ of }) => of.subject))];
}

test('I11: subjects of a case exchanged in the table mint nothing', async () => {
  const { current, victim } = await begun();
  const id = await current.receive(byNumber);
  await current.forge((stored) => ({ ...stored, subjects: [[{ subject: victim }]] }), id);
  assert.deepEqual(await mint(current, id), []);
  assert.deepEqual(current.watch.lines.at(-1)?.facts, { case: id, missing: 'subjects' });
});

test('I11: who stood behind a number only while it was asked is opened to nobody', async () => {
  const { current, victim, alice } = await begun();
  await current.deliver(takes('victim', '2026-08-20T00:00:00Z'));
  const id = await current.receive(byNumber);
  // Meanwhile the vault learns that the victim had another number before the period.
  await current.deliver(takes('victim', '2026-08-21T00:00:00Z', another));
  const stored = await current.stored(id);
  assert.deepEqual(new Set(stored.subjects.flat().map(({ subject }) => subject)), new Set([alice, victim]));
  assert.deepEqual(await mint(current, id), [alice]);
  const { holders } = await current.stored(id);
  assert.deepEqual(
    holders?.flat().map(({ subject }) => subject),
    [alice],
  );
  const answer = await collector(current.collectPorts())({ ...current.call(), case: id });
  assert.ok('jwe' in answer);
  const { records } = await openAnswer(answer.jwe, current.kms.provider.jwk);
  assert.deepEqual(
    records.map((record) => 'ip' in record && record.ip),
    ['192.0.2.1'],
  );
});

test('I11: who stands behind a number only since it was asked, and was seen by nobody, is opened to nobody', async () => {
  const { current, victim, alice } = await begun();
  const id = await current.receive(byNumber);
  await current.deliver(takes('victim', '2026-09-02T00:00:00Z'));
  // Asked again, the number leads to both.
  const again = await current.stored(await current.receive(byNumber));
  assert.deepEqual(new Set(again.subjects.flat().map(({ subject }) => subject)), new Set([alice, victim]));
  assert.deepEqual(await mint(current, id), [alice]);
});

test('I11: somebody is opened only for the time in which both the case and the vault name them', async () => {
  const { current, alice } = await begun();
  const id = await current.receive(byNumber);
  // Meanwhile the vault learns that alice gave the number up before she logged in.
  await current.deliver(takes('alice', '2026-09-10T00:00:00Z', another));
  assert.deepEqual(await mint(current, id), [alice]);
  const answer = await collector(current.collectPorts())({ ...current.call(), case: id });
  assert.ok('jwe' in answer);
  assert.deepEqual((await openAnswer(answer.jwe, current.kms.provider.jwk)).records, []);
});

test('who was erased since the request is opened to nobody, and the case has nothing to disclose', async () => {
  const { current } = await begun();
  const ports = current.mintPorts();
  for (const person of [one, two]) await current.approve(person);
  await current.log.publish();
  assert.deepEqual(await judged(current, 'proven'), ['reviewer-1', 'reviewer-2']);
  const other = await current.receive();
  for (const person of [one, two]) await current.approve(person, other);
  await current.log.publish();
  const minting = minter({ ...ports, resolve: async () => [] });
  await minting([{ from: 0n, to: await current.size() }]);
  assert.equal((await current.stored(other)).status, 'DisclosureNotAvailable');
});

const instant = fc.integer({ min: 0, max: 12 }).map((n) => new Date(Date.UTC(2026, n)).toISOString());
const holder: fc.Arbitrary<Holder> = fc
  .record(
    { subject: fc.constantFrom('a', 'b'), from: instant, to: instant },
    { requiredKeys: ['subject'], noNullPrototype: true },
  )
  .filter(({ from = '', to = '~' }) => from < to);
const holders = fc.array(fc.array(holder, { maxLength: 4 }), { maxLength: 3 });

/** Whether somebody stands behind a subject at an instant. */
const stands = (all: readonly (readonly Holder[])[], i: number, subject: string, at: string) =>
  (all[i] ?? []).some(({ subject: who, from = '', to = '~' }) => who === subject && from <= at && at < to);

test('I11: somebody is named at an instant where the case and the vault both name them then, and nowhere else', () => {
  fc.assert(
    fc.property(holders, holders, (received, now) => {
      const both = stillNamed(received, now);
      assert.equal(both.length, received.length);
      for (const [i] of received.entries())
        for (const subject of ['a', 'b'])
          for (let month = 0; month < 13; month++) {
            const at = new Date(Date.UTC(2026, month, 2)).toISOString();
            const expected = stands(received, i, subject, at) && stands(now, i, subject, at);
            assert.equal(stands(both, i, subject, at), expected);
          }
    }),
  );
});

test('whom both name in the same way is named so', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(holder), { maxLength: 3 }), (same) => {
      assert.deepEqual(stillNamed(same, same), same);
    }),
  );
});
