import { longestDelayDays } from '#core/cases/notice-modes.ts';
import type { Policy } from '#core/cases/policy.ts';
import { noticeSchema, type Request, requestSchema } from '#core/cases/request.ts';
import { wireInstant } from '#core/instant.ts';
import type { OrderForm } from './form.ts';
import { type Said, type SaidCode, type Section, say } from './said.ts';

/** What all drafts of one form share: the order, its urgency, when the person is told. */

export type DraftInstrument = Partial<Request['instrument']>;
const { shape } = requestSchema.shape.instrument;

/** A value where the wire takes it; where it does not, that is said. */
export function fitting<T>(
  schema: { safeParse: (value: unknown) => { success: boolean; data?: T | undefined } },
  value: unknown,
  where: { section: Section; shown?: string | undefined },
  said: Said[],
): T | undefined {
  if (value === undefined) return undefined;
  const { data } = schema.safeParse(value);
  const { section, shown = String(value) } = where;
  if (data === undefined) said.push(say('unfit', { section, value: shown }));
  return data;
}

export function instrumentOf(form: OrderForm, said: Said[]): DraftInstrument {
  const { issued, validated } = form;
  const take = <T>(
    schema: Parameters<typeof fitting<T>>[0],
    value: unknown,
    section: Section,
    code: SaidCode,
  ) => {
    const data = fitting(schema, value, { section }, said);
    if (data !== undefined) said.push(say(code, { section, value: String(data) }));
    return data;
  };
  const kind = take(shape.kind, form.kind, 'A', 'kind');
  const law = take(shape.jurisdiction, form.jurisdiction, 'A', 'jurisdiction');
  // Who validated an order is its authoriser (Regulation (EU) 2023/1543 Art. 4): the form needs both where it has J.
  const role = validated?.role ?? issued.role;
  said.push(...approvedBy('issued', 'I', issued), ...approvedBy('validated', 'J', validated ?? {}));
  const office = fitting(shape.role, issued.office, { section: 'I' }, said);
  const issuedAt = fitting(shape.issuedAt, issued.at, { section: 'I' }, said);
  const offence = take(shape.offence, form.offence, 'G', 'offence');
  if (form.isThresholdMet) said.push(say('threshold', { section: 'G' }));
  const answerBy = form.isPreservation ? undefined : take(shape.answerBy, form.answerBy, 'C', 'answer-by');
  const authority = take(shape.authority, form.authority.name, 'A', 'authority');
  const digest = take(shape.digest, form.document?.digest, 'I', 'digest');
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(law === undefined ? {} : { jurisdiction: law }),
    ...(role === undefined ? {} : { authoriserRole: role }),
    ...(office === undefined ? {} : { role: office }),
    ...(issuedAt === undefined ? {} : { issuedAt }),
    ...(offence === undefined ? {} : { offence }),
    ...(form.isThresholdMet ? { threshold: 'met' } : {}),
    ...(digest === undefined ? {} : { digest }),
    ...(answerBy === undefined ? {} : { answerBy }),
    ...(authority === undefined ? {} : { authority }),
  };
}

function approvedBy(
  code: 'issued' | 'validated',
  section: Section,
  { role, at }: { role?: string; at?: string },
): Said[] {
  return role === undefined ? [] : [say(code, { section, value: role, ...(at === undefined ? {} : { at }) })];
}

/** What the draft of an order lacks, which its officer gives. */
export function openIn(instrument: DraftInstrument): Said[] {
  const parts: [SaidCode, Section, unknown][] = [
    ['kind-open', 'A', instrument.kind],
    ['jurisdiction-open', 'A', instrument.jurisdiction],
    ['offence-open', 'G', instrument.offence],
    ['digest-open', 'I', instrument.digest],
  ];
  return parts.flatMap(([code, section, value]) => (value === undefined ? [say(code, { section })] : []));
}

/** How urgent it is: eight hours are an emergency's, and nothing else is one (Regulation (EU) 2023/1543 Art. 10(4)). */
export function urgencyOf(form: OrderForm, said: Said[]): Pick<Request, 'priority'> & Partial<Request> {
  const { deadline, threat } = form;
  const isEmergency = form.isEmergency === true || deadline === 'eight-hours';
  if (deadline !== undefined) said.push(say('deadline', { section: 'C', value: deadline }));
  if (deadline === 'as-soon-as-possible') said.push(say('as-soon-as-possible', { section: 'C' }));
  if (!isEmergency) return { priority: 'Routine' };
  said.push(say('emergency', { section: 'B' }));
  if (form.issued.withoutValidation === true && form.validated === undefined)
    said.push(say('without-validation', { section: 'I' }));
  said.push(
    threat === undefined
      ? say('threat-open', { section: 'C' })
      : say('threat', { section: 'C', value: threat }),
  );
  return { priority: 'Emergency', ...(threat === undefined ? {} : { threat }) };
}

const dayMs = 86_400_000;

/**
 * When the person is told. A form may ask for a delay and name no end: then the latest that the policy allows is the draft's,
 * and that is said.
 */
export function noticeOf(
  { delay }: OrderForm,
  kind: string | undefined,
  { policy, now }: { policy?: Policy | undefined; now: string },
  said: Said[],
): Partial<Pick<Request, 'notice'>> {
  if (delay === undefined) return {};
  const until = delay.until ?? latestEnd(delay, kind, policy, now);
  if (until === undefined || delay.reason === undefined) {
    said.push(say('delay-open', { section: 'H' }));
    return {};
  }
  const { until: _, ...rest } = delay;
  const notice = fitting(noticeSchema, { ...rest, delayUntil: until }, { section: 'H', shown: until }, said);
  if (notice === undefined) return {};
  said.push(say(delay.until === undefined ? 'delay-default' : 'delay', { section: 'H', value: until }));
  return { notice };
}

function latestEnd(
  delay: NonNullable<OrderForm['delay']>,
  kind: string | undefined,
  policy: Policy | undefined,
  now: string,
): string | undefined {
  if (policy === undefined) return undefined;
  const rule = policy.notice.by?.find(({ instruments }) => kind !== undefined && instruments.includes(kind));
  const days = longestDelayDays(delay.by ?? rule?.who ?? 'provider', policy);
  return wireInstant(new Date(Date.parse(now) + days * dayMs).toISOString());
}
