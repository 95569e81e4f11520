import { z } from 'zod';
import type { Part } from '#client/etsi/part.ts';
import { approvals, deadlineFlags, type Entry } from '#client/etsi/vocabulary.ts';
import { instrumentKind, jurisdiction } from '#core/cases/instrument.ts';
import { noticeModes } from '#core/cases/notice-modes.ts';
import { authoriserRoles } from '#core/cases/policy.ts';
import { delayReasons, threats } from '#core/cases/request.ts';
import { digestText } from '#core/text.ts';
import { type Addressee, type Deadline, deadlines, type OrderForm } from './form.ts';
import { formInstant } from './form-instant.ts';
import { type Said, say } from './said.ts';

/** An AuthorisationObject: sections A to D and G to K of the form, as far as TS 103 120 and our own parameters say them. */
export interface AuthorisationRead {
  /** Its ObjectIdentifier, by which tasks name it. */
  id: string | undefined;
  form: OrderForm;
  said: Said[];
}

/** Statuses in which an order asks for something. */
const inForce: readonly string[] = ['AwaitingApproval', 'EmergencyApproval', 'Approved'];

/** @throws PartError */
export function readAuthorisation(object: Part): AuthorisationRead {
  const said: Said[] = [];
  object.pass('core', 'Generation', 'LastChanged');
  const id = object.text('core', 'ObjectIdentifier');
  const law = jurisdiction.safeParse(
    object.text('auth', 'AuthorisationJurisdiction') ?? object.text('core', 'CountryCode'),
  ).data;
  object.pass('core', 'CountryCode');
  const owner = object.text('core', 'OwnerIdentifier');
  const formId = object.text('auth', 'AuthorisationReference') ?? object.text('core', 'ExternalIdentifier');
  const legalType = object.entry('auth', 'AuthorisationLegalType');
  const kind = kindOf(legalType, said);
  for (const name of ['AuthorisationStatus', 'AuthorisationDesiredStatus']) {
    const status = object.entry('auth', name);
    if (status !== undefined && !inForce.includes(status.value))
      said.push(say('not-in-force', { section: 'A', value: status.value }));
  }
  const priority = object.entry('auth', 'AuthorisationPriority');
  const flags = flagsOf(object, said);
  // High is no emergency: that has a flag of its own.
  if (priority !== undefined && priority.value !== 'Routine' && flags.isEmergency === undefined)
    said.push(say('unread', { section: 'B', value: `AuthorisationPriority ${priority.value}` }));
  const own = ownParameters(object, said);
  const issuing = approvalsOf(object, said);
  return {
    id,
    said,
    form: {
      source: 'ts-103-120',
      ...(kind === undefined ? {} : { kind }),
      isPreservation: kind === 'EPOC-PR',
      ...(formId === undefined ? {} : { formId }),
      ...(law === undefined ? {} : { jurisdiction: law }),
      authority: {
        ...(owner === undefined ? {} : { id: owner }),
        ...(own.authority === undefined ? {} : { name: own.authority }),
      },
      addressees: addresseesOf(object),
      ...flags,
      ...own.form,
      ...issuing,
      issued: {
        ...issuing.issued,
        ...(own.office === undefined ? {} : { office: own.office }),
        ...(own.issuedAt === undefined ? {} : { at: own.issuedAt }),
      },
      related: [...relatedOf(object), ...(own.form.related ?? [])],
      evidence: [],
      isThresholdMet: own.form.isThresholdMet === true,
    },
  };
}

/** What kind of order it is, where our dictionary says so; ETSI's has no value for an EPOC. */
function kindOf(entry: Entry | undefined, said: Said[]): string | undefined {
  const isOurs = entry?.owner === 'Writ' && entry.name === 'AuthorisationLegalType';
  const kind = isOurs ? instrumentKind.safeParse(entry.value).data : undefined;
  if (kind === undefined && entry !== undefined)
    said.push(say('unfit', { section: 'A', value: nameOf(entry) }));
  return kind;
}

export const nameOf = ({ owner, name, value }: Entry) => `${owner} ${name} ${value}`;

function flagsOf(object: Part, said: Said[]): { isEmergency?: true; deadline?: Deadline } {
  const entries = object.one('auth', 'AuthorisationFlags')?.all('auth', 'AuthorisationFlag') ?? [];
  let isEmergency = false;
  const found = new Set<Deadline>();
  for (const flag of entries.map((part) => part.asEntry())) {
    const deadline = deadlines.find((each) => deadlineFlags[each] === flag.value);
    if (flag.owner === 'ETSI' && flag.value === 'IsEmergency') isEmergency = true;
    else if (flag.owner === 'ETSI' && flag.value === 'IsTest') said.push(say('test', { section: 'B' }));
    else if (flag.owner === 'Writ' && deadline !== undefined) found.add(deadline);
    else said.push(say('unread', { section: 'C', value: nameOf(flag) }));
  }
  const [deadline, another] = found;
  return {
    ...(isEmergency ? { isEmergency } : {}),
    ...(deadline === undefined || another !== undefined ? {} : { deadline }),
  };
}

