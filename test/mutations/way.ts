import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import { revocationCheck } from '#core/access/caller.ts';
import { collector } from '#core/access/collect.ts';
import { freshRegistry } from '#core/access/fresh.ts';
import { minter } from '#core/access/mint.ts';
import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { honeytokenCheck } from '#core/cases/honeytokens.ts';
import { policyHash } from '#core/cases/policy.ts';
import { references } from '#core/cases/references.ts';
import type { Request } from '#core/cases/request.ts';
import { existence } from '#core/disclosure/existence.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { type DisclosurePackage, packageSchema } from '#core/disclosure/package.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { restoreMessage } from '#core/evidence.ts';
import type { Call } from '#core/gateway/call.ts';
import { found } from '#core/gateway/founding.ts';
import { registryDesk } from '#core/gateway/registry.ts';
import { requestDesk } from '#core/gateway/requests.ts';
import { reviewDesk } from '#core/gateway/reviews.ts';
import { keyMaker } from '#core/keeping/preparing.ts';
import { sealer } from '#core/keeping/sealing.ts';
import { wrappingKeys } from '#core/keeping/wrapping.ts';
import { WireError } from '#core/problem.ts';
import { isActive, keyInLog } from '#core/registry/records.ts';
import type { Terms } from '#core/registry/terms.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { callState } from '#core/state/calls.ts';
import { caseState } from '#core/state/cases.ts';
import { emergencyState } from '#core/state/emergencies.ts';
import { forgeryReports } from '#core/state/forgeries.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { heardState } from '#core/state/heard.ts';
import { honeytokenState } from '#core/state/honeytokens.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { outbox, outboxItem } from '#core/state/outbox.ts';
import { preservationState } from '#core/state/preservations.ts';
import { readPublishedLog } from '#core/state/published-log.ts';
import { registryState } from '#core/state/registry.ts';
import { registryChanges } from '#core/state/registry-changes.ts';
import { suspensionState } from '#core/state/suspensions.ts';
import { vaultState } from '#core/state/vault.ts';
import { vaultKeyState } from '#core/state/vault-keys.ts';
import { authenticStore, itemVerifier, unlessForged, type Verify } from '#core/store/authentic.ts';
import type { ForgedItem } from '#core/store/forged.ts';
import { itemProofs } from '#core/store/item-proof.ts';
import type { Item, Store } from '#core/store/store.ts';
import { type TableName, tableNames } from '#core/store/tables.ts';
import { pseudonyms as pseudonymsUnder } from '#core/vault/pseudonyms.ts';
import { policy as shippedPolicy } from '../core/cases/cases.ts';
import { type Holder, holder, signed } from '../core/registry/registry.ts';
import { memoryItemKeys } from '../memory/authentic.ts';
import { type MemoryKms, memoryKms } from '../memory/kms.ts';
import { type MemoryLogFiles, memoryLogFiles } from '../memory/log-files.ts';
import {
  type MemoryClock,
  type MemoryWatch,
  memoryChance,
  memoryClock,
  memoryWatch,
} from '../memory/outside.ts';
import { type MemoryStore, memoryStore } from '../memory/store.ts';
import { fixedPolicyDigest, streamOf } from '../memory/vault-world.ts';

/**
 * The whole way in memory, over the ports, composed as `functions/` composes it: ingest, ask, approve, mint, collect.
 * Somebody who writes tables can do so between any two of its steps (mutations.ts).
 */
export interface World {
  store: MemoryStore;
  files: MemoryLogFiles;
  kms: MemoryKms;
  clock: MemoryClock;
  watch: MemoryWatch;
  /** How far the outbox's stream was read, and what of it was not delivered when the world was forked. */
  seen: number;
  waiting: Item[];
}

const retention = { phone: 12, access: 12 };
const policy = shippedPolicy;
const coolOffHours = 0;

let worlds = 0;
let nonces = 0;

function newWorld(): World {
  const clock = memoryClock('2026-11-20T09:00:00.000Z');
  const kms = memoryKms({ policyDigest: fixedPolicyDigest, now: clock.now });
  return {
    store: memoryStore(),
    files: memoryLogFiles(),
    kms,
    clock,
    watch: memoryWatch(),
    seen: 0,
    waiting: [],
  };
}

