import type { Policy } from '#core/cases/policy.ts';
import { type Request, requestSchema, type Subject, subject } from '#core/cases/request.ts';
import { statedPeriod } from '#core/cases/scope.ts';
import type { Category } from '#core/categories/categories.ts';
import type { Terms } from '#core/registry/terms.ts';
import { type AddressedProvider, addresseeText, isAddressed } from './addressed.ts';
import { type DraftInstrument, fitting, instrumentOf, noticeOf, openIn, urgencyOf } from './draft-order.ts';
import { categoryOf, type Evidence, type FormRead, type OrderForm } from './form.ts';
import { outsideOf } from './outside.ts';
import { type Said, type SaidCode, type Section, say } from './said.ts';

/**
 * From a form to drafts of requests, one an identifier, all with the same `order`; an EPOC-PR becomes drafts of preservations.
 * What the form does not say is left out of the draft, for its officer to give: nothing is guessed.
 */

/** What is known when a form is imported. Whatever is not known is not compared. */
export interface ImportRules {
  /** As the provider publishes it. */
  policy?: Policy | undefined;
  /** The agency's own. */
  terms?: Terms | undefined;
  provider?: AddressedProvider | undefined;
  /** An instant: a delay without an end counts from it. */
  now: string;
}

/** A request or preservation that still lacks what its officer gives: the order's file, and what `said` calls open. */
export interface RequestDraft extends Omit<Partial<Request>, 'instrument'> {
  instrument: DraftInstrument;
}

export interface ImportedDraft {
  kind: 'request' | 'preservation';
  draft: RequestDraft;
  /** Of which of the form's identifiers it is, from 1 on. */
  evidence: readonly number[];
}

export interface Imported {
  /** None where something that is needed is missing, or the form as a whole was refused. */
  drafts: readonly ImportedDraft[];
  said: readonly Said[];
}

/** Refusals of a form as a whole. */
const whole: readonly SaidCode[] = [
  'other-addressee',
  'emergency-contradicted',
  'digest-differs',
  'test',
  'not-in-force',
];
/** Refusals of one identifier as a whole. */
const ofOne: readonly SaidCode[] = ['task-elsewhere', 'not-in-force'];

export function draftsOf({ form, said: read }: FormRead, rules: ImportRules): Imported {
  const said: Said[] = [...neededBy(form), ...addressedBy(form, rules), ...read];
  if (isContradicted(form)) said.push(say('emergency-contradicted', { section: 'B' }));
  const items = form.evidence.flatMap(
    (evidence, i) => itemOf(evidence, { number: i + 1, form, rules, said }) ?? [],
  );
  const groups = groupsOf(items);
  const instrument = instrumentOf(form, said);
  // What preserves is not urgent in any way that a preservation says.
  const { priority, ...urgency } = urgencyOf(form, form.isPreservation ? [] : said);
  const shared = form.isPreservation
    ? {}
    : { ...orderOf(form, said), priority, ...urgency, ...noticeOf(form, instrument.kind, rules, said) };
  if (form.isPreservation) said.push(say('as-preservation', { section: 'F' }), ...ofRequestsAlone(form));
  const named = form.isPreservation ? {} : relatedOf(form, groups.length, said);
  const references = referencesOf(form, groups, said);
  said.push(
    ...openIn(instrument),
    ...groups
      .flatMap(({ period }) => (period === undefined ? [say('period-open', { section: 'E' })] : []))
      .slice(0, 1),
  );
  if (form.recipient !== undefined) said.push(say('recipient', { section: 'L', value: form.recipient }));
  const asked = [...new Set(groups.flatMap(({ categories }) => categories))];
  if (asked.length > 0)
    said.push(
      ...outsideOf(
        {
          instrument,
          categories: asked,
          isPreservation: form.isPreservation,
          priority,
          isNotified: form.notification !== undefined,
        },
        rules,
      ),
    );
  const isStopped = said.some(
    ({ kind, code, evidence }) => kind === 'missing' || (whole.includes(code) && evidence === undefined),
  );
  const drafts = isStopped
    ? []
    : groups.map(({ numbers, subjects, categories, period }, i): ImportedDraft => {
        const reference = references[i];
        return {
          kind: form.isPreservation ? 'preservation' : 'request',
          evidence: numbers,
          draft: {
            ...(reference === undefined ? {} : { reference }),
            ...shared,
            instrument,
            investigation: 'criminal',
            subjects,
            categories,
            ...(period === undefined ? {} : { period }),
            ...named,
          },
        };
      });
  return { drafts, said: inOrder(said) };
}

