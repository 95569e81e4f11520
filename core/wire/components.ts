import { z } from 'zod';
import { askedView, caseLine, caseList, caseView } from '#core/cases/case.ts';
import { caseFileSchema } from '#core/cases/case-file.ts';
import { claimSchema } from '#core/cases/claiming.ts';
import { term, termInDays, termInHours } from '#core/cases/deadline.ts';
import { agencyLetterSchema, deskLetterSchema } from '#core/cases/letters.ts';
import { answerSchema, noteSchema, questionSchema } from '#core/cases/messages.ts';
import { authorityAnswerSchema, notifiedAuthority, notifiedNobody } from '#core/cases/notification.ts';
import { notificationLine, notificationList, notificationView } from '#core/cases/notification-view.ts';
import { offence } from '#core/cases/offence.ts';
import { policySchema } from '#core/cases/policy.ts';
import { preservationList, preservationSchema, preservationView } from '#core/cases/preservation.ts';
import {
  decisionSchema,
  delaySchema,
  noticeSchema,
  phoneNumber,
  requestSchema,
  subject,
  suspensionSchema,
  tellingSchema,
  validationSchema,
} from '#core/cases/request.ts';
import { review, reviewLine, reviewList } from '#core/cases/review.ts';
import { category, period, scopeSchema, statedPeriod } from '#core/cases/scope.ts';
import { instant, statedInstant } from '#core/instant.ts';
import { rangeSchema, reportSchema } from '#core/log/report/figures.ts';
import { problems } from '#core/problem.ts';
import { changeDecisionSchema, jwk, proposalSchema, publicKey } from '#core/registry/change.ts';
import { changeList, changeView } from '#core/registry/change-view.ts';
import { keyList, keyView, personView } from '#core/registry/key-view.ts';
import { recipientView } from '#core/registry/recipient-view.ts';
import { revocationSchema, revokedKey } from '#core/registry/revocation.ts';
import { agencyView, termsSchema } from '#core/registry/terms.ts';
import { collectionSchema, nothing } from './agency.ts';
import { openApiDocument } from './everybody.ts';
import * as examples from './examples.ts';
import { providerDocument } from './provider.ts';

/** A problem (RFC 9457) as it is answered. */
const problem = z.looseObject({
  type: z.string().regex(/^urn:writ:problem:[a-z-]+$/),
  title: z.string(),
  status: z.int().optional(),
  code: z.enum(Object.keys(problems)),
  at: z.array(z.string()).optional(),
});

/** What a schema is called in the document, and what JSON Schema cannot say of it. */
interface Words {
  id: string;
  description?: string;
  /** Stricter in words than a schema can be; this much of it can be said. */
  pattern?: string;
  /** Of its fields, whichever variant has them. */
  fields?: Readonly<Record<string, string>>;
  examples?: readonly unknown[];
}

const order = {
  reference:
    'The agency’s own, up to 128 characters in NFC, none of them invisible, with single spaces. One reference is one request.',
  instrument:
    'The order that it rests on: what it is, under whose law, by whom (`role`: their own office, as `policy.roles` names it), since when, for what (`threshold`: the order says itself that the offence meets it), and its digest; `answerBy`, by when it asks for the answer.',
  investigation: 'What it is for.',
  subjects: 'Who is asked about: accounts, numbers, usernames. Each once.',
  categories: 'What is asked for. Each once.',
  period: 'Of which time.',
};

const nextPage = 'The following page, as the query’s `page`. Absent on the last one.';

const name = 'Letters, digits and `._-`, beginning with a letter or digit, up to 64.';

/** Every schema that has a name in the document. What is not here is written where it stands. */
export const components = z.registry<Words>();

const named = (schema: z.ZodType, words: Words) => components.add(schema, words);

named(problem, {
  id: 'Problem',
  description: 'RFC 9457. `code` and `type` are stable. docs/errors.md says what to do about each.',
  fields: {
    status: 'As the answer’s. Absent from what API Gateway refuses with a status of its own choice.',
    at: 'JSON pointers to what is wrong in the body.',
  },
});
// What a calendar must know besides is said in words.
const afterTheYear =
  '-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,3})?Z$';
