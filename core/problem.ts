import { z } from 'zod';
import { CaseError, type CaseErrorCode } from '#core/cases/errors.ts';
import { RegistryError, type RegistryErrorCode } from '#core/registry/errors.ts';
import { SignatureError, type SignatureErrorCode } from '#core/signature/errors.ts';
import { ForgedItem } from '#core/store/forged.ts';

/** What the wire itself refuses, whatever the signature and the case are. */
export type WireErrorCode =
  | 'body-too-large'
  | 'body-malformed'
  | 'category-unsupported'
  | 'field-unknown'
  | 'field-invalid'
  | 'internal'
  | 'key-cooling'
  | 'key-role'
  | 'log-unwitnessed'
  | 'key-suspended'
  | 'media-type'
  | 'not-found'
  | 'page-unknown'
  | 'query-unsupported'
  | 'recipient-differs'
  | 'record-unproven'
  | 'replayed'
  | 'try-again';

export type ProblemCode =
  | WireErrorCode
  | CaseErrorCode
  | RegistryErrorCode
  | SignatureErrorCode
  | ForgedItem['code'];

/** What a client reads of a problem. A code that this version does not know is of another service or of a newer version. */
export const problemSchema = z.looseObject({
  title: z.string(),
  status: z.int(),
  code: z.custom<ProblemCode>((code) => typeof code === 'string' && Object.hasOwn(problems, code)),
  at: z.array(z.string()).optional(),
});

/** RFC 9457. `type` and `code` are stable; nothing in it comes from the request but the names of our own fields. */
export interface Problem {
  type: `urn:writ:problem:${ProblemCode}`;
  title: string;
  status: number;
  code: ProblemCode;
  /** Where in the body, as JSON pointers made of the schema's own names. */
  at?: string[] | undefined;
}

/** A refusal of the wire. `at` holds JSON pointers; they must never carry a value or a name from the request. */
export class WireError extends Error {
  override name = 'WireError';
  readonly code: WireErrorCode;
  readonly at: string[] | undefined;

  constructor(code: WireErrorCode, at?: string[]) {
    super(code);
    this.code = code;
    this.at = at;
  }
}