/** What must be there (docs/etsi.md). All else may be absent. */
function neededBy(form: OrderForm): Said[] {
  const { authority, formId, caseId, evidence, issued, deadline, answerBy, isEmergency } = form;
  const parts: [SaidCode, Section, boolean][] = [
    ['authority-id-missing', 'A', authority.id !== undefined],
    ['form-id-missing', 'A', formId !== undefined],
    ['case-id-missing', 'I', caseId !== undefined],
    ['evidence-missing', 'F', evidence.length > 0],
    ['issuer-missing', 'I', issued.role !== undefined],
    ['issued-at-missing', 'I', issued.at !== undefined],
    // An emergency's deadline is the Regulation's. What is preserved has none.
    [
      'deadline-missing',
      'C',
      deadline !== undefined || answerBy !== undefined || isEmergency === true || form.isPreservation,
    ],
  ];
  return parts.flatMap(([code, section, isThere]) => (isThere ? [] : [say(code, { section })]));
}

function isContradicted({ isEmergency, deadline }: OrderForm): boolean {
  if (deadline === undefined) return false;
  return isEmergency === undefined ? false : isEmergency !== (deadline === 'eight-hours');
}

function addressedBy({ addressees }: OrderForm, { provider }: ImportRules): Said[] {
  const value = addressees.map(addresseeText).join('; ');
  const shown = { section: 'B' as const, ...(value === '' ? {} : { value }) };
  if (addressees.length === 0 || provider === undefined) return [say('addressee-unknown', shown)];
  return isAddressed(addressees, provider) ? [] : [say('other-addressee', shown)];
}

/** One identifier that can be asked by, with what of it can be asked. */
interface Item {
  number: number;
  subject: Subject;
  categories: Category[];
  period: Request['period'] | undefined;
  request: string | undefined;
}

function itemOf(
  evidence: Evidence,
  { number, form, rules, said }: { number: number; form: OrderForm; rules: ImportRules; said: Said[] },
): Item | undefined {
  const { identifier, addressee, request } = evidence;
  const at = { section: 'F' as const, evidence: number };
  const isElsewhere =
    addressee !== undefined && rules.provider !== undefined && !isAddressed([addressee], rules.provider);
  if (isElsewhere) said.push(say('other-addressee', { ...at, value: addresseeText(addressee) }));
  if (evidence.categories.includes('content')) said.push(say('content', at));
  const categories = evidence.categories.flatMap((each) => (each === 'content' ? [] : [categoryOf[each]]));
  if (identifier.is === 'address') said.push(say('address-and-time', { ...at, ground: 'impossible' }));
  if (identifier.is === 'several')
    said.push(say('identifiers-several', { ...at, value: identifier.kinds.join(', ') }));
  if (identifier.is === 'unknown') said.push(say('identifier-unknown', { ...at, value: identifier.kind }));
  if (categories.length === 0) said.push(say('category-missing', at));
  const isRefused = said.some(({ code, evidence: of }) => of === number && ofOne.includes(code));
  if (identifier.is !== 'subject' || categories.length === 0 || isElsewhere || isRefused) return undefined;
  const { kind, value } = identifier.subject;
  const named = fitting(subject, identifier.subject, { section: 'E', shown: value }, said);
  if (named === undefined) return undefined;
  const period = fitting(statedPeriod, evidence.period, { section: 'E', shown: periodText(evidence) }, said);
  said.push(say('evidence', { ...at, value: `${kind} ${value}: ${categories.join(', ')}` }));
  return { number, subject: named, categories, period, request: form.isPreservation ? undefined : request };
}

