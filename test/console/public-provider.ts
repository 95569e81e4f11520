import { generateKeyPairSync, sign } from 'node:crypto';
import type { Report } from '#core/log/report/figures.ts';
import { noWitnesses } from '#core/log/trust-policy.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { providerRoutes } from '#core/wire/everybody.ts';
import { logRoutes } from '#core/wire/log.ts';
import { openApi } from '#core/wire/openapi.ts';
import { listenLocally } from '#dev/cloud/relay.ts';
import { logHandlers } from '#functions/handlers/log.ts';
import { logPolicy, providerDocument } from '#functions/handlers/provider.ts';
import { type Answer, json } from '#functions/middleware/event.ts';
import { serveEverybody } from '#functions/middleware/serve.ts';
import type { TestLog } from '../client/report/logs.ts';
import { policy } from '../core/cases/cases.ts';
import { answering, type Seen } from './answering.ts';
import { ownCertificate } from './certificate.ts';
import { type DeskFaults, deskFaults } from './faults.ts';
import { type Call, context, eventOf, routed } from './gateway-event.ts';
import { servedConsole } from './served-console.ts';

/**
 * What a provider shows to everybody, behind a real address: the site, the log, the report, and what codes open. The handlers
 * are those that are deployed; the test puts the log's files, the report and the files of codes before them.
 */
export interface PublicProvider {
  url: string;
  /** As a test wants them: changed while the page runs. */
  shown: Shown;
  faults: DeskFaults;
  /** Every call that arrived, in order. */
  seen: readonly Seen[];
  close(): Promise<void>;
}

export interface Shown {
  log: TestLog;
  report: Report | undefined;
  /** By their tags. */
  notices: Map<string, Uint8Array>;
}

export async function publicProvider(shown: Shown): Promise<PublicProvider> {
  const faults = deskFaults();
  const seen: Seen[] = [];
  const answerPage = await servedConsole();
  const listener = await listenLocally((from, to) => serve(from, to));
  listener.secure(await ownCertificate());
  const authority = `localhost:${listener.port}`;
  const signer = newSigner();
  const servers = [
    [
      providerRoutes,
      serveEverybody(providerRoutes, {
        showProvider: async () => json(200, await document(authority, shown)),
        showLogPolicy: async () => logPolicy(shown.log.key, noWitnesses, {}),
        showOpenApi: async () => json(200, openApi('0.0.0')),
      }),
    ],
    [logRoutes, serveEverybody(logRoutes, publicLog(shown))],
  ] as const;
  async function answerApi(call: Call): Promise<Answer | undefined> {
    for (const [table, handler] of servers) {
      const found = routed(Object.values(table), call.method, call.target);
      if (found !== undefined) return handler(eventOf(call, found.route, found.parameters), context);
    }
    return undefined;
  }
  const serve = answering({
    authority,
    faults,
    seen,
    stranger: signer,
    signer: () => signer,
    now: () => new Date().toISOString(),
    answer: async (call) => (await answerPage(call)) ?? (await answerApi(call)),
  });
  return { url: `https://${authority}`, shown, faults, seen, close: () => listener.close() };
}

function publicLog(shown: Shown) {
  return logHandlers({
    files: { read: async (path) => shown.log.files.get(path) },
    report: {
      read: async () =>
        shown.report && { report: JSON.stringify(shown.report), size: BigInt(shown.report.log.size) },
    },
    notices: { get: async (tag) => shown.notices.get(tag) },
    witnesses: noWitnesses,
  });
}

const document = (authority: string, { log }: Shown) =>
  providerDocument({
    name: 'A provider of messages',
    version: '0.0.0',
    authority,
    policy,
    coolOffHours: 0,
    jwks: async () => [],
    logKey: async () => log.key,
    registry: { async *revokedKeys() {} },
  });

/** Nothing that is public is signed. */
function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    keyId: importPublicKey(publicKey.export({ format: 'jwk' })).thumbprint,
    alg: 'ecdsa-p256-sha256',
    sign: async (message) => sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}
