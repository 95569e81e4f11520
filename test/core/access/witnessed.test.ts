import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CollectCall, type CollectPorts, collector } from '#core/access/collect.ts';
import { minter } from '#core/access/mint.ts';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { verifyCosignatures } from '#core/log/cosignature.ts';
import { intentMinutes } from '#core/log/limits.ts';
import { formatNote, parseNote } from '#core/log/note.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { parseTlogProof, verifyTlogProof } from '#core/log/tlog-proof.ts';
import { leafHash } from '#core/log/tree.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import { everyFault, type Faults, faults } from '../../memory/faults.ts';
import { cosignatureLine, cosigner } from '../log/cosigner.ts';
import { one, openAnswer, two } from './people.ts';
import { asked, fork, ofKind, type World, world } from './world.ts';

/** Collecting under a policy that has it wait for witnesses of the log (docs/cases.md). */
const w1 = cosigner('w1.example/witness', 11);
const w2 = cosigner('w2.example/witness', 12);
const stranger = cosigner('w1.example/witness', 13);
const seconds = 1_790_000_000n;

const first = minted();

/** A case that can be collected. */
async function minted(): Promise<World> {
  const current = await world(asked);
  await current.approve(one);
  await current.approve(two);
  await current.log.publish();
  await minter(current.mintPorts())([{ from: 0n, to: await current.size() }]);
  await current.log.publish();
  return current;
}

/** Both must have cosigned. */
const trust: TrustPolicy = {
  logs: [],
  witnesses: [
    { name: 'w1', key: w1.key },
    { name: 'w2', key: w2.key },
  ],
  groups: [{ name: 'both', threshold: 2, members: ['w1', 'w2'] }],
  quorum: 'both',
};

const noteIn = ({ log }: World, file = 'checkpoint') =>
  new TextDecoder().decode(log.files.files.get(file) ?? new Uint8Array());

/** The newest checkpoint, with these lines below the log's own. */
function cosigned(current: World, by = [w1, w2]): string {
  const note = noteIn(current);
  return note + by.map((each) => cosignatureLine(note, each, seconds)).join('');
}
const writeCosigned = (current: World, note: string) => current.log.files.force('cosigned', utf8(note));

interface Setting {
  collect?: 'off' | 'prefer' | 'require';
  patienceSeconds?: number;
  /** What happens while the call waits, as often as it looks. */
  meanwhile?: (current: World) => void | Promise<void>;
  f?: Faults;
}

/** @param collect what the policy says of witnesses; the rest of it is as it was when the case was decided */
function portsOf(
  current: World,
  { collect = 'require', patienceSeconds = 2, meanwhile, f }: Setting,
): CollectPorts {
  const ports = current.collectPorts(f);
  const policy: Policy = { ...ports.policy, witnessed: { collect, patienceSeconds } };
  const pause = async (ms: number) => {
    await ports.clock.pause(ms);
    await meanwhile?.(current);
  };
  const clock = { now: ports.clock.now, pause };
  return { ...ports, policy, clock, readWitnessed: current.witnessedBy(trust, f) };
}

const call = async (current: World, setting: Setting, more: Partial<CollectCall> = {}) =>
  collector(portsOf(current, setting))({ ...current.call(), ...more });

async function collected(
  current: World,
  setting: Setting,
  more: Partial<CollectCall> = {},
): Promise<DisclosurePackage> {
  const answer = await call(current, setting, more);
  assert.ok('jwe' in answer, 'the call waits');
  return openAnswer(answer.jwe, current.kms.provider.jwk);
}

/** Witnesses who cosign each checkpoint as soon as it is published. */
const prompt = (current: World) => writeCosigned(current, cosigned(current));

const kindsOf = (current: World) => current.entriesOf().map(({ kind }) => kind);
const namesOf = (note: string) => parseNote(note).signatures.map(({ name }) => name);

/** What an agency gets that asks again for as long as it is told to. */
async function patiently(current: World, setting: Setting, collect = portsOf(current, setting)) {
  for (let calls = 0; calls < 10; calls++) {
    const answer = await collector(collect)(current.call()).catch((error: unknown) =>
      String(Reflect.get(Object(error), 'code')),
    );
    if (typeof answer === 'string') return answer;
    if ('jwe' in answer) return openAnswer(answer.jwe, current.kms.provider.jwk);
  }
  return assert.fail('it waits for ever');
}

test('a collection that witnesses saw carries the checkpoint that they cosigned, in every form', async () => {
  for (const form of [undefined, 2, 3, 4] as const) {
    for (const collect of ['prefer', 'require'] as const) {
      const current = await fork(await first);
      const { log } = await collected(current, { collect, meanwhile: prompt }, { form });
      assert.deepEqual(namesOf(log.checkpoint), [current.kms.log.verifierKey.name, w1.key.name, w2.key.name]);
      assert.equal(verifyCosignatures(log.checkpoint, [w1.key, w2.key]).length, 2);
      assert.equal(verifyLogProof(log, current.kms.log.verifierKey).envelope.kind, 'collection.intended');
      assert.equal(current.watch.counts.get('LogUnwitnessed'), undefined);
    }
  }
});