const periodText = ({ period }: Evidence) => `${period?.from ?? ''} – ${period?.to ?? ''}`;

interface Group extends Omit<Item, 'number' | 'subject'> {
  numbers: number[];
  subjects: Subject[];
}

/** Each identifier by itself, but for those that Writ itself wrote out of one request. */
function groupsOf(items: readonly Item[]): Group[] {
  const groups: Group[] = [];
  for (const { number, subject: named, ...rest } of items) {
    const same = groups.find(
      ({ numbers: _, subjects: _subjects, ...other }) =>
        rest.request !== undefined && JSON.stringify(other) === JSON.stringify(rest),
    );
    if (same === undefined) groups.push({ ...rest, numbers: [number], subjects: [named] });
    else {
      same.numbers.push(number);
      same.subjects.push(named);
    }
  }
  return groups;
}

/** The form's own id, by which requests of one form are seen together. */
function orderOf(form: OrderForm, said: Said[]): Partial<Pick<Request, 'order'>> {
  const id = form.own === undefined ? form.formId : form.own.order;
  const order = fitting(requestSchema.shape.order.unwrap(), id, { section: 'A' }, said);
  if (order !== undefined) said.push(say('form-id', { section: 'A', value: order }));
  return order === undefined ? {} : { order };
}

/** The case's id at the authority; where one form becomes several drafts, with a number. */
function referencesOf({ caseId }: OrderForm, groups: readonly Group[], said: Said[]): (string | undefined)[] {
  const references = groups.map(({ request }, i) => {
    if (request !== undefined || caseId === undefined) return request;
    return groups.length === 1 ? caseId : `${caseId}-${i + 1}`;
  });
  const fit = references.map((each) => fitting(requestSchema.shape.reference, each, { section: 'I' }, said));
  const [first, ...others] = fit.filter((each) => each !== undefined);
  if (first !== undefined)
    said.push(say('case-id', { section: 'I', value: [first, ...others.slice(-1)].join(' … ') }));
  return fit;
}

/** Related requests by the ids that this provider gave them, for a form that becomes one draft. Others the officer names. */
function relatedOf(form: OrderForm, drafts: number, said: Said[]) {
  const named: Pick<Partial<Request>, 'amends' | 'preservations' | 'notification'> = {};
  for (const { id, relation, atProvider } of form.related) {
    const isTaken = atProvider !== undefined && drafts === 1;
    if (isTaken && relation === 'replaces' && named.amends === undefined) {
      named.amends = atProvider;
      said.push(say('amends', { section: 'D', value: atProvider }));
    } else if (isTaken && relation === 'preserved-by') {
      named.preservations = [...(named.preservations ?? []), atProvider];
      said.push(say('preserved', { section: 'D', value: atProvider }));
    } else said.push(say('related-open', { section: 'D', value: id }));
  }
  const { notification } = form;
  if (notification === undefined) return named;
  said.push(
    'authority' in notification
      ? say('notified', { section: 'K', value: notification.authority })
      : say('notified-exempt', { section: 'K' }),
  );
  return { ...named, notification };
}

/** Of a preservation: what only a request has. */
function ofRequestsAlone({ delay, notification, related }: OrderForm): Said[] {
  return [
    ...(delay === undefined ? [] : [say('unread', { section: 'H', value: 'delay' })]),
    ...(notification === undefined ? [] : [say('unread', { section: 'K', value: 'authority' })]),
    ...related.map(({ id }) => say('unread', { section: 'D', value: id })),
  ];
}

const kindsInOrder = ['refused', 'missing', 'taken', 'open', 'note'] as const;

/** What stops an import is said first; then by section. */
function inOrder(said: readonly Said[]): Said[] {
  const place = ({ section, evidence = 0 }: Said) => `${section ?? 'Z'}${String(evidence).padStart(3, '0')}`;
  const sorted = said.toSorted((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
  return kindsInOrder.flatMap((kind) => sorted.filter((each) => each.kind === kind));
}
