import middy from '@middy/core';
import { categories, policyHash } from '#core/cases/policy.ts';
import { MAX_WINDOW_SECONDS } from '#core/signature/profile.ts';
import { env } from './aws/env.ts';
import { logger } from './aws/observe.ts';
import { providerJwk } from './aws/provider-key.ts';
import { type Answer, type Arrived, json } from './middleware/event.ts';
import { maxBodyBytes } from './middleware/parse.ts';
import { problem } from './middleware/problem.ts';

/** Who runs this, with which key it signs, and what it discloses under which rules. Public. */
const { PROVIDER_NAME, POLICY } = env('PROVIDER_NAME', 'POLICY');

export const handler = middy<Arrived, Answer>()
  .use(problem(logger))
  .handler(async () =>
    json(
      200,
      {
        name: PROVIDER_NAME,
        software: 'writ',
        keys: [await providerJwk()],
        categories,
        deadlines: {
          Routine: `PT${POLICY.deadlineHours.Routine}H`,
          Emergency: `PT${POLICY.deadlineHours.Emergency}H`,
        },
        policy: POLICY,
        policyHash: policyHash(POLICY),
        limits: {
          ...POLICY.limits,
          collections: POLICY.collections,
          bodyBytes: maxBodyBytes,
          signatureSeconds: MAX_WINDOW_SECONDS,
        },
      },
      { 'cache-control': 'public, max-age=60' },
    ),
  );
