import { z } from 'zod';
import { mostWitnessCharacters, witnessCharacters } from './limits.ts';

/**
 * Every kind of entry, defined once: what it says, in whose history it stands, and which function it wakes. The schema,
 * the outbox's filters, the verifier's rules, the report's counts and docs/log.md are made of this table or checked
 * against it; a kind that one of them forgets does not compile.
 */

/** Whose history an entry belongs to, and how the names of such streams begin. */
export const streamNames = {
  case: 'case/',
  preservation: 'preservation/',
  key: 'key/',
  change: 'change/',
  founding: 'registry/founding',
  desk: 'registry/desk',
  agency: 'agency/',
  emergencies: 'emergencies/',
  // The log says "decoy" for a honeytoken, and what is in a log keeps its name.
  honeytoken: 'decoy/',
  refusal: 'refusal/',
  strangers: 'strangers/',
  vaultKey: 'vault-key/',
  vaultPolicy: 'vault-policy/',
  erasure: 'erasure/',
  sweep: 'sweep/',
  reconciliation: 'reconciliation/',
  forgery: 'forgery/',
  revocations: 'revocations',
  suspension: 'suspension/',
  deployment: 'deployment',
} as const;
export type StreamName = keyof typeof streamNames;

/**
 * Whether the kinds of a stream may stand in no other: a verifier builds on what they say there. The rest record what the
 * provider did, each in a stream of its own.
 */
export const isExclusive: Readonly<Record<StreamName, boolean>> = {
  case: true,
  preservation: true,
  key: true,
  change: true,
  founding: true,
  desk: true,
  agency: true,
  emergencies: true,
  honeytoken: true,
  refusal: false,
  strangers: false,
  vaultKey: false,
  vaultPolicy: false,
  erasure: false,
  sweep: false,
  reconciliation: false,
  forgery: false,
  revocations: true,
  suspension: true,
  deployment: false,
};

/** The functions that the outbox's stream can wake, beside `sequence`, which reads every entry. */
export type Woken = 'expire';

interface KindDefinition {
  /** In whose history it stands. */
  readonly stream: StreamName;
  /** Who acts on it as soon as it is committed. */
  readonly wakes: readonly Woken[];
  /** What it says: codes, counts and commitments, never a value of a person (I7). */
  readonly data: z.ZodRawShape;
}

const commitment = z.string().regex(/^[\w-]{43}$/);
const digest = z.string().regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);
const count = z.int().nonnegative();
const code = z.string().max(64);
/** In JSON a newline takes two bytes, and each other character one. */
const witnesses = z
  .string()
  .max(mostWitnessCharacters)
  .regex(witnessCharacters)
  .meta({ mostBytes: mostWitnessCharacters });
const categories = z.array(z.string().max(32)).max(8);
/**
 * The key that signed what the entry records, as the log calls it: the name of its stream, `key/<id>`. Optional in form
 * only: a verifier reports an entry that leaves it out.
 */
const key = commitment.optional();

