import { generateKeyPairSync, sign } from 'node:crypto';
import { revocationCheck } from '#core/access/caller.ts';
import { policyHash } from '#core/cases/policy.ts';
import type { Decision, Request } from '#core/cases/request.ts';
import { askedScope } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { keyDesk, peopleDesk } from '#core/gateway/people.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { outboxItem } from '#core/state/outbox.ts';
import { keptReport } from '#core/state/report.ts';
import { makeReport } from '#core/transparency.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { logRoutes, providerRoutes } from '#core/wire/everybody.ts';
import { openApi } from '#core/wire/openapi.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { listenLocally } from '#dev/cloud/relay.ts';
import { type InventedAsk, inventedDesk } from '#dev/invented/cases.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import { providerDocument } from '#functions/handlers/provider.ts';
import { registryHandlers } from '#functions/handlers/registry.ts';
import { reviewHandlers } from '#functions/handlers/review.ts';
import { type Answer, json } from '#functions/middleware/event.ts';
import { serveEverybody, signedServer } from '#functions/middleware/serve.ts';
import { withholding } from '../core/cases/cases.ts';
import { gateway } from '../core/gateway/gateway.ts';
import { memoryCloud } from '../memory/cloud.ts';
import { answering, type Seen } from './answering.ts';
import { ownCertificate } from './certificate.ts';
import { crowded } from './crowd.ts';
import { existenceOf } from './existence.ts';
import { type DeskFaults, deskFaults } from './faults.ts';
import { type Call, context, eventOf, routed, type Served } from './gateway-event.ts';
import { before, enrol, inhabit, ordinaryRegistry, personOf, play } from './play.ts';
import { servedConsole } from './served-console.ts';

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
  /** The report that the public sees, made anew. */
  report(): Promise<void>;
  close(): Promise<void>;
}

export interface DeskCase extends InventedAsk {
  id: string;
  requestDigest: string;
}

export interface Colleague {
  /** As asked, unless a narrower scope is given. */
  approve(id: string, scope?: Scope): Promise<void>;
  reject(id: string): Promise<void>;
  claim(id: string): Promise<void>;
  ask(id: string): Promise<void>;
  note(id: string, text: string): Promise<void>;
  suspend(id: string): Promise<void>;
}

export interface DeskOptions {
  /** How many. @defaultValue 60 */
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
  const cloud = memoryCloud('console');
  const { clock: stepping, kms, store, files, watch, chance } = cloud;
  const { resolve, whatExists } = existenceOf(invented.events);
  const over = (policy: typeof withholding) =>
    gateway({ ...cloud, clock }, store, resolve, policy, whatExists);

  // While the desk's past is played its clock stands where it is set; from then on it runs.
  let running: { from: number; at: number } | undefined;
  const clock = {
    ...stepping,
    now: () =>
      running === undefined
        ? stepping.now()
        : new Date(running.at + (Date.now() - running.from)).toISOString(),
  };

  let policy = withholding;
  let calls = over(policy);
  stepping.set(before(now, 45));
  const people = await inhabit(calls, invented);
  const played = await play(calls, people, invented, stepping);
  const known: DeskCase[] = invented.requests.map((ask, i) => {
    const { id = '', requestDigest = '' } = played[i] ?? {};
    return { ...ask, id, requestDigest };
  });
  stepping.set(before(now, 0.05));
  const held = known.find(({ story }) => story === 'rejected')?.id;
  await ordinaryRegistry(calls, people, { now, held });
  running = { from: Date.now(), at: Date.parse(now) };

  // The log, which follows each call.
  const log = logOfStore();
  await log.follow();
  let isReadable = true;
  const places = logPlaces(files);
  const readable = {
    follows: (...args: Parameters<typeof places.follows>) => {
      if (!isReadable) throw new Error('the bucket does not answer');
      return places.follows(...args);
    },
  };

  const own: Signer = {
    keyId: await kms.provider.keyId(),
    alg: 'ecdsa-p256-sha256',
    sign: kms.provider.sign,
  };
  const other = newSigner();
  const signing = { signer: own, published: [kms.provider.jwk] };

  const listener = await listenLocally((from, to) => serve(from, to));
  const tls = await ownCertificate();
  listener.secure(tls);
  const authority = `localhost:${listener.port}`;
  const consoleServer = await servedConsole();

  const serveSigned = signedServer({
    get registry() {
      return calls.registry;
    },
    get calls() {
      return calls.calls;
    },
    isRevoked: revocationCheck({ log: readable, watch }),
    signer: async () => signing.signer,
    clock,
  });
  const servers = () => ({
    review: serveSigned(
      reviewRoutes,
      authority,
      reviewHandlers(
        crowded(calls.reviews, waiting),
        peopleDesk({ ...calls, newest: calls.registry, watch }),
      ),
    ),
    registry: serveSigned(
      registryRoutes,
      authority,
      registryHandlers(calls.enrolment, keyDesk({ registry: calls.registry })),
    ),
    provider: serveEverybody(providerRoutes, {
      showProvider: async () => json(200, await document()),
      showOpenApi: async () => json(200, openApi('0.0.0')),
    }),
    log: serveEverybody(logRoutes, logHandlers({ files, report: keptReport(store), notices: calls.notices })),
  });
  let serving = servers();
  const document = () =>
    providerDocument({
      name: 'A provider of messages',
      version: '0.0.0',
      authority,
      policy,
      coolOffHours: 0,
      jwks: async () => signing.published.map(publishedJwk),
      logKey: async () => kms.log.verifierKey,
      registry: calls.registry,
    });

