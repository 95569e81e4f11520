import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { jsonDigest } from '#core/canonical.ts';
import type { Case } from '#core/cases/case.ts';
import { suspend } from '#core/cases/deciding.ts';
import type { Request } from '#core/cases/request.ts';
import { commitment } from '#core/log/commitment.ts';
import type { EntryBody } from '#core/log/entry.ts';
import type { Change, Proposal } from '#core/registry/change.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { commit } from '#core/state/commit.ts';
import { agencyStream, keyStream } from '#core/state/registry-changes.ts';
import { receivedAt } from '../cases/cases.ts';
import { type Holder, holder } from '../registry/registry.ts';
import { change, encryptTo, enrolled } from './enrolling.ts';
import { judged } from './judging.ts';
import { officer, one, openAnswer, third, two } from './people.ts';
import { smuggle } from './smuggling.ts';
import { agencyItem, asked, keyItem, type World, world } from './world.ts';

/** Who asks, who calls, to whom it is encrypted and about whom: what somebody can do to it who writes every table. */

const approve = async (current: World, caseId = current.id, people: readonly Holder[] = [one, two]) => {
  for (const person of people) await current.approve(person, caseId);
  await current.log.publish();
};

const mint = async (current: World) => {
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
};

async function minted(of?: Request): Promise<World> {
  const current = await world(of);
  await approve(current);
  await mint(current);
  return current;
}

const collect = (current: World, call = current.call()) => collector(current.collectPorts())(call);

const unproven = { code: 'record-unproven' };
const isRefused = async (current: World, what: Promise<unknown>, code: string, why: string) => {
  await assert.rejects(what, { code }, why);
  assert.deepEqual(current.opened, [], why);
  assert.ok((current.watch.counts.get('ApprovalsNotProven') ?? 0) > 0, `an alarm: ${why}`);
};

/** A key's record that somebody writes, and all that they can put into the outbox to make it look real. */
async function forgedOfficer(current: World, enrolledBy: string): Promise<Holder> {
  const thief = holder('thief', 'agency', 'agency-1');
  const key = { ...thief.key, enrolledBy, activeFrom: receivedAt, enrolledAt: receivedAt };
  current.store.plant('registry', { pk: `key#${key.keyId}`, ...key });
  await smuggle(current, keyStream(key), enrolledBody(key));
  return { ...thief, key };
}

const enrolledBody = (key: KeyRecord): EntryBody => ({
  kind: 'key.enrolled',
  data: {
    role: key.role,
    ...(key.agency === undefined ? {} : { agency: key.agency }),
    key: commitment(key.salt, 'key', key.keyId),
    holder: commitment(key.salt, 'holder', key.holder),
    by: key.enrolledBy,
    activeFrom: key.activeFrom,
  },
});

/** A change as somebody writes it: of this proposal, with the decisions of another. */
async function forgedChange(current: World, id: string, proposal: Proposal): Promise<Change> {
  const real = await current.state.registry.getChange(officer.key.enrolledBy.slice('change/'.length));
  assert.ok(real);
  const forged = { ...real, id, proposal, digest: jsonDigest(proposal) };
  current.store.plant('registry', { pk: `change#${id}`, ...forged });
  return forged;
}

test('I11: a key’s record with role agency that no two reviewers signed asks for nothing', async () => {
  for (const by of ['founding/1', officer.key.enrolledBy, 'change/forged', 'nothing']) {
    const current = await world();
    const thief = await forgedOfficer(current, by);
    const { holder: name, publicKey } = thief.key;
    await forgedChange(current, 'forged', {
      kind: 'officer',
      agency: 'agency-1',
      officer: { holder: name, publicKey },
    });
    const caseId = await current.receive(asked, thief);
    await approve(current, caseId);
    await mint(current);
    assert.deepEqual(current.kms.liveGrants(), [], by);
    assert.deepEqual(current.watch.lines.at(-1)?.facts, { case: caseId, missing: 'asker' }, by);
    assert.equal(current.watch.counts.get('ApprovalsNotProven'), 1, by);
  }
});