test('a package of the fourth form has the same proof as a C2SP tlog-proof over the entry that it carries', async () => {
  for (const collect of ['off', 'require'] as const) {
    const current = await fork(await first);
    const { log, tlogProof } = await collected(current, { collect, meanwhile: prompt }, { form: 4 });
    const proof = parseTlogProof(tlogProof ?? '');
    assert.equal(new TextDecoder().decode(proof.extra), canonicalJson(log.entry));
    assert.deepEqual([proof.checkpoint, `${proof.index}`], [log.checkpoint, log.proof.index]);
    const logs = [{ key: current.kms.log.verifierKey }];
    const policy = collect === 'off' ? { ...trust, quorum: 'none', logs } : { ...trust, logs };
    const { cosignatures } = verifyTlogProof(proof, leafHash(proof.extra ?? new Uint8Array()), policy);
    assert.equal(cosignatures.length, collect === 'off' ? 0 : 2);
  }
});

test('who names no fourth form gets no tlog-proof, and without witnesses no cosignature', async () => {
  for (const form of [undefined, 2, 3] as const) {
    const current = await fork(await first);
    prompt(current);
    const disclosure = await collected(current, { collect: 'off' }, { form });
    assert.equal('tlogProof' in disclosure, false);
    assert.deepEqual(namesOf(disclosure.log.checkpoint), [current.kms.log.verifierKey.name]);
  }
});

test('a collection that prefers witnesses waits for them, and goes on without once their time is over', async () => {
  const current = await fork(await first);
  const setting = { collect: 'prefer', patienceSeconds: 30 } as const;
  const began = Date.parse(current.clock.now());
  const answer = await patiently(current, setting);
  assert.ok(typeof answer === 'object');
  assert.deepEqual(namesOf(answer.log.checkpoint), [current.kms.log.verifierKey.name]);
  const waited = (Date.parse(current.clock.now()) - began) / 1000;
  assert.ok(waited >= 30 && waited < 32, `${waited}`);
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
  // The log was there: waiting for witnesses is no alarm of the log's.
  assert.equal(current.watch.counts.get('LogBehind'), undefined);
});

test('I4 a collection that requires witnesses opens nothing without them, changes nothing, and goes on once they are there', async () => {
  const current = await fork(await first);
  assert.equal(await patiently(current, {}), 'log-unwitnessed');
  const [before, entries] = [await current.stored(), current.entriesOf().length];
  assert.equal(await patiently(current, {}), 'log-unwitnessed');
  assert.deepEqual(current.opened, []);
  assert.deepEqual([await current.stored(), current.entriesOf().length], [before, entries]);
  assert.equal(current.watch.counts.get('LogUnwitnessed'), 2);
  assert.equal(current.watch.counts.get('LogBehind'), undefined);
  prompt(current);
  const { log } = await collected(current, {});
  assert.equal(log.entry.n, before.pending?.entry);
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 1);
});

test('where no witnesses are configured, a policy that requires them opens nothing', async () => {
  const current = await fork(await first);
  const without = { ...portsOf(current, {}), readWitnessed: undefined };
  assert.equal(await patiently(current, {}, without), 'log-unwitnessed');
  assert.deepEqual(current.opened, []);
});

test('the wait counts from the entry in the log, whatever the table says of its time', async () => {
  const current = await fork(await first);
  assert.ok('later' in (await call(current, { patienceSeconds: 30 })));
  await current.forge((stored) => {
    const { pending } = stored;
    assert.ok(pending);
    return { ...stored, pending: { ...pending, at: '2026-01-01T00:00:00.000Z' } };
  });
  // The table's intent is no longer good, so another is announced: it waits anew.
  assert.ok('later' in (await call(current, { patienceSeconds: 30 })));
  assert.deepEqual(current.opened, []);
});

test('an intent that is no longer good is announced anew, and waits for witnesses anew', async () => {
  const current = await fork(await first);
  assert.equal(await patiently(current, { patienceSeconds: 30 }), 'log-unwitnessed');
  current.clock.advance(intentMinutes * 60_000);
  assert.ok('later' in (await call(current, { patienceSeconds: 30 })));
  assert.equal(ofKind(current.entriesOf(), 'collection.intended').length, 2);
});