named(instant, {
  id: 'Instant',
  description:
    'An instant in UTC (RFC 3339): `Z`, with up to three digits of a fraction. The day must exist.',
  pattern: `^[0-9]{4}${afterTheYear}`,
});
named(statedInstant, {
  id: 'StatedInstant',
  description: 'An instant in UTC (RFC 3339) that an order states: as `Instant`, and not before 1970.',
  pattern: `^(19[7-9][0-9]|[2-9][0-9]{3})${afterTheYear}`,
});
named(phoneNumber, {
  id: 'PhoneNumber',
  description: 'E.164, with its `+`.',
  pattern: '^\\+[1-9][0-9]{6,14}$',
});
named(offence, {
  id: 'Offence',
  description:
    'An offence as the order names it: letters of one alphabet (Latin, Greek or Cyrillic), ASCII digits, the signs that law is cited with. In NFC, with single spaces.',
});
named(category, { id: 'Category' });
named(period, { id: 'Period', description: 'From inclusive, to exclusive; `from` is before `to`.' });
named(statedPeriod, {
  id: 'StatedPeriod',
  description: 'From inclusive, to exclusive; `from` is before `to`, and not before 1970.',
});
named(subject, { id: 'Subject', description: 'An account by its id, a phone number, or a username.' });
named(scopeSchema, {
  id: 'Scope',
  description: 'Subjects × categories × period.',
  fields: { subjects: 'Indices into the request’s `subjects`. Each once.', categories: 'Each once.' },
});
named(nothing, { id: 'Nothing', description: '`{}`, or no body at all.', examples: [{}] });
named(requestSchema, {
  id: 'Request',
  fields: {
    ...order,
    priority: 'An `Emergency` opens on fewer signatures, and owes the others.',
    threat: 'In an emergency: what is threatened. The policy says whether it must be stated.',
    notice:
      'Until when, and why, the person is not to be notified. Without it they are notified once something was disclosed.',
    order: 'What the agency calls the order that this request and others belong to.',
    notification:
      'Which enforcing authority was notified, by its id in the registry; or why none is. Where the policy has one notified, it is needed.',
    amends: 'The case that this one is asked in place of.',
    preservations: 'What was preserved for this request.',
  },
  examples: [examples.request],
});
named(preservationSchema, { id: 'PreservationRequest', fields: order, examples: [examples.preservation] });
named(delaySchema, {
  id: 'Delay',
  fields: {
    delayUntil: 'Until when the person is not to be notified.',
    reason: 'Why.',
    digest:
      'Of the order that delays or forbids telling the person: `sha-256=:…:`. Where nobody may tell, it must be there.',
  },
  examples: [examples.delay],
});
named(noticeSchema, {
  id: 'RequestedNotice',
  fields: {
    delayUntil: 'Until when the person is not to be told.',
    reason: 'Why.',
    digest:
      'Of the order that delays or forbids telling the person: `sha-256=:…:`. Where nobody may tell, it must be there.',
    by: 'Who tells the person, where the policy leaves it to the order: `nobody` until its end.',
  },
});
named(tellingSchema, {
  id: 'Telling',
  fields: { toldAt: 'When the authority told the person.' },
  examples: [examples.telling],
});
named(validationSchema, {
  id: 'Validation',
  fields: {
    authoriserRole: 'Who validated it.',
    role: 'Their own office, as `policy.roles` names it.',
    validatedAt: 'When.',
    digest: 'Of the validated order: `sha-256=:…:`.',
  },
  examples: [examples.validation],
});
named(collectionSchema, {
  id: 'Collection',
  description: 'No body at all is the same as `{}`.',
  fields: {
    page: 'What the page before named as the next. Without it a new collection begins.',
    recipient:
      'The RFC 7638 thumbprint of the key that the caller decrypts with. If the answer would go to another, the call is refused and nothing is collected.',
    form: '2: the package also says on which `order` it rests. 3: and what it covers (`completeness`). 4: and it has the log’s proof as one text (`tlogProof`, C2SP tlog-proof).',
    request:
      'The request as it was sent, whose digest is the case’s: the package of form 2 and later then names each approved subject as it does, and the order’s digest.',
  },
  examples: [{}],
});
named(decisionSchema, {
  id: 'Decision',
  fields: {
    decision: 'Approval or rejection.',
    requestDigest: 'The case’s.',
    scope: 'What is approved: what was asked, or less.',
    ground: 'Of a rejection; without one it is `other`.',
    reason:
      'In words. Sealed for the desk, whose reviewers read it; of a rejection, sealed to the agency too.',
    withheld:
      'Of an approval: on which grounds parts of what was asked are left out. A part without subjects and categories is one of the period.',
    explanation: 'Of an approval: what the agency is told of what is left out. Sealed to it.',
  },
  examples: [examples.approval],
});
named(suspensionSchema, {
  id: 'Suspension',
  fields: {
    requestDigest: 'The case’s.',
    ground: 'Why.',
    reason: 'In words. Sealed for the desk and to the agency.',
  },
  examples: [examples.suspension],
});
named(agencyView, {
  id: 'Agency',
  fields: { terms: 'What it may ask for. The policy may take less.' },
});
named(claimSchema, {
  id: 'Claim',
  fields: {
    claim:
      'Begins or renews a claim of one’s own; takes over another’s; or ends one’s own. Each is told to all reviewers.',
  },
  examples: [examples.claiming],
});
named(noteSchema, {
  id: 'Note',
  fields: { text: 'For reviewers alone, sealed at the desk.' },
  examples: [examples.note],
});
named(questionSchema, {
  id: 'Question',
  fields: {
    requestDigest: 'The case’s.',
    of: 'Which parts of the order or the request it is about. Each once. The log names them.',
    text: 'What is missing, in words, encrypted to the officer who asked.',
  },
  examples: [examples.question],
});
named(answerSchema, {
  id: 'Answer',
  fields: {
    text: 'For reviewers alone, sealed at the desk.',
    digest: 'Of the order as it was completed or corrected: `sha-256=:…:`.',
  },
  examples: [examples.answer],
});
named(deskLetterSchema, {
  id: 'LetterToAgency',
  fields: { text: 'Encrypted to the agency’s key, and sealed at the desk.' },
  examples: [examples.deskLetter],
});
named(agencyLetterSchema, {
  id: 'LetterToDesk',
  fields: {
    text: 'For reviewers alone, sealed at the desk.',
    copy: 'The same as a compact JWE to the agency’s own key: the case shows it to the agency again.',
  },
  examples: [examples.agencyLetter],
});
named(caseView, {
  id: 'Case',
  fields: {
    requestDigest: 'Over the RFC 8785 form of the request: what reviewers sign.',
    dueAt: 'When it is to be answered by.',
    due: 'What that is counted from, by the policy’s calendar; how long the time stood still, and since when it does; when the case ends if nobody decides it.',
    scope: 'What was approved.',
    order: 'What the agency calls the order that this case and others belong to.',
    withheld: 'Of what was asked and is not in `scope`: why, as far as the reviewers say so.',
    letters:
      'What the desk and the agency wrote to each other outside a question. `letter` is a compact JWE, as `explanation` is.',
    reason: 'Why it ended as it did, as a code.',
    explanation:
      'What the reviewer wrote about it: a compact JWE to the key of the officer who asked, or to the agency’s where they have none.',
    information:
      'What the desk asked the agency last, since when, about what, and when that was answered. `question` is a compact JWE, as `explanation` is.',
    expiresAt: 'Until when it may be collected.',
    debts: 'What an emergency owes, and until when.',
    delayUntil: 'Until when the person is not notified.',
    noticeBy:
      'Who tells the person, where it is not the provider from the start: the `authority`, or `nobody` until the delay ends.',
    toldAt: 'When the authority told the person, as it says.',
    notification:
      'The enforcing authority that was notified, until when it may object, whether disclosure waits for that, and what it answered.',
    disclosable: 'Where that authority objected to a part: what may still be disclosed.',
    collections: 'How often it was collected.',
    links:
      'What can be done now, by act, and where; and what belongs to it. Nothing is named that would be refused.',
  },
});
named(caseLine, { id: 'CaseLine', description: 'A case as its agency lists it.' });
named(caseList, { id: 'CaseList', fields: { next: nextPage } });
named(askedView, {
  id: 'Asked',
  description: 'What a case asks for, without whom.',
  fields: {
    requestDigest: 'As the case’s.',
    asked: 'The scope that was asked for.',
    instrument: 'The kind of order, as the request named it.',
    preservations: 'What was preserved for it.',
  },
});
named(notifiedAuthority, {
  id: 'NotifiedAuthority',
  description: 'The enforcing authority that was notified.',
  fields: { authority: 'Its id in the provider’s registry.' },
});
named(notifiedNobody, {
  id: 'NotifiedNobody',
  description: 'No enforcing authority need be notified.',
  fields: { exempt: 'The person resides where the order was issued, and the offence lies there.' },
});
named(notificationView, {
  id: 'Notification',
  description: 'A case as the enforcing authority that was notified of it sees it. It names nobody.',
  fields: {
    agency: 'Who asks.',
    requestDigest: 'As the case’s: what an answer is over.',
    asked: 'The scope that was asked for.',
    instrument: 'The kind of order, as the request named it.',
    preservations: 'What was preserved for it.',
    until: 'Until when the authority may object.',
    waits: 'Whether disclosure waits until then, or for the authority’s consent.',
    order: 'The order’s digest, as the agency stated it.',
    answer: 'What the authority answered.',
    ground: 'Of an objection.',
    scope: 'Of an objection in part: what may still be disclosed.',
    links: 'What can be done now, by act, and where.',
  },
});
named(notificationLine, { id: 'NotificationLine', description: 'A notification as it is listed.' });
named(notificationList, { id: 'NotificationList', fields: { next: nextPage } });
named(authorityAnswerSchema, {
  id: 'AuthorityAnswer',
  fields: {
    decision: 'Consent or objection. It is given once.',
    requestDigest: 'The notification’s.',
    ground: 'Of an objection: cf. Regulation (EU) 2023/1543 Art. 12(1). It is public.',
    scope: 'Of an objection in part: what may still be disclosed. Without it nothing may.',
    text: 'In words, encrypted to the officer who asked: why, or conditions on the use of the data.',
  },
  examples: [examples.objection],
});
named(preservationView, { id: 'Preservation', description: 'The same whether or not anything is kept.' });
named(preservationList, { id: 'PreservationList', fields: { next: nextPage } });
const decided = {
  decisions: 'The decisions that count.',
  superseded: 'Approvals that count no more, the oldest first, and why.',
  supersededMore: 'How many superseded approvals are not named.',
  suspension: 'The reviewer who suspended it.',
};
named(reviewLine, {
  id: 'ReviewLine',
  description: 'A case as the desk lists it.',
  fields: {
    ...decided,
    instrument: 'Which sort of order it rests on, as the request names it: `EPOC`, `NationalOrder`.',
    jurisdiction: 'Of which law the order is.',
    claimedBy: 'Who says that they work on it. Anybody may decide it all the same.',
    claimedUntil: 'When that ends by itself.',
  },
});
named(reviewList, {
  id: 'ReviewList',
  fields: { next: nextPage, reviewer: 'Who asks: their pseudonym, as decisions name it.' },
});
named(review, {
  id: 'Review',
  description: 'A case with what is asked in the clear, and with what each reviewer said.',
  fields: {
    ...decided,
    threshold:
      'Whether the offence meets the policy’s threshold, as far as the policy lists it, or the order declares it.',
    exists: 'What data exists, and how much; not what it is.',
    withheld: 'Why less is approved than was asked, as it is stated so far.',
    correspondence: 'What the desk and the agency wrote to each other outside a question.',
    notes: 'What reviewers wrote to each other.',
    questions: 'What the desk asked the agency, and what that answered.',
  },
});
named(caseFileSchema, { id: 'CaseFile', fields: { salt: '32 bytes in base64url.' } });
named(termsSchema, {
  id: 'Terms',
  description: 'What an agency may ask for. Nothing is listed twice.',
  fields: {
    enforces:
      'It is an enforcing authority of the States in `jurisdictions`: it is notified of requests, and asks for nothing: `instruments` and `categories` are empty then, and `requestsPerDay` is 0.',
  },
});
named(jwk, {
  id: 'PublicJwk',
  description:
    'A public key as a JWK (RFC 7517): at most 20 members, each a text, a flag or a list of texts; no private one.',
});
named(publicKey, { id: 'PublicKey', description: 'An Ed25519 or P-256 key, as PEM or JWK.' });
named(proposalSchema, {
  id: 'Proposal',
  description: 'One change of the registry, of one kind.',
  fields: {
    kind: 'What changes.',
    agency: 'The agency that it concerns, by its id; for a new one, what it is.',
    officer: `The officer’s pseudonym and keys; with an encryption key alone, whose own it is. ${name}`,
    reviewer: `The reviewer’s pseudonym and key. ${name}`,
    terms: 'What the agency may ask for.',
    encryptionKey:
      'What disclosures are encrypted to: P-256 or X25519. The officer’s own where one is named, and otherwise the agency’s, for those who have none.',
    activeFrom: 'When it takes the place of the one before; not before it has cooled off.',
    policyHash: 'Of the policy that may be deployed.',
    case: 'The case that is held, or released.',
    until: 'The case is not forgotten before.',
    keyid: 'The RFC 7638 thumbprint of the suspended key that is to count again.',
  },
  examples: [examples.proposal],
});
named(changeView, {
  id: 'Change',
  fields: {
    changeDigest: 'Over the RFC 8785 form of the proposal: what a decision is over.',
    thumbprint: 'Of the signing key that would be enrolled. Compare it by telephone before you sign.',
    closesAt: 'The instant from which nobody can decide the change any more.',
    missing: 'While it is pending: what it waits for.',
  },
});
named(changeList, { id: 'ChangeList', fields: { next: nextPage } });
named(keyView, {
  id: 'Key',
  description: 'A signing key of the registry, and whose it is.',
  fields: {
    keyid: 'Its RFC 7638 thumbprint.',
    holder: 'The person, by the provider’s pseudonym.',
    activeFrom: 'Before this it may do nothing.',
    suspended:
      'Another provider, by the name of its log, revoked it for misuse; it may do nothing until two reviewers reinstate it.',
    enrolledBy: '`change/` and the change’s id, or `founding/` and a number.',
    decisions: 'Who signed that change. Empty for a founding, which an operator does.',
    log: 'How the log calls the key, and the salt under which that commits to it.',
  },
});
named(keyList, { id: 'KeyList', fields: { next: nextPage } });
named(personView, {
  id: 'Person',
  fields: {
    keys: 'Those that are not revoked.',
    proven: 'Whether the log proves that these are all.',
    others: 'How many people the agency or the desk has beside.',
    ends: 'What ends once the keys are revoked. `more`: more cases are pending than were looked at.',
  },
});
named(changeDecisionSchema, {
  id: 'ChangeDecision',
  fields: {
    decision: 'A reviewer approves, an officer confirms; either rejects.',
    changeDigest: 'The change’s.',
  },
  examples: [examples.changeDecision],
});
named(revocationSchema, {
  id: 'Revocation',
  fields: { keyid: 'The key’s RFC 7638 thumbprint.', reason: 'Why.' },
  examples: [examples.revocation],
});
named(recipientView, {
  id: 'Recipient',
  fields: {
    officer: 'The caller, as the provider calls them.',
    recipient: 'The key that answers are encrypted to: by its RFC 7638 thumbprint, and whose it is.',
    next: 'The key that takes over, and when.',
  },
});
named(revokedKey, { id: 'RevokedKey' });
named(termInDays, { id: 'TermInDays', description: 'Days after that of receipt, by the policy’s calendar.' });
named(termInHours, {
  id: 'TermInHours',
  description: 'Hours that run through, from the instant or the next full hour, as the calendar says.',
});
named(term, { id: 'Term', description: 'A period of the law.' });
named(policySchema, {
  id: 'Policy',
  description: 'What is disclosed, to whose order, within which limits (docs/cases.md).',
});
named(providerDocument, {
  id: 'Provider',
  fields: {
    version: 'Of Writ, as it is deployed.',
    authority: 'The custom domain that callers sign for; absent where the API’s own domain is it.',
    keys: 'The first signs; the others have signed, or are about to.',
    revoked: 'Officers’ and reviewers’ keys that were revoked.',
    log: 'The log’s name and verifier key (C2SP signed-note).',
    deadlines:
      'ISO 8601 durations. A period in days as so many times 24 hours: the policy’s `deadlines` and `calendar` say how it is counted.',
    policyHash: 'Over the RFC 8785 form of the policy.',
  },
});
named(openApiDocument, { id: 'OpenApi', description: 'OpenAPI 3.1.' });
named(reportSchema, { id: 'Report', description: 'docs/transparency.md.' });
named(reportSchema.shape.periods.element, { id: 'ReportPeriod' });
named(reportSchema.shape.periods.element.shape.months.element, { id: 'ReportLine' });
named(rangeSchema, { id: 'ReportRange', description: 'From one number to another, both included.' });
named(reportSchema.shape.total, { id: 'ReportCounts' });