/** The one place where a code becomes an HTTP answer. docs/errors.md is checked against it. */
export const problems: Record<ProblemCode, readonly [status: number, title: string]> = {
  'agency-category': [403, 'This agency may not ask for this category'],
  'agency-enrolled': [409, 'An agency is enrolled under this id already'],
  'agency-instrument': [403, 'This agency may not ask by this kind of instrument'],
  'agency-jurisdiction': [403, 'This agency may not ask under this jurisdiction'],
  'agency-unknown': [404, 'No agency is enrolled under this id'],
  'authoriser-insufficient': [422, 'This authoriser may not order this category'],
  'authority-unknown': [422, 'No enforcing authority is enrolled under this id'],
  'body-malformed': [400, 'The body is not the JSON object that this route takes'],
  'body-too-large': [413, 'The body is larger than this route takes'],
  'case-claimed': [409, 'Another reviewer has claimed this case'],
  'case-closed': [409, 'The case is closed to this act'],
  'case-not-approved': [409, 'The case is not approved'],
  'case-not-claimed': [409, 'No claim of this reviewer’s stands'],
  'case-not-held': [409, 'No hold keeps this case'],
  'case-unknown': [404, 'There is no case under this id'],
  'category-not-disclosed': [422, 'This provider’s policy discloses nothing of this category'],
  'category-unsupported': [422, 'Only IP addresses and phone numbers are disclosed, under three categories'],
  'change-closed': [409, 'This change of the registry is decided, or too old'],
  'change-digest-mismatch': [409, 'The decision is over another digest than the change has'],
  'change-not-yours': [403, 'This key may not make this decision or proposal'],
  'change-repeated': [409, 'This person has decided this change already'],
  'collections-used-up': [409, 'The case has been collected as often as it may be'],
  'data-forgotten': [410, 'The data is past retention and cannot be opened any more'],
  'debt-overdue': [409, 'What this emergency owed is overdue: access to its data has ended'],
  'decision-digest-mismatch': [409, 'The decision is over another request digest than the case has'],
  'decision-repeated': [409, 'This reviewer has decided this case already'],
  'delay-ended': [409, 'The delay of the notice has ended, and is not begun again'],
  'delay-none': [409, 'No delay of the notice was asked for with this request'],
  'answer-by-out-of-range': [
    422,
    'The order asks for the answer before it arrived, or later than a case may wait',
  ],
  'delay-too-long': [422, 'The notice may not be delayed as long as this'],
  'emergencies-open': [409, 'This agency’s emergencies are not suspended'],
  'emergencies-suspended': [403, 'This agency’s emergencies are suspended'],
  'field-invalid': [400, 'A field is missing or holds something that it cannot hold'],
  'field-unknown': [400, 'The body has a field that is not part of this route'],
  'grant-missing': [403, 'KMS refused to open: the grant is not there, or not for this'],
  'hold-too-long': [422, 'A case may not be held as long as this, or only until a time that is over'],
  'holder-conflict': [409, 'This person holds a key for another side already'],
  'information-pending': [409, 'The agency was asked already, and has not answered'],
  'instrument-not-accepted': [
    422,
    'No line of this provider’s policy takes this kind of instrument for this category',
  ],
  internal: [500, 'Something failed on our side; nothing was disclosed'],
  'jurisdiction-not-accepted': [
    422,
    'No line of this provider’s policy takes this jurisdiction for this category',
  ],
  'key-cooling': [403, 'This key is newly enrolled and may not be used yet'],
  'key-enrolled': [409, 'This key is enrolled already'],
  'key-not-suspended': [409, 'No key is suspended under this id'],
  'key-revoked-elsewhere': [409, 'Another provider revoked this key, since somebody may misuse it'],
  'key-role': [403, 'This key may not use this route'],
  'log-unwitnessed': [503, 'Too few witnesses have cosigned the log yet; nothing was opened'],
  'key-suspended': [
    403,
    'The key that signs, or one that the case rests on, is suspended: another provider revoked it',
  ],
  'limit-exceeded': [422, 'More than one request may ask for, or than is kept of one party or case'],
  'media-type': [415, 'The body must be application/json'],
  'not-found': [404, 'There is no such thing here for this key'],
  'notice-by-other': [422, 'Somebody else tells the person of an order of this kind'],
  'notice-given': [409, 'A person was notified already'],
  'notice-order-missing': [422, 'The order that forbids telling the person is not named'],
  'notification-missing': [422, 'An enforcing authority must be notified of this request'],
  'notification-not-due': [
    422,
    'No line of this provider’s policy has an authority notified of this request',
  ],
  'notification-over': [409, 'The authority has answered, or its time to object has passed'],
  'notification-pending': [409, 'A notified authority may still object, and has not consented'],
  'nothing-asked': [409, 'The desk has asked nothing that is not answered'],
  'nothing-owed': [409, 'This case owes no validation'],
  'offence-below-threshold': [422, 'The offence does not meet this category’s threshold'],
  'officer-unknown': [404, 'No officer of this agency is enrolled under this name'],
  'order-digest-differs': [422, 'The document is not the one whose digest the request names'],
  'order-in-future': [422, 'An order, or its validation, is dated in the future'],
  'order-missing': [409, 'The order itself is not here, and this case is not approved without it'],
  'order-not-taken': [409, 'This case takes no order as a document'],
  'order-too-large': [413, 'The document is larger than the policy takes'],
  'order-type': [415, 'The document is of no type that the policy takes, or of another than it says'],
  'page-unknown': [400, 'The query names a page that no list named'],
  'page-gone': [409, 'This page is of a collection that is over, or not its turn yet'],
  'period-in-future': [422, 'The period reaches beyond what can be stored when the request arrives'],
  'policy-not-adopted': [503, 'The policy that is deployed was not adopted by two reviewers yet'],
  'preservation-over': [409, 'The preservation has ended, is part of a request, or was extended before'],
  'priority-not-accepted': [
    422,
    'No line of this provider’s policy takes this kind of instrument with this priority',
  ],
  'query-unsupported': [400, 'The query has a parameter or value that this route does not take'],
  'message-malformed': [400, 'The message cannot be signed unambiguously'],
  'desk-founded': [409, 'The desk has reviewers, who alone can add to it'],
  'digest-malformed': [401, 'Content-Digest is not what RFC 9530 and this profile allow'],
  'digest-mismatch': [401, 'Content-Digest is not the digest of the body that arrived'],
  'digest-missing': [401, 'There is no Content-Digest'],
  'key-refused': [400, 'This is not a public Ed25519 or P-256 key that we accept'],
  'rate-exceeded': [429, 'As much was asked or proposed as may be in this period'],
  'record-unproven': [
    500,
    'A record was changed past Writ; nothing was done, and the operator has been alarmed',
  ],
  'recipient-differs': [409, 'The answer would be encrypted to another key than the one that was named'],
  'reference-conflict': [409, 'This reference was used for another request'],
  replayed: [409, 'This signature was used already'],
  'scope-too-wide': [422, 'The scope is wider than what was asked'],
  'scope-differs': [409, 'The scope is not the one that was opened'],
  'signature-algorithm': [401, 'The algorithm is not in the profile, or not the key’s own'],
  'signature-components': [401, 'The signature does not cover exactly what the profile asks'],
  'signature-expired': [401, 'The signature has expired'],
  'signature-invalid': [401, 'The signature was not made by an enrolled key over this message'],
  'signature-key-unknown': [401, 'This key was revoked'],
  'signature-malformed': [401, 'The signature fields are not well-formed, or more than one'],
  'signature-missing': [401, 'The request is not signed'],
  'signature-nonce': [401, 'The nonce is too short, too long, or of other characters'],
  'signature-not-yet-valid': [401, 'The signature lies in the future'],
  'signature-parameters': [401, 'A signature parameter is missing, unknown or of the wrong type'],
  'signature-window': [401, 'The signature is valid for longer than 300 seconds'],
  'subject-unknown': [422, 'A subject is not known to this provider in this period'],
  'threat-unstated': [422, 'An emergency must say what is threatened'],
  'withheld-differs': [422, 'What is said to be withheld was not asked for, or is approved'],
  'try-again': [503, 'A dependency is not answering; nothing was changed, try again'],
};

/** Any error, as a problem. One that nobody foresaw is `internal` and says no more. */
export function asProblem(error: unknown): Problem {
  const known =
    error instanceof WireError ||
    error instanceof CaseError ||
    error instanceof RegistryError ||
    error instanceof SignatureError ||
    error instanceof ForgedItem;
  const code: ProblemCode = known ? error.code : 'internal';
  const [status, title] = problems[code];
  const at = error instanceof WireError && error.at !== undefined ? { at: error.at } : {};
  return { type: `urn:writ:problem:${code}`, title, status, code, ...at };
}