/** What the bucket may say as the cosigned checkpoint that is none of the intent's. */
const lies: [string, (current: World) => string | Promise<string>][] = [
  ['nothing', () => ''],
  ['no note', () => 'not a note'],
  ['the checkpoint without a cosignature', noteIn],
  ['one witness of two', (current) => cosigned(current, [w1])],
  ['the same witness twice', (current) => cosigned(current, [w1, w1])],
  ['a stranger under a witness’s name', (current) => cosigned(current, [w1, stranger])],
  [
    'a cosignature of another checkpoint',
    (current) =>
      noteIn(current) + [w1, w2].map((each) => cosignatureLine(other(current), each, seconds)).join(''),
  ],
  ['a tree that another key signed', (current) => signedByStranger(current)],
  [
    'a tree that the log’s key signed and the bucket does not have',
    async (current) => {
      const key = current.kms.log.verifierKey;
      const size = (await current.size()) + 5n;
      const text = checkpointText({ origin: key.name, size, root: new Uint8Array(32).fill(9) });
      const note = formatNote(text, key, await current.kms.log.sign(utf8(text)));
      return note + [w1, w2].map((each) => cosignatureLine(note, each, seconds)).join('');
    },
  ],
];
const other = (current: World) => noteIn(current).replace(/\n\d+\n/, '\n1\n');
const signedByStranger = (current: World) => {
  const { text } = parseNote(noteIn(current));
  const note = formatNote(
    text,
    { ...current.kms.log.verifierKey, publicKey: w1.key.publicKey },
    new Uint8Array(64),
  );
  return note + [w1, w2].map((each) => cosignatureLine(note, each, seconds)).join('');
};

test('I11 whatever stands in the file of cosigned checkpoints, nothing opens by it that witnesses did not see', async () => {
  for (const [what, lie] of lies) {
    const current = await fork(await first);
    const lying = async () => writeCosigned(current, await lie(current));
    assert.equal(await patiently(current, { meanwhile: lying }), 'log-unwitnessed', what);
    assert.deepEqual(current.opened, [], what);
    const preferring = await fork(await first);
    const lies = async () => writeCosigned(preferring, await lie(preferring));
    const answer = await patiently(preferring, { collect: 'prefer', meanwhile: lies });
    assert.ok(typeof answer === 'object', what);
  }
});

test('an older cosigned checkpoint, of before the intent, is waited past', async () => {
  const current = await fork(await first);
  prompt(current);
  const older = noteIn(current, 'cosigned');
  assert.equal(await patiently(current, {}), 'log-unwitnessed');
  assert.equal(noteIn(current, 'cosigned'), older);
  prompt(current);
  await collected(current, {});
});

test('signature lines of others in the file do not leave with the package', async () => {
  const current = await fork(await first);
  const smuggled = cosigner('alice/192.0.2.1', 14);
  // Under the log's own name, too, by a key that it does not have.
  const named = cosigner(current.kms.log.verifierKey.name, 15);
  const more = (at: World) => writeCosigned(at, cosigned(at, [smuggled, named, w2, w1, w2]));
  const { log, tlogProof } = await collected(current, { meanwhile: more }, { form: 4 });
  assert.deepEqual(namesOf(log.checkpoint), [current.kms.log.verifierKey.name, w1.key.name, w2.key.name]);
  assert.doesNotMatch(`${log.checkpoint}${tlogProof}`, /alice/);
  assert.equal(parseTlogProof(tlogProof ?? '').checkpoint, log.checkpoint);
});

test('I4 whatever read of the cosigned checkpoint fails, loses its answer or happens twice, nothing opens before witnesses saw the intent', async () => {
  const undisturbed = faults();
  await collected(await fork(await first), { meanwhile: prompt, f: undisturbed });
  const reads = undisturbed.calls.flatMap((name, at) => (name === 'cosigned.read' ? [at] : []));
  assert.ok(reads.length > 2, undisturbed.calls.join(' '));
  for (const collect of ['prefer', 'require'] as const) {
    for (const plan of everyFault(undisturbed.calls.length).filter(({ at }) => reads.includes(at))) {
      const what = `${collect}: ${plan.fault} at ${plan.at}`;
      const current = await fork(await first);
      const f = faults(plan);
      const { log } = await collected(current, { collect, meanwhile: prompt, f });
      assert.ok(f.done, what);
      assert.equal(verifyCosignatures(log.checkpoint, [w1.key, w2.key]).length, 2, what);
      assert.equal((await current.stored()).collections, 1, what);
    }
  }
});

test('I11 witnesses who take their cosignatures back at any read change nothing of what leaves', async () => {
  const undisturbed = faults();
  await collected(await fork(await first), { meanwhile: prompt, f: undisturbed });
  const reads = undisturbed.calls.flatMap((name, at) => (name === 'cosigned.read' ? [at] : []));
  for (const at of reads) {
    const current = await fork(await first);
    const fault = async () => writeCosigned(current, noteIn(current));
    const { log } = await collected(current, { meanwhile: prompt, f: faults({ at, fault }) });
    assert.equal(verifyCosignatures(log.checkpoint, [w1.key, w2.key]).length, 2, `${at}`);
  }
});

test('I9 a case that is closed while its collection waits for witnesses gives no answer', async () => {
  const current = await fork(await first);
  let isWithdrawn = false;
  const closing = async () => {
    if (!isWithdrawn) await current.withdraw();
    isWithdrawn = true;
    prompt(current);
  };
  assert.match(String(await patiently(current, { meanwhile: closing })), /^(case-closed|try-again)$/);
  assert.ok(!kindsOf(current).includes('collection.completed'));
});
