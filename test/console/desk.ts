import { generateKeyPairSync, sign } from 'node:crypto';
import type { Enrolment } from '#client/enrolment.ts';
import { minter } from '#core/access/mint.ts';
import { registryProver } from '#core/access/prover.ts';
import { askersRecipient } from '#core/access/recipient.ts';
import { noticesSent } from '#core/cases/notice.ts';
import { policyHash } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import { keyInLog } from '#core/registry/records.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { grantTokens } from '#core/state/grant-tokens.ts';
import { outbox } from '#core/state/outbox.ts';
import { makeReport } from '#core/transparency.ts';
import { listenLocally } from '#dev/cloud/relay.ts';
import { type InventedAsk, inventedDesk } from '#dev/invented/cases.ts';
import { withholding } from '../core/cases/cases.ts';
import { collectedOnce } from '../core/gateway/acts.ts';
import { type Gateway, gateway } from '../core/gateway/gateway.ts';
import { memoryCloud } from '../memory/cloud.ts';
import { answering, type Seen } from './answering.ts';
import { ownCertificate } from './certificate.ts';
import { type Colleague, colleague } from './colleague.ts';
import { existenceOf } from './existence.ts';
import { type DeskFaults, deskFaults } from './faults.ts';
import { followingLog } from './following.ts';
import { openingOf } from './opening.ts';
import { placing } from './placing.ts';
import { before, enrol, inhabit, ordinaryRegistry, personOf, play } from './play.ts';
import { servedConsole } from './served-console.ts';
import { serving } from './serving.ts';
import { signingCalls } from './signed-calls.ts';

/**
 * A desk in memory, behind a real address: the page, and the API that it calls, with the code that is deployed and the
 * stores in memory. What it answers is therefore right by construction, and a test changes what happens around it.
 */
export interface Desk {
  /** `https://localhost:<port>` */
  url: string;
  authority: string;
  /** Its certificate, which nobody vouches for. */
  ca: Buffer;
  /** The desk's own clock, which runs. */
  now(): string;
  /** Moves it, and with it what the desk takes for the present. */
  shiftClock(ms: number): void;
  cases: readonly DeskCase[];
  /** The first case with a story, or another that is sought. */
  find(which: InventedAsk['story'] | ((one: DeskCase) => boolean)): DeskCase;
  faults: DeskFaults;
  /** Every call that arrived, in order. */
  seen: readonly Seen[];
  /** What another reviewer does. */
  as(reviewer: string): Colleague;
  /** Another case arrives, as the one that it is like. @returns its id */
  arrives(changes?: Partial<Request>): Promise<string>;
  /** Enrols a reviewer's key. @returns its thumbprint */
  enrol(publicKey: Record<string, unknown>, name: string, activeFrom?: string): Promise<string>;
  /**
   * Enrols an officer's key, and the key that their answers are encrypted to, as their sheet has both: two reviewers sign,
   * and an officer of the agency confirms. @returns the first one's thumbprint
   */
  enrolOfficer(sheet: Enrolment, as: { agency: string; name: string; activeFrom?: string }): Promise<string>;
  /** Revokes all keys of a person. */
  revoke(name: string): Promise<void>;
  /** Another key of the provider's signs from now on. `isPublished`: the provider says so too. */
  changeProviderKey(isPublished: boolean): void;
  /** Another policy is deployed. `isAdopted`: reviewers adopted it. */
  changePolicy(isAdopted: boolean): Promise<void>;
  /** Nothing that happens from now on gets into the log, until it goes on. */
  stopLog(): void;
  continueLog(): Promise<void>;
  /** Whether the log can be read at all: where it cannot, most calls are to be made again. */
  readLog(can: boolean): void;
  /** One case is approved, its data collected, and a person told: of any desk once. @returns the code in their letter */
  letter(): Promise<string>;
  /** The report that the public sees, made anew. */
  report(): Promise<void>;
  close(): Promise<void>;
}

export interface DeskCase extends InventedAsk {
  id: string;
  requestDigest: string;
}

