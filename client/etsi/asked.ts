import { orderDigests, readOrderDigest } from '#client/order-digest.ts';
import { toBase64 } from '#core/bytes.ts';
import type { Request } from '#core/cases/request.ts';
import {
  askedOf,
  authorisationId,
  type CaseFacts,
  exact,
  ldid,
  objectId,
  seconds,
  taskIds,
} from './facts.ts';
import { element, entryElement, type Markup, optional, typed } from './markup.ts';
import { endpointContent } from './message.ts';
import { approvals, deadlineFlags, type Entry, etsi, identifierFormats, ours } from './vocabulary.ts';

/** What an agency asked, as objects of TS 103 120. The elements stand in the order of the schemas. */

/** What every object begins with. */
export function common(
  id: string,
  { country, owner, associated = [] }: { country: string; owner: string; associated?: readonly string[] },
): Markup[] {
  return [
    element('core', 'ObjectIdentifier', id),
    element('core', 'CountryCode', country),
    element('core', 'OwnerIdentifier', owner),
    ...(associated.length === 0
      ? []
      : [
          element(
            'core',
            'AssociatedObjects',
            associated.map((each) => element('core', 'AssociatedObject', each)),
          ),
        ]),
  ];
}

export const object = (
  type: Parameters<typeof typed>[1],
  name: string,
  content: readonly (Markup | undefined)[],
) => typed(element('core', 'HI1Object', content), type, name);

/** The request as it was sent, where it is known. */
const requestIn = ({ asked }: CaseFacts): Request | undefined =>
  'request' in asked ? asked.request : undefined;

/** @param status of the Authorisation, in a message from the provider */
export function authorisationObject(facts: CaseFacts, status?: Entry): Markup {
  const { view, agency, provider } = facts;
  const { kind, jurisdiction, authoriserRole } = askedOf(facts);
  const request = requestIn(facts);
  const isEmergency = view.priority === 'Emergency';
  const deadline = deadlineFlags[isEmergency ? 'eight-hours' : 'ten-days'];
  const flags = [
    ...(isEmergency ? [etsi('AuthorisationFlag', 'IsEmergency')] : []),
    ours('AuthorisationFlag', deadline),
  ];
  const owesValidation = view.debts?.owed.includes('authorisation') === true;
  return object('auth', 'AuthorisationObject', [
    ...common(authorisationId(facts), { country: jurisdiction, owner: agency.id }),
    element('auth', 'AuthorisationReference', view.order ?? view.reference),
    entryElement('auth', 'AuthorisationLegalType', ours('AuthorisationLegalType', kind)),
    entryElement(
      'auth',
      'AuthorisationPriority',
      etsi('AuthorisationPriority', isEmergency ? 'High' : 'Routine'),
    ),
    ...(status === undefined ? [] : [entryElement('auth', 'AuthorisationStatus', status)]),
    element('auth', 'AuthorisationCSPID', [element('auth', 'CSPID', endpointContent(provider))]),
    ...(status === undefined
      ? []
      : [element('auth', 'AuthorisationServedTimestamp', seconds(view.receivedAt))]),
    element('auth', 'AuthorisationApprovalDetails', [
      element('common', 'ApprovalType', approvals.issued),
      element('common', 'ApprovalReference', view.reference),
      element('common', 'ApproverDetails', [element('common', 'ApproverRole', authoriserRole)]),
      request === undefined
        ? undefined
        : element('common', 'ApprovalTimestamp', seconds(request.instrument.issuedAt)),
      owesValidation ? element('common', 'ApprovalIsEmergency', true) : undefined,
    ]),
    element(
      'auth',
      'AuthorisationFlags',
      flags.map((flag) => entryElement('auth', 'AuthorisationFlag', flag)),
    ),
    request === undefined ? undefined : authorisationParameters(request),
    element('auth', 'AuthorisationJurisdiction', jurisdiction),
  ]);
}

