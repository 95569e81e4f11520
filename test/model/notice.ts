/**
 * Who tells the person, a second time, from Regulation (EU) 2023/1543 Art. 13 and 18 U.S.C. 2705(b): the provider; the
 * authority, which says when it did; or nobody until the end of an order, and then the provider.
 */
import fc from 'fast-check';
import type { Policy } from '#core/cases/policy.ts';
import { type Delay, delaySchema, type Request, requestSchema } from '#core/cases/request.ts';

export const modes = ['provider', 'authority', 'nobody'] as const;
export type Mode = (typeof modes)[number];

/** Each mode by an order of its own. */
export const orders = { provider: 'EPOC', authority: 'EIO', nobody: 'MLA' } as const;
export const lines: NonNullable<Policy['notice']['by']> = [
  { instruments: [orders.authority], who: 'authority' },
  { instruments: [orders.nobody], who: 'nobody' },
];

const order = `sha-256=:${'B'.repeat(43)}=:`;

/** A request whose person is told so; where nobody may, it names the order. */
export function askedSo({ notice, ...request }: Request, mode: Mode): Request {
  const instrument = { ...request.instrument, kind: orders[mode] };
  const delay =
    notice === undefined ? {} : { notice: { ...notice, ...(mode === 'nobody' ? { digest: order } : {}) } };
  return requestSchema.parse({ ...request, instrument, ...delay });
}

/** How it is delayed further, with the order that goes on to forbid it or without. */
export const delayed = (delayUntil: string, isOrdered: boolean): Delay =>
  delaySchema.parse({ delayUntil, reason: 'evidence', ...(isOrdered ? { digest: order } : {}) });

/** What a model of a case knows of it. */
export interface Telling {
  mode: Mode;
  /** Whether the authority said that it told the person. */
  isSaid: boolean;
  firstAnswer?: number;
}

export const tellers: fc.Arbitrary<{ mode: Mode; delayDays: number }> = fc.oneof(
  fc.record({
    mode: fc.constantFrom<Mode[]>('provider', 'provider', 'authority'),
    delayDays: fc.constantFrom(0, 2, 10),
  }),
  fc.record({ mode: fc.constant('nobody' as const), delayDays: fc.constantFrom(2, 10) }),
);

/** Minutes from now at which the authority says that it told the person. A clock may be five minutes off. */
export const toldMinutes = fc.constantFrom(-60, 0, 5, 6);

export const refusedTelling = ({ mode, isSaid, firstAnswer }: Telling, minutes: number) => ({
  'notice-by-other': mode !== 'authority',
  'case-not-approved': firstAnswer === undefined,
  'notice-given': isSaid,
  'order-in-future': minutes > 5,
});

export const refusedDelay = (
  { mode, isSaid }: Telling,
  { days, isOrdered }: { days: number; isOrdered: boolean },
  { notice }: Policy,
) => {
  const longest = mode === 'nobody' ? notice.longestForbiddenDays : undefined;
  return {
    'notice-given by the authority': isSaid,
    'notice-order-missing': mode === 'nobody' && !isOrdered,
    'delay-too-long': days > (longest ?? notice.longestDelayDays),
  };
};
