import { z } from 'zod';
import { noticeModes } from '#core/cases/notice-modes.ts';
import { authoriserRoles, type Policy } from '#core/cases/policy.ts';
import { preservationSchema } from '#core/cases/preservation.ts';
import { delayReasons, priorities, requestSchema, threats } from '#core/cases/request.ts';
import { categories } from '#core/categories/categories.ts';

/**
 * What an officer has typed and chosen so far, as it is in the fields: nothing of it is checked here, so that a draft is kept
 * whatever is wrong with it. What is sent is made of it in `requestOf` and `preservationOf`.
 */
const open = z.literal('');
const typed = z.string().max(4000);

export const subjectKinds = ['account', 'phone', 'username'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

export const draftSchema = z.strictObject({
  v: z.literal(1),
  what: z.enum(['request', 'preservation']),
  reference: typed,
  kind: typed,
  jurisdiction: typed,
  authoriser: z.enum(authoriserRoles).or(open),
  office: typed,
  authority: typed,
  /** As a field has it: `2026-11-20T09:30`, in the reader's zone. */
  issued: typed,
  offence: typed,
  declared: z.boolean(),
  /** Of the order's file, which is not kept. */
  digest: typed,
  fileName: typed,
  answerBy: typed,
  priority: z.enum(priorities).or(open),
  threat: z.enum(threats).or(open),
  subjects: z.array(z.strictObject({ kind: z.enum(subjectKinds), value: typed })).max(1000),
  categories: z.array(z.enum(categories)),
  /** Whether the period has times of day: then its end is that moment; else it is the end of the last day. */
  withTimes: z.boolean(),
  from: typed,
  to: typed,
  /** `tell`: the person is told once something was disclosed. `forbidden`: an order forbids telling them. */
  secrecy: z.enum(['tell', 'delay', 'forbidden']).or(open),
  delayUntil: typed,
  reason: z.enum(delayReasons).or(open),
  noticeDigest: typed,
  noticeFile: typed,
  notified: z.enum(['authority', 'resident']).or(open),
  enforcing: typed,
  preservations: z.array(z.uuid()),
  /** The request that this one is asked in place of. */
  amends: typed,
  /** The order that this request and others belong to. */
  ofOrder: typed,
});
export type Draft = z.infer<typeof draftSchema>;

export function emptyDraft(what: Draft['what']): Draft {
  return {
    v: 1,
    what,
    reference: '',
    kind: '',
    jurisdiction: '',
    authoriser: '',
    office: '',
    authority: '',
    issued: '',
    offence: '',
    declared: false,
    digest: '',
    fileName: '',
    answerBy: '',
    priority: what === 'request' ? 'Routine' : '',
    threat: '',
    subjects: [{ kind: 'account', value: '' }],
    categories: [],
    withTimes: false,
    from: '',
    to: '',
    secrecy: '',
    delayUntil: '',
    reason: '',
    noticeDigest: '',
    noticeFile: '',
    notified: '',
    enforcing: '',
    preservations: [],
    amends: '',
    ofOrder: '',
  };
}

/** An instant of what a field has, in the reader's zone; undefined for what is none. */
export function instantOf(local: string): string | undefined {
  const text = /^\d{4}-\d\d-\d\d$/.test(local) ? `${local}T00:00` : local;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : `${at.toISOString().slice(0, 19)}Z`;
}

/** The end of a day, which is the beginning of the next one. */
export function endOfDay(day: string): string | undefined {
  const begin = instantOf(day);
  if (begin === undefined) return undefined;
  const at = new Date(`${day}T00:00`);
  at.setDate(at.getDate() + 1);
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** What a field has of an instant, in the reader's zone. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  return shifted.slice(0, at.getSeconds() === 0 ? 16 : 19);
}

export const periodOf = ({ from, to, withTimes }: Pick<Draft, 'from' | 'to' | 'withTimes'>) => ({
  from: instantOf(from),
  to: withTimes ? instantOf(to) : endOfDay(to),
});

/** Who tells the person of an order of this kind, by the policy. */
export function tellerOf(kind: string, policy: Pick<Policy, 'notice'> | undefined) {
  const line = policy?.notice.by?.find(({ instruments }) => instruments.includes(kind));
  const who = line?.who ?? noticeModes[0];
  return { who, mayForbid: who === 'nobody' || line?.mayForbid === true };
}

const said = (text: string) => (text.trim() === '' ? undefined : text.trim());

const defined = (of: object) =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

function instrumentOf(draft: Draft) {
  return {
    kind: draft.kind,
    jurisdiction: draft.jurisdiction,
    authoriserRole: draft.authoriser,
    issuedAt: instantOf(draft.issued),
    offence: draft.offence.trim(),
    digest: draft.digest,
    ...defined({
      role: said(draft.office),
      threshold: draft.declared ? 'met' : undefined,
      authority: said(draft.authority),
      answerBy: draft.answerBy === '' ? undefined : instantOf(draft.answerBy),
    }),
  };
}

const asked = (draft: Draft) => ({
  reference: draft.reference.trim(),
  instrument: instrumentOf(draft),
  investigation: 'criminal',
  subjects: draft.subjects.filter(({ value }) => value !== ''),
  categories: draft.categories,
  period: periodOf(draft),
});

/** A request as it would be sent, checked by the schema that the provider checks with. */
export function requestOf(draft: Draft) {
  const { secrecy, priority, threat, notified, preservations } = draft;
  const notice =
    secrecy === 'tell' || secrecy === ''
      ? undefined
      : {
          delayUntil: instantOf(draft.delayUntil),
          reason: draft.reason,
          ...(secrecy === 'forbidden' ? { by: 'nobody', digest: draft.noticeDigest } : {}),
        };
  const notification =
    notified === ''
      ? undefined
      : notified === 'resident'
        ? { exempt: 'resident' }
        : { authority: draft.enforcing.trim() };
  return requestSchema.safeParse({
    ...asked(draft),
    priority,
    ...defined({
      threat: priority === 'Emergency' && threat !== '' ? threat : undefined,
      notice,
      notification,
      amends: said(draft.amends),
      order: said(draft.ofOrder),
      preservations: preservations.length === 0 ? undefined : preservations,
    }),
  });
}

/** The same of a preservation. */
export function preservationOf(draft: Draft) {
  const { instrument, ...rest } = asked(draft);
  const { answerBy: _, ...order } = { answerBy: undefined, ...instrument };
  return preservationSchema.safeParse({ ...rest, instrument: order });
}