/** Who issued it and who validated it. The only approval is the issuing authority's, unless it says that it is the other. */
function approvalsOf(
  object: Part,
  said: Said[],
): Pick<OrderForm, 'issued' | 'validated'> & { caseId?: string } {
  const all = object.all('auth', 'AuthorisationApprovalDetails').map((part) => ({
    part,
    type: part.text('common', 'ApprovalType'),
  }));
  const typed = (type: string) => all.filter((each) => each.type === type);
  const validating = typed(approvals.validated);
  const issuing = all.length === 1 && validating.length === 0 ? all : typed(approvals.issued);
  if (all.length > issuing.length + validating.length)
    said.push(say('unread', { section: 'J', value: 'AuthorisationApprovalDetails' }));
  const [issued] = issuing;
  const [validated] = validating;
  const approval = issued?.part;
  const caseId = approval?.text('common', 'ApprovalReference');
  const isEmergency = approval?.flag('common', 'ApprovalIsEmergency');
  return {
    ...(caseId === undefined || issuing.length > 1 ? {} : { caseId }),
    issued: {
      ...(approval === undefined || issuing.length > 1 ? {} : approverOf(approval, 'I', said)),
      ...(isEmergency === undefined ? {} : { withoutValidation: isEmergency }),
    },
    ...(validated === undefined || validating.length > 1
      ? {}
      : { validated: approverOf(validated.part, 'J', said) }),
  };
}

function approverOf(approval: Part, section: 'I' | 'J', said: Said[]) {
  const given = approval.one('common', 'ApproverDetails')?.text('common', 'ApproverRole');
  const role = authoriserRoles.find((each) => each === given);
  if (given !== undefined && role === undefined) said.push(say('unfit', { section, value: given }));
  const at = instantIn(approval.text('common', 'ApprovalTimestamp'), section, said);
  return { ...(role === undefined ? {} : { role }), ...(at === undefined ? {} : { at }) };
}

export function instantIn(
  text: string | undefined,
  section: NonNullable<Said['section']>,
  said: Said[],
): string | undefined {
  const at = text === undefined ? undefined : formInstant(text);
  if (text !== undefined && at === undefined) said.push(say('unfit', { section, value: text }));
  return at;
}

function addresseesOf(object: Part): Addressee[] {
  const all = object.one('auth', 'AuthorisationCSPID')?.all('auth', 'CSPID') ?? [];
  return all.flatMap((part) => endpointOf(part) ?? []);
}

/** @returns undefined where it has no id */
export function endpointOf(part: Part): Addressee | undefined {
  const country = part.text('core', 'CountryCode');
  const id = part.text('core', 'UniqueIdentifier');
  return id === undefined ? undefined : { id, ...(country === undefined ? {} : { country }) };
}

function relatedOf(object: Part): OrderForm['related'] {
  const ids = object.one('core', 'AssociatedObjects')?.all('core', 'AssociatedObject') ?? [];
  return ids.map(({ element }) => ({ id: element.text.trim(), relation: 'belongs-to' as const }));
}

const uuid = z.uuid();

/** What the national parameters of a message that Writ wrote say (writ-parameters.xsd). Others' are not read, and said. */
function ownParameters(object: Part, said: Said[]) {
  const form: Partial<OrderForm> = {};
  const none = { form, authority: undefined, office: undefined, issuedAt: undefined };
  const part = object.one('auth', 'NationalAuthorisationParameters');
  if (part === undefined) return none;
  if (!part.isOfType('writ', 'AuthorisationParameters')) {
    said.push(say('unread', { value: 'NationalAuthorisationParameters' }));
    part.words();
    return none;
  }
  part.pass('auth', 'CountryCode');
  const text = (name: string) => part.text('writ', name);
  const order = text('Order');
  form.own = order === undefined ? {} : { order };
  const offence = text('Offence');
  if (offence !== undefined) form.offence = offence;
  form.isThresholdMet = part.flag('writ', 'ThresholdMet') === true;
  const answerBy = instantIn(text('AnswerBy'), 'C', said);
  if (answerBy !== undefined) form.answerBy = answerBy;
  const threat = threats.find((each) => each === text('Threat'));
  if (threat !== undefined) form.threat = threat;
  const delay = delayOf(part, said);
  if (delay !== undefined) form.delay = delay;
  const notified = text('NotifiedAuthority');
  if (notified !== undefined) form.notification = { authority: notified };
  else if (text('NotifiedExempt') === 'resident') form.notification = { exempt: 'resident' };
  const replaced = uuid.safeParse(text('Amends')).data;
  const preserved = part
    .all('writ', 'Preservation')
    .flatMap(({ element }) => uuid.safeParse(element.text.trim()).data ?? []);
  form.related = [
    ...(replaced === undefined
      ? []
      : [{ id: replaced, relation: 'replaces' as const, atProvider: replaced }]),
    ...preserved.map((id) => ({ id, relation: 'preserved-by' as const, atProvider: id })),
  ];
  return {
    form,
    authority: text('Authority'),
    office: text('Office'),
    issuedAt: instantIn(text('IssuedAt'), 'I', said),
  };
}

function delayOf(part: Part, said: Said[]): OrderForm['delay'] {
  const text = (name: string) => part.text('writ', name);
  const until = instantIn(text('NoticeDelayUntil'), 'H', said);
  const reason = delayReasons.find((each) => each === text('NoticeReason'));
  const digest = digestText.safeParse(text('NoticeDigest')).data;
  const by = noticeModes.find((each) => each === text('NoticeBy'));
  if (until === undefined && reason === undefined && digest === undefined && by === undefined)
    return undefined;
  return {
    ...(until === undefined ? {} : { until }),
    ...(reason === undefined ? {} : { reason }),
    ...(digest === undefined ? {} : { digest }),
    ...(by === undefined ? {} : { by }),
  };
}
