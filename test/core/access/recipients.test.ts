import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { type CollectCall, collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { registryProver } from '#core/access/prover.ts';
import { askersRecipient, recipientShown } from '#core/access/recipient.ts';
import { commitment } from '#core/log/commitment.ts';
import type { EntryOf } from '#core/log/entry.ts';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { keyInLog } from '#core/registry/records.ts';
import { agencyStream } from '#core/state/registry-changes.ts';
import { receivedAt } from '../cases/cases.ts';
import { type Holder, holder } from '../registry/registry.ts';
import { change, encryptTo } from './enrolling.ts';
import { agencyKey, officer, one, two } from './people.ts';
import { smuggle } from './smuggling.ts';
import { ofKind, type World, world } from './world.ts';

/** To whom an answer is encrypted: the officer who collects, and whoever writes tables does not change that. */

interface Pair {
  jwk: Record<string, unknown>;
  thumbprint: string;
  privateKey: KeyObject;
}

async function newPair(): Promise<Pair> {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const jwk = { ...publicKey.export({ format: 'jwk' }) };
  return { jwk, privateKey, thumbprint: (await importEncryptionKey(jwk)).thumbprint };
}
const agencys: Pair = {
  ...agencyKey,
  thumbprint: (await importEncryptionKey(agencyKey.jwk)).thumbprint,
};

async function minted(): Promise<World> {
  const current = await world();
  for (const reviewer of [one, two]) await current.approve(reviewer);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  return current;
}

/** One more officer of the agency, or another signing key of the same, with a key to decrypt with or without. */
async function join(current: World, name: string, own?: Pair): Promise<Holder> {
  const person = holder(name, 'agency', 'agency-1');
  const { publicKey } = person.key;
  const encryptionKey = own === undefined ? {} : { encryptionKey: own.jwk };
  const { members = [] } = (await current.state.registry.getAgency('agency-1')) ?? {};
  await change(
    current,
    { kind: 'officer', agency: 'agency-1', officer: { holder: name, publicKey, ...encryptionKey } },
    members.length === 0 ? {} : { confirming: officer },
  );
  await current.log.publish();
  const key = await current.state.registry.getKey(person.key.keyId);
  assert.ok(key);
  return { ...person, key };
}

async function give(current: World, { key }: Holder, own: Pair, activeFrom?: string): Promise<string> {
  const id = await change(
    current,
    {
      kind: 'encryption-key',
      agency: 'agency-1',
      officer: key.holder,
      encryptionKey: own.jwk,
      ...(activeFrom === undefined ? {} : { activeFrom }),
    },
    { confirming: officer },
  );
  await current.log.publish();
  return id;
}

const callBy = (current: World, { key }: Holder, also: Partial<CollectCall> = {}): CollectCall => ({
  ...current.call(),
  keyId: key.keyId,
  key: keyInLog(key),
  ...also,
});

async function collectedBy(current: World, by: Holder, also: Partial<CollectCall> = {}): Promise<string> {
  const answer = await collector(current.collectPorts())(callBy(current, by, also));
  assert.ok('jwe' in answer);
  return answer.jwe;
}

/** The key that an answer is for, which opens it. */
async function isFor(jwe: string, { thumbprint, privateKey }: Pair, why?: string): Promise<void> {
  assert.equal(decodeProtectedHeader(jwe).kid, thumbprint, why);
  assert.ok((await compactDecrypt(jwe, privateKey)).plaintext.length > 0);
}

const shownTo = (current: World, { key }: Holder) =>
  recipientShown(current.collectPorts())({
    keyId: key.keyId,
    agency: 'agency-1',
    at: current.clock.now(),
  });

test('what an officer collects is for their own key; for the agency’s, where they have none', async () => {
  const current = await minted();
  const [theirs, first] = [await newPair(), await newPair()];
  const second = await join(current, 'officer-2', theirs);
  await isFor(await collectedBy(current, second), theirs, 'enrolled with one');
  await isFor(await collectedBy(current, officer), agencys, 'whatever others have');
  await give(current, officer, first);
  await isFor(await collectedBy(current, officer), first, 'given one later');
  assert.equal((await shownTo(current, second)).recipient.thumbprint, theirs.thumbprint);
});

test('an agency’s next encryption key takes no officer’s own away', async () => {
  const current = await minted();
  const [theirs, next] = [await newPair(), await newPair()];
  const second = await join(current, 'officer-2', theirs);
  await encryptTo(current, next.jwk);
  await isFor(await collectedBy(current, officer), next);
  await isFor(await collectedBy(current, second), theirs);
});

test('each signing key has the encryption key that came with it, until its officer is given another', async () => {
  const current = await minted();
  const [old, next, last] = [await newPair(), await newPair(), await newPair()];
  const before = await join(current, 'officer-2', old);
  const after = await join(current, 'officer-2', next);
  await isFor(await collectedBy(current, before), old);
  await isFor(await collectedBy(current, after), next);
  await give(current, after, last);
  await isFor(await collectedBy(current, before), last);
  assert.equal((await shownTo(current, after)).recipient.thumbprint, last.thumbprint);
});

test('a key that is not active yet receives nothing, and the officer is told of it', async () => {
  const current = await minted();
  const own = await newPair();
  const activeFrom = '2026-12-24T00:00:00.000Z';
  await give(current, officer, own, activeFrom);
  await isFor(await collectedBy(current, officer), agencys);
  assert.deepEqual(await shownTo(current, officer), {
    officer: 'officer-1',
    recipient: { thumbprint: agencys.thumbprint, of: 'agency', activeFrom: receivedAt },
    next: { thumbprint: own.thumbprint, of: 'officer', activeFrom },
  });
});

test('an officer is told the key that their answers go to, and asked to come again while the log is behind', async () => {
  const current = await minted();
  const own = await newPair();
  const second = await join(current, 'officer-2', own);
  assert.deepEqual(await shownTo(current, second), {
    officer: 'officer-2',
    recipient: { thumbprint: own.thumbprint, of: 'officer', activeFrom: second.key.activeFrom },
  });
  await change(
    current,
    { kind: 'encryption-key', agency: 'agency-1', officer: 'officer-2', encryptionKey: agencys.jwk },
    { confirming: officer },
  );
  await assert.rejects(shownTo(current, second), { code: 'try-again' });
  const ports = { ...current.collectPorts(), readLog: async () => undefined };
  await assert.rejects(recipientShown(ports)({ ...callBy(current, second) }), { code: 'try-again' });
  const stranger = callBy(current, second, { agency: undefined });
  await assert.rejects(recipientShown(current.collectPorts())(stranger), { code: 'key-role' });
});

test('a key that cannot decrypt the answer is refused before anything is announced, opened or counted', async () => {
  const current = await minted();
  const own = await newPair();
  const second = await join(current, 'officer-2', own);
  const before = await current.stored();
  for (const [by, recipient] of [
    [second, agencys.thumbprint],
    [officer, own.thumbprint],
    [officer, 'A'.repeat(43)],
  ] as const)
    await assert.rejects(collectedBy(current, by, { recipient }), { code: 'recipient-differs' });
  assert.deepEqual(ofKind(current.entriesOf(), 'collection.intended'), []);
  assert.deepEqual(current.opened, []);
  assert.deepEqual(await current.stored(), before);
  await isFor(await collectedBy(current, second, { recipient: own.thumbprint }), own);
  await isFor(await collectedBy(current, officer, { recipient: agencys.thumbprint }), agencys);
});

test('an intent that waits for one officer’s answer is not another’s: each is announced to their own key', async () => {
  const current = await minted();
  const own = await newPair();
  const second = await join(current, 'officer-2', own);
  // The sequencer stands still: the first officer is asked to come again.
  const clock = { now: current.clock.now, pause: async (ms: number) => current.clock.pause(ms) };
  const slow = collector({ ...current.collectPorts(), clock });
  assert.ok('later' in (await slow(current.call())));
  await isFor(await collectedBy(current, second), own);
  await current.log.publish();
  const salt = (await current.stored()).salt;
  const announced = ofKind(current.entriesOf(), 'collection.intended') as EntryOf<'collection.intended'>[];
  assert.deepEqual(
    announced.map(({ data }) => data.recipient),
    [agencys, own].map(({ thumbprint }) => commitment(salt, 'recipient', thumbprint)),
  );
  assert.equal((await current.stored()).collections, 1);
});

test('an officer who was revoked and comes back without a key of their own gets none of the past back', async () => {
  const current = await minted();
  const [lost, given] = [await newPair(), await newPair()];
  const second = await join(current, 'officer-2', lost);
  await give(current, second, given);
  const agency = await current.state.registry.getAgency('agency-1');
  assert.ok(agency);
  await current.state.registry.commitRevocation(second.key, 'officer-1', 'stolen', current.clock.now(), {
    agency,
  });
  await current.log.publish();
  await assert.rejects(collectedBy(current, second), { code: 'record-unproven' });
  const again = await join(current, 'officer-2');
  await isFor(await collectedBy(current, again), agencys);
});

test('what a reviewer writes is for the officer who asked; for their agency, once they are revoked', async () => {
  const current = await minted();
  const own = await newPair();
  const second = await join(current, 'officer-2', own);
  const recipientOf = askersRecipient(current.collectPorts());
  const asked = { agency: 'agency-1', askedBy: second.key.keyId };
  const at = current.clock.now();
  assert.equal((await recipientOf(asked, at))?.thumbprint, own.thumbprint);
  assert.equal(await recipientOf({ ...asked, agency: 'agency-2' }, at), undefined);
  assert.equal(await recipientOf({ ...asked, askedBy: 'nobody' }, at), undefined);
  await current.state.registry.commitRevocation(second.key, 'officer-1', 'left', at, {});
  await current.log.publish();
  assert.equal((await recipientOf(asked, at))?.thumbprint, agencys.thumbprint);
});

test('a case’s file can name each key that an officer of the agency ever had', async () => {
  const current = await minted();
  const [own, next] = [await newPair(), await newPair()];
  const second = await join(current, 'officer-2', own);
  await give(current, second, next);
  const log = await current.log.read();
  assert.ok(log);
  const prover = registryProver(current.state.registry);
  assert.deepEqual(await prover.ownRecipients(log, 'agency-1'), [own.thumbprint, next.thumbprint]);
});

test('I11: whoever writes an officer’s change or record has no answer go to another key, nor to the agency’s', async () => {
  const [own, thief] = [await newPair(), await newPair()];
  const lies: [string, (current: World, second: Holder, given: string) => void][] = [
    ['the change is gone', ({ store }, _, id) => store.remove('registry', { pk: `change#${id}` })],
    ['the key in it', (current, _, id) => edit(current, id, { encryptionKey: thief.jwk })],
    ['its officer', (current, _, id) => edit(current, id, { officer: 'officer-1' })],
    ['it is the agency’s', (current, _, id) => edit(current, id, { officer: undefined })],
    ['its salt', (current, _, id) => plant(current, `change#${id}`, { salt: new Uint8Array(32).fill(9) })],
    ['its decisions', (current, _, id) => plant(current, `change#${id}`, { decisions: [] })],
    [
      'whose the signing key is',
      (current, { key }) => plant(current, `key#${key.keyId}`, { holder: 'officer-1' }),
    ],
    [
      'what enrolled the signing key',
      (current, { key }) => plant(current, `key#${key.keyId}`, { enrolledBy: officer.key.enrolledBy }),
    ],
  ];
  for (const [what, lie] of lies) {
    const current = await minted();
    const second = await join(current, 'officer-2');
    const given = await give(current, second, own);
    lie(current, second, given);
    await assert.rejects(collectedBy(current, second), { code: 'record-unproven' }, what);
    assert.deepEqual(current.opened, [], what);
    assert.ok((current.watch.counts.get('ApprovalsNotProven') ?? 0) > 0, `an alarm: ${what}`);
  }
  function plant({ store }: World, pk: string, altered: Record<string, unknown>): void {
    const item = store.items('registry').find((each) => each.pk === pk);
    store.plant('registry', { ...item, ...altered });
  }
  function edit(current: World, id: string, altered: Record<string, unknown>): void {
    const item = current.store.items('registry').find(({ pk }) => pk === `change#${id}`);
    const proposal = typeof item?.proposal === 'object' ? item.proposal : {};
    const edited = Object.entries({ ...proposal, ...altered }).filter(([, value]) => value !== undefined);
    plant(current, `change#${id}`, { proposal: Object.fromEntries(edited) });
  }
});

test('I11: an entry that nobody’s change stands behind gives no officer a key, and takes none from them', async () => {
  const own = await newPair();
  for (const by of ['change/forged', officer.key.enrolledBy]) {
    const current = await minted();
    const second = await join(current, 'officer-2', own);
    const thief = await newPair();
    const n = current.entriesIn(agencyStream('agency-1')).length + 1;
    const data = {
      agency: 'agency-1',
      by,
      officer: commitment(new Uint8Array(32), 'holder', 'officer-2'),
      recipient: commitment(new Uint8Array(32), 'recipient', thief.thumbprint),
      activeFrom: receivedAt,
    };
    await smuggle(current, agencyStream('agency-1'), { kind: 'recipient.enrolled', data }, n);
    await assert.rejects(collectedBy(current, second), { code: 'record-unproven' }, by);
    assert.deepEqual(current.opened, [], by);
  }
});

test('I11: an entry that is slipped into the log again brings no key back that was replaced', async () => {
  const current = await minted();
  const [lost, next, agencysNext] = [await newPair(), await newPair(), await newPair()];
  const second = await join(current, 'officer-2', lost);
  await give(current, second, next);
  await encryptTo(current, agencysNext.jwk);
  const stream = agencyStream('agency-1');
  const old = current.entriesIn(stream);
  for (const { kind, data } of old) {
    if (kind === 'recipient.enrolled') {
      await smuggle(current, stream, { kind, data }, current.entriesIn(stream).length + 1);
      break;
    }
  }
  const [first] = old;
  assert.ok(first?.kind === 'agency.changed');
  const again = { kind: first.kind, data: first.data } as const;
  await smuggle(current, stream, again, current.entriesIn(stream).length + 1);
  await isFor(await collectedBy(current, second), next);
  await isFor(await collectedBy(current, officer), agencysNext);
});
