import { z } from 'zod';
import { text } from '#core/text.ts';
import { CaseError } from './errors.ts';
import { instrumentKind } from './instrument.ts';
import type { Policy } from './policy.ts';
import type { Request } from './request.ts';
import { distinct } from './scope.ts';

/**
 * Who tells the person that their data was disclosed. The law of each order says: the issuing authority (Regulation (EU)
 * 2023/1543 Art. 13(1)), the provider (Regulation (EU) 2022/2065 Art. 10(5)), or nobody while a court's order forbids the
 * provider to tell (18 U.S.C. 2705(b)). The policy says it for each kind of order, and a request can only narrow that
 * within what the policy allows.
 */
export const noticeModes = ['provider', 'authority', 'nobody'] as const;
export type NoticeMode = (typeof noticeModes)[number];

const days = z.int().positive().max(3660);

const line = z.strictObject({
  instruments: z.array(instrumentKind).min(1).max(50),
  /** `nobody`: each request names the order that forbids telling, and when that ends. Then the provider tells. */
  who: z.enum(noticeModes),
  /** With `provider`: a request may name an order that forbids telling until its end. */
  mayForbid: z.literal(true).optional(),
  /** Where the rule stands: an article or section. */
  source: text(300).optional(),
});

export const noticePolicySchema = z.strictObject({
  /** How far off the end of a delay may lie when it is asked for. */
  longestDelayDays: days,
  /** How far off the end of an order that forbids telling may lie. Default: as `longestDelayDays`. */
  longestForbiddenDays: days.optional(),
  /** How often the end may be put off. With the longest time it says when the provider tells at the latest. */
  renewals: z.int().nonnegative().max(100),
  /** How late the notice may go out before it counts as overdue. */
  graceHours: z
    .int()
    .positive()
    .max(24 * 366),
  /** Who tells the person, by kind of order. What no line names, the provider does. */
  by: z
    .array(line)
    .max(20)
    .refine((lines) => distinct(lines.flatMap(({ instruments }) => instruments)), {
      error: 'names an instrument twice',
    })
    .refine((lines) => lines.every(({ who, mayForbid }) => mayForbid === undefined || who === 'provider'), {
      error: 'mayForbid stands beside `provider` alone',
    })
    .optional(),
  /** Where a person who was notified can write to: it stands in their letter. */
  contact: text(300).optional(),
  source: text(300).optional(),
});

/**
 * Who tells the person of this request.
 *
 * @throws CaseError notice-by-other: the policy has somebody else tell; notice-order-missing: nobody may be told, and the
 *   request names no order that says so
 */
export function noticeModeOf(
  { instrument, notice }: Pick<Request, 'instrument' | 'notice'>,
  policy: Pick<Policy, 'notice'>,
): NoticeMode {
  const rule = policy.notice.by?.find(({ instruments }) => instruments.includes(instrument.kind));
  const who = rule?.who ?? 'provider';
  const mode = notice?.by ?? who;
  if (mode !== who && !(mode === 'nobody' && rule?.mayForbid === true))
    throw new CaseError('notice-by-other');
  if (mode === 'nobody' && notice?.digest === undefined) throw new CaseError('notice-order-missing');
  return mode;
}

/** How many days off the end of a delay may lie. */
export function longestDelayDays(mode: NoticeMode, { notice }: Pick<Policy, 'notice'>): number {
  return mode === 'nobody'
    ? (notice.longestForbiddenDays ?? notice.longestDelayDays)
    : notice.longestDelayDays;
}