test('I11: an officer whom two reviewers enrolled, and the agency did not confirm, asks for nothing', async () => {
  const current = await world();
  const insider = holder('insider', 'agency', 'agency-1');
  const { holder: name, publicKey } = insider.key;
  const proposal = { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } } as const;
  // The registry believed that the agency had nobody who could confirm.
  await change(current, proposal);
  const caseId = await current.receive(asked, insider);
  await approve(current, caseId);
  await mint(current);
  assert.deepEqual(current.watch.lines.at(-1)?.facts, { case: caseId, missing: 'asker' });

  const honest = await world();
  await change(honest, proposal, { confirming: officer });
  const theirs = await honest.receive(asked, insider);
  await approve(honest, theirs);
  await mint(honest);
  assert.equal(honest.kms.liveGrants().length, 2);
});

test('an agency whose officers are all revoked has another enrolled by two reviewers alone', async () => {
  const current = await world();
  const { registry } = current.state;
  const agency = await registry.getAgency('agency-1');
  const key = await registry.getKey(officer.key.keyId);
  assert.ok(agency && key);
  await registry.commitRevocation(key, 'reviewer-1', 'left', current.clock.now(), { agency });
  const newcomer = holder('newcomer', 'agency', 'agency-1');
  const { holder: name, publicKey } = newcomer.key;
  await change(current, { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } });
  const caseId = await current.receive(asked, newcomer);
  await approve(current, caseId);
  await mint(current);
  assert.equal(current.kms.liveGrants().length, 2);
});

test('I11: a request of an agency is one that an officer of this agency asked, and nobody else', async () => {
  const current = await world();
  for (const person of [await enrolled(current, 'agency-2'), third]) {
    const caseId = await current.receive(asked, person);
    await approve(current, caseId);
    await mint(current);
    assert.deepEqual(current.kms.liveGrants(), []);
    assert.deepEqual(current.watch.lines.at(-1)?.facts, { case: caseId, missing: 'asker' });
  }
});

test('I11: a request that another officer signed, or that says otherwise, is not what this case asks', async () => {
  const current = await world();
  const colleague = holder('colleague', 'agency', 'agency-1');
  const { holder: name, publicKey } = colleague.key;
  const proposal = { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } } as const;
  await change(current, proposal, { confirming: officer });
  await approve(current);
  const other = await current.receive({
    ...asked,
    period: { ...asked.period, from: '2026-10-01T00:00:00Z' },
  });
  const theirs = await current.stored(other);
  const opened = await current.kms.desk.open(theirs.request, { case: other, part: 'request' });
  const resealed = await current.kms.desk.seal(opened, { case: current.id, part: 'request' });
  const seals: [string, (stored: Case) => Case, string][] = [
    ['another officer', (stored) => ({ ...stored, askedBy: colleague.key.keyId }), 'asker'],
    ['another case’s message', (stored) => ({ ...stored, request: theirs.request }), 'request'],
    ['another message, sealed for this case', (stored) => ({ ...stored, request: resealed }), 'request'],
    ['no message', (stored) => ({ ...stored, request: new Uint8Array(300) }), 'request'],
    ['an earlier receipt', (stored) => ({ ...stored, receivedAt: '2026-11-20T09:00:00.000Z' }), 'asker'],
    ['a later receipt', (stored) => ({ ...stored, receivedAt: '2026-11-20T10:00:01.000Z' }), 'asker'],
  ];
  const before = await current.stored();
  for (const [what, alter, missing] of seals) {
    await current.forge(() => alter(before));
    assert.equal(await judged(current, what), missing, what);
  }
  await current.forge(() => before);
  assert.deepEqual(await judged(current, 'as it was'), ['reviewer-1', 'reviewer-2']);
});

test('I11: a caller’s key that nobody enrolled, or that was revoked and put back, collects nothing', async () => {
  const current = await minted();
  const thief = await forgedOfficer(current, officer.key.enrolledBy);
  const call = { ...current.call(), keyId: thief.key.keyId };
  await isRefused(current, collect(current, call), 'record-unproven', 'forged');

  const restored = await minted();
  const colleague = holder('colleague', 'agency', 'agency-1');
  const { holder: name, publicKey } = colleague.key;
  const proposal = { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } } as const;
  await change(restored, proposal, { confirming: officer });
  await restored.log.publish();
  const theirs = { ...restored.call(), keyId: colleague.key.keyId };
  await revokeAndRestore(restored, colleague);
  await isRefused(restored, collect(restored, theirs), 'record-unproven', 'put back');
});