export const entryKinds = {
  'key.enrolled': {
    stream: 'key',
    wakes: [],
    data: {
      role: z.enum(['agency', 'reviewer']),
      agency: code.optional(),
      key: commitment,
      holder: commitment,
      // `founding/<n>`, or `change/<id>`: where the right to enrol it comes from.
      by: z.string().max(64),
      activeFrom: z.string(),
    },
  },
  // The provider's first reviewers, named by an operator: the one act that nobody signs.
  // It adopts the policy that is deployed then.
  'registry.founded': {
    stream: 'founding',
    wakes: [],
    data: { keys: z.array(commitment).min(2).max(10), policyHash: digest },
  },
  // The desk's record has changed, by `founding/<n>`, `change/<id>` or, where a key was revoked, `key/<commitment>`.
  // `people`: how many can decide. An older record that is put back is known by the entry that follows it.
  'desk.changed': {
    stream: 'desk',
    wakes: [],
    data: { by: z.string().max(64), people: count },
  },
  // The same of an agency's record. `recipient`: which key disclosures are encrypted to, from `activeFrom` on.
  'agency.changed': {
    stream: 'agency',
    wakes: [],
    data: {
      agency: code,
      by: z.string().max(64),
      people: count,
      recipient: commitment.optional(),
      activeFrom: z.string().optional(),
    },
  },
  // An officer's own key, for what they collect, from `activeFrom` on: with their signing key, where `by` enrolled that too,
  // or by itself. A kind of its own, which an older reader passes over.
  'recipient.enrolled': {
    stream: 'agency',
    wakes: [],
    data: {
      agency: code,
      by: z.string().max(64),
      officer: commitment,
      recipient: commitment,
      activeFrom: z.string(),
    },
  },
  'change.proposed': {
    stream: 'change',
    wakes: [],
    data: {
      change: code,
      agency: code.optional(),
      role: code,
      by: commitment,
      digest: commitment,
      key,
      // Of a change of policy: which it would adopt.
      policyHash: digest.optional(),
    },
  },
  'change.decided': {
    stream: 'change',
    wakes: [],
    // An operator, who signs nothing, has no key.
    data: { decision: code, role: code, by: commitment, key, digest: commitment, status: code },
  },
  'key.revoked': {
    stream: 'key',
    wakes: ['expire'],
    data: {
      role: code,
      agency: code.optional(),
      key: commitment,
      by: commitment,
      because: code,
    },
  },
  // Another provider revoked this key of an agency for misuse: it may do nothing until two reviewers reinstate it. by: the
  // name of that provider's log. item: what that provider said of it.
  'key.suspended': {
    stream: 'suspension',
    wakes: [],
    data: { agency: code, key: commitment, by: z.string().max(253), item: commitment, because: code },
  },
  // by: `change/<id>`, by which two reviewers said so.
  'key.reinstated': {
    stream: 'suspension',
    wakes: [],
    data: { agency: code, key: commitment, by: z.string().max(64) },
  },
  // Other providers were told of an agency's key that was revoked for misuse. item: the digest of what they were told, under
  // the number that the entry has in its stream. It names no key and no agency, and not the entry that revoked it.
  'revocation.published': {
    stream: 'revocations',
    wakes: [],
    data: { item: digest, because: code },
  },
  'request.received': {
    stream: 'case',
    wakes: ['expire'],
    data: {
      agency: code,
      priority: code,
      // These three in the clear; or withheld, and then committed to until they are revealed.
      instrument: code.optional(),
      jurisdiction: code.optional(),
      categories: categories.optional(),
      withheld: commitment.optional(),
      // By when. A delay that is renewed may put it off.
      revealBy: z.string().max(40).optional(),
      subjects: count,
      request: commitment,
      // The pseudonyms that the request's subjects were found to stand for: `authorise` mints for no others.
      resolved: commitment,
      key,
      policyHash: z.string(),
      // Until when it is to be answered. Older entries leave it out.
      dueAt: z.string().max(40).optional(),
      // What an emergency is said to threaten.
      threat: code.optional(),
      // The case that this one is asked in place of.
      amends: code.optional(),
      // Until when, and why, the person must not be notified.
      delayUntil: code.optional(),
      delayReason: code.optional(),
      // The enforcing authority that was notified, until when it may object, and whether disclosure waits for it. Or why none
      // must be, as the agency says.
      notified: code.optional(),
      notifiedUntil: code.optional(),
      waits: z.boolean().optional(),
      exempt: code.optional(),
      // Who tells the person, where it is not the provider from the start: authority, or nobody until the delay ends.
      noticeBy: code.optional(),
      // The order that delays or forbids telling.
      noticeOrder: commitment.optional(),
    },
  },
  // proven: the key's signature was verified. Earlier versions also recorded that somebody merely named a key.
  'request.refused': {
    stream: 'refusal',
    wakes: [],
    data: { role: code, agency: code.optional(), code, proven: z.boolean() },
  },
  'review.opened': {
    stream: 'case',
    wakes: [],
    // of: `order`, where they took the order out, and not the request alone.
    data: { reviewer: commitment, of: code.optional() },
  },
  // Somebody can now open this case's commitments.
  'case-file.issued': {
    stream: 'case',
    wakes: [],
    data: { reviewer: commitment },
  },
  'decision.approved': {
    stream: 'case',
    wakes: [],
    data: {
      reviewer: commitment,
      key,
      request: commitment,
      scope: commitment,
      categories: categories.optional(),
      // In place of categories, while the case withholds them.
      withheld: commitment.optional(),
      subjects: count,
      // Whether it is less than was asked; on which grounds, as far as the reviewers state them; and what each is of.
      narrowed: z.boolean(),
      because: z.array(z.string().max(32)).max(8).optional(),
      leftOut: commitment.optional(),
      policyHash: digest,
      status: code,
      // Of an emergency that is open: how much it still owes.
      owed: count.optional(),
      // Of an emergency that is opened: the order lacks no validation. Where it is left out, the order needs one.
      needsValidation: z.boolean().optional(),
    },
  },
  // because: the ground, as the Regulation's Annex III lists them.
  'decision.rejected': {
    stream: 'case',
    wakes: ['expire'],
    data: {
      reviewer: commitment,
      key,
      request: commitment,
      because: code,
      policyHash: digest,
      status: code,
    },
  },
  'grant.minted': {
    stream: 'case',
    wakes: ['expire'],
    data: {
      grants: count,
      scope: commitment,
      expiresAt: z.string(),
      // Whom the request still named when it was minted: `collect` opens for no others. Older entries lack both.
      resolved: commitment.optional(),
      // How often it may be collected.
      collections: count.optional(),
    },
  },
  'grant.retired': {
    stream: 'case',
    wakes: [],
    data: { grants: count, because: code },
  },
  'data.absent': {
    stream: 'case',
    wakes: [],
    data: { scope: commitment },
  },
  'collection.intended': {
    stream: 'case',
    wakes: [],
    data: { collection: count, page: count, scope: commitment, recipient: commitment, key },
  },
  // drawers: how many epoch keys KMS unwrapped for it, each an event of CloudTrail's.
  'collection.completed': {
    stream: 'case',
    wakes: ['expire'],
    data: {
      collection: count,
      page: count,
      more: z.boolean(),
      records: count,
      drawers: count,
      package: commitment,
    },
  },
  'collection.failed': {
    stream: 'case',
    wakes: [],
    data: { collection: count, page: count, drawers: count, code },
  },
  'case.withdrawn': {
    stream: 'case',
    wakes: ['expire'],
    data: { status: code, officer: commitment },
  },
  // because: `undecided`, where nobody had decided it in its lifetime. Otherwise its right to collect ended.
  'case.expired': {
    stream: 'case',
    wakes: ['expire'],
    data: { status: code, because: code.optional() },
  },
  // What was approved names more than one case may open.
  'case.invalid': {
    stream: 'case',
    wakes: [],
    data: { status: code, because: code },
  },
  // A key that the case rests on was revoked: its officer's, or one of its reviewers'.
  'case.cancelled': {
    stream: 'case',
    wakes: ['expire'],
    data: { status: code, because: code },
  },
  // reviewer, key: who suspended it, where a reviewer did.
  'case.suspended': {
    stream: 'case',
    wakes: ['expire'],
    data: { status: code, because: code, reviewer: commitment.optional(), key },
  },
  // A reviewer says that they work on the case. over: another's claim stood. It gives no right, and ends by itself.
  'case.claimed': {
    stream: 'case',
    wakes: [],
    data: { reviewer: commitment, over: z.boolean() },
  },
  'case.unclaimed': {
    stream: 'case',
    wakes: [],
    data: { reviewer: commitment },
  },
  // A reviewer wrote something for the other reviewers.
  'note.added': {
    stream: 'case',
    wakes: [],
    data: { reviewer: commitment, note: commitment },
  },
  // The desk asks the agency for information before it decides. of: about which parts of the order or the request. stops:
  // until the answer, the time for the case stands still.
  'information.asked': {
    stream: 'case',
    wakes: [],
    data: {
      reviewer: commitment,
      key,
      of: z.array(z.string().max(32)).max(8),
      // Until when it is to be answered. Nothing is decided by that.
      answerBy: code.optional(),
      question: commitment,
      stops: z.boolean().optional(),
    },
  },
  // dueAt: until when the case is to be answered now, where that has changed.
  'information.given': {
    stream: 'case',
    wakes: [],
    data: { officer: commitment, key, answer: commitment, dueAt: z.string().max(40).optional() },
  },
  // The agency handed in the order that its request names. bytesUpTo: a power of two, since an exact size tells a file.
  'order.received': {
    stream: 'case',
    wakes: [],
    data: { officer: commitment, key, document: commitment, type: code, bytesUpTo: count },
  },
  // The enforcing authority that was notified has no objection.
  'authority.consented': {
    stream: 'case',
    wakes: [],
    data: { authority: code, officer: commitment, key, request: commitment },
  },
  // because: its ground, as the Regulation's Article 12 lists them. scope: of an objection in part, what may still be disclosed.
  'authority.objected': {
    stream: 'case',
    wakes: ['expire'],
    data: {
      authority: code,
      officer: commitment,
      key,
      request: commitment,
      because: code,
      status: code,
      scope: commitment.optional(),
    },
  },
  // The desk wrote to the agency, or the agency to the desk. It decides nothing.
  'letter.written': {
    stream: 'case',
    wakes: [],
    data: {
      from: code,
      reviewer: commitment.optional(),
      officer: commitment.optional(),
      key,
      letter: commitment,
    },
  },
  // Two reviewers hold the case: what is kept of it stays until then.
  'case.held': {
    stream: 'case',
    wakes: [],
    data: { change: code, until: z.string() },
  },
  'case.released': {
    stream: 'case',
    wakes: [],
    data: { change: code },
  },
  // What the case withheld, and the nonce that opens the commitments to it. approved: of the scope that was opened.
  'case.revealed': {
    stream: 'case',
    wakes: [],
    data: {
      instrument: code.optional(),
      jurisdiction: code.optional(),
      categories: categories.optional(),
      approved: categories.optional(),
      nonce: commitment,
    },
  },
  // So many months after its end, all that the provider kept of it went, its salt included.
  'case.forgotten': {
    stream: 'case',
    wakes: [],
    data: { status: code, months: count },
  },
  'decision.voided': {
    stream: 'case',
    wakes: [],
    data: { decisions: count, because: code },
  },
  'preservation.received': {
    stream: 'preservation',
    wakes: [],
    data: {
      agency: code,
      instrument: code,
      jurisdiction: code,
      categories,
      subjects: count,
      request: commitment,
      resolved: commitment,
      key,
      // A request's own, which preserves what it names from its receipt on, and ends with it.
      case: code.optional(),
      endsAt: z.string(),
      // It never ends later, whatever requests it becomes part of.
      latestEnd: z.string().optional(),
    },
  },
  'preservation.kept': {
    stream: 'preservation',
    wakes: [],
    data: { drawers: count },
  },
  'preservation.extended': {
    stream: 'preservation',
    wakes: [],
    data: { officer: commitment, endsAt: z.string() },
  },
  // It became part of a request, and lasts until that can be answered.
  'preservation.requested': {
    stream: 'preservation',
    wakes: [],
    data: { case: code, endsAt: z.string() },
  },
  'preservation.ended': {
    stream: 'preservation',
    wakes: [],
    data: {},
  },
  'preservation.forgotten': {
    stream: 'preservation',
    wakes: [],
    data: { months: count },
  },
  // `key` is the SHA-256 of the KMS key's ARN, `policy` of its policy: which key stands under which policy.
  'vault.key-made': {
    stream: 'vaultKey',
    wakes: [],
    data: { purpose: code, epoch: code, key: commitment, policy: digest },
  },
  'vault.key-forgotten': {
    stream: 'vaultKey',
    wakes: [],
    data: { purpose: code, epoch: code, key: commitment },
  },
  'vault.policy-differs': {
    stream: 'vaultPolicy',
    wakes: [],
    data: {
      purpose: code,
      epoch: code,
      key: commitment,
      policy: digest,
      found: digest,
    },
  },
  'account.erased': {
    stream: 'erasure',
    wakes: [],
    data: { drawers: count, preserved: count },
  },
  // The agency's authorisation of an emergency, as it was validated; and how much the case still owes.
  'authorisation.validated': {
    stream: 'case',
    wakes: [],
    data: {
      officer: commitment,
      key,
      authoriserRole: code,
      validation: commitment,
      owed: count,
    },
  },
  // An emergency was opened on one signature, and its obligations were not fulfilled in time. Access to its data ends.
  'emergency.overdue': {
    stream: 'case',
    wakes: ['expire'],
    data: { debt: code, status: code },
  },
  // An agency's emergencies are taken no more, until an operator and a reviewer reopen them.
  'emergencies.suspended': {
    stream: 'emergencies',
    wakes: [],
    data: { agency: code, case: code },
  },
  'emergencies.reopened': {
    stream: 'emergencies',
    wakes: [],
    data: { agency: code, change: code },
  },
  // So much of the time for the answer is over, and there is none.
  'deadline.passed': {
    stream: 'case',
    wakes: [],
    data: { part: code },
  },
  // The agency delays the notice to the person further.
  'notice.delayed': {
    stream: 'case',
    wakes: [],
    data: {
      officer: commitment,
      delayUntil: code,
      delayReason: code,
      noticeOrder: commitment.optional(),
      // Of a case that withholds something: by when it is revealed now.
      revealBy: z.string().max(40).optional(),
    },
  },
  'notice.sent': {
    stream: 'case',
    wakes: [],
    data: { notices: count, collections: count },
  },
  // The notice to the person is due, and was not sent.
  'notice.overdue': {
    stream: 'case',
    wakes: [],
    data: {},
  },
  // The provider's sender of notices learned whom to notify. files: what each person's code opens, in no order; letter:
  // how many were made for each, the newest in place of those before. Older entries lack both.
  'notice.addressed': {
    stream: 'case',
    wakes: [],
    data: { files: z.array(commitment).max(100).optional(), letter: count.optional() },
  },
  // The authority says that it told the person, and when.
  'notice.told': {
    stream: 'case',
    wakes: [],
    data: { officer: commitment, key, toldAt: code },
  },
  // Somebody asked for an account that nobody has reason to ask for. Their key is revoked.
  'decoy.asked': {
    stream: 'honeytoken',
    wakes: ['expire'],
    data: { agency: code, key: commitment },
  },
  // What the five-minute sweep of KMS's grants found: once a day, and whenever they differ from the cases' (I9).
  'sweep.done': {
    stream: 'sweep',
    wakes: [],
    data: { grants: count, missing: count, surplus: count },
  },
  // An hour of CloudTrail against the log: decryptions that no collection announced, collections without their own.
  'reconciliation.done': {
    stream: 'reconciliation',
    wakes: [],
    data: {
      hour: z.string().max(20),
      decrypts: count,
      collections: count,
      surplus: count,
      missing: count,
    },
  },
  // A table held an item that no function of Writ wrote, or lacks one that it counted. kind: of which sort the item is.
  'record.unproven': {
    stream: 'forgery',
    wakes: [],
    data: { table: code, kind: code.optional(), writer: code.optional() },
  },
  // What stands behind the address since when. `keys`: the thumbprints (RFC 7638) of the keys that sign disclosures.
  // `console`, `portal`, `site`: the digest over the files of each page (core/wire/console.ts), which `code` covers too; older
  // entries lack them. `witnesses`: who is asked to cosign the checkpoints (C2SP tlog-policy), where anybody is.
  'deployment.made': {
    stream: 'deployment',
    wakes: [],
    data: {
      code: digest,
      console: digest.optional(),
      portal: digest.optional(),
      site: digest.optional(),
      policy: digest,
      keys: z.array(z.string().max(64)).max(5),
      witnesses: witnesses.optional(),
    },
  },
  'policy.changed': {
    stream: 'deployment',
    wakes: [],
    data: { from: digest, to: digest },
  },
  // An hour's refusals that are no entries, by code. With a role, and its agency: of calls that named a key of theirs.
  'strangers.refused': {
    stream: 'strangers',
    wakes: [],
    data: { hour: z.string(), role: code.optional(), agency: code.optional(), counts: z.record(code, count) },
  },
} as const satisfies Record<string, KindDefinition>;

export type Kind = keyof typeof entryKinds;
export const kinds = Object.keys(entryKinds).filter(isKind);

export function isKind(name: string): name is Kind {
  return Object.hasOwn(entryKinds, name);
}

type DataOfKinds = {
  [K in Kind]: z.infer<z.ZodObject<(typeof entryKinds)[K]['data'], z.core.$strict>>;
};

/** What an entry of a kind says. */
export type EntryData<K extends Kind> = DataOfKinds[K];

/** The kinds that stand in one sort of stream. */
export type KindOf<S extends StreamName> = {
  [K in Kind]: (typeof entryKinds)[K]['stream'] extends S ? K : never;
}[Kind];

/** The kinds that wake a function. */
export function kindsThatWake(name: Woken): Kind[] {
  return kinds.filter((kind) => {
    const wakes: readonly Woken[] = entryKinds[kind].wakes;
    return wakes.includes(name);
  });
}
