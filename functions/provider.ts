import middy from '@middy/core';
import { categories, policyHash } from '#core/cases/policy.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import { env } from './aws/env.ts';
import { logKey } from './aws/log-key.ts';
import { logger } from './aws/observe.ts';
import { providerJwks } from './aws/provider-key.ts';
import { revokedKeys } from './aws/registry.ts';
import { type Answer, type Arrived, json } from './middleware/event.ts';
import { maxBodyBytes } from './middleware/parse.ts';
import { problem } from './middleware/problem.ts';

/** Who runs this, with which key it signs, and what it discloses under which rules. Public. */
const { PROVIDER_NAME, POLICY, COOL_OFF_HOURS } = env('PROVIDER_NAME', 'POLICY', 'COOL_OFF_HOURS');

export const handler = middy<Arrived, Answer>()
  .use(problem(logger))
  .handler(async () =>
    json(
      200,
      {
        name: PROVIDER_NAME,
        software: 'writ',
        // The first signs; the others have signed, or are about to.
        keys: await providerJwks(),
        revoked: await revocations(),
        // What anybody checks the log with, by tools of their own (C2SP signed-note).
        log: await publishedKey(),
        categories,
        deadlines: {
          Routine: `PT${POLICY.deadlineHours.Routine}H`,
          Emergency: `PT${POLICY.deadlineHours.Emergency}H`,
        },
        policy: POLICY,
        policyHash: policyHash(POLICY),
        limits: {
          ...POLICY.limits,
          bodyBytes: maxBodyBytes,
          signatureSeconds: MAX_WINDOW_SECONDS,
          coolOffHours: COOL_OFF_HOURS,
        },
      },
      { 'cache-control': 'public, max-age=60' },
    ),
  );

async function publishedKey(): Promise<{ origin: string; verifierKey: string }> {
  const key = await logKey();
  return { origin: key.name, verifierKey: formatVerifierKey(key) };
}

/** Officers' and reviewers' keys that count no more, by thumbprint: whoever holds a message signed by one can tell. */
async function revocations(): Promise<{ keyid: string; revokedAt: string }[]> {
  const list = [];
  for await (const { keyId, revokedAt } of revokedKeys()) {
    if (revokedAt !== undefined) list.push({ keyid: keyId, revokedAt });
  }
  return list;
}
