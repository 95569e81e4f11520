import { z } from 'zod';
import { toHex, utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { LogError } from './errors.ts';
import { leafHash } from './tree.ts';

/**
 * Entries: what the public log says of each act. They are small, versioned, and hold nothing personal (I7):
 * counts, codes, the agency's id, the case's random id, and salted commitments.
 *
 * Entries belong to a stream: all of one case, or one refusal, one key. Within a stream they are numbered from
 * 1 and each names its predecessor's hash, so a case's entries can neither be reordered nor dropped unseen (I6).
 * `at` is when an entry was committed, by the clock of who committed it: a stream's never go back.
 */
const commitment = z.string().regex(/^[\w-]{43}$/);
const digest = z.string().regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
const count = z.int().nonnegative();
const code = z.string().max(64);
const categories = z.array(z.string().max(32)).max(8);

function kind<K extends string, D extends z.ZodRawShape>(name: K, data: D) {
  return z.strictObject({
    v: z.literal(1),
    kind: z.literal(name),
    at: z.string(),
    stream: z.string().max(200),
    n: z.int().positive(),
    previous: z.string().length(64).optional(),
    data: z.strictObject(data),
  });
}

export const entrySchema = z.discriminatedUnion('kind', [
  kind('key.enrolled', {
    role: z.enum(['agency', 'reviewer']),
    agency: code.optional(),
    key: commitment,
    holder: commitment,
    // `founding/<n>`, or `change/<id>`: where the right to enrol it comes from.
    by: z.string().max(64),
    activeFrom: z.string(),
  }),
  // The provider's first reviewers, named by an operator: the one act that nobody signs.
  // It adopts the policy that is deployed then.
  kind('registry.founded', { keys: z.array(commitment).min(2).max(10), policyHash: digest }),
  kind('change.proposed', {
    change: code,
    agency: code.optional(),
    role: code,
    by: commitment,
    digest: commitment,
    // Of a change of policy: which it would adopt.
    policyHash: digest.optional(),
  }),
  kind('change.decided', { decision: code, role: code, by: commitment, digest: commitment, status: code }),
  kind('key.revoked', {
    role: code,
    agency: code.optional(),
    key: commitment,
    by: commitment,
    because: code,
  }),
  kind('request.received', {
    agency: code,
    priority: code,
    instrument: code,
    jurisdiction: code,
    categories,
    subjects: count,
    request: commitment,
    // The pseudonyms that the request's subjects were found to stand for: `authorise` mints for no others.
    resolved: commitment,
    policyHash: z.string(),
    // What an emergency is said to threaten.
    threat: code.optional(),
    // The case that this one is asked in place of.
    amends: code.optional(),
    // Until when, and why, the person is not to be told.
    delayUntil: code.optional(),
    delayReason: code.optional(),
  }),
  // proven: the key's signature was verified; otherwise somebody merely named that key.
  kind('request.refused', { role: code, agency: code.optional(), code, proven: z.boolean() }),
  kind('review.opened', { reviewer: commitment }),
  // Somebody can now open this case's commitments.
  kind('case-file.issued', { reviewer: commitment }),
  kind('decision.approved', {
    reviewer: commitment,
    request: commitment,
    scope: commitment,
    categories,
    subjects: count,
    // Whether it is less than was asked.
    narrowed: z.boolean(),
    policyHash: digest,
    status: code,
    // Of an emergency that is open: how much it still owes.
    owed: count.optional(),
  }),
  // because: the ground, as the Regulation's Annex III lists them.
  kind('decision.rejected', {
    reviewer: commitment,
    request: commitment,
    because: code,
    policyHash: digest,
    status: code,
  }),
  kind('grant.minted', { grants: count, scope: commitment, expiresAt: z.string() }),
  kind('grant.retired', { grants: count, because: code }),
  kind('data.absent', { scope: commitment }),
  kind('collection.intended', { collection: count, page: count, scope: commitment, recipient: commitment }),
  // epoch keys: how many keys KMS unwrapped for it, each an event of CloudTrail's.
  kind('collection.completed', {
    collection: count,
    page: count,
    more: z.boolean(),
    records: count,
    drawers: count,
    package: commitment,
  }),
  kind('collection.failed', { collection: count, page: count, drawers: count, code }),
  kind('case.withdrawn', { status: code, officer: commitment }),
  kind('case.expired', { status: code }),
  // What was approved names more than one case may open.
  kind('case.invalid', { status: code, because: code }),
  // A key that the case rests on was revoked: its officer's, or one of its reviewers'.
  kind('case.cancelled', { status: code, because: code }),
  // reviewer: who closed the door, where somebody did.
  kind('case.suspended', { status: code, because: code, reviewer: commitment.optional() }),
  kind('decision.voided', { decisions: count, because: code }),
  kind('preservation.received', {
    agency: code,
    instrument: code,
    jurisdiction: code,
    categories,
    subjects: count,
    request: commitment,
    resolved: commitment,
    endsAt: z.string(),
  }),
  kind('preservation.kept', { drawers: count }),
  kind('preservation.extended', { officer: commitment, endsAt: z.string() }),
  // It became part of a request, and lasts until that can be answered.
  kind('preservation.requested', { case: code, endsAt: z.string() }),
  kind('preservation.ended', {}),
  // `key` is the SHA-256 of the KMS key's ARN, `policy` of its policy: which key stands under which policy.
  kind('vault.key-made', { purpose: code, epoch: code, key: commitment, policy: digest }),
  kind('vault.key-forgotten', { purpose: code, epoch: code, key: commitment }),
  kind('vault.policy-differs', {
    purpose: code,
    epoch: code,
    key: commitment,
    policy: digest,
    found: digest,
  }),
  kind('account.erased', { drawers: count, preserved: count }),
  // The agency's authorisation of an emergency, as it was validated; and how much the case still owes.
  kind('authorisation.validated', {
    officer: commitment,
    authoriserRole: code,
    validation: commitment,
    owed: count,
  }),
  // An emergency was opened on one signature, and what it owed after was not there in time. Its door is closed.
  kind('emergency.overdue', { debt: code, status: code }),
  // An agency's emergencies are taken no more, until an operator and a reviewer reopen them.
  kind('emergencies.suspended', { agency: code, case: code }),
  kind('emergencies.reopened', { agency: code, change: code }),
  // So much of the time for the answer is over, and there is none.
  kind('deadline.passed', { part: code }),
  // Who was asked about is to be told later than was said before.
  kind('notice.delayed', { officer: commitment, delayUntil: code, delayReason: code }),
  kind('notice.sent', { notices: count, collections: count }),
  // Who was asked about should have been told by now, and was not.
  kind('notice.overdue', {}),
  // Whoever sends the notices was told whom to send them to.
  kind('notice.addressed', {}),
  // Somebody asked for an account that nobody has reason to ask for. Their key is revoked.
  kind('decoy.asked', { agency: code, key: commitment }),
  // What the five-minute sweep of KMS's grants found: once a day, and whenever they differ from the cases' (I9).
  kind('sweep.done', { grants: count, missing: count, surplus: count }),
  // An hour of CloudTrail against the log: decryptions that no collection announced, collections without their own.
  kind('reconciliation.done', {
    hour: z.string().max(20),
    decrypts: count,
    collections: count,
    surplus: count,
    missing: count,
  }),
  // What stands behind the address since when. `keys`: the thumbprints (RFC 7638) of the keys that sign disclosures.
  kind('deployment.made', { code: digest, policy: digest, keys: z.array(z.string().max(64)).max(5) }),
  kind('policy.changed', { from: digest, to: digest }),
  kind('strangers.refused', { hour: z.string(), counts: z.record(code, count) }),
]);

/** An entry as it is committed, sequenced and published. `previous` is the leaf hash of entry n−1 of its stream. */
export type Entry = z.infer<typeof entrySchema>;

type BodyOf<E> = E extends Entry ? Pick<E, 'kind' | 'data'> : never;

/** An act as an entry tells it, before it has a place in its stream. */
export type EntryBody = BodyOf<Entry>;

/** Where a stream of entries stands: how many it has, and the hash of the last. */
export interface StreamHead {
  n: number;
  hash?: string | undefined;
}

/** Gives an act its place in its stream. Returns the entry and the stream's new head. */
export function appendEntry(
  stream: string,
  head: StreamHead,
  body: EntryBody,
  at: string,
): { entry: Entry; head: StreamHead } {
  const previous = head.hash === undefined ? {} : { previous: head.hash };
  const entry = entrySchema.parse({ v: 1, at, stream, n: head.n + 1, ...previous, ...body });
  return { entry, head: { n: entry.n, hash: entryHash(entry) } };
}

/** An entry as the log holds it: the UTF-8 bytes of its RFC 8785 form. */
export function entryBytes(entry: Entry): Uint8Array {
  return utf8(canonicalJson(entry));
}

/** How an entry is named by the next of its stream: its leaf hash in the tree, in hex. */
export function entryHash(entry: Entry): string {
  return toHex(leafHash(entryBytes(entry)));
}

/** What every entry says, of whatever kind and version: enough to follow its stream. */
const envelopeSchema = z.looseObject({
  v: z.int().positive(),
  kind: z.string().max(64),
  at: z.string().max(40),
  stream: z.string().max(200),
  n: z.int().positive(),
  previous: z.string().length(64).optional(),
});
export type Envelope = z.infer<typeof envelopeSchema>;

const knownKinds = new Set<string>(entrySchema.options.map((option) => option.shape.kind.value));

/**
 * Reads an entry of a log that may be younger than its reader: of a kind or version that is not known here, only the
 * envelope can be told.
 *
 * @throws LogError entry-malformed for what no version of Writ would have written
 */
export function readEntry(bytes: Uint8Array): { envelope: Envelope; entry?: Entry } {
  try {
    const json: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    const envelope = envelopeSchema.parse(json);
    if (envelope.v !== 1 || !knownKinds.has(envelope.kind)) return { envelope };
    return { envelope, entry: entrySchema.parse(json) };
  } catch (cause) {
    throw new LogError('entry-malformed', { cause });
  }
}
