import { z } from 'zod';
import { policySchema } from '#core/cases/policy.ts';
import { categories } from '#core/categories/categories.ts';
import { revokedKey } from '#core/registry/revocation.ts';

const duration = z.string().regex(/^PT\d+H$/);

/** Who runs this, with which keys, under which rules: what `GET /v1/provider` answers. */
export const providerDocument = z.strictObject({
  name: z.string(),
  software: z.literal('writ'),
  /** Of Writ, as it is deployed. */
  version: z.string(),
  /** The custom domain that callers sign for, with its port unless that is 443; absent where the API's own domain is it. */
  authority: z.string().optional(),
  /** The first signs; the others have signed, or are about to. */
  keys: z.array(
    z.strictObject({
      kty: z.enum(['EC', 'OKP']),
      crv: z.string(),
      x: z.string(),
      y: z.string().optional(),
      /** RFC 7638 thumbprint. */
      kid: z.string(),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
  /** Officers' and reviewers' keys that were revoked. */
  revoked: z.array(revokedKey),
  log: z.strictObject({ origin: z.string(), verifierKey: z.string() }),
  categories: z.array(z.enum(categories)),
  /** ISO 8601 durations, without what the policy's calendar adds: a period in days as so many times 24 hours. */
  deadlines: z.strictObject({ Routine: duration, Emergency: duration }),
  policy: policySchema,
  policyHash: z.string(),
  limits: policySchema.shape.limits.extend({
    bodyBytes: z.int(),
    signatureSeconds: z.int(),
    coolOffHours: z.number(),
  }),
});
export type ProviderDocument = z.infer<typeof providerDocument>;

/**
 * What a reader takes from `GET /v1/provider`. A provider of another version may have members that this one does not
 * know, and lack those that it does: only what identifies it is needed.
 */
export const publishedProvider = z.looseObject({
  name: z.string(),
  /** Of Writ, as it is deployed. Older providers do not publish it. */
  version: z.string().optional().catch(undefined),
  /** What callers sign for, where that is a custom domain. */
  authority: z.string().optional().catch(undefined),
  keys: z.array(z.looseObject({ kid: z.string().optional() })),
  /** Officers' and reviewers' keys that were revoked. */
  revoked: z.array(z.looseObject({ keyid: z.string(), revokedAt: z.string() })).default([]),
  /** The log's name and verifier key (C2SP signed-note). */
  log: z.looseObject({ origin: z.string().optional(), verifierKey: z.string() }).optional(),
  policyHash: z.string(),
  policy: z.unknown().optional(),
  limits: z.looseObject({ coolOffHours: z.number().optional() }).optional().catch(undefined),
});
export type PublishedProvider = z.infer<typeof publishedProvider>;

/** Of that, what a log is verified with; and what a disclosure is proven with. */
export const publishedLog = publishedProvider.pick({ log: true }).required();
export const publishedKeys = publishedProvider.pick({ keys: true, log: true }).required({ log: true });
