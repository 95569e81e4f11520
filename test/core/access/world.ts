import { z } from 'zod';
import type { CollectCall, CollectPorts } from '#core/access/collect.ts';
import type { ExpirePorts } from '#core/access/expire.ts';
import { freshRegistry } from '#core/access/fresh.ts';
import type { LeftPorts } from '#core/access/mint-left.ts';
import { registryProver } from '#core/access/prover.ts';
import { jsonDigest } from '#core/canonical.ts';
import { approvedScope, receive as receiveRequest, withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { decide } from '#core/cases/deciding.ts';
import { CaseError } from '#core/cases/errors.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { references as referencesUnder } from '#core/cases/references.ts';
import type { Decision, Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { recordsOpener } from '#core/disclosure/opening.ts';
import { resolver } from '#core/disclosure/resolving.ts';
import { effectsOf } from '#core/gateway/effects.ts';
import { notificationsOf } from '#core/gateway/notifications.ts';
import { type Entry, entryHash, noEntries } from '#core/log/entry.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import {
  agencyOfProposal,
  type ChangeOutcome,
  decideChange,
  type Proposal,
  propose,
} from '#core/registry/change.ts';
import { keyInLog } from '#core/registry/records.ts';
import { callState } from '#core/state/calls.ts';
import { caseState } from '#core/state/cases.ts';
import { emergencyState } from '#core/state/emergencies.ts';
import { entryState } from '#core/state/entries.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { heardState } from '#core/state/heard.ts';
import { honeytokenState } from '#core/state/honeytokens.ts';
import { outbox } from '#core/state/outbox.ts';
import { registryState } from '#core/state/registry.ts';
import { registryChanges } from '#core/state/registry-changes.ts';
import { revocationState } from '#core/state/revocations.ts';
import { suspensionState } from '#core/state/suspensions.ts';
import type { StoredEpochKey } from '#core/state/vault.ts';
import { vaultState } from '#core/state/vault.ts';
import { vaultKeyState } from '#core/state/vault-keys.ts';
import { readWitnessed } from '#core/state/witnessed-log.ts';
import type { Item } from '#core/store/store.ts';
import { pseudonyms as pseudonymsOver } from '#core/vault/pseudonyms.ts';
import { type Faults, faults } from '../../memory/faults.ts';
import { memoryChance } from '../../memory/outside.ts';
import {
  deliver,
  fixedPolicyDigest,
  streamOf,
  type VaultWorld,
  vaultWorld,
} from '../../memory/vault-world.ts';
import { approval, receivedAt, rejection, request, policy as shippedPolicy } from '../cases/cases.ts';
import { type Holder, signed, terms } from '../registry/registry.ts';
import { type MemoryLog, memoryLog } from './log.ts';
import { agencyChangeId, agencyKey, changeId, officer, one, third, two } from './people.ts';

/**
 * A deployment in memory, as far as access to data goes: its registry with two founding reviewers and a third whom they
 * enrolled, an agency, a vault with two months of one person, and a case.
 */
export const asked: Request = {
  ...request,
  subjects: [{ kind: 'account', value: 'alice' }],
  categories: ['TrafficData'],
};

const enrolling = { at: receivedAt, coolOffHours: 0, salt: new Uint8Array(32) };

export const months = ['2026-09', '2026-10'];
/** Of every case here. */
export const caseSalt = new Uint8Array(32).fill(7);

const aliceLogins = months.map((month, i) => ({
  account: 'alice',
  at: `${month}-15T12:00:00Z`,
  ip: '192.0.2.1',
  port: 40_000 + i,
}));

const named = z.looseObject({ id: z.string() });
let forks = 0;

export type World = Awaited<ReturnType<typeof worldOf>>;

/** What a world begins with that is a fork of another. */
interface Before {
  of: Request;
  policy: Policy;
  vaults: VaultWorld;
  log: MemoryLog;
  subject: string;
  epochKeys: StoredEpochKey[];
  id: string;
}

/** Worlds as they begin, by what is asked and stored in them: each test goes on from a fork. */
const begun = new Map<string, Promise<World>>();

export async function world(
  of: Request = asked,
  events: readonly object[] = aliceLogins,
  its: Policy = shippedPolicy,
): Promise<World> {
  const name = JSON.stringify([of, events, its]);
  const first = begun.get(name) ?? worldOf(of, events, its);
  begun.set(name, first);
  return fork(await first);
}

/** The same world as it stands, on which one goes on without the other. */
export async function fork(from: World): Promise<World> {
  const before = from.copied();
  return worldOf(before.of, [], before.policy, before);
}

/** @param before the world that this one is a fork of */
async function worldOf(of: Request, events: readonly object[], policy: Policy, before?: Before) {
  const vaults = before?.vaults ?? vaultWorld({ now: receivedAt });
  const { store, clock, watch, kms } = vaults;
  const chance = memoryChance(before && `fork ${forks++}`);
  const references = referencesUnder(kms.macs, chance);
  const log = before?.log ?? memoryLog(store, kms.log);

  /** State over the store, its calls disturbed. */
  const stateOver = (f: Faults) => {
    const over = { store: f.over('store', store), clock, chance };
    return {
      cases: caseState(over),
      registry: { ...registryState(over), ...registryChanges(over) },
      emergencies: emergencyState(over),
      entries: entryState(over),
      honeytokens: honeytokenState(over),
      revocations: revocationState(over),
      heard: heardState(over),
      suspensions: suspensionState(over),
      calls: callState(over),
      tokens: grantTokens(over),
      outbox: outbox(over.store),
      vault: vaultState({ ...over, onForged: store.onForged }),
      vaultKeys: vaultKeyState(over),
    };
  };
  const state = stateOver(faults());
  const { cases, registry } = state;

  const { pseudonyms } = vaults.functions();
  const resolve = resolver({ vault: state.vault, pseudonyms });
  if (before === undefined) {
    await found();
    await enrolThird();
    await enrolAgency();
    await deliver(vaults, streamOf(...events));
  }
  const subject = before?.subject ?? (await pseudonyms.pseudonymOf('alice'));
  const epochKeys = before?.epochKeys ?? (await state.vault.epochKeysOf(subject));
  const id = before?.id ?? (await receive());

  async function found(): Promise<void> {
    const hash = policyHash(policy);
    const members = [one, two].map(({ key: { keyId, holder } }) => ({ keyId, holder }));
    const policies = [{ policyHash: hash, by: 'founding/1' }];
    const desk = { version: 0, members, foundings: noEntries, policies, entries: noEntries };
    await registry.commitFounding([one.key, two.key], desk, hash);
  }

  async function enrolThird(): Promise<void> {
    const { holder, publicKey } = third.key;
    const proposal: Proposal = { kind: 'reviewer', reviewer: { holder, publicKey } };
    await registry.commitChange(await applied(proposal, changeId), { key: third.key });
  }

  async function enrolAgency(): Promise<void> {
    const { holder, publicKey } = officer.key;
    const proposal: Proposal = {
      kind: 'agency',
      agency: { id: 'agency-1', name: 'An agency', encryptionKey: agencyKey.jwk, terms },
      officer: { holder, publicKey },
    };
    const outcome = await applied(proposal, agencyChangeId);
    await registry.commitChange(outcome, await effectsOf(state, outcome.next, undefined, enrolling));
  }

  /** A change that the first two reviewers signed. @param also whoever else confirms it */
  async function applied(
    proposal: Proposal,
    id: string,
    by: readonly [Holder, Holder] = [one, two],
    also?: Holder,
  ): Promise<ChangeOutcome> {
    const salt = new Uint8Array(32);
    const concerned = agencyOfProposal(proposal);
    const agency = concerned === undefined ? undefined : await registry.getAgency(concerned);
    const at = clock.now();
    const message = await signed(by[0], '/v1/registry/changes', proposal, { at });
    let change = await registry.commitChange(propose(proposal, { id, salt, by: by[0].key, at, message }));
    const decide = async (who: Holder) => {
      const own = who.key.role === 'reviewer' ? 'approve' : 'confirm';
      const decision = { decision: own, changeDigest: change.digest } as const;
      const path = `/v1/registry/changes/${change.id}/decisions`;
      const approving = { by: who.key, at, message: await signed(who, path, decision, { at }), decision };
      return decideChange(change, approving, { agency, stands: () => true });
    };
    if (also !== undefined) change = await registry.commitChange(await decide(also));
    return decide(by[1]);
  }

  /** An agency's request becomes a case. @throws CaseError subject-unknown */
  async function receive(request = of, by: Holder = officer): Promise<string> {
    const id = chance.id();
    const holders = await Promise.all(request.subjects.map((one) => resolve(one, request.period)));
    if (holders.some(({ length }) => length === 0)) throw new CaseError('subject-unknown');
    // Each under a reference of its own.
    const own = { ...request, reference: id };
    const message = await signed(by, '/v1/requests', own, { at: clock.now() });
    const outcome = receiveRequest(own, {
      id,
      agency: 'agency-1',
      askedBy: by.key.keyId,
      key: keyInLog(by.key),
      reference: await references.seal('agency-1', own.reference, id),
      requestDigest: jsonDigest(own),
      at: clock.now(),
      subjects: holders,
      sealedRequest: await kms.desk.seal(message, { case: id, part: 'request' }),
      salt: caseSalt,
      policy,
      policyHash: policyHash(policy),
    });
    await cases.commit(outcome, { changes: notificationsOf(outcome.next, own, cases) });
    return id;
  }

  /** An authority's officer answers, as the gateway takes it. */
  async function answer(by: Holder, said: AuthorityAnswer, caseId = id, path?: string): Promise<void> {
    const at = clock.now();
    const where = path ?? `/v1/notifications/${caseId}/answers`;
    const message = await signed(by, where, said, { at });
    const sealed = await kms.desk.seal(message, { case: caseId, part: 'authority' });
    const { holder: officer, keyId } = by.key;
    const act = { officer, keyId, key: keyInLog(by.key), at };
    const kept = await cases.notifications.get(caseId);
    if (kept === undefined) throw new Error('no such notification');
    const status = said.decision === 'consent' ? 'Consented' : 'Objected';
    await cases.change(
      caseId,
      (latest) => answerNotification(latest, said, act),
      async () => [cases.notifications.answer(kept, { status, answer: sealed })],
    );
  }

  async function decideBy(by: Holder, caseId: string, decision: Decision): Promise<void> {
    const message = await signed(by, `/v1/reviews/${caseId}/decisions`, decision, { at: clock.now() });
    const sealedMessage = await kms.desk.seal(message, { case: caseId, part: 'decision' });
    const { holder: reviewer, keyId } = by.key;
    const key = keyInLog(by.key);
    const its = { policy, policyHash: policyHash(policy) };
    const act = { reviewer, keyId, key, at: clock.now(), sealedMessage, ...its };
    await cases.change(caseId, (latest) => decide(latest, decision, act));
  }

  const approve = async (by: Holder, caseId = id, scope?: Scope) =>
    decideBy(by, caseId, approval(await stored(caseId), scope));

  const reject = async (by: Holder, caseId = id) => decideBy(by, caseId, rejection(await stored(caseId)));

  async function stored(caseId = id): Promise<Case> {
    const current = await cases.get(caseId);
    if (current === undefined) throw new Error('no such case');
    return current;
  }

  /** Each time that an epoch key was unwrapped: how many entries the log had, and the case that it was for. */
  const opened: { at: number; case: Case }[] = [];

  function openRecords(f: Faults): CollectPorts['openRecords'] {
    const open = recordsOpener({ ...stateOver(f), kms: f.over('kms', kms.vault) });
    return (current, { scope, after, onUnwrapped }) => {
      const noted = () => {
        opened.push({ at: log.entries().length, case: current });
        onUnwrapped();
      };
      return open(current, { scope, after, onUnwrapped: noted });
    };
  }

  const readLog = (f: Faults) => {
    const reader = f.over('log', { read: log.read });
    return async () => {
      const published = await reader.read();
      return published && f.over('published', published);
    };
  };

  const mintPorts = (f = faults()): LeftPorts => ({
    ...stateOver(f),
    desk: f.over('desk', kms.desk),
    grants: f.over('grants', kms.grants),
    readLog: readLog(f),
    resolve: resolver({ vault: stateOver(f).vault, pseudonyms: pseudonymsOver(f.over('macs', kms.macs)) }),
    clock,
    watch,
    policy,
  });

  /** As with witnesses configured, whose quorum this policy says. */
  const witnessedBy = (trust: TrustPolicy, f = faults()): CollectPorts['readWitnessed'] => {
    const files = f.over('cosigned', { read: log.files.read });
    return (entry) => readWitnessed({ files, signer: kms.log, policy: trust }, entry);
  };

  const collectPorts = (f = faults()): CollectPorts => ({
    ...stateOver(f),
    prover: registryProver(stateOver(f).registry),
    readLog: readLog(f),
    openRecords: openRecords(f),
    provider: f.over('provider', kms.provider),
    references: referencesUnder(f.over('macs', kms.macs), chance),
    // The sequencer works while a call waits.
    clock: { now: clock.now, pause: async (ms) => clock.pause(ms).then(log.publish) },
    watch,
    policy,
    providerName: 'A provider',
  });

  /** What is on the bus, by the notices' ids. */
  const bus = new Map<string, number>();

  /** What the desk was told of. */
  const told: unknown[] = [];

  const expirePorts = (f = faults()): ExpirePorts => ({
    ...stateOver(f),
    grants: f.over('grants', kms.grants),
    vaultKms: f.over('kms', kms.vault),
    fixedPolicyDigest,
    bus: f.over('bus', {
      send: async (notices: readonly unknown[]) => {
        for (const notice of notices) {
          const { id: name } = named.parse(notice);
          bus.set(name, (bus.get(name) ?? 0) + 1);
        }
      },
    }),
    arrivals: f.over('arrivals', {
      send: async (arrivals: readonly unknown[]) => {
        told.push(...arrivals);
      },
    }),
    logOrigin: 'log.example',
    clock,
    chance,
    watch,
    policy,
  });

  const follows = async (stream: string, n: number) => (await log.read())?.follows(stream, n) ?? false;

  /** The size that the log was published with when a test last looked. */
  const size = async () => (await log.read())?.checkpoint.size ?? 0n;

  return {
    store,
    clock,
    watch,
    kms,
    log,
    state,
    stateOver,
    chance,
    nameOf: keyInLog,
    id,
    epochKeys,
    subject,
    opened,
    bus,
    told,
    newest: freshRegistry({ ...state, log: { follows }, watch }),
    hashOf: entryHash,
    applied,
    receive,
    approve,
    reject,
    answer,
    stored,
    size,
    mintPorts,
    collectPorts,
    witnessedBy,
    expirePorts,
    call: (page?: string): CollectCall => ({
      keyId: officer.key.keyId,
      agency: 'agency-1',
      key: keyInLog(officer.key),
      case: id,
      page,
      at: clock.now(),
    }),
    copied(): Before {
      const copy = vaults.fork();
      return { of, policy, vaults: copy, log: log.fork(copy.store), subject, epochKeys, id };
    },
    /** Events that arrive later. */
    deliver: (...later: readonly object[]) => deliver(vaults, streamOf(...later)),
    withdraw: async (caseId = id) => {
      await cases.change(caseId, (current) => withdraw(current, 'officer-1'));
    },
    /** What was committed to the case's stream, in order. */
    entriesOf: (caseId = id) => entriesIn(`case/${caseId}`),
    entriesIn,
    scopeOf: async () => approvedScope(await stored()),
    /** As somebody would who can write every table and make its MACs. */
    forge: async (change: (current: Case) => Case, caseId = id) => {
      const forged = change(await stored(caseId));
      store.plant('cases', { pk: `case#${caseId}`, ...forged });
    },
  };

  function entriesIn(stream: string): Entry[] {
    return store
      .items('entries')
      .filter((item) => item.stream === stream)
      .map((item): Entry => JSON.parse(String(item.entry)));
  }
}

/** Changes what the registry says of the agency. */
export function forceAgency({ store }: World, change: Record<string, unknown>): void {
  const stored = store.items('registry').find(({ pk }) => pk === 'agency#agency-1');
  store.plant('registry', { ...stored, ...change });
}

/** What the registry has of somebody's key, or of the agency, as somebody sees it who reads tables. */
export const keyItem = ({ store }: World, { key }: Holder): Item => itemOf(store, `key#${key.keyId}`);
export const agencyItem = ({ store }: World): Item => itemOf(store, 'agency#agency-1');

function itemOf(store: World['store'], pk: string): Item {
  const item = store.items('registry').find((one) => one.pk === pk);
  if (item === undefined) throw new Error('no such item');
  return item;
}

export const ofKind = (entries: readonly Entry[], kind: Entry['kind']) =>
  entries.filter((entry) => entry.kind === kind);
