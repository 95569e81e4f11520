import type { NoticeMode } from '#core/cases/notice-modes.ts';
import type { AuthoriserRole } from '#core/cases/policy.ts';
import type { Delay, Request, Subject } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import type { Said } from './said.ts';

/**
 * An order's form as it says things, whatever file it came in: the sections A to L of Regulation (EU) 2023/1543 Annexes I and
 * II (cf.), one set of letters for both. A reader of a file makes it (json-form.ts, etsi-form.ts), and drafts.ts makes drafts of
 * it. A newer schema is one more reader.
 */

/** What data of one identifier is asked for: the Regulation's four. Content has no category here, and is always refused. */
export const askedCategories = ['subscriber', 'identification', 'traffic', 'content'] as const;
export type AskedCategory = (typeof askedCategories)[number];

export const categoryOf: Readonly<Record<Exclude<AskedCategory, 'content'>, Category>> = {
  subscriber: 'SubscriberData',
  identification: 'UserIdentifyingData',
  traffic: 'TrafficData',
};

/** By when the form asks for the answer: ten days, as soon as possible within them, or the eight hours of an emergency. */
export const deadlines = ['ten-days', 'as-soon-as-possible', 'eight-hours'] as const;
export type Deadline = (typeof deadlines)[number];

/** Section E and F: what one identifier is, and what is asked of it. */
export interface Evidence {
  identifier: Identifier;
  /** `from` is included, `to` is not. */
  period?: { from: string; to: string };
  categories: readonly AskedCategory[];
  /** To whom this one is addressed, where the form says it of each. */
  addressee?: Addressee;
  /** Of a message that Writ wrote: the request that this is a part of. Identifiers of one request become one draft. */
  request?: string;
}

export type Identifier =
  | { is: 'subject'; subject: Subject }
  /** An address, alone or with a time: Writ has no index by address. */
  | { is: 'address' }
  /** Of a kind that Writ does not ask by, or several that narrow one another. */
  | { is: 'unknown'; kind: string }
  | { is: 'several'; kinds: readonly string[] };

/** Section B: whom the form is addressed to. */
export interface Addressee {
  country?: string;
  id?: string;
  name?: string;
}

/** Section D: another form or request that this one is about, as that is called where it was made. */
export interface Related {
  id: string;
  relation: 'replaces' | 'preserved-by' | 'belongs-to';
  /** Its id at this provider. */
  atProvider?: string;
}

/** A file that came with the form. */
export interface FormDocument {
  name?: string;
  type?: string;
  /** As Writ's requests have it: `sha-256=:…:`. */
  digest?: string;
  bytes?: Uint8Array;
}

export interface OrderForm {
  /** The file that it was read from. */
  source: 'json' | 'ts-103-120';
  /** The kind of order, as policies name it, where the form says it. */
  kind?: string;
  isPreservation: boolean;
  formId?: string;
  /** Section A: the issuing State and authority. */
  jurisdiction?: string;
  authority: { id?: string; name?: string };
  /** Section B. Whether it is an emergency, where the form says either. */
  addressees: readonly Addressee[];
  isEmergency?: boolean;
  /** Section C. */
  deadline?: Deadline;
  answerBy?: string;
  threat?: NonNullable<Request['threat']>;
  /** Section D. */
  related: readonly Related[];
  /** Sections E and F. */
  evidence: readonly Evidence[];
  /** Section G. */
  offence?: string;
  isThresholdMet: boolean;
  /** Section H: the person is told later. It may have no end. */
  delay?: { until?: string; reason?: Delay['reason']; digest?: string; by?: NoticeMode };
  /** Section I: who issued it, and when. */
  issued: { role?: AuthoriserRole; office?: string; at?: string; withoutValidation?: boolean };
  caseId?: string;
  /** Section J: who validated it. */
  validated?: { role?: AuthoriserRole; at?: string };
  /** Section K. */
  notification?: NonNullable<Request['notification']>;
  /** Section L: to whom the data goes, as the form says it. */
  recipient?: string;
  /** The order itself, where it came with the form or its digest did. */
  document?: FormDocument;
  /** Of a message that Writ wrote: the agency's own references. */
  own?: { order?: string };
}

/** What was read, and what of it no form of ours has a place for. */
export interface FormRead {
  form: OrderForm;
  said: readonly Said[];
}

/**
 * Why a file is not read as an order's form.
 *
 * - `form-too-large`: it is larger than any order.
 * - `form-unreadable`: it is neither JSON nor XML in UTF-8, or one that could be read in two ways.
 * - `form-unknown`: it is JSON or XML, and no form that is known here.
 * - `form-malformed`: it is of a form that is known, and breaks its rules; `faults` says where.
 * - `form-several`: it holds several orders. Import them one by one.
 */
export type FormErrorCode =
  | 'form-too-large'
  | 'form-unreadable'
  | 'form-unknown'
  | 'form-malformed'
  | 'form-several';

/** Ends the import. Holds places of the form, and no value from it. */
export class FormError extends Error {
  override name = 'FormError';
  readonly code: FormErrorCode;
  readonly faults: readonly string[];

  constructor(code: FormErrorCode, faults: readonly string[] = [], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.faults = faults;
  }
}