  const routes: readonly (Served & { server: keyof typeof serving })[] = [
    ...Object.values(reviewRoutes).map((route) => ({ ...route, server: 'review' as const })),
    ...Object.values(registryRoutes).map((route) => ({ ...route, server: 'registry' as const })),
    ...Object.values(providerRoutes).map((route) => ({ ...route, server: 'provider' as const })),
    ...Object.values(logRoutes).map((route) => ({ ...route, server: 'log' as const })),
  ];
  async function answer(call: Call): Promise<Answer | undefined> {
    const page = await consoleServer(call);
    if (page !== undefined) return page;
    const found = routed(routes, call.method, call.target);
    if (found === undefined) return undefined;
    const answered = await serving[found.route.server](eventOf(call, found.route, found.parameters), context);
    await log.follow();
    return answered;
  }
  const faults = deskFaults();
  const seen: Seen[] = [];
  const serve = answering({ authority, faults, seen, stranger: newSigner().signer, now: clock.now, answer });

  /** What is committed gets into the log in the order in which it was. */
  function logOfStore() {
    const { deliver } = sequencer({ store, files: keepingFiles(files), signer: kms.log, chance, watch });
    let isStopped = false;
    let last = Promise.resolve();
    const next = async () => {
      if (isStopped) return;
      const items = store.changes
        .splice(0)
        .flatMap(({ table, new: item }) => (table === 'entries' && item !== undefined ? [item] : []));
      for (let at = 0; at < items.length; at += 500)
        await deliver(items.slice(at, at + 500).map((item) => outboxItem.safeParse(item).data));
    };
    return {
      follow: () => {
        last = last.then(next);
        return last;
      },
      stop: (does: boolean) => {
        isStopped = does;
      },
    };
  }

  const done = async (act: Promise<unknown>): Promise<void> => {
    await act;
    await log.follow();
  };

  async function digestOf(id: string): Promise<string> {
    const current = await calls.cases.get(id);
    if (current === undefined) throw new Error('there is no such case');
    return current.requestDigest;
  }

  return {
    url: `https://${authority}`,
    ca: tls.cert,
    authority,
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
    as(reviewer) {
      const by = personOf(people, reviewer);
      const on = <Input>(id: string, input: Input) => calls.call(by, input, id);
      return {
        async approve(id, scope) {
          const asked = (await calls.cases.get(id))?.asked;
          const decision: Decision = {
            decision: 'approve',
            requestDigest: await digestOf(id),
            scope:
              scope ?? asked ?? askedScope({ subjects: [], categories: [], period: { from: '', to: '' } }),
            reason: 'order checked',
          };
          await done(calls.reviews.decide(await on(id, decision)));
        },
        async reject(id) {
          const requestDigest = await digestOf(id);
          const decision: Decision = {
            decision: 'reject',
            requestDigest,
            ground: 'not-proportionate',
            reason: 'It asks for more than this offence allows.',
          };
          await done(calls.reviews.decide(await on(id, decision)));
        },
        claim: async (id) => done(calls.reviews.claim(await on(id, { claim: 'take' as const }))),
        note: async (id, text) => done(calls.reviews.note(await on(id, { text }))),
        async ask(id) {
          const question = { requestDigest: await digestOf(id), of: ['order' as const], text: 'Which page?' };
          await done(calls.reviews.ask(await on(id, question)));
        },
        async suspend(id) {
          const suspension = {
            requestDigest: await digestOf(id),
            ground: 'manifest-error' as const,
            reason: 'The court knows of no such order.',
          };
          await done(calls.reviews.suspend(await on(id, suspension)));
        },
      };
    },
    async arrives(changes = {}) {
      const like = known.find(({ request }) => request.priority === (changes.priority ?? 'Routine'));
      if (like === undefined) throw new Error('there is no case that it would be like');
      const { officer, request } = like;
      const reference = `${request.reference.slice(0, 60)} – ${seen.length}-${chance.id().slice(0, 8)}`;
      const call = await calls.call(personOf(people, officer), { ...request, reference, ...changes });
      const { id } = await calls.requests.submit(call);
      await log.follow();
      return id;
    },
    async enrol(publicKey, name, activeFrom) {
      const reviewer = { holder: name, publicKey, ...(activeFrom === undefined ? {} : { activeFrom }) };
      await done(enrol(calls, people, { kind: 'reviewer', reviewer }));
      return importPublicKey(publicKey).thumbprint;
    },
    async revoke(name) {
      const by = [...people.values()].find(({ key }) => key.role === 'reviewer' && key.holder !== name);
      if (by === undefined) throw new Error('nobody is left to revoke it');
      const members = (await calls.registry.getDesk())?.members ?? [];
      for (const { keyId, holder: whose } of members)
        if (whose === name)
          await calls.enrolment.revoke(await calls.call(by, { keyid: keyId, reason: 'left' as const }));
      await log.follow();
    },
    changeProviderKey(isPublished) {
      signing.signer = other.signer;
      if (isPublished) signing.published = [other.jwk, kms.provider.jwk];
    },
    async changePolicy(isAdopted) {
      policy = { ...policy, collectHours: policy.collectHours - 1 };
      calls = over(policy);
      serving = servers();
      if (isAdopted) await done(enrol(calls, people, { kind: 'policy', policyHash: policyHash(policy) }));
    },
    stopLog: () => log.stop(true),
    continueLog: () => {
      log.stop(false);
      return log.follow();
    },
    readLog(can) {
      isReadable = can;
    },
    async report() {
      await makeReport({ files, signer: kms.log, store, watch }, policy);
    },
    close: () => listener.close(),
  };
}

function publishedJwk(jwk: PublicJwk) {
  return { ...jwk, kid: importPublicKey(jwk).thumbprint, alg: 'ES256', use: 'sig' } as const;
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
