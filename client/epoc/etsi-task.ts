import type { Part } from '#client/etsi/part.ts';
import { addressFormats, type Entry, identifierFormats } from '#client/etsi/vocabulary.ts';
import { isPhoneNumber } from '#core/vault/subject.ts';
import { endpointOf, instantIn, nameOf } from './etsi-authorisation.ts';
import { type AskedCategory, askedCategories, categoryOf, type Evidence, type Identifier } from './form.ts';
import { type Said, say } from './said.ts';

/** An LDTaskObject: one identifier of sections E and F, and to whom its data goes (L). */
export interface TaskRead {
  evidence: Evidence;
  isEmergency: boolean;
  recipient?: string;
  said: Said[];
}

/**
 * @param authorisation the ObjectIdentifier of the Authorisation that it must belong to
 * @param number from 1 on, as it is said
 * @throws PartError
 */
export function readTask(object: Part, authorisation: string | undefined, number: number): TaskRead {
  const said: Said[] = [];
  object.pass('core', 'ObjectIdentifier', 'CountryCode', 'OwnerIdentifier', 'Generation', 'LastChanged');
  object.pass('core', 'ExternalIdentifier');
  object.pass('task', 'Reference');
  if (!belongsTo(object, authorisation)) said.push(say('task-elsewhere', { section: 'F', evidence: number }));
  for (const name of ['Status', 'DesiredStatus']) {
    const status = object.entry('task', name);
    if (status !== undefined && /^(?:Rejected|Cancelled|Invalid|Suspended|Expired)$/.test(status.value))
      said.push(say('not-in-force', { section: 'F', evidence: number, value: status.value }));
  }
  const details = object.one('task', 'RequestDetails');
  const own = ownParameters(object, said);
  const period = { ...periodOf(details, said), ...own.period };
  const { from, to } = period;
  const cspid = object.one('task', 'CSPID');
  const addressee = cspid === undefined ? undefined : endpointOf(cspid);
  const recipient = object
    .one('task', 'DeliveryDetails')
    ?.all('task', 'LDDeliveryDestination')
    .flatMap((each) => each.one('task', 'DeliveryAddress')?.words() ?? [])
    .join('; ')
    .slice(0, mostRecipient);
  return {
    said,
    isEmergency: isEmergency(object, said),
    ...(recipient === undefined || recipient === '' ? {} : { recipient }),
    evidence: {
      identifier: identifierOf(details),
      ...(from === undefined || to === undefined ? {} : { period: { from, to } }),
      categories: categoriesOf(details, number, said),
      ...(addressee === undefined ? {} : { addressee }),
      ...(own.request === undefined ? {} : { request: own.request }),
    },
  };
}

const mostRecipient = 200;

/** A task names the Authorisation that it rests on; where it names none, it is the message's only one. */
function belongsTo(object: Part, authorisation: string | undefined): boolean {
  const ids = object.one('core', 'AssociatedObjects')?.all('core', 'AssociatedObject') ?? [];
  return ids.length === 0 || ids.some(({ element }) => element.text.trim() === authorisation);
}

function isEmergency(object: Part, said: Said[]): boolean {
  const flags = object.one('task', 'Flags')?.all('task', 'LDTaskFlag') ?? [];
  let found = false;
  for (const flag of flags.map((part) => part.asEntry())) {
    if (flag.owner === 'ETSI' && flag.value === 'IsEmergency') found = true;
    else if (flag.owner === 'ETSI' && flag.value === 'IsTest') said.push(say('test', { section: 'B' }));
    else said.push(say('unread', { section: 'F', value: nameOf(flag) }));
  }
  return found;
}

function periodOf(details: Part | undefined, said: Said[]): { from?: string; to?: string } {
  const from = instantIn(details?.text('task', 'StartTime'), 'E', said);
  const to = instantIn(details?.text('task', 'EndTime'), 'E', said);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Several values of one task narrow one another, so one of them alone would ask for more than the order does. */
function identifierOf(details: Part | undefined): Identifier {
  const values = details?.one('task', 'RequestValues')?.all('task', 'RequestValue') ?? [];
  const all = values.map((value) => {
    const format = value.one('task', 'FormatType');
    return {
      owner: format?.text('task', 'FormatOwner') ?? '',
      name: format?.text('task', 'FormatName') ?? '',
      value: value.exactText('task', 'Value') ?? '',
    };
  });
  const [first, another] = all;
  if (first === undefined) return { is: 'unknown', kind: '' };
  if (all.every(({ owner, name }) => owner === 'ETSI' && addressFormats.includes(name)))
    return { is: 'address' };
  if (another !== undefined) return { is: 'several', kinds: all.map(({ name }) => name) };
  return oneIdentifier(first);
}

function oneIdentifier({ owner, name, value }: Entry): Identifier {
  const is = (format: { owner: string; name: string }) => format.owner === owner && format.name === name;
  if (is(identifierFormats.account)) return { is: 'subject', subject: { kind: 'account', value } };
  if (is(identifierFormats.username)) return { is: 'subject', subject: { kind: 'username', value } };
  if (is(identifierFormats.phone)) {
    const phone = `+${value.trim()}`;
    if (isPhoneNumber(phone)) return { is: 'subject', subject: { kind: 'phone', value: phone } };
  }
  return { is: 'unknown', kind: `${owner} ${name}` };
}

function categoriesOf(details: Part | undefined, number: number, said: Said[]): AskedCategory[] {
  const type = details?.entry('task', 'Type');
  const subtypes = details?.one('task', 'Subtype')?.all('task', 'RequestSubtype') ?? [];
  const entries = [...(type === undefined ? [] : [type]), ...subtypes.map((part) => part.asEntry())];
  const found = new Set<AskedCategory>();
  for (const entry of entries) {
    const asked = askedOf(entry);
    if (asked !== undefined) found.add(asked);
    else if (entry.owner !== 'Writ' || entry.value !== 'StoredRecords')
      said.push(say('category-unknown', { section: 'F', evidence: number, value: nameOf(entry) }));
  }
  return [...found];
}

/** Of our own dictionary: ETSI's has no value for any. */
function askedOf({ owner, value }: Entry): AskedCategory | undefined {
  if (owner !== 'Writ') return undefined;
  return askedCategories.find((each) =>
    each === 'content' ? value === 'ContentData' : categoryOf[each] === value,
  );
}

/** What the national parameters of a message that Writ wrote say of a task. */
function ownParameters(
  object: Part,
  said: Said[],
): { request?: string; period: { from?: string; to?: string } } {
  const part = object.one('task', 'NationalLDTaskingParameters');
  if (part === undefined) return { period: {} };
  if (!part.isOfType('writ', 'LDTaskingParameters')) {
    said.push(say('unread', { value: 'NationalLDTaskingParameters' }));
    part.words();
    return { period: {} };
  }
  part.pass('task', 'CountryCode');
  part.pass('writ', 'Subject');
  const request = part.text('writ', 'Request');
  const from = instantIn(part.text('writ', 'From'), 'E', said);
  const to = instantIn(part.text('writ', 'To'), 'E', said);
  return {
    ...(request === undefined ? {} : { request }),
    period: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
  };
}
