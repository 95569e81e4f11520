import {
  type Enrolment,
  EnrolmentError,
  type EnrolmentFault,
  encryptionThumbprint,
  enrolmentOf,
  signingKeyOf,
} from '#client/enrolment.ts';
import { parseInstant } from '#core/instant.ts';
import { JsonError, parseJsonText } from '#core/json.ts';
import { type Proposal, proposalSchema } from '#core/registry/change.ts';

/** A proposal while somebody writes it: texts of fields, checked as a whole by the wire's own schema. */
export const fieldNames = [
  'agency',
  'name',
  'holder',
  'keys',
  'encryptionKeys',
  'jurisdictions',
  'instruments',
  'categories',
  'requestsPerDay',
  'emergenciesPerWeek',
  'enforces',
  'activeFrom',
  'policyHash',
  'case',
  'until',
  'keyid',
] as const;
export type FieldName = (typeof fieldNames)[number];
export type Draft = Partial<Record<FieldName, string>>;

/** The fields of each kind, in the order in which they are asked for. */
const terms = [
  'jurisdictions',
  'enforces',
  'instruments',
  'categories',
  'requestsPerDay',
  'emergenciesPerWeek',
] as const;
export const fieldsOf: Record<Proposal['kind'], readonly FieldName[]> = {
  reviewer: ['holder', 'keys', 'activeFrom'],
  officer: ['agency', 'holder', 'keys', 'activeFrom'],
  agency: ['agency', 'name', ...terms, 'holder', 'keys', 'activeFrom'],
  terms: ['agency', ...terms],
  'encryption-key': ['agency', 'holder', 'encryptionKeys', 'activeFrom'],
  policy: ['policyHash'],
  emergencies: ['agency'],
  hold: ['case', 'until'],
  release: ['case'],
  reinstate: ['keyid'],
};

/** Of the fields, those that may be left empty. */
export function isOptional(kind: Proposal['kind'], field: FieldName): boolean {
  return field === 'activeFrom' || field === 'enforces' || (kind === 'encryption-key' && field === 'holder');
}

/** An enforcing authority asks for nothing, and is asked for nothing of it. */
export function isUnasked({ enforces }: Draft, field: FieldName): boolean {
  const askedOfOthers: readonly FieldName[] = [
    'instruments',
    'categories',
    'requestsPerDay',
    'emergenciesPerWeek',
  ];
  return enforces === 'yes' && askedOfOthers.includes(field);
}

/** What is wrong with a field. `needed`: it is empty. `form`: not as it must be. The others are of keys. */
export type FieldFault = 'needed' | 'form' | 'no-encryption-key' | EnrolmentFault;
export type Faults = Partial<Record<FieldName, FieldFault>>;

export interface Checked {
  proposal: Proposal | undefined;
  faults: Faults;
}

export async function checked(kind: Proposal['kind'], draft: Draft): Promise<Checked> {
  const fields = fieldsOf[kind];
  const faults: Faults = {};
  const add = (field: FieldName, fault: FieldFault) => {
    faults[field] ??= fault;
  };
  for (const field of fields) {
    const isEmpty = (draft[field] ?? '').trim() === '';
    if (isEmpty && !isOptional(kind, field) && !isUnasked(draft, field)) add(field, 'needed');
  }
  const keys = await keysIn(kind, draft, add);
  for (const field of ['activeFrom', 'until'] as const)
    if (fields.includes(field) && (draft[field] ?? '').trim() !== '' && instantIn(draft[field]) === undefined)
      add(field, 'form');
  const parsed = proposalSchema.safeParse(unchecked(kind, draft, keys));
  if (!parsed.success)
    for (const { path } of parsed.error.issues) {
      const field = fieldAt(kind, path);
      if (field !== undefined && fields.includes(field)) add(field, 'form');
    }
  const isRight = Object.keys(faults).length === 0;
  return { proposal: isRight && parsed.success ? parsed.data : undefined, faults };
}

interface Keys {
  publicKey?: unknown;
  encryptionKey?: unknown;
}

/** The keys in a field, as somebody sent them: an enrolment, or a key alone as PEM or JWK. */
async function keysIn(
  kind: Proposal['kind'],
  draft: Draft,
  add: (field: FieldName, fault: FieldFault) => void,
): Promise<Keys> {
  const field = fieldsOf[kind].find((name) => name === 'keys' || name === 'encryptionKeys');
  const text = (field === undefined ? undefined : draft[field])?.trim() ?? '';
  if (field === undefined || text === '') return {};
  try {
    const keys = keysOf(text, kind === 'reviewer' ? 'reviewer' : 'agency', field);
    if (field === 'keys') signingKeyOf(keys.publicKey);
    const needsEncryption = kind === 'agency' || field === 'encryptionKeys';
    if (needsEncryption && keys.encryptionKey === undefined) throw new EnrolmentError('encryption-key');
    if (keys.encryptionKey !== undefined) await encryptionThumbprint(keys.encryptionKey);
    return keys;
  } catch (error) {
    if (!(error instanceof EnrolmentError)) throw error;
    const isLacking = error.fault === 'encryption-key' && field === 'keys' && kind === 'agency';
    add(field, isLacking ? 'no-encryption-key' : error.fault);
    return {};
  }
}