/** The same world as it stands, to go on with. KMS is shared: what one fork mints, another one's case does not hold. */
export function forkOf(world: World): World {
  const { kms, clock } = world;
  const store = memoryStore();
  for (const table of tableNames) for (const item of world.store.items(table)) store.force(table, item);
  const files = memoryLogFiles();
  for (const [path, bytes] of world.files.files) files.force(path, bytes);
  const fresh = { clock: memoryClock(clock.now()), watch: memoryWatch() };
  return { store, files, kms, ...fresh, seen: store.changes.length, waiting: undelivered(world) };
}

/** What the outbox's stream has brought and nobody has read. */
function undelivered({ store, seen, waiting }: World): Item[] {
  const since = store.changes
    .slice(seen)
    .flatMap(({ table, old, new: item }) => (table === 'entries' && old === undefined ? [item] : []));
  return [...waiting, ...since.filter((item) => item !== undefined)];
}

interface FunctionStore {
  store: Store;
  verify: Verify;
  onForged(forged: ForgedItem): Promise<void>;
}

/** The store as one function sees it: what it reads is verified, and what it writes is its own. */
function storeOf({ store, clock, watch }: World, by: string): FunctionStore {
  const proofs = itemProofs(memoryItemKeys(), by);
  const onForged = (forged: ForgedItem): Promise<void> => report(forged);
  const verify = itemVerifier(proofs, onForged);
  const authentic = authenticStore(store, { prove: proofs.prove, verify });
  const chance = memoryChance(`reports ${worlds++}`);
  const report = forgeryReports({ store: authentic, clock, chance, watch, by });
  return { store: authentic, verify, onForged };
}