test('I11: another agency’s officer collects nothing, whatever the registry says of their key', async () => {
  const current = await minted();
  const other = await enrolled(current, 'agency-2');
  current.store.plant('registry', { ...keyItem(current, other), agency: 'agency-1' });
  const call = { ...current.call(), keyId: other.key.keyId };
  await isRefused(current, collect(current, call), 'record-unproven', 'moved');
});

const thiefKey = () => ({ ...generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }) });

test('I11: an encryption key appended to an agency’s record receives nothing', async () => {
  const current = await minted();
  const { key, thumbprint } = await importEncryptionKey(thiefKey());
  const theirs = { key, thumbprint, activeFrom: receivedAt };
  for (const by of [officer.key.enrolledBy, 'change/forged']) {
    const stored = agencyItem(current);
    const encryptionKeys = [
      ...(Array.isArray(stored.encryptionKeys) ? stored.encryptionKeys : []),
      { ...theirs, by },
    ];
    current.store.plant('registry', { ...stored, encryptionKeys });
    const answer = await collect(current);
    assert.ok('jwe' in answer);
    // What leaves is what would have left, to the agency.
    await openAnswer(answer.jwe, current.kms.provider.jwk);
  }
});

test('a new encryption key of which the log does not know yet is waited for, and nothing announced to the old one', async () => {
  const current = await minted();
  const next = { ...generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }) };
  const proposal = { kind: 'encryption-key', agency: 'agency-1', encryptionKey: next } as const;
  await change(current, proposal, { confirming: officer });
  assert.ok('later' in (await collect(current)));
  assert.ok(!current.entriesOf().some(({ kind }) => kind === 'collection.intended'));
  await current.log.publish();
  const answer = await collect(current);
  assert.ok('jwe' in answer);
  assert.equal(decodeProtectedHeader(answer.jwe).kid, (await importEncryptionKey(next)).thumbprint);
});

test('I11: an encryption key that the log names by a change that nobody signed receives nothing', async () => {
  const current = await minted();
  const jwk = thiefKey();
  const { thumbprint } = await importEncryptionKey(jwk);
  const forged = await forgedChange(current, 'forged', {
    kind: 'encryption-key',
    agency: 'agency-1',
    encryptionKey: jwk,
  });
  const data = {
    agency: 'agency-1',
    by: 'change/forged',
    people: 0,
    recipient: commitment(forged.salt, 'recipient', thumbprint),
    activeFrom: receivedAt,
  };
  await smuggle(current, agencyStream('agency-1'), { kind: 'agency.changed', data }, 2);
  await isRefused(current, collect(current), 'record-unproven', 'smuggled');
});

test('I11: an agency’s record put back to an older version brings no older key back, and decides nothing', async () => {
  const current = await minted();
  const before = agencyItem(current);
  const next = generateKeyPairSync('x25519');
  await encryptTo(current, { ...next.publicKey.export({ format: 'jwk' }) });
  current.store.plant('registry', before);
  const { newest } = current;
  await assert.rejects(newest.getAgency('agency-1'), unproven);
  const answer = await collect(current);
  assert.ok('jwe' in answer);
  const { thumbprint } = await importEncryptionKey(next.publicKey.export({ format: 'jwk' }));
  assert.equal(decodeProtectedHeader(answer.jwe).kid, thumbprint);
  await assert.rejects(openAnswer(answer.jwe, current.kms.provider.jwk));
});