/** @throws EnrolmentError */
function keysOf(text: string, role: Enrolment['role'], field: 'keys' | 'encryptionKeys'): Keys {
  if (!text.startsWith('{')) return field === 'keys' ? { publicKey: text } : {};
  const value = jsonOf(text);
  if ('v' in value || 'publicKey' in value) {
    const { publicKey, encryptionKey } = enrolmentOf(value, role);
    return { publicKey, ...(encryptionKey === undefined || role === 'reviewer' ? {} : { encryptionKey }) };
  }
  return field === 'keys' ? { publicKey: value } : { encryptionKey: value };
}

function jsonOf(text: string): object {
  try {
    const value = parseJsonText(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new EnrolmentError('form');
}

/** A proposal as the fields say it. Nothing in it is checked. */
function unchecked(kind: Proposal['kind'], draft: Draft, { publicKey, encryptionKey }: Keys): unknown {
  const text = (field: FieldName) => (draft[field] ?? '').trim();
  const activeFrom = instantIn(draft.activeFrom);
  const from = activeFrom === undefined ? {} : { activeFrom };
  const own = encryptionKey === undefined ? {} : { encryptionKey };
  const officer = { holder: text('holder'), publicKey, ...own, ...from };
  switch (kind) {
    case 'agency':
      return {
        kind,
        agency: { id: text('agency'), name: text('name'), encryptionKey, terms: termsIn(draft) },
        officer,
      };
    case 'terms':
      return { kind, agency: text('agency'), terms: termsIn(draft) };
    case 'officer':
      return { kind, agency: text('agency'), officer };
    case 'encryption-key':
      return {
        kind,
        agency: text('agency'),
        ...(text('holder') === '' ? {} : { officer: text('holder') }),
        encryptionKey,
        ...from,
      };
    case 'reviewer':
      return { kind, reviewer: { holder: text('holder'), publicKey, ...from } };
    case 'policy':
      return { kind, policyHash: text('policyHash') };
    case 'emergencies':
      return { kind, agency: text('agency') };
    case 'hold':
      return { kind, case: text('case').toLowerCase(), until: instantIn(draft.until) };
    case 'release':
      return { kind, case: text('case').toLowerCase() };
    case 'reinstate':
      return { kind, keyid: text('keyid') };
  }
}

function termsIn(draft: Draft): unknown {
  const jurisdictions = listIn(draft.jurisdictions).map((code) => code.toUpperCase());
  if (draft.enforces === 'yes')
    return {
      jurisdictions,
      instruments: [],
      categories: [],
      rates: { requestsPerDay: 0, emergenciesPerWeek: 0 },
      enforces: true,
    };
  return {
    jurisdictions,
    instruments: listIn(draft.instruments),
    categories: listIn(draft.categories),
    rates: {
      requestsPerDay: numberIn(draft.requestsPerDay),
      emergenciesPerWeek: numberIn(draft.emergenciesPerWeek),
    },
  };
}

/** Words of a field, by spaces or commas. */
export const listIn = (text = ''): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

const numberIn = (text = '') => (/^\d{1,6}$/.test(text.trim()) ? Number(text.trim()) : undefined);

/**
 * An instant as a field of date and time gives it, in the reader's own zone; or one in UTC, as people copy it.
 *
 * @returns canonical; undefined for anything else
 */
export function instantIn(text = ''): string | undefined {
  const given = text.trim();
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(given)) {
    const at = new Date(given);
    return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  }
  return parseInstant(given);
}

/** Which field an issue of the schema is about: the last name on its way that a field has. */
function fieldAt(kind: Proposal['kind'], path: readonly PropertyKey[]): FieldName | undefined {
  const names = path.filter((name) => typeof name === 'string');
  const last = names.findLast((name) => Object.hasOwn(fieldOfName, name)) ?? '';
  // Of an encryption key, `officer` is whose it is, and `encryptionKey` the field's own.
  if (kind === 'encryption-key' && last === 'officer') return 'holder';
  if (kind === 'encryption-key' && last === 'encryptionKey') return 'encryptionKeys';
  return fieldOfName[last];
}

const fieldOfName: Record<string, FieldName> = {
  id: 'agency',
  agency: 'agency',
  name: 'name',
  holder: 'holder',
  officer: 'holder',
  publicKey: 'keys',
  encryptionKey: 'keys',
  jurisdictions: 'jurisdictions',
  instruments: 'instruments',
  categories: 'categories',
  requestsPerDay: 'requestsPerDay',
  emergenciesPerWeek: 'emergenciesPerWeek',
  activeFrom: 'activeFrom',
  policyHash: 'policyHash',
  case: 'case',
  until: 'until',
  keyid: 'keyid',
};
