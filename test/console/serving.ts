import { revocationCheck, suspensionCheck } from '#core/access/caller.ts';
import { type CollectPorts, collector } from '#core/access/collect.ts';
import { registryProver } from '#core/access/prover.ts';
import { recipientShown } from '#core/access/recipient.ts';
import type { Policy } from '#core/cases/policy.ts';
import { keyDesk, peopleDesk } from '#core/gateway/people.ts';
import { noWitnesses } from '#core/log/trust-policy.ts';
import type { Clock } from '#core/ports.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { keptReport } from '#core/state/report.ts';
import { collectRoutes, requestRoutes } from '#core/wire/agency.ts';
import { reviewRoutes } from '#core/wire/desk.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { logRoutes } from '#core/wire/log.ts';
import { openApi } from '#core/wire/openapi.ts';
import { registryRoutes } from '#core/wire/registry.ts';
import { collectHandlers } from '#functions/handlers/collect.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import { logPolicy, providerDocument } from '#functions/handlers/provider.ts';
import { registryHandlers } from '#functions/handlers/registry.ts';
import { requestHandlers } from '#functions/handlers/request.ts';
import { reviewHandlers } from '#functions/handlers/review.ts';
import { type Answer, json } from '#functions/middleware/event.ts';
import { serveEverybody, signedServer } from '#functions/middleware/serve.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import type { MemoryCloud } from '../memory/cloud.ts';
import { crowded } from './crowd.ts';
import type { followingLog } from './following.ts';
import { type Call, context, eventOf, routed } from './gateway-event.ts';

export interface ServingPorts {
  cloud: MemoryCloud;
  calls: Gateway;
  policy: Policy;
  authority: string;
  clock: Clock;
  openRecords: CollectPorts['openRecords'];
  log: ReturnType<typeof followingLog>;
  /** Who signs answers, and which keys the provider publishes, as of now. */
  signing: { signer: Signer; published: readonly PublicJwk[] };
  /** How many cases wait, where they are more than were played. */
  waiting: number;
}

/** The API of a desk, by the handlers that are deployed. @returns what answers a call; undefined where there is no route */
export function serving(ports: ServingPorts): (call: Call) => Promise<Answer | undefined> {
  const { cloud, calls, policy, authority, clock, log, signing, waiting, openRecords } = ports;
  const { registry } = calls;
  const { watch, files, store, kms } = cloud;
  const serveSigned = signedServer({
    registry,
    calls: calls.calls,
    isRevoked: revocationCheck({ log: log.places, watch }),
    isSuspended: suspensionCheck({ log: log.places, watch }),
    signer: async () => signing.signer,
    clock,
  });
  const person = peopleDesk({ ...calls, newest: registry, watch });
  const document = () =>
    providerDocument({
      name: 'A provider of messages',
      version: '0.0.0',
      authority,
      policy,
      coolOffHours: 0,
      jwks: async () => signing.published.map(published),
      logKey: async () => kms.log.verifierKey,
      registry,
    });
  const collecting: CollectPorts = {
    cases: calls.cases,
    registry,
    prover: registryProver(registry),
    readLog: log.read,
    openRecords,
    provider: kms.provider,
    references: calls.references,
    // The log follows while a call waits for it.
    clock: { now: clock.now, pause: () => log.follow() },
    watch,
    policy,
    providerName: 'A provider of messages',
  };
  const { requests, preservations: preserving, notifications } = calls;
  const servers = [
    [
      requestRoutes,
      serveSigned(requestRoutes, authority, requestHandlers({ requests, preserving, notifications })),
    ],
    [
      collectRoutes,
      serveSigned(
        collectRoutes,
        authority,
        collectHandlers(collector(collecting), recipientShown(collecting)),
      ),
    ],
    [
      reviewRoutes,
      serveSigned(reviewRoutes, authority, reviewHandlers(crowded(calls.reviews, waiting), person)),
    ],
    [
      registryRoutes,
      serveSigned(registryRoutes, authority, registryHandlers(calls.enrolment, keyDesk({ registry }))),
    ],
    [
      providerRoutes,
      serveEverybody(providerRoutes, {
        showProvider: async () => json(200, await document()),
        showLogPolicy: async () => logPolicy(kms.log.verifierKey, noWitnesses, {}),
        showOpenApi: async () => json(200, openApi('0.0.0')),
      }),
    ],
    [
      logRoutes,
      serveEverybody(
        logRoutes,
        logHandlers({
          files,
          report: keptReport(store),
          notices: calls.notices,
          witnesses: noWitnesses,
        }),
      ),
    ],
  ] as const;
  return async (call) => {
    for (const [table, handler] of servers) {
      const found = routed(Object.values(table), call.method, call.target);
      if (found !== undefined) return handler(eventOf(call, found.route, found.parameters), context);
    }
    return undefined;
  };
}

function published(jwk: PublicJwk) {
  return { ...jwk, kid: importPublicKey(jwk).thumbprint, alg: 'ES256', use: 'sig' } as const;
}
