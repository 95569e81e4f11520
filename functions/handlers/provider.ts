import { hoursOfTerms } from '#core/cases/deadline.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { categories } from '#core/categories/categories.ts';
import { formatVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { formatTrustPolicy, type TrustPolicy } from '#core/log/trust-policy.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import type { RegistryState } from '#core/state/registry.ts';
import type { ProviderDocument } from '#core/wire/provider.ts';
import { type Answer, anybody } from '../middleware/event.ts';
import { maxBodyBytes } from '../middleware/parse.ts';

export interface ProviderPorts {
  name: string;
  version: string;
  /** The custom domain that callers sign for, if there is one. */
  authority: string | undefined;
  policy: Policy;
  coolOffHours: number;
  /** The keys that sign answers. The first signs; the others have signed, or are about to. */
  jwks(): Promise<ProviderDocument['keys']>;
  logKey(): Promise<VerifierKey>;
  registry: Pick<RegistryState, 'revokedKeys'>;
}

/** Who runs this, with which key it signs, and what it discloses under which rules. */
export async function providerDocument(ports: ProviderPorts): Promise<ProviderDocument> {
  const { name, version, authority, policy, coolOffHours } = ports;
  const hours = hoursOfTerms(policy.deadlines);
  return {
    name,
    software: 'writ',
    version,
    ...(authority === undefined ? {} : { authority }),
    keys: await ports.jwks(),
    revoked: await revocations(ports),
    // What anybody checks the log with, by tools of their own (C2SP signed-note).
    log: await publishedKey(ports),
    categories: [...categories],
    deadlines: { Routine: `PT${hours.Routine}H`, Emergency: `PT${hours.Emergency}H` },
    policy,
    policyHash: policyHash(policy),
    limits: {
      ...policy.limits,
      bodyBytes: maxBodyBytes,
      signatureSeconds: MAX_WINDOW_SECONDS,
      coolOffHours,
    },
  };
}

/** Who witnesses the log, as verifiers of any make read it: the log's own line, and those of the setting. */
export function logPolicy(key: VerifierKey, witnesses: TrustPolicy, headers: Record<string, string>): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers, ...anybody },
    body: formatTrustPolicy({ ...witnesses, logs: [{ key }] }),
  };
}

async function publishedKey({ logKey }: ProviderPorts): Promise<ProviderDocument['log']> {
  const key = await logKey();
  return { origin: key.name, verifierKey: formatVerifierKey(key) };
}

/** Officers' and reviewers' keys that were revoked, by thumbprint: for a reader of a message that one of them signed. */
async function revocations({ registry }: ProviderPorts): Promise<ProviderDocument['revoked']> {
  const list: ProviderDocument['revoked'] = [];
  for await (const { keyId, revokedAt } of registry.revokedKeys()) {
    if (revokedAt !== undefined) list.push({ keyid: keyId, revokedAt });
  }
  return list;
}
