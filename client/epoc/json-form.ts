import { z } from 'zod';
import { noticeModes } from '#core/cases/notice-modes.ts';
import { notificationSchema } from '#core/cases/notification.ts';
import { authoriserRoles } from '#core/cases/policy.ts';
import { delayReasons, subject, threats } from '#core/cases/request.ts';
import { digestText } from '#core/text.ts';
import {
  askedCategories,
  deadlines,
  type Evidence,
  FormError,
  type FormRead,
  type Identifier,
  type OrderForm,
} from './form.ts';
import { formInstant } from './form-instant.ts';
import { type Said, say } from './said.ts';

/**
 * An EPOC or EPOC-PR as JSON, in a form of our own: the Commission's schemas are not public, and a reader of theirs takes the
 * place of this file. Its sections have the letters of Regulation (EU) 2023/1543 Annex I (cf.), for an EPOC-PR too.
 * docs/etsi.md has a whole example. A member that is not named here is refused, so nothing is dropped unsaid.
 */

export const formName = 'writ-order-form';
export const formVersion = 1;

const text = z.string().min(1).max(1000);
const at = z
  .string()
  .max(40)
  .refine((said) => formInstant(said) !== undefined, { error: 'not-an-instant' })
  .transform((said) => formInstant(said) ?? said);

const authority = z.strictObject({
  /** The authority's technical id, as the States' register has it. */
  id: text.optional(),
  name: text.optional(),
  address: text.optional(),
  phone: text.optional(),
  email: text.optional(),
});

const evidence = z.strictObject({
  identifier: z.strictObject({
    /** `account`, `phone`, `username`; `ip-address` and whatever else the form has is refused, and said. */
    type: text,
    value: text,
  }),
  /** `from` is included, `to` is not. */
  period: z.strictObject({ from: at, to: at }).optional(),
  categories: z.array(z.enum(askedCategories)).max(askedCategories.length).default([]),
});

export const jsonFormSchema = z.strictObject({
  form: z.literal(formName),
  version: z.literal(formVersion),
  certificate: z.enum(['EPOC', 'EPOC-PR']),
  /** The form's own id. */
  id: text.optional(),
  /** The issuing State and authority; in which language the form is. */
  A: z.strictObject({
    state: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    authority: authority.optional(),
    language: text.optional(),
  }),
  /** The addressee, and whether it is an emergency. */
  B: z
    .strictObject({
      addressee: z
        .strictObject({
          country: z
            .string()
            .regex(/^[A-Z]{2}$/)
            .optional(),
          id: text.optional(),
          name: text.optional(),
        })
        .optional(),
      emergency: z.boolean().optional(),
    })
    .optional(),
  /** By when, and what an emergency threatens. */
  C: z
    .strictObject({
      deadline: z.enum(deadlines).optional(),
      /** A day and time that the form names itself. */
      by: at.optional(),
      threat: z.enum(threats).optional(),
    })
    .optional(),
  /** Other forms and requests that this one is about. */
  D: z
    .array(
      z.strictObject({
        id: text,
        relation: z.enum(['replaces', 'preserved-by', 'belongs-to']),
        /** Its id at this provider, which Writ answered. */
        atProvider: z.uuid().optional(),
      }),
    )
    .max(20)
    .default([]),
  /** Of what, by which identifier: sections E and F, one item an identifier. */
  EF: z.array(evidence).max(100).default([]),
  /** The offence, and the authority's statement that the threshold is met. */
  G: z.strictObject({ offence: text.optional(), thresholdMet: z.boolean().optional() }).optional(),
  /** The person is told later. */
  H: z
    .strictObject({
      delay: z.boolean(),
      until: at.optional(),
      reason: z.enum(delayReasons).optional(),
      by: z.enum(noticeModes).optional(),
      /** Of the order that forbids telling. */
      digest: digestText.optional(),
    })
    .optional(),
  /** Who issued it. */
  I: z
    .strictObject({
      type: z.enum(authoriserRoles).optional(),
      /** Their office, as the provider's policy names it. */
      office: text.optional(),
      issuedAt: at.optional(),
      /** The case's id at the authority. */
      fileReference: text.optional(),
      /** In an emergency: it was issued before anybody validated it. */
      withoutValidation: z.boolean().optional(),
      contact: authority.optional(),
    })
    .optional(),
  /** Who validated it. */
  J: z
    .strictObject({
      type: z.enum(authoriserRoles).optional(),
      validatedAt: at.optional(),
      name: text.optional(),
      contact: authority.optional(),
    })
    .optional(),
  /** The enforcing authority: which was notified, or why none is. */
  K: notificationSchema.optional(),
  /** Who receives the data. */
  L: z.strictObject({ recipient: text }).optional(),
});
export type JsonForm = z.infer<typeof jsonFormSchema>;