export interface DeskOptions {
  /** How many. Beyond 200, those that nobody acted on are not in the log (placing.ts). @defaultValue 60 */
  cases?: number;
  /** When somebody looks at it. By default now; a test that fixes it has the page's clock set too (browser.ts). */
  now?: string;
  /** How many wait as far as lists show: copies make up the number (crowd.ts). */
  waiting?: number;
}

export async function desk({
  cases: count = 60,
  now = new Date().toISOString(),
  waiting = 0,
}: DeskOptions = {}): Promise<Desk> {
  const invented = inventedDesk(count, now);
  const plain = memoryCloud('console');
  const { clock: stepping, kms, store, files, watch, chance } = plain;
  // While the desk's past is played its clock stands where it is set; from then on it runs.
  let running: { from: number; at: number } | undefined;
  const present = ({ from, at }: { from: number; at: number }) =>
    new Date(at + (Date.now() - from)).toISOString();
  const clock = {
    ...stepping,
    now: () => (running === undefined ? stepping.now() : present(running)),
  };
  const cloud = { ...plain, clock };
  const log = followingLog(cloud);

  const { resolve, whatExists } = existenceOf(invented.events);
  const { openRecords, ...opened } = openingOf(invented.events);
  const over = (its: typeof withholding): Gateway => {
    const made: Gateway = gateway(cloud, store, resolve, its, whatExists, async (asked, at) => {
      // The log has nobody of the past that is played.
      if (running === undefined) return (await made.registry.getAgency(asked.agency))?.encryptionKeys.at(-1);
      const prover = registryProver(made.registry);
      return askersRecipient({ prover, readLog: log.read })(asked, at);
    });
    return signingCalls(made);
  };
  let policy = withholding;
  let calls = over(policy);
  stepping.set(before(now, 45));
  const people = await inhabit(calls, invented);
  const { unlogged } = log;
  const place = placing(calls, cloud, { policy, resolve, unlogged });
  const played = await play(calls, people, invented, { clock: stepping, place });
  const known = invented.requests.map((ask, i): DeskCase => {
    const { id = '', requestDigest = '' } = played[i] ?? {};
    return { ...ask, id, requestDigest };
  });
  stepping.set(before(now, 0.05));
  const held = known.find(({ story }) => story === 'rejected')?.id;
  await ordinaryRegistry(calls, people, { now, held });
  running = { from: Date.now(), at: Date.parse(now) };
  await log.follow();
  let minted = 0n;
  /** The log follows, and what it completes is minted, as the log's head has it done. */
  async function followed(): Promise<void> {
    await log.follow();
    const to = (await log.read().catch(() => undefined))?.checkpoint.size ?? minted;
    if (to === minted) return;
    const moves = [{ from: minted, to }];
    minted = to;
    const { cases, registry } = calls;
    const ports = { ...opened, cases, registry, resolve, clock, watch, policy, desk: kms.desk };
    const tokens = grantTokens({ store, clock });
    await minter({ ...ports, tokens, outbox: outbox(store), readLog: log.read })(moves);
    await log.follow();
  }
  await followed();

  const own = {
    keyId: await kms.provider.keyId(),
    alg: 'ecdsa-p256-sha256',
    sign: kms.provider.sign,
  } as const;
  const other = newSigner();
  const signing: { signer: Signer; published: readonly PublicJwk[] } = {
    signer: own,
    published: [kms.provider.jwk],
  };
  const faults = deskFaults();
  const seen: Seen[] = [];
  const tls = await ownCertificate();
  const answerConsole = await servedConsole();
  const listener = await listenLocally((from, to) => serve(from, to));
  listener.secure(tls);
  const authority = `localhost:${listener.port}`;
  const served = () =>
    serving({ cloud, calls, policy, authority, clock, log, signing, waiting, openRecords });
  let answerApi = served();
  const serve = answering({
    authority,
    faults,
    seen,
    stranger: newSigner().signer,
    signer: () => signing.signer,
    now: clock.now,
    async answer(call) {
      const answer = (await answerConsole(call)) ?? (await answerApi(call));
      await followed();
      return answer;
    },
  });

  const done = async (act: Promise<unknown>): Promise<void> => {
    await act;
    await followed();
  };

  return {
    url: `https://${authority}`,
    authority,
    ca: tls.cert,
    now: clock.now,
    shiftClock(ms) {
      if (running !== undefined) running.at += ms;
    },
    cases: known,
    find(which) {
      const found = known.find(typeof which === 'string' ? ({ story }) => story === which : which);
      if (found === undefined) throw new Error('there is no such case');
      return found;
    },
    faults,
    seen,
    as: (reviewer) => colleague(calls, personOf(people, reviewer), done),
    async arrives(changes = {}) {
      const like = known.find(({ request }) => request.priority === (changes.priority ?? 'Routine'));
      if (like === undefined) throw new Error('there is no case that it would be like');
      const { officer, request } = like;
      const reference = `${request.reference.slice(0, 60)} – ${chance.id().slice(0, 8)}`;
      const call = await calls.call(personOf(people, officer), { ...request, reference, ...changes });
      const { id } = await calls.requests.submit(call);
      await followed();
      return id;
    },
    async enrol(publicKey, name, activeFrom) {
      const reviewer = { holder: name, publicKey, ...(activeFrom === undefined ? {} : { activeFrom }) };
      await done(enrol(calls, people, { kind: 'reviewer', reviewer }));
      return importPublicKey(publicKey).thumbprint;
    },
    async enrolOfficer({ publicKey, encryptionKey }, { agency, name, activeFrom }) {
      const one = [...people.values()].find(({ key }) => key.agency === agency);
      if (one === undefined) throw new Error('there is no such agency');
      const officer = {
        holder: name,
        publicKey,
        ...(encryptionKey === undefined ? {} : { encryptionKey }),
        ...(activeFrom === undefined ? {} : { activeFrom }),
      };
      await done(enrol(calls, people, { kind: 'officer', agency, officer }, one));
      return importPublicKey(publicKey).thumbprint;
    },
    async revoke(name) {
      const by = [...people.values()].find(({ key }) => key.role === 'reviewer' && key.holder !== name);
      if (by === undefined) throw new Error('nobody is left to revoke it');
      for (const { keyId, holder } of (await calls.registry.getDesk())?.members ?? [])
        if (holder === name)
          await calls.enrolment.revoke(await calls.call(by, { keyid: keyId, reason: 'left' as const }));
      await followed();
    },
    changeProviderKey(isPublished) {
      signing.signer = other.signer;
      if (isPublished) signing.published = [other.jwk, kms.provider.jwk];
    },
    async changePolicy(isAdopted) {
      policy = { ...policy, collectHours: policy.collectHours - 1 };
      calls = over(policy);
      answerApi = served();
      if (isAdopted) await done(enrol(calls, people, { kind: 'policy', policyHash: policyHash(policy) }));
    },
    stopLog: () => log.stop(true),
    continueLog: () => {
      log.stop(false);
      return followed();
    },
    readLog: log.readable,
    async letter() {
      const told = known.find(
        ({ story, request: { instrument, notice } }) =>
          story === 'claimed by a colleague' && instrument.kind === 'NationalOrder' && notice === undefined,
      );
      if (told === undefined) throw new Error('there is no case of which somebody would be told');
      for (const reviewer of ['r.jansen', 'm.dubois'])
        await colleague(calls, personOf(people, reviewer), done).approve(told.id);
      const { caller } = await calls.call(personOf(people, told.officer), {});
      await collectedOnce(calls, told.id, { at: clock.now(), key: keyInLog(caller.key) });
      const { name } = invented.agencies.find(({ id }) => id === told.agency) ?? { name: told.agency };
      await calls.cases.change(told.id, (current) => noticesSent(current, clock.now(), name));
      const [one] = (await calls.address(told.id)).subjects;
      if (one === undefined) throw new Error('nobody is told');
      await log.follow();
      return one.code;
    },
    async report() {
      await makeReport({ files, signer: kms.log, store, watch }, policy);
    },
    close: () => listener.close(),
  };
}

function newSigner(): { signer: Signer; jwk: PublicJwk } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { jwk, thumbprint } = importPublicKey(publicKey.export({ format: 'jwk' }));
  return {
    jwk,
    signer: {
      keyId: thumbprint,
      alg: 'ecdsa-p256-sha256',
      sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    },
  };
}