/** The functions of a deployment, each with a store of its own and nothing in memory. */
function functionsOf(world: World) {
  const { clock, watch, kms, files } = world;
  const chance = memoryChance(`world ${worlds++}`);
  const stateOf = (by: string) => {
    const { store, verify, onForged } = storeOf(world, by);
    const ports = { store, clock, chance };
    return {
      store,
      verify,
      cases: caseState(ports),
      registry: { ...registryState(ports), ...registryChanges(ports) },
      emergencies: emergencyState(ports),
      preservations: preservationState(ports),
      honeytokens: honeytokenState(ports),
      heard: heardState(ports),
      suspensions: suspensionState(ports),
      tokens: grantTokens(ports),
      calls: callState(ports),
      outbox: outbox(store),
      vault: vaultState({ ...ports, onForged }),
      vaultKeys: vaultKeyState(ports),
    };
  };
  const shared = { clock, chance, watch, policy, policyHash: policyHash(policy) };
  const names = pseudonymsUnder(kms.macs);
  const log = logPlaces(files);
  const readLog = () => readPublishedLog({ files, signer: kms.log });

  const preparing = stateOf('prepare');
  const maker = keyMaker({
    ...shared,
    vaultKeys: preparing.vaultKeys,
    kms: kms.vault,
    retention,
    keysPerEpoch: 1,
    policyDigest: fixedPolicyDigest,
  });
  const workers = {
    prepare: (purpose: string, epoch: string) => {
      if (purpose !== 'access' && purpose !== 'phone') throw new TypeError(purpose);
      return maker.prepare({ purpose, epoch });
    },
    preserve: async () => {},
  };
  const sealing = stateOf('seal');
  const seal = sealer({
    ...shared,
    vault: sealing.vault,
    kms: kms.vault,
    wrapping: wrappingKeys({
      vaultKeys: sealing.vaultKeys,
      kms: kms.vault,
      workers,
      watch,
      policyDigest: fixedPolicyDigest,
    }),
    pseudonyms: names,
    retention,
  });

  const refs = references(kms.macs, chance);
  const asking = stateOf('request');
  const newestOf = ({ registry, emergencies }: ReturnType<typeof stateOf>) =>
    freshRegistry({ registry, emergencies, log, watch });
  const newest = newestOf(asking);
  const requests = requestDesk({
    ...shared,
    ...asking,
    registry: newest,
    emergencies: newest,
    references: refs,
    desk: kms.desk,
    workers,
    resolve: resolver({ vault: asking.vault, pseudonyms: names }),
    checkHoneytokens: honeytokenCheck({ pseudonyms: names, catchKey: asking.honeytokens.catchKey }),
  });
  const reviewing = stateOf('review');
  const reviews = reviewDesk({
    ...shared,
    ...reviewing,
    registry: { ...reviewing.registry, checkAdopted: newestOf(reviewing).checkAdopted },
    desk: kms.desk,
    references: refs,
    recipientOf: (asked, at) =>
      askersRecipient({ prover: registryProver(reviewing.registry), readLog })(asked, at),
    ownRecipients: async (agency) => {
      const published = await readLog();
      return published === undefined
        ? []
        : registryProver(reviewing.registry).ownRecipients(published, agency);
    },
    whatExists: existence(reviewing.vault),
  });
  const enrolling = stateOf('registry');
  const enrolment = registryDesk({ ...shared, ...enrolling, newest: newestOf(enrolling), coolOffHours });

  const minting = stateOf('authorise');
  const mint = minter({
    ...minting,
    desk: kms.desk,
    resolve: resolver({ vault: minting.vault, pseudonyms: names }),
    grants: kms.grants,
    readLog,
    clock,
    watch,
    policy,
  });

  const sequencing = stateOf('sequence');
  const sequence = sequencer({ store: sequencing.store, files, signer: kms.log, chance, watch });

  const collecting = stateOf('collect');
  const collect = collector({
    ...collecting,
    prover: registryProver(collecting.registry),
    references: refs,
    readLog,
    openRecords: recordsOpener({ ...collecting, kms: kms.vault }),
    provider: kms.provider,
    // The sequencer works while a call waits. What it has not done by the second look it never does.
    clock: { now: clock.now, pause: async (ms) => clock.pause(25 * ms).then(runStreams) },
    watch,
    policy,
    providerName: 'A provider',
  });

  /** What DynamoDB's streams bring: entries to `sequence`, and what it published to `authorise`. */
  async function runStreams(): Promise<void> {
    const before = await sizeOf();
    const arrived = undelivered(world);
    world.seen = world.store.changes.length;
    world.waiting = [];
    const sound = arrived.map(async (item) => {
      const proven = await unlessForged(() => sequencing.verify('entries', item));
      return outboxItem.safeParse(proven).data;
    });
    const delivered = await Promise.all(sound);
    await woken('sequence', () => sequence.deliver(delivered));
    const after = await sizeOf();
    if (after > before) await woken('authorise', () => mint([{ from: before, to: after }]));
  }

  async function sizeOf(): Promise<bigint> {
    return (await readLog())?.checkpoint.size ?? 0n;
  }

  const isRevoked = revocationCheck({ log, watch });

  /** A signed call, as the signature check lets it in. */
  async function enter<Input>(
    at: ReturnType<typeof stateOf>,
    by: Holder,
    path: string,
    input: Input,
    id = '',
  ): Promise<Call<Input>> {
    clock.advance(1000);
    const now = clock.now();
    const message = restoreMessage(await signed(by, path, input, { at: now }));
    if (message === undefined) throw new Error('no message');
    const key = await at.registry.getKey(by.key.keyId);
    if (key === undefined || key.keyId !== by.key.keyId || (await isRevoked(key, { endsAccess: false })))
      throw new SignatureError('signature-key-unknown');
    const nonce = `nonce ${nonces++}`;
    if (!(await at.calls.acceptOnce(key.keyId, nonce, Date.parse(now) / 1000 + 60)))
      throw new WireError('replayed');
    if (!isActive(key, now)) throw new WireError('key-cooling');
    return { caller: { key, message }, at: now, id, input };
  }

  return {
    found: (people: readonly Holder[]) =>
      found(
        { ...shared, registry: stateOf('found').registry },
        people.map(({ key }) => ({ holder: key.holder, publicKey: { ...key.publicKey } })),
      ),
    propose: async (by: Holder, proposal: Parameters<typeof enrolment.propose>[0]['input']) =>
      enrolment.propose(await enter(enrolling, by, '/v1/registry/changes', proposal)),
    decideChange: async (
      by: Holder,
      change: { id: string; changeDigest: string },
      decision: 'approve' | 'confirm',
    ) =>
      enrolment.decide(
        await enter(
          enrolling,
          by,
          `/v1/registry/changes/${change.id}/decisions`,
          { decision, changeDigest: change.changeDigest },
          change.id,
        ),
      ),
    revoke: async (by: Holder, keyid: string) =>
      enrolment.revoke(
        await enter(enrolling, by, '/v1/registry/revocations', { keyid, reason: 'stolen' as const }),
      ),
    seal: async (...events: object[]) => {
      const failed = await seal(streamOf(...events));
      if (failed.size > 0) throw new Error('not sealed');
    },
    ask: async (by: Holder, request: Request) =>
      requests.submit(await enter(asking, by, '/v1/requests', request)),
    withdraw: async (by: Holder, id: string) =>
      requests.withdraw(await enter(asking, by, `/v1/requests/${id}/withdrawal`, {}, id)),
    show: async (by: Holder, id: string) =>
      reviews.show(await enter(reviewing, by, `/v1/reviews/${id}`, undefined, id)),
    approve: async (by: Holder, id: string) => {
      const shown = await reviews.show(await enter(reviewing, by, `/v1/reviews/${id}`, undefined, id));
      const { subjects, categories, period } = shown.request;
      const decision = {
        decision: 'approve' as const,
        requestDigest: shown.requestDigest,
        scope: { subjects: subjects.map((_, i) => i), categories, period },
        reason: 'order checked',
      };
      return reviews.decide(await enter(reviewing, by, `/v1/reviews/${id}/decisions`, decision, id));
    },
    runStreams,
    collect: async (by: Holder, id: string) => {
      const path = `/v1/requests/${id}/collection`;
      const { caller, at } = await enter(collecting, by, path, {}, id);
      return collect({
        key: keyInLog(caller.key),
        keyId: caller.key.keyId,
        agency: caller.key.agency,
        case: id,
        page: undefined,
        at,
      });
    },
  };
}
export type Functions = ReturnType<typeof functionsOf>;