/** Whether JSON says that it is this form, in this version or another. */
export function isJsonForm(value: unknown): boolean {
  return z.looseObject({ form: z.literal(formName) }).safeParse(value).success;
}

/** @throws FormError form-unknown: of another version; form-malformed */
export function readJsonForm(value: unknown): FormRead {
  const { success } = z.looseObject({ version: z.literal(formVersion) }).safeParse(value);
  if (!success) throw new FormError('form-unknown', ['version']);
  const parsed = jsonFormSchema.safeParse(value);
  if (!parsed.success) throw new FormError('form-malformed', faultsOf(parsed.error));
  const { data } = parsed;
  return { form: formOf(data), said: contactsOf(data) };
}

/** Of so many places at most. */
const mostFaults = 20;

function faultsOf(error: z.ZodError): string[] {
  return error.issues.slice(0, mostFaults).map((issue) => {
    const path = issue.path.map(String).join('.');
    // The names are the file's own: as many as help.
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 5) : [];
    return [path, unknown.join(', ')].filter((part) => part !== '').join(': ') || 'the whole';
  });
}

function formOf(data: JsonForm): OrderForm {
  const { A, B, C, D, G, H, I, J, K, L } = data;
  return {
    source: 'json',
    kind: data.certificate,
    isPreservation: data.certificate === 'EPOC-PR',
    ...(data.id === undefined ? {} : { formId: data.id }),
    ...(A.state === undefined ? {} : { jurisdiction: A.state }),
    authority: defined({ id: A.authority?.id, name: A.authority?.name }),
    addressees: B?.addressee === undefined ? [] : [defined(B.addressee)],
    ...defined({ isEmergency: B?.emergency, deadline: C?.deadline, answerBy: C?.by, threat: C?.threat }),
    related: D.map(({ atProvider, ...rest }) => ({ ...rest, ...defined({ atProvider }) })),
    evidence: data.EF.map(evidenceOf),
    ...defined({ offence: G?.offence }),
    isThresholdMet: G?.thresholdMet === true,
    ...(H?.delay === true
      ? { delay: defined({ until: H.until, reason: H.reason, digest: H.digest, by: H.by }) }
      : {}),
    issued: defined({
      role: I?.type,
      office: I?.office,
      at: I?.issuedAt,
      withoutValidation: I?.withoutValidation,
    }),
    ...defined({ caseId: I?.fileReference }),
    ...(J === undefined ? {} : { validated: defined({ role: J.type, at: J.validatedAt }) }),
    ...defined({ notification: K, recipient: L?.recipient }),
  };
}

function evidenceOf({ identifier, period, categories }: JsonForm['EF'][number]): Evidence {
  return {
    identifier: identifierOf(identifier),
    ...(period === undefined ? {} : { period }),
    categories: [...new Set(categories)],
  };
}

const addresses: readonly string[] = ['ip', 'ip-address', 'ipv4', 'ipv6', 'address'];

function identifierOf({ type, value }: { type: string; value: string }): Identifier {
  const kind = type.toLowerCase();
  if (addresses.includes(kind)) return { is: 'address' };
  const { data } = subject.safeParse({ kind, value });
  return data === undefined ? { is: 'unknown', kind: type } : { is: 'subject', subject: data };
}

/** Contacts and the language have no place in a request. */
function contactsOf({ A, I, J }: JsonForm): Said[] {
  const parts: [section: 'A' | 'I' | 'J', what: string, value: unknown][] = [
    ['A', 'language', A.language],
    ['A', 'address', A.authority?.address],
    ['A', 'phone', A.authority?.phone],
    ['A', 'email', A.authority?.email],
    ['I', 'contact', I?.contact],
    ['J', 'name', J?.name],
    ['J', 'contact', J?.contact],
  ];
  return parts.flatMap(([section, value, said]) =>
    said === undefined ? [] : [say('unread', { section, value })],
  );
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are there. */
function defined<T extends object>(of: T): Defined<T> {
  const there: Defined<T> = { ...of };
  for (const [name, value] of Object.entries(of))
    if (value === undefined) Reflect.deleteProperty(there, name);
  return there;
}
