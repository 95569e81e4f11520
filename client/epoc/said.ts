import type { Ground } from '#core/cases/grounds.ts';

/**
 * What an import says of a form, item by item: what was taken, what is missing, what the officer still gives, what was refused
 * and why, what has no place in a request. A page says it in its reader's language (words.ts).
 */

export const sections = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L'] as const;
export type Section = (typeof sections)[number];

/** In a request now. */
export const taken = [
  'kind',
  'authority',
  'jurisdiction',
  'form-id',
  'case-id',
  'deadline',
  'answer-by',
  'emergency',
  'threat',
  'issued',
  'validated',
  'evidence',
  'offence',
  'threshold',
  'delay',
  'delay-default',
  'notified',
  'notified-exempt',
  'digest',
  'amends',
  'preserved',
  'as-preservation',
] as const;

/** Needed, and not there: without them nothing is drafted. */
export const missing = [
  'authority-id-missing',
  'form-id-missing',
  'case-id-missing',
  'evidence-missing',
  'issuer-missing',
  'issued-at-missing',
  'deadline-missing',
] as const;

/** The draft lacks it; `writ request new` asks for it. */
export const open = [
  'digest-open',
  'kind-open',
  'jurisdiction-open',
  'offence-open',
  'period-open',
  'threat-open',
  'delay-open',
  'notification-open',
  'related-open',
] as const;

/** Refused. */
export const refused = [
  'other-addressee',
  'content',
  'address-and-time',
  'identifier-unknown',
  'identifiers-several',
  'category-unknown',
  'category-missing',
  'emergency-contradicted',
  'digest-differs',
  'test',
  'not-in-force',
  'task-elsewhere',
  'interception',
  'preservation-edition',
] as const;

/** Read, and in no request; or to be looked at. */
export const notes = [
  'addressee-unknown',
  'as-soon-as-possible',
  'without-validation',
  'recipient',
  'unfit',
  'unread',
  'edition',
  'term-outside-agency',
  'term-outside-policy',
] as const;

export type SaidCode =
  | (typeof taken)[number]
  | (typeof missing)[number]
  | (typeof open)[number]
  | (typeof refused)[number]
  | (typeof notes)[number];

export type SaidKind = 'taken' | 'missing' | 'open' | 'refused' | 'note';

export interface Said {
  kind: SaidKind;
  code: SaidCode;
  section?: Section;
  /** Which identifier, from 1 on. */
  evidence?: number;
  /** What the form says there: to show to the officer, and to nobody else. */
  value?: string;
  /** An instant that belongs to it. */
  at?: string;
  /** The ground of the form's own answer (Annex III, cf.) with which it is refused. */
  ground?: Ground;
}

const kinds: readonly (readonly [kind: SaidKind, codes: readonly SaidCode[]])[] = [
  ['taken', taken],
  ['missing', missing],
  ['open', open],
  ['refused', refused],
  ['note', notes],
];

/** One item. Its kind follows from its code. */
export function say(code: SaidCode, rest: Omit<Said, 'kind' | 'code'> = {}): Said {
  const [kind = 'note'] = kinds.find(([, codes]) => codes.includes(code)) ?? [];
  return { kind, code, ...rest };
}