// The people of the story. Two agencies and two persons, so that everything has a stranger's counterpart.

export const reviewers = [holder('reviewer-1', 'reviewer'), holder('reviewer-2', 'reviewer')] as const;
export const officer = holder('officer-1', 'agency', 'agency-1');
export const stranger = holder('officer-2', 'agency', 'agency-2');

interface EncryptionPair {
  jwk: Record<string, unknown>;
  privateKey: KeyObject;
}
function encryptionPair(): EncryptionPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { jwk: { ...publicKey.export({ format: 'jwk' }) }, privateKey };
}
const ours = encryptionPair();
const oursOfLater = encryptionPair();
const officersOwn = encryptionPair();
const theirs = encryptionPair();

const terms: Terms = {
  jurisdictions: ['DE'],
  instruments: ['EPOC'],
  categories: ['SubscriberData', 'UserIdentifyingData', 'TrafficData'],
  rates: { requestsPerDay: 50, emergenciesPerWeek: 3 },
};

const login = (account: string, month: string, day: string, last: number) => ({
  account,
  at: `${month}-${day}T12:00:00Z`,
  ip: `192.0.2.${last}`,
  port: 40_000 + last,
});
const number = (account: string, at: string, phone: string) => ({ account, at, phone });

/** What the backend sends: of the person asked about, and of another one. */
const events = [
  number('alice', '2026-09-02T08:00:00Z', '+4915112345678'),
  number('mallory', '2026-09-03T08:00:00Z', '+4915187654321'),
  login('alice', '2026-09', '15', 1),
  login('alice', '2026-10', '03', 2),
  login('mallory', '2026-09', '16', 66),
  login('mallory', '2026-10', '04', 67),
];
/** A second delivery, so that what grows has an older version. */
const laterEvents = [login('alice', '2026-10', '03', 3), login('alice', '2026-10', '05', 4)];

const request = (reference: string, subjects: Request['subjects']): Request => ({
  reference,
  instrument: {
    kind: 'EPOC',
    jurisdiction: 'DE',
    authoriserRole: 'JudgeCourtOrInvestigatingJudge',
    issuedAt: '2026-11-20T08:00:00Z',
    offence: 'StGB 176b',
    digest: `sha-256=:${'A'.repeat(43)}=:`,
  },
  investigation: 'criminal',
  priority: 'Routine',
  subjects,
  categories: ['SubscriberData', 'TrafficData'],
  period: { from: '2026-09-01T00:00:00Z', to: '2026-11-20T00:00:00Z' },
});
const asked = request('GS-4711/26', [
  { kind: 'phone', value: '+4915112345678' },
  { kind: 'account', value: 'alice' },
]);
const askedByOthers = request('GS-1/26', [{ kind: 'account', value: 'mallory' }]);

/** A function that a stream wakes failed: that is an alarm of its own, and it is woken again. */
export class FunctionFailed extends Error {
  override name = 'FunctionFailed';
}

async function woken(name: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    throw new FunctionFailed(name, { cause });
  }
}

/** What a run leaves to the next: the ids that the people of the story know. */
export interface Known {
  case: string;
}

interface Step {
  name: string;
  run(functions: Functions, known: Partial<Known>): Promise<void>;
}

const idOf = ({ case: id }: Partial<Known>): string => {
  if (id === undefined) throw new Error('nobody asked yet');
  return id;
};

