import { z } from 'zod';
import { drawer } from '#core/vault/drawer.ts';
import { scopeSchema } from './scope.ts';

/** Statuses as ETSI TS 103 120 names them. Only the provider sets them. */
export const statuses = [
  'AwaitingApproval',
  'AwaitingDisclosure',
  'Disclosed',
  'DisclosureNotAvailable',
  'Rejected',
  'Cancelled',
  'Suspended',
  'Expired',
  'Invalid',
] as const;
export type Status = (typeof statuses)[number];

/** Statuses in which a grant may be live. In every other one the door is closed (I9). */
export const openStatuses: readonly Status[] = ['AwaitingDisclosure', 'Disclosed'];

const grant = drawer.extend({ keyId: z.string(), grantId: z.string(), token: z.string() });
export type Grant = z.infer<typeof grant>;

/**
 * Somebody whom a subject of the request stands for, by pseudonym, and from when to when: a number stands for its
 * holder while they held it, and for nobody before or after.
 */
export const holder = z.strictObject({
  subject: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
});
export type Holder = z.infer<typeof holder>;

export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const decision = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  /** The person who decided; a reviewer with two keys is still one reviewer. */
  reviewer: z.string(),
  keyId: z.string(),
  at: z.string(),
  scope: scopeSchema.optional(),
  /** The number, in the case's stream, of the entry that says so. */
  entry: z.int(),
  /** The signed message as it arrived, sealed for `authorise` to verify again. */
  message: bytes,
});

/**
 * The provider's record of one request. It holds no identifier in the clear: what was asked is sealed under the
 * desk key, subjects are pseudonyms (I1).
 */
export const caseSchema = z.strictObject({
  id: z.string(),
  /** Counts the case's changes; each is conditional on the one before, so histories cannot fork. */
  version: z.int(),
  agency: z.string(),
  /** The officer's key that signed the request: the case ends with it. */
  askedBy: z.string(),
  reference: z.string(),
  requestDigest: z.string(),
  priority: z.enum(['Routine', 'Emergency']),
  status: z.enum(statuses),
  receivedAt: z.string(),
  dueAt: z.string(),
  asked: scopeSchema,
  /** For each subject of the request, whom it stands for in the asked period. */
  subjects: z.array(z.array(holder)),
  approvalsNeeded: z.int(),
  policyHash: z.string(),
  collectionsAllowed: z.int(),
  collectHours: z.int(),
  /** The request, sealed under the desk key. */
  request: bytes,
  decisions: z.array(decision),
  scope: scopeSchema.optional(),
  reason: z.string().optional(),
  approvedAt: z.string().optional(),
  expiresAt: z.string().optional(),
  /** Absent: not minted yet. Empty: retired. */
  grants: z.array(grant).optional(),
  /** The number, in the case's stream, of the entry that says what was minted. */
  minted: z.int().optional(),
  collections: z.int(),
  /** The collection whose pages are not all answered yet, and the last page that was. */
  unfinished: z.strictObject({ collection: z.int(), page: z.int() }).optional(),
  /** A page of a collection that is in the log, or on its way there, and not yet answered. */
  pending: z
    .strictObject({
      entry: z.int(),
      hash: z.string(),
      at: z.string(),
      recipient: z.string(),
      collection: z.int(),
      page: z.int(),
    })
    .optional(),
  salt: bytes,
  entries: z.strictObject({ n: z.int(), hash: z.string() }),
});

export type Case = z.infer<typeof caseSchema>;
export type StoredDecision = z.infer<typeof decision>;

/** The case as the agency (and, with more beside it, the reviewer) may see it. */
export const caseView = z.strictObject({
  id: z.string(),
  reference: z.string(),
  status: z.enum(statuses),
  priority: z.enum(['Routine', 'Emergency']),
  requestDigest: z.string(),
  receivedAt: z.string(),
  dueAt: z.string(),
  scope: scopeSchema.optional(),
  reason: z.string().optional(),
  collections: z.int(),
  links: z.record(z.string(), z.string()),
});
export type CaseView = z.infer<typeof caseView>;

export function viewCase(it: Case): CaseView {
  const self = `/v1/requests/${it.id}`;
  return {
    id: it.id,
    reference: it.reference,
    status: it.status,
    priority: it.priority,
    requestDigest: it.requestDigest,
    receivedAt: it.receivedAt,
    dueAt: it.dueAt,
    ...(it.scope === undefined ? {} : { scope: it.scope }),
    ...(it.reason === undefined ? {} : { reason: it.reason }),
    collections: it.collections,
    links: {
      self,
      withdrawal: `${self}/withdrawal`,
      ...(openStatuses.includes(it.status) ? { collection: `${self}/collection` } : {}),
    },
  };
}