test('I11: a record of an agency, of the desk or of emergencies that is older than the log is believed nowhere', async () => {
  const current = await world();
  const { store, state, newest } = current;
  const desk = store.items('registry').find(({ pk }) => pk === 'desk');
  assert.ok(desk);
  assert.ok(await newest.getAgency('agency-1'));
  assert.ok(await newest.getDesk());
  await newest.checkAccepted('agency-1');
  await change(current, { kind: 'policy', policyHash: jsonDigest('another policy') });
  const emergencies = await state.emergencies.get('agency-1');
  await commit(store, state.emergencies.suspend(emergencies, current.id));
  await current.log.publish();
  await assert.rejects(newest.checkAccepted('agency-1'), { code: 'emergencies-suspended' });
  store.remove('registry', { pk: 'emergencies#agency-1' });
  await assert.rejects(newest.checkAccepted('agency-1'), unproven);
  store.plant('registry', desk);
  await assert.rejects(newest.getDesk(), unproven);
  for (const pk of ['desk', 'agency#agency-1']) store.remove('registry', { pk });
  await assert.rejects(newest.getDesk(), unproven);
  await assert.rejects(newest.getAgency('agency-1'), unproven);
  assert.equal(await newest.getAgency('nobody'), undefined);
});

test('I11: a record of the desk that is older than the log adopts no policy', async () => {
  const current = await world();
  await approve(current);
  const desk = current.store.items('registry').find(({ pk }) => pk === 'desk');
  assert.ok(desk);
  await change(current, { kind: 'policy', policyHash: jsonDigest('another policy') });
  await current.log.publish();
  const newest = current.store.items('registry').find(({ pk }) => pk === 'desk');
  assert.ok(newest);
  current.store.force('registry', desk);
  assert.equal(await judged(current, 'put back'), 'policy');
  // The desk keeps the policy before the newest until that is replaced.
  current.store.force('registry', newest);
  assert.deepEqual(await judged(current, 'as it is'), ['reviewer-1', 'reviewer-2']);
});

/** What ends a case, or its way to being opened. */
const endings: [string, (current: World) => Promise<unknown>][] = [
  ['withdrawal', (current) => current.withdraw()],
  [
    'suspension',
    (current) =>
      current.state.cases.change(current.id, (it) =>
        suspend(
          it,
          { requestDigest: it.requestDigest, ground: 'other', reason: 'x' },
          {
            reviewer: 'reviewer-1',
            keyId: one.key.keyId,
            key: keyInLog(one.key),
            at: it.receivedAt,
            sealedMessage: new Uint8Array(),
            policyHash: it.policyHash,
            explanation: '',
          },
        ),
      ),
  ],
];

test('I11: a case put back to before its withdrawal or suspension is not minted and not collected', async () => {
  for (const [what, end] of endings) {
    const waiting = await world();
    await approve(waiting);
    const before = await waiting.stored();
    await end(waiting);
    await waiting.log.publish();
    const { entries } = await waiting.stored();
    await waiting.forge(() => before);
    assert.equal(await judged(waiting, what), 'history', what);
    await waiting.forge(() => ({ ...before, entries }));
    assert.equal(await judged(waiting, what), 'open', what);

    const current = await minted();
    const live = await current.stored();
    await end(current);
    await current.log.publish();
    const closed = await current.stored();
    await current.forge(() => live);
    await isRefused(current, collect(current), 'case-not-approved', what);
    await current.forge(() => ({ ...live, entries: closed.entries, version: closed.version }));
    await isRefused(current, collect(current), 'case-not-approved', `${what}, with its entries`);
  }
});

test('I11: a case put back to before its rejection is not minted', async () => {
  const current = await world();
  await current.approve(one);
  const before = await current.stored();
  await current.reject(two);
  await current.log.publish();
  await current.forge(() => before);
  // Whoever approves it now writes an entry for which the log has no place.
  await assert.rejects(current.approve(third), /StoreConflict/);
  await current.log.publish();
  await mint(current);
  assert.deepEqual(current.kms.liveGrants(), []);
});

/** A key is revoked, and somebody puts its item back to what it was before. */
async function revokeAndRestore(current: World, person: Holder): Promise<void> {
  const item = keyItem(current, person);
  const key = await current.state.registry.getKey(person.key.keyId);
  assert.ok(key);
  await current.state.registry.commitRevocation(key, 'reviewer-1', 'stolen', receivedAt, {});
  await current.log.publish();
  current.store.plant('registry', item);
}