/** The whole way, cut where somebody may write the tables. What comes after the last step is collecting. */
export const steps: readonly Step[] = [
  {
    name: 'enrolled',
    async run(fn) {
      const [one, two] = reviewers;
      await fn.found([one, two]);
      for (const [id, person, pair] of [
        ['agency-1', officer, ours],
        ['agency-2', stranger, theirs],
      ] as const) {
        const change = await fn.propose(one, {
          kind: 'agency',
          agency: { id, name: `Agency ${id}`, encryptionKey: pair.jwk, terms },
          officer: { holder: person.key.holder, publicKey: { ...person.key.publicKey } },
        });
        await fn.decideChange(two, change, 'approve');
      }
      // The agency changes its encryption key, so that its record has an older version.
      const change = await fn.propose(officer, {
        kind: 'encryption-key',
        agency: 'agency-1',
        encryptionKey: oursOfLater.jwk,
      });
      await fn.decideChange(one, change, 'approve');
      await fn.decideChange(two, change, 'approve');
      // The officer has a key of their own, which is another change's.
      const own = await fn.propose(officer, {
        kind: 'encryption-key',
        agency: 'agency-1',
        officer: officer.key.holder,
        encryptionKey: officersOwn.jwk,
      });
      await fn.decideChange(one, own, 'approve');
      await fn.decideChange(two, own, 'approve');
      await fn.runStreams();
    },
  },
  {
    name: 'ingested',
    async run(fn) {
      await fn.seal(...events);
      await fn.seal(...laterEvents);
    },
  },
  {
    name: 'asked',
    async run(fn, known) {
      known.case = (await fn.ask(officer, asked)).id;
      const other = await fn.ask(stranger, askedByOthers);
      for (const by of reviewers) await fn.approve(by, other.id);
      await fn.runStreams();
    },
  },
  { name: 'half approved', run: async (fn, known) => void (await fn.approve(reviewers[0], idOf(known))) },
  { name: 'approved', run: async (fn, known) => void (await fn.approve(reviewers[1], idOf(known))) },
  {
    name: 'minted',
    async run(fn) {
      await fn.runStreams();
      // The log that has the approval wakes `authorise`, whose own entries come after.
      await fn.runStreams();
    },
  },
];

export interface Disclosed {
  /** The encryption key that it is for. */
  recipient: string;
  package: DisclosurePackage;
}

/** What the agency gets: undefined where it is asked to wait longer than anybody waits. */
export async function collected(world: World, known: Known): Promise<Disclosed | undefined> {
  const fn = functionsOf(world);
  for (let tries = 0; tries < 2; tries++) {
    const answer = await fn.collect(officer, known.case);
    if ('jwe' in answer) return openedBy(answer.jwe, world.kms);
    await fn.runStreams();
  }
  return undefined;
}

async function openedBy(jwe: string, { provider }: MemoryKms): Promise<Disclosed> {
  for (const [recipient, { privateKey }] of Object.entries({ officersOwn, ours, oursOfLater, theirs })) {
    const opened = await compactDecrypt(jwe, privateKey).catch(() => undefined);
    if (opened === undefined) continue;
    const jws = new TextDecoder().decode(opened.plaintext);
    const { payload } = await compactVerify(jws, await importJWK({ ...provider.jwk }, 'ES256'));
    return { recipient, package: packageSchema.parse(JSON.parse(new TextDecoder().decode(payload))) };
  }
  throw new Error('a disclosure to somebody unknown');
}

/** Runs the way from one step (inclusive) to the end of another (exclusive). */
export async function run(
  world: World,
  known: Partial<Known>,
  from: number,
  to = steps.length,
): Promise<void> {
  for (const step of steps.slice(from, to)) await step.run(functionsOf(world), known);
}

/** The world after a step, what the people know then, and every item that there ever was until then, as it was. */
export interface Chapter {
  step: number;
  world: World;
  known: Partial<Known>;
  versions: readonly { table: TableName; item: Item }[];
}

export async function story(): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  const versions: { table: TableName; item: Item }[] = [];
  const known: Partial<Known> = {};
  let world = newWorld();
  for (let step = 0; step < steps.length; step++) {
    world = forkOf(world);
    const before = world.store.changes.length;
    await run(world, known, step, step + 1);
    for (const { table, new: item } of world.store.changes.slice(before))
      if (item !== undefined) versions.push({ table, item });
    chapters.push({ step, world: forkOf(world), known: { ...known }, versions: [...versions] });
  }
  return chapters;
}