function authorisationParameters(request: Request): Markup {
  const { instrument, notice, notification, order, threat, amends, preservations = [] } = request;
  const own = (name: string, text: string | boolean | undefined) => optional('writ', name, text);
  const parameters = element('auth', 'NationalAuthorisationParameters', [
    element('auth', 'CountryCode', instrument.jurisdiction),
    own('Order', order),
    own('Authority', instrument.authority),
    own('Office', instrument.role),
    own('IssuedAt', exact(instrument.issuedAt)),
    own('Offence', instrument.offence),
    own('ThresholdMet', instrument.threshold === undefined ? undefined : true),
    own('AnswerBy', instrument.answerBy),
    own('Threat', threat),
    own('NoticeDelayUntil', notice?.delayUntil),
    own('NoticeReason', notice?.reason),
    own('NoticeDigest', notice?.digest),
    own('NoticeBy', notice?.by),
    own(
      'NotifiedAuthority',
      notification !== undefined && 'authority' in notification ? notification.authority : undefined,
    ),
    own(
      'NotifiedExempt',
      notification !== undefined && 'exempt' in notification ? notification.exempt : undefined,
    ),
    own('Amends', amends),
    ...preservations.map((id) => own('Preservation', id)),
  ]);
  return typed(parameters, 'writ', 'AuthorisationParameters');
}

/** @param status of the tasks, in a message from the provider */
export function taskObjects(facts: CaseFacts, status?: Entry): Markup[] {
  const { view, agency, provider } = facts;
  const { jurisdiction, categories, period, subjects } = askedOf(facts);
  const ids = taskIds(facts);
  const fractions = [exact(period.from), exact(period.to)];
  return subjects.map((subject, i) =>
    object('task', 'LDTaskObject', [
      ...common(ids[i] ?? view.id, {
        country: jurisdiction,
        owner: agency.id,
        associated: [authorisationId(facts)],
      }),
      element('task', 'Reference', ldid(facts)),
      status === undefined ? undefined : entryElement('task', 'Status', status),
      status === undefined
        ? entryElement('task', 'DesiredStatus', etsi('LDTaskDesiredStatus', 'AwaitingDisclosure'))
        : undefined,
      element('task', 'RequestDetails', [
        entryElement('task', 'Type', ours('RequestType', 'StoredRecords')),
        element('task', 'StartTime', seconds(period.from)),
        element('task', 'EndTime', seconds(period.to)),
        subject === undefined ? undefined : element('task', 'RequestValues', [requestValue(subject)]),
        element(
          'task',
          'Subtype',
          categories.map((category) =>
            entryElement('task', 'RequestSubtype', ours('RequestSubtype', category)),
          ),
        ),
      ]),
      element('task', 'CSPID', endpointContent(provider)),
      ...(view.priority === 'Emergency'
        ? [element('task', 'Flags', [entryElement('task', 'LDTaskFlag', etsi('LDTaskFlag', 'IsEmergency'))])]
        : []),
      typed(
        element('task', 'NationalLDTaskingParameters', [
          element('task', 'CountryCode', jurisdiction),
          element('writ', 'Request', view.reference),
          element('writ', 'Subject', i),
          optional('writ', 'From', fractions[0]),
          optional('writ', 'To', fractions[1]),
        ]),
        'writ',
        'LDTaskingParameters',
      ),
    ]),
  );
}

function requestValue({ kind, value }: Request['subjects'][number]): Markup {
  const { owner, name, leaves } = identifierFormats[kind];
  return element('task', 'RequestValue', [
    element('task', 'FormatType', [
      element('task', 'FormatOwner', owner),
      element('task', 'FormatName', name),
    ]),
    element('task', 'Value', leaves === undefined ? value : value.replace(leaves, '')),
  ]);
}

/** The order itself, or its digest alone; undefined where neither is known. */
export function orderObject(facts: CaseFacts): Markup | undefined {
  const { order, view, agency } = facts;
  const stated = requestIn(facts)?.instrument.digest;
  const digest = order === undefined ? stated && readOrderDigest(stated) : orderDigests(order.bytes);
  if (digest === undefined || digest === '') return undefined;
  return object('doc', 'DocumentObject', [
    ...common(objectId('document', view.id, digest.hex), {
      country: askedOf(facts).jurisdiction,
      owner: agency.id,
      associated: [authorisationId(facts)],
    }),
    element('doc', 'DocumentReference', view.reference),
    optional('doc', 'DocumentName', order?.name),
    entryElement('doc', 'DocumentType', etsi('DocumentType', 'Warrant')),
    element('doc', 'DocumentBody', [
      optional('doc', 'Contents', order && toBase64(order.bytes)),
      optional('doc', 'ContentType', order?.type),
      element('doc', 'Checksum', digest.hex),
      element('doc', 'ChecksumType', 'SHA-256'),
    ]),
  ]);
}