test('I11: a revoked officer’s request is neither minted nor collected though the registry’s item is restored', async () => {
  const before = await world();
  await approve(before);
  const current = await minted();
  const colleague = holder('colleague', 'agency', 'agency-1');
  const { holder: name, publicKey } = colleague.key;
  const proposal = { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } } as const;
  await change(current, proposal, { confirming: officer });
  await current.log.publish();
  for (const it of [before, current]) await revokeAndRestore(it, officer);
  assert.equal(await judged(before, 'not minted'), 'asker');
  const call = { ...current.call(), keyId: colleague.key.keyId };
  await assert.rejects(collect(current, call), { code: 'case-closed' });
  assert.deepEqual(current.opened, []);
});

test('I11: a revoked reviewer’s approval does not count though the registry’s item is restored', async () => {
  const before = await world();
  await approve(before);
  const current = await minted();
  for (const it of [before, current]) await revokeAndRestore(it, two);
  assert.equal(await judged(before, 'not minted'), 'approvals');
  await assert.rejects(collect(current), { code: 'case-closed' });
  assert.deepEqual(current.opened, []);
});

test('I11: a case whose signers are exchanged or left out in the table is not collected', async () => {
  const current = await minted();
  const colleague = holder('colleague', 'agency', 'agency-1');
  const { holder: name, publicKey } = colleague.key;
  const proposal = { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey } } as const;
  await change(current, proposal, { confirming: officer });
  await current.log.publish();
  const live = await current.stored();
  await current.forge((stored) => ({ ...stored, askedBy: colleague.key.keyId }));
  await isRefused(current, collect(current), 'case-not-approved', 'another officer');
  // A reviewer is revoked, and the case tells of no decision of theirs.
  await revokeAndRestore(current, two);
  const { entries, version, pending } = await current.stored();
  const decisions = live.decisions.slice(0, 1);
  await current.forge(() => ({ ...live, entries, version, ...(pending && { pending }), decisions }));
  await assert.rejects(collect(current), { code: 'case-closed' });
  assert.deepEqual(current.opened, []);
});

test('I11: what decides how much is collected is the log’s, not the table’s', async () => {
  const once = await minted();
  const { policy } = once.collectPorts();
  await collect(once);
  const alterations: [string, (stored: Case) => Case][] = [
    ['fewer collections', (stored) => ({ ...stored, collections: 0 })],
    [
      'more collections allowed',
      (stored) => ({ ...stored, collectionsAllowed: stored.collectionsAllowed + 1 }),
    ],
    ['pages that are left', (stored) => ({ ...stored, unfinished: { collection: 1, page: 1 } })],
    ['another priority', (stored) => ({ ...stored, priority: 'Emergency' })],
    ['another request', (stored) => ({ ...stored, requestDigest: jsonDigest('another') })],
    ['another policy', (stored) => ({ ...stored, policyHash: jsonDigest('another') })],
    ['a later end', (stored) => ({ ...stored, expiresAt: '2030-01-01T00:00:00.000Z' })],
    ['an earlier end', (stored) => ({ ...stored, expiresAt: '2026-11-21T00:00:00.000Z' })],
    ['more holders', (stored) => ({ ...stored, holders: [[{ subject: 'victim' }]] })],
    ['no holders', ({ holders: _, ...stored }) => stored],
    ['fewer grants', (stored) => ({ ...stored, grants: stored.grants?.slice(1) })],
  ];
  const opened = once.opened.length;
  const stored = await once.stored();
  assert.equal(stored.collectionsAllowed, policy.limits.collections);
  for (const [what, alter] of alterations) {
    const now = await once.stored();
    await once.forge(() => alter({ ...stored, entries: now.entries, version: now.version }));
    await assert.rejects(collect(once), { code: 'case-not-approved' }, what);
    assert.equal(once.opened.length, opened, what);
    await once.log.publish();
  }
});

test('I11: minting sets down the end and the collections by the policy and the log, whatever the case says', async () => {
  const current = await world();
  await approve(current);
  const honest = await current.stored();
  await current.forge((stored) => ({
    ...stored,
    expiresAt: '9999-01-01T00:00:00.000Z',
    collectionsAllowed: 99,
  }));
  await mint(current);
  const { expiresAt, collectionsAllowed } = await current.stored();
  assert.deepEqual([expiresAt, collectionsAllowed], [honest.expiresAt, honest.collectionsAllowed]);
  assert.ok('jwe' in (await collect(current)));
});
